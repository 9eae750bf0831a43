/* test_identity_mail.c: what is sent by mail: codes to confirm an address and to reset a password, and the outbox. */
#include "tests/unit/identity_world.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "platform/identity/local/outbox.h"

/* ---- the message ---- */

static void test_message(void **state)
{
	static const char *const parts[] = {
	    "From: Vitrine <no-reply@localhost>\r\n",
	    "\r\nTo: <Ada@example.com>\r\n",
	    "\r\nSubject: Your Vitrine sign-up code\r\n",
	    "\r\nDate: Wed, 18 Nov 2026 11:06:40 +0000\r\n",
	    "\r\nMessage-ID: <0",
	    "@localhost>\r\n",
	    "\r\nMIME-Version: 1.0\r\n",
	    "\r\nContent-Type: text/plain; charset=utf-8\r\n",
	};

	(void)state;
	world_sign_up("Ada@example.com", PASSWORD, GROUP_CLIENTS);
	assert_int_equal(world_mails(), 1);
	const char *mail = world_mail();
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (!strstr(mail, parts[i]))
			fail_msg("not in the mail: %s", parts[i]);
	assert_null(strstr(mail, PASSWORD));
	for (const char *at = mail; (at = strchr(at, '\n')) != NULL; at++)
		assert_int_equal(at[-1], '\r');
}

/* ---- confirming ---- */

static void assert_not_confirmed_by(const char *email, const char *code)
{
	struct err err = {0};

	assert_false(world.identity->confirm(world.identity, email, code, &err));
	world_assert_err(&err, ERR_INVALID, "invalid_code");
	assert_string_equal(err.message, "The code is wrong or has expired");
}

static void assert_confirmed_by(const char *email, const char *code)
{
	struct err err = {0};

	if (!world.identity->confirm(world.identity, email, code, &err))
		fail_msg("confirm: %s", err.message);
}

/* Another code of the same form. */
static const char *other_than(const char *code)
{
	char *other = arena_strdup(&world.arena, code);

	other[7] = other[7] == '0' ? '1' : '0';
	return other;
}

static void test_confirm(void **state)
{
	struct err err;

	(void)state;
	assert_true(world.identity->needs_confirmation(world.identity));
	world_sign_up(ADA, PASSWORD, GROUP_CLIENTS);
	const char *code = world_code();
	err = world_no_sign_in(ADA, PASSWORD, "", NULL);
	world_assert_err(&err, ERR_FORBIDDEN, "not_confirmed");
	err = world_no_sign_in(ADA, OTHER_PASSWORD, "", NULL); /* tells only who knows the password */
	world_assert_err(&err, ERR_UNAUTHENTICATED, "invalid_credentials");

	assert_not_confirmed_by(ADA, other_than(code));
	assert_not_confirmed_by(ADA, "");
	assert_not_confirmed_by("nobody@example.com", code);
	assert_confirmed_by("ADA@example.com", code);
	world_sign_in(ADA, PASSWORD);
	assert_not_confirmed_by(ADA, code); /* only once */
}

static void test_code_ends_after_five_wrong_ones(void **state)
{
	(void)state;
	world_sign_up(ADA, PASSWORD, GROUP_CLIENTS);
	const char *code = world_code();
	for (int i = 0; i < 4; i++)
		assert_not_confirmed_by(ADA, other_than(code));
	world_sign_up("grace@example.com", PASSWORD, GROUP_SELLERS);
	const char *graces = world_code();
	assert_not_confirmed_by(ADA, graces); /* somebody else's: the fifth */
	assert_not_confirmed_by(ADA, code);
	assert_confirmed_by("grace@example.com", graces);
}

static void test_four_wrong_ones_are_forgiven(void **state)
{
	(void)state;
	world_sign_up(ADA, PASSWORD, GROUP_CLIENTS);
	const char *code = world_code();
	for (int i = 0; i < 4; i++)
		assert_not_confirmed_by(ADA, other_than(code));
	assert_confirmed_by(ADA, code);
}

static void test_code_expires(void **state)
{
	(void)state;
	world_sign_up(ADA, PASSWORD, GROUP_CLIENTS);
	world_sign_up("grace@example.com", PASSWORD, GROUP_CLIENTS);
	const char *code = world_code();
	world_now += 24 * 3600 * 1000 - 1;
	assert_confirmed_by("grace@example.com", code);
	world_now += 1;
	assert_not_confirmed_by(ADA, code);
}

