/* What an authorizer is asked, and what a table's stream tells. */
#include "tests/unit/unit.h"

#include "platform/lambda/authorizer.h"
#include "platform/lambda/function.h"
#include "tests/unit/fakes.h"

static struct arena arena;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, DISPATCH_ARENA);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

#define API "arn:aws:execute-api:eu-west-1:123456789012:api1/Prod/"

static bool authorizer(const char *arn, const char *token, struct authorizer_event *event, struct err *err)
{
	const char *json = arena_printf(
	    &arena, "{\"type\": \"TOKEN\", \"methodArn\": \"%s\", \"authorizationToken\": \"%s\"}", arn, token);

	return authorizer_read(json, strlen(json), &arena, event, err);
}

static void policy(void **state)
{
	static const char *const sent[] = {FAKE_CLIENT_TOKEN, "Bearer " FAKE_CLIENT_TOKEN, "bearer " FAKE_CLIENT_TOKEN};
	struct fake fake;
	struct authorizer_event event;
	struct err err;
	struct buf out;

	(void)state;
	fake_init(&fake);
	for (size_t i = 0; i < COUNT_OF(sent); i++) {
		assert_true(authorizer(API "GET/Purchase/X", sent[i], &event, &err));
		buf_init(&out, 4096);
		assert_true(authorizer_answer(&event, &fake.identity, &arena, &out, &err));
		assert_string_equal(
		    buf_str(&out),
		    "{\"principalId\":\"" FAKE_CLIENT_ID "\",\"policyDocument\":{\"Version\":\"2012-10-17\","
		    "\"Statement\":[{\"Action\":\"execute-api:Invoke\",\"Effect\":\"Allow\",\"Resource\":\"" API
		    "*\"}]}}");
		buf_done(&out);
	}
}

static void no_policy(void **state)
{
	static const char *const sent[] = {"", "Bearer ", "nobody", "Bearer nobody"};
	struct fake fake;
	struct authorizer_event event;
	struct err err;
	struct buf out;

	(void)state;
	fake_init(&fake);
	buf_init(&out, 4096);
	for (size_t i = 0; i < COUNT_OF(sent); i++) {
		assert_true(authorizer(API "GET/Purchase", sent[i], &event, &err));
		assert_false(authorizer_answer(&event, &fake.identity, &arena, &out, &err));
		assert_int_equal(err.kind, ERR_UNAUTHENTICATED);
		assert_int_equal(out.length, 0);
	}
	buf_done(&out);
}

/* What could widen a policy is no API. */
static void wrong_arns(void **state)
{
	static const char *const arns[] = {
	    "",
	    "*",
	    "arn:aws:s3:::bucket/a/b",
	    "arn:aws:execute-api:eu-west-1:123456789012:api1",
	    "arn:aws:execute-api:eu-west-1:123456789012:api1/Prod",
	    "arn:aws:execute-api:eu-west-1:123456789012:api1//GET/a",
	    "arn:aws:execute-api:eu-west-1:123456789012:*/Prod/GET/a",
	    "arn:aws:execute-api:eu-west-1:123456789012:api1/*/GET/a",
	    "arn:aws:execute-api:eu-west-1:123456789012:api?/Prod/GET/a",
	    "arn:aws:execute-api:eu-west-1:123456789012:${a}/Prod/GET/a",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(arns); i++) {
		struct authorizer_event event;
		struct err err = {.kind = ERR_NONE};

		if (authorizer(arns[i], "t", &event, &err))
			fail_msg("taken: %s", arns[i]);
		assert_int_equal(err.kind, ERR_INVALID);
	}
}

/* ---- the stream ---- */

#define RECORD(name, number, images)                                                                                   \
	"{\"eventName\": \"" name                                                                                      \
	"\", \"eventSource\": \"aws:dynamodb\", \"dynamodb\": {\"SequenceNumber\": \"" number                          \
	"\", \"Keys\": {\"pk\": {\"S\": \"a\"}}" images "}}"
#define NEW ", \"NewImage\": {\"pk\": {\"S\": \"a\"}, \"n\": {\"N\": \"1\"}}"
#define OLD ", \"OldImage\": {\"pk\": {\"S\": \"a\"}, \"l\": {\"L\": [{\"M\": {\"x\": {\"BOOL\": true}}}]}}"

/* Follows until it comes to a number; keeps what it saw. */
struct follower {
	const char *fails_at;
	char seen[128];
};

static bool follow(void *context, const struct stream_record *record, struct err *err)
{
	struct follower *follower = context;
	static const char letters[] = {'+', '~', '-'};

	if (!strcmp(record->sequence, follower->fails_at))
		return err_set(err, ERR_UNAVAILABLE, "Not now");
	size_t length = strlen(follower->seen);
	snprintf(follower->seen + length, sizeof follower->seen - length, "%c%s ", letters[record->change],
		 record->sequence);
	return true;
}

