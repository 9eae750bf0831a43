/* Where purchases go and how far they are: kept as long as somebody needs it, looked for, and moved on many at once. */
#include <string.h>

#include "base/clock.h"
#include "models/limits.h"
#include "store_suite.h"

static const char *const lines[] = {"12 Harbour Street", "08001 Barcelona", "España"};
static const struct delivery home = {
    .full_name = "Ada at work", .address = lines, .address_count = 3, .mobile = "+34600123456"};

/* Two sellers with a product each, and a client. */
struct market {
	const char *grace, *kintaro, *client;
	struct product lamp, tea;
	struct purchase_item both[2];
};

static struct market open_market(struct fixture *fx)
{
	struct market market = {.grace = suite_seller(fx, "Grace"),
				.kintaro = suite_seller(fx, "Kintaro"),
				.client = suite_client(fx, "Ada")};

	market.lamp = suite_product(fx, market.grace, "Lamp", 500, 10000);
	market.tea = suite_product(fx, market.kintaro, "Green tea", 100, 10000);
	market.both[0] = (struct purchase_item){market.lamp.id, 1, 500};
	market.both[1] = (struct purchase_item){market.tea.id, 2, 100};
	return market;
}

/* Of the first `count` of both products. */
static struct store_purchase order_of(struct fixture *fx, const struct market *market, size_t count)
{
	return (struct store_purchase){.client_id = market->client,
				       .client_name = "Ada",
				       .key = suite_id(fx),
				       .items = market->both,
				       .items_count = count,
				       .delivery = &home,
				       .note = "Ring twice.\nThank you."};
}

static struct store_purchase_result buy(struct fixture *fx, const struct store_purchase *wanted)
{
	struct store_purchase_result result;

	OK(fx, fx->store->purchase_create(fx->store, wanted, &fx->arena, &result, &fx->err));
	return result;
}

static struct purchase read_purchase(struct fixture *fx, const struct market *market, const char *id)
{
	struct purchase purchase;

	OK(fx, fx->store->purchase_get(fx->store, market->client, id, &fx->arena, &purchase, &fx->err));
	return purchase;
}

static struct sale move(struct fixture *fx, const char *seller, const struct sale_move *to)
{
	struct sale sale;

	OK(fx, fx->store->sale_transition(fx->store, seller, to, &fx->arena, &sale, &fx->err));
	return sale;
}

static void assert_home(const struct delivery *delivery, const char *note)
{
	assert_non_null(delivery);
	assert_string_equal(delivery->full_name, home.full_name);
	assert_string_equal(delivery->mobile, home.mobile);
	assert_int_equal(delivery->address_count, 3);
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(delivery->address[i], lines[i]);
	assert_string_equal(note, "Ring twice.\nThank you.");
}

static void the_buyer_and_each_seller_see_where_it_goes(void **state)
{
	struct fixture *fx = *state;
	struct market market = open_market(fx);
	const struct store_purchase wanted = order_of(fx, &market, 2);
	struct store_purchase_result result = buy(fx, &wanted);
	struct purchase purchase = read_purchase(fx, &market, result.purchase.id);
	struct sale sale = suite_newest_sale(fx, market.kintaro), same;

	assert_home(result.purchase.delivery, result.purchase.note);
	assert_home(purchase.delivery, purchase.note);
	assert_home(sale.delivery, sale.note);
	OK(fx, fx->store->sale_get(fx->store, market.kintaro, sale.id, &fx->arena, &same, &fx->err));
	assert_home(same.delivery, same.note);
	assert_int_equal(same.total, 200);
	assert_false(fx->store->sale_get(fx->store, market.grace, sale.id, &fx->arena, &same, &fx->err));
	suite_expect(fx, ERR_NOT_FOUND, NULL);

	/* One without the other. */
	struct store_purchase bare = order_of(fx, &market, 1);
	bare.delivery = NULL;
	purchase = read_purchase(fx, &market, buy(fx, &bare).purchase.id);
	assert_null(purchase.delivery);
	assert_string_equal(purchase.note, "Ring twice.\nThank you.");
	bare = order_of(fx, &market, 1);
	bare.note = NULL;
	purchase = read_purchase(fx, &market, buy(fx, &bare).purchase.id);
	assert_non_null(purchase.delivery);
	assert_null(purchase.note);
}

static void tend(struct fixture *fx, int64_t now)
{
	bool more = true;

	for (int slices = 0; more; slices++) {
		assert_true(slices < 100);
		OK(fx, fx->store->tend(fx->store, now, 0, &more, &fx->err));
	}
}

