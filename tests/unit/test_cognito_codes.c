/* test_cognito_codes.c: identity over Cognito: codes, new passwords, removing a login, and making one for an
 * account. */
#include "tests/unit/cognito_world.h"

static const char confirmed[] =
    "{\"Username\":\"" SUB "\",\"UserStatus\":\"CONFIRMED\",\"UserAttributes\":[{\"Name\":\"sub\",\"Value\":\"" SUB
    "\"}]}";
static const char made[] =
    "{\"Username\":\"" SUB
    "\",\"UserStatus\":\"FORCE_CHANGE_PASSWORD\",\"UserAttributes\":[{\"Name\":\"sub\",\"Value\":\"" SUB "\"}]}";
static const char no_groups[] = "{\"Groups\":[]}";
static const char clients[] = "{\"Groups\":[{\"GroupName\":\"staff\"},{\"GroupName\":\"Clients\"}]}";

/* ---- codes and passwords ---- */

static void codes(void **state)
{
	static const char *const wrong[] = {"CodeMismatchException",          "ExpiredCodeException",
					    "UserNotFoundException",          "NotAuthorizedException",
					    "InvalidParameterException",      "LimitExceededException",
					    "TooManyFailedAttemptsException", "AliasExistsException"};
	struct identity *identity = world.identity;
	struct err err = {0}, first = {0};

	(void)state;
	assert_true(identity->confirm(identity, "Ada@example.com", "123456", &err));
	assert_string_equal(world_sent("ConfirmSignUp"),
			    "{\"ClientId\":\"" APP "\",\"Username\":\"" ADA "\",\"ConfirmationCode\":\"123456\"}");
	world_forget();
	assert_true(identity->reset(identity, "ADA@example.com", "1", PASSWORD, &err));
	assert_string_equal(world_story(), "ConfirmForgotPassword AdminUserGlobalSignOut");
	assert_string_equal(world_sent("AdminUserGlobalSignOut"),
			    "{\"UserPoolId\":\"" POOL "\",\"Username\":\"" ADA "\"}");
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		world_refuse("ConfirmSignUp", wrong[i], "x");
		assert_false(identity->confirm(identity, ADA, "1", &err));
		world_assert_err(&err, ERR_INVALID, "invalid_code");
		if (!i)
			first = err;
		assert_memory_equal(&err, &first, sizeof err);
		world_refuse("ConfirmForgotPassword", wrong[i], "x");
		assert_false(identity->reset(identity, ADA, "1", PASSWORD, &err));
		assert_memory_equal(&err, &first, sizeof err);
	}
	world_refuse("ConfirmForgotPassword", "InvalidPasswordException", "x");
	assert_false(identity->reset(identity, ADA, "1", PASSWORD, &err));
	world_assert_err(&err, ERR_INVALID, "invalid");
	assert_string_equal(err.field, "/password");
	/* A code is spent once: an answer that is lost isn't asked for again. */
	int asked = world_asked("ConfirmSignUp");
	world_answer("ConfirmSignUp", 200, NULL);
	assert_false(identity->confirm(identity, ADA, "1", &err));
	world_assert_err(&err, ERR_UNAVAILABLE, "unavailable");
	assert_int_equal(world_asked("ConfirmSignUp"), asked + 1);
	asked = world_asked("ConfirmForgotPassword");
	world_answer("ConfirmForgotPassword", 200, NULL);
	assert_false(identity->reset(identity, ADA, "1", PASSWORD, &err));
	world_assert_err(&err, ERR_UNAVAILABLE, "unavailable");
	assert_int_equal(world_asked("ConfirmForgotPassword"), asked + 1);
	/* The sign-ins can't be ended: that is told. */
	world_answer("ConfirmForgotPassword", 200, "{}");
	world_refuse("AdminUserGlobalSignOut", "AccessDeniedException", "x");
	assert_false(identity->reset(identity, ADA, "1", PASSWORD, &err));
	world_assert_err(&err, ERR_UNAVAILABLE, "unavailable");
	assert_non_null(strstr(err.message, "is changed"));
}

/* Somebody guessed until nobody was let in: whoever has the mail gets in at once. */
static void reset_forgives(void **state)
{
	struct identity *identity = world.identity;
	struct identity_tokens tokens;
	int retry_after = 0;
	struct err err = {0};

	(void)state;
	world_link_account();
	world_refuse("InitiateAuth", "NotAuthorizedException", "x");
	for (int i = 0; i < 7; i++)
		assert_false(identity->sign_in(identity, ADA, PASSWORD, "", &world.arena, &tokens, &retry_after, &err));
	world_assert_err(&err, ERR_THROTTLED, "throttled");
	assert_true(identity->reset(identity, "ADA@example.com", "1", PASSWORD, &err));
	world_answer("InitiateAuth", 200, world_tokens());
	if (!identity->sign_in(identity, ADA, PASSWORD, "", &world.arena, &tokens, &retry_after, &err))
		fail_msg("%s", err.message);
}