static void follows(void **state)
{
	static const char batch[] = "{\"Records\": [" RECORD("INSERT", "11", NEW) "," RECORD(
	    "MODIFY", "12", NEW OLD) "," RECORD("REMOVE", "13", OLD) "]}";
	static const struct {
		const char *fails_at, *seen, *answer;
	} cases[] = {
	    {"", "+11 ~12 -13 ", "{\"batchItemFailures\":[]}"},
	    {"11", "", "{\"batchItemFailures\":[{\"itemIdentifier\":\"11\"}]}"},
	    {"12", "+11 ", "{\"batchItemFailures\":[{\"itemIdentifier\":\"12\"}]}"},
	    {"13", "+11 ~12 ", "{\"batchItemFailures\":[{\"itemIdentifier\":\"13\"}]}"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct follower follower = {.fails_at = cases[i].fails_at};
		struct stream stream;
		struct err err = {.kind = ERR_NONE};
		struct buf out;

		cJSON *json = json_parse(batch, sizeof batch - 1, STREAM_VALUES_MAX, &err);
		assert_true(stream_read(cJSON_GetObjectItem(json, "Records"), &arena, &stream, &err));
		assert_int_equal(stream.count, 3);
		buf_init(&out, 4096);
		stream_answer(&stream, follow, &follower, &out, &err);
		assert_string_equal(follower.seen, cases[i].seen);
		assert_string_equal(buf_str(&out), cases[i].answer);
		assert_int_equal(err.kind, *cases[i].fails_at ? ERR_UNAVAILABLE : ERR_NONE);
		buf_done(&out);
		cJSON_Delete(json);
	}
}

static void no_batches(void **state)
{
	static const char *const cases[] = {
	    "{}",
	    "{\"Records\": {}}",
	    "{\"Records\": [1]}",
	    "{\"Records\": [" RECORD("UPSERT", "1", NEW) "]}",
	    "{\"Records\": [" RECORD("INSERT", "", NEW) "]}",
	    "{\"Records\": [" RECORD("INSERT", "1x", NEW) "]}",
	    "{\"Records\": [" RECORD("INSERT", "12345678901234567890123456789012345678901", NEW) "]}",
	    "{\"Records\": [" RECORD("INSERT", "1", "") "]}",
	    "{\"Records\": [" RECORD("MODIFY", "1", NEW) "]}",
	    "{\"Records\": [" RECORD("REMOVE", "1", "") "]}",
	    "{\"Records\": [" RECORD("INSERT", "1", ", \"NewImage\": {\"a\": \"b\"}") "]}",
	    "{\"Records\": [" RECORD("INSERT", "1", ", \"NewImage\": {\"a\": {}}") "]}",
	    "{\"Records\": [" RECORD("INSERT", "1", ", \"NewImage\": {\"a\": {\"X\": \"b\"}}") "]}",
	    "{\"Records\": [" RECORD("INSERT", "1", ", \"NewImage\": {\"a\": {\"N\": 1}}") "]}",
	    "{\"Records\": [" RECORD("INSERT", "1", ", \"NewImage\": {\"a\": {\"S\": \"b\", \"N\": \"1\"}}") "]}",
	    "{\"Records\": [" RECORD("INSERT", "1", ", \"NewImage\": {\"a\": {\"SS\": [1]}}") "]}",
	    "{\"Records\": [" RECORD("INSERT", "1", ", \"NewImage\": {\"a\": {\"L\": [{\"M\": {\"x\": 1}}]}}") "]}",
	    "{\"Records\": [" RECORD("INSERT", "1", NEW) ",{\"eventSource\": \"aws:kinesis\"}]}",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct stream stream;
		struct err err = {.kind = ERR_NONE};

		cJSON *json = json_parse(cases[i], strlen(cases[i]), STREAM_VALUES_MAX, &err);
		assert_non_null(json);
		if (stream_read(cJSON_GetObjectItem(json, "Records"), &arena, &stream, &err))
			fail_msg("taken: %s", cases[i]);
		assert_int_equal(err.kind, ERR_INVALID);
		cJSON_Delete(json);
	}
}

/* ---- the hour ---- */

static bool run_follow(struct fake *fake, const char *event, struct buf *out, struct outcome *outcome, struct err *err)
{
	struct follower follower = {.fails_at = ""};
	struct lambda lambda = {.platform = fake->platform, .follow = follow, .follow_context = &follower};
	struct buf bytes;

	buf_init(&bytes, 4096);
	buf_init(out, 4096);
	buf_add_str(&bytes, event);
	bool good = function_run(function_find("FollowFunction"), &lambda, "id", &bytes, &arena, out, outcome, err);
	buf_done(&bytes);
	return good;
}

/* Once an hour the store does what is due. */
static void tends(void **state)
{
	static const char hour[] =
	    "{\"version\": \"0\", \"source\": \"aws.events\", \"detail-type\": \"Scheduled Event\","
	    " \"resources\": [\"arn:aws:events:eu-west-1:123456789012:rule/hourly\"], \"detail\": {}}";
	static const char other[] = "{\"source\": \"aws.events\", \"detail-type\": \"Something else\"}";
	struct err err = {.kind = ERR_NONE};
	struct outcome outcome;
	struct fake fake;
	struct buf out;

	(void)state;
	fake_init(&fake);
	assert_true(run_follow(&fake, hour, &out, &outcome, &err));
	assert_string_equal(fake.called, "tend");
	assert_string_equal(outcome.op, "tend");
	assert_string_equal(buf_str(&out), "{}");
	buf_done(&out);

	err_set(&fake.fail, ERR_UNAVAILABLE, "Not now");
	assert_false(run_follow(&fake, hour, &out, &outcome, &err));
	assert_int_equal(err.kind, ERR_UNAVAILABLE);
	assert_int_equal(fake.calls, 2);
	buf_done(&out);
	assert_false(run_follow(&fake, other, &out, &outcome, &err));
	assert_int_equal(err.kind, ERR_INVALID);
	assert_int_equal(fake.calls, 2);
	buf_done(&out);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(policy),  cmocka_unit_test(no_policy),  cmocka_unit_test(wrong_arns),
	    cmocka_unit_test(follows), cmocka_unit_test(no_batches), cmocka_unit_test(tends),
	};

	return cmocka_run_group_tests_name("authorizer and stream", tests, set_up, tear_down);
}
