#include "models/amount.h"

#include <limits.h>
#include <locale.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "models/money.h"

const struct amount_style amount_style_plain = {.decimal = ".", .group = ",", .sizes = {3}};

/* ---- marks ---- */

/* What may stand between digits. Blanks are one kind, whichever they are, and so are the two apostrophes. */
enum mark { MARK_NONE, MARK_BLANK, MARK_QUOTE, MARK_COMMA, MARK_POINT, MARK_DECIMAL, MARK_GROUP };

static const struct {
	const char *text;
	enum mark mark;
} common_marks[] = {
    {",", MARK_COMMA},
    {".", MARK_POINT},
    {"'", MARK_QUOTE},
    {"\xE2\x80\x99", MARK_QUOTE}, /* U+2019, an apostrophe as it is printed */
    {" ", MARK_BLANK},
    {"\xC2\xA0", MARK_BLANK},	  /* no-break */
    {"\xE2\x80\x87", MARK_BLANK}, /* as wide as a digit */
    {"\xE2\x80\x89", MARK_BLANK}, /* thin */
    {"\xE2\x80\xAF", MARK_BLANK}, /* narrow, no-break */
};

/* The mark that a text begins with, of those that mean the same everywhere; *ret_length: its bytes. */
static enum mark common_mark(const char *text, size_t *ret_length)
{
	for (size_t i = 0; i < sizeof common_marks / sizeof *common_marks; i++) {
		size_t length = strlen(common_marks[i].text);
		if (strncmp(text, common_marks[i].text, length) == 0) {
			*ret_length = length;
			return common_marks[i].mark;
		}
	}
	return MARK_NONE;
}

static bool begins_with(const char *text, const char *mark, size_t *ret_length)
{
	size_t length = strlen(mark);

	if (!length || strncmp(text, mark, length) != 0)
		return false;
	*ret_length = length;
	return true;
}

/* The same, or one that only this style has. */
static enum mark mark_at(const struct amount_style *style, const char *text, size_t *ret_length)
{
	enum mark mark = common_mark(text, ret_length);

	if (mark != MARK_NONE)
		return mark;
	if (begins_with(text, style->decimal, ret_length))
		return MARK_DECIMAL;
	return begins_with(text, style->group, ret_length) ? MARK_GROUP : MARK_NONE;
}

/* ---- styles ---- */

/* One character that nobody takes for a part of a number. */
static bool is_mark(const char *text)
{
	size_t length = strnlen(text, AMOUNT_MARK);

	return length > 0 && length < AMOUNT_MARK && text_valid(text, length) && text_count(text, length) == 1 &&
	       !text_has_control(text, length) && !strpbrk(text, "0123456789+-");
}

static bool may_be_decimal(const char *text)
{
	size_t length;
	enum mark mark = is_mark(text) ? common_mark(text, &length) : MARK_BLANK;

	return mark != MARK_BLANK && mark != MARK_QUOTE;
}

static void set_mark(char to[AMOUNT_MARK], const char *from)
{
	snprintf(to, AMOUNT_MARK, "%s", from);
}

/* Sizes as in localeconv: a byte each, CHAR_MAX: no more groups. */
static void set_sizes(struct amount_style *style, const char *grouping)
{
	for (size_t i = 0; i < AMOUNT_GROUPS - 1 && grouping[i] > 0; i++)
		style->sizes[i] = (unsigned char)grouping[i];
	if (!style->sizes[0] || style->sizes[0] == CHAR_MAX)
		style->group[0] = '\0';
}

void amount_style_of_locale(struct amount_style *ret_style)
{
	const struct lconv *locale = localeconv();
	const char *decimal = locale->mon_decimal_point, *group = locale->mon_thousands_sep;
	struct amount_style style = {.sizes = {0}};

	if (!*decimal && !*group) {
		*ret_style = amount_style_plain;
		return;
	}
	/* (Of a locale that isn't UTF-8, what is left are the marks that are ASCII.) */
	set_mark(style.decimal, may_be_decimal(decimal) ? decimal : !strcmp(group, ".") ? "," : ".");
	if (is_mark(group) && strcmp(group, style.decimal) != 0) {
		set_mark(style.group, group);
		set_sizes(&style, locale->mon_grouping);
	}
	*ret_style = style;
}

