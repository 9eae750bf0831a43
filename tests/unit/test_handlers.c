/* The handlers: what they ask of store and identity, and how they answer, errors above all. */
#include "base/crypt.h"
#include "models/limits.h"
#include "tests/unit/ask.h"

#define CLIENT .token = "Bearer " FAKE_CLIENT_TOKEN
#define SELLER .token = "Bearer " FAKE_SELLER_TOKEN

static const char one_item[] = "{\"items\":[{\"product_id\":\"P1\",\"quantity\":2,\"price\":\"13.00\"}]}";
#define PURCHASE(the_body, the_key) \
	ASK("POST", "/Purchase", CLIENT, .body = (the_body), .header = {"Idempotency-Key", (the_key)})

/* ---- errors ---- */

/* Every kind of error that a store may give, on every row that reaches it: its status, and nothing that is inner. */
static void every_error_has_its_answer(void **state)
{
	(void)state;
	for (int kind = ERR_INVALID; kind < ERR_KINDS; kind++) {
		int status = kind == ERR_MEMORY ? 503 : err_kind_status((enum err_kind)kind);
		bool inner = kind == ERR_MEMORY || kind == ERR_INTERNAL || !status;

		status = status ? status : 500;
		err_set(&asked.fake.fail, (enum err_kind)kind, "page 7 of the b-tree");
		ASK("GET", "/Product/P1");
		ask_is_problem(status, err_kind_code(kind == ERR_MEMORY ? ERR_UNAVAILABLE
						     : inner		? ERR_INTERNAL
									: (enum err_kind)kind));
		assert_int_equal(strstr(buf_str(&asked.response.body), "b-tree") == NULL, inner);
		assert_int_equal(asked.cause.kind, status >= 500 ? kind : ERR_NONE);
		assert_string_equal(ask_header("Retry-After"), status == 429 || status == 503 ? "1" : "");
		assert_string_equal(ask_header("WWW-Authenticate"), status == 401 ? "Bearer" : "");
	}
}

static void throttling_says_for_how_long(void **state)
{
	(void)state;
	err_set(&asked.fake.fail, ERR_THROTTLED, "Too many tries");
	asked.fake.retry_after = 40;
	ASK("POST", "/Login", .body = "{\"email\":\"a@b.c\",\"password\":\"x\"}");
	ask_is_problem(429, "throttled");
	assert_string_equal(ask_header("Retry-After"), "40");
}

static void a_conflict_shows_what_is_there(void **state)
{
	const cJSON *extra;

	(void)state;
	err_code(&asked.fake.fail, ERR_CONFLICT, "version_conflict", "It has changed since");
	ASK("PATCH", "/Product/P1", SELLER, .body = "{\"stock\":1,\"version\":1}");
	ask_is_problem(409, "version_conflict");
	extra = cJSON_GetObjectItemCaseSensitive(asked.answer, "product");
	assert_int_equal(cJSON_GetObjectItemCaseSensitive(extra, "version")->valueint, 2);
	ASK("PUT", "/Cart", CLIENT, .body = "{\"items\":[],\"version\":1}");
	ask_is_problem(409, "version_conflict");
	extra = cJSON_GetObjectItemCaseSensitive(asked.answer, "cart");
	assert_int_equal(cJSON_GetObjectItemCaseSensitive(extra, "version")->valueint, 8);
}

/* An error of the store that names a place is told like one that dispatch() found itself. */
static void an_error_from_below_names_its_place(void **state)
{
	(void)state;
	err_set(&asked.fake.fail, ERR_INVALID, "was never sold");
	err_at(&asked.fake.fail, "/items/0/product_id");
	ASK("PUT", "/Cart", CLIENT, .body = "{\"items\":[{\"product_id\":\"A\",\"quantity\":1}],\"version\":0}");
	ask_is_problem(400, "invalid");
	assert_string_equal(ask_fault(0, "pointer"), "/items/0/product_id");
	assert_string_equal(ask_fault(0, "code"), "no_such_product");
	assert_string_equal(ask_fault(1, "pointer"), "");
	ASK("GET", "/Product/P1");
	ask_is_problem(400, "invalid");
	assert_string_equal(ask_fault(0, "pointer"), "/items/0/product_id");
	assert_string_equal(ask_fault(0, "code"), "invalid");
	assert_string_equal(ask_fault(0, "detail"), "was never sold");

	/* But not where it would tell of the inside. */
	err_set(&asked.fake.fail, ERR_INTERNAL, "broken");
	err_at(&asked.fake.fail, "table product");
	ASK("GET", "/Product/P1");
	ask_is_problem(500, "internal");
	assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(asked.answer, "errors")), 0);
}