static void forgot_tells_nothing(void **state)
{
	static const char *const errors[] = {"UserNotFoundException",        "NotAuthorizedException",
					     "InvalidParameterException",    "UserNotConfirmedException",
					     "CodeDeliveryFailureException", "LimitExceededException"};
	struct identity *identity = world.identity;
	struct err err = {0};

	(void)state;
	assert_true(identity->forgot(identity, "ADA@example.com", &err));
	assert_string_equal(world_sent("ForgotPassword"), "{\"ClientId\":\"" APP "\",\"Username\":\"" ADA "\"}");
	for (size_t i = 0; i < COUNT_OF(errors); i++) {
		world_refuse("ForgotPassword", errors[i], "x");
		assert_true(identity->forgot(identity, ADA, &err));
	}
	world_refuse("ForgotPassword", "ResourceNotFoundException", "x");
	assert_false(identity->forgot(identity, ADA, &err));
	world_assert_err(&err, ERR_INTERNAL, "internal");
	world_answer("ForgotPassword", 500, "{\"__type\":\"InternalErrorException\"}");
	assert_false(identity->forgot(identity, ADA, &err));
	world_assert_err(&err, ERR_UNAVAILABLE, "unavailable");
}

static void passwords(void **state)
{
	const struct identity_claims who = {.account_id = ACCOUNT, .username = SUB, .group = GROUP_CLIENTS};
	struct identity *identity = world.identity;
	int retry_after = 0;
	struct err err = {0};

	(void)state;
	assert_true(identity->change_password(identity, &who, "token", PASSWORD, "Another-2026", &retry_after, &err));
	assert_string_equal(world_story(), "ChangePassword GlobalSignOut");
	assert_string_equal(world_sent("ChangePassword"), "{\"AccessToken\":\"token\",\"PreviousPassword\":\"" PASSWORD
							  "\",\"ProposedPassword\":\"Another-2026\"}");
	world_refuse("GlobalSignOut", "NotAuthorizedException", "x");
	assert_false(identity->change_password(identity, &who, "token", PASSWORD, "Another-2026", &retry_after, &err));
	world_assert_err(&err, ERR_UNAVAILABLE, "unavailable");
	assert_non_null(strstr(err.message, "is changed"));
	/* The former password is spent, too. */
	int asked = world_asked("ChangePassword");
	world_answer("ChangePassword", 200, NULL);
	assert_false(identity->change_password(identity, &who, "token", PASSWORD, "Another-2026", &retry_after, &err));
	world_assert_err(&err, ERR_UNAVAILABLE, "unavailable");
	assert_int_equal(world_asked("ChangePassword"), asked + 1);
	world_refuse("ChangePassword", "NotAuthorizedException", "Access Token has been revoked");
	assert_false(identity->change_password(identity, &who, "token", PASSWORD, "Another-2026", &retry_after, &err));
	world_assert_err(&err, ERR_UNAUTHENTICATED, "invalid_token");
	world_refuse("ChangePassword", "InvalidPasswordException", "x");
	assert_false(identity->change_password(identity, &who, "token", PASSWORD, "Another-2026", &retry_after, &err));
	world_assert_err(&err, ERR_INVALID, "invalid");
	assert_string_equal(err.field, "/new_password");
	world_refuse("ChangePassword", "LimitExceededException", "x");
	assert_false(identity->change_password(identity, &who, "token", PASSWORD, "Another-2026", &retry_after, &err));
	world_assert_err(&err, ERR_THROTTLED, "throttled");
	assert_true(retry_after > 0);
	world_refuse("ChangePassword", "NotAuthorizedException", "Incorrect username or password.");
	for (int i = 0; i < 6; i++) {
		assert_false(
		    identity->change_password(identity, &who, "token", PASSWORD, "Another-2026", &retry_after, &err));
		world_assert_err(&err, ERR_UNAUTHENTICATED, "invalid_credentials");
	}
	assert_false(identity->change_password(identity, &who, "token", PASSWORD, "Another-2026", &retry_after, &err));
	world_assert_err(&err, ERR_THROTTLED, "throttled");
}

/* ---- removing, adopting ---- */