/* Takes a mark of one character off the front, "" when there is none. */
static const char *take_mark(const char *text, char to[AMOUNT_MARK])
{
	size_t length = text[0] ? 1 : 0;

	while (text[length] && ((unsigned char)text[length] & 0xC0) == 0x80)
		length++;
	to[0] = '\0';
	if (!length || length >= AMOUNT_MARK || (text[0] >= '0' && text[0] <= '9'))
		return text;
	memcpy(to, text, length);
	to[length] = '\0';
	return text + length;
}

bool amount_style_of_example(const char *example, struct amount_style *ret_style)
{
	struct amount_style style = {.sizes = {0}};
	const char *at = example;

	if (*at++ != '1')
		return false;
	at = take_mark(at, style.group);
	if (strncmp(at, "234", 3) != 0)
		return false;
	at = take_mark(at + 3, style.decimal);
	if (strspn(at, "0123456789") != 2 || at[2] || !may_be_decimal(style.decimal))
		return false;
	if (style.group[0]) {
		if (!is_mark(style.group) || !strcmp(style.group, style.decimal))
			return false;
		style.sizes[0] = 3;
	}
	*ret_style = style;
	return true;
}

/* ---- writing ---- */

/* Is there a group's edge behind so many digits from the right? */
static bool is_edge(const struct amount_style *style, size_t digits)
{
	size_t at = 0, edge = 0;

	if (!style->group[0] || !style->sizes[0])
		return false;
	while (edge < digits) {
		if (style->sizes[at] == CHAR_MAX)
			return false;
		edge += style->sizes[at];
		if (style->sizes[at + 1])
			at++;
	}
	return edge == digits;
}

static bool write_in(const struct amount_style *style, int64_t amount, bool grouped, char space[AMOUNT_SIZE])
{
	char plain[MONEY_SIZE];
	size_t used = 0;

	money_format(amount, plain);
	const char *point = strchr(plain, '.'), *digits = plain + (plain[0] == '-');
	for (const char *at = plain; *at; at++) {
		const char *mark = at == point ? style->decimal : "";
		if (grouped && at > digits && at < point && is_edge(style, (size_t)(point - at)))
			mark = style->group;
		size_t length = strlen(mark);
		if (used + length + 2 > AMOUNT_SIZE)
			return false;
		memcpy(space + used, mark, length);
		used += length;
		if (at != point)
			space[used++] = *at;
	}
	space[used] = '\0';
	return true;
}

const char *amount_write(const struct amount_style *style, int64_t amount, char space[AMOUNT_SIZE])
{
	/* Groups of one digit and the like would not fit. */
	return write_in(style, amount, true, space) ? space : amount_write_plain(style, amount, space);
}

const char *amount_write_plain(const struct amount_style *style, int64_t amount, char space[AMOUNT_SIZE])
{
	write_in(style, amount, false, space);
	return space;
}

/* ---- reading ---- */

/* A text as runs of digits with marks between them; a run may be empty. */
struct typed {
	const char *run[AMOUNT_TYPED + 1];
	size_t length[AMOUNT_TYPED + 1]; /* of each run */
	enum mark mark[AMOUNT_TYPED];    /* behind each run but the last */
	size_t marks;
};

static bool split(const struct amount_style *style, const char *text, size_t length, struct typed *typed)
{
	const char *end = text + length;

	typed->marks = 0;
	for (;;) {
		size_t size = strspn(text, "0123456789");
		size = size > (size_t)(end - text) ? (size_t)(end - text) : size;
		typed->run[typed->marks] = text;
		typed->length[typed->marks] = size;
		text += size;
		if (text >= end)
			return true;
		enum mark mark = mark_at(style, text, &size);
		if (mark == MARK_NONE || typed->marks == AMOUNT_TYPED)
			return false;
		typed->mark[typed->marks++] = mark;
		text += size;
	}
}

static bool is_style_group(const struct amount_style *style, enum mark mark)
{
	size_t length;

	return style->group[0] && mark_at(style, style->group, &length) == mark;
}

/* Do the first runs, up to `last`, make groups of a whole number? Of three digits, or of as many as the style has. */
static bool are_groups(const struct amount_style *style, const struct typed *typed, size_t last)
{
	bool threes = typed->length[0] <= 3, own = is_style_group(style, typed->mark[0]);
	size_t digits = 0;

	if (!typed->length[0] || typed->run[0][0] == '0' || typed->mark[0] == MARK_DECIMAL)
		return false;
	for (size_t i = 1; i <= last; i++) {
		threes &= typed->length[i] == 3;
		if (typed->mark[i - 1] != typed->mark[0])
			return false;
	}
	/* Between two edges of the style's there is no other. */
	for (size_t i = last + 1; i-- > 0 && own;) {
		for (size_t inside = 1; inside < typed->length[i]; inside++)
			own &= !is_edge(style, digits + inside);
		digits += typed->length[i];
		own &= typed->length[i] > 0 && (i == 0 || is_edge(style, digits));
	}
	return threes || own;
}

