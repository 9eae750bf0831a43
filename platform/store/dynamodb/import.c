/* A shop that is moved in, row by row: each is one transaction, on condition that it isn't there. What follows from a
 * row follows as it does from any other change; but nobody is told of what happened elsewhere. */
#include <string.h>

#include "models/normal.h"
#include "platform/store/dynamodb/cart.h"
#include "platform/store/dynamodb/order.h"

struct importing {
	struct dynamodb_store *store;
	struct ddb_writing writing;
};
/* Adds the row to the transaction, the item that says whether it is there first. */
typedef bool add_fn(struct importing *importing, const struct store_row *row, struct err *err);

static bool no_memory(struct err *err)
{
	return err_memory(err, "importing the shop");
}

/* Whoever a row refers to was moved before. */
static void add_owner(struct ddb_writing *writing, const char *id)
{
	ddb_add_check(writing, ddb_key_account(writing->arena, id), "attribute_exists(#pk)", NO_ATTRS);
}

/* ---- accounts ---- */

static void add_closed(struct ddb_writing *writing, const struct row_account *account)
{
	const struct attr group = ATTR_TEXT("grp", group_names[account->group]);

	ddb_add_put(writing, ddb_key_account(writing->arena, account->id), "attribute_not_exists(#pk)",
		    ATTRS(group, ATTR_NUMBER("created", account->created_at),
			  ATTR_NUMBER("closed", account->created_at), ATTR_NUMBER("rev", 1)));
	if (account->ending)
		ddb_add_put(writing, ddb_key_ending(writing->arena, account->id), NULL,
			    ATTRS(group, ATTR_NUMBER("phase", 0)));
}

static bool add_account(struct importing *importing, const struct store_row *row, struct err *err)
{
	const struct row_account *account = &row->account;
	struct ddb_writing *writing = &importing->writing;
	struct arena *arena = writing->arena;
	struct attr *lines = arena_array(arena, account->address_count + 1, sizeof *lines);
	const char *key = normal_order_key(arena, account->full_name, STORE_NAME_KEY);
	const struct attr group = ATTR_TEXT("grp", group_names[account->group]),
			  name = ATTR_TEXT("name", account->full_name);

	if (!lines || !key)
		return no_memory(err);
	if (account->closed)
		return add_closed(writing, account), true;
	for (size_t i = 0; i < account->address_count; i++)
		lines[i] = ATTR_TEXT("line", account->address[i]);
	ddb_add_put(writing, ddb_key_account(arena, account->id), "attribute_not_exists(#pk)",
		    ATTRS(group, name, ATTR_TEXT("email", account->email), ATTR_TEXT("mobile", account->mobile),
			  ATTR_LIST(account->address_count ? "address" : NULL, lines, account->address_count),
			  ATTR_NUMBER("created", account->created_at), ATTR_NUMBER("rev", 1)));
	ddb_add_put(writing, ddb_key_account_entry(arena, account->id), NULL, ATTRS(group));
	if (account->group == GROUP_SELLERS)
		ddb_add_put(writing, ddb_key_seller_entry(arena, key, account->id), NULL, ATTRS(name));
	return true;
}

/* ---- products ---- */

static bool add_product(struct importing *importing, const struct store_row *row, struct err *err)
{
	const struct row_product *moved = &row->product;
	struct arena *arena = importing->writing.arena;
	const struct ddb_product product = {.product = {.id = moved->id,
							.seller_id = moved->seller_id,
							.name = moved->name,
							.description = moved->description,
							.price = moved->price,
							.category = moved->category,
							.stock = moved->stock,
							.version = moved->version,
							.created_at = moved->created_at,
							.updated_at = moved->updated_at},
					    .hot = {.archived = moved->archived},
					    .category_key = normal_category_key(arena, moved->category)};
	struct ddb_category category;

	if (!product.category_key)
		return no_memory(err);
	if (!ddb_category_read(importing->store, product.category_key, arena, &category, err))
		return false;
	ddb_add_product(&importing->writing, &product, &category, moved->category);
	add_owner(&importing->writing, moved->seller_id);
	return true;
}

static bool add_picture(struct importing *importing, const struct store_row *row, struct err *err)
{
	const struct store_picture picture = {
	    .media_type = row->picture.media_type, .bytes = row->picture.bytes, .length = row->picture.length};

	(void)err;
	ddb_add_moved_picture(&importing->writing, row->picture.product_id, &picture);
	return true;
}

/* ---- what clients have ---- */

static bool add_cart(struct importing *importing, const struct store_row *row, struct err *err)
{
	const struct row_cart *moved = &row->cart;
	struct cart_item items[LIMIT_LINES];
	const struct cart cart = {.items = items, .items_count = moved->items_count, .version = moved->version};

	(void)err;
	for (size_t i = 0; i < moved->items_count; i++)
		items[i] = (struct cart_item){.product_id = moved->items[i].product_id,
					      .quantity = moved->items[i].quantity,
					      .seen_price = moved->items[i].price};
	ddb_add_moved_cart(&importing->writing, moved->client_id, &cart);
	add_owner(&importing->writing, moved->client_id);
	return true;
}

