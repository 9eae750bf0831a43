/* Changes: who is told what, and that nothing is lost between two questions. */
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "models/limits.h"
#include "store_suite.h"

enum { TOLD_MAX = 64 };

/* One who asks again and again: pages may be short, and only an empty one says that there is no more. */
struct reader {
	enum group group;
	const char *id, *place;
	struct store_changes last;
};

static struct store_changes ask(struct fixture *fx, struct reader *reader)
{
	struct change *all = arena_array(&fx->arena, TOLD_MAX, sizeof *all);
	size_t count = 0, part;
	bool reset = false;

	assert_non_null(all);
	do {
		const struct store_page page = {.after = reader->place, .limit = LIMIT_PAGE};

		OK(fx, fx->store->change_list(fx->store, reader->group, reader->id, page, &fx->arena, &reader->last,
					      &fx->err));
		assert_non_null(reader->last.next);
		reader->place = reader->last.next;
		part = reader->last.count;
		assert_true(part <= TOLD_MAX - count);
		if (part)
			memcpy(all + count, reader->last.changes, part * sizeof *all);
		count += part;
		reset = reset || reader->last.reset;
	} while (part);
	reader->last.changes = all;
	reader->last.count = count;
	reader->last.reset = reset;
	return reader->last;
}

static struct reader reader_new(struct fixture *fx, enum group group, const char *id)
{
	struct reader reader = {.group = group, .id = id};

	assert_int_equal(ask(fx, &reader).count, 0);
	assert_false(reader.last.reset);
	return reader;
}

/* What the reader hasn't been told yet is exactly this: pairs of a kind and a subject, ended by -1. */
struct told {
	int kind;
	const char *subject;
};
#define EXPECT_TOLD(fx, reader, ...)                                                                                   \
	expect_told(fx, reader, (const struct told[]){__VA_ARGS__ __VA_OPT__(, ){-1, NULL}})
static void expect_told(struct fixture *fx, struct reader *reader, const struct told *wanted)
{
	const struct store_changes changes = ask(fx, reader);
	size_t i = 0;

	assert_false(changes.reset);
	for (; wanted[i].kind >= 0; i++) {
		if (i >= changes.count)
			fail_msg("%s is told nothing of %s", reader->id, change_kind_names[wanted[i].kind]);
		assert_string_equal(change_kind_names[changes.changes[i].kind], change_kind_names[wanted[i].kind]);
		assert_string_equal(changes.changes[i].subject_id, wanted[i].subject);
		assert_true(id_valid(changes.changes[i].id));
		assert_in_range(changes.changes[i].at, clock_now() - 60 * 1000, clock_now());
	}
	assert_int_equal(changes.count, i);
	assert_int_equal(ask(fx, reader).count, 0);
}

static void move(struct fixture *fx, const char *seller, const char *sale, enum sale_status to)
{
	struct sale moved;

	OK(fx, fx->store->sale_transition(fx->store, seller, MOVE(sale, to), &fx->arena, &moved, &fx->err));
}

static void sellers_are_told_of_their_sales(void **state)
{
	struct fixture *fx = *state;
	const char *grace = suite_seller(fx, "Grace"), *kintaro = suite_seller(fx, "Kintaro");
	const char *ada = suite_client(fx, "Ada");
	struct product lamp = suite_product(fx, grace, "Lamp", 500, 100),
		       tea = suite_product(fx, kintaro, "Tea", 100, 100);
	const struct purchase_item both[] = {{lamp.id, 1, 500}, {tea.id, 1, 100}};
	struct reader graces = reader_new(fx, GROUP_SELLERS, grace), kintaros = reader_new(fx, GROUP_SELLERS, kintaro);
	struct reader adas = reader_new(fx, GROUP_CLIENTS, ada);
	struct store_purchase_result result;

	suite_buy_one(fx, ada, &lamp, 1);
	EXPECT_TOLD(fx, &graces, {CHANGE_SALE_PLACED, suite_newest_sale(fx, grace).id});
	EXPECT_TOLD(fx, &kintaros);
	suite_buy(fx, ada, both, 2);
	EXPECT_TOLD(fx, &graces, {CHANGE_SALE_PLACED, suite_newest_sale(fx, grace).id});
	EXPECT_TOLD(fx, &kintaros, {CHANGE_SALE_PLACED, suite_newest_sale(fx, kintaro).id});
	EXPECT_TOLD(fx, &adas);

	/* The same key again is no new sale, and what is refused is none. */
	OK(fx, suite_try(fx->store, ada, "twice", 1, both, 1, &fx->arena, &result, &fx->err));
	EXPECT_TOLD(fx, &graces, {CHANGE_SALE_PLACED, suite_newest_sale(fx, grace).id});
	OK(fx, suite_try(fx->store, ada, "twice", 1, both, 1, &fx->arena, &result, &fx->err));
	assert_true(result.replayed);
	const struct purchase_item dear = {lamp.id, 1, 501}, much = {lamp.id, 101, 500};
	assert_false(suite_try(fx->store, ada, "dear", 1, &dear, 1, &fx->arena, &result, &fx->err));
	assert_false(suite_try(fx->store, ada, "much", 1, &much, 1, &fx->arena, &result, &fx->err));
	EXPECT_TOLD(fx, &graces);
}

