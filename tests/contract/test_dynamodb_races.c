/* What may come between the reading and the writing of one operation on DynamoDB: each interleaving once, at will. This
 * program stands between the store and its engine: before a transaction is written, or after something was read, it has
 * somebody else be quicker. It may also lose an answer.
 */
#include <string.h>

#include "base/crypt.h"
#include "models/limits.h"
#include "tests/contract/dynamodb_world.h"

/* ---- between the store and its engine ---- */

struct race {
	struct fixture *fx;
	const char *client, *seller;
	struct product lamp, tea;
	struct purchase purchase; /* where there was one before */
};

static void (*before_writing)(struct race *race); /* once */
static const char *written;                       /* only before something with such a partition key; NULL: anything */
static void (*after_reading)(struct race *race);  /* once; and what was read first of the key is what counts */
static struct race race;
static bool unread;      /* nothing can be read */
static int answers = -1; /* so many are heard, and the next one is lost; -1: all are heard */

static bool is_awaited(const struct dynamo_write *writes, size_t count)
{
	if (!written)
		return true;
	for (size_t i = 0; i < count; i++)
		if (!strncmp(writes[i].key.pk, written, strlen(written)))
			return true;
	return false;
}

bool __real_dynamo_write(struct dynamo *dynamo, const struct dynamo_write *writes, size_t count, struct arena *arena,
			 struct dynamo_cancelled *ret_cancelled, struct err *err);
bool __wrap_dynamo_write(struct dynamo *dynamo, const struct dynamo_write *writes, size_t count, struct arena *arena,
			 struct dynamo_cancelled *ret_cancelled, struct err *err);
bool __wrap_dynamo_write(struct dynamo *dynamo, const struct dynamo_write *writes, size_t count, struct arena *arena,
			 struct dynamo_cancelled *ret_cancelled, struct err *err)
{
	void (*quicker)(struct race *) = is_awaited(writes, count) ? before_writing : NULL;

	if (quicker) {
		before_writing = NULL;
		written = NULL;
		quicker(&race);
	}
	const bool done = __real_dynamo_write(dynamo, writes, count, arena, ret_cancelled, err);
	if (answers >= 0 && answers-- == 0)
		return err_set(err, ERR_UNAVAILABLE, "There was no answer");
	return done;
}

bool __real_dynamo_get_many(struct dynamo *dynamo, const struct dynamo_key *keys, size_t count, bool consistent,
			    struct arena *arena, struct dynamo_items *ret_items, struct err *err);
bool __wrap_dynamo_get_many(struct dynamo *dynamo, const struct dynamo_key *keys, size_t count, bool consistent,
			    struct arena *arena, struct dynamo_items *ret_items, struct err *err);
/* DynamoDB reads the items of one request each at a moment of its own: here the idempotency key before, all else after.
 */
bool __wrap_dynamo_get_many(struct dynamo *dynamo, const struct dynamo_key *keys, size_t count, bool consistent,
			    struct arena *arena, struct dynamo_items *ret_items, struct err *err)
{
	void (*quicker)(struct race *) = after_reading;

	if (unread)
		return err_set(err, ERR_UNAVAILABLE, "There was no answer");
	after_reading = NULL;
	if (quicker)
		quicker(&race);
	if (!__real_dynamo_get_many(dynamo, keys, count, consistent, arena, ret_items, err))
		return false;
	for (size_t i = 0; quicker && i < count; i++)
		if (!strncmp(keys[i].sk, "K#", 2))
			ret_items->items[i] = NULL;
	return true;
}

/* ---- what the others do ---- */

static bool try_to_buy(struct race *r, const char *key, int64_t lamps, struct store_purchase_result *ret_result)
{
	const struct purchase_item items[] = {{r->lamp.id, lamps, 500}, {r->tea.id, 1, 100}};

	return suite_try(r->fx->store, r->client, key, 1, items, 2, &r->fx->arena, ret_result, &r->fx->err);
}

static void the_same_is_bought(struct race *r)
{
	OK(r->fx, try_to_buy(r, "key", 9, &(struct store_purchase_result){.replayed = false}));
}

