/* Errors of a platform as sentences: by their code, with their params; in their own words where the code isn't
 * known. */
#include "tests/unit/unit.h"

#include "screens/app/words.h"

static char space[WORDS_TEXT];

static struct err refusal(int status, const char *code, const char *message)
{
	struct err err;

	err_code(&err, ERR_UNAVAILABLE, code, "%s", message);
	err.http_status = status;
	return err;
}

static void test_problems(void **state)
{
	struct err err = refusal(503, "unavailable", "own words");

	(void)state;
	/* A platform that doesn't say how long is quoted. */
	assert_string_equal(words_of(&err, space), "own words");
	err_params_number(&err.params, "seconds", 7);
	assert_string_equal(words_of(&err, space), "The shop is busy. Try again in 7 s.");
	err = refusal(400, "invalid", "name is wrong");
	assert_string_equal(words_of(&err, space), "The shop did not accept this. It says: name is wrong");
	err = refusal(400, "not_heard_of", "own words");
	assert_string_equal(words_of(&err, space), "own words");
	err = refusal(0, "unavailable", "made on this side");
	assert_string_equal(words_of(&err, space), "made on this side");
}

static void test_faults(void **state)
{
	struct outcome_error fault = {.pointer = "/name", .code = "length", .detail = "must be 1 to 120 characters"};

	(void)state;
	assert_string_equal(words_of_fault(&fault, space), fault.detail);
	err_params_number(&fault.params, "min", 1);
	err_params_number(&fault.params, "max", 120);
	assert_string_equal(words_of_fault(&fault, space), "This needs 1 to 120 characters.");
	fault.code = "";
	assert_string_equal(words_of_fault(&fault, space), fault.detail);
}

static void test_items(void **state)
{
	struct outcome_error faults[2] = {{.code = "gone", .detail = "is no longer sold"},
					  {.code = "gone", .detail = ""}};
	struct outcome_problem problem = {
	    .code = "version_conflict", .message = "m", .errors = faults, .errors_count = 1};

	(void)state;
	assert_string_equal(words_of_item(&problem, space), "This is no longer sold. Leave it out.");
	problem.errors_count = 2;
	assert_string_equal(words_of_item(&problem, space),
			    "Somebody else changed this meanwhile. Look at both, then choose one.");
	assert_string_equal(words_of_item(&(struct outcome_problem){0}, space), "");
}

/* Nothing is written past the end, whatever a platform sends. */
static void test_long(void **state)
{
	char message[2 * WORDS_TEXT];
	struct outcome_error fault = {.code = "invalid", .detail = message};

	(void)state;
	memset(message, 'x', sizeof message - 1);
	message[sizeof message - 1] = '\0';
	assert_int_equal(strlen(words_of_fault(&fault, space)), WORDS_TEXT - 1);
	fault.code = "else";
	assert_int_equal(strlen(words_of_fault(&fault, space)), WORDS_TEXT - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_problems),
	    cmocka_unit_test(test_faults),
	    cmocka_unit_test(test_items),
	    cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