/* When it becomes little, and when there is nothing left; not with every unit, and not when its seller says so. */
static void sellers_are_told_what_runs_low(void **state)
{
	static const struct {
		int64_t quantity;
		bool told;
	} steps[] = {{1, false}, {1, true}, {1, false}, {3, false}, {1, true}};
	struct fixture *fx = *state;
	const char *grace = suite_seller(fx, "Grace"), *ada = suite_client(fx, "Ada");
	struct product lamp = suite_product(fx, grace, "Lamp", 500, LIMIT_LOW_STOCK + 2);
	struct product tea = suite_product(fx, grace, "Tea", 100, 9);
	struct product_change change = suite_change(NULL, NULL, NULL, -1, 1);
	struct reader graces = reader_new(fx, GROUP_SELLERS, grace);

	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		suite_buy_one(fx, ada, &lamp, steps[i].quantity);
		if (steps[i].told)
			EXPECT_TOLD(fx, &graces, {CHANGE_SALE_PLACED, suite_newest_sale(fx, grace).id},
				    {CHANGE_LOW_STOCK, lamp.id});
		else
			EXPECT_TOLD(fx, &graces, {CHANGE_SALE_PLACED, suite_newest_sale(fx, grace).id});
	}
	suite_buy_one(fx, ada, &tea, 9); /* all at once */
	EXPECT_TOLD(fx, &graces, {CHANGE_SALE_PLACED, suite_newest_sale(fx, grace).id}, {CHANGE_LOW_STOCK, tea.id});
	OK(fx, fx->store->product_update(fx->store, grace, lamp.id, &change, &fx->arena, &lamp, &fx->err));
	EXPECT_TOLD(fx, &graces);
}

static void buyers_are_told_how_their_purchases_move_on(void **state)
{
	struct fixture *fx = *state;
	const char *grace = suite_seller(fx, "Grace"), *ada = suite_client(fx, "Ada"), *bob = suite_client(fx, "Bob");
	struct product lamp = suite_product(fx, grace, "Lamp", 500, 100);
	struct reader graces = reader_new(fx, GROUP_SELLERS, grace);
	struct reader adas = reader_new(fx, GROUP_CLIENTS, ada), bobs = reader_new(fx, GROUP_CLIENTS, bob);
	const char *first = suite_buy_one(fx, ada, &lamp, 1).id, *sale = suite_newest_sale(fx, grace).id;
	struct sale_move moves[3];
	struct sale sales[3], moved;
	struct err errs[3];
	struct purchase purchase;

	EXPECT_TOLD(fx, &graces, {CHANGE_SALE_PLACED, sale});
	move(fx, grace, sale, SALE_SHIPPED);
	EXPECT_TOLD(fx, &adas, {CHANGE_PART_SHIPPED, first});
	move(fx, grace, sale, SALE_DELIVERED);
	EXPECT_TOLD(fx, &adas, {CHANGE_PART_DELIVERED, first});
	assert_false(
	    fx->store->sale_transition(fx->store, grace, MOVE(sale, SALE_SHIPPED), &fx->arena, &moved, &fx->err));
	EXPECT_TOLD(fx, &adas);

	/* Many at once, one of them in vain. */
	const char *second = suite_buy_one(fx, ada, &lamp, 1).id;
	moves[0] = *MOVE(suite_newest_sale(fx, grace).id, SALE_CANCELLED);
	const char *third = suite_buy_one(fx, bob, &lamp, 1).id;
	moves[1] = *MOVE(suite_newest_sale(fx, grace).id, SALE_SHIPPED);
	moves[2] = *MOVE(sale, SALE_CANCELLED);
	ask(fx, &graces);
	OK(fx, fx->store->sale_batch(fx->store, grace, moves, 3, &fx->arena, sales, errs, &fx->err));
	EXPECT_TOLD(fx, &adas, {CHANGE_PART_CANCELLED, second});
	EXPECT_TOLD(fx, &bobs, {CHANGE_PART_SHIPPED, third});
	EXPECT_TOLD(fx, &graces);

	/* Who cancels knows; the other side is told. */
	const char *fourth = suite_buy_one(fx, ada, &lamp, 1).id;
	sale = suite_newest_sale(fx, grace).id;
	ask(fx, &graces);
	OK(fx, fx->store->purchase_cancel(fx->store, ada, fourth, NULL, &fx->arena, &purchase, &fx->err));
	EXPECT_TOLD(fx, &graces, {CHANGE_SALE_CANCELLED, sale});
	EXPECT_TOLD(fx, &adas);
}

