/* Buffers: what is written is there, never past the limit, and a failure sticks. */
#include "tests/unit/unit.h"

#include <limits.h>

#include "base/buf.h"

static void holds_what_was_added(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 10000);
	assert_string_equal(buf_str(&buf), "");
	buf_add_str(&buf, "ab");
	buf_add(&buf, "\0c", 2);
	buf_add_char(&buf, 'd');
	buf_add(&buf, "unread", 0);
	buf_printf(&buf, "%d %s", 42, "é");
	assert_int_equal(buf.length, 10);
	assert_memory_equal(buf.bytes, "ab\0cd42 é", 11);
	assert_false(buf.failed);

	char *place = buf_reserve(&buf, 100);
	assert_non_null(place);
	memcpy(place, "xyz", 3);
	buf_commit(&buf, 3);
	assert_memory_equal(buf.bytes + 10, "xyz", 4);

	buf_reset(&buf);
	assert_string_equal(buf_str(&buf), "");
	buf_done(&buf);
	buf_done(NULL);
}

static void writes_whole_numbers(void **state)
{
	static const struct {
		long long number;
		const char *text;
	} rows[] = {{0, "0"}, {7, "7"}, {-1, "-1"}, {1000000, "1000000"},
		    {LLONG_MAX, "9223372036854775807"}, {LLONG_MIN, "-9223372036854775808"}};
	uint64_t draw = chance_seed();
	struct buf buf;

	(void)state;
	buf_init(&buf, 100);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		buf_reset(&buf);
		buf_add_int(&buf, rows[i].number);
		assert_string_equal(buf_str(&buf), rows[i].text);
	}
	for (int i = 0; i < 10000; i++) {
		long long number = (long long)(chance_next(&draw) >> chance_below(&draw, 63));
		char text[32];

		snprintf(text, sizeof text, "%lld", number);
		buf_reset(&buf);
		buf_add_int(&buf, number);
		assert_string_equal(buf_str(&buf), text);
	}
	buf_done(&buf);
}

/* Up to the limit to the byte; the first write past it changes nothing, and neither does any after it. */
static void keeps_its_limit(void **state)
{
	(void)state;
	for (size_t limit = 0; limit < 600; limit += 37) {
		struct buf buf;

		buf_init(&buf, limit);
		for (size_t i = 0; i < limit; i++)
			buf_add_char(&buf, 'a');
		assert_int_equal(buf.length, limit);
		assert_false(buf.failed);
		assert_true(buf.capacity <= limit);
		buf_add_char(&buf, 'b');
		assert_true(buf.failed);
		assert_int_equal(buf.length, limit);
		buf_add(&buf, "", 0);
		buf_add_str(&buf, "");
		buf_printf(&buf, "%s", "");
		assert_null(buf_reserve(&buf, 0));
		assert_int_equal(strlen(buf_str(&buf)), limit);
		buf_reset(&buf);
		assert_false(buf.failed);
		buf_done(&buf);
	}

	struct buf buf;
	buf_init(&buf, 5);
	buf_printf(&buf, "%s", "123456");
	assert_true(buf.failed);
	assert_int_equal(buf.length, 0);
	buf_reset(&buf);
	assert_null(buf_reserve(&buf, SIZE_MAX));
	assert_true(buf.failed);
	buf_reset(&buf);
	buf_printf(&buf, "%s", "12345");
	assert_string_equal(buf_str(&buf), "12345");
	buf_done(&buf);
}

static void gives_its_bytes_away(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 10);
	assert_null(buf_steal(&buf));

	buf_add_str(&buf, "mine");
	char *bytes = buf_steal(&buf);
	assert_string_equal(bytes, "mine");
	free(bytes);
	assert_null(buf.bytes);
	assert_int_equal(buf.length, 0);
	assert_int_equal(buf.limit, 10);

	buf_add_str(&buf, "more than ten");
	assert_null(buf_steal(&buf));
	assert_false(buf.failed);

	/* Empty is empty, whether there was ever anything in it or not. */
	buf_add_str(&buf, "gone");
	buf_reset(&buf);
	assert_null(buf_steal(&buf));
	assert_null(buf.bytes);
}

static void wipes(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 100);
	buf_wipe(&buf);
	buf_add_str(&buf, "secret");
	buf_wipe(&buf);
	assert_null(buf.bytes);
	assert_int_equal(buf.length, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(holds_what_was_added), cmocka_unit_test(writes_whole_numbers),
	    cmocka_unit_test(keeps_its_limit),	    cmocka_unit_test(gives_its_bytes_away),
	    cmocka_unit_test(wipes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
