/* Where AWS's services are and as whom they are asked, as the environment says. */
#include "tests/unit/unit.h"

#include "platform/aws/aws.h"
#include "platform/aws/dynamo.h"

enum { VARIABLES_MAX = 8 };

static struct {
	const char *name, *value;
} variables[VARIABLES_MAX];

static char *look_up(const char *name)
{
	for (size_t i = 0; i < VARIABLES_MAX; i++)
		if (variables[i].name && !strcmp(variables[i].name, name))
			return (char *)variables[i].value;
	return NULL;
}

#define REGION "AWS_REGION", "eu-west-1"

struct row {
	const char *pairs[2 * VARIABLES_MAX + 1];
	const char *says; /* a piece of the error's sentence; NULL: it is taken */
};

static void set(const struct row *row)
{
	memset(variables, 0, sizeof variables);
	for (size_t i = 0; row->pairs[2 * i]; i++) {
		variables[i].name = row->pairs[2 * i];
		variables[i].value = row->pairs[2 * i + 1];
	}
}

static void environment(void **state)
{
	static const struct row rows[] = {
	    {{NULL}, "set AWS_REGION"},
	    {{"AWS_REGION", ""}, "set AWS_REGION"},
	    {{"AWS_REGION", "eu-west-1"}, NULL},
	    {{"AWS_REGION", "", "AWS_DEFAULT_REGION", "eu-west-1"}, NULL},
	    {{"AWS_REGION", "EU"}, "not the name of a region"},
	    {{"AWS_REGION", "-"}, "not the name of a region"},
	    {{"AWS_REGION", "evil.example.com/"}, "not the name of a region"},
	    {{"AWS_REGION", "eu-west-1-eu-west-1-eu-west-1-eu"}, "not the name of a region"},
	    {{REGION, "AWS_ENDPOINT_URL", "ftp://x"}, "neither http nor https"},
	    {{REGION, "AWS_ENDPOINT_URL", "http://x", "AWS_ENDPOINT_URL_DYNAMODB", "http://u:p@x"}, "user or password"},
	    {{REGION, "AWS_ACCESS_KEY_ID", "a"}, "Only one of"},
	    {{REGION, "AWS_SECRET_ACCESS_KEY", "a"}, "Only one of"},
	    {{REGION, "AWS_ACCESS_KEY_ID", "a", "AWS_SECRET_ACCESS_KEY", "b"}, NULL},
	    {{REGION, "AWS_ACCESS_KEY_ID", "a\r\nX: y", "AWS_SECRET_ACCESS_KEY", "b"}, "AWS_ACCESS_KEY_ID can't be"},
	    {{REGION, "AWS_ACCESS_KEY_ID", "a", "AWS_SECRET_ACCESS_KEY", "b", "AWS_SESSION_TOKEN", "c d"},
	     "AWS_SESSION_TOKEN can't be"},
	    {{REGION, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/x"}, NULL},
	    {{REGION, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "v2"}, "does not begin with '/'"},
	    {{REGION, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/a\r\nb"}, "not a URL"},
	    {{REGION, "AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost:1/x?y=z"}, NULL},
	    {{REGION, "AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1"}, NULL},
	    {{REGION, "AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://[fd00:ec2::23]/v1"}, NULL},
	    {{REGION, "AWS_CONTAINER_CREDENTIALS_FULL_URI", "https://keys.example.com/x"}, NULL},
	    {{REGION, "AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://keys.example.com/x"}, "nobody else is asked"},
	    {{REGION, "AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.2.example.com/x"},
	     "nobody else is asked"},
	    {{REGION, "AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost:1"}, "not a URL with a path"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct err err = {.kind = ERR_NONE};

		set(&rows[i]);
		struct aws *aws = aws_new(&(struct aws_options){.look_up = look_up}, &err);
		if (!aws != (rows[i].says != NULL) || (rows[i].says && !strstr(err.message, rows[i].says)))
			fail_msg("row %zu: %s", i, aws ? "taken" : err.message);
		assert_int_equal(err.kind, rows[i].says ? ERR_INVALID : ERR_NONE);
		assert_null(aws_free(aws));
	}
}

static void places(void **state)
{
	static const struct {
		struct row row;
		const char *texts[AWS_SERVICES], *region;
	} cases[] = {
	    {{{REGION}, NULL},
	     {"https://dynamodb.eu-west-1.amazonaws.com", "https://streams.dynamodb.eu-west-1.amazonaws.com",
	      "https://cognito-idp.eu-west-1.amazonaws.com"},
	     "eu-west-1"},
	    {{{"AWS_DEFAULT_REGION", "cn-north-1"}, NULL},
	     {"https://dynamodb.cn-north-1.amazonaws.com.cn", "https://streams.dynamodb.cn-north-1.amazonaws.com.cn",
	      "https://cognito-idp.cn-north-1.amazonaws.com.cn"},
	     "cn-north-1"},
	    {{{REGION, "AWS_DEFAULT_REGION", "us-east-1", "AWS_ENDPOINT_URL", "http://127.0.0.1:1",
	       "AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:2"}, NULL},
	     {"http://127.0.0.1:2", "http://127.0.0.1:1", "http://127.0.0.1:1"},
	     "eu-west-1"},
	    {{{REGION, "AWS_ENDPOINT_URL_DYNAMODB_STREAMS", "http://127.0.0.1:2",
	       "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", "http://127.0.0.1:3"}, NULL},
	     {"https://dynamodb.eu-west-1.amazonaws.com", "http://127.0.0.1:2", "http://127.0.0.1:3"},
	     "eu-west-1"},
	};
	struct err err;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		set(&cases[i].row);
		struct aws *aws = aws_new(&(struct aws_options){.look_up = look_up}, &err);
		assert_non_null(aws);
		assert_string_equal(aws_region(aws), cases[i].region);
		for (int service = 0; service < AWS_SERVICES; service++)
			assert_string_equal(aws_place(aws, (enum aws_service)service)->text, cases[i].texts[service]);
		aws_free(aws);
	}
}

static void tables(void **state)
{
	static const struct row region = {{"AWS_REGION", "eu-west-1"}, NULL};
	static const char *const wrong[] = {"", "ab", "a b c", "a\"b", "tablé"};
	char longest[257] = "";
	struct err err;

	(void)state;
	set(&region);
	struct aws *aws = aws_new(&(struct aws_options){.look_up = look_up}, &err);
	assert_non_null(aws);
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		assert_null(dynamo_new(aws, wrong[i], false, &err));
		assert_int_equal(err.kind, ERR_INVALID);
	}
	memset(longest, 'a', 256);
	assert_null(dynamo_new(aws, longest, false, &err));
	longest[255] = '\0';
	struct dynamo *dynamo = dynamo_new(aws, longest, false, &err);
	assert_non_null(dynamo);
	assert_null(dynamo_free(dynamo));
	aws_free(aws);
}

/* Without keys there is no call, and no waiting. */
static void no_keys(void **state)
{
	static const struct row region = {{REGION, "AWS_ENDPOINT_URL", "http://127.0.0.1:1"}, NULL};
	struct aws_answer answer;
	struct err err;

	(void)state;
	set(&region);
	struct aws *aws = aws_new(&(struct aws_options){.look_up = look_up}, &err);
	assert_non_null(aws);
	const struct aws_call call = {.service = AWS_DYNAMODB, .operation = "GetItem", .body = "{}", .length = 2};
	assert_false(aws_call(aws, &call, &answer, &err));
	assert_int_equal(err.kind, ERR_INTERNAL);
	assert_non_null(strstr(err.message, "AWS_ACCESS_KEY_ID"));
	aws_free(aws);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(environment),
	    cmocka_unit_test(places),
	    cmocka_unit_test(tables),
	    cmocka_unit_test(no_keys),
	};

	return cmocka_run_group_tests_name("AWS's settings", tests, NULL, NULL);
}
