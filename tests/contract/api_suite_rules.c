/* api_suite_rules.c: what holds for every row of api.def: who may call it, what it takes, how it refuses. */
#include "tests/contract/api_suite.h"

#include <string.h>

#include "base/crypt.h"
#include "models/limits.h"

static const char no_such_id[] = "01JD8ZQ4T7M3XK2V9B6N5C0RHE";

/* A path that the row serves. */
static const char *target_of(struct suite *suite, const struct api_row *row, const char *id)
{
	const char *hole = strstr(row->path, "{id}");

	return hole ? say(suite, "%.*s%s%s", (int)(hole - row->path), row->path, id, hole + 4) : row->path;
}

/* Somebody who may call the row, and the id that makes it theirs. NULL: nobody needs to. */
static const struct person *caller(struct suite *suite, const struct api_row *row, const char **ret_id)
{
	bool clients = !strncmp(row->path, "/Client", 7);

	*ret_id = no_such_id;
	switch (row->who) {
	case WHO_CLIENT:
	case WHO_SIGNED_IN: return &suite->ada;
	case WHO_SELLER: return &suite->grace;
	case WHO_SELF:
		*ret_id = clients ? suite->ada.id : suite->grace.id;
		return clients ? &suite->ada : &suite->grace;
	default: return NULL;
	}
}

static struct api_request request_of(struct suite *suite, const struct api_row *row, const struct person *who,
				     const char *id, const char *body)
{
	return request_new(suite, who, api_method_names[row->method], target_of(suite, row, id), body);
}

static bool takes_json(const struct api_row *row)
{
	return row->body && row->body != &picture_shape;
}

static struct answer with_authorization(struct suite *suite, const struct api_row *row, const char *id,
					const char *value)
{
	struct api_request request = request_of(suite, row, NULL, id, takes_json(row) ? "{}" : NULL);

	request_header(&request, "Authorization", value);
	return suite_send(suite, &request);
}

static const char *base64(struct suite *suite, const char *text)
{
	char *out = arena_alloc(&suite->arena, CRYPT_BASE64_SIZE(strlen(text)));

	assert_non_null(out);
	crypt_base64(text, strlen(text), out);
	return out;
}

/* Tokens that nobody may get in with, made of one that is good. */
static void bad_tokens(struct suite *suite, const struct person *who, const char *ret_tokens[8])
{
	size_t header = strcspn(who->token, "."), payload = header + 1 + strcspn(who->token + header + 1, ".");
	char *tampered = (char *)say(suite, "%s", who->token);
	char *signature = (char *)say(suite, "%s", who->token);

	tampered[header + 10] = tampered[header + 10] == 'A' ? 'B' : 'A';
	signature[payload + 10] = signature[payload + 10] == 'A' ? 'B' : 'A';
	ret_tokens[0] = say(suite, "Bearer %s", tampered);
	ret_tokens[1] = say(suite, "Bearer %s", signature);
	ret_tokens[2] = say(suite, "Bearer %.*s", (int)payload, who->token);
	ret_tokens[3] = say(suite, "Bearer %s%.*s.", base64(suite, "{\"alg\":\"none\",\"typ\":\"JWT\"}"),
			    (int)(payload - header), who->token + header);
	ret_tokens[4] =
	    say(suite, "Bearer %s%s", base64(suite, "{\"alg\":\"HS256\",\"typ\":\"JWT\"}"), who->token + header);
	ret_tokens[5] = say(suite, "Bearer %s", who->refresh_token);
	ret_tokens[6] = say(suite, "Bearer %s", who->id_token);
	ret_tokens[7] = "Bearer no.such.token";
}

