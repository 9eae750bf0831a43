/* test_cognito.c: identity over Cognito: what is asked, in which order, what an answer means, and answers that make no
 * sense. (What Cognito itself does is tested where something stands in for it: tests/aws/test_cognito.py.) */
#include "tests/unit/cognito_world.h"

static const char signed_up[] = "{\"UserConfirmed\":false,\"UserSub\":\"" SUB "\",\"CodeDeliveryDetails\":{}}";
static const char unconfirmed[] =
    "{\"Username\":\"" SUB "\",\"UserStatus\":\"UNCONFIRMED\",\"UserAttributes\":[{\"Name\":\"email\",\"Value\":\"" ADA
    "\"},{\"Name\":\"sub\",\"Value\":\"" SUB "\"}]}";
static const char confirmed[] =
    "{\"Username\":\"" SUB "\",\"UserStatus\":\"CONFIRMED\",\"UserAttributes\":[{\"Name\":\"sub\",\"Value\":\"" SUB
    "\"}]}";
static const char no_groups[] = "{\"Groups\":[]}";
static const char clients[] = "{\"Groups\":[{\"GroupName\":\"staff\"},{\"GroupName\":\"Clients\"}]}";
static const char sellers[] = "{\"Groups\":[{\"GroupName\":\"Sellers\"}]}";

/* ---- signing up ---- */

static bool sign_up(const char *email, enum group group, const char **ret_id, bool *ret_existed, struct err *err)
{
	*err = (struct err){0};
	return world.identity->sign_up(world.identity, email, PASSWORD, group, &world.arena, ret_id, ret_existed, err);
}

static void new_login(void **state)
{
	const char *id = NULL;
	bool existed = true;
	struct err err;

	(void)state;
	world_answer("SignUp", 200, signed_up);
	if (!sign_up("Ada@B\xc3\xbc\x63her.example", GROUP_SELLERS, &id, &existed, &err))
		fail_msg("%s", err.message);
	assert_false(existed);
	assert_int_equal(strlen(id), 26);
	assert_string_equal(world_story(), "SignUp AdminAddUserToGroup");
	assert_string_equal(world_sent("SignUp"),
			    "{\"ClientId\":\"" APP
			    "\",\"Username\":\"ada@xn--bcher-kva.example\",\"Password\":\"" PASSWORD "\"}");
	assert_string_equal(world_sent("AdminAddUserToGroup"),
			    "{\"UserPoolId\":\"" POOL "\",\"Username\":\"" SUB "\",\"GroupName\":\"Sellers\"}");
	assert_string_equal(world_link("login." SUB), id);
	assert_string_equal(world_link(arena_printf(&world.arena, "account.%s", id)), SUB);
	assert_string_equal(world_link("group." SUB), "Sellers");
}

/* Somebody with the password goes on where the last try ended; each step is asked for only if it isn't done. */
static void again_from_each_step(void **state)
{
	static const struct {
		const char *user, *groups;
		bool linked;
		const char *story;
	} steps[] = {
	    {unconfirmed, no_groups, false,
	     "SignUp InitiateAuth AdminGetUser AdminListGroupsForUser ResendConfirmationCode AdminAddUserToGroup"},
	    {unconfirmed, clients, false,
	     "SignUp InitiateAuth AdminGetUser AdminListGroupsForUser ResendConfirmationCode"},
	    {confirmed, no_groups, false,
	     "SignUp InitiateAuth RevokeToken AdminGetUser AdminListGroupsForUser AdminAddUserToGroup"},
	    {confirmed, clients, true, "SignUp InitiateAuth RevokeToken AdminGetUser AdminListGroupsForUser"},
	};

	(void)state;
	world_refuse("SignUp", "UsernameExistsException", "x");
	for (size_t i = 0; i < COUNT_OF(steps); i++) {
		const char *id = NULL;
		bool existed = false;
		struct err err;

		if (steps[i].user == unconfirmed)
			world_refuse("InitiateAuth", "UserNotConfirmedException", "x");
		else
			world_answer("InitiateAuth", 200, world_tokens());
		world_answer("AdminGetUser", 200, steps[i].user);
		world_answer("AdminListGroupsForUser", 200, steps[i].groups);
		if (steps[i].linked)
			world_link_account();
		world_forget();
		if (!sign_up("ADA@Example.com", GROUP_CLIENTS, &id, &existed, &err))
			fail_msg("%zu: %s", i, err.message);
		assert_true(existed);
		assert_string_equal(world_story(), steps[i].story);
		assert_string_equal(world_link("login." SUB), id);
		assert_string_equal(world_link(arena_printf(&world.arena, "account.%s", id)), SUB);
		if (steps[i].linked)
			assert_string_equal(id, ACCOUNT);
		world_link_put("login." SUB, "");
		world_now += MINUTE; /* so often may a code be sent again */
	}
	world_refuse("InitiateAuth", "UserNotConfirmedException", "x");
	world_answer("AdminGetUser", 200, unconfirmed);
	int sent = world_asked("ResendConfirmationCode");
	for (int i = 0; i < 5; i++) {
		const char *id;
		bool existed;
		struct err err;

		assert_true(sign_up(ADA, GROUP_CLIENTS, &id, &existed, &err));
	}
	assert_int_equal(world_asked("ResendConfirmationCode"), sent + 1);
}

