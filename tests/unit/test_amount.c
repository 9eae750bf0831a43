/* Amounts as people write and type them, in every locale that the tests have: what is shown reads back as itself, and
 * what is typed never means more than a careful reader would find in it. */
#include "tests/unit/unit.h"

#include <locale.h>
#include <regex.h>

#include "base/text.h"
#include "models/amount.h"
#include "models/limits.h"

static const struct tongue {
	const char *locale, *written; /* 1234567.50 */
} tongues[] = {
    {"C", "1,234,567.50"},
    {"C.UTF-8", "1,234,567.50"},
    {"en_US.UTF-8", "1,234,567.50"},
    {"de_DE.UTF-8", "1.234.567,50"},
    {"de_CH.UTF-8", "1\u2019234\u2019567.50"},
    {"fr_FR.UTF-8", "1\u202F234\u202F567,50"},
    {"fr_FR.ISO-8859-1", "1234567,50"}, /* its no-break space is no UTF-8 */
    {"hi_IN.UTF-8", "12,34,567.50"},
    {"fa_IR.UTF-8", "1\u066C234\u066C567\u066B50"},
};

/* In LOCPATH, which the test sets, are those that were made for it (tests/locales). */
static struct amount_style style_of(const struct tongue *tongue)
{
	struct amount_style style;

	if (!setlocale(LC_ALL, tongue->locale))
		fail_msg("there is no locale %s: `make check` makes it with localedef, of Debian's package locales",
			 tongue->locale);
	amount_style_of_locale(&style);
	return style;
}

static void test_written_by_the_locale(void **state)
{
	char space[AMOUNT_SIZE];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(tongues); i++) {
		struct amount_style style = style_of(&tongues[i]);
		if (strcmp(amount_write(&style, 123456750, space), tongues[i].written) != 0)
			fail_msg("%s writes %s", tongues[i].locale, space);
	}
}

static void test_shown_reads_back(void **state)
{
	static const int64_t some[] = {0,      1,	 10,	   99,	      100,	   101,	     99999,
				       100000, 123456, 99999999, 100000000, LIMIT_PRICE, INT64_MAX};
	uint64_t seed = chance_seed();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(tongues); i++) {
		struct amount_style style = style_of(&tongues[i]);
		for (size_t round = 0; round < 20000; round++) {
			/* As many digits of any number. */
			uint64_t drawn = chance_next(&seed) >> (1 + chance_below(&seed, 62));
			int64_t amount = round < COUNT_OF(some) ? some[round] : (int64_t)drawn;
			for (int kind = 0; kind < 4; kind++) {
				char space[AMOUNT_SIZE];
				struct amount_read read;
				int64_t wanted = kind & 1 ? -amount : amount;

				(kind & 2 ? amount_write : amount_write_plain)(&style, wanted, space);
				if (amount_read(&style, space, &read) != AMOUNT_GOOD || read.value != wanted)
					fail_msg("%s: %" PRId64 " is shown as %s, which is something else",
						 tongues[i].locale, wanted, space);
			}
		}
	}
}

/* ---- by hand ---- */

#define REFUSED (INT64_MIN + 1)
#define UNCLEAR (INT64_MIN + 2)
#define TOO_MUCH (INT64_MIN + 3)

