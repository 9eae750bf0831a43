/* The shop's rows: the table is scanned, and what else belongs to a row is read along, a page at a time. Nobody writes
 * meanwhile. */
#include <string.h>

#include "platform/store/dynamodb/cart.h"
#include "platform/store/dynamodb/order.h"

struct exporting {
	struct dynamodb_store *store;
	store_row_fn *take;
	void *context;
	struct arena arena; /* for one page */
	/* Accounts whose end isn't over. */
	struct arena endings_arena;
	const char *const *endings;
	size_t endings_count;
};

static bool no_memory(struct err *err)
{
	return err_memory(err, "exporting the shop");
}

/* ---- ends under way ---- */

static bool read_endings(struct exporting *exporting, struct err *err)
{
	struct arena *arena = &exporting->endings_arena;
	struct dynamo_query query = {.pk = ddb_key_ending(arena, "").pk, .consistent = true};

	do {
		struct dynamo_items page;
		bool failed = false;

		if (!dynamo_query(exporting->store->dynamo, &query, arena, &page, err))
			return false;
		const char **all = arena_array(arena, exporting->endings_count + page.count + 1, sizeof *all);
		for (size_t i = 0; all && i < exporting->endings_count; i++)
			all[i] = exporting->endings[i];
		for (size_t i = 0; all && i < page.count; i++)
			all[exporting->endings_count++] = item_text(page.items[i], "sk", arena, &failed);
		exporting->endings = all;
		query.after = page.next_sk;
		dynamo_items_done(&page);
		if (!all || failed)
			return no_memory(err);
	} while (query.after);
	return true;
}

static bool is_ending(const struct exporting *exporting, const char *id)
{
	for (size_t i = 0; i < exporting->endings_count; i++)
		if (!strcmp(exporting->endings[i], id))
			return true;
	return false;
}

/* ---- one item each; `other` is what was read along with it, or NULL ---- */

struct found {
	const cJSON *item;
	const char *id; /* of the account, the product, the client */
	const char *sk;
	size_t kind; /* of kinds[] */
};
typedef bool give_fn(struct exporting *exporting, const struct found *found, const cJSON *other, struct err *err);

static bool give(struct exporting *exporting, const struct store_row *row, bool failed, struct err *err)
{
	return failed ? no_memory(err) : exporting->take(exporting->context, row, err);
}

static bool give_account(struct exporting *exporting, const struct found *found, const cJSON *other, struct err *err)
{
	struct ddb_account account;

	(void)other;
	if (!ddb_account_find(exporting->store, found->id, true, &exporting->arena, &account, err))
		return false;
	const struct store_row row = {.kind = ROW_ACCOUNT,
				      .account = {.id = found->id,
						  .group = (int)account.account.group,
						  .email = account.account.email,
						  .full_name = account.account.full_name,
						  .mobile = account.account.mobile,
						  .address = account.account.address,
						  .address_count = account.account.address_count,
						  .created_at = account.account.created_at,
						  .closed = account.closed,
						  .ending = is_ending(exporting, found->id)}};
	return give(exporting, &row, !row.account.full_name, err);
}

static bool give_picture(struct exporting *exporting, const struct ddb_hot *hot, struct err *err)
{
	struct store_row row = {.kind = ROW_PICTURE,
				.picture = {.product_id = hot->id,
					    .media_type = hot->media_type,
					    .length = (size_t)hot->picture_length}};

	if (!ddb_picture_read(exporting->store, hot, &exporting->arena, &row.picture.bytes, err))
		return false;
	if (!row.picture.bytes)
		return err_set(err, ERR_UNAVAILABLE,
			       "Somebody writes while the shop is exported: see to it that nobody does");
	return give(exporting, &row, false, err);
}

static bool give_product(struct exporting *exporting, const struct found *found, const cJSON *texts, struct err *err)
{
	struct arena *arena = &exporting->arena;
	bool failed = false;
	struct ddb_hot hot;

	ddb_hot_take(found->item, found->id, arena, &hot, &failed);
	const struct store_row row = {.kind = ROW_PRODUCT,
				      .product = {.id = found->id,
						  .seller_id = hot.seller_id,
						  .name = item_text(texts, "name", arena, &failed),
						  .description = item_text(texts, "descr", arena, &failed),
						  .price = hot.price,
						  .category = item_text(texts, "cat", arena, &failed),
						  .stock = hot.stock,
						  .version = hot.version,
						  .archived = hot.archived,
						  .created_at = item_number(texts, "created", 0),
						  .updated_at = hot.updated_at}};
	if (!failed && (!row.product.name || !row.product.description || !row.product.category))
		return err_set(err, ERR_INTERNAL, "Product %.64s has no texts", found->id);
	return give(exporting, &row, failed, err) && (!hot.has_picture || give_picture(exporting, &hot, err));
}