static void nothing_happens(struct race *r)
{
	(void)r;
}

static void somebody_else_buys(struct race *r)
{
	const struct purchase_item item = {r->lamp.id, 3, 500};

	suite_buy(r->fx, suite_client(r->fx, "Bob"), &item, 1);
}

static void change(struct race *r, const struct product_change *wanted)
{
	struct store *store = r->fx->store;

	OK(r->fx, store->product_update(store, r->seller, r->lamp.id, wanted, &r->fx->arena, &r->lamp, &r->fx->err));
}

static void it_becomes_dearer(struct race *r)
{
	const struct product_change dearer = suite_change(NULL, NULL, NULL, 501, -1);

	change(r, &dearer);
}

static void it_gets_another_name(struct race *r)
{
	const struct product_change renamed = suite_change("Big lamp", NULL, "And words", -1, -1);

	change(r, &renamed);
}

static void the_shelf_is_filled(struct race *r)
{
	const struct product_change full = suite_change(NULL, NULL, NULL, -1, LIMIT_STOCK);

	change(r, &full);
}

static void the_shelf_is_cleared(struct race *r)
{
	const struct product_change few = suite_change(NULL, NULL, NULL, -1, 5);

	change(r, &few);
}

static void the_shelf_is_filled_and_soon_cleared(struct race *r)
{
	the_shelf_is_filled(r);
	before_writing = the_shelf_is_cleared;
}

static void it_is_archived(struct race *r)
{
	OK(r->fx, r->fx->store->product_archive(r->fx->store, r->seller, r->lamp.id, &r->fx->err));
}

static void the_client_leaves(struct race *r)
{
	OK(r->fx, r->fx->store->account_delete(r->fx->store, GROUP_CLIENTS, r->client, &r->fx->err));
}

static void fill_cart(struct race *r, int64_t lamps, int64_t version)
{
	struct cart_item items[] = {{.product_id = r->tea.id, .quantity = 5},
				    {.product_id = r->lamp.id, .quantity = lamps}};
	struct cart cart = {.items = items, .items_count = 2, .version = version};

	OK(r->fx, r->fx->store->cart_put(r->fx->store, r->client, &cart, &r->fx->arena, &cart, &r->fx->err));
}

static void more_is_put_into_the_cart(struct race *r)
{
	fill_cart(r, 7, 1);
}

static void the_seller(struct race *r, enum sale_status status)
{
	struct store *store = r->fx->store;
	struct sale sale = suite_newest_sale(r->fx, r->seller);

	OK(r->fx, store->sale_transition(store, r->seller, MOVE(sale.id, status), &r->fx->arena, &sale, &r->fx->err));
}

static void the_seller_ships(struct race *r)
{
	the_seller(r, SALE_SHIPPED);
}

static void the_seller_cancels(struct race *r)
{
	the_seller(r, SALE_CANCELLED);
}

static void the_client_cancels(struct race *r)
{
	struct store *store = r->fx->store;
	struct purchase purchase;

	OK(r->fx,
	   store->purchase_cancel(store, r->client, r->purchase.id, NULL, &r->fx->arena, &purchase, &r->fx->err));
}

/* ---- the tests ---- */

static struct race *begin(void **state)
{
	struct world *world = *state;
	struct fixture *fx = &world->fx;

	before_writing = after_reading = NULL;
	written = NULL;
	unread = false;
	answers = -1;
	race = (struct race){.fx = fx, .seller = suite_seller(fx, "Grace"), .client = suite_client(fx, "Ada")};
	race.lamp = suite_product(fx, race.seller, "Lamp", 500, 10);
	race.tea = suite_product(fx, suite_seller(fx, "Kintaro"), "Tea", 100, 10);
	return &race;
}

static int64_t stock_of(struct race *r, const struct product *product)
{
	struct product found;

	OK(r->fx, r->fx->store->product_get(r->fx->store, product->id, &r->fx->arena, &found, &r->fx->err));
	return found.stock;
}

static size_t purchases(struct race *r)
{
	return suite_list_purchases(r->fx, r->client, NULL, NULL).purchases_count;
}