/* ---- cursors ---- */

static const char *next_cursor(void)
{
	return arena_strdup(&asked.arena, ask_member("next_cursor"));
}

static void a_cursor_leads_on(void **state)
{
	(void)state;
	asked.fake.next = "1300|P1";
	assert_int_equal(ASK("GET", "/Product", .query = {{"q", "tea"}, {"sort", "price"}}, .query_count = 2), 200);
	const char *cursor = next_cursor();
	assert_true(strlen(cursor) > 20 && strlen(cursor) < LIMIT_CURSOR);
	assert_null(strstr(cursor, "1300"));

	/* In any order, and with another limit. */
	asked.fake.next = NULL;
	assert_int_equal(ASK("GET", "/Product", .query = {{"sort", "price"}, {"cursor", cursor}, {"q", "tea"}},
			     .query_count = 3),
			 200);
	assert_string_equal(asked.fake.page.after, "1300|P1");
	assert_true(cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(asked.answer, "next_cursor")));
	assert_int_equal(ASK("GET", "/Product", .query = {{"q", "tea"}, {"sort", "price"}, {"cursor", cursor}},
			     .query_count = 3),
			 200);
}

static void refuse_cursor(const char *path, const char *token, const char *name, const char *value, const char *cursor)
{
	struct ask ask = {
	    .method = "GET", .path = path, .token = token, .query = {{"cursor", cursor}}, .query_count = 1};

	if (name)
		ask.query[ask.query_count++] = (struct pair){name, value};
	ask_send(&ask);
	ask_is_problem(400, "invalid");
	assert_string_equal(ask_fault(0, "pointer"), "cursor");
	assert_int_equal(asked.fake.calls, 0);
}

static void a_cursor_is_of_its_listing_only(void **state)
{
	(void)state;
	asked.fake.next = "P1";
	ASK("GET", "/Product", .query = {{"q", "tea"}}, .query_count = 1);
	const char *cursor = next_cursor();
	refuse_cursor("/Product", NULL, NULL, NULL, cursor);
	refuse_cursor("/Product", NULL, "q", "coffee", cursor);
	refuse_cursor("/Product", NULL, "category", "tea", cursor);
	refuse_cursor("/Category", NULL, NULL, NULL, cursor);
	refuse_cursor("/Seller", NULL, NULL, NULL, cursor);

	ASK("GET", "/Purchase", CLIENT);
	cursor = next_cursor();
	refuse_cursor("/Sale", FAKE_SELLER_TOKEN, NULL, NULL, cursor);
	refuse_cursor("/Purchase", FAKE_OTHER_TOKEN, NULL, NULL, cursor);
	ASK("GET", "/Sale", SELLER, .query = {{"status", "placed"}}, .query_count = 1);
	cursor = next_cursor();
	refuse_cursor("/Sale", FAKE_SELLER_TOKEN, "status", "shipped", cursor);

	/* Another platform's key. */
	ASK("GET", "/Category");
	cursor = next_cursor();
	asked.fake.platform.cursor_key[31] ^= 1;
	refuse_cursor("/Category", NULL, NULL, NULL, cursor);
}