/* Signing up again with the same password sends another code, but not at once. */
static void test_code_again(void **state)
{
	const char *id = NULL, *first;
	bool existed = false;
	struct err err = {0};
	struct identity *identity = world.identity;

	(void)state;
	world_sign_up(ADA, PASSWORD, GROUP_CLIENTS);
	first = world_code();
	assert_true(identity->sign_up(identity, ADA, PASSWORD, GROUP_CLIENTS, &world.arena, &id, &existed, &err));
	assert_true(existed);
	assert_int_equal(world_mails(), 1);
	world_now += 60000;
	assert_true(identity->sign_up(identity, ADA, PASSWORD, GROUP_CLIENTS, &world.arena, &id, &existed, &err));
	assert_int_equal(world_mails(), 2);
	if (strcmp(first, world_code()) != 0) /* once in 100,000,000 they are the same */
		assert_not_confirmed_by(ADA, first);
	assert_confirmed_by(ADA, world_code());
	world_now += 3600 * 1000;
	assert_true(identity->sign_up(identity, ADA, PASSWORD, GROUP_CLIENTS, &world.arena, &id, &existed, &err));
	assert_int_equal(world_mails(), 2); /* it is confirmed */
}

/* ---- forgotten passwords ---- */

static void forget(const char *email)
{
	struct err err = {0};

	if (!world.identity->forgot(world.identity, email, &err))
		fail_msg("forgot: %s", err.message);
	world_tend();
}

static bool reset(const char *email, const char *code)
{
	struct err err = {0};

	if (world.identity->reset(world.identity, email, code, OTHER_PASSWORD, &err))
		return true;
	world_assert_err(&err, ERR_INVALID, "invalid_code");
	return false;
}

static void test_reset(void **state)
{
	struct identity_tokens tokens, next;
	struct err err;

	(void)state;
	world_sign_up(ADA, PASSWORD, GROUP_CLIENTS);
	const char *confirming = world_code();
	assert_false(reset(ADA, confirming)); /* is for something else */
	assert_confirmed_by(ADA, confirming);
	tokens = world_sign_in(ADA, PASSWORD);
	forget(ADA);
	assert_int_equal(world_mails(), 2);
	const char *code = world_code();
	for (int i = 0; i < 9; i++) /* an account that is throttled */
		world_no_sign_in(ADA, OTHER_PASSWORD, "", &(int){0});
	assert_not_confirmed_by(ADA, code);
	assert_false(reset(ADA, other_than(code)));
	assert_false(reset("nobody@example.com", code));
	assert_true(reset(ADA, code));
	assert_false(reset(ADA, code));
	assert_false(world.identity->refresh(world.identity, tokens.refresh_token, &world.arena, &next, &err));
	world_sign_in(ADA, OTHER_PASSWORD); /* is so no longer */
	err = world_no_sign_in(ADA, PASSWORD, "", NULL);
	world_assert_err(&err, ERR_UNAUTHENTICATED, "invalid_credentials");
}

static void test_reset_code_ends(void **state)
{
	(void)state;
	world_sign_up(ADA, PASSWORD, GROUP_CLIENTS);
	forget(ADA);
	const char *code = world_code();
	for (int i = 0; i < 5; i++)
		assert_false(reset(ADA, other_than(code)));
	assert_false(reset(ADA, code));
	world_now += 60000;
	forget(ADA);
	code = world_code();
	world_now += 3600 * 1000;
	assert_false(reset(ADA, code)); /* too late */
}

/* Whoever resets has shown to have the mailbox, also when somebody else signed up with it first. */
static void test_reset_confirms(void **state)
{
	(void)state;
	world_sign_up(ADA, PASSWORD, GROUP_CLIENTS);
	const char *confirming = world_code();
	forget(ADA);
	assert_true(reset(ADA, world_code()));
	world_sign_in(ADA, OTHER_PASSWORD);
	assert_not_confirmed_by(ADA, confirming);
}

static void test_forgot_is_silent_and_slow(void **state)
{
	(void)state;
	world_sign_up(ADA, PASSWORD, GROUP_CLIENTS);
	forget("nobody@example.com");
	assert_int_equal(world_mails(), 1);
	for (int i = 0; i < 10; i++)
		forget(i % 2 ? ADA : "Ada@Example.com");
	assert_int_equal(world_mails(), 2);
	world_now += 59999;
	forget(ADA);
	assert_int_equal(world_mails(), 2);
	world_now += 1;
	forget(ADA);
	assert_int_equal(world_mails(), 3);
	world_now += 60000; /* the second wait is longer */
	forget(ADA);
	assert_int_equal(world_mails(), 3);
	world_now += 60000;
	forget(ADA);
	assert_int_equal(world_mails(), 4);
}

