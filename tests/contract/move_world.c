#include "tests/contract/move_world.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "platform/identity/local/local.h"
#include "platform/store/sqlite/sqlite.h"

enum { STEPS = 400, FILE_MAX = 64 * 1024 * 1024, PICTURE = 3000 };

const char move_client[] = "01MOVINGCLIENT", move_seller[] = "01MOVINGSELLER";
static const char former[] = "01MOVINGFORMER";

void move_did(struct world *world, bool done)
{
	if (!done)
		fail_msg("%s", world->err.message);
}

void move_open(struct world *world, struct shop *shop)
{
	static const struct db_schema *const schemas[] = {&store_sqlite_schema, &identity_local_schema, NULL};
	const struct identity_local_options options = {.cheap_hash = true};

	move_did(world, db_open(NULL, schemas, &shop->db, &world->err));
	move_did(world, (shop->platform.store = store_sqlite_new(shop->db, "EUR", &world->err)) != NULL);
	move_did(world, (shop->platform.identity = identity_local_new(shop->db, &options, &world->err)) != NULL);
}

void move_close(struct shop *shop)
{
	if (shop->platform.identity)
		shop->platform.identity->close(shop->platform.identity);
	if (shop->platform.store)
		shop->platform.store->close(shop->platform.store);
	db_close(shop->db);
	*shop = (struct shop){.db = NULL};
}

/* ---- what is to be moved ---- */

struct product move_product(struct world *world, const char *of, const char *name, int64_t stock)
{
	struct store *store = world->from.platform.store;
	struct product_change change = suite_change(name, "Moving things", "One\nand another", 1250, stock);
	struct product product;

	change.seller_id = of;
	move_did(world, store->product_create(store, &change, &world->arena, &product, &world->err));
	return product;
}

static void add_picture(struct world *world, const struct product *product)
{
	struct store *store = world->from.platform.store;
	uint8_t bytes[PICTURE];
	const struct store_picture picture = {.media_type = "image/png", .bytes = bytes, .length = sizeof bytes};

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)chance_next(&world->random);
	move_did(world, store->picture_put(store, product->seller_id, product->id, &picture, &world->arena,
					    &(struct product){0}, &world->err));
}

/* With all that may go with it. */
struct store_purchase move_purchase_of(const struct purchase_item *items, size_t count, const char *key)
{
	static const char *const lines[] = {"1 Quay", "46011 Valencia"};
	static const struct delivery delivery = {
	    .full_name = "Ada", .address = lines, .address_count = 2, .mobile = "+34600123456"};

	return (struct store_purchase){.client_id = move_client,
				       .client_name = "Ada",
				       .key = key,
				       .digest = {1, 2, 3},
				       .items = items,
				       .items_count = count,
				       .delivery = &delivery,
				       .note = "Two\nlines"};
}

static struct purchase buy(struct world *world, const struct purchase_item *items, size_t count, const char *key)
{
	struct store *store = world->from.platform.store;
	const struct store_purchase wanted = move_purchase_of(items, count, key);
	struct store_purchase_result result;

	move_did(world, store->purchase_create(store, &wanted, &world->arena, &result, &world->err));
	return result.purchase;
}

static void fill(struct world *world)
{
	const struct account accounts[] = {
	    {.id = move_client,
	     .group = GROUP_CLIENTS,
	     .email = "moving@example.com",
	     .full_name = "Ada",
	     .mobile = "+34600123456"},
	    {.id = move_seller, .group = GROUP_SELLERS, .email = "seller@example.com", .full_name = "Grace"},
	    {.id = former, .group = GROUP_SELLERS, .email = "former@example.com", .full_name = "Linus"}};
	static const char *const lines[] = {"Here"};
	struct store *store = world->from.platform.store;
	char *transcript = store_suite_transcript(store, world->random, STEPS);

	assert_non_null(transcript);
	free(transcript);
	for (size_t i = 0; i < 3; i++)
		move_did(world, store->account_create(store, &accounts[i], &world->err));
	const struct account_patch patch = {.address = lines, .address_count = 1};
	move_did(world, store->account_update(store, GROUP_CLIENTS, move_client, &patch, &world->arena,
					      &(struct account){0}, &world->err));

	for (int i = 0; i < world->more; i++)
		move_product(world, move_seller, arena_printf(&world->arena, "Ware %d", i), i);
	struct product lamp = move_product(world, move_seller, "Lamp", 100),
		       cup = move_product(world, former, "Cup", 5);
	add_picture(world, &lamp);
	const struct purchase_item items[] = {{lamp.id, 2, 1250}, {cup.id, 1, 1250}};
	buy(world, items, 2, "both");
	struct purchase second = buy(world, items, 1, "one");
	move_did(world, store->purchase_cancel(store, move_client, second.id, "Changed my mind", &world->arena,
						&(struct purchase){0}, &world->err));
	struct cart_item kept[] = {{.product_id = cup.id, .quantity = 3, .seen_price = 1250},
				   {.product_id = lamp.id, .quantity = 1}};
	const struct cart cart = {.items = kept, .items_count = 2};
	move_did(world, store->cart_put(store, move_client, &cart, &world->arena, &(struct cart){0}, &world->err));
	move_did(world, store->account_delete(store, GROUP_SELLERS, former, &world->err));
}

