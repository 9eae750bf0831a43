/* dispatch(): from a request to an answer: the row, who may, and what is sent. */
#include "base/text.h"
#include "models/limits.h"
#include "tests/unit/ask.h"

/* ---- the row ---- */

static void finds_the_row(void **state)
{
	(void)state;
	assert_int_equal(ASK("GET", "/"), 200);
	assert_string_equal(asked.response.op, "service");
	assert_string_equal(ask_member("profile"), "full");
	assert_string_equal(ask_member("currency"), "EUR");
	assert_string_equal(ask_header("X-Request-Id"), "R1");
	assert_int_equal(ASK("GET", "/Product/P1"), 200);
	assert_string_equal(asked.response.op, "product_get");
	assert_string_equal(ask_member("price"), "13.00");

	ASK("GET", "/Nowhere");
	ask_is_problem(404, "not_found");
	assert_string_equal(asked.response.op, "none");
	ASK("DELETE", "/Product");
	ask_is_problem(405, "method_not_allowed");
	assert_string_equal(ask_header("Allow"), "GET, HEAD, POST");
	ASK("BREW", "/Product/P1/Picture");
	assert_string_equal(ask_header("Allow"), "GET, HEAD, PUT, DELETE");
	assert_int_equal(asked.fake.calls, 0);
}

static void says_where_a_request_may_run(void **state)
{
	(void)state;
	assert_int_equal(dispatch_runs(&asked.fake.platform, "GET", "/Product"), RUNS_SEARCH);
	assert_int_equal(dispatch_runs(&asked.fake.platform, "POST", "/Login"), RUNS_HASHER);
	assert_int_equal(dispatch_runs(&asked.fake.platform, "POST", "/Login/Refresh"), RUNS_WORKER);
	assert_int_equal(dispatch_runs(&asked.fake.platform, "POST", "/Purchase"), RUNS_WORKER);
	assert_int_equal(dispatch_runs(&asked.fake.platform, "GET", "/Nowhere"), RUNS_INLINE);
	assert_int_equal(dispatch_runs(&asked.fake.platform, "DELETE", "/Login"), RUNS_INLINE);
	assert_int_equal(dispatch_runs(&asked.fake.platform, "GET", "/Product/P1"), RUNS_INLINE);
}

/* What isn't on this machine may keep an event loop waiting, whatever is asked of it. */
static void what_is_far_away_is_asked_by_a_worker(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		asked.fake.store.local = i != 0;
		asked.fake.identity.local = i != 1;
		assert_int_equal(dispatch_runs(&asked.fake.platform, "GET", "/Product"), RUNS_WORKER);
		assert_int_equal(dispatch_runs(&asked.fake.platform, "GET", "/Product/P1"), RUNS_WORKER);
		assert_int_equal(dispatch_runs(&asked.fake.platform, "POST", "/Login"), RUNS_HASHER);
		assert_int_equal(dispatch_runs(&asked.fake.platform, "GET", "/Nowhere"), RUNS_INLINE);
	}
}

/* On an event loop a search is not begun, but what is wrong with it is said at once, and a page that is known is
 * given. */
static void what_could_take_long_is_not_begun_in_a_hurry(void **state)
{
	(void)state;
	assert_int_equal(ASK("GET", "/Product", .hurried = true), 200);
	assert_int_equal(ASK("GET", "/Product", .hurried = true, .query = {{"q", "tea"}}, .query_count = 1), 0);
	assert_true(asked.response.unbegun);
	assert_int_equal(asked.fake.calls, 0);
	assert_int_equal(ASK("GET", "/Product", .query = {{"q", "tea"}}, .query_count = 1), 200);
	assert_false(asked.response.unbegun);
	assert_string_equal(asked.fake.called, "product_list");
	ASK("GET", "/Product", .hurried = true, .query = {{"q", "tea"}, {"limit", "x"}}, .query_count = 2);
	ask_is_problem(400, "invalid");
}

/* Where there is nothing to tell, a patient one gets no answer, if the front end can wait. What is wrong is said at
 * once. */