static void the_end_of_a_seller_is_told_to_their_buyers(void **state)
{
	struct fixture *fx = *state;
	const char *grace = suite_seller(fx, "Grace"), *ada = suite_client(fx, "Ada");
	struct product lamp = suite_product(fx, grace, "Lamp", 500, 100);
	struct reader graces = reader_new(fx, GROUP_SELLERS, grace), adas = reader_new(fx, GROUP_CLIENTS, ada);
	const char *purchase = suite_buy_one(fx, ada, &lamp, 1).id;

	OK(fx, fx->store->account_delete(fx->store, GROUP_SELLERS, grace, &fx->err));
	suite_tend(fx);
	EXPECT_TOLD(fx, &adas, {CHANGE_PART_CANCELLED, purchase});
	const struct store_page page = {.after = graces.place, .limit = 1};
	assert_false(
	    fx->store->change_list(fx->store, GROUP_SELLERS, grace, page, &fx->arena, &graces.last, &fx->err));
	suite_expect(fx, ERR_NOT_FOUND, NULL);
	assert_false(fx->store->change_list(fx->store, GROUP_SELLERS, ada, page, &fx->arena, &graces.last, &fx->err));
	suite_expect(fx, ERR_NOT_FOUND, NULL);
}

/* A demonstration's past is no news. */
static void what_is_filled_in_is_not_told(void **state)
{
	struct fixture *fx = *state;
	const char *grace = suite_seller(fx, "Grace"), *ada = suite_client(fx, "Ada");
	struct product lamp = suite_product(fx, grace, "Lamp", 500, 8);
	struct reader graces = reader_new(fx, GROUP_SELLERS, grace), adas = reader_new(fx, GROUP_CLIENTS, ada);
	const struct purchase_item item = {lamp.id, 2, 500};
	const int64_t past = clock_now() - 30 * (int64_t)CLOCK_DAY_MS;

	for (int status = SALE_SHIPPED; status <= SALE_CANCELLED; status++) {
		struct store_purchase wanted = {.client_id = ada,
						.client_name = "Ada",
						.key = sale_status_names[status],
						.date = past,
						.items = &item,
						.items_count = 1};
		struct store_purchase_result result;
		struct sale moved;

		OK(fx, fx->store->purchase_create(fx->store, &wanted, &fx->arena, &result, &fx->err));
		const char *sale = suite_newest_sale(fx, grace).id;
		if (status == SALE_DELIVERED) {
			struct sale_move first = {.id = sale, .status = SALE_SHIPPED, .at = past + 1};
			OK(fx, fx->store->sale_transition(fx->store, grace, &first, &fx->arena, &moved, &fx->err));
		}
		struct sale_move last = {.id = sale, .status = status, .at = past + 2};
		OK(fx, fx->store->sale_transition(fx->store, grace, &last, &fx->arena, &moved, &fx->err));
	}
	EXPECT_TOLD(fx, &graces);
	EXPECT_TOLD(fx, &adas);
}