/* A code that could not be sent is sent when it is asked for again, without waiting. */
static void code_at_the_second_try(void **state)
{
	const char *id = NULL;
	bool existed = false;
	struct err err;

	(void)state;
	world_refuse("SignUp", "UsernameExistsException", "x");
	world_refuse("InitiateAuth", "UserNotConfirmedException", "x");
	world_answer("AdminGetUser", 200, unconfirmed);
	world_answer("AdminListGroupsForUser", 200, clients);
	world_refuse("ResendConfirmationCode", "CodeDeliveryFailureException", "x");
	assert_false(sign_up(ADA, GROUP_CLIENTS, &id, &existed, &err));
	world_assert_err(&err, ERR_UNAVAILABLE, "unavailable");
	world_answer("ResendConfirmationCode", 200, "{}");
	for (int i = 0; i < 3; i++)
		assert_true(sign_up(ADA, GROUP_CLIENTS, &id, &existed, &err));
	assert_int_equal(world_asked("ResendConfirmationCode"), 2);
}

static void taken(void **state)
{
	const char *id = "untouched";
	bool existed = false;
	struct err err;

	(void)state;
	world_refuse("SignUp", "UsernameExistsException", "x");
	world_refuse("InitiateAuth", "NotAuthorizedException", "Incorrect username or password.");
	assert_false(sign_up(ADA, GROUP_CLIENTS, &id, &existed, &err));
	world_assert_err(&err, ERR_CONFLICT, "email_taken");
	assert_string_equal(world_story(), "SignUp InitiateAuth");
	/* With the right password, in the other group. */
	world_answer("InitiateAuth", 200, world_tokens());
	world_answer("AdminGetUser", 200, confirmed);
	world_answer("AdminListGroupsForUser", 200, sellers);
	assert_false(sign_up(ADA, GROUP_CLIENTS, &id, &existed, &err));
	world_assert_err(&err, ERR_CONFLICT, "email_taken");
	/* In none as yet, and somebody else is just about to put it into the other one. */
	world_answer("AdminListGroupsForUser", 200, no_groups);
	world_link_put("group." SUB, "Sellers");
	assert_false(sign_up(ADA, GROUP_CLIENTS, &id, &existed, &err));
	world_assert_err(&err, ERR_CONFLICT, "email_taken");
	assert_int_equal(world_asked("AdminAddUserToGroup"), 0);
	/* Guesses are counted: then even the right one tells nothing. */
	world_refuse("InitiateAuth", "NotAuthorizedException", "x");
	for (int i = 0; i < 6; i++)
		assert_false(sign_up(ADA, GROUP_SELLERS, &id, &existed, &err));
	world_answer("InitiateAuth", 200, world_tokens());
	world_forget();
	assert_false(sign_up(ADA, GROUP_SELLERS, &id, &existed, &err));
	world_assert_err(&err, ERR_CONFLICT, "email_taken");
	assert_string_equal(world_story(), "SignUp");
	world_now += MINUTE;
	assert_true(sign_up(ADA, GROUP_SELLERS, &id, &existed, &err));
	assert_true(existed);
}