static void test_unauthenticated(void **state)
{
	struct suite *suite = *state;

	for (int op = 0; op < API_OPS; op++) {
		const struct api_row *row = &api_rows[op];
		const char *id, *tokens[8];
		const struct person *who = caller(suite, row, &id);

		if (row->who == WHO_ANYONE_OR_SELF) {
			who = &suite->grace;
			id = who->id;
		}
		if (!who)
			continue;
		bad_tokens(suite, who, tokens);
		for (int i = 0; i < 8; i++) {
			struct answer refused = with_authorization(suite, row, id, tokens[i]);
			expect_status(refused, 401);
			assert_non_null(header_of(&refused, "WWW-Authenticate"));
		}
		if (row->who == WHO_ANYONE_OR_SELF)
			continue;
		struct api_request request = request_of(suite, row, NULL, id, takes_json(row) ? "{}" : NULL);
		struct answer nobody = suite_send(suite, &request);
		expect_problem(nobody, 401, "unauthenticated");
	}
}

/* The first platform's clients send the token alone. */
static void test_raw_token(void **state)
{
	struct suite *suite = *state;
	const struct api_row *row = &api_rows[API_client_get];
	const char *values[] = {suite->ada.token, say(suite, "Bearer %s", suite->ada.token),
				say(suite, "bearer %s", suite->ada.token), say(suite, "BEARER  %s", suite->ada.token)};

	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		struct answer taken = with_authorization(suite, row, suite->ada.id, values[i]);
		expect_status(taken, 200);
	}
	/* Where anybody may call, a token isn't even looked at. */
	struct answer ignored = with_authorization(suite, &api_rows[API_product_list], "", "Bearer nonsense");
	expect_status(ignored, 200);
}

static void test_forbidden(void **state)
{
	struct suite *suite = *state;

	for (int op = 0; op < API_OPS; op++) {
		const struct api_row *row = &api_rows[op];
		const char *id, *body = takes_json(row) ? "{}" : NULL;
		const struct person *who = caller(suite, row, &id);

		if (!who || row->who == WHO_SIGNED_IN)
			continue;
		/* The other group; for what is one's own also somebody of the same group. */
		const struct person *others[] = {who == &suite->ada ? &suite->grace : &suite->ada,
						 who == &suite->ada ? &suite->bob : &suite->linus};
		for (int i = 0; i < (row->who == WHO_SELF ? 2 : 1); i++) {
			struct api_request request = request_of(suite, row, others[i], id, body);
			struct answer refused = suite_send(suite, &request);
			expect_problem(refused, 403, "forbidden");
		}
		if (row->who != WHO_SELF)
			continue;
		struct api_request request = request_of(suite, row, who, no_such_id, body);
		struct answer unknown = suite_send(suite, &request);
		expect_problem(unknown, 403, "forbidden");
	}
}

static void test_unknown_paths(void **state)
{
	struct suite *suite = *state;
	static const char *const paths[] = {
	    "/Nothing", "/product", "/Product/",        "/Product/a/b", "/Product//Picture",       "//",
	    "/Client",  "/Login/",  "/Purchase/x/Ship", "/Sale/x/y",    "/Product/Batch/Picture/x"};

	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		struct answer answer = call(suite, &suite->ada, "GET", paths[i], NULL);
		if (!strcmp(paths[i], "/Client")) {
			expect_problem(answer, 405, "method_not_allowed");
			continue;
		}
		expect_problem(answer, 404, "not_found");
	}
	static const char *const things[] = {"/Product/x", "/Seller/x", "/Product/x/Picture"};
	for (size_t i = 0; i < sizeof things / sizeof *things; i++) {
		struct answer answer = call(suite, NULL, "GET", things[i], NULL);
		expect_problem(answer, 404, "not_found");
	}
}

/* Each method that no row has for a path is a 405 that names those that one has. */
static void test_methods(void **state)
{
	struct suite *suite = *state;

	for (int op = 0; op < API_OPS; op++) {
		const char *path = target_of(suite, &api_rows[op], no_such_id);

		for (int method = 0; method < METHODS; method++) {
			enum api_op found;
			const char *id;
			size_t id_length;
			unsigned allowed;

			if (api_match(api_method_names[method], path, &found, &id, &id_length, &allowed))
				continue;
			struct answer refused = call(suite, NULL, api_method_names[method], path, NULL);
			expect_problem(refused, 405, "method_not_allowed");
			const char *list = header_of(&refused, "Allow");
			assert_non_null(list);
			for (int other = 0; other < METHODS; other++)
				assert_int_equal(strstr(list, api_method_names[other]) != NULL, allowed >> other & 1);
			assert_int_equal(strstr(list, "HEAD") != NULL, allowed >> METHOD_GET & 1);
		}
	}
}

