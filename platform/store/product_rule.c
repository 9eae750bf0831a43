#include "platform/store/product_rule.h"

#include <string.h>

#include "base/clock.h"

bool product_rule_missing(struct err *err)
{
	return err_set(err, ERR_NOT_FOUND, "There is no such product");
}

bool product_rule_own(const struct product *product, const char *seller_id, struct err *err)
{
	return !strcmp(product->seller_id, seller_id) ||
	       err_set(err, ERR_FORBIDDEN, "This product is another seller's");
}

static bool is_given(const struct product_change *change, const char *member)
{
	return shape_given(&product_batch_item_shape, change, member);
}

/* What the handlers see to, so that no half a product is ever kept. */
bool product_rule_new(const struct product_change *change, struct err *err)
{
	static const char *const needed[] = {"name", "price", "category"};

	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
		if (!is_given(change, needed[i])) {
			err_set(err, ERR_INVALID, "%s is missing", needed[i]);
			return err_at(err, needed[i]);
		}
	return true;
}

bool product_rule_make(const struct product_change *change, const char *id, const char *seller_id, struct arena *arena,
		       struct product *ret_product, struct err *err)
{
	const int64_t now = clock_now();
	const struct product product = {
	    .id = arena_strdup(arena, id),
	    .name = arena_strdup(arena, change->name),
	    .description = arena_strdup(arena, change->description ? change->description : ""),
	    .price = change->price,
	    .seller_id = arena_strdup(arena, seller_id),
	    .stock = is_given(change, "stock") ? change->stock : 0,
	    .version = 1,
	    .created_at = now,
	    .updated_at = now,
	};

	if (!product.id || !product.name || !product.description || !product.seller_id)
		return err_memory(err, "making a product");
	*ret_product = product;
	return true;
}

bool product_rule_version(const struct product_change *change, const struct product *product, struct err *err)
{
	return !is_given(change, "version") || change->version == product->version ||
	       err_code(err, ERR_CONFLICT, "version_conflict", "The product was changed meanwhile");
}

bool product_rule_is_stale(const struct err *err)
{
	return err->kind == ERR_CONFLICT && !strcmp(err->code, "version_conflict");
}

bool product_rule_apply(const struct product_change *change, struct arena *arena, struct product *product,
			struct err *err)
{
	if (change->name)
		product->name = arena_strdup(arena, change->name);
	if (change->description)
		product->description = arena_strdup(arena, change->description);
	if (is_given(change, "price"))
		product->price = change->price;
	if (is_given(change, "stock"))
		product->stock = change->stock;
	product->version++;
	product->updated_at = clock_now();
	return (product->name && product->description) || err_memory(err, "changing a product");
}

bool product_rule_own_fault(const struct err *err)
{
	static const bool own[ERR_KINDS] = {
	    [ERR_INVALID] = true, [ERR_NOT_FOUND] = true, [ERR_FORBIDDEN] = true, [ERR_CONFLICT] = true};

	return own[err->kind];
}