/* The two are one address; the mailbox is written as it signed up. */
static void test_mail_goes_to_the_address_that_signed_up(void **state)
{
	(void)state;
	world_sign_up("jose@example.com", PASSWORD, GROUP_CLIENTS);
	forget("JOSE@Example.com");
	assert_int_equal(world_mails(), 2);
	assert_non_null(strstr(world_mail(), "\r\nTo: <jose@example.com>\r\n"));
	assert_non_null(strstr(world_mail(), "password code"));
}

static void test_removed_account_has_no_code(void **state)
{
	struct err err;
	const char *id = world_sign_up(ADA, PASSWORD, GROUP_CLIENTS);

	(void)state;
	const char *code = world_code();
	assert_true(world.identity->remove(world.identity, id, &err));
	assert_not_confirmed_by(ADA, code);
	world_sign_up(ADA, PASSWORD, GROUP_CLIENTS);
	assert_int_equal(world_mails(), 2); /* a new one each time, although the first was sent just now */
	assert_confirmed_by(ADA, world_code());
}

/* ---- when mail can't be sent ---- */

/* From now on no file can grow, and the reverse. */
static void stop_files(bool stop)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = stop ? 0 : limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_int_equal(sigaction(SIGXFSZ, &(struct sigaction){.sa_handler = stop ? SIG_IGN : SIG_DFL}, NULL), 0);
}

static void test_mail_fails(void **state)
{
	struct identity *identity = world.identity;
	struct err err = {0}, later = {0};
	const char *id = NULL;
	bool existed = false, more = false;

	(void)state;
	world_sign_up("grace@example.com", PASSWORD, GROUP_SELLERS);
	stop_files(true);
	bool signed_up = identity->sign_up(identity, ADA, PASSWORD, GROUP_CLIENTS, &world.arena, &id, &existed, &err);
	bool forgot = identity->forgot(identity, "grace@example.com", NULL);
	bool tended = identity->tend(identity, world_now, 1000, &more, &later);
	stop_files(false);
	assert_false(signed_up);
	world_assert_err(&err, ERR_UNAVAILABLE, "unavailable");
	assert_true(forgot); /* it is known, and is sent when there is room */
	assert_false(tended);
	world_assert_err(&later, ERR_UNAVAILABLE, "unavailable");
	assert_int_equal(world_mails(), 1);

	/* At once, since nothing was sent. */
	assert_true(identity->sign_up(identity, ADA, PASSWORD, GROUP_CLIENTS, &world.arena, &id, &existed, &err));
	assert_true(existed);
	assert_int_equal(world_mails(), 2);
	assert_confirmed_by(ADA, world_code());
	world_tend();
	assert_int_equal(world_mails(), 3);
	assert_true(reset("grace@example.com", world_code()));
}

static void test_address_without_mail(void **state)
{
	static const char *const addresses[] = {"ada@example.com\r\nBcc: x@example.com",
						"ada@example.com\nX: y",
						"ada",
						"@example.com",
						"ada@",
						"ada@example.com> <b@example.com",
						"a b@example.com",
						"ada@example.com\x7F",
						"a,b@example.com"};
	struct err err = {0};
	const char *id = NULL;
	bool existed = false;

	(void)state;
	for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
		assert_false(world.identity->sign_up(world.identity, addresses[i], PASSWORD, GROUP_CLIENTS,
						     &world.arena, &id, &existed, &err));
		world_assert_err(&err, ERR_INVALID, "invalid_email");
	}
	assert_int_equal(world_mails(), 0);
}