static void a_cursor_cant_be_made_up(void **state)
{
	static const char *const wrong[] = {"",
					    "x",
					    "AAAA",
					    "AAAAAAAAAAAAAAAAAAAAAA",
					    "AAAAAAAAAAAAAAAAAAAAAAAA",
					    "a=b",
					    "é",
					    "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXo"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		refuse_cursor("/Category", NULL, NULL, NULL, wrong[i]);

	asked.fake.next = "Coffee";
	ASK("GET", "/Category");
	const char *cursor = next_cursor();
	for (size_t i = 0; cursor[i]; i++) {
		char *changed = arena_strdup(&asked.arena, cursor);

		changed[i] = changed[i] == 'A' ? 'B' : 'A';
		refuse_cursor("/Category", NULL, NULL, NULL, changed);
		changed[i] = '\0';
		refuse_cursor("/Category", NULL, NULL, NULL, changed);
	}
}

/* ---- purchases ---- */

static void a_purchase_needs_its_key(void **state)
{
	char key[LIMIT_IDEMPOTENCY_KEY + 2];

	(void)state;
	ASK("POST", "/Purchase", CLIENT, .body = one_item);
	ask_is_problem(400, "invalid");
	assert_string_equal(ask_fault(0, "pointer"), "Idempotency-Key");
	memset(key, 'k', sizeof key);
	key[LIMIT_IDEMPOTENCY_KEY + 1] = '\0';
	const char *const wrong[] = {"", " ", "a b", "a\tb", "\x7F", "clé", key};
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		PURCHASE(one_item, wrong[i]);
		ask_is_problem(400, "invalid");
		assert_int_equal(asked.fake.calls, 0);
	}
	key[LIMIT_IDEMPOTENCY_KEY] = '\0';
	assert_int_equal(PURCHASE(one_item, key), 201);
	assert_int_equal(PURCHASE(one_item, "!~"), 201);
}

static void a_purchase_is_passed_on_and_answered_as_stored(void **state)
{
	uint8_t digest[CRYPT_HASH_SIZE];

	(void)state;
	assert_int_equal(PURCHASE(one_item, "k1"), 201);
	assert_string_equal(ask_member("id"), "U1");
	assert_string_equal(ask_header("Location"), "/Purchase/U1");
	assert_string_equal(ask_header("Idempotent-Replayed"), "");
	assert_string_equal(asked.fake.purchase.client_id, FAKE_CLIENT_ID);
	assert_string_equal(asked.fake.purchase.client_name, "Ada");
	assert_string_equal(asked.fake.purchase.key, "k1");
	assert_true(asked.fake.purchase.date == 0);
	assert_int_equal(asked.fake.purchase.items_count, 1);
	assert_true(asked.fake.purchase.items[0].quantity == 2 && asked.fake.purchase.items[0].price == 1300);
	crypt_hash(one_item, strlen(one_item), NULL, digest);
	assert_memory_equal(asked.fake.purchase.digest, digest, sizeof digest);

	asked.fake.replayed = true;
	asked.fake.kept = "{\"id\":\"U1\",  \"odd\":[]}";
	assert_int_equal(PURCHASE(one_item, "k1"), 201);
	assert_string_equal(ask_header("Idempotent-Replayed"), "true");
	assert_string_equal(ask_header("Location"), "/Purchase/U1");
	assert_string_equal(ask_header("Content-Type"), "application/json");
	assert_string_equal(buf_str(&asked.response.body), asked.fake.kept);
}

/* What breaks a rule that may be younger than the key is refused by the store, which knows the key. */
static void a_known_key_is_answered_before_the_rules(void **state)
{
	static const char with_delivery[] =
	    "{\"items\":[{\"product_id\":\"P1\",\"quantity\":2,\"price\":\"13.00\"}],\"delivery\":{\"full_name\":\"Ada\","
	    "\"address\":[\"1 Quay\",\"Here\"],\"mobile\":\"+34600123456\"},\"note\":\"two\\nlines\"}";
	static const struct {
		const char *body;
		enum delivery_rule rule;
		const char *pointer, *code; /* NULL: it is taken */
	} rows[] = {
	    {one_item, DELIVERY_NONE, NULL, NULL},
	    {one_item, DELIVERY_OPTIONAL, NULL, NULL},
	    {one_item, DELIVERY_REQUIRED, "/delivery", "missing"},
	    {with_delivery, DELIVERY_NONE, "/delivery", "no_delivery"},
	    {with_delivery, DELIVERY_OPTIONAL, NULL, NULL},
	    {with_delivery, DELIVERY_REQUIRED, NULL, NULL},
	    {"{\"items\":[]}", DELIVERY_OPTIONAL, "/items", "count"},
	    {"{\"items\":[{\"product_id\":\"P1\",\"quantity\":0,\"price\":\"1\"}]}", DELIVERY_OPTIONAL,
	     "/items/0/quantity", "range"},
	    {"[]", DELIVERY_OPTIONAL, "", "not_object"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		asked.fake.platform.delivery = rows[i].rule;
		asked.fake.replayed = false;
		int status = PURCHASE(rows[i].body, "k1");
		if (rows[i].pointer) {
			ask_is_problem(400, "invalid");
			assert_string_equal(ask_fault(0, "pointer"), rows[i].pointer);
			assert_string_equal(ask_fault(0, "code"), rows[i].code);
		} else {
			assert_int_equal(status, 201);
			assert_true(!asked.fake.purchase.delivery == (rows[i].body == one_item));
		}
		asked.fake.replayed = true;
		assert_int_equal(PURCHASE(rows[i].body, "k1"), 201);
		assert_string_equal(ask_header("Idempotent-Replayed"), "true");
	}
	/* But what is no JSON was never bought. */
	PURCHASE("{", "k1");
	ask_is_problem(400, "invalid");
}

static void a_purchase_that_fails_names_every_product(void **state)
{
	(void)state;
	asked.fake.faults = 3;
	err_code(&asked.fake.fail, ERR_CONFLICT, "out_of_stock", "Not all of it is left");
	PURCHASE(one_item, "k1");
	ask_is_problem(409, "out_of_stock");
	assert_string_equal(ask_fault(0, "pointer"), "/items/0");
	assert_string_equal(ask_fault(0, "detail"), "is no longer sold");
	assert_string_equal(ask_fault(1, "detail"), "has another price now");
	assert_string_equal(ask_fault(2, "pointer"), "/items/2");
	assert_string_equal(ask_fault(2, "detail"), "has not that many left");
	/* What is gone has no values to show. */
	assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(asked.answer, "products")), 2);
}