static void test_queries(void **state)
{
	struct suite *suite = *state;

	for (int op = 0; op < API_OPS; op++) {
		const struct api_row *row = &api_rows[op];
		const char *id;
		const struct person *who = caller(suite, row, &id);
		const char *target = target_of(suite, row, id);
		const char *method = api_method_names[row->method];
		const char *body = takes_json(row) ? "{}" : NULL;
		struct answer unknown =
		    call(suite, who, method, say(suite, "%s?colour=red", target), body ? "%s" : NULL, body);

		expect_problem(unknown, 400, "invalid");
		expect_text(unknown, "errors.0.pointer", "colour");
		if (!row->query)
			continue;
		const char *name = row->query->fields[0].name;
		struct answer twice = call(suite, who, method, say(suite, "%s?%s=1&%s=1", target, name, name), NULL);
		expect_problem(twice, 400, "invalid");
		expect_text(twice, say(suite, "errors.%d.pointer", count_at(&twice, "errors") - 1), name);
	}
}

/* Bodies that no row takes, whatever its shape. */
static void test_bodies(void **state)
{
	struct suite *suite = *state;
	const char *deep = say(suite, "%s1%s", repeat(suite, "[", 100000), repeat(suite, "]", 100000));
	const char *bad[] = {"",
			     "{",
			     "[]",
			     "null",
			     "7",
			     "\"text\"",
			     "{}x",
			     "{'a': 1}",
			     "{\"a\": 01}",
			     "{\"a\": 1,}",
			     "{\"a\": 1e400}",
			     "{\"a\": \"\x01\"}",
			     "{\"a\": \"\\u0000\"}",
			     "{\"a\": \"\xff\"}",
			     "{\"a\": \"\\ud800\"}",
			     "\xef\xbb\xbf{}",
			     deep};

	for (int op = 0; op < API_OPS; op++) {
		const struct api_row *row = &api_rows[op];
		const char *id;
		const struct person *who = caller(suite, row, &id);

		if (!takes_json(row))
			continue;
		for (size_t i = row->body->bodiless; i < sizeof bad / sizeof *bad; i++) {
			struct api_request request = request_of(suite, row, who, id, bad[i]);
			struct answer refused = suite_send(suite, &request);
			expect_problem(refused, 400, "invalid");
		}
		const char *first = row->body->fields[0].name;
		const char *twice = say(suite, "{\"%s\": \"a\", \"%s\": \"a\"}", first, first);
		struct api_request request = request_of(suite, row, who, id, twice);
		struct answer refused = suite_send(suite, &request);
		expect_problem(refused, 400, "invalid");
	}
}

/* Each member that is needed is missed by name, and one that nobody knows is named too. */
static void test_members(void **state)
{
	struct suite *suite = *state;

	for (int op = 0; op < API_OPS; op++) {
		const struct api_row *row = &api_rows[op];
		const char *id;
		const struct person *who = caller(suite, row, &id);
		int wanted = 1;

		if (!takes_json(row))
			continue;
		struct api_request request = request_of(suite, row, who, id, "{\"colour\": \"red\"}");
		struct answer refused = suite_send(suite, &request);
		expect_problem(refused, 400, "invalid");
		expect_text(refused, "errors.0.pointer", "/colour");
		for (size_t i = 0; i < row->body->count; i++) {
			if (!row->body->fields[i].required)
				continue;
			expect_text(refused, say(suite, "errors.%d.pointer", wanted),
				    say(suite, "/%s", row->body->fields[i].name));
			wanted++;
		}
		expect_count(refused, "errors", wanted);
	}
}