static bool give_cart(struct exporting *exporting, const struct found *found, const cJSON *other, struct err *err)
{
	struct row_cart_item items[LIMIT_LINES];
	struct cart cart;

	(void)other;
	if (!ddb_cart_take(exporting->store, found->item, &exporting->arena, &cart, err))
		return false;
	for (size_t i = 0; i < cart.items_count; i++)
		items[i] = (struct row_cart_item){
		    cart.items[i].product_id, cart.items[i].quantity, cart.items[i].seen_price};
	const struct store_row row = {
	    .kind = ROW_CART,
	    .cart = {.client_id = found->id, .version = cart.version, .items = items, .items_count = cart.items_count}};
	return give(exporting, &row, false, err);
}

/* ---- purchases ---- */

/* The part of a seller: a purchase has one for each. */
static size_t part_of(const struct purchase *purchase, const char *seller)
{
	size_t part = 0;

	while (part + 1 < purchase->parts_count && strcmp(purchase->parts[part].seller_id, seller) != 0)
		part++;
	return part;
}

static void fill_parts(const struct ddb_purchase *kept, struct row_sale *sales, struct row_line *lines)
{
	const struct purchase *purchase = &kept->purchase;

	for (size_t i = 0; i < purchase->parts_count; i++)
		sales[i] = (struct row_sale){.id = kept->sales[i],
					     .seller_id = purchase->parts[i].seller_id,
					     .status = purchase->parts[i].status,
					     .progress = purchase->parts[i].progress};
	for (size_t i = 0; i < purchase->lines_count; i++) {
		const struct purchase_line *line = &purchase->lines[i];
		const size_t part = part_of(purchase, line->seller_id);

		sales[part].seller_name = line->seller_name;
		sales[part].total += line->price * line->quantity;
		lines[i] = (struct row_line){
		    (int64_t)part, line->product_id, line->product_name, line->price, line->quantity};
	}
}

static bool give_purchase(struct exporting *exporting, const struct found *found, const cJSON *kept, struct err *err)
{
	struct row_sale sales[LIMIT_LINES] = {{.id = NULL}};
	struct row_line lines[LIMIT_LINES];
	struct ddb_purchase row;
	struct store_row moved = {.kind = ROW_PURCHASE};

	if (!ddb_purchase_take(exporting->store, found->item, found->id, &exporting->arena, &row, err) ||
	    !ddb_delivery_take(kept, 0, &exporting->arena, &moved.purchase.delivery, &moved.purchase.note, err))
		return false;
	fill_parts(&row, sales, lines);
	moved.purchase.id = row.purchase.id;
	moved.purchase.client_id = found->id;
	moved.purchase.client_name = row.purchase.client_name;
	moved.purchase.purchase_date = row.purchase.purchase_date;
	moved.purchase.total = row.purchase.total;
	moved.purchase.kept_until = item_number(kept, "ttl", 0) * 1000;
	moved.purchase.sales = sales;
	moved.purchase.sales_count = row.purchase.parts_count;
	moved.purchase.lines = lines;
	moved.purchase.lines_count = row.purchase.lines_count;
	return give(exporting, &moved, false, err);
}

static bool give_key(struct exporting *exporting, const struct found *found, const cJSON *other, struct err *err)
{
	bool failed = false;
	size_t length = 0;
	struct store_row row = {.kind = ROW_KEY,
				.key = {.client_id = found->id,
					.key = found->sk + strlen("K#"),
					.purchase_id = item_text(found->item, "pid", &exporting->arena, &failed),
					.kept_until = item_number(found->item, "ttl", 0) * 1000}};
	const void *digest = item_bytes(found->item, "d", &exporting->arena, &length, &failed);

	(void)other;
	if (!failed && (!digest || length != ROW_DIGEST || !row.key.purchase_id))
		return err_set(err, ERR_INTERNAL, "A kept key is damaged");
	if (!failed)
		memcpy(row.key.digest, digest, ROW_DIGEST);
	return give(exporting, &row, failed, err);
}

/* ---- pages ---- */

static struct dynamo_key texts_of(struct arena *arena, const struct found *found)
{
	return ddb_key_texts(arena, found->id);
}

static struct dynamo_key delivery_of(struct arena *arena, const struct found *found)
{
	return ddb_key_delivery(arena, found->id, found->sk + strlen("B#"));
}