static void no_product_is_there_twice(void **state)
{
	static const char twice[] = "{\"items\":[{\"product_id\":\"A\",\"quantity\":1,\"price\":\"1\"},"
				    "{\"product_id\":\"B\",\"quantity\":1,\"price\":\"1\"},"
				    "{\"product_id\":\"A\",\"quantity\":1,\"price\":\"1\"},"
				    "{\"product_id\":\"B\",\"quantity\":1,\"price\":\"1\"}]}";

	(void)state;
	PURCHASE(twice, "k");
	ask_is_problem(400, "invalid");
	assert_string_equal(ask_fault(0, "pointer"), "/items/2/product_id");
	assert_string_equal(ask_fault(1, "pointer"), "/items/3/product_id");
	ASK("PUT", "/Cart", CLIENT,
	    .body =
		"{\"items\":[{\"product_id\":\"A\",\"quantity\":1},{\"product_id\":\"A\",\"quantity\":2}],\"version\":0}");
	ask_is_problem(400, "invalid");
	assert_string_equal(ask_fault(0, "pointer"), "/items/1/product_id");
	assert_int_equal(asked.fake.calls, 0);
	/* An id is compared whole, and by its case. */
	assert_int_equal(
	    ASK("PUT", "/Cart", CLIENT,
		.body = "{\"items\":[{\"product_id\":\"A\",\"quantity\":1},{\"product_id\":\"a\",\"quantity\":2},"
			"{\"product_id\":\"AA\",\"quantity\":2}],\"version\":0}"),
	    200);
}

static void sales_move_as_they_are_told(void **state)
{
	static const struct {
		const char *path;
		enum sale_status status;
	} rows[] = {{"/Sale/E1/Ship", SALE_SHIPPED},
		    {"/Sale/E1/Deliver", SALE_DELIVERED},
		    {"/Sale/E1/Cancel", SALE_CANCELLED}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		assert_int_equal(ASK("POST", rows[i].path, SELLER), 200);
		assert_int_equal(asked.fake.status, rows[i].status);
	}
	assert_int_equal(ASK("GET", "/Sale", SELLER), 200);
	assert_int_equal(asked.fake.status, -1);
	assert_int_equal(ASK("GET", "/Seller/" FAKE_SELLER_ID "/Stats", SELLER), 200);
	assert_true(asked.fake.days == LIMIT_STATS_DAYS_DEFAULT);
}

/* ---- products ---- */

static void a_seller_sells_for_himself(void **state)
{
	(void)state;
	ASK("POST", "/Product", SELLER,
	    .body = "{\"seller_id\":\"S2\",\"name\":\"n\",\"price\":\"1\",\"category\":\"c\"}");
	ask_is_problem(403, "forbidden");
	ASK("PATCH", "/Product/P1", SELLER, .body = "{\"seller_id\":\"S2\",\"stock\":1}");
	ask_is_problem(403, "forbidden");
	assert_int_equal(asked.fake.calls, 0);
	assert_int_equal(ASK("POST", "/Product", SELLER,
			     .body = "{\"seller_id\":\"S1\",\"name\":\"n\",\"price\":\"1\",\"category\":\"c\"}"),
			 201);
	assert_string_equal(ask_header("Location"), "/Product/P1");
	assert_int_equal(ASK("POST", "/Product", SELLER, .body = "{\"name\":\"n\",\"price\":\"1\",\"category\":\"c\"}"),
			 201);
	assert_string_equal(asked.fake.change.seller_id, FAKE_SELLER_ID);
}