static void test_outbox_refuses(void **state)
{
	struct mail mail = {
	    .id = "01ARZ3NDEKTSV4RRFFQ69G5FAV", .to = ADA, .subject = "Hello", .body = "x\n", .date = 0};
	struct err err = {0};
	struct outbox *outbox = outbox_new(world.outbox, "shop@example.com", &err);

	(void)state;
	assert_non_null(outbox);
	mail.subject = "Hello\r\nBcc: x@example.com";
	assert_false(outbox_post(outbox, &mail, &err));
	assert_int_equal(err.kind, ERR_INVALID);
	mail.subject = "Hello";
	mail.to = "ada@example.com\r\nBcc: x@example.com";
	assert_false(outbox_post(outbox, &mail, &err));
	assert_int_equal(err.kind, ERR_INVALID);
	mail.to = ADA;
	mail.id = "../../01ARZ3NDEKTSV4RRFFQ6";
	assert_false(outbox_post(outbox, &mail, &err));
	assert_int_equal(err.kind, ERR_INTERNAL);
	mail.id = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
	mail.withheld = true;
	assert_true(outbox_post(outbox, &mail, &err));
	assert_int_equal(world_mails(), 0);
	mail.withheld = false;
	assert_true(outbox_post(outbox, &mail, &err));
	assert_int_equal(world_mails(), 1);
	const char *text = world_mail();
	assert_non_null(strstr(text, "Date: Thu, 1 Jan 1970 00:00:00 +0000\r\n"));
	assert_non_null(strstr(text, "From: Vitrine <shop@example.com>\r\n"));
	assert_non_null(strstr(text, "Message-ID: <01ARZ3NDEKTSV4RRFFQ69G5FAV@example.com>\r\n"));
	assert_non_null(strstr(text, "\r\n\r\nx\r\n"));
	outbox_free(outbox);
}

static void test_outbox_must_be_a_folder(void **state)
{
	const char *const paths[] = {world.path, "/nowhere/at/all", "/dev/null", ""};

	(void)state;
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		struct identity_local_options options = {.outbox = paths[i], .cheap_hash = true};
		struct err err = {0};

		assert_null(identity_local_new(world.db, &options, &err));
		assert_int_equal(err.kind, ERR_FILE);
		assert_non_null(strstr(err.message, paths[i]));
	}
	struct err err = {0};
	assert_null(outbox_new(world.outbox, "nobody", &err));
	assert_int_equal(err.kind, ERR_FILE);
}

/* A thousand at once, and then one a second; an address of its own each, an IPv6 network together. */
static void test_strangers_are_rationed(void **state)
{
	struct err err;
	int retry_after = 0;

	(void)state;
	for (int i = 0; i < 2000; i++)
		assert_true(world.identity->admit(world.identity, "", &retry_after, &err));
	for (int i = 0; i < 1000; i++) {
		char address[64];

		snprintf(address, sizeof address, "2001:db8::%x", i);
		assert_true(world.identity->admit(world.identity, address, &retry_after, &err));
		assert_true(world.identity->admit(world.identity, "192.0.2.1", &retry_after, &err));
	}
	assert_int_equal(retry_after, 0);
	assert_false(world.identity->admit(world.identity, "2001:db8::ffff", &retry_after, &err));
	assert_false(world.identity->admit(world.identity, "192.0.2.1", &retry_after, &err));
	world_assert_err(&err, ERR_THROTTLED, "throttled");
	assert_int_equal(retry_after, 1);
	assert_true(world.identity->admit(world.identity, "192.0.2.2", &retry_after, &err));
	assert_true(world.identity->admit(world.identity, "2001:db8:0:1::1", &retry_after, &err));
	world_now += 1000; /* those that were refused didn't count */
	assert_true(world.identity->admit(world.identity, "192.0.2.1", &retry_after, &err));
	assert_false(world.identity->admit(world.identity, "192.0.2.1", &retry_after, &err));
	world_sign_up(ADA, PASSWORD, GROUP_CLIENTS);
	world_sign_in(ADA, PASSWORD); /* is another matter */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_with_mail, world_end)
	const struct CMUnitTest tests[] = {
	    TEST(test_message),
	    TEST(test_confirm),
	    TEST(test_code_ends_after_five_wrong_ones),
	    TEST(test_four_wrong_ones_are_forgiven),
	    TEST(test_code_expires),
	    TEST(test_code_again),
	    TEST(test_reset),
	    TEST(test_reset_code_ends),
	    TEST(test_reset_confirms),
	    TEST(test_forgot_is_silent_and_slow),
	    TEST(test_mail_goes_to_the_address_that_signed_up),
	    TEST(test_removed_account_has_no_code),
	    TEST(test_mail_fails),
	    TEST(test_address_without_mail),
	    TEST(test_outbox_refuses),
	    TEST(test_outbox_must_be_a_folder),
	    cmocka_unit_test_setup_teardown(test_strangers_are_rationed, world_plain, world_end),
	};

	return cmocka_run_group_tests_name("identity_mail", tests, NULL, NULL);
}
