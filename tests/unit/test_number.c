/* What a person types as a price, a stock, a change, a quantity, a telephone number: what it may be, and what is said
 * when it is something else. */
#include "tests/unit/unit.h"

#include "models/limits.h"
#include "shop/mobile.h"
#include "shop/number.h"

static const struct amount_style german = {.decimal = ",", .group = ".", .sizes = {3}};

static int tear_down(void **state)
{
	(void)state;
	number_set_style(&amount_style_plain);
	return 0;
}

/* fault NULL: it is the value. */
static const struct {
	enum number_kind kind;
	const char *text;
	int64_t value;
	const char *fault;
} typed[] = {
    {NUMBER_PRICE, "12,50", 1250, NULL},
    {NUMBER_PRICE, "0,99", 99, NULL},
    {NUMBER_PRICE, "1,5", 150, NULL},
    {NUMBER_PRICE, "14.5", 1450, NULL},
    {NUMBER_PRICE, "14", 1400, NULL},
    {NUMBER_PRICE, " 999'999'999.99 ", LIMIT_PRICE, NULL},
    {NUMBER_PRICE, "1,234", 123400, NULL},
    {NUMBER_PRICE, "1.234", 0, "Is it 1234.00 or 1.23? Type the one you mean."},
    {NUMBER_PRICE, "-1", 0, "Type an amount from 0.01 to 999999999.99."},
    {NUMBER_PRICE, "+1", 0, "Type an amount from 0.01 to 999999999.99."},
    {NUMBER_PRICE, "1e3", 0, "Type an amount, such as 14.50."},
    {NUMBER_PRICE, "12abc", 0, "Type an amount, such as 14.50."},
    {NUMBER_PRICE, "14.505", 0, "Is it 14505.00 or 14.50? Type the one you mean."},
    {NUMBER_PRICE, "14,5050", 0, "Type an amount, such as 14.50."},
    {NUMBER_PRICE, "", 0, "A number is needed: type it."},
    {NUMBER_PRICE, " ", 0, "A number is needed: type it."},
    {NUMBER_PRICE, "0", 0, "Type an amount from 0.01 to 999999999.99."},
    {NUMBER_PRICE, "1000000000", 0, "Type an amount from 0.01 to 999999999.99."},
    {NUMBER_PRICE, "99999999999999999999999999", 0, "Type an amount from 0.01 to 999999999.99."},
    {NUMBER_PRICE_BOUND, "10,50", 1050, NULL},
    {NUMBER_PRICE_BOUND, "0", 0, NULL},
    {NUMBER_PRICE_BOUND, "-1", 0, "Type an amount from 0.00 to 999999999.99."},
    {NUMBER_PRICE_CHANGE, "-10", -1000, NULL},
    {NUMBER_PRICE_CHANGE, "+2,5", 250, NULL},
    {NUMBER_PRICE_CHANGE, "\u22120.07", -7, NULL},
    {NUMBER_PRICE_CHANGE, "-1.234", 0, "Is it -1234.00 or -1.23? Type the one you mean."},
    {NUMBER_PRICE_CHANGE, "--10", 0, "Type an amount, such as -2.00."},
    {NUMBER_PRICE_CHANGE, "0", 0, "This would change nothing. Type another number."},
    {NUMBER_PERCENT, "10,5", 1050, NULL},
    {NUMBER_PERCENT, "-10", -1000, NULL},
    {NUMBER_PERCENT, "10%", 0, "Type a percentage, such as +2.50."},
    {NUMBER_STOCK, "0", 0, NULL},
    {NUMBER_STOCK, "1 000 000", LIMIT_STOCK, NULL},
    {NUMBER_STOCK, "1.5", 0, "Type a whole number, such as 100."},
    {NUMBER_STOCK, "1.0", 0, "Type a whole number, such as 100."},
    {NUMBER_STOCK, "0x10", 0, "Type a whole number, such as 100."},
    {NUMBER_STOCK, "1.234", 0, "Is it 1234 or 1.23? Type the one you mean."},
    {NUMBER_STOCK, "1000001", 0, "Type a whole number from 0 to 1000000."},
    {NUMBER_STOCK, "-1", 0, "Type a whole number from 0 to 1000000."},
    {NUMBER_STOCK_CHANGE, "-12", -12, NULL},
    {NUMBER_STOCK_CHANGE, "+1,5", 0, "Type a whole number, such as -3."},
    {NUMBER_STOCK_CHANGE, "1000001", 0, "Type a whole number of 1000000 at most."},
    {NUMBER_QUANTITY, "12", 12, NULL},
    {NUMBER_QUANTITY, "12345678", 0, "Type a whole number from 0 to 1000000."},
    {NUMBER_QUANTITY, "1,5", 0, "Type a whole number, such as 2."},
};