/* The shapes of create, patch and batch number their fields differently; the store knows only the batch's. */
static void what_is_given_reaches_the_store(void **state)
{
	static const char *const members[] = {"name", "description", "price", "category", "stock", "version"};
	static const char *const values[] = {"\"n\"", "\"d\"", "\"1\"", "\"c\"", "0", "7"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(members); i++) {
		char body[100];

		snprintf(body, sizeof body, "{\"stock\":5,\"%s\":%s}", members[i], values[i]);
		if (!strcmp(members[i], "stock"))
			snprintf(body, sizeof body, "{\"stock\":0}");
		assert_int_equal(ASK("PATCH", "/Product/P1", SELLER, .body = body), 200);
		for (size_t other = 0; other < COUNT_OF(members); other++)
			assert_int_equal(shape_given(&product_batch_item_shape, &asked.fake.change, members[other]),
					 other == i || !strcmp(members[other], "stock"));
	}
	assert_int_equal(ASK("POST", "/Product", SELLER, .body = "{\"name\":\"n\",\"price\":\"1\",\"category\":\"c\"}"),
			 201);
	assert_true(shape_given(&product_batch_item_shape, &asked.fake.change, "category"));
	assert_false(shape_given(&product_batch_item_shape, &asked.fake.change, "stock"));
	assert_false(shape_given(&product_batch_item_shape, &asked.fake.change, "description"));

	static const char *const nothing[] = {"{}", "{\"version\":1}", "{\"seller_id\":\"S1\"}"};
	for (size_t i = 0; i < COUNT_OF(nothing); i++) {
		ASK("PATCH", "/Product/P1", SELLER, .body = nothing[i]);
		ask_is_problem(400, "invalid");
	}
}

static const char *text_of(const cJSON *object, const char *name)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));

	assert_non_null(text);
	return text;
}

static void a_batch_has_an_outcome_for_each(void **state)
{
	static const char body[] = "{\"items\":["
				   "{\"name\":\"n\",\"price\":\"1\",\"category\":\"c\"}," /* created */
				   "{\"id\":\"P1\"},"					  /* changes nothing */
				   "{\"id\":\"P1\",\"stock\":1,\"version\":1},"		  /* the fake's conflict */
				   "{\"name\":\"n\",\"price\":\"1\"},"			  /* no category */
				   "{\"seller_id\":\"S2\",\"id\":\"P1\",\"stock\":1},"	  /* not theirs */
				   "{\"id\":\"P1\",\"stock\":1}]}";			  /* updated */
	static const int statuses[] = {201, 400, 409, 400, 403, 200};
	static const struct {
		const char *pointer, *code;
	} places[] = {[1] = {"/items/1", "changes_nothing"}, [3] = {"/items/3/category", "missing"}};

	(void)state;
	assert_int_equal(ASK("POST", "/Product/Batch", SELLER, .body = body), 200);
	assert_int_equal(asked.fake.batch, 3);
	const cJSON *outcomes = cJSON_GetObjectItemCaseSensitive(asked.answer, "outcomes");
	assert_int_equal(cJSON_GetArraySize(outcomes), COUNT_OF(statuses));
	for (int i = 0; i < (int)COUNT_OF(statuses); i++) {
		const cJSON *outcome = cJSON_GetArrayItem(outcomes, i);
		bool good = statuses[i] < 300;

		assert_int_equal(cJSON_GetObjectItemCaseSensitive(outcome, "index")->valueint, i);
		assert_int_equal(cJSON_GetObjectItemCaseSensitive(outcome, "status")->valueint, statuses[i]);
		assert_int_equal(cJSON_HasObjectItem(outcome, "product"), good || statuses[i] == 409);
		assert_int_equal(cJSON_HasObjectItem(outcome, "code"), !good);
		const cJSON *errors = cJSON_GetObjectItemCaseSensitive(outcome, "errors");
		const cJSON *error = cJSON_GetArrayItem(errors, 0);
		assert_int_equal(cJSON_GetArraySize(errors), statuses[i] == 400);
		if (statuses[i] == 400) {
			assert_string_equal(text_of(error, "pointer"), places[i].pointer);
			assert_string_equal(text_of(error, "code"), places[i].code);
			assert_non_null(strstr(text_of(outcome, "message"), text_of(error, "detail")));
		}
	}
	/* All of them wrong: the store isn't even asked. */
	assert_int_equal(ASK("POST", "/Product/Batch", SELLER, .body = "{\"items\":[{\"id\":\"P1\"}]}"), 200);
	assert_int_equal(asked.fake.calls, 0);
}