static const struct {
	const char *text;
	int64_t c, german, french, hindi; /* C or en_US, de_DE, fr_FR, hi_IN */
} typed[] = {
    {"12,50", 1250, 1250, 1250, 1250},
    {"12.50", 1250, 1250, 1250, 1250},
    {"0,99", 99, 99, 99, 99},
    {"1,5", 150, 150, 150, 150},
    {".99", 99, 99, 99, 99},
    {"1.", REFUSED, REFUSED, REFUSED, REFUSED},
    {"14", 1400, 1400, 1400, 1400},
    {"007", 700, 700, 700, 700},
    {"1,234", 123400, UNCLEAR, UNCLEAR, 123400},
    {"1.234", UNCLEAR, 123400, UNCLEAR, UNCLEAR},
    {"0.123", REFUSED, REFUSED, REFUSED, REFUSED},
    {"0,123", REFUSED, REFUSED, REFUSED, REFUSED},
    {"1234,567", REFUSED, REFUSED, REFUSED, REFUSED},
    {"1.2345", REFUSED, REFUSED, REFUSED, REFUSED},
    {"1,234.5", 123450, 123450, 123450, 123450},
    {"1.234,5", 123450, 123450, 123450, 123450},
    {"1,234.567", REFUSED, REFUSED, REFUSED, REFUSED},
    {"1.234.567", 123456700, 123456700, 123456700, 123456700},
    {"1,234,567", 123456700, 123456700, 123456700, 123456700},
    {"1.234.56", REFUSED, REFUSED, REFUSED, REFUSED},
    {"12,34,567", REFUSED, REFUSED, REFUSED, 123456700},
    {"1,00,000.50", REFUSED, REFUSED, REFUSED, 10000050},
    {"12 34", REFUSED, REFUSED, REFUSED, REFUSED},
    {"1 234", 123400, 123400, 123400, 123400},
    {"1 234 567,8", 123456780, 123456780, 123456780, 123456780},
    {"1\u00A0234.50", 123450, 123450, 123450, 123450},
    {"1\u202F234,50", 123450, 123450, 123450, 123450},
    {"1'234", 123400, 123400, 123400, 123400},
    {"1\u2019234.50", 123450, 123450, 123450, 123450},
    {"1'234 567", REFUSED, REFUSED, REFUSED, REFUSED},
    {"1 234,567", REFUSED, REFUSED, REFUSED, REFUSED},
    {" 12.50\r\n", 1250, 1250, 1250, 1250},
    {"\u00A012,50\u200B", 1250, 1250, 1250, 1250},
    {"1e3", REFUSED, REFUSED, REFUSED, REFUSED},
    {"12abc", REFUSED, REFUSED, REFUSED, REFUSED},
    {"0x10", REFUSED, REFUSED, REFUSED, REFUSED},
    {"12.50 EUR", REFUSED, REFUSED, REFUSED, REFUSED},
    {"1,,5", REFUSED, REFUSED, REFUSED, REFUSED},
    {"1..5", REFUSED, REFUSED, REFUSED, REFUSED},
    {"1,5,5", REFUSED, REFUSED, REFUSED, REFUSED},
    {",", REFUSED, REFUSED, REFUSED, REFUSED},
    {"\uFF11", REFUSED, REFUSED, REFUSED, REFUSED},
    {"- 5", REFUSED, REFUSED, REFUSED, REFUSED},
    {"--5", REFUSED, REFUSED, REFUSED, REFUSED},
    {"1-5", REFUSED, REFUSED, REFUSED, REFUSED},
    {"+2,5", 250, 250, 250, 250},
    {"92233720368547758.08", TOO_MUCH, TOO_MUCH, TOO_MUCH, TOO_MUCH},
    {"99999999999999999999999", TOO_MUCH, TOO_MUCH, TOO_MUCH, TOO_MUCH},
    {"                                                            12", TOO_MUCH, TOO_MUCH, TOO_MUCH, TOO_MUCH},
    {"000000000000000000000000000000000000000000000000000000000000012", TOO_MUCH, TOO_MUCH, TOO_MUCH, TOO_MUCH},
};

static int64_t outcome(const struct amount_style *style, const char *text)
{
	struct amount_read read = {.value = 42};
	enum amount_answer answer = amount_read(style, text, &read);

	if (answer != AMOUNT_GOOD && answer != AMOUNT_AMBIGUOUS)
		assert_int_equal(read.value, 42);
	return answer == AMOUNT_GOOD	    ? read.value
	       : answer == AMOUNT_AMBIGUOUS ? UNCLEAR
	       : answer == AMOUNT_LARGE	    ? TOO_MUCH
					    : REFUSED;
}

static void test_typed(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(tongues); i++) {
		struct amount_style style = style_of(&tongues[i]);
		for (size_t row = 0; row < COUNT_OF(typed); row++) {
			const char *locale = tongues[i].locale;
			int64_t wanted = !strncmp(locale, "de_DE", 5)	? typed[row].german
					 : !strncmp(locale, "hi_IN", 5) ? typed[row].hindi
					 : !strncmp(locale, "C", 1) || !strncmp(locale, "en_US", 5) ? typed[row].c
												    : typed[row].french;
			int64_t got = outcome(&style, typed[row].text);
			if (got != wanted)
				fail_msg("%s: \"%s\" gives %" PRId64 ", not %" PRId64, locale, typed[row].text, got,
					 wanted);
		}
	}
}

static void test_both_readings(void **state)
{
	struct amount_read read;

	(void)state;
	assert_int_equal(amount_read(&amount_style_plain, "1.239", &read), AMOUNT_AMBIGUOUS);
	assert_int_equal(read.value, 123900);
	assert_int_equal(read.other, 123);
	assert_int_equal(amount_read(&amount_style_plain, "-1.239", &read), AMOUNT_AMBIGUOUS);
	assert_int_equal(read.value, -123900);
	assert_int_equal(read.other, -123);
	assert_int_equal(amount_read(&amount_style_plain, " \u00A0\r\n", &read), AMOUNT_EMPTY);
	assert_int_equal(amount_read(&amount_style_plain, "-3", &read), AMOUNT_GOOD);
	assert_true(read.has_sign && !read.has_decimals && read.value == -300);
	assert_int_equal(amount_read(&amount_style_plain, "\u22123.0", &read), AMOUNT_GOOD);
	assert_true(read.has_sign && read.has_decimals && read.value == -300);
}