/* The store is away in the middle of it: the next try makes the rest, with one account in the end. */
static void links_break_off(void **state)
{
	const char *id = "untouched";
	bool existed = false;
	struct err err;
	int calls = 0;

	(void)state;
	world_answer("SignUp", 200, signed_up);
	for (; calls < 20; calls++) {
		world_links_fail_after(calls);
		if (sign_up(ADA, GROUP_CLIENTS, &id, &existed, &err))
			break;
		world_assert_err(&err, ERR_UNAVAILABLE, "unavailable");
		assert_string_equal(id, "untouched");
		if (world_link("login." SUB)) {
			const char *kept = arena_strdup(&world.arena, world_link("login." SUB));

			world_links_fail_after(-1);
			assert_true(sign_up(ADA, GROUP_CLIENTS, &id, &existed, &err));
			assert_string_equal(id, kept);
			assert_string_equal(world_link(arena_printf(&world.arena, "account.%s", kept)), SUB);
			id = "untouched";
			world_link_put(arena_printf(&world.arena, "account.%s", kept), "");
			world_link_put("login." SUB, "");
		}
		world_link_put("group." SUB, "");
	}
	assert_in_range(calls, 7, 10);
}

static void sign_up_refused(void **state)
{
	static const struct {
		const char *error, *message, *field;
		enum err_kind kind;
	} cases[] = {
	    {"InvalidPasswordException", "Password did not conform", "/password", ERR_INVALID},
	    {"InvalidParameterException", "Value at 'password' failed to satisfy constraint", "/password", ERR_INVALID},
	    {"InvalidParameterException", "Username should be an email.", "/email", ERR_INVALID},
	    {"CodeDeliveryFailureException", "x", "", ERR_UNAVAILABLE},
	    {"LimitExceededException", "x", "", ERR_THROTTLED},
	    {"ResourceNotFoundException", "x", "", ERR_INTERNAL},
	    {"SomethingElseException", "x", "", ERR_INTERNAL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const char *id = "untouched";
		bool existed = false;
		struct err err;

		world_refuse("SignUp", cases[i].error, cases[i].message);
		assert_false(sign_up(ADA, GROUP_CLIENTS, &id, &existed, &err));
		assert_int_equal(err.kind, cases[i].kind);
		assert_string_equal(err.field, cases[i].field);
		assert_string_equal(id, "untouched");
	}
}

/* ---- signing in and staying so ---- */

static bool sign_in(const char *email, struct identity_tokens *tokens, int *retry_after, struct err *err)
{
	*err = (struct err){0};
	return world.identity->sign_in(world.identity, email, PASSWORD, "192.0.2.7", &world.arena, tokens, retry_after,
				       err);
}

static void tokens_are_told(void **state)
{
	struct identity_tokens tokens, more;
	int retry_after = 0;
	struct err err;

	(void)state;
	world_link_account();
	world_answer("InitiateAuth", 200, world_tokens());
	if (!sign_in("ADA@EXAMPLE.COM", &tokens, &retry_after, &err))
		fail_msg("%s", err.message);
	assert_string_equal(tokens.account_id, ACCOUNT);
	assert_int_equal(tokens.group, GROUP_CLIENTS);
	assert_int_equal(tokens.expires_in, 3600);
	assert_string_equal(tokens.refresh_token, "refresh-1");
	assert_string_equal(world_sent("InitiateAuth"),
			    "{\"ClientId\":\"" APP
			    "\",\"AuthFlow\":\"USER_PASSWORD_AUTH\",\"AuthParameters\":{\"USERNAME\":\"" ADA
			    "\",\"PASSWORD\":\"" PASSWORD "\"}}");
	/* Cognito sends no refresh token for one: it stays. */
	const char *renewed = world_tokens();
	char *at = strstr(renewed, "\"RefreshToken\":\"refresh-1\",");
	memset(at, ' ', strlen("\"RefreshToken\":\"refresh-1\","));
	world_answer("InitiateAuth", 200, renewed);
	assert_true(world.identity->refresh(world.identity, "refresh-1", &world.arena, &more, &err));
	assert_string_equal(more.refresh_token, "refresh-1");
	assert_string_equal(more.account_id, ACCOUNT);
	assert_string_equal(
	    world_sent("InitiateAuth"),
	    "{\"ClientId\":\"" APP
	    "\",\"AuthFlow\":\"REFRESH_TOKEN_AUTH\",\"AuthParameters\":{\"REFRESH_TOKEN\":\"refresh-1\"}}");
	assert_false(world.identity->rotates);
	assert_false(world.identity->local);
	assert_true(world.identity->sign_out(world.identity, "refresh-1", &err));
	assert_string_equal(world_sent("RevokeToken"), "{\"ClientId\":\"" APP "\",\"Token\":\"refresh-1\"}");
}

static void sign_in_refused(void **state)
{
	static const struct {
		const char *error;
		enum err_kind kind;
		const char *code;
		bool refresh_too;
	} cases[] = {
	    {"NotAuthorizedException", ERR_UNAUTHENTICATED, "invalid_credentials", true},
	    {"UserNotFoundException", ERR_UNAUTHENTICATED, "invalid_credentials", true},
	    {"InvalidParameterException", ERR_UNAUTHENTICATED, "invalid_credentials", true},
	    {"UserNotConfirmedException", ERR_FORBIDDEN, "not_confirmed", true},
	    {"PasswordResetRequiredException", ERR_FORBIDDEN, "password_reset_needed", true},
	    {"LimitExceededException", ERR_THROTTLED, "throttled", false},
	    {"ResourceNotFoundException", ERR_INTERNAL, "internal", false},
	};
	struct err first = {0};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct identity_tokens tokens = {.account_id = "untouched"};
		int retry_after = 0;
		struct err err;

		world_refuse("InitiateAuth", cases[i].error, "x");
		assert_false(sign_in(arena_printf(&world.arena, "%zu@example.com", i), &tokens, &retry_after, &err));
		world_assert_err(&err, cases[i].kind, cases[i].code);
		assert_int_equal(retry_after > 0, err.kind == ERR_THROTTLED);
		if (i == 0)
			first = err;
		if (i == 1) /* whether there is such an account isn't told */
			assert_memory_equal(&first, &err, sizeof err);
		assert_false(world.identity->refresh(world.identity, "refresh-1", &world.arena, &tokens, &err));
		if (cases[i].refresh_too)
			world_assert_err(&err, ERR_UNAUTHENTICATED, "invalid_token");
		else
			assert_int_equal(err.kind, cases[i].kind);
		assert_string_equal(tokens.account_id, "untouched");
	}
}