static void the_patient_wait(void **state)
{
	char since[256];

	(void)state;
	assert_int_equal(ASK("GET", "/Changes", .token = "Bearer " FAKE_SELLER_TOKEN, .patient = true), 200);
	snprintf(since, sizeof since, "%s", ask_member("since"));
	for (int waits = 0; waits < 2; waits++) {
		for (int patient = 0; patient < 2; patient++) {
			asked.fake.platform.waits = waits;
			ASK("GET", "/Changes", .token = "Bearer " FAKE_SELLER_TOKEN, .patient = patient,
			    .query = {{"since", since}}, .query_count = 1);
			const struct wait *wait = &asked.response.wait;
			assert_int_equal(wait->waits, waits && patient);
			assert_int_equal(asked.response.status, wait->waits ? 0 : 200);
			if (wait->waits) {
				assert_string_equal(wait->account, FAKE_SELLER_ID);
				assert_int_equal(wait->place, FAKE_SEEN);
			}
		}
	}
	asked.fake.platform.waits = true;
	assert_int_equal(ASK("GET", "/Changes", .token = "Bearer " FAKE_SELLER_TOKEN, .patient = true), 200);
	ASK("GET", "/Changes", .token = "Bearer " FAKE_SELLER_TOKEN, .patient = true, .query = {{"since", "x"}},
	    .query_count = 1);
	ask_is_problem(400, "invalid");
	ASK("GET", "/Changes", .patient = true, .query = {{"since", since}}, .query_count = 1);
	ask_is_problem(401, "unauthenticated");
}

/* ---- who ---- */

static const char *const tokens[] = {NULL, "", "Bearer ", "Bearer nonsense", "Bearer " FAKE_GHOST_TOKEN,
				     "Bearer " FAKE_CLIENT_TOKEN, "Bearer " FAKE_SELLER_TOKEN};
enum { NO_TOKEN, EMPTY, NO_BEARER, NONSENSE, GHOST, CLIENT, SELLER, TOKENS };

/* Every row with every token: exactly those of the column `who` get past it. */
static void only_those_who_may_get_in(void **state)
{
	(void)state;
	for (int op = 0; op < API_OPS; op++) {
		const struct api_row *row = &api_rows[op];
		const char *hole = strstr(row->path, "{id}");
		bool client_path = !strncmp(row->path, "/Client", 7);

		for (int token = 0; token < TOKENS; token++) {
			for (int own = 0; own < 2; own++) {
				char path[64];
				bool signed_in = token == CLIENT || token == SELLER;
				bool may[] = {
				    [WHO_ANYONE] = true,
				    [WHO_ANYONE_OR_SELF] = token <= EMPTY || signed_in,
				    [WHO_SIGNED_IN] = signed_in,
				    [WHO_CLIENT] = token == CLIENT,
				    [WHO_SELLER] = token == SELLER,
				    [WHO_SELF] = own && token == (client_path ? CLIENT : SELLER),
				};
				const char *id = own ? (client_path ? FAKE_CLIENT_ID : FAKE_SELLER_ID) : "ZZ";

				snprintf(path, sizeof path, "%.*s%s%s",
					 hole ? (int)(hole - row->path) : (int)strlen(row->path), row->path,
					 hole ? id : "", hole ? hole + 4 : "");
				ASK(api_method_names[row->method], path, .token = tokens[token]);
				bool refused = asked.response.status == 401 || asked.response.status == 403;
				if (refused == may[row->who])
					fail_msg("%s %s with token %d: %d", api_method_names[row->method], path, token,
						 asked.response.status);
				if (!refused)
					continue;
				assert_int_equal(asked.fake.calls, 0);
				assert_int_equal(asked.response.status, signed_in ? 403 : 401);
				assert_string_equal(ask_header("WWW-Authenticate"), signed_in ? "" : "Bearer");
			}
		}
	}
}

/* The id of one group's account opens nothing under the other group's path. */
static void self_is_of_the_right_group(void **state)
{
	(void)state;
	ASK("GET", "/Client/" FAKE_SELLER_ID, .token = "Bearer " FAKE_SELLER_TOKEN);
	ask_is_problem(403, "forbidden");
	ASK("GET", "/Seller/" FAKE_CLIENT_ID "/Stats", .token = "Bearer " FAKE_CLIENT_TOKEN);
	ask_is_problem(403, "forbidden");
	ASK("GET", "/Client/" FAKE_CLIENT_ID, .token = "Bearer " FAKE_GHOST_TOKEN);
	ask_is_problem(401, "account_gone");
	ASK("GET", "/Client/" FAKE_CLIENT_ID, .token = "Bearer x");
	ask_is_problem(401, "invalid_token");
}

static void a_token_may_be_raw(void **state)
{
	static const char *const forms[] = {FAKE_CLIENT_TOKEN, "Bearer " FAKE_CLIENT_TOKEN, "bearer " FAKE_CLIENT_TOKEN,
					    "BEARER   " FAKE_CLIENT_TOKEN};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(forms); i++) {
		assert_int_equal(ASK("GET", "/Client/" FAKE_CLIENT_ID, .token = forms[i]), 200);
		assert_string_equal(ask_member("email"), "ada@example.com");
	}
}

