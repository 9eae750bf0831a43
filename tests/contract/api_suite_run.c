/* api_suite_run.c: runs the suite's tests, one after the other, on one platform. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tests/contract/api_suite.h"

enum { ARENA_MAX = 512 * 1024 * 1024, TESTS_MAX = 256 };

/* cmocka hands a group's state to its set-up by reference only. */
static struct suite *running;

static void forget(struct suite *suite)
{
	while (suite->parsed_count)
		cJSON_Delete(suite->parsed[--suite->parsed_count]);
	arena_reset(&suite->arena);
}

static int begin(void **state)
{
	struct suite *suite = running;

	*state = suite;
	suite->ada = person_new(suite, "Client", "Ada Buyer");
	suite->bob = person_new(suite, "Client", "Bob Buyer");
	suite->grace = person_new(suite, "Seller", "Grace Seller");
	suite->linus = person_new(suite, "Seller", "Linus Seller");
	forget(suite);
	return 0;
}

static int begin_plain(void **state)
{
	*state = running;
	return 0;
}

static int after_test(void **state)
{
	forget(*state);
	return 0;
}

/* The last test: everything that the table offers was had. */
static void test_every_row_succeeded(void **state)
{
	const struct suite *suite = *state;
	bool all = true;

	for (int op = 0; op < API_OPS; op++) {
		if (suite->succeeded[op])
			continue;
		print_error("    %s never succeeded\n", api_rows[op].name);
		all = false;
	}
	assert_true(all);
}

static size_t gather(struct CMUnitTest tests[TESTS_MAX], size_t count, const struct suite_tests *from)
{
	for (size_t i = 0; i < from->count && count < TESTS_MAX; i++) {
		tests[count] = from->tests[i];
		tests[count++].teardown_func = after_test;
	}
	return count;
}

static int run(struct suite *suite, const char *transcript, const char *name, const struct CMUnitTest *tests,
	       size_t count, CMFixtureFunction begin_run)
{
	suite->transcript = fopen(transcript, "w");
	if (!suite->transcript) {
		fprintf(stderr, "%s: %s\n", transcript, strerrorname_np(errno));
		return 1;
	}
	arena_init(&suite->arena, ARENA_MAX);
	arena_init(&suite->people, ARENA_MAX);
	running = suite;
	int failed = _cmocka_run_group_tests(name, tests, count, begin_run, NULL);
	forget(suite);
	arena_done(&suite->arena);
	arena_done(&suite->people);
	if (fclose(suite->transcript) != 0)
		failed++;
	return failed ? 1 : 0;
}

int api_suite_run(struct api_transport *transport, const char *transcript)
{
	static const struct suite_tests *const all[] = {&account_tests, &catalogue_tests, &picture_tests, &buying_tests,
							&order_tests,   &sale_tests,      &limit_tests,   &rule_tests,
							&change_tests,  NULL};
	static struct suite suite;
	static struct CMUnitTest tests[TESTS_MAX];
	size_t count = 0;

	suite = (struct suite){.transport = transport};
	for (const struct suite_tests *const *file = all; *file; file++)
		count = gather(tests, count, *file);
	tests[count++] = (struct CMUnitTest)cmocka_unit_test(test_every_row_succeeded);
	return run(&suite, transcript, "api", tests, count, begin);
}

/* Without mail: what is signed up may sign in, and asking for a code changes nothing. */
static void test_plain_sign_up(void **state)
{
	struct suite *suite = *state;
	struct person client = person_new(suite, "Client", "Plain Client");
	struct answer service = call(suite, NULL, "GET", "/", NULL);

	expect_status(service, 200);
	for (int i = 0; i < count_at(&service, "features"); i++)
		assert_string_not_equal(text_at(&service, say(suite, "features.%d", i)), "confirmation");

	struct answer forgot = call(suite, NULL, "POST", "/Password/Forgot", "{\"email\": \"%s\"}", client.email);
	expect_status(forgot, 200);
	struct answer confirm =
	    call(suite, NULL, "POST", "/Account/Confirm", "{\"email\": \"%s\", \"code\": \"12345678\"}", client.email);
	expect_problem(confirm, 400, "invalid_code");
	struct answer profile = call(suite, &client, "GET", say(suite, "/Client/%s", client.id), NULL);
	expect_status(profile, 200);
}

int api_suite_run_plain(struct api_transport *transport, const char *transcript)
{
	static const struct CMUnitTest plain[] = {cmocka_unit_test(test_plain_sign_up)};
	static const struct suite_tests plain_tests = {plain, 1};
	static struct suite suite;
	static struct CMUnitTest tests[TESTS_MAX];

	suite = (struct suite){.transport = transport};
	return run(&suite, transcript, "api without mail", tests, gather(tests, 0, &plain_tests), begin_plain);
}