/* A login without a group or an account isn't finished; its refresh token is no use either. */
static void half_a_login(void **state)
{
	struct identity_tokens tokens = {.account_id = "untouched"};
	struct token_claims claims = world_claims();
	int retry_after;
	struct err err;

	(void)state;
	world_answer("InitiateAuth", 200, world_tokens());
	assert_false(sign_in(ADA, &tokens, &retry_after, &err)); /* no account */
	world_assert_err(&err, ERR_FORBIDDEN, "sign_up_unfinished");
	assert_false(world.identity->refresh(world.identity, "refresh-1", &world.arena, &tokens, &err));
	world_assert_err(&err, ERR_UNAUTHENTICATED, "invalid_token");
	world_link_account();
	world_links_fail_after(0);
	assert_false(sign_in(ADA, &tokens, &retry_after, &err));
	world_assert_err(&err, ERR_UNAVAILABLE, "unavailable");
	world_links_fail_after(-1);
	static const char *const groups[] = {NULL, "staff"};
	for (size_t i = 0; i < COUNT_OF(groups); i++) {
		claims.group = groups[i];
		world_answer(
		    "InitiateAuth", 200,
		    arena_printf(
			&world.arena,
			"{\"AuthenticationResult\":{\"AccessToken\":\"%s\",\"IdToken\":\"i\",\"RefreshToken\":\"r\","
			"\"ExpiresIn\":3600}}",
			world_token(&claims)));
		assert_false(sign_in(ADA, &tokens, &retry_after, &err));
		world_assert_err(&err, ERR_FORBIDDEN, "sign_up_unfinished");
	}
	assert_string_equal(tokens.account_id, "untouched");
}