static void test_media_types(void **state)
{
	struct suite *suite = *state;
	static const char *const bad[] = {NULL,
					  "text/plain",
					  "application/x-www-form-urlencoded",
					  "application/jsonx",
					  "application/",
					  "application/problem+json"};
	static const char *const good[] = {"application/json; charset=utf-8", "Application/JSON",
					   "application/json;charset=utf-8"};

	for (int op = 0; op < API_OPS; op++) {
		const struct api_row *row = &api_rows[op];
		const char *id;
		const struct person *who = caller(suite, row, &id);

		if (!takes_json(row))
			continue;
		for (size_t i = 0; i < sizeof bad / sizeof *bad + sizeof good / sizeof *good; i++) {
			size_t bads = sizeof bad / sizeof *bad;
			const char *type = i < bads ? bad[i] : good[i - bads];
			struct api_request request = request_of(suite, row, who, id, NULL);

			if (type)
				request_header(&request, "Content-Type", type);
			request.body = "{\"colour\": 1}";
			request.body_length = strlen(request.body);
			struct answer refused = suite_send(suite, &request);
			if (i < bads)
				expect_problem(refused, 415, "unsupported_media_type");
			else
				expect_problem(refused, 400, "invalid");
		}
	}
}

/* Rows without a body refuse one. */
static void test_no_body(void **state)
{
	struct suite *suite = *state;

	for (int op = 0; op < API_OPS; op++) {
		const struct api_row *row = &api_rows[op];
		const char *id;
		const struct person *who = caller(suite, row, &id);

		if (row->body)
			continue;
		struct api_request request = request_of(suite, row, who, id, "{}");
		struct answer refused = suite_send(suite, &request);
		expect_problem(refused, 400, "invalid");
	}
	/* And nobody was deleted by that. */
	struct answer ada = call(suite, &suite->ada, "GET", say(suite, "/Client/%s", suite->ada.id), NULL);
	expect_status(ada, 200);
}

/* Blanks count as bytes: a body may be as long as the limit, and no longer. */
static void test_body_size(void **state)
{
	struct suite *suite = *state;
	const char *json =
	    say(suite, "{\"email\": \"%s\", \"password\": \"%s\"}", suite->ada.email, suite->ada.password);
	char *body = arena_alloc(&suite->arena, LIMIT_BODY + 2);

	assert_non_null(body);
	memset(body, ' ', LIMIT_BODY + 1);
	memcpy(body, json, strlen(json));
	body[LIMIT_BODY] = '\0';
	struct api_request request = request_new(suite, NULL, "POST", "/Login", body);
	struct answer taken = suite_send(suite, &request);
	expect_status(taken, 200);

	body[LIMIT_BODY] = ' ';
	struct api_request longer = request_new(suite, NULL, "POST", "/Login", body);
	struct answer refused = suite_send(suite, &longer);
	expect_problem(refused, 413, "too_large");
	struct answer after = call(suite, NULL, "GET", "/Health", NULL);
	expect_status(after, 200);
}

/* Texts that mean something to somebody else are texts. */
static void test_hostile_texts(void **state)
{
	struct suite *suite = *state;
	static const char *const texts[] = {"'; DROP TABLE product; --", "\\\"); SELECT 1; --", "%s%n%x", "${jndi:x}",
					    "<script>alert(1)</script>", "../../etc/passwd",    "*",      "a\\u00b7b"};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		const char *body =
		    say(suite, "{\"name\": \"%s\", \"price\": \"1.00\", \"category\": \"c\", \"description\": \"%s\"}",
			texts[i], texts[i]);
		struct api_request request = request_new(suite, &suite->linus, "POST", "/Product", body);
		struct answer made = suite_send(suite, &request);
		expect_status(made, 201);
		struct answer read = call(suite, NULL, "GET", header_of(&made, "Location"), NULL);
		expect_status(read, 200);
		assert_string_equal(read.response.body, made.response.body);
		assert_string_equal(text_at(&read, "name"), text_at(&read, "description"));
		struct answer found =
		    call(suite, NULL, "GET", say(suite, "/Product?q=%s", encoded(suite, text_at(&read, "name"))), NULL);
		expect_status(found, 200);
	}
}

