/* api_suite_accounts.c: what the platform is, signing up, in and out, codes, profiles. */
#include "tests/contract/api_suite.h"

#include <string.h>

static void test_service(void **state)
{
	struct suite *suite = *state;
	struct answer service = call(suite, NULL, "GET", "/", NULL);
	bool confirmation = false;

	expect_status(service, 200);
	expect_text(service, "name", "Vitrine");
	expect_text(service, "profile", "full");
	assert_int_equal(strlen(text_at(&service, "currency")), 3);
	for (int i = 0; i < count_at(&service, "features"); i++)
		confirmation |= !strcmp(text_at(&service, say(suite, "features.%d", i)), "confirmation");
	assert_int_equal(confirmation, suite->transport->outbox != NULL);

	struct answer health = call(suite, NULL, "GET", "/Health", NULL);
	expect_status(health, 200);
	expect_text(health, "status", "ok");

	struct answer keys = call(suite, NULL, "GET", "/.well-known/jwks.json", NULL);
	expect_status(keys, 200);
	expect_text(keys, "keys.0.alg", "RS256");
}

static const char *sign_up_body(struct suite *suite, const char *email, const char *password)
{
	return say(suite,
		   "{\"email\": \"%s\", \"password\": \"%s\", \"full_name\": \"New Client\", \"mobile\": "
		   "\"+34600123456\"}",
		   email, password);
}

static void test_sign_up(void **state)
{
	struct suite *suite = *state;
	const char *email = say(suite, "%s@example.com", fresh(suite, "New.Person"));
	const char *password = "Abcdefg1";
	const char *body = sign_up_body(suite, email, password);
	struct answer made = call(suite, NULL, "POST", "/Client", "%s", body);

	expect_status(made, 201);
	expect_text(made, "email", email);
	expect_text(made, "full_name", "New Client");
	expect_text(made, "mobile", "+34600123456");
	assert_string_equal(header_of(&made, "Location"), say(suite, "/Client/%s", text_at(&made, "id")));

	/* Taken, whatever the case, for the other group too, and with the right password too. */
	struct answer again = call(suite, NULL, "POST", "/Client", "%s", body);
	expect_problem(again, 409, "email_taken");
	struct answer other = call(suite, NULL, "POST", "/Client", "%s", sign_up_body(suite, email, "Another-2026"));
	expect_problem(other, 409, "email_taken");
	struct answer seller = call(suite, NULL, "POST", "/Seller",
				    "{\"email\": \"%s\", \"password\": \"%s\", \"full_name\": \"X\"}", email, password);
	expect_problem(seller, 409, "email_taken");
	char *shouted = (char *)say(suite, "%s", email);
	for (char *letter = shouted; *letter; letter++)
		if (*letter >= 'a' && *letter <= 'z')
			*letter = (char)(*letter - 'a' + 'A');
	struct answer loud = call(suite, NULL, "POST", "/Client", "%s", sign_up_body(suite, shouted, "Another-2026"));
	expect_problem(loud, 409, "email_taken");
}

static struct answer sign_in(struct suite *suite, const char *email, const char *password)
{
	return call(suite, NULL, "POST", "/Login", "{\"email\": \"%s\", \"password\": \"%s\"}", email, password);
}

static void test_confirmation(void **state)
{
	struct suite *suite = *state;
	const char *email = say(suite, "%s@example.com", fresh(suite, "unconfirmed"));
	struct answer made = call(suite, NULL, "POST", "/Client", "%s", sign_up_body(suite, email, "Abcdefg1"));

	expect_status(made, 201);
	struct answer early = sign_in(suite, email, "Abcdefg1");
	expect_problem(early, 403, "not_confirmed");
	struct answer wrong_password = sign_in(suite, email, "Abcdefg2");
	expect_problem(wrong_password, 401, "invalid_credentials");

	const char *code = mailed_code(suite, email);
	const char *wrong_code = say(suite, "%c%s", code[0] == '9' ? '0' : '9', code + 1);
	struct answer wrong =
	    call(suite, NULL, "POST", "/Account/Confirm", "{\"email\": \"%s\", \"code\": \"%s\"}", email, wrong_code);
	expect_problem(wrong, 400, "invalid_code");
	struct answer nobody = call(suite, NULL, "POST", "/Account/Confirm", "{\"email\": \"%s\", \"code\": \"%s\"}",
				    "nobody@example.com", code);
	expect_problem(nobody, 400, "invalid_code");
	assert_string_equal(text_at(&wrong, "detail"), text_at(&nobody, "detail"));

	struct answer right =
	    call(suite, NULL, "POST", "/Account/Confirm", "{\"email\": \"%s\", \"code\": \"%s\"}", email, code);
	expect_status(right, 200);
	struct answer twice =
	    call(suite, NULL, "POST", "/Account/Confirm", "{\"email\": \"%s\", \"code\": \"%s\"}", email, code);
	expect_problem(twice, 400, "invalid_code");
	struct answer in = sign_in(suite, email, "Abcdefg1");
	expect_status(in, 200);
}