static void one_key_buys_once(void **state)
{
	struct race *r = begin(state);
	struct store_purchase_result result;

	before_writing = the_same_is_bought;
	OK(r->fx, try_to_buy(r, "key", 9, &result));
	assert_true(result.replayed);
	assert_int_equal(purchases(r), 1);
	assert_int_equal(stock_of(r, &r->lamp), 1);
}

/* The stock is missing that this key has bought: that is no reason to say that it couldn't be. */
static void a_key_is_not_told_that_its_own_purchase_took_all(void **state)
{
	struct race *r = begin(state);
	struct store_purchase_result result;

	after_reading = the_same_is_bought;
	OK(r->fx, try_to_buy(r, "key", 9, &result));
	assert_true(result.replayed);
	assert_int_equal(purchases(r), 1);
	/* And another body under it is still refused. */
	const struct purchase_item item = {r->lamp.id, 9, 500};
	after_reading = nothing_happens;
	assert_false(suite_try(r->fx->store, r->client, "key", 2, &item, 1, &r->fx->arena, &result, &r->fx->err));
	suite_expect(r->fx, ERR_UNPROCESSABLE, "key_reused");
}

static void what_is_sold_meanwhile_is_out_of_stock(void **state)
{
	struct race *r = begin(state);
	struct store_purchase_result result = {.faults_count = 0};

	before_writing = somebody_else_buys;
	assert_false(try_to_buy(r, "key", 9, &result));
	suite_expect(r->fx, ERR_CONFLICT, "out_of_stock");
	assert_int_equal(result.faults_count, 1);
	assert_int_equal(result.faults[0].product.stock, 7);
	assert_int_equal(purchases(r), 0);
	assert_int_equal(stock_of(r, &r->tea), 10);
	/* With enough left nobody is in anybody's way. */
	before_writing = somebody_else_buys;
	OK(r->fx, try_to_buy(r, "key", 4, &result));
	assert_int_equal(stock_of(r, &r->lamp), 0);
}

static void another_price_or_none_is_told(void **state)
{
	struct race *r = begin(state);
	struct store_purchase_result result = {.faults_count = 0};

	before_writing = it_gets_another_name;
	OK(r->fx, try_to_buy(r, "first", 1, &result));
	before_writing = it_becomes_dearer;
	assert_false(try_to_buy(r, "key", 1, &result));
	suite_expect(r->fx, ERR_CONFLICT, "price_changed");
	assert_int_equal(result.faults[0].product.price, 501);
	const struct product_change cheaper = suite_change(NULL, NULL, NULL, 500, -1);
	change(r, &cheaper);
	before_writing = it_is_archived;
	assert_false(try_to_buy(r, "key", 1, &result));
	suite_expect(r->fx, ERR_CONFLICT, "out_of_stock");
	assert_int_equal(result.faults[0].reason, FAULT_GONE);
	assert_int_equal(purchases(r), 1);
}

static void what_is_put_into_the_cart_meanwhile_stays(void **state)
{
	struct race *r = begin(state);
	struct store_purchase_result result;
	struct cart cart;

	fill_cart(r, 2, 0);
	before_writing = more_is_put_into_the_cart;
	OK(r->fx, try_to_buy(r, "key", 2, &result));
	OK(r->fx, r->fx->store->cart_get(r->fx->store, r->client, &r->fx->arena, &cart, &r->fx->err));
	assert_int_equal(cart.version, 3);
	assert_int_equal(cart.items_count, 2);
	assert_int_equal(cart.items[0].quantity, 4);
	assert_int_equal(cart.items[1].quantity, 5);
	/* Putting it is no different. */
	struct cart wanted = {.version = 3};
	before_writing = the_client_leaves;
	assert_false(r->fx->store->cart_put(r->fx->store, r->client, &wanted, &r->fx->arena, &cart, &r->fx->err));
	suite_expect(r->fx, ERR_NOT_FOUND, NULL);
}

