/* The demo's history: the same each time, and one that can have happened. */
#include "tests/unit/unit.h"

#include "base/clock.h"
#include "platform/demo/past.h"

static struct arena arena;
static struct goods goods;
static struct past past;

static int set_up(void **state)
{
	struct err err;

	(void)state;
	arena_init(&arena, 16 * 1024 * 1024);
	return goods_read(&arena, &goods, &err) && past_plan(&goods, &arena, &past, &err) ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

static void the_catalogue_is_a_shop(void **state)
{
	(void)state;
	assert_true(goods.products_count >= 150);
	assert_true(goods.sellers_count >= 6);
	assert_string_equal(goods.sellers[0].email, "grace@example.com");
	for (size_t i = 0; i < goods.products_count; i++)
		assert_true(goods.products[i].seller < (int64_t)goods.sellers_count);
}

static void it_is_the_same_each_time(void **state)
{
	struct past again;
	struct err err;

	(void)state;
	assert_true(past_plan(&goods, &arena, &again, &err));
	assert_int_equal(again.purchases_count, past.purchases_count);
	for (size_t i = 0; i < past.purchases_count; i++) {
		const struct past_purchase *one = &past.purchases[i], *other = &again.purchases[i];

		assert_int_equal(one->days_ago, other->days_ago);
		assert_true(one->time == other->time && one->client == other->client);
		assert_int_equal(one->cancelled, other->cancelled);
		assert_int_equal(one->lines_count, other->lines_count);
		for (size_t line = 0; line < one->lines_count; line++)
			assert_true(one->lines[line].product == other->lines[line].product &&
				    one->lines[line].quantity == other->lines[line].quantity);
	}
	assert_memory_equal(past.sold, again.sold, goods.products_count * sizeof *past.sold);
}

static void every_purchase_is_a_legal_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < past.purchases_count; i++) {
		const struct past_purchase *purchase = &past.purchases[i];

		assert_in_range(purchase->days_ago, 0, PAST_DAYS - 1);
		assert_true(purchase->time >= 0 && purchase->time < CLOCK_DAY_MS);
		assert_in_range(purchase->client, 0, PAST_CLIENTS - 1);
		assert_in_range(purchase->lines_count, 1, PAST_LINES);
		for (size_t line = 0; line < purchase->lines_count; line++) {
			assert_true(purchase->lines[line].product < goods.products_count);
			assert_true(purchase->lines[line].quantity >= 1);
			for (size_t before = 0; before < line; before++)
				assert_true(purchase->lines[before].product != purchase->lines[line].product);
		}
		if (i == 0)
			continue;
		const struct past_purchase *before = purchase - 1;
		assert_true(before->days_ago > purchase->days_ago ||
			    (before->days_ago == purchase->days_ago && before->time < purchase->time));
	}
}

/* Starting with what the demo puts into stock, nothing is ever sold that isn't there, and what is left in the end is
 * what the catalogue says. A cancelled purchase takes and gives back. */
static void the_stock_suffices(void **state)
{
	int64_t *stock = arena_array(&arena, goods.products_count, sizeof *stock);

	(void)state;
	for (size_t i = 0; i < goods.products_count; i++)
		stock[i] = goods.products[i].stock + past.sold[i];
	for (size_t i = 0; i < past.purchases_count; i++) {
		const struct past_purchase *purchase = &past.purchases[i];

		for (size_t line = 0; line < purchase->lines_count; line++) {
			int64_t *left = &stock[purchase->lines[line].product];

			assert_true(*left >= purchase->lines[line].quantity);
			if (!purchase->cancelled)
				*left -= purchase->lines[line].quantity;
		}
	}
	for (size_t i = 0; i < goods.products_count; i++)
		assert_true(stock[i] == goods.products[i].stock);
}

static void there_is_something_to_see(void **state)
{
	size_t own = 0, cancelled = 0, of_ada = 0;
	bool days[PAST_DAYS] = {false};

	(void)state;
	for (size_t i = 0; i < past.purchases_count; i++) {
		const struct past_purchase *purchase = &past.purchases[i];

		days[purchase->days_ago] = true;
		cancelled += purchase->cancelled;
		of_ada += purchase->client == 0;
		for (size_t line = 0; line < purchase->lines_count; line++)
			own += goods.products[purchase->lines[line].product].seller == 0;
	}
	for (int day = 0; day < PAST_DAYS; day++)
		assert_true(days[day]);
	assert_true(own > 50);
	assert_true(cancelled > 3 && cancelled < past.purchases_count / 4);
	assert_true(of_ada > 10);
}

/* At any time of any day: nothing is in the future, and today has had its sales. */
static void it_all_has_happened(void **state)
{
	static const char *const nows[] = {"2026-11-23T00:00:00Z", "2026-11-23T00:00:00.001Z", "2026-11-23T06:59:59Z",
					   "2026-12-31T23:59:59.999Z", "2027-01-01T00:00:05Z", "2028-02-29T12:00:00Z",
					   "2028-03-01T00:10:00Z"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(nows); i++) {
		int64_t now, before = INT64_MIN;

		assert_true(clock_parse(nows[i], &now));
		for (size_t at = 0; at < past.purchases_count; at++) {
			const struct past_purchase *purchase = &past.purchases[at];
			int64_t time = past_time(purchase, now);

			assert_true(time <= now && time >= before);
			assert_int_equal(clock_day(time), clock_day(now) - purchase->days_ago);
			before = time;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_catalogue_is_a_shop),	     cmocka_unit_test(it_is_the_same_each_time),
	    cmocka_unit_test(every_purchase_is_a_legal_one), cmocka_unit_test(the_stock_suffices),
	    cmocka_unit_test(there_is_something_to_see),     cmocka_unit_test(it_all_has_happened),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