static void sign_in_is_throttled(void **state)
{
	struct identity_tokens tokens;
	int retry_after = 0;
	struct err err;

	(void)state;
	world_link_account();
	world_refuse("InitiateAuth", "NotAuthorizedException", "x");
	for (int i = 0; i < 6; i++) {
		assert_false(sign_in(i % 2 ? ADA : "ADA@EXAMPLE.COM", &tokens, &retry_after, &err));
		world_assert_err(&err, ERR_UNAUTHENTICATED, "invalid_credentials");
	}
	world_answer("InitiateAuth", 200, world_tokens());
	world_forget();
	assert_false(sign_in(ADA, &tokens, &retry_after, &err));
	world_assert_err(&err, ERR_THROTTLED, "throttled");
	assert_int_equal(retry_after, 1);
	assert_string_equal(world_story(), "");
	world_now += MINUTE;
	assert_true(sign_in(ADA, &tokens, &retry_after, &err));
}

/* ---- answers that make no sense ---- */

static void nonsense(void **state)
{
	const char *token = world_token(&(struct token_claims){.subject = SUB, .use = "access", .expires_at = 1});
	const char *const bodies[] = {
	    "{}",
	    "[]",
	    "",
	    "<html>",
	    "null",
	    "{\"AuthenticationResult\":null}",
	    "{\"AuthenticationResult\":[]}",
	    "{\"AuthenticationResult\":{}}",
	    "{\"AuthenticationResult\":{\"AccessToken\":7,\"IdToken\":7,\"RefreshToken\":7,\"ExpiresIn\":\"x\"}}",
	    "{\"AuthenticationResult\":{\"AccessToken\":\"a.b.c\",\"IdToken\":\"i\",\"RefreshToken\":\"r\",\"ExpiresIn\":9}}",
	    arena_printf(&world.arena,
			 "{\"AuthenticationResult\":{\"AccessToken\":\"%s\",\"IdToken\":\"i\",\"ExpiresIn\":3600}}",
			 token),
	    arena_printf(&world.arena,
			 "{\"AuthenticationResult\":{\"AccessToken\":\"%s\",\"IdToken\":\"i\",\"RefreshToken\":\"r\","
			 "\"ExpiresIn\":-1}}",
			 token),
	    arena_printf(&world.arena,
			 "{\"AuthenticationResult\":{\"AccessToken\":\"%s\",\"IdToken\":\"i\",\"RefreshToken\":\"r\","
			 "\"ExpiresIn\":1e300}}",
			 token),
	};
	struct identity_tokens tokens = {.account_id = "untouched"};
	int retry_after;
	struct err err;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bodies); i++) {
		world_answer("InitiateAuth", 200, bodies[i]);
		bool empty = !*bodies[i]; /* which is an answer that was cut off */

		assert_false(sign_in(ADA, &tokens, &retry_after, &err));
		world_assert_err(&err, empty ? ERR_UNAVAILABLE : ERR_INTERNAL, empty ? "unavailable" : "internal");
		assert_string_equal(tokens.account_id, "untouched");
	}
	world_answer("InitiateAuth", 200, "{\"ChallengeName\":\"NEW_PASSWORD_REQUIRED\",\"Session\":\"s\"}");
	assert_false(sign_in(ADA, &tokens, &retry_after, &err));
	world_assert_err(&err, ERR_FORBIDDEN, "password_reset_needed");
	/* An id that is none would be a part of a name. */
	struct token_claims claims = world_claims();
	claims.subject = "../" SUB;
	world_answer(
	    "InitiateAuth", 200,
	    arena_printf(
		&world.arena,
		"{\"AuthenticationResult\":{\"AccessToken\":\"%s\",\"IdToken\":\"i\",\"RefreshToken\":\"r\",\"ExpiresIn\":1}}",
		world_token(&claims)));
	assert_false(sign_in(ADA, &tokens, &retry_after, &err));
	world_assert_err(&err, ERR_FORBIDDEN, "sign_up_unfinished");
	assert_int_equal(world_links_called(), 0);
}