static void places_are_the_stores_own_and_grow_old(void **state)
{
	static const char *const bad[] = {"", "x", ",", "1", "1,", ",1", "1,1,1", "01,1", "1,-1", "1, 1", "1,1 ",
					  "9999999999999999999,1"};
	static const char *const gone[] = {"0,1", "1,1500000000000", "999999999999,1999999999999"};
	struct fixture *fx = *state;
	const char *grace = suite_seller(fx, "Grace"), *ada = suite_client(fx, "Ada");
	struct product lamp = suite_product(fx, grace, "Lamp", 500, 100);
	struct reader graces = reader_new(fx, GROUP_SELLERS, grace);
	struct store_changes changes;

	suite_buy_one(fx, ada, &lamp, 1);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		const struct store_page page = {.after = bad[i], .limit = 10};

		assert_false(
		    fx->store->change_list(fx->store, GROUP_SELLERS, grace, page, &fx->arena, &changes, &fx->err));
		suite_expect(fx, ERR_INVALID, NULL);
	}
	for (size_t i = 0; i < sizeof gone / sizeof *gone; i++) {
		struct reader late = {.group = GROUP_SELLERS, .id = grace, .place = gone[i]};

		assert_true(ask(fx, &late).reset);
		assert_int_equal(late.last.count, 0);
		suite_buy_one(fx, ada, &lamp, 1);
		EXPECT_TOLD(fx, &late, {CHANGE_SALE_PLACED, suite_newest_sale(fx, grace).id});
	}
	assert_int_equal(ask(fx, &graces).count, 4);
}

static void many_are_told_in_pages(void **state)
{
	enum { MANY = 25 };
	struct fixture *fx = *state;
	const char *grace = suite_seller(fx, "Grace"), *ada = suite_client(fx, "Ada");
	struct product lamp = suite_product(fx, grace, "Lamp", 500, 100);
	struct store_page page = {.after = reader_new(fx, GROUP_SELLERS, grace).place};
	const char *sales[MANY];
	struct store_changes changes;
	size_t seen = 0;

	for (size_t i = 0; i < MANY; i++) {
		suite_buy_one(fx, ada, &lamp, 1);
		sales[i] = suite_newest_sale(fx, grace).id;
	}
	do {
		page.limit = seen ? 7 : 1;
		OK(fx, fx->store->change_list(fx->store, GROUP_SELLERS, grace, page, &fx->arena, &changes, &fx->err));
		assert_true(changes.count <= page.limit);
		for (size_t i = 0; i < changes.count; i++, seen++)
			assert_string_equal(changes.changes[i].subject_id, sales[seen]);
		page.after = changes.next;
	} while (changes.count && suite_more(fx, page.after));
	assert_int_equal(seen, MANY);
}

static bool names(const struct store_news *news, const char *id)
{
	bool found = false;

	for (size_t i = 0; i < news->count; i++)
		found = found || !strcmp(news->accounts[i], id);
	return found;
}

static void news_name_whom_they_concern(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	const char *grace = suite_seller(fx, "Grace"), *kintaro = suite_seller(fx, "Kintaro");
	const char *ada = suite_client(fx, "Ada");
	struct product lamp = suite_product(fx, grace, "Lamp", 500, 100);
	struct reader graces = reader_new(fx, GROUP_SELLERS, grace);
	struct store_news news;
	int64_t place = graces.last.seen;

	if (!store->change_news)
		return;
	OK(fx, store->change_news(store, place, &fx->arena, &news, &fx->err));
	assert_int_equal(news.count, 0);
	suite_buy_one(fx, ada, &lamp, 1);
	OK(fx, store->change_news(store, place, &fx->arena, &news, &fx->err));
	assert_true(names(&news, grace) && !names(&news, kintaro) && !names(&news, ada));
	place = news.place;
	move(fx, grace, suite_newest_sale(fx, grace).id, SALE_SHIPPED);
	OK(fx, store->change_news(store, place, &fx->arena, &news, &fx->err));
	assert_true(!names(&news, grace) && names(&news, ada));
	assert_false(news.more);
	OK(fx, store->change_news(store, news.place, &fx->arena, &news, &fx->err));
	assert_int_equal(news.count, 0);
}

/* ---- many at once ---- */

enum { SELLERS = 3, BUYERS = 4, TIMES = 60, SALES_MAX = BUYERS * TIMES * SELLERS };

struct buyer {
	struct store *store;
	const char *client;
	const struct product *products;
	uint64_t chance;
	atomic_int *running;
	int failed;
};