static void test_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(typed); i++) {
		char fault[NUMBER_FAULT] = "";
		int64_t value = 42;
		bool good = number_read(typed[i].kind, typed[i].text, &value, fault);

		if (good != !typed[i].fault || value != (good ? typed[i].value : 42) ||
		    strcmp(fault, good ? "" : typed[i].fault))
			fail_msg("\"%s\": %d, %" PRId64 ", %s", typed[i].text, good, value, fault);
	}
}

/* Sentences and examples are in the person's own writing, and each can be typed as it stands there. */
static void test_in_another_style(void **state)
{
	char fault[NUMBER_FAULT], space[AMOUNT_SIZE];
	int64_t value;

	(void)state;
	number_set_style(&german);
	assert_false(number_read(NUMBER_PRICE, "1,234", &value, fault));
	assert_string_equal(fault, "Is it 1234,00 or 1,23? Type the one you mean.");
	assert_false(number_read(NUMBER_PRICE, "x", &value, fault));
	assert_string_equal(fault, "Type an amount, such as 14,50.");
	assert_string_equal(number_example(NUMBER_PERCENT), "+2,50");
	assert_string_equal(number_write(NUMBER_PRICE, 123450, space), "1234,50");
	assert_true(number_read(NUMBER_PRICE, "1.234,50", &value, fault));
	assert_int_equal(value, 123450);
	for (enum number_kind kind = 0; kind < NUMBER_KINDS; kind++)
		assert_true(number_read(kind, number_example(kind), &value, fault));
}

/* A field that is full may have lost the end of what was pasted: it is no number then. */
static void test_full_field(void **state)
{
	char text[NUMBER_CHARACTERS + 1], fault[NUMBER_FAULT];
	int64_t value;

	(void)state;
	memset(text, ' ', sizeof text);
	memcpy(text + NUMBER_CHARACTERS - 2, "12", 3);
	assert_false(number_read(NUMBER_PRICE, text, &value, fault));
	assert_true(number_read(NUMBER_PRICE, text + 1, &value, fault));
}

static void test_check(void **state)
{
	char meaning[48] = "?", fault[NUMBER_FAULT] = "";

	(void)state;
	assert_true(number_check(NUMBER_PRICE, "1,5", meaning, sizeof meaning, fault, sizeof fault));
	assert_string_equal(meaning, "1.50");
	assert_true(number_check(NUMBER_PRICE, "", meaning, sizeof meaning, fault, sizeof fault));
	assert_string_equal(meaning, "");
	assert_false(number_check(NUMBER_STOCK, "1,5", meaning, sizeof meaning, fault, sizeof fault));
	assert_string_equal(fault, "Type a whole number, such as 100.");
}

static void test_mobile(void **state)
{
	static const char *const good[] = {"+34600123456", "+34 600 123 456", "+34-600-123-456", "+34 (600) 12/34.56",
					   " \u00A0+34\u00A0600\u202F123\u2011456\r\n"};
	static const char *const bad[] = {"",
					  "600123456",
					  "+",
					  "+34600x123456",
					  "+0346001234",
					  "+123456",
					  "+1234567890123456",
					  "++34600123456",
					  "+34600123456 ext 5",
					  "+34600123456                              "};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		char number[MOBILE_SIZE] = "";
		if (!mobile_read(good[i], number) || strcmp(number, "+34600123456"))
			fail_msg("\"%s\" gives \"%s\"", good[i], number);
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		char number[MOBILE_SIZE] = "before";
		if (mobile_read(bad[i], number) || strcmp(number, "before"))
			fail_msg("\"%s\" gives \"%s\"", bad[i], number);
	}
}

/* At a form's row: what it is kept as; or, where it can't be read, why. Nothing is a number that nobody gave. */
static void test_mobile_check(void **state)
{
	char meaning[64] = "before", fault[128] = "before";

	(void)state;
	assert_true(mobile_check(0, "+34 (600) 12/34.56", meaning, sizeof meaning, fault, sizeof fault));
	assert_string_equal(meaning, "+34600123456");
	assert_string_equal(fault, "before");
	assert_false(mobile_check(0, "600123456", meaning, sizeof meaning, fault, sizeof fault));
	assert_string_equal(meaning, "+34600123456");
	assert_non_null(strstr(fault, "such as +34600123456"));
	assert_true(mobile_check(0, "", meaning, sizeof meaning, fault, sizeof fault));
	assert_string_equal(meaning, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_read),
	    cmocka_unit_test_teardown(test_in_another_style, tear_down),
	    cmocka_unit_test(test_full_field),
	    cmocka_unit_test(test_check),
	    cmocka_unit_test(test_mobile),
	    cmocka_unit_test(test_mobile_check),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