/* A purchase of `count` products, so many days ago. */
static const char *order_on(struct fixture *fx, const struct market *market, size_t count, int64_t days_ago,
			    int64_t now)
{
	struct store_purchase wanted = order_of(fx, market, count);

	wanted.date = now - days_ago * CLOCK_DAY_MS;
	return buy(fx, &wanted).purchase.id;
}

static bool goes_home(struct fixture *fx, const struct market *market, const char *id)
{
	struct purchase purchase = read_purchase(fx, market, id);

	assert_int_equal(!purchase.delivery, !purchase.note);
	return purchase.delivery;
}

static void a_delivery_goes_when_nobody_needs_it(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	struct market market = open_market(fx);
	int64_t now = clock_now(), day = CLOCK_DAY_MS;
	struct purchase cancelled;

	const char *delivered = order_on(fx, &market, 1, 0, now);
	const char *sale = suite_newest_sale(fx, market.grace).id;
	move(fx, market.grace, MOVE(sale, SALE_SHIPPED));
	move(fx, market.grace, MOVE(sale, SALE_DELIVERED));
	const char *half = order_on(fx, &market, 2, 0, now);
	sale = suite_newest_sale(fx, market.grace).id;
	move(fx, market.grace, MOVE(sale, SALE_SHIPPED));
	move(fx, market.grace, MOVE(sale, SALE_DELIVERED));
	const char *moving = order_on(fx, &market, 2, 0, now);
	move(fx, market.kintaro, MOVE(suite_newest_sale(fx, market.kintaro).id, SALE_SHIPPED));
	sale = suite_newest_sale(fx, market.grace).id;
	move(fx, market.grace, MOVE(sale, SALE_SHIPPED));
	move(fx, market.grace, MOVE(sale, SALE_DELIVERED));
	const char *back = order_on(fx, &market, 2, 0, now);
	OK(fx, store->purchase_cancel(store, market.client, back, NULL, &fx->arena, &cancelled, &fx->err));
	/* Of two parts one was taken back and the other brought, ten days ago. */
	const char *both = order_on(fx, &market, 2, 20, now);
	move(fx, market.grace, MOVE(suite_newest_sale(fx, market.grace).id, SALE_CANCELLED));
	sale = suite_newest_sale(fx, market.kintaro).id;
	move(fx, market.kintaro, MOVE(sale, SALE_SHIPPED));
	move(fx, market.kintaro,
	     &(struct sale_move){.id = sale, .status = SALE_DELIVERED, .at = now - 10 * day});
	/* Brought when it was nearly 400 days old. */
	const char *old = order_on(fx, &market, 1, 395, now);
	sale = suite_newest_sale(fx, market.grace).id;
	move(fx, market.grace, MOVE(sale, SALE_SHIPPED));
	move(fx, market.grace, MOVE(sale, SALE_DELIVERED));

	const struct {
		int64_t days;
		bool delivered, half, back, both, old;
	} then[] = {{0, true, true, true, true, true},       {4, true, true, true, true, true},
		    {6, true, true, true, true, false},      {79, true, true, true, true, false},
		    {81, true, true, true, false, false},    {89, true, true, true, false, false},
		    {91, false, true, false, false, false},  {399, false, true, false, false, false},
		    {401, false, false, false, false, false}};
	for (size_t i = 0; i < sizeof then / sizeof *then; i++) {
		tend(fx, now + then[i].days * day);
		assert_int_equal(goes_home(fx, &market, delivered), then[i].delivered);
		assert_int_equal(goes_home(fx, &market, half), then[i].half);
		assert_int_equal(goes_home(fx, &market, moving), then[i].half);
		assert_int_equal(goes_home(fx, &market, back), then[i].back);
		assert_int_equal(goes_home(fx, &market, both), then[i].both);
		assert_int_equal(goes_home(fx, &market, old), then[i].old);
	}
}

static void a_delivery_goes_with_its_account(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	struct market market = open_market(fx);
	struct store_purchase wanted = order_of(fx, &market, 1);
	struct purchase purchase;

	buy(fx, &wanted);
	const char *open = suite_newest_sale(fx, market.grace).id;
	wanted = order_of(fx, &market, 1);
	OK(fx, store->purchase_cancel(store, market.client, buy(fx, &wanted).purchase.id, "My own words", &fx->arena,
				      &purchase, &fx->err));
	assert_string_equal(purchase.parts[0].progress.reason, "My own words");
	assert_int_equal(purchase.parts[0].progress.cancelled_by, CANCELLED_BY_CLIENT);
	struct sale cancelled = suite_newest_sale(fx, market.grace);
	assert_string_equal(cancelled.progress.reason, "My own words");

	OK(fx, store->account_delete(store, GROUP_CLIENTS, market.client, &fx->err));
	tend(fx, clock_now());
	struct sale sale;
	OK(fx, store->sale_get(store, market.grace, open, &fx->arena, &sale, &fx->err));
	assert_string_equal(sale.client_name, "Former client");
	assert_null(sale.delivery);
	assert_null(sale.note);
	OK(fx, store->sale_get(store, market.grace, cancelled.id, &fx->arena, &sale, &fx->err));
	assert_null(sale.progress.reason);
	assert_int_equal(sale.progress.cancelled_by, CANCELLED_BY_CLIENT);
}