static void others_see_less_of_a_seller(void **state)
{
	(void)state;
	assert_int_equal(ASK("GET", "/Seller/" FAKE_SELLER_ID), 200);
	assert_string_equal(ask_member("full_name"), "Grace");
	assert_null(cJSON_GetObjectItemCaseSensitive(asked.answer, "email"));
	assert_int_equal(ASK("GET", "/Seller/" FAKE_SELLER_ID, .token = FAKE_CLIENT_TOKEN), 200);
	assert_null(cJSON_GetObjectItemCaseSensitive(asked.answer, "email"));
	assert_int_equal(ASK("GET", "/Seller/" FAKE_SELLER_ID, .token = FAKE_SELLER_TOKEN), 200);
	assert_string_equal(ask_member("email"), "grace@example.com");
}

/* ---- what ---- */

static void checks_the_body(void **state)
{
	static const char good[] = "{\"email\":\"a@b.c\",\"password\":\"x\"}";

	(void)state;
	assert_int_equal(ASK("POST", "/Login", .body = good), 200);
	assert_string_equal(ask_member("group_name"), "Clients");
	assert_int_equal(ASK("POST", "/Login", .body = good, .type = "Application/JSON; charset=utf-8"), 200);

	ASK("POST", "/Login");
	ask_is_problem(400, "invalid");
	assert_string_equal(ask_fault(0, "pointer"), ""); /* the whole of it */
	ASK("POST", "/Login", .body = good, .type = "text/plain");
	ask_is_problem(415, "unsupported_media_type");
	ASK("POST", "/Login", .body = good, .type = "application/jsonx");
	ask_is_problem(415, "unsupported_media_type");
	ASK("POST", "/Login", .body = "{");
	ask_is_problem(400, "invalid");
	ASK("POST", "/Login", .body = "{\"email\":\"a\",\"x\":1}");
	ask_is_problem(400, "invalid");
	assert_string_equal(ask_fault(0, "pointer"), "/email");
	assert_string_equal(ask_fault(1, "pointer"), "/x");
	assert_string_equal(ask_fault(2, "pointer"), "/password");
	assert_int_equal(asked.fake.calls, 0);

	ASK("GET", "/Product", .body = "{}");
	ask_is_problem(400, "invalid");
	ASK("DELETE", "/Product/P1", .body = "{}", .token = FAKE_SELLER_TOKEN);
	ask_is_problem(400, "invalid");
}

static void checks_the_query(void **state)
{
	(void)state;
	assert_int_equal(ASK("GET", "/Product", .query = {{"q", "tea"}, {"limit", "7"}}, .query_count = 2), 200);
	assert_string_equal(asked.fake.query.q, "tea");
	assert_int_equal(asked.fake.page.limit, 7);
	assert_int_equal(ASK("GET", "/Product"), 200);
	assert_int_equal(asked.fake.page.limit, LIMIT_PAGE_DEFAULT);
	assert_null(asked.fake.page.after);

	ASK("GET", "/Product", .query = {{"limit", "0"}, {"colour", "red"}}, .query_count = 2);
	ask_is_problem(400, "invalid");
	assert_string_equal(ask_fault(0, "pointer"), "limit");
	assert_string_equal(ask_fault(1, "pointer"), "colour");
	/* A row without parameters takes none. */
	ASK("GET", "/Product/P1", .query = {{"limit", "1"}}, .query_count = 1);
	ask_is_problem(400, "invalid");
	ASK("POST", "/Login", .body = "{\"email\":\"a@b.c\",\"password\":\"x\"}", .query = {{"x", ""}},
	    .query_count = 1);
	ask_is_problem(400, "invalid");
	assert_int_equal(asked.fake.calls, 0);
}

