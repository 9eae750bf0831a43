/* Amounts: exact, in and out, and never past an int64. */
#include "tests/unit/unit.h"

#include "models/limits.h"
#include "models/money.h"

static void reads_decimals(void **state)
{
	static const struct {
		const char *text;
		int64_t amount;
	} rows[] = {
	    {"0", 0},
	    {"0.0", 0},
	    {"0.00", 0},
	    {"0.01", 1},
	    {"0.1", 10},
	    {"79", 7900},
	    {"12.5", 1250},
	    {"14.50", 1450},
	    {"00014.50", 1450},
	    {"999999999.99", LIMIT_PRICE},
	    {"999999999999999.99", 99999999999999999},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		int64_t amount = -1;

		if (!money_parse(rows[i].text, &amount) || amount != rows[i].amount)
			fail_msg("%s gives %lld", rows[i].text, (long long)amount);
	}
}

static void refuses_the_rest(void **state)
{
	static const char *const texts[] = {
	    "", " ", ".", ".5", "1.", "1.234", "1.2.3", "-1", "+1", "1e5", "1,5", "1 000", " 1", "1 ", "0x1", "free",
	    "1.5x", "x1", "92233720368547758.08", "100000000000000000", "9999999999999999999999", "1.-5",
	    "\xD9\xA1", "1.00000000000000000001",
	    "000000000000000001",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		int64_t amount = 42;

		if (money_parse(texts[i], &amount))
			fail_msg("\"%s\" was taken", texts[i]);
		assert_true(amount == 42);
	}
}

static void writes_two_decimals(void **state)
{
	static const struct {
		int64_t amount;
		const char *text;
	} rows[] = {
	    {0, "0.00"}, {1, "0.01"}, {10, "0.10"}, {99, "0.99"}, {100, "1.00"}, {-1, "-0.01"}, {-1450, "-14.50"},
	    {LIMIT_PRICE, "999999999.99"}, {INT64_MAX, "92233720368547758.07"}, {INT64_MIN, "-92233720368547758.08"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char text[MONEY_SIZE];

		money_format(rows[i].amount, text);
		assert_string_equal(text, rows[i].text);
	}
}

static void there_and_back(void **state)
{
	uint64_t draw = chance_seed();

	(void)state;
	for (int i = 0; i < 200000; i++) {
		int64_t amount = i < 100000 ? i : (int64_t)chance_below(&draw, UINT64_C(100000000000000000));
		int64_t read = -1;
		char text[MONEY_SIZE];

		money_format(amount, text);
		assert_true(money_parse(text, &read) && read == amount);
	}
}

static void sums_notice_their_bounds(void **state)
{
	int64_t amount = 42;

	(void)state;
	assert_true(money_multiply(1450, 3, &amount) && amount == 4350);
	assert_true(money_multiply(LIMIT_PRICE, LIMIT_QUANTITY, &amount) && amount == LIMIT_PRICE * LIMIT_QUANTITY);
	assert_true(money_add(1450, -50, &amount) && amount == 1400);
	assert_true(money_add(INT64_MAX - 1, 1, &amount) && amount == INT64_MAX);
	amount = 42;
	assert_false(money_multiply(INT64_MAX, 2, &amount));
	assert_false(money_multiply(INT64_MIN, -1, &amount));
	assert_false(money_add(INT64_MAX, 1, &amount));
	assert_false(money_add(INT64_MIN, -1, &amount));
	assert_true(amount == 42);

	/* The largest purchase there can be fits. */
	int64_t total = 0;
	for (int line = 0; line < LIMIT_LINES; line++)
		assert_true(money_multiply(LIMIT_PRICE, LIMIT_QUANTITY, &amount) && money_add(total, amount, &total));
}

static void knows_currencies(void **state)
{
	static const char *const good[] = {"EUR", "USD", "GBP", "AED", "ZMW", "CHF"};
	static const char *const bad[] = {"",	 "E",	"EU", "EURO", "eur", "JPY", "KRW", "KWD", "BHD", "XAU",
					  "XDR", "UR ", "R E", "   ", "ED ", "\xC3\xA9r"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(good); i++)
		assert_true(money_currency_valid(good[i]));
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (money_currency_valid(bad[i]))
			fail_msg("\"%s\" was taken", bad[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_decimals),	   cmocka_unit_test(refuses_the_rest),
	    cmocka_unit_test(writes_two_decimals), cmocka_unit_test(there_and_back),
	    cmocka_unit_test(sums_notice_their_bounds), cmocka_unit_test(knows_currencies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