/* Takes the digits of some runs behind those in *value. */
static bool add_digits(const struct typed *typed, size_t first, size_t last, size_t most, int64_t *value)
{
	size_t taken = 0;

	for (size_t i = first; i <= last; i++)
		for (size_t at = 0; at < typed->length[i] && taken < most; at++, taken++)
			if (!money_multiply(*value, 10, value) || !money_add(*value, typed->run[i][at] - '0', value))
				return false;
	return true;
}

/* The value, of whose runs the last is decimals (of which two count) or not. */
static enum amount_answer value_of(const struct typed *typed, bool decimals, int64_t *ret_value)
{
	size_t last = typed->marks, count = decimals ? typed->length[last] : 0;
	int64_t value = 0;

	if (!add_digits(typed, 0, decimals ? last - 1 : last, SIZE_MAX, &value))
		return AMOUNT_LARGE;
	if (decimals && !add_digits(typed, last, last, 2, &value))
		return AMOUNT_LARGE;
	for (; count < 2; count++)
		if (!money_multiply(value, 10, &value))
			return AMOUNT_LARGE;
	*ret_value = value;
	return AMOUNT_GOOD;
}

/* Is the last mark a decimal one? It stands alone of its kind, before one or two digits. */
static bool has_decimals(const struct typed *typed)
{
	enum mark mark = typed->marks ? typed->mark[typed->marks - 1] : MARK_NONE;
	size_t digits = typed->length[typed->marks];

	if (mark != MARK_COMMA && mark != MARK_POINT && mark != MARK_DECIMAL)
		return false;
	for (size_t i = 0; i + 1 < typed->marks; i++)
		if (typed->mark[i] == mark)
			return false;
	return digits == 1 || digits == 2;
}

static enum amount_answer read_unsigned(const struct amount_style *style, const struct typed *typed,
					struct amount_read *read)
{
	size_t marks = typed->marks;
	enum mark mark = marks ? typed->mark[0] : MARK_NONE;

	if (!marks)
		return typed->length[0] ? value_of(typed, false, &read->value) : AMOUNT_NONE;
	if (has_decimals(typed)) {
		if (marks > 1 && !are_groups(style, typed, marks - 1))
			return AMOUNT_NONE;
		read->has_decimals = true;
		return value_of(typed, true, &read->value);
	}
	if (!are_groups(style, typed, marks))
		return AMOUNT_NONE;
	enum amount_answer answer = value_of(typed, false, &read->value);
	bool alone = marks == 1 && (mark == MARK_COMMA || mark == MARK_POINT) && !is_style_group(style, mark);
	if (answer != AMOUNT_GOOD || !alone)
		return answer;
	answer = value_of(typed, true, &read->other);
	return answer == AMOUNT_GOOD ? AMOUNT_AMBIGUOUS : answer;
}

/* The sign's bytes, a real minus or the key's; *ret_negative. */
static size_t read_sign(const char *text, bool *ret_negative)
{
	static const char minus[] = "\xE2\x88\x92"; /* U+2212 */

	*ret_negative = true;
	if (*text == '-')
		return 1;
	if (!strncmp(text, minus, strlen(minus)))
		return strlen(minus);
	*ret_negative = false;
	return *text == '+';
}

enum amount_answer amount_read(const struct amount_style *style, const char *text, struct amount_read *ret_read)
{
	struct amount_read read = {.value = 0};
	struct typed typed;
	size_t length = strlen(text);
	bool negative;

	/* blanks count: where it was typed something may have been cut off */
	if (text_count(text, length) > AMOUNT_TYPED)
		return AMOUNT_LARGE;
	text += text_trim(text, &length);
	if (!length)
		return AMOUNT_EMPTY;
	size_t sign = read_sign(text, &negative);
	read.has_sign = sign > 0;
	if (!split(style, text + sign, length - sign, &typed))
		return AMOUNT_NONE;
	enum amount_answer answer = read_unsigned(style, &typed, &read);
	if (answer != AMOUNT_GOOD && answer != AMOUNT_AMBIGUOUS)
		return answer;
	if (negative) {
		read.value = -read.value;
		read.other = -read.other;
	}
	*ret_read = read;
	return answer;
}