static void a_profile_has_an_address(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	const char *client = suite_client(fx, "Ada");
	struct account account;

	OK(fx, store->account_get(store, GROUP_CLIENTS, client, &fx->arena, &account, &fx->err));
	assert_int_equal(account.address_count, 0);
	OK(fx, store->account_update(store, GROUP_CLIENTS, client,
				     &(struct account_patch){.address = lines, .address_count = 3}, &fx->arena,
				     &account, &fx->err));
	assert_int_equal(account.address_count, 3);
	assert_string_equal(account.address[2], "España");
	OK(fx, store->account_update(store, GROUP_CLIENTS, client, &(struct account_patch){.full_name = "Ada L."},
				     &fx->arena, &account, &fx->err));
	assert_int_equal(account.address_count, 3);
	OK(fx, store->account_update(store, GROUP_CLIENTS, client, &(struct account_patch){.address = lines},
				     &fx->arena, &account, &fx->err));
	assert_int_equal(account.address_count, 0);
	OK(fx, store->account_get(store, GROUP_CLIENTS, client, &fx->arena, &account, &fx->err));
	assert_int_equal(account.address_count, 0);
	assert_string_equal(account.full_name, "Ada L.");
}

/* Whatever became of it: shipped, delivered, cancelled, with all that was said. */
static void the_first_answer_is_the_same_however_far_it_is(void **state)
{
	struct fixture *fx = *state;
	struct market market = open_market(fx);
	const struct store_purchase wanted = order_of(fx, &market, 2);
	struct store_purchase_result first = buy(fx, &wanted), again;
	const char *answer = suite_answer(fx, &first);
	const char *lamp = suite_newest_sale(fx, market.grace).id, *tea = suite_newest_sale(fx, market.kintaro).id;

	assert_int_equal(first.purchase.parts_count, 2);
	for (int step = 0; step < 4; step++) {
		if (step == 1)
			move(fx, market.grace,
			     &(struct sale_move){.id = lamp, .status = SALE_SHIPPED, .tracking = "T 1"});
		if (step == 2)
			move(fx, market.kintaro,
			     &(struct sale_move){.id = tea, .status = SALE_CANCELLED, .reason = "Gone bad"});
		if (step == 3)
			move(fx, market.grace, MOVE(lamp, SALE_DELIVERED));
		again = buy(fx, &wanted);
		assert_true(again.replayed);
		assert_null(again.kept);
		assert_string_equal(suite_answer(fx, &again), answer);
	}
	struct purchase now = read_purchase(fx, &market, first.purchase.id);
	assert_string_equal(now.parts[0].seller_id, market.grace);
	assert_int_equal(now.parts[0].status, SALE_DELIVERED);
	assert_string_equal(now.parts[0].progress.tracking, "T 1");
	assert_true(now.parts[0].progress.shipped_at > 0);
	assert_true(now.parts[0].progress.delivered_at >= now.parts[0].progress.shipped_at);
	assert_int_equal(now.parts[0].progress.cancelled_by, -1);
	assert_int_equal(now.parts[1].status, SALE_CANCELLED);
	assert_string_equal(now.parts[1].progress.reason, "Gone bad");
	assert_int_equal(now.parts[1].progress.cancelled_by, CANCELLED_BY_SELLER);
	assert_int_equal(now.parts[1].progress.shipped_at, 0);
}

static void a_known_key_is_answered_before_a_rule(void **state)
{
	struct fixture *fx = *state;
	struct market market = open_market(fx);
	struct store_purchase wanted = order_of(fx, &market, 2);
	struct store_purchase_result first = buy(fx, &wanted), again;
	struct err rule;

	err_code(&rule, ERR_INVALID, "invalid", "There is a rule now");
	wanted.refused = &rule;
	wanted.items_count = 0;
	again = buy(fx, &wanted);
	assert_true(again.replayed);
	assert_string_equal(suite_answer(fx, &again), suite_answer(fx, &first));
	wanted.digest[0] = 1;
	assert_false(fx->store->purchase_create(fx->store, &wanted, &fx->arena, &again, &fx->err));
	suite_expect(fx, ERR_UNPROCESSABLE, "key_reused");
	wanted.key = "new";
	assert_false(fx->store->purchase_create(fx->store, &wanted, &fx->arena, &again, &fx->err));
	suite_expect(fx, ERR_INVALID, NULL);
	assert_string_equal(fx->err.message, "There is a rule now");
	wanted = order_of(fx, &market, 2);
	wanted.key = "new";
	assert_false(buy(fx, &wanted).replayed);
}

