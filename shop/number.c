#include "shop/number.h"

#include <inttypes.h>
#include <stdio.h>

#include "models/limits.h"

static const struct {
	bool whole;
	int64_t min, max; /* of the value without its sign */
	bool is_change;	  /* may have a sign, and must not be 0 */
	bool is_percent;
	int64_t example;
} kinds[NUMBER_KINDS] = {
    [NUMBER_PRICE] = {.min = LIMIT_PRICE_MIN, .max = LIMIT_PRICE, .example = 1450},
    [NUMBER_PRICE_BOUND] = {.min = 0, .max = LIMIT_PRICE, .example = 1450},
    [NUMBER_PRICE_CHANGE] = {.max = LIMIT_PRICE, .is_change = true, .example = -200},
    [NUMBER_PERCENT] = {.max = LIMIT_PRICE, .is_change = true, .is_percent = true, .example = 250},
    [NUMBER_STOCK] = {.whole = true, .max = LIMIT_STOCK, .example = 100},
    [NUMBER_STOCK_CHANGE] = {.whole = true, .max = LIMIT_STOCK, .is_change = true, .example = -3},
    [NUMBER_QUANTITY] = {.whole = true, .max = LIMIT_QUANTITY, .example = 2},
};

static struct amount_style style = {.decimal = ".", .group = ",", .sizes = {3}};

void number_set_style(const struct amount_style *chosen)
{
	style = *chosen;
}

const struct amount_style *number_style(void)
{
	return &style;
}

const char *number_write(enum number_kind kind, int64_t value, char space[AMOUNT_SIZE])
{
	if (!kinds[kind].whole)
		return amount_write_plain(&style, value, space);
	snprintf(space, AMOUNT_SIZE, "%" PRId64, value);
	return space;
}

const char *number_example(enum number_kind kind)
{
	static char examples[NUMBER_KINDS][AMOUNT_SIZE + 1];
	char space[AMOUNT_SIZE];
	int64_t value = kinds[kind].example;

	snprintf(examples[kind], sizeof examples[kind], "%s%s", kinds[kind].is_change && value > 0 ? "+" : "",
		 number_write(kind, value, space));
	return examples[kind];
}

/* ---- what is wrong ---- */

static bool say_kind(enum number_kind kind, char fault[NUMBER_FAULT])
{
	const char *example = number_example(kind);

	if (kinds[kind].whole)
		snprintf(fault, NUMBER_FAULT, "Type a whole number, such as %s.", example);
	else if (kinds[kind].is_percent)
		snprintf(fault, NUMBER_FAULT, "Type a percentage, such as %s.", example);
	else
		snprintf(fault, NUMBER_FAULT, "Type an amount, such as %s.", example);
	return false;
}

static bool say_most(enum number_kind kind, char fault[NUMBER_FAULT])
{
	char space[AMOUNT_SIZE];
	const char *max = number_write(kind, kinds[kind].max, space);

	if (kinds[kind].whole)
		snprintf(fault, NUMBER_FAULT, "Type a whole number of %s at most.", max);
	else if (kinds[kind].is_percent)
		snprintf(fault, NUMBER_FAULT, "Type a percentage of %s at most.", max);
	else
		snprintf(fault, NUMBER_FAULT, "Type an amount of %s at most.", max);
	return false;
}

static bool say_range(enum number_kind kind, char fault[NUMBER_FAULT])
{
	char spaces[2][AMOUNT_SIZE];
	const char *min = number_write(kind, kinds[kind].min, spaces[0]);
	const char *max = number_write(kind, kinds[kind].max, spaces[1]);

	if (kinds[kind].is_change)
		return say_most(kind, fault);
	if (kinds[kind].whole)
		snprintf(fault, NUMBER_FAULT, "Type a whole number from %s to %s.", min, max);
	else
		snprintf(fault, NUMBER_FAULT, "Type an amount from %s to %s.", min, max);
	return false;
}

/* Both possible readings, written without groups, so that people can type the one they mean. */
static bool say_readings(enum number_kind kind, const struct amount_read *read, char fault[NUMBER_FAULT])
{
	char value[AMOUNT_SIZE], other[AMOUNT_SIZE];

	number_write(kind, kinds[kind].whole ? read->value / 100 : read->value, value);
	snprintf(fault, NUMBER_FAULT, "Is it %s or %s? Type the one you mean.", value,
		 amount_write_plain(&style, read->other, other));
	return false;
}

static bool say(const char *text, char fault[NUMBER_FAULT])
{
	snprintf(fault, NUMBER_FAULT, "%s", text);
	return false;
}

bool number_read(enum number_kind kind, const char *text, int64_t *ret_value, char ret_fault[NUMBER_FAULT])
{
	struct amount_read read;

	switch (amount_read(&style, text, &read)) {
	case AMOUNT_EMPTY: return say("A number is needed: type it.", ret_fault);
	case AMOUNT_NONE: return say_kind(kind, ret_fault);
	case AMOUNT_LARGE: return say_range(kind, ret_fault);
	case AMOUNT_AMBIGUOUS: return say_readings(kind, &read, ret_fault);
	case AMOUNT_GOOD: break;
	}
	int64_t value = kinds[kind].whole ? read.value / 100 : read.value;
	int64_t size = kinds[kind].is_change && value < 0 ? -value : value;
	if (kinds[kind].whole && read.has_decimals)
		return say_kind(kind, ret_fault);
	if (kinds[kind].is_change ? size > kinds[kind].max
				  : read.has_sign || size < kinds[kind].min || size > kinds[kind].max)
		return say_range(kind, ret_fault);
	if (kinds[kind].is_change && !value)
		return say("This would change nothing. Type another number.", ret_fault);
	*ret_value = value;
	return true;
}

bool number_check(int kind, const char *text, char *ret_meaning, size_t meaning_size, char *ret_fault,
		  size_t fault_size)
{
	char fault[NUMBER_FAULT], space[AMOUNT_SIZE];
	struct amount_read read;
	int64_t value;

	if (amount_read(&style, text, &read) == AMOUNT_EMPTY) {
		snprintf(ret_meaning, meaning_size, "%s", "");
		return true;
	}
	if (!number_read((enum number_kind)kind, text, &value, fault)) {
		snprintf(ret_fault, fault_size, "%s", fault);
		return false;
	}
	snprintf(ret_meaning, meaning_size, "%s", number_write((enum number_kind)kind, value, space));
	return true;
}
