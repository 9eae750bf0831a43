/* A shop that moves into DynamoDB and out of it again: all of it is the same in each of the three stores, also what
 * follows from it, whatever broke off between.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "platform/store/dynamodb/dynamodb.h"
#include "tests/contract/engine.h"
#include "tests/contract/move_world.h"

const int move_more = 40;

static struct engine_table *table;

/* The shop that is moved into has its store in a table. */
static int set_up(void **state)
{
	if (move_set_up(state) != 0)
		return -1;
	struct world *world = *state;

	table = engine_table(false);
	if (!table)
		return -1;
	world->to.platform.store->close(world->to.platform.store);
	world->to.platform.store = store_dynamodb_new(table->dynamo, "EUR", &world->err);
	return world->to.platform.store ? 0 : -1;
}

static int tear_down(void **state)
{
	int left = move_tear_down(state);

	table = engine_drop(table);
	return left;
}

static void tend(struct world *world)
{
	struct store *store = world->to.platform.store;
	bool more = true;

	for (int i = 0; more; i++) {
		assert_true(i < 1000);
		move_did(world, store->tend(store, clock_now(), 1000, &more, &world->err));
	}
}

static void there_and_back(void **state)
{
	struct world *world = *state;
	const struct tally first = move_out(world, &world->from, world->first);

	move_did(world, move_in(world));
	const struct tally second = move_out(world, &world->to, world->second);
	move_did(world, tally_equal(&first, &second, &world->err));

	/* The next shop is in SQLite again. */
	struct shop table_shop = world->to;
	move_open(world, &world->to);
	unlink(world->first);
	assert_int_equal(rename(world->second, world->first), 0);
	move_did(world, move_in(world));
	const struct tally third = move_out(world, &world->to, world->second);
	move_did(world, tally_equal(&first, &third, &world->err));
	move_close(&table_shop);
}

/* ---- what follows from the rows ---- */

static void it_tells_the_same(void **state)
{
	struct world *world = *state;

	move_out(world, &world->from, world->first);
	move_did(world, move_in(world));
	tend(world);
	move_tell_the_same(world);

	/* Nobody is told of what happened elsewhere. */
	struct store *store = world->to.platform.store;
	const struct store_page all = {.after = "0,9999999999999", .limit = 100};
	struct store_changes changes;
	move_did(world,
		 store->change_list(store, GROUP_SELLERS, move_seller, all, &world->arena, &changes, &world->err));
	assert_int_equal(changes.count, 0);
	move_did(world,
		 store->change_list(store, GROUP_CLIENTS, move_client, all, &world->arena, &changes, &world->err));
	assert_int_equal(changes.count, 0);
}

/* ---- broken off ---- */

static store_import_rows_fn *real_import;
static size_t rows_left;

static bool failing_import(struct store *store, const struct store_row *rows, size_t count, struct err *err)
{
	for (size_t i = 0; i < count; i++) {
		if (!rows_left--)
			return err_set(err, ERR_UNAVAILABLE, "It broke off");
		if (!real_import(store, &rows[i], 1, err))
			return false;
	}
	return true;
}

/* In the middle of a piece, so that rows come again; categories and counts are right all the same. */
static void broken_off_it_goes_on(void **state)
{
	struct world *world = *state;
	struct store *store = world->to.platform.store;
	bool empty;

	move_out(world, &world->from, world->first);
	move_did(world, store->is_empty(store, &empty, &world->err));
	assert_true(empty);
	real_import = store->import_rows;
	store->import_rows = failing_import;
	for (size_t i = 0; i < 4; i++) {
		rows_left = 30 * (i + 1);
		assert_false(move_in(world));
		assert_int_equal(world->err.kind, ERR_UNAVAILABLE);
		assert_false(move_is_whole(store, &world->err));
	}
	store->import_rows = real_import;
	move_did(world, move_in(world));
	move_did(world, store->is_empty(store, &empty, &world->err));
	assert_false(empty);

	struct category_page was, is;
	struct store *from = world->from.platform.store;
	const struct store_page page = {.limit = 100};
	const char *next;
	move_did(world, from->category_list(from, page, &world->arena, &was, &next, &world->err));
	move_did(world, store->category_list(store, page, &world->arena, &is, &next, &world->err));
	assert_int_equal(was.categories_count, is.categories_count);
	for (size_t i = 0; i < was.categories_count; i++) {
		assert_string_equal(was.categories[i].name, is.categories[i].name);
		assert_int_equal(was.categories[i].products, is.categories[i].products);
	}
}

/* A row whose owner was never moved. */
static void what_refers_to_nothing_is_refused(void **state)
{
	struct world *world = *state;
	struct store *store = world->to.platform.store;
	const struct store_row rows[] = {
	    {.kind = ROW_PRODUCT,
	     .product =
		 {.id = "01P", .seller_id = "01NOBODY", .name = "n", .description = "", .category = "c", .version = 1}},
	    {.kind = ROW_PICTURE,
	     .picture = {.product_id = "01P", .media_type = "image/png", .bytes = "b", .length = 1}},
	    {.kind = ROW_CART, .cart = {.client_id = "01NOBODY", .version = 1}},
	    {.kind = ROW_KEY, .key = {.client_id = "01NOBODY", .key = "k", .purchase_id = "01B", .kept_until = 1000}}};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_false(store->import_rows(store, &rows[i], 1, &world->err));
		assert_int_equal(world->err.kind, ERR_INVALID);
	}
}

int main(void)
{
#define TABLE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TABLE_TEST(there_and_back),
	    TABLE_TEST(it_tells_the_same),
	    TABLE_TEST(broken_off_it_goes_on),
	    TABLE_TEST(what_refers_to_nothing_is_refused),
	};

	engine_start();
	return cmocka_run_group_tests_name("moving a shop into DynamoDB", tests, NULL, NULL);
}