/* ---- a reader of its own: the rules as patterns ---- */

/* Texts as letters that patterns can name: b a blank, q an apostrophe, d and g the style's own marks, x anything
 * else. */
static void spell(const struct amount_style *style, const char *text, char spelled[256])
{
	static const char *const blanks[] = {" ", "\u00A0", "\u2007", "\u2009", "\u202F"};
	static const char *const quotes[] = {"'", "\u2019"};
	size_t used = 0;

	while (*text) {
		char letter = 'x';
		size_t length = 1;

		while (((unsigned char)text[length] & 0xC0) == 0x80)
			length++;
		if (strchr("0123456789,.-", *text))
			letter = *text;
		for (size_t i = 0; i < COUNT_OF(blanks); i++)
			letter = !strncmp(text, blanks[i], length) && strlen(blanks[i]) == length ? 'b' : letter;
		for (size_t i = 0; i < COUNT_OF(quotes); i++)
			letter = !strncmp(text, quotes[i], length) && strlen(quotes[i]) == length ? 'q' : letter;
		if (letter == 'x' && strlen(style->decimal) == length && !strncmp(text, style->decimal, length))
			letter = 'd';
		if (letter == 'x' && strlen(style->group) == length && !strncmp(text, style->group, length))
			letter = 'g';
		spelled[used++] = letter;
		text += length;
	}
	/* Blanks around it don't count. */
	while (used && spelled[used - 1] == 'b')
		used--;
	spelled[used] = '\0';
	memmove(spelled, spelled + strspn(spelled, "b"), used + 1 - strspn(spelled, "b"));
}

static bool fits(const char *text, const char *pattern)
{
	regex_t compiled;

	assert_int_equal(regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB), 0);
	bool fit = regexec(&compiled, text, 0, NULL, 0) == 0;
	regfree(&compiled);
	return fit;
}

/* Hundredths of all digits, of which so many stand behind the decimal mark; past the int64: TOO_MUCH. */
static int64_t worth(const char *spelled, size_t decimals, int sign)
{
	__int128 value = 0;

	for (; *spelled; spelled++)
		if (*spelled >= '0' && *spelled <= '9' && value < (__int128)1 << 100)
			value = value * 10 + (*spelled - '0');
	for (; decimals < 2; decimals++)
		value *= 10;
	return value > INT64_MAX ? TOO_MUCH : sign * (int64_t)value;
}

/* A whole number in groups that `group` makes, of three digits or of India's; and that with decimals behind it. -1:
 * neither. */
static int decimals_of(const char *spelled, const char *shape, char group)
{
	static const char decimals[] = ",.d";
	char whole[96], pattern[128];
	size_t used = 0;

	for (const char *at = shape; *at; at++)
		whole[used++] = *at == 'G' ? group : *at;
	whole[used] = '\0';
	snprintf(pattern, sizeof pattern, "^%s$", whole);
	if (fits(spelled, pattern))
		return 0;
	for (size_t d = 0; decimals[d]; d++) {
		for (int count = 1; count <= 2; count++) {
			snprintf(pattern, sizeof pattern, "^%s[%c][0-9]{%d}$", whole, decimals[d], count);
			if (decimals[d] != group && fits(spelled, pattern))
				return count;
		}
	}
	return -1;
}

static int64_t oracle(const struct amount_style *style, const char *text)
{
	static const char groups[] = ",.bqg";
	char all[256], own[256], *spelled = all;
	int count = -1;

	if (text_count(text, strlen(text)) > AMOUNT_TYPED)
		return TOO_MUCH;
	spell(style, text, all);
	int sign = *spelled == '-' ? -1 : 1;
	spelled += *spelled == '-';
	spell(style, style->group, own);
	/* (A blank alone is cut off as one around a number.) */
	if (style->group[0] && !own[0])
		own[0] = 'b';
	count = decimals_of(spelled, "[0-9]+", '-');
	if (fits(spelled, "^[,.d][0-9]{1,2}$")) /* ".50" */
		count = (int)strlen(spelled) - 1;
	if (count >= 0)
		return worth(spelled, (size_t)count, sign);
	for (size_t g = 0; groups[g]; g++) {
		count = decimals_of(spelled, "[1-9][0-9]{0,2}([G][0-9]{3})+", groups[g]);
		if (count < 0 && groups[g] == own[0] && style->sizes[1] == 2)
			count = decimals_of(spelled, "[1-9][0-9]?([G][0-9]{2})*[G][0-9]{3}", groups[g]);
		if (count < 0)
			continue;
		/* One point or comma before three digits: only if this is how groups are made here. */
		if (count == 0 && groups[g] != own[0] && fits(spelled, "^[0-9]*[,.][0-9]*$"))
			return UNCLEAR;
		return worth(spelled, (size_t)count, sign);
	}
	return REFUSED;
}