int move_set_up(void **state)
{
	struct world *world = calloc(1, sizeof *world);
	const char *base = getenv("TMPDIR");

	*state = world;
	if (!world)
		return -1;
	snprintf(world->folder, sizeof world->folder, "%.40s/vitrine.XXXXXX", base ? base : "/tmp");
	if (!mkdtemp(world->folder))
		return -1;
	snprintf(world->first, sizeof world->first, "%s/first", world->folder);
	snprintf(world->second, sizeof world->second, "%s/second", world->folder);
	arena_init(&world->arena, SIZE_MAX);
	world->random = chance_seed();
	world->more = move_more;
	move_open(world, &world->from);
	move_open(world, &world->to);
	fill(world);
	return 0;
}

int move_tear_down(void **state)
{
	struct world *world = *state;

	move_close(&world->from);
	move_close(&world->to);
	unlink(world->first);
	unlink(world->second);
	int left = rmdir(world->folder); /* nothing else may be left beside them */
	arena_done(&world->arena);
	free(world);
	return left;
}

/* ---- files ---- */

struct buf move_read(const char *path)
{
	struct buf buf;
	FILE *file = fopen(path, "re");

	assert_non_null(file);
	buf_init(&buf, FILE_MAX);
	for (int byte; (byte = fgetc(file)) != EOF;)
		buf_add_char(&buf, (char)byte);
	fclose(file);
	assert_false(buf.failed);
	return buf;
}

void move_write(const char *path, const char *bytes, size_t length)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
}

struct tally move_out(struct world *world, struct shop *shop, const char *path)
{
	struct tally tally;

	move_did(world, move_export(&shop->platform, path, &tally, &world->err));
	return tally;
}

bool move_in(struct world *world)
{
	return move_import(&world->to.platform, world->first, &(struct tally){0}, &world->err);
}

/* ---- what follows from the rows ---- */

static void tell(struct world *world, struct shop *shop, struct buf *out)
{
	const struct product_query queries[] = {{.q = "lamp"}, {.sort = SORT_PRICE}, {.category = "moving things"}};
	const struct store_page page = {.limit = 100};
	const struct purchase_item none = {"01NONE", 1, 1};
	const struct store_purchase wanted = move_purchase_of(&none, 1, "both");
	struct store *store = shop->platform.store;
	struct json json = json_writer(out);
	struct store_purchase_result again;
	struct category_page categories;
	struct purchase_page purchases;
	struct product_page products;
	struct seller_stats stats;
	struct sale_page sales;
	struct account account;
	struct cart cart;
	const char *next;

	for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
		move_did(world,
			 store->product_list(store, &queries[i], page, &world->arena, &products, &next, &world->err));
		assert_true(products.products_count > 0);
		shape_write(&product_page_shape, &products, &json);
	}
	move_did(world, store->category_list(store, page, &world->arena, &categories, &next, &world->err));
	shape_write(&category_page_shape, &categories, &json);
	move_did(world, store->seller_stats(store, move_seller, 30, &world->arena, &stats, &world->err));
	assert_true(stats.revenue > 0);
	shape_write(&seller_stats_shape, &stats, &json);
	move_did(world,
		 store->purchase_list(store, move_client, NULL, page, &world->arena, &purchases, &next, &world->err));
	assert_int_equal(purchases.purchases_count, 2);
	shape_write(&purchase_page_shape, &purchases, &json);
	move_did(world,
		 store->sale_list(store, move_seller, -1, NULL, page, &world->arena, &sales, &next, &world->err));
	assert_int_equal(sales.sales_count, 2);
	shape_write(&sale_page_shape, &sales, &json);
	move_did(world, store->account_get(store, GROUP_CLIENTS, move_client, &world->arena, &account, &world->err));
	shape_write(&account_client_shape, &account, &json);
	move_did(world, store->cart_get(store, move_client, &world->arena, &cart, &world->err));
	shape_write(&cart_shape, &cart, &json);
	move_did(world, store->purchase_create(store, &wanted, &world->arena, &again, &world->err));
	assert_true(again.replayed);
	shape_write(&purchase_shape, &again.purchase, &json);
	assert_false(out->failed);
}

void move_tell_the_same(struct world *world)
{
	struct buf before, after;

	buf_init(&before, FILE_MAX);
	buf_init(&after, FILE_MAX);
	tell(world, &world->from, &before);
	tell(world, &world->to, &after);
	assert_string_equal(buf_str(&before), buf_str(&after));
	buf_done(&before);
	buf_done(&after);
}