static void removing(void **state)
{
	struct identity *identity = world.identity;
	struct err err = {0};

	(void)state;
	assert_true(identity->remove(identity, ACCOUNT, &err)); /* none: no error */
	assert_string_equal(world_story(), "");
	world_link_account();
	world_answer("AdminDeleteUser", 500, "{}");
	assert_false(identity->remove(identity, ACCOUNT, &err));
	world_assert_err(&err, ERR_UNAVAILABLE, "unavailable");
	assert_string_equal(world_link("account." ACCOUNT), SUB); /* so that trying again finds the login */
	world_answer("AdminDeleteUser", 200, "{}");
	for (int calls = 0; calls < 5; calls++) { /* whatever it breaks off after */
		world_link_account();
		world_link_put("group." SUB, "Clients");
		world_links_fail_after(calls);
		assert_false(identity->remove(identity, ACCOUNT, &err));
		world_links_fail_after(-1);
		world_refuse("AdminDeleteUser", "UserNotFoundException", "x");
		assert_true(identity->remove(identity, ACCOUNT, &err));
		assert_string_equal(world_link("account." ACCOUNT), "");
		assert_string_equal(world_link("login." SUB), "");
		assert_string_equal(world_link("group." SUB), "");
	}
	assert_string_equal(world_sent("AdminDeleteUser"), "{\"UserPoolId\":\"" POOL "\",\"Username\":\"" SUB "\"}");
}

static void adopting(void **state)
{
	struct identity *identity = world.identity;
	struct err err = {0};

	(void)state;
	world_answer("AdminGetUser", 200, made);
	world_answer("AdminListGroupsForUser", 200, no_groups);
	if (!identity->adopt(identity, ACCOUNT, GROUP_CLIENTS, "Ada@Example.com", &err))
		fail_msg("%s", err.message);
	assert_string_equal(
	    world_story(),
	    "AdminCreateUser AdminGetUser AdminListGroupsForUser AdminAddUserToGroup AdminSetUserPassword");
	assert_string_equal(world_sent("AdminCreateUser"),
			    "{\"UserPoolId\":\"" POOL "\",\"Username\":\"" ADA
			    "\",\"MessageAction\":\"SUPPRESS\",\"UserAttributes\":[{\"Name\":\"email\",\"Value\":\"" ADA
			    "\"},{\"Name\":\"email_verified\",\"Value\":\"true\"}]}");
	assert_non_null(strstr(world_sent("AdminSetUserPassword"), "\"Permanent\":true"));
	assert_string_equal(world_link("login." SUB), ACCOUNT);
	assert_string_equal(world_link("account." ACCOUNT), SUB);
	/* Again, when it is done: its password is its owner's by now. */
	world_forget();
	assert_true(identity->adopt(identity, ACCOUNT, GROUP_CLIENTS, ADA, &err));
	assert_string_equal(world_story(), "");
	/* Whatever it broke off after, the next try makes the rest. */
	world_refuse("AdminCreateUser", "UsernameExistsException", "x");
	static const struct {
		const char *user, *groups, *story;
	} steps[] = {
	    {made, no_groups,
	     "AdminCreateUser AdminGetUser AdminListGroupsForUser AdminAddUserToGroup AdminSetUserPassword"},
	    {made, clients, "AdminCreateUser AdminGetUser AdminListGroupsForUser AdminSetUserPassword"},
	    {confirmed, clients, "AdminCreateUser AdminGetUser AdminListGroupsForUser"},
	};
	for (size_t i = 0; i < COUNT_OF(steps) * 2; i++) {
		world_answer("AdminGetUser", 200, steps[i / 2].user);
		world_answer("AdminListGroupsForUser", 200, steps[i / 2].groups);
		world_link_put("account." ACCOUNT, "");
		world_link_put("login." SUB, i % 2 ? ACCOUNT : "");
		world_forget();
		if (!identity->adopt(identity, ACCOUNT, GROUP_CLIENTS, ADA, &err))
			fail_msg("%s", err.message);
		assert_string_equal(world_story(), steps[i / 2].story);
		assert_string_equal(world_link("login." SUB), ACCOUNT);
		assert_string_equal(world_link("account." ACCOUNT), SUB);
	}
	/* Somebody else's. */
	assert_false(identity->adopt(identity, "01ARZ3NDEKTSV4RRFFQ69G5FZZ", GROUP_CLIENTS, ADA, &err));
	world_assert_err(&err, ERR_CONFLICT, "email_taken");
	world_link_put("account." ACCOUNT, "");
	assert_false(identity->adopt(identity, ACCOUNT, GROUP_SELLERS, ADA, &err));
	world_assert_err(&err, ERR_CONFLICT, "email_taken");
	world_link_put("login." SUB, "");
	world_answer("AdminListGroupsForUser", 200, no_groups);
	assert_false(identity->adopt(identity, ACCOUNT, GROUP_CLIENTS, ADA, &err));
	world_assert_err(&err, ERR_CONFLICT, "email_taken");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_set_up, world_tear_down)
	static const struct CMUnitTest tests[] = {
	    TEST(codes),     TEST(reset_forgives), TEST(forgot_tells_nothing),
	    TEST(passwords), TEST(removing),       TEST(adopting),
	};

	return cmocka_run_group_tests_name("codes of Cognito", tests, NULL, NULL);
}