static void a_picture_is_sent_once(void **state)
{
	(void)state;
	assert_int_equal(ASK("GET", "/Product/P1/Picture"), 200);
	assert_string_equal(ask_header("Content-Type"), "image/png");
	assert_string_equal(ask_header("X-Content-Type-Options"), "nosniff");
	assert_int_equal(asked.response.body.length, 8);
	const char *tag = arena_strdup(&asked.arena, ask_header("ETag"));
	assert_int_equal(ASK("GET", "/Product/P1/Picture", .header = {"If-None-Match", tag}), 304);
	assert_int_equal(ASK("GET", "/Product/P1/Picture", .header = {"If-None-Match", "*"}), 304);
	assert_int_equal(asked.response.body.length, 0);
	assert_string_equal(ask_header("ETag"), tag);
	assert_int_equal(ASK("GET", "/Product/P1/Picture", .header = {"If-None-Match", "\"other\""}), 200);
}

/* ---- accounts ---- */

static void a_half_done_sign_up_is_completed(void **state)
{
	static const char body[] = "{\"email\":\"a@b.c\",\"password\":\"Vitrine-2026\",\"full_name\":\"Ada\"}";

	(void)state;
	assert_int_equal(ASK("POST", "/Seller", .body = body), 201);
	assert_string_equal(ask_header("Location"), "/Seller/" FAKE_SELLER_ID);
	assert_string_equal(asked.fake.called, "account_create");
	asked.fake.existed = true;
	assert_int_equal(ASK("POST", "/Seller", .body = body), 201);
	err_set(&asked.fake.fail, ERR_CONFLICT, "It is there");
	ASK("POST", "/Seller", .body = body);
	ask_is_problem(409, "email_taken");
	/* The password is nowhere in an answer. */
	assert_null(strstr(buf_str(&asked.response.body), "Vitrine-2026"));
}

static void a_login_that_outlived_its_account_gives_way(void **state)
{
	static const char body[] = "{\"email\":\"a@b.c\",\"password\":\"Vitrine-2026\",\"full_name\":\"Ada\"}";

	(void)state;
	asked.fake.left_over = true;
	assert_int_equal(ASK("POST", "/Seller", .body = body), 201);
	assert_false(asked.fake.left_over);
	assert_string_equal(ask_header("Location"), "/Seller/" FAKE_SELLER_ID);
	assert_string_equal(asked.fake.called, "account_create");

	asked.fake.left_over = true;
	err_set(&asked.fake.fail, ERR_STORAGE_FULL, "full");
	ASK("POST", "/Seller", .body = body);
	ask_is_problem(507, "storage_full");
}