static void test_sign_in(void **state)
{
	struct suite *suite = *state;
	struct answer client = sign_in(suite, suite->ada.email, suite->ada.password);
	struct answer seller = sign_in(suite, suite->grace.email, suite->grace.password);

	expect_status(client, 200);
	expect_text(client, "group_name", "Clients");
	expect_text(client, "user_id", suite->ada.id);
	assert_true(number_at(&client, "expires_in") > 0);
	expect_status(seller, 200);
	expect_text(seller, "group_name", "Sellers");

	struct answer wrong = sign_in(suite, suite->bob.email, "Wrong-2026");
	expect_problem(wrong, 401, "invalid_credentials");
	assert_string_equal(header_of(&wrong, "WWW-Authenticate"), "Bearer");
	struct answer nobody = sign_in(suite, "nobody@example.com", "Wrong-2026");
	expect_problem(nobody, 401, "invalid_credentials");
	assert_string_equal(text_at(&wrong, "detail"), text_at(&nobody, "detail"));
}

static void test_throttling(void **state)
{
	struct suite *suite = *state;
	int tries = 0;
	struct answer answer;

	do {
		answer = sign_in(suite, "throttled@example.com", "Wrong-2026");
		tries++;
	} while (answer.status == 401 && tries < 20);
	expect_problem(answer, 429, "throttled");
	assert_true(tries > 3);
	assert_non_null(header_of(&answer, "Retry-After"));
}

static struct answer refresh(struct suite *suite, const char *token)
{
	return call(suite, NULL, "POST", "/Login/Refresh", "{\"refresh_token\": \"%s\"}", token);
}

static void test_refresh(void **state)
{
	struct suite *suite = *state;
	struct person who = suite->bob;

	person_sign_in(suite, &who);
	struct answer first = refresh(suite, who.refresh_token);
	expect_status(first, 200);
	const char *second_token = text_at(&first, "refresh_token");
	assert_string_not_equal(second_token, who.refresh_token);
	expect_text(first, "user_id", who.id);
	struct person renewed = {.token = text_at(&first, "access_token")};
	struct answer profile = call(suite, &renewed, "GET", say(suite, "/Client/%s", who.id), NULL);
	expect_status(profile, 200);

	/* Asked again at once: the answer may have been lost, and gives way to another one. */
	struct answer again = refresh(suite, who.refresh_token);
	expect_status(again, 200);
	const char *third_token = text_at(&again, "refresh_token");
	assert_string_not_equal(third_token, second_token);

	/* It had arrived: somebody has a copy, so the whole sign-in ends. */
	struct answer reused = refresh(suite, second_token);
	expect_problem(reused, 401, "invalid_token");
	struct answer revoked = refresh(suite, third_token);
	expect_problem(revoked, 401, "invalid_token");
	struct answer unknown = refresh(suite, "no-such-token");
	expect_problem(unknown, 401, "invalid_token");
}

static void test_logout(void **state)
{
	struct suite *suite = *state;
	struct person who = suite->bob;

	person_sign_in(suite, &who);
	for (int i = 0; i < 2; i++) {
		struct answer out =
		    call(suite, NULL, "POST", "/Logout", "{\"refresh_token\": \"%s\"}", who.refresh_token);
		expect_status(out, 204);
	}
	struct answer after = refresh(suite, who.refresh_token);
	expect_problem(after, 401, "invalid_token");
	struct answer unknown = call(suite, NULL, "POST", "/Logout", "{\"refresh_token\": \"no-such-token\"}");
	expect_status(unknown, 204);
}