enum { MOVES = 45 };

static void each_of_many_moves_ends_for_itself(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	struct market market = open_market(fx);
	struct sale_move moves[MOVES];
	struct sale sales[MOVES], sale;
	struct err errs[MOVES];

	for (size_t i = 0; i < MOVES; i++) {
		suite_buy(fx, market.client, market.both, 2);
		moves[i] = (struct sale_move){.id = suite_newest_sale(fx, market.grace).id, .status = SALE_SHIPPED};
		if (i % 5 == 1)
			moves[i] = (struct sale_move){.id = moves[i].id, .status = SALE_CANCELLED, .reason = "Why not"};
		if (i % 5 == 2)
			moves[i].id = suite_newest_sale(fx, market.kintaro).id;
		if (i % 5 == 3)
			moves[i].status = SALE_DELIVERED;
	}
	OK(fx, store->sale_batch(store, market.grace, moves, MOVES, &fx->arena, sales, errs, &fx->err));
	for (size_t i = 0; i < MOVES; i++) {
		static const enum err_kind kinds[] = {ERR_NONE, ERR_NONE, ERR_NOT_FOUND, ERR_CONFLICT, ERR_NONE};

		assert_int_equal(errs[i].kind, kinds[i % 5]);
		if (errs[i].kind != ERR_NONE)
			continue;
		assert_int_equal(sales[i].status, moves[i].status);
		OK(fx, store->sale_get(store, market.grace, moves[i].id, &fx->arena, &sale, &fx->err));
		assert_int_equal(sale.status, moves[i].status);
		assert_true((sale.progress.reason != NULL) == (i % 5 == 1));
	}
	OK(fx, store->product_get(store, market.lamp.id, &fx->arena, &market.lamp, &fx->err));
	assert_int_equal(market.lamp.stock, 10000 - MOVES + MOVES / 5);
}

/* A page looks at so many and no more; the one that is looked for is found in the end. */
static void a_needle_is_found_page_by_page(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	struct market market = open_market(fx);
	struct product needle = suite_product(fx, market.grace, "Needle", 1, 5);
	struct purchase wanted = suite_buy_one(fx, market.client, &needle, 1);
	struct store_page place = {.limit = 10};
	size_t pages = 0, found = 0;

	for (int i = 0; i < STORE_ORDERS_SEEN + 100; i++)
		suite_buy(fx, market.client, market.both, 1);
	do {
		struct purchase_page page;
		OK(fx, store->purchase_list(store, market.client, "needle", place, &fx->arena, &page, &place.after,
					    &fx->err));
		pages++;
		for (size_t i = 0; i < page.purchases_count; i++)
			assert_string_equal(page.purchases[i].id, wanted.id);
		found += page.purchases_count;
	} while (suite_more(fx, place.after));
	assert_int_equal(found, 1);
	assert_true(pages >= 2);
	place = (struct store_page){.limit = 10};
	pages = found = 0;
	do {
		struct sale_page page;
		OK(fx, store->sale_list(store, market.grace, -1, wanted.id, place, &fx->arena, &page, &place.after,
					&fx->err));
		pages++;
		for (size_t i = 0; i < page.sales_count; i++)
			assert_string_equal(page.sales[i].purchase_id, wanted.id);
		found += page.sales_count;
	} while (suite_more(fx, place.after));
	assert_int_equal(found, 1);
	assert_true(pages >= 2);
}

int suite_orders(const char *name)
{
	const struct CMUnitTest tests[] = {
	    SUITE_TEST(the_buyer_and_each_seller_see_where_it_goes),
	    SUITE_TEST(a_delivery_goes_when_nobody_needs_it),
	    SUITE_TEST(a_delivery_goes_with_its_account),
	    SUITE_TEST(a_profile_has_an_address),
	    SUITE_TEST(the_first_answer_is_the_same_however_far_it_is),
	    SUITE_TEST(a_known_key_is_answered_before_a_rule),
	    SUITE_TEST(each_of_many_moves_ends_for_itself),
	    SUITE_TEST(a_needle_is_found_page_by_page),
	};

	print_message("orders, %s\n", name);
	return cmocka_run_group_tests_name("orders", tests, NULL, NULL);
}
