/* What the environment tells a function, and the functions there are. */
#include "tests/unit/unit.h"

#include "platform/lambda/function.h"
#include "platform/lambda/settings.h"

static const char *const (*environment)[2]; /* ends with NULL */

static char *look_up(const char *name)
{
	for (size_t i = 0; environment[i][0]; i++)
		if (!strcmp(environment[i][0], name))
			return (char *)(uintptr_t)environment[i][1];
	return NULL;
}

static void taken(void **state)
{
	static const char *const all[][2] = {{"_HANDLER", "AuthFunction"},    {"VITRINE_DB", "a.db"},
					     {"VITRINE_CURRENCY", "USD"},     {"VITRINE_DELIVERY", "none"},
					     {"VITRINE_PAYMENT", "By card."}, {"VITRINE_ISSUER", "i"},
					     {"VITRINE_OUTBOX", "o"},	      {NULL, NULL}};
	static const char *const few[][2] = {
	    {"_HANDLER", "h"}, {"VITRINE_DB", "d"}, {"VITRINE_CURRENCY", ""}, {NULL, NULL}};
	struct lambda_settings settings;
	struct err err;

	(void)state;
	environment = all;
	assert_true(lambda_settings_read(look_up, &settings, &err));
	assert_string_equal(settings.handler, "AuthFunction");
	assert_string_equal(settings.shop.db, "a.db");
	assert_string_equal(settings.shop.currency, "USD");
	assert_int_equal(settings.shop.delivery, DELIVERY_NONE);
	assert_string_equal(settings.shop.payment, "By card.");
	assert_string_equal(settings.shop.issuer, "i");
	assert_string_equal(settings.shop.outbox, "o");
	environment = few;
	assert_true(lambda_settings_read(look_up, &settings, &err));
	assert_null(settings.shop.currency);
	assert_int_equal(settings.shop.delivery, DELIVERY_OPTIONAL);
}

static void on_aws(void **state)
{
	static const char *const all[][2] = {{"_HANDLER", "AuthFunction"},
					     {"VITRINE_STORE", "dynamodb"},
					     {"VITRINE_TABLE", "shop"},
					     {"VITRINE_IDENTITY", "cognito"},
					     {"VITRINE_USER_POOL", "eu-west-1_x"},
					     {"VITRINE_USER_POOL_CLIENT", "c"},
					     {"VITRINE_JWKS", ""},
					     {NULL, NULL}};
	static const char *const few[][2] = {
	    {"_HANDLER", "AuthFunction"}, {"VITRINE_STORE", "dynamodb"}, {"VITRINE_TABLE", "shop"}, {NULL, NULL}};
	static const char *const torn[][2] = {
	    {"_HANDLER", "AuthFunction"}, {"VITRINE_STORE", "dynamodb"}, {"VITRINE_DB", "d"}, {NULL, NULL}};
	struct lambda_settings settings;
	struct err err;

	(void)state;
	environment = all;
	assert_true(lambda_settings_read(look_up, &settings, &err));
	assert_int_equal(settings.shop.store, SHOP_DYNAMODB);
	assert_int_equal(settings.shop.identity, SHOP_COGNITO);
	assert_string_equal(settings.shop.table, "shop");
	assert_null(settings.shop.jwks);
	environment = few; /* local identity is in a file */
	assert_false(lambda_settings_read(look_up, &settings, &err));
	assert_string_equal(err.message, "The environment variable VITRINE_DB is missing");
	environment = torn;
	assert_false(lambda_settings_read(look_up, &settings, &err));
	assert_string_equal(err.message, "VITRINE_STORE=dynamodb needs VITRINE_TABLE");
}

static void refused(void **state)
{
	static const char *const cases[][2] = {
	    {"_HANDLER", ""},	       {"VITRINE_DB", ""},    {"VITRINE_CURRENCY", "eur"}, {"VITRINE_CURRENCY", "JPY"},
	    {"VITRINE_DELIVERY", "x"}, {"VITRINE_PAYMENT", "a\033b"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const char *const given[][2] = {
		    {cases[i][0], cases[i][1]}, {"_HANDLER", "h"}, {"VITRINE_DB", "d"}, {NULL, NULL}};
		struct lambda_settings settings;
		struct err err = {.kind = ERR_NONE};

		environment = given;
		assert_false(lambda_settings_read(look_up, &settings, &err));
		assert_int_equal(err.kind, ERR_INVALID);
		assert_non_null(strstr(err.message, cases[i][0]));
	}
}

static void described(void **state)
{
	static char text[256 * 1024];
	const char *root = getenv("top_srcdir");
	char path[4096];

	(void)state;
	snprintf(path, sizeof path, "%s/docs/architecture.md", root ? root : ".");
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	text[fread(text, 1, sizeof text - 1, file)] = '\0';
	fclose(file);
	for (size_t i = 0; lambda_settings_variable(i); i++) {
		snprintf(path, sizeof path, "`%s`", lambda_settings_variable(i));
		if (!strstr(text, path))
			fail_msg("%s is not described", path);
	}
	assert_non_null(lambda_settings_variable(0));
}

/* Every row of api.def has its function. */
static void functions(void **state)
{
	(void)state;
	for (int i = 0; i < FUNCTIONS; i++) {
		char name[64];

		snprintf(name, sizeof name, "%sFunction", api_function_names[i]);
		assert_non_null(function_find(name));
		assert_string_equal(function_name(function_find(name)), name);
	}
	assert_non_null(function_find("AuthorizerFunction"));
	assert_non_null(function_find("FollowFunction"));
	assert_null(function_find("Auth"));
	assert_null(function_find(""));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(taken),
	    cmocka_unit_test(on_aws),
	    cmocka_unit_test(refused),
	    cmocka_unit_test(described),
	    cmocka_unit_test(functions),
	};

	return cmocka_run_group_tests_name("settings of a function", tests, NULL, NULL);
}