/* What costs and needs no token is rationed by address, before any of it is done. */
static void strangers_are_throttled(void **state)
{
	static const struct {
		const char *path, *body;
	} asks[] = {
	    {"/Client", "{\"email\":\"a@b.c\",\"password\":\"Secret-2026\",\"full_name\":\"Ada\","
			"\"mobile\":\"+34600123456\"}"},
	    {"/Seller", "{\"email\":\"a@b.c\",\"password\":\"Secret-2026\",\"full_name\":\"Ada\"}"},
	    {"/Account/Confirm", "{\"email\":\"a@b.c\",\"code\":\"1\"}"},
	    {"/Password/Forgot", "{\"email\":\"a@b.c\"}"},
	    {"/Password/Reset", "{\"email\":\"a@b.c\",\"code\":\"1\",\"password\":\"Secret-2026\"}"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(asks); i++) {
		asked.fake.throttled = false;
		assert_true(ASK("POST", asks[i].path, .body = asks[i].body) < 300);
		asked.fake.throttled = true;
		asked.fake.retry_after = 5;
		ASK("POST", asks[i].path, .body = asks[i].body);
		ask_is_problem(429, "throttled");
		assert_string_equal(ask_header("Retry-After"), "5");
		assert_int_equal(asked.fake.calls, 0);
	}
}

static void secrets_are_overwritten(void **state)
{
	static const struct {
		const char *path, *body;
	} asks[] = {
	    {"/Login", "{\"email\":\"a@b.c\",\"password\":\"Secret-2026\"}"},
	    {"/Login/Refresh", "{\"refresh_token\":\"Secret-2026\"}"},
	    {"/Logout", "{\"refresh_token\":\"Secret-2026\"}"},
	    {"/Seller", "{\"email\":\"a@b.c\",\"password\":\"Secret-2026\",\"full_name\":\"Ada\"}"},
	    {"/Account/Confirm", "{\"email\":\"a@b.c\",\"code\":\"Secret-2026\"}"},
	    {"/Password/Reset", "{\"email\":\"a@b.c\",\"code\":\"1\",\"password\":\"Secret-2026\"}"},
	    {"/Password", "{\"password\":\"Vitrine-2026\",\"new_password\":\"Secret-2026\"}"},
	};
	static const char nothing[sizeof "Secret-2026"];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(asks); i++) {
		assert_true(ASK("POST", asks[i].path, CLIENT, .body = asks[i].body) < 300);
		assert_non_null(asked.fake.secret);
		assert_memory_equal(asked.fake.secret, nothing, sizeof nothing);
	}
	assert_string_equal(asked.fake.token, FAKE_CLIENT_TOKEN);
}

static void deleting_takes_the_data_and_then_the_login(void **state)
{
	(void)state;
	assert_int_equal(ASK("DELETE", "/Client/" FAKE_CLIENT_ID, CLIENT), 204);
	assert_int_equal(asked.fake.calls, 2);
	assert_string_equal(asked.fake.called, "remove");
	assert_int_equal(asked.response.body.length, 0);
	err_set(&asked.fake.fail, ERR_STORAGE_FULL, "full");
	ASK("DELETE", "/Client/" FAKE_CLIENT_ID, CLIENT);
	ask_is_problem(507, "storage_full");
	assert_string_equal(asked.fake.called, "account_delete");
}

static void the_service_says_what_it_can(void **state)
{
	(void)state;
	ASK("GET", "/");
	int features = cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(asked.answer, "features"));
	asked.fake.unmailed = true;
	ASK("GET", "/");
	assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(asked.answer, "features")), features - 1);
	assert_null(strstr(buf_str(&asked.response.body), "confirmation"));
	assert_int_equal(ASK("GET", "/Health"), 200);
	assert_int_equal(ASK("GET", "/.well-known/jwks.json"), 200);
	assert_string_equal(buf_str(&asked.response.body), "{\"keys\":[]}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    ASK_TEST(every_error_has_its_answer),
	    ASK_TEST(throttling_says_for_how_long),
	    ASK_TEST(a_conflict_shows_what_is_there),
	    ASK_TEST(an_error_from_below_names_its_place),
	    ASK_TEST(a_cursor_leads_on),
	    ASK_TEST(a_cursor_is_of_its_listing_only),
	    ASK_TEST(a_cursor_cant_be_made_up),
	    ASK_TEST(a_purchase_needs_its_key),
	    ASK_TEST(a_purchase_is_passed_on_and_answered_as_stored),
	    ASK_TEST(a_known_key_is_answered_before_the_rules),
	    ASK_TEST(a_purchase_that_fails_names_every_product),
	    ASK_TEST(no_product_is_there_twice),
	    ASK_TEST(sales_move_as_they_are_told),
	    ASK_TEST(a_seller_sells_for_himself),
	    ASK_TEST(what_is_given_reaches_the_store),
	    ASK_TEST(a_batch_has_an_outcome_for_each),
	    ASK_TEST(a_picture_is_sent_once),
	    ASK_TEST(a_half_done_sign_up_is_completed),
	    ASK_TEST(a_login_that_outlived_its_account_gives_way),
	    ASK_TEST(strangers_are_throttled),
	    ASK_TEST(secrets_are_overwritten),
	    ASK_TEST(deleting_takes_the_data_and_then_the_login),
	    ASK_TEST(the_service_says_what_it_can),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