static void draw(const struct amount_style *style, uint64_t *seed, char text[256])
{
	/* Digits most often, in runs as people write them; and what may stand between them, or may not. */
	static const char *const marks[] = {",",      ".",      ",",      ".", " ", "'",
					    "\u2019", "\u00A0", "\u202F", "e", "-", "\u066B"};
	size_t runs = 1 + chance_below(seed, 5), used = 0;

	for (size_t run = 0; run < runs; run++) {
		static const size_t lengths[] = {0, 1, 2, 2, 3, 3, 3, 3, 3, 4, 9, 21};
		size_t length = lengths[chance_below(seed, COUNT_OF(lengths))];
		const char *mark = marks[chance_below(seed, COUNT_OF(marks))];

		if (chance_below(seed, 4) == 0)
			mark = chance_below(seed, 2) ? style->decimal : style->group;
		if (run)
			used += (size_t)snprintf(text + used, 256 - used, "%s", mark);
		for (size_t i = 0; i < length; i++)
			text[used++] = (char)('0' + chance_below(seed, 10));
	}
	text[used] = '\0';
}

static void test_as_a_careful_reader(void **state)
{
	uint64_t seed = chance_seed();
	int rounds = chance_rounds("AMOUNT_ROUNDS", 1500);
	size_t seen[4] = {0}; /* good, refused, unclear, too much */

	(void)state;
	for (size_t i = 0; i < COUNT_OF(tongues); i++) {
		struct amount_style style = style_of(&tongues[i]);
		for (int round = 0; round < rounds; round++) {
			char text[256] = "";

			draw(&style, &seed, text);
			if (!*text)
				continue;
			int64_t got = outcome(&style, text), wanted = oracle(&style, text);
			seen[got == REFUSED ? 1 : got == UNCLEAR ? 2 : got == TOO_MUCH ? 3 : 0]++;
			if (got != wanted)
				fail_msg("%s: \"%s\" gives %" PRId64 ", a careful reader %" PRId64, tongues[i].locale,
					 text, got, wanted);
		}
	}
	/* All of it was drawn. */
	for (size_t i = 0; i < COUNT_OF(seen); i++)
		assert_true(seen[i] > 0);
}

/* Any bytes that a field may hold: an answer, and none past its end. */
static void test_any_text(void **state)
{
	static const char *const parts[] = {"0", "1",      "9",      ",", ".", "'",	   " ",
					    "\u202F", "\u066B", "+", "-", "\u4EAC", "e\u0301", "x"};
	uint64_t seed = chance_seed();

	(void)state;
	for (int round = 0; round < 50000; round++) {
		char text[400] = "";
		size_t used = 0;
		struct amount_style style = round % 2 ? amount_style_plain : style_of(&tongues[COUNT_OF(tongues) - 1]);

		for (size_t count = chance_below(&seed, 80); count > 0; count--)
			used += (size_t)snprintf(text + used, sizeof text - used, "%s",
						 parts[chance_below(&seed, COUNT_OF(parts))]);
		char *exact = strdup(text); /* whatever reads past it is found */
		assert_non_null(exact);
		outcome(&style, exact);
		free(exact);
	}
}

static void test_examples(void **state)
{
	static const char *const good[] = {"1,234.50", "1.234,50", "1 234,50", "1'234.50", "1234.50", "1234,50",
					   "1\u2019234.50", "1\u202F234,50", "1\u066C234\u066B50"};
	static const char *const bad[] = {"",          "1",        "1234",      "1,234",      "1,234,50", "1.234.50",
					  "12,34.50",  "1,234.5",  "1,234.500", "1234 50",    "1234'50",  "x,234.50",
					  "1,234.50 ", "1+234.50", "14.50",     "1\377234.50"};
	struct amount_style style;
	char space[AMOUNT_SIZE];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		struct amount_read read;

		assert_true(amount_style_of_example(good[i], &style));
		assert_string_equal(amount_write(&style, 123450, space), good[i]);
		assert_true(amount_read(&style, space, &read) == AMOUNT_GOOD && read.value == 123450);
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (amount_style_of_example(bad[i], &style))
			fail_msg("\"%s\" was taken", bad[i]);
}

int main(void)
{
	const char *folder = getenv("top_builddir");
	char path[1024];

	snprintf(path, sizeof path, "%s/tests/locales", folder ? folder : ".");
	setenv("LOCPATH", path, 1);
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_written_by_the_locale), cmocka_unit_test(test_shown_reads_back),
	    cmocka_unit_test(test_typed),		  cmocka_unit_test(test_both_readings),
	    cmocka_unit_test(test_as_a_careful_reader),	  cmocka_unit_test(test_any_text),
	    cmocka_unit_test(test_examples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
