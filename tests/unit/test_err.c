/* Errors as values: kinds, codes, and texts that are cut where a character ends. */
#include "tests/unit/unit.h"

#include "base/err.h"
#include "base/text.h"

static void fills_and_returns_false(void **state)
{
	struct err err;

	(void)state;
	assert_false(err_set(&err, ERR_NOT_FOUND, "No %s of id %d", "product", 7));
	assert_int_equal(err.kind, ERR_NOT_FOUND);
	assert_int_equal(err.http_status, 404);
	assert_string_equal(err.code, "not_found");
	assert_string_equal(err.field, "");
	assert_string_equal(err.message, "No product of id 7");

	assert_false(err_code(&err, ERR_CONFLICT, "version_conflict", "It is %s", "newer"));
	assert_int_equal(err.kind, ERR_CONFLICT);
	assert_int_equal(err.http_status, 409);
	assert_string_equal(err.code, "version_conflict");
	assert_string_equal(err.message, "It is newer");

	assert_false(err_memory(&err, "testing"));
	assert_int_equal(err.kind, ERR_MEMORY);
	assert_string_equal(err.message, "Out of memory while testing");
}

static void forgets_the_error_before(void **state)
{
	struct err err;

	(void)state;
	memset(&err, 'x', sizeof err);
	err_set(&err, ERR_INVALID, "short");
	assert_string_equal(err.field, "");
	assert_string_equal(err.message, "short");
}

static void names_the_place(void **state)
{
	struct err err;
	char long_one[100];

	(void)state;
	err_set(&err, ERR_INVALID, "wrong");
	assert_false(err_at(&err, "/items/3/price"));
	assert_string_equal(err.field, "/items/3/price");
	assert_string_equal(err.message, "wrong");
	memset(long_one, 'f', sizeof long_one - 1);
	long_one[sizeof long_one - 1] = '\0';
	assert_false(err_at(&err, long_one));
	assert_int_equal(strlen(err.field), sizeof err.field - 1);
	assert_false(err_at(NULL, "/x"));
}

static void takes_no_place_to_write(void **state)
{
	(void)state;
	assert_false(err_set(NULL, ERR_INVALID, "nobody asked"));
	assert_false(err_code(NULL, ERR_INVALID, "code", "nobody asked"));
	assert_false(err_memory(NULL, "nobody asked"));
}

/* A text of every length around the cap, of characters of every size, stays valid UTF-8. */
static void cuts_at_a_character(void **state)
{
	static const char *const characters[] = {"a", "é", "京", "🛒"};
	struct err err;

	(void)state;
	for (size_t kind = 0; kind < COUNT_OF(characters); kind++) {
		for (size_t pad = 0; pad < 8; pad++) {
			char text[512] = "xxxxxxxx";
			size_t length = pad;

			while (length + 4 < sizeof text) {
				memcpy(text + length, characters[kind], strlen(characters[kind]));
				length += strlen(characters[kind]);
			}
			text[length] = '\0';
			err_set(&err, ERR_INVALID, "%s", text);
			size_t kept = strlen(err.message);
			assert_true(text_valid(err.message, kept));
			assert_memory_equal(err.message, text, kept);
			assert_true(kept + strlen(characters[kind]) > sizeof err.message - 1);
		}
	}
	err_set(&err, ERR_INVALID, "ends with é");
	assert_string_equal(err.message, "ends with é");
	err_code(&err, ERR_INVALID, "a_code_that_is_far_too_long_for_the_place_it_goes_to", "x");
	assert_int_equal(strlen(err.code), sizeof err.code - 1);
}

static void every_kind_has_its_row(void **state)
{
	(void)state;
	for (int kind = 0; kind < ERR_KINDS; kind++) {
		int status = err_kind_status((enum err_kind)kind);
		const char *code = err_kind_code((enum err_kind)kind);

		assert_true(status == 0 || (status >= 400 && status < 600));
		assert_true(*err_kind_title((enum err_kind)kind));
		assert_true(*code && strspn(code, "abcdefghijklmnopqrstuvwxyz_") == strlen(code));
		assert_true(strlen(code) < sizeof((struct err *)NULL)->code);
		for (int other = 0; other < kind; other++) {
			assert_string_not_equal(code, err_kind_code((enum err_kind)other));
			assert_true(!status || status != err_kind_status((enum err_kind)other));
		}
		if (status)
			assert_int_equal(err_kind_from_status(status), kind);
	}
}

static void kinds_of_other_statuses(void **state)
{
	(void)state;
	assert_int_equal(err_kind_from_status(402), ERR_INVALID);
	assert_int_equal(err_kind_from_status(418), ERR_INVALID);
	assert_int_equal(err_kind_from_status(499), ERR_INVALID);
	assert_int_equal(err_kind_from_status(501), ERR_INTERNAL);
	assert_int_equal(err_kind_from_status(599), ERR_INTERNAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(fills_and_returns_false), cmocka_unit_test(forgets_the_error_before),
	    cmocka_unit_test(takes_no_place_to_write), cmocka_unit_test(cuts_at_a_character),
	    cmocka_unit_test(every_kind_has_its_row),  cmocka_unit_test(kinds_of_other_statuses),
	    cmocka_unit_test(names_the_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