/* What a client needs to write a sentence of its own: a code that stays, and the values that the sentence has. */
static void test_params(void **state)
{
	struct suite *suite = *state;
	static const struct {
		const char *body, *pointer, *code, *min, *max;
	} cases[] = {
	    {"{\"name\": \"\"}", "/name", "length", "1", "120"},
	    {"{\"price\": \"0.00\"}", "/price", "range", "0.01", "999999999.99"},
	    {"{\"stock\": 1000001}", "/stock", "range", "0", "1000000"},
	    {"{\"price\": 1}", "/price", "not_amount", NULL, NULL},
	    {"{\"colour\": \"red\"}", "/colour", "unknown", NULL, NULL},
	    {"{\"version\": 1}", "", "changes_nothing", NULL, NULL},
	};
	const char *id = product_new(suite, &suite->grace, "Told of", "2.00", 5);

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct answer refused =
		    call(suite, &suite->grace, "PATCH", say(suite, "/Product/%s", id), "%s", cases[i].body);
		const char *min = i == 1 ? "\"min\":\"%s\"" : "\"min\":%s",
			   *max = i == 1 ? "\"max\":\"%s\"" : "\"max\":%s";

		expect_invalid(refused, cases[i].pointer);
		expect_text(refused, "errors.0.code", cases[i].code);
		if (cases[i].min) {
			assert_non_null(strstr(refused.response.body, say(suite, min, cases[i].min)));
			assert_non_null(strstr(refused.response.body, say(suite, max, cases[i].max)));
		} else {
			assert_null(strstr(refused.response.body, "\"params\""));
		}
	}

	struct answer group = call(suite, &suite->ada, "GET", "/Sale", NULL);
	expect_problem(group, 403, "forbidden");
	expect_text(group, "params.group_name", "Sellers");
	struct answer bought = buy(suite, &suite->ada, id, 1, "2.00");
	const char *path = say(suite, "/Purchase/%s/Cancel", text_at(&bought, "id"));
	struct answer cancelled = call(suite, &suite->ada, "POST", path, NULL);
	expect_status(cancelled, 200);
	struct answer again = call(suite, &suite->ada, "POST", path, NULL);
	expect_problem(again, 409, "illegal_transition");
	expect_text(again, "params.from", "cancelled");
	expect_text(again, "params.to", "cancelled");

	/* Of a purchase that is refused: what each product costs now, or how many there are. */
	const char *dear = product_new(suite, &suite->grace, "Dearer", "3.50", 5);
	struct answer refused = call_with(
	    suite, &suite->ada, "POST", "/Purchase", "Idempotency-Key", fresh(suite, "key-"),
	    say(suite,
		"{\"items\": [{\"product_id\": \"%s\", \"quantity\": 9, \"price\": \"2.00\"}, {\"product_id\": \"%s\", "
		"\"quantity\": 1, \"price\": \"3.00\"}, {\"product_id\": \"none\", \"quantity\": 1, \"price\": \"1\"}]}",
		id, dear));
	expect_problem(refused, 409, "out_of_stock");
	expect_text(refused, "errors.0.code", "out_of_stock");
	expect_number(refused, "errors.0.params.stock", 5);
	expect_text(refused, "errors.1.code", "price_changed");
	expect_text(refused, "errors.1.params.price", "3.50");
	expect_text(refused, "errors.2.code", "gone");
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_params),
    cmocka_unit_test(test_unauthenticated), cmocka_unit_test(test_raw_token), cmocka_unit_test(test_forbidden),
    cmocka_unit_test(test_unknown_paths),   cmocka_unit_test(test_methods),   cmocka_unit_test(test_queries),
    cmocka_unit_test(test_bodies),          cmocka_unit_test(test_members),   cmocka_unit_test(test_media_types),
    cmocka_unit_test(test_no_body),         cmocka_unit_test(test_body_size), cmocka_unit_test(test_hostile_texts),
};
const struct suite_tests rule_tests = {tests, sizeof tests / sizeof *tests};