static void a_stale_cart_is_found_out_late(void **state)
{
	struct race *r = begin(state);
	struct cart wanted = {.version = 1}, cart;

	fill_cart(r, 2, 0);
	before_writing = more_is_put_into_the_cart;
	assert_false(r->fx->store->cart_put(r->fx->store, r->client, &wanted, &r->fx->arena, &cart, &r->fx->err));
	suite_expect(r->fx, ERR_CONFLICT, "version_conflict");
	assert_int_equal(cart.version, 2);
	assert_int_equal(cart.items[1].quantity, 7);
}

static void who_has_left_buys_and_cancels_nothing(void **state)
{
	struct race *r = begin(state);
	struct store *store = r->fx->store;
	struct store_purchase_result result;

	OK(r->fx, try_to_buy(r, "first", 1, &result));
	before_writing = the_client_leaves;
	assert_false(store->purchase_cancel(store, r->client, result.purchase.id, "My words", &r->fx->arena,
					    &r->purchase, &r->fx->err));
	suite_expect(r->fx, ERR_NOT_FOUND, NULL);
	assert_int_equal(suite_newest_sale(r->fx, r->seller).status, SALE_PLACED);
	assert_null(suite_newest_sale(r->fx, r->seller).progress.reason);
	r->client = suite_client(r->fx, "Bob");
	before_writing = the_client_leaves;
	assert_false(try_to_buy(r, "key", 1, &result));
	suite_expect(r->fx, ERR_NOT_FOUND, NULL);
	assert_int_equal(stock_of(r, &r->lamp), 9);
}

/* Whoever is quicker: stock comes back once. */
static void stock_comes_back_once(void **state)
{
	static void (*const others[])(struct race *) = {the_seller_ships, the_seller_cancels, the_client_cancels};
	static const int64_t lamps_left[] = {8, 10, 10}, teas_left[] = {9, 10, 10};
	struct race *r = begin(state);
	struct store *store = r->fx->store;
	struct store_purchase_result result;
	struct sale sale;

	for (size_t i = 0; i < 3; i++) {
		*r = *begin(state);
		OK(r->fx, try_to_buy(r, "key", 2, &result));
		r->purchase = result.purchase;
		before_writing = others[i];
		bool done = store->purchase_cancel(store, r->client, r->purchase.id, NULL, &r->fx->arena, &r->purchase,
						   &r->fx->err);
		assert_int_equal(done, i == 1); /* what the seller has cancelled is passed over */
		if (!done)
			suite_expect(r->fx, ERR_CONFLICT, "illegal_transition");
		assert_int_equal(stock_of(r, &r->lamp), lamps_left[i]);
		assert_int_equal(stock_of(r, &r->tea), teas_left[i]);
	}
	/* The seller's side of it. */
	for (size_t i = 0; i < 3; i++) {
		*r = *begin(state);
		OK(r->fx, try_to_buy(r, "key", 2, &result));
		r->purchase = result.purchase;
		sale = suite_newest_sale(r->fx, r->seller);
		before_writing = others[i];
		assert_false(store->sale_transition(store, r->seller, MOVE(sale.id, SALE_CANCELLED), &r->fx->arena,
						    &sale, &r->fx->err));
		suite_expect(r->fx, ERR_CONFLICT, "illegal_transition");
		assert_int_equal(stock_of(r, &r->lamp), lamps_left[i]);
	}
}

/* Two lamps and a tea were bought, somebody else is quicker, and then the client cancels: how many lamps there are. */
static int64_t lamps_after_a_cancellation(void **state, void (*quicker)(struct race *r))
{
	struct race *r = begin(state);
	struct store_purchase_result result;

	OK(r->fx, try_to_buy(r, "key", 2, &result));
	r->purchase = result.purchase;
	before_writing = quicker;
	the_client_cancels(r);
	assert_int_equal(stock_of(r, &r->tea), 10);
	return stock_of(r, &r->lamp);
}

static void stock_comes_back_to_its_limit_at_most(void **state)
{
	assert_int_equal(lamps_after_a_cancellation(state, the_shelf_is_filled), LIMIT_STOCK);
}

/* There was no room for it, and then there is. */
static void stock_comes_back_to_a_shelf_that_was_full_for_a_moment(void **state)
{
	assert_int_equal(lamps_after_a_cancellation(state, the_shelf_is_filled_and_soon_cleared), 5 + 2);
}