static void *buy_at_random(void *context)
{
	struct buyer *buyer = context;
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	for (int i = 0; i < TIMES; i++) {
		struct purchase_item items[SELLERS];
		struct store_purchase_result result;
		size_t count = 0;
		char key[32];
		struct err err;

		for (size_t j = 0; j < SELLERS; j++)
			if (chance_below(&buyer->chance, 2))
				items[count++] =
				    (struct purchase_item){buyer->products[j].id, 1, buyer->products[j].price};
		snprintf(key, sizeof key, "k%d", i);
		if (count && !suite_try(buyer->store, buyer->client, key, 1, items, count, &arena, &result, &err))
			buyer->failed++;
		arena_reset(&arena);
	}
	arena_done(&arena);
	atomic_fetch_sub(buyer->running, 1);
	return NULL;
}

/* Each sale of a seller is told once, and nothing else is. */
static void expect_all_told(struct fixture *fx, const char *seller, const char *const *told, size_t count)
{
	const struct sale_page sales = suite_list_sales(fx, seller, -1, NULL, NULL);

	assert_int_equal(sales.sales_count, count);
	for (size_t i = 0; i < sales.sales_count; i++) {
		size_t times = 0;

		for (size_t j = 0; j < count; j++)
			times += !strcmp(told[j], sales.sales[i].id);
		assert_int_equal(times, 1);
	}
}

/* Sellers who ask all the time, with pages of any length, while several buy. */
static void nothing_is_lost_between_two_questions(void **state)
{
	struct fixture *fx = *state;
	uint64_t chance = chance_seed();
	struct product products[SELLERS];
	struct reader readers[SELLERS];
	struct buyer buyers[BUYERS];
	pthread_t threads[BUYERS];
	atomic_int running = BUYERS;
	static const char *told[SELLERS][SALES_MAX];
	size_t counts[SELLERS] = {0}, quiet = 0;

	for (size_t i = 0; i < SELLERS; i++) {
		const char *seller = suite_seller(fx, "Seller");
		products[i] = suite_product(fx, seller, "Thing", 100, 100000);
		readers[i] = reader_new(fx, GROUP_SELLERS, seller);
	}
	for (size_t i = 0; i < BUYERS; i++) {
		buyers[i] = (struct buyer){.store = fx->store,
					   .client = suite_client(fx, "Buyer"),
					   .products = products,
					   .chance = chance_next(&chance),
					   .running = &running};
		assert_int_equal(pthread_create(&threads[i], NULL, buy_at_random, &buyers[i]), 0);
	}
	/* In turn while they buy; and then each until there is nothing more for them. */
	for (bool over = false; quiet < SELLERS;) {
		const size_t i = quiet;
		const struct store_page page = {.after = readers[i].place, .limit = 1 + chance_below(&chance, 9)};
		struct store_changes changes;

		OK(fx, fx->store->change_list(fx->store, GROUP_SELLERS, readers[i].id, page, &fx->arena, &changes,
					      &fx->err));
		readers[i].place = changes.next;
		assert_false(changes.reset);
		for (size_t j = 0; j < changes.count && counts[i] < SALES_MAX; j++)
			told[i][counts[i]++] = changes.changes[j].subject_id;
		quiet = over ? quiet + !changes.count : (quiet + 1) % SELLERS;
		if (!over && (over = !atomic_load(&running)))
			quiet = 0;
	}
	for (size_t i = 0; i < BUYERS; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(buyers[i].failed, 0);
	}
	for (size_t i = 0; i < SELLERS; i++)
		expect_all_told(fx, readers[i].id, told[i], counts[i]);
}

int suite_changes(const char *name)
{
	const struct CMUnitTest tests[] = {
	    SUITE_TEST(sellers_are_told_of_their_sales),
	    SUITE_TEST(sellers_are_told_what_runs_low),
	    SUITE_TEST(buyers_are_told_how_their_purchases_move_on),
	    SUITE_TEST(the_end_of_a_seller_is_told_to_their_buyers),
	    SUITE_TEST(what_is_filled_in_is_not_told),
	    SUITE_TEST(places_are_the_stores_own_and_grow_old),
	    SUITE_TEST(many_are_told_in_pages),
	    SUITE_TEST(news_name_whom_they_concern),
	    SUITE_TEST(nothing_is_lost_between_two_questions),
	};

	print_message("changes, %s\n", name);
	return cmocka_run_group_tests_name("changes", tests, NULL, NULL);
}