static void fill_purchase(const struct row_purchase *moved, struct ddb_purchase *row)
{
	struct purchase *purchase = &row->purchase;

	for (size_t i = 0; i < moved->sales_count; i++) {
		row->sales[i] = moved->sales[i].id;
		purchase->parts[i] = (struct purchase_part){.seller_id = moved->sales[i].seller_id,
							    .status = moved->sales[i].status,
							    .progress = moved->sales[i].progress};
	}
	for (size_t i = 0; i < moved->lines_count; i++) {
		const struct row_line *line = &moved->lines[i];
		const struct row_sale *sale = &moved->sales[line->sale];

		purchase->lines[i] = (struct purchase_line){.product_id = line->product_id,
							    .product_name = line->product_name,
							    .seller_id = sale->seller_id,
							    .seller_name = sale->seller_name,
							    .price = line->price,
							    .quantity = line->quantity,
							    .status = sale->status};
	}
}

static bool add_purchase(struct importing *importing, const struct store_row *row, struct err *err)
{
	const struct row_purchase *moved = &row->purchase;
	struct ddb_writing *writing = &importing->writing;
	struct purchase_line *lines = arena_array(writing->arena, LIMIT_LINES, sizeof *lines);
	struct purchase_part *parts = arena_array(writing->arena, LIMIT_LINES, sizeof *parts);
	struct ddb_purchase kept = {.purchase = {.id = moved->id,
						 .client_id = moved->client_id,
						 .client_name = moved->client_name,
						 .purchase_date = moved->purchase_date,
						 .total = moved->total,
						 .lines = lines,
						 .lines_count = moved->lines_count,
						 .parts = parts,
						 .parts_count = moved->sales_count,
						 .delivery = moved->delivery,
						 .note = moved->note}};

	if (!lines || !parts)
		return no_memory(err);
	fill_purchase(moved, &kept);
	ddb_add_purchase(writing, &kept);
	for (size_t i = 0; i < moved->sales_count; i++)
		ddb_add_sale(writing, &kept, i, moved->purchase_date, true);
	ddb_add_delivery(writing, &kept.purchase, moved->kept_until);
	add_owner(writing, moved->client_id);
	return true;
}

static bool add_key(struct importing *importing, const struct store_row *row, struct err *err)
{
	const struct row_key *key = &row->key;

	if (key->answer || !key->purchase_id)
		return err_set(
		    err, ERR_INVALID,
		    "The answer to this key is an older program's, and isn't kept here: it is forgotten after 48"
		    " hours, so export the shop again then");
	ddb_add_put(&importing->writing, ddb_key_idempotency(importing->writing.arena, key->client_id, key->key),
		    "attribute_not_exists(#pk)",
		    ATTRS(ATTR_BYTES("d", key->digest, ROW_DIGEST), ATTR_TEXT("pid", key->purchase_id),
			  ATTR_NUMBER("ttl", ddb_ttl(key->kept_until))));
	add_owner(&importing->writing, key->client_id);
	return true;
}

/* ---- all of them ---- */

static add_fn *const adds[ROW_KINDS] = {
    [ROW_ACCOUNT] = add_account, [ROW_PRODUCT] = add_product,	[ROW_PICTURE] = add_picture,
    [ROW_CART] = add_cart,	 [ROW_PURCHASE] = add_purchase, [ROW_KEY] = add_key,
};

/* The first condition is that the row isn't there: whether it is one of the others that failed, or that one, tells
 * whether it is there already. (A picture's is that the product is there, and has none.) */
static bool put_row(struct importing *importing, const struct store_row *row, struct arena *arena, struct err *err)
{
	struct dynamo_cancelled cancelled;
	struct err cause;

	importing->writing = (struct ddb_writing){.arena = arena};
	if (!adds[row->kind](importing, row, err))
		return false;
	if (ddb_write(importing->store, &importing->writing, &cancelled, &cause))
		return true;
	if (cause.kind != ERR_CONFLICT) {
		if (err)
			*err = cause;
		return false;
	}
	const bool there = cancelled.failed[0] && (row->kind != ROW_PICTURE || cancelled.items[0]);
	dynamo_cancelled_done(&cancelled);
	return there || err_set(err, ERR_INVALID, "What this row refers to is not here");
}

bool dynamodb_import_rows(struct store *store, const struct store_row *rows, size_t count, struct err *err)
{
	struct importing importing = {.store = ddb_of(store)};
	struct arena arena;
	bool good = true;

	arena_init(&arena, SIZE_MAX);
	for (size_t i = 0; good && i < count; i++) {
		arena_reset(&arena);
		good = put_row(&importing, &rows[i], &arena, err);
	}
	arena_done(&arena);
	return good;
}
