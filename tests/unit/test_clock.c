/* Times: there and back again over ten thousand years, and nothing that isn't RFC 3339. */
#include "tests/unit/unit.h"

#include "base/clock.h"

static const int64_t first = INT64_C(-62167219200000); /* 0000-01-01T00:00:00Z */
static const int64_t last = INT64_C(253402300799999);  /* 9999-12-31T23:59:59.999Z */

static void known_instants(void **state)
{
	static const struct {
		int64_t instant;
		const char *text;
	} rows[] = {
	    {0, "1970-01-01T00:00:00.000Z"},
	    {-1, "1969-12-31T23:59:59.999Z"},
	    {951782400000, "2000-02-29T00:00:00.000Z"},
	    {INT64_C(1795359845678), "2026-11-22T15:04:05.678Z"},
	    {INT64_C(4107542400000), "2100-03-01T00:00:00.000Z"},
	    {INT64_C(-62167219200000), "0000-01-01T00:00:00.000Z"},
	    {INT64_C(253402300799999), "9999-12-31T23:59:59.999Z"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char text[CLOCK_RFC3339_SIZE];
		int64_t instant = 42;

		clock_format(rows[i].instant, text);
		assert_string_equal(text, rows[i].text);
		assert_true(clock_parse(text, &instant));
		assert_true(instant == rows[i].instant);
	}
}

static void there_and_back(void **state)
{
	uint64_t draw = chance_seed();

	(void)state;
	for (int i = 0; i < 50000; i++) {
		int64_t instant = first + (int64_t)chance_below(&draw, (uint64_t)(last - first) + 1);
		int64_t read = 0;
		char text[CLOCK_RFC3339_SIZE], day[sizeof "2026-11-22"];

		clock_format(instant, text);
		assert_int_equal(strlen(text), CLOCK_RFC3339_SIZE - 1);
		assert_true(clock_parse(text, &read));
		assert_true(read == instant);

		clock_format_day(clock_day(instant), day);
		assert_memory_equal(day, text, 10);
	}
}

/* The C library has a calendar of its own. */
static void agrees_with_the_c_library(void **state)
{
	(void)state;
	for (int64_t day = first / CLOCK_DAY_MS; day <= last / CLOCK_DAY_MS; day += 13) {
		time_t seconds = (time_t)(day * (CLOCK_DAY_MS / 1000));
		struct tm date;
		char ours[sizeof "2026-11-22"], theirs[80];

		assert_non_null(gmtime_r(&seconds, &date));
		snprintf(theirs, sizeof theirs, "%04d-%02d-%02d", date.tm_year + 1900, date.tm_mon + 1, date.tm_mday);
		clock_format_day((int32_t)day, ours);
		assert_string_equal(ours, theirs);
		assert_int_equal(clock_day(day * CLOCK_DAY_MS), day);
		assert_int_equal(clock_day(day * CLOCK_DAY_MS + CLOCK_DAY_MS - 1), day);
	}
}

static void what_is_out_of_range_is_clamped(void **state)
{
	char text[CLOCK_RFC3339_SIZE];

	(void)state;
	clock_format(INT64_MIN, text);
	assert_string_equal(text, "0000-01-01T00:00:00.000Z");
	clock_format(first - 1, text);
	assert_string_equal(text, "0000-01-01T00:00:00.000Z");
	clock_format(INT64_MAX, text);
	assert_string_equal(text, "9999-12-31T23:59:59.999Z");
}

static void reads_what_rfc3339_allows(void **state)
{
	static const struct {
		const char *text;
		int64_t instant;
	} rows[] = {
	    {"1970-01-01T00:00:00Z", 0},
	    {"1970-01-01t00:00:00z", 0},
	    {"1970-01-01 00:00:00Z", 0},
	    {"1970-01-01T01:00:00+01:00", 0},
	    {"1969-12-31T23:30:00-00:30", 0},
	    {"1970-01-01T00:00:00-00:00", 0},
	    {"1970-01-01T00:00:00.5Z", 500},
	    {"1970-01-01T00:00:00.05Z", 50},
	    {"1970-01-01T00:00:00.0019999999999999999999999999Z", 1},
	    {"1970-01-01T23:59:60Z", 86400000},
	    {"2024-02-29T00:00:00Z", INT64_C(1709164800000)},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		int64_t instant = -1;

		if (!clock_parse(rows[i].text, &instant) || instant != rows[i].instant)
			fail_msg("%s gives %lld", rows[i].text, (long long)instant);
	}
}

static void refuses_what_it_does_not(void **state)
{
	static const char *const texts[] = {
	    "", "2026", "2026-11-22", "2026-11-22T", "2026-11-22T15:04:05", "2026-11-22T15:04Z",
	    "2026-11-22T15:04:05.Z", "2026-11-22T15:04:05.678", "2026-11-22T15:04:05+01", "2026-11-22T15:04:05+0100",
	    "2026-11-22T15:04:05+24:00", "2026-11-22T15:04:05+01:60", "2026-11-22T15:04:05ZZ",
	    "2026-11-22T15:04:05Z ", " 2026-11-22T15:04:05Z", "2026-11-22_15:04:05Z", "2026-00-22T15:04:05Z",
	    "2026-13-22T15:04:05Z", "2026-11-00T15:04:05Z", "2026-11-31T15:04:05Z", "2026-02-29T15:04:05Z",
	    "2100-02-29T00:00:00Z", "2026-11-22T24:00:00Z", "2026-11-22T15:60:05Z", "2026-11-22T15:04:61Z",
	    "+026-11-22T15:04:05Z", "2026-1-22T15:04:05Z", "2026-11-22T15:04:05,5Z", "2026-11-22T15:04:05\xC2\xA0Z",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		int64_t instant = 42;

		if (clock_parse(texts[i], &instant))
			fail_msg("\"%s\" was taken", texts[i]);
		assert_true(instant == 42);
	}
}

static void now_is_now(void **state)
{
	int64_t before = clock_monotonic();

	(void)state;
	assert_true(clock_now() > INT64_C(1577836800000)); /* 2020 */
	assert_true(clock_monotonic() >= before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(known_instants),		 cmocka_unit_test(there_and_back),
	    cmocka_unit_test(agrees_with_the_c_library), cmocka_unit_test(what_is_out_of_range_is_clamped),
	    cmocka_unit_test(reads_what_rfc3339_allows), cmocka_unit_test(refuses_what_it_does_not),
	    cmocka_unit_test(now_is_now),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
