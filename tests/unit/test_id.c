/* ULIDs: they only grow, whatever the clock does. Clock and randomness are the test's own here (the linker's
 * --wrap). */
#include "tests/unit/unit.h"

#include <sys/types.h>

#include "base/id.h"

static int64_t now;
static int random_byte; /* -1: really random */

int64_t __wrap_clock_now(void);
int64_t __wrap_clock_now(void)
{
	return now;
}

ssize_t __real_getrandom(void *bytes, size_t length, unsigned flags);
ssize_t __wrap_getrandom(void *bytes, size_t length, unsigned flags);
ssize_t __wrap_getrandom(void *bytes, size_t length, unsigned flags)
{
	if (random_byte < 0)
		return __real_getrandom(bytes, length, flags);
	memset(bytes, random_byte, length);
	return (ssize_t)length;
}

static int set_up(void **state)
{
	(void)state;
	now = INT64_C(1795359845678);
	random_byte = -1;
	return 0;
}

static void has_the_canonical_form(void **state)
{
	struct id_source source = {0};

	(void)state;
	random_byte = 0;
	now = INT64_C(1469918176385); /* the specification's own example */
	assert_string_equal(id_next(&source).text, "01ARYZ6S410000000000000000");

	source = (struct id_source){0};
	random_byte = 0xFF;
	assert_string_equal(id_next(&source).text, "01ARYZ6S41ZZZZZZZZZZZZZZZZ");

	source = (struct id_source){0};
	now = INT64_C(281474976710655);
	assert_string_equal(id_next(&source).text, "7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
}

static void grows_whatever_the_clock_does(void **state)
{
	uint64_t draw = chance_seed();
	struct id_source source = {0};
	struct id before = id_next(&source);

	(void)state;
	for (int i = 0; i < 50000; i++) {
		switch (chance_below(&draw, 5)) {
		case 0: now += (int64_t)chance_below(&draw, 10); break;
		case 1: now -= (int64_t)chance_below(&draw, 5000); break;
		default: break;
		}
		struct id id = id_next(&source);
		assert_true(id_valid(id.text));
		assert_true(strcmp(before.text, id.text) < 0);
		before = id;
	}
}

static void random_bits_carry_into_the_time(void **state)
{
	struct id_source source = {0};

	(void)state;
	random_byte = 0xFF;
	struct id last = id_next(&source);
	random_byte = 0;
	struct id next = id_next(&source);
	assert_true(strcmp(last.text, next.text) < 0);
	assert_string_equal(next.text + 10, "0000000000000000");

	random_byte = 0x0F;
	source = (struct id_source){0};
	assert_string_equal(id_next(&source).text + 10, "1W7GY3RF1W7GY3RF");
	assert_string_equal(id_next(&source).text + 10, "1W7GY3RF1W7GY3RG");
}

static void goes_on_after_an_id(void **state)
{
	uint64_t draw = chance_seed();

	(void)state;
	for (int i = 0; i < 2000; i++) {
		struct id_source other = {0}, source = {0};

		now = (int64_t)chance_below(&draw, UINT64_C(1) << 47);
		struct id id = id_next(&other);
		now -= (int64_t)chance_below(&draw, (uint64_t)now + 1);
		struct id own = id_next(&source);

		id_source_after(&source, id.text);
		struct id next = id_next(&source);
		assert_true(strcmp(id.text, next.text) < 0);
		assert_true(strcmp(own.text, next.text) < 0);
	}

	/* An older id changes nothing. */
	struct id_source source = {0};
	now = 2000;
	id_next(&source);
	struct id_source copy = source;
	id_source_after(&source, "00000000000000000000000000");
	assert_memory_equal(&source, &copy, sizeof source);
	struct id same = id_next(&copy);
	copy = source;
	id_source_after(&copy, same.text);
	assert_true(strcmp(same.text, id_next(&copy).text) < 0);
}

static void knows_what_is_an_id(void **state)
{
	static const char *const bad[] = {
	    "", "0", "01ARYZ6S41000000000000000", "01ARYZ6S4100000000000000000", "01ARYZ6S41000000000000000u",
	    "01aryz6s410000000000000000", "01ARYZ6S4100000000000000I0", "01ARYZ6S4100000000000000L0",
	    "01ARYZ6S4100000000000000O0", "01ARYZ6S4100000000000000U0", "80000000000000000000000000",
	    "ZZZZZZZZZZZZZZZZZZZZZZZZZZ", "01ARYZ6S41000000000000000 ", "01ARYZ6S41000000000000000\n",
	    "../../../../../../etc/pass",
	};

	(void)state;
	assert_true(id_valid("00000000000000000000000000"));
	assert_true(id_valid("7ZZZZZZZZZZZZZZZZZZZZZZZZZ"));
	assert_true(id_valid("0123456789ABCDEFGHJKMNPQRS"));
	assert_true(id_valid("0TVWXYZ0000000000000000000"));
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (id_valid(bad[i]))
			fail_msg("\"%s\" was taken", bad[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(has_the_canonical_form, set_up),
	    cmocka_unit_test_setup(grows_whatever_the_clock_does, set_up),
	    cmocka_unit_test_setup(random_bits_carry_into_the_time, set_up),
	    cmocka_unit_test_setup(goes_on_after_an_id, set_up),
	    cmocka_unit_test_setup(knows_what_is_an_id, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