/* The client is quicker than what tidies up behind the seller. */
static void an_end_cancels_nothing_a_second_time(void **state)
{
	struct world *world = *state;
	struct race *r = begin(state);
	struct store *store = r->fx->store;
	struct store_purchase_result result;

	OK(r->fx, try_to_buy(r, "key", 2, &result));
	r->purchase = result.purchase;
	OK(r->fx, store->account_delete(store, GROUP_SELLERS, r->seller, &r->fx->err));
	written = "C#";
	before_writing = the_client_cancels;
	suite_tend(r->fx);
	assert_null(before_writing);
	const cJSON *hot = world_item(world, world_join(world, "P#", r->lamp.id), "H");
	assert_int_equal(item_number(hot, "stock", -1), 10);
	world_forget(hot);
	OK(r->fx, store->purchase_get(store, r->client, r->purchase.id, &r->fx->arena, &r->purchase, &r->fx->err));
	assert_int_equal(r->purchase.parts[0].progress.cancelled_by, CANCELLED_BY_CLIENT);
}

/* ---- an answer that is lost ---- */

/* What was moved, what may have been, and what wasn't tried any more. */
static void a_batch_ends_where_nobody_knows(void **state)
{
	enum { SALES = 3 };
	struct race *r = begin(state);
	struct store *store = r->fx->store;
	struct sale_move moves[SALES];
	struct sale sales[SALES], sale;
	struct err errs[SALES];

	for (size_t i = 0; i < SALES; i++) {
		suite_buy_one(r->fx, r->client, &r->lamp, 1);
		moves[i] = *MOVE(suite_newest_sale(r->fx, r->seller).id, SALE_SHIPPED);
	}
	answers = 1;
	OK(r->fx, store->sale_batch(store, r->seller, moves, SALES, &r->fx->arena, sales, errs, &r->fx->err));
	for (size_t i = 0; i < SALES; i++) {
		assert_int_equal(errs[i].kind, i ? ERR_UNAVAILABLE : ERR_NONE);
		OK(r->fx, store->sale_get(store, r->seller, moves[i].id, &r->fx->arena, &sale, &r->fx->err));
		assert_int_equal(sale.status, i < 2 ? SALE_SHIPPED : SALE_PLACED);
	}
	/* Only what surely did nothing is said to have done nothing. */
	unread = true;
	assert_false(store->sale_batch(store, r->seller, moves + 2, 1, &r->fx->arena, sales, errs, &r->fx->err));
	suite_expect(r->fx, ERR_UNAVAILABLE, NULL);
	unread = false;
	answers = 0;
	OK(r->fx, store->sale_batch(store, r->seller, moves + 2, 1, &r->fx->arena, sales, errs, &r->fx->err));
	assert_int_equal(errs[0].kind, ERR_UNAVAILABLE);
	assert_int_equal(suite_newest_sale(r->fx, r->seller).status, SALE_SHIPPED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WORLD_TEST(one_key_buys_once),
	    WORLD_TEST(a_key_is_not_told_that_its_own_purchase_took_all),
	    WORLD_TEST(what_is_sold_meanwhile_is_out_of_stock),
	    WORLD_TEST(another_price_or_none_is_told),
	    WORLD_TEST(what_is_put_into_the_cart_meanwhile_stays),
	    WORLD_TEST(a_stale_cart_is_found_out_late),
	    WORLD_TEST(who_has_left_buys_and_cancels_nothing),
	    WORLD_TEST(stock_comes_back_once),
	    WORLD_TEST(stock_comes_back_to_its_limit_at_most),
	    WORLD_TEST(stock_comes_back_to_a_shelf_that_was_full_for_a_moment),
	    WORLD_TEST(an_end_cancels_nothing_a_second_time),
	    WORLD_TEST(a_batch_ends_where_nobody_knows),
	};

	if (!crypt_init())
		return 1;
	engine_start();
	return cmocka_run_group_tests_name("races in DynamoDB", tests, NULL, NULL);
}