static void test_reset(void **state)
{
	struct suite *suite = *state;
	struct person who = person_new(suite, "Seller", "Forgetful Seller");
	size_t before = mails_count(suite, who.email);
	struct answer known = call(suite, NULL, "POST", "/Password/Forgot", "{\"email\": \"%s\"}", who.email);
	struct answer unknown = call(suite, NULL, "POST", "/Password/Forgot", "{\"email\": \"nobody@example.com\"}");

	expect_status(known, 200);
	expect_status(unknown, 200);
	assert_string_equal(known.response.body, unknown.response.body);
	mails_await(suite, who.email, before + 1);
	assert_int_equal(mails_count(suite, who.email), before + 1);
	assert_int_equal(mails_count(suite, "nobody@example.com"), 0);

	const char *form = "{\"email\": \"%s\", \"code\": \"%s\", \"password\": \"%s\"}";
	const char *code = mailed_code(suite, who.email);
	struct answer weak =
	    call(suite, NULL, "POST", "/Password/Reset", "%s", say(suite, form, who.email, code, "weak"));
	expect_status(weak, 400);
	struct answer wrong =
	    call(suite, NULL, "POST", "/Password/Reset", "%s", say(suite, form, who.email, "x", "Renewed-2026"));
	expect_problem(wrong, 400, "invalid_code");
	struct answer nobody = call(suite, NULL, "POST", "/Password/Reset", "%s",
				    say(suite, form, "nobody@example.com", code, "Renewed-2026"));
	expect_problem(nobody, 400, "invalid_code");

	struct answer right =
	    call(suite, NULL, "POST", "/Password/Reset", "%s", say(suite, form, who.email, code, "Renewed-2026"));
	expect_status(right, 200);
	struct answer twice =
	    call(suite, NULL, "POST", "/Password/Reset", "%s", say(suite, form, who.email, code, "Renewed-2027"));
	expect_problem(twice, 400, "invalid_code");
	struct answer ended = refresh(suite, who.refresh_token);
	expect_problem(ended, 401, "invalid_token");
	struct answer old = sign_in(suite, who.email, who.password);
	expect_problem(old, 401, "invalid_credentials");
	struct answer renewed = sign_in(suite, who.email, "Renewed-2026");
	expect_status(renewed, 200);
}

static void test_password_change(void **state)
{
	struct suite *suite = *state;
	struct person who = person_new(suite, "Client", "Careful Client");
	const char *form = "{\"password\": \"%s\", \"new_password\": \"%s\"}";
	struct answer wrong =
	    call(suite, &who, "POST", "/Password", "%s", say(suite, form, "Wrong-2026", "Changed-2026"));

	expect_problem(wrong, 401, "invalid_credentials");
	struct answer weak = call(suite, &who, "POST", "/Password", "%s", say(suite, form, who.password, "short1A"));
	expect_invalid(weak, "/new_password");
	struct answer right =
	    call(suite, &who, "POST", "/Password", "%s", say(suite, form, who.password, "Changed-2026"));
	expect_status(right, 200);
	struct answer old = sign_in(suite, who.email, who.password);
	expect_problem(old, 401, "invalid_credentials");
	struct answer renewed = sign_in(suite, who.email, "Changed-2026");
	expect_status(renewed, 200);
}

static void test_client_profile(void **state)
{
	struct suite *suite = *state;
	struct person who = person_new(suite, "Client", "Some Client");
	const char *path = say(suite, "/Client/%s", who.id);
	struct answer read = call(suite, &who, "GET", path, NULL);

	expect_status(read, 200);
	expect_text(read, "email", who.email);
	struct answer named = call(suite, &who, "PATCH", path, "{\"full_name\": \"Ñandú 京都\"}");
	expect_status(named, 200);
	expect_text(named, "full_name", "Ñandú 京都");
	expect_text(named, "mobile", "+34600123456");
	struct answer reached = call(suite, &who, "PATCH", path, "{\"mobile\": \"+819012345678\"}");
	expect_status(reached, 200);
	expect_text(reached, "full_name", "Ñandú 京都");
	expect_text(reached, "mobile", "+819012345678");
	struct answer nothing = call(suite, &who, "PATCH", path, "{}");
	expect_problem(nothing, 400, "invalid");
	struct answer address = call(suite, &who, "PATCH", path, "{\"email\": \"other@example.com\"}");
	expect_invalid(address, "/email");
}

static void test_seller_profile(void **state)
{
	struct suite *suite = *state;
	struct person who = person_new(suite, "Seller", "Some Seller");
	const char *path = say(suite, "/Seller/%s", who.id);
	const char *product = product_new(suite, &who, "Renamed seller's thing", "1.00", 1);
	struct answer own = call(suite, &who, "GET", path, NULL);
	struct answer others = call(suite, &suite->ada, "GET", path, NULL);
	struct answer anyones = call(suite, NULL, "GET", path, NULL);

	expect_status(own, 200);
	expect_text(own, "email", who.email);
	expect_status(others, 200);
	assert_false(has(&others, "email"));
	expect_status(anyones, 200);
	assert_false(has(&anyones, "email"));
	expect_text(anyones, "full_name", "Some Seller");

	struct answer renamed = call(suite, &who, "PATCH", path, "{\"full_name\": \"Renamed Seller\"}");
	expect_status(renamed, 200);
	expect_text(renamed, "full_name", "Renamed Seller");
	expect_text(renamed, "email", who.email);
	struct answer shown = call(suite, NULL, "GET", say(suite, "/Product/%s", product), NULL);
	expect_text(shown, "seller_name", "Renamed Seller");
	struct answer mobile = call(suite, &who, "PATCH", path, "{\"mobile\": \"+34600123456\"}");
	expect_invalid(mobile, "/mobile");

	/* A client is no seller, by that path either. */
	struct answer missing = call(suite, NULL, "GET", say(suite, "/Seller/%s", suite->ada.id), NULL);
	expect_problem(missing, 404, "not_found");
}