static void checks_pictures(void **state)
{
	static const char png[] = "\x89PNG\r\n\x1A\n\0\0\0\0IHDR....\0\0\0\0IEND...."; /* with the NUL behind it */
	static const char jpeg[] = "\xFF\xD8\xFF\xE0\0\x02\xFF\xD9";
	struct ask ask = {"PUT", "/Product/P1/Picture", .token = FAKE_SELLER_TOKEN, .type = "image/png"};
	char *large = test_calloc(LIMIT_PICTURE + 1, 1);

	(void)state;
	assert_int_equal(ask_send_bytes(&ask, png, sizeof png), 200);
	assert_string_equal(asked.fake.called, "picture_put");
	ask_send_bytes(&ask, png, sizeof png - 2); /* breaks off */
	ask_is_problem(400, "invalid");
	assert_string_equal(ask_fault(0, "code"), "image_cut");
	ask.header = (struct pair){"Content-Encoding", "gzip"};
	ask_send_bytes(&ask, png, sizeof png);
	ask_is_problem(415, "unsupported_media_type");
	assert_string_equal(ask_header("Accept-Encoding"), "identity");
	ask.header = (struct pair){"Content-Encoding", "identity"};
	assert_int_equal(ask_send_bytes(&ask, png, sizeof png), 200);
	ask.header = (struct pair){NULL, NULL};
	ask_send_bytes(&ask, png, 7);
	ask_is_problem(400, "invalid");
	ask_send_bytes(&ask, jpeg, 8);
	ask_is_problem(400, "invalid");
	assert_string_equal(ask_fault(0, "code"), "not_image");
	memcpy(large, png, sizeof png);
	assert_int_equal(ask_send_bytes(&ask, large, LIMIT_PICTURE), 200);
	ask_send_bytes(&ask, large, LIMIT_PICTURE + 1);
	ask_is_problem(413, "too_large");
	ask.type = "image/jpeg";
	assert_int_equal(ask_send_bytes(&ask, jpeg, 8), 200);
	ask.type = "image/svg+xml";
	ask_send_bytes(&ask, png, 8);
	ask_is_problem(415, "unsupported_media_type");
	ask_send_bytes(&ask, "", 0);
	ask_is_problem(415, "unsupported_media_type");
	test_free(large);
}

static void a_front_ends_refusal_is_answered(void **state)
{
	const struct request request = {.method = "POST",
					.path = "/Login",
					.request_id = "R1",
					.refused = ERR_TOO_LARGE,
					.refused_why = "The body is too large"};

	(void)state;
	dispatch(&asked.fake.platform, &request, &asked.arena, &asked.response, &asked.cause);
	assert_int_equal(asked.response.status, 413);
	assert_non_null(strstr(buf_str(&asked.response.body), "The body is too large"));
}

/* Random requests: always an answer, always JSON that is valid UTF-8, never a 5xx. */
static void answers_whatever_is_asked(void **state)
{
	static const char *const pieces[] = {"/",       "Product", "Client", "Seller", "Sale", "Purchase",
					     "Picture", "Cart",    "é",      "C1",     "S1",   "Ship",
					     "Stats",   "Batch",   "Login",  "\x1B",   "%"};
	uint64_t draw = chance_seed();

	(void)state;
	for (int i = 0; i < 20000; i++) {
		char path[64] = "/", name[40];
		size_t bytes = chance_below(&draw, sizeof name);

		for (uint64_t n = chance_below(&draw, 5); n; n--) {
			const char *piece = pieces[chance_below(&draw, COUNT_OF(pieces))];
			snprintf(path + strlen(path), sizeof path - strlen(path), "%s", piece);
		}
		for (size_t at = 0; at < bytes; at++)
			name[at] = "aé\"\\{}~/ "[chance_below(&draw, 9)];
		bytes = bytes ? bytes - 1 : 0;
		name[bytes] = '\0';
		if (!text_valid(name, bytes) || !text_valid(path, strlen(path)))
			continue; /* the front ends have refused it */
		arena_reset(&asked.arena);
		int status =
		    ASK(api_method_names[chance_below(&draw, METHODS)], path,
			.token = tokens[chance_below(&draw, TOKENS)], .body = chance_below(&draw, 2) ? "{}" : NULL,
			.query = {{name, "1"}}, .query_count = chance_below(&draw, 2));
		assert_in_range(status, 200, 499);
		if (asked.response.body.length && strcmp(ask_header("Content-Type"), "image/png") != 0)
			assert_non_null(asked.answer);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    ASK_TEST(finds_the_row),
	    ASK_TEST(says_where_a_request_may_run),
	    ASK_TEST(what_is_far_away_is_asked_by_a_worker),
	    ASK_TEST(what_could_take_long_is_not_begun_in_a_hurry),
	    ASK_TEST(the_patient_wait),
	    ASK_TEST(only_those_who_may_get_in),
	    ASK_TEST(self_is_of_the_right_group),
	    ASK_TEST(a_token_may_be_raw),
	    ASK_TEST(others_see_less_of_a_seller),
	    ASK_TEST(checks_the_body),
	    ASK_TEST(checks_the_query),
	    ASK_TEST(checks_pictures),
	    ASK_TEST(a_front_ends_refusal_is_answered),
	    ASK_TEST(answers_whatever_is_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