static void nonsense_at_sign_up(void **state)
{
	static const char *const users[] = {
	    "{}", "{\"UserStatus\":\"CONFIRMED\"}", "{\"UserStatus\":\"CONFIRMED\",\"UserAttributes\":{}}",
	    "{\"UserStatus\":7,\"UserAttributes\":[{\"Name\":\"sub\",\"Value\":\"x\"}]}",
	    "{\"UserStatus\":\"CONFIRMED\",\"UserAttributes\":[7,null,{\"Name\":\"sub\"}]}"};
	static const char *const lists[] = {"{}", "{\"Groups\":7}", "{\"Groups\":{}}"};
	const char *id = "untouched";
	bool existed;
	struct err err;

	(void)state;
	world_answer("SignUp", 200, "{\"UserSub\":7}");
	assert_false(sign_up(ADA, GROUP_CLIENTS, &id, &existed, &err));
	world_assert_err(&err, ERR_INTERNAL, "internal");
	world_answer("SignUp", 200, "{\"UserSub\":\"a/b\"}");
	assert_false(sign_up(ADA, GROUP_CLIENTS, &id, &existed, &err));
	world_assert_err(&err, ERR_INTERNAL, "internal");
	world_refuse("SignUp", "UsernameExistsException", "x");
	world_answer("InitiateAuth", 200, world_tokens());
	world_answer("AdminListGroupsForUser", 200, clients);
	for (size_t i = 0; i < COUNT_OF(users); i++) {
		world_answer("AdminGetUser", 200, users[i]);
		assert_false(sign_up(ADA, GROUP_CLIENTS, &id, &existed, &err));
		world_assert_err(&err, ERR_INTERNAL, "internal");
	}
	world_answer("AdminGetUser", 200, confirmed);
	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		world_answer("AdminListGroupsForUser", 200, lists[i]);
		assert_false(sign_up(ADA, GROUP_CLIENTS, &id, &existed, &err));
		world_assert_err(&err, ERR_INTERNAL, "internal");
	}
	assert_string_equal(id, "untouched");
}

/* ---- opening ---- */

static void wrong_options(void **state)
{
	static const char *const pools[] = {NULL,         "",          "pool",      "_x",
					    "eu-west-1_", "eu west_1", "eu/west_1", "eu-west-1_x\n"};
	static const char *const apps[] = {NULL, "", "a b", "a\"b"};
	static const char *const places[] = {"",
					     "x",
					     "https://",
					     "https://host",
					     "https://host/",
					     "ftp://host/keys",
					     "https://u@host/k",
					     "https://host/k?x=1",
					     "https://host/k#x"};
	struct err err;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(pools) + COUNT_OF(apps) + COUNT_OF(places); i++) {
		struct identity_cognito_options options = {.user_pool = POOL, .client_id = APP};

		if (i < COUNT_OF(pools))
			options.user_pool = pools[i];
		else if (i < COUNT_OF(pools) + COUNT_OF(apps))
			options.client_id = apps[i - COUNT_OF(pools)];
		else
			options.jwks = places[i - COUNT_OF(pools) - COUNT_OF(apps)];
		if (identity_cognito_new(world.aws, &options, &err))
			fail_msg("taken: case %zu", i);
		assert_int_equal(err.kind, ERR_INVALID);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_set_up, world_tear_down)
	static const struct CMUnitTest tests[] = {
	    TEST(new_login),       TEST(again_from_each_step), TEST(code_at_the_second_try),
	    TEST(taken),           TEST(links_break_off),      TEST(sign_up_refused),
	    TEST(tokens_are_told), TEST(sign_in_refused),      TEST(half_a_login),
	    TEST(nonsense),        TEST(sign_in_is_throttled), TEST(nonsense_at_sign_up),
	    TEST(wrong_options),
	};

	return cmocka_run_group_tests_name("identity over Cognito", tests, NULL, NULL);
}