static void test_delete_client(void **state)
{
	struct suite *suite = *state;
	struct person who = person_new(suite, "Client", "Leaving Client");
	struct person seller = person_new(suite, "Seller", "Staying Seller");
	const char *path = say(suite, "/Client/%s", who.id);

	buy(suite, &who, product_new(suite, &seller, "Kept in the books", "3.00", 5), 2, "3.00");
	struct answer gone = call(suite, &who, "DELETE", path, NULL);
	expect_status(gone, 204);
	struct answer token = call(suite, &who, "GET", path, NULL);
	expect_status(token, 401);
	struct answer in = sign_in(suite, who.email, who.password);
	expect_problem(in, 401, "invalid_credentials");
	struct answer again = refresh(suite, who.refresh_token);
	expect_problem(again, 401, "invalid_token");

	struct answer sales = listed(suite, &seller, "/Sale", 0);
	expect_count(sales, "sales", 1);
	expect_text(sales, "sales.0.client_name", "Former client");
	expect_text(sales, "sales.0.total", "6.00");

	/* The address is free again. */
	struct answer back = call(suite, NULL, "POST", "/Client", "%s", sign_up_body(suite, who.email, "Back-in-2026"));
	expect_status(back, 201);
	assert_string_not_equal(text_at(&back, "id"), who.id);
}

static void test_delete_seller(void **state)
{
	struct suite *suite = *state;
	struct person who = person_new(suite, "Seller", "Leaving Seller");
	const char *product = product_new(suite, &who, "Soon gone", "3.00", 5);
	struct answer bought = buy(suite, &suite->ada, product, 2, "3.00");
	struct answer gone = call(suite, &who, "DELETE", say(suite, "/Seller/%s", who.id), NULL);

	expect_status(gone, 204);
	struct answer profile = call(suite, NULL, "GET", say(suite, "/Seller/%s", who.id), NULL);
	expect_problem(profile, 404, "not_found");
	struct answer listed = call(suite, NULL, "GET", say(suite, "/Product/%s", product), NULL);
	expect_problem(listed, 404, "not_found");
	struct answer kept = call(suite, &suite->ada, "GET", say(suite, "/Purchase/%s", text_at(&bought, "id")), NULL);
	expect_status(kept, 200);
	expect_text(kept, "lines.0.seller_name", "Former seller");
	expect_text(kept, "lines.0.product_name", "Soon gone");
	expect_text(kept, "lines.0.status", "cancelled");
	expect_text(kept, "status", "cancelled");
}

static void test_seller_list(void **state)
{
	struct suite *suite = *state;
	struct answer all = listed(suite, NULL, "/Seller?limit=100", 0),
		      singly = listed(suite, NULL, "/Seller?limit=1", 0);
	int count = count_at(&all, "sellers"), found = 0;

	expect_status(all, 200);
	assert_false(has(&all, "sellers.0.email"));
	expect_status(singly, 200);
	expect_count(singly, "sellers", count);
	for (int i = 0; i < count; i++) {
		const char *id = text_at(&singly, say(suite, "sellers.%d.id", i));

		expect_text(all, say(suite, "sellers.%d.id", i), id);
		found += !strcmp(id, suite->grace.id);
	}
	assert_int_equal(found, 1);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_service),         cmocka_unit_test(test_sign_up),
    cmocka_unit_test(test_confirmation),    cmocka_unit_test(test_sign_in),
    cmocka_unit_test(test_throttling),      cmocka_unit_test(test_refresh),
    cmocka_unit_test(test_logout),          cmocka_unit_test(test_reset),
    cmocka_unit_test(test_password_change), cmocka_unit_test(test_client_profile),
    cmocka_unit_test(test_seller_profile),  cmocka_unit_test(test_delete_client),
    cmocka_unit_test(test_delete_seller),   cmocka_unit_test(test_seller_list),
};
const struct suite_tests account_tests = {tests, sizeof tests / sizeof *tests};