/* What is a row, or the greater part of one, by its keys. */
static const struct kind {
	const char *pk, *sk; /* how they begin */
	bool whole;	     /* all of the sort key */
	give_fn *give;
	struct dynamo_key (*other)(struct arena *arena, const struct found *found); /* NULL: it is all of the row */
} kinds[] = {
    {"A#", "A", true, give_account, NULL},
    {"P#", "H", true, give_product, texts_of},
    {"C#", "CART", true, give_cart, NULL},
    {"C#", "B#", false, give_purchase, delivery_of},
    {"C#", "K#", false, give_key, NULL},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static size_t kind_of(const char *pk, const char *sk)
{
	size_t i = 0;

	while (i < KINDS &&
	       (strncmp(pk, kinds[i].pk, strlen(kinds[i].pk)) != 0 ||
		(kinds[i].whole ? strcmp(sk, kinds[i].sk) : strncmp(sk, kinds[i].sk, strlen(kinds[i].sk))) != 0))
		i++;
	return i;
}

/* Those of a page that are rows. */
static bool find_rows(struct exporting *exporting, const struct dynamo_items *page, struct found *found,
		      size_t *ret_count, struct err *err)
{
	bool failed = false;

	*ret_count = 0;
	for (size_t i = 0; i < page->count; i++) {
		const char *pk = item_text(page->items[i], "pk", &exporting->arena, &failed);
		const char *sk = item_text(page->items[i], "sk", &exporting->arena, &failed);

		if (!pk || !sk)
			return no_memory(err);
		const size_t kind = kind_of(pk, sk);
		if (kind < KINDS)
			found[(*ret_count)++] = (struct found){page->items[i], pk + strlen(kinds[kind].pk), sk, kind};
	}
	return true;
}

static bool give_rows(struct exporting *exporting, const struct found *found, size_t count, struct err *err)
{
	struct dynamo_key *keys = arena_array(&exporting->arena, count + 1, sizeof *keys);
	struct dynamo_items others;
	size_t wanted = 0, at = 0;
	bool good = true;

	if (!keys)
		return no_memory(err);
	for (size_t i = 0; i < count; i++)
		if (kinds[found[i].kind].other)
			keys[wanted++] = kinds[found[i].kind].other(&exporting->arena, &found[i]);
	if (!ddb_get_many(exporting->store, keys, wanted, true, &exporting->arena, &others, err))
		return false;
	for (size_t i = 0; good && i < count; i++) {
		const struct kind *kind = &kinds[found[i].kind];

		good = kind->give(exporting, &found[i], kind->other ? others.items[at++] : NULL, err);
	}
	dynamo_items_done(&others);
	return good;
}

static const char filter[] = "begins_with(#pk, :a) OR begins_with(#pk, :p) OR begins_with(#pk, :c)";

bool dynamodb_export_rows(struct store *store, store_row_fn *take, void *context, struct err *err)
{
	const struct attr values[] = {ATTR_TEXT("a", "A#"), ATTR_TEXT("p", "P#"), ATTR_TEXT("c", "C#")};
	struct exporting exporting = {.store = ddb_of(store), .take = take, .context = context};
	struct dynamo_scan scan = {.filter = filter, .values = values, .values_count = sizeof values / sizeof *values};
	struct arena places[2]; /* a page's place is in the arena of the page before */

	arena_init(&exporting.arena, SIZE_MAX);
	arena_init(&exporting.endings_arena, SIZE_MAX);
	arena_init(&places[0], SIZE_MAX);
	arena_init(&places[1], SIZE_MAX);
	bool good = read_endings(&exporting, err);
	for (size_t i = 0; good && (!i || scan.after.pk); i++) {
		struct dynamo_items page;
		size_t count = 0;

		arena_reset(&exporting.arena);
		arena_reset(&places[i % 2]);
		good = dynamo_scan(exporting.store->dynamo, &scan, &places[i % 2], &page, &scan.after, err);
		if (!good)
			break;
		struct found *found = arena_array(&exporting.arena, page.count + 1, sizeof *found);
		good =
		    found ? find_rows(&exporting, &page, found, &count, err) && give_rows(&exporting, found, count, err)
			  : no_memory(err);
		dynamo_items_done(&page);
	}
	arena_done(&places[1]);
	arena_done(&places[0]);
	arena_done(&exporting.endings_arena);
	arena_done(&exporting.arena);
	return good;
}

bool dynamodb_is_empty(struct store *store, bool *ret_empty, struct err *err)
{
	const struct attr values[] = {ATTR_TEXT("a", "A#"), ATTR_TEXT("p", "P#"), ATTR_TEXT("c", "C#")};
	struct dynamo_scan scan = {.filter = filter, .values = values, .values_count = sizeof values / sizeof *values};
	struct arena arena;
	bool good = true, empty = true;

	arena_init(&arena, SIZE_MAX);
	for (size_t i = 0; good && empty && (!i || scan.after.pk); i++) {
		struct dynamo_items page;

		good = dynamo_scan(ddb_of(store)->dynamo, &scan, &arena, &page, &scan.after, err);
		if (!good)
			break;
		empty = !page.count;
		dynamo_items_done(&page);
	}
	arena_done(&arena);
	if (good)
		*ret_empty = empty;
	return good;
}
