/* Shapes: bodies decoded, checked and written by their tables. */
#include "tests/unit/unit.h"

#include "base/text.h"
#include "models/account.h"
#include "models/api.h"
#include "models/limits.h"
#include "models/product.h"
#include "models/purchase.h"

static struct violations violations;
static struct arena arena;
static struct err err;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, 8 * 1024 * 1024);
	violations.count = 0;
	err = (struct err){.kind = ERR_NONE};
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

/* Decodes a text that must be JSON. */
static bool decode(const struct shape *shape, const char *text, void *ret_object)
{
	cJSON *json = json_parse(text, strlen(text), JSON_VALUES_REQUEST, NULL);

	assert_non_null(json);
	violations.count = 0;
	bool good = shape_decode(shape, json, &arena, ret_object, &violations, &err);
	cJSON_Delete(json);
	return good;
}

static bool decode_answer(const struct shape *shape, const char *text, void *ret_object)
{
	cJSON *json = json_parse(text, strlen(text), JSON_VALUES_ANSWER, NULL);

	assert_non_null(json);
	bool good = shape_decode_answer(shape, json, &arena, ret_object, &err);
	cJSON_Delete(json);
	return good;
}

/* The request is refused, with just this violation. */
static void refused(const struct shape *shape, const char *text, const char *pointer, const char *detail)
{
	max_align_t object[16];

	assert_true(shape->size <= sizeof object);
	err.kind = ERR_NONE;
	if (decode(shape, text, object))
		fail_msg("%s was taken", text);
	assert_int_equal(err.kind, ERR_INVALID);
	if (violations.count != 1 || strcmp(violations.list[0].pointer, pointer) != 0 ||
	    strcmp(violations.list[0].detail, detail) != 0)
		fail_msg("%s: %zu violations, the first: %s %s", text, violations.count, violations.list[0].pointer,
			 violations.list[0].detail);
}

static void written(const struct shape *shape, const void *object, const char *expected)
{
	struct buf out;

	buf_init(&out, 100000);
	struct json json = json_writer(&out);
	shape_write(shape, object, &json);
	assert_string_equal(buf_str(&out), expected);
	buf_done(&out);
}

static void decodes_a_request(void **state)
{
	struct product_change change;

	(void)state;
	assert_true(decode(&product_create_shape,
			   "{\"name\":\"京都 tea\",\"price\":\"14.5\",\"category\":\"Tea\",\"stock\":0}", &change));
	assert_string_equal(change.name, "京都 tea");
	assert_true(change.price == 1450);
	assert_string_equal(change.category, "Tea");
	assert_null(change.description);
	assert_null(change.seller_id);
	assert_true(shape_given(&product_create_shape, &change, "stock"));
	assert_true(shape_given(&product_create_shape, &change, "price"));
	assert_false(shape_given(&product_create_shape, &change, "description"));
	written(&product_create_shape, &change,
		"{\"name\":\"京都 tea\",\"price\":\"14.50\",\"category\":\"Tea\",\"stock\":0}");
}

static void decodes_lists(void **state)
{
	struct purchase_request purchase;
	struct cart cart;

	(void)state;
	assert_true(decode(&purchase_request_shape,
			   "{\"items\":[{\"product_id\":\"a-1\",\"quantity\":2,\"price\":\"1\"},"
			   "{\"price\":\"0.01\",\"product_id\":\"B\",\"quantity\":1000.0e0}]}",
			   &purchase));
	assert_int_equal(purchase.items_count, 2);
	assert_string_equal(purchase.items[0].product_id, "a-1");
	assert_true(purchase.items[0].quantity == 2 && purchase.items[0].price == 100);
	assert_true(purchase.items[1].quantity == 1000 && purchase.items[1].price == 1);

	assert_true(decode(&cart_put_shape, "{\"items\":[],\"version\":0}", &cart));
	assert_int_equal(cart.items_count, 0);
	written(&cart_put_shape, &cart, "{\"items\":[],\"version\":0}");
}

static void refuses_wrong_members(void **state)
{
	(void)state;
	refused(&login_request_shape, "{\"email\":\"a@b.c\"}", "/password", "is missing");
	refused(&login_request_shape, "[]", "", "must be an object");
	refused(&login_request_shape, "null", "", "must be an object");
	refused(&login_request_shape, "\"x\"", "", "must be an object");
	refused(&login_request_shape, "{\"email\":\"a@b.c\",\"password\":1}", "/password", "must be a string");
	refused(&login_request_shape, "{\"email\":\"a@b.c\",\"password\":null}", "/password", "must be a string");
	refused(&login_request_shape, "{\"email\":\"a@b.c\",\"password\":\"\"}", "/password",
		"must be 1 to 128 characters");
	refused(&login_request_shape, "{\"email\":\"a@b.c\",\"password\":\"x\",\"admin\":true}", "/admin",
		"is not known here");
	refused(&client_patch_shape, "{\"mobile\":\"+12\"}", "/mobile",
		"must be a number in international form, such as +34600123456");
	refused(&seller_patch_shape, "{\"mobile\":\"+34600123456\"}", "/mobile", "is not known here");
	refused(&cart_put_shape, "{\"items\":{},\"version\":0}", "/items", "must be an array");
	refused(&cart_put_shape, "{\"items\":[1],\"version\":0}", "/items/0", "must be an object");
	refused(&cart_put_shape,
		"{\"items\":[{\"product_id\":\"a\",\"quantity\":1},{\"product_id\":\"b\"}],\"version\":0}",
		"/items/1/quantity", "is missing");
	refused(&cart_put_shape, "{\"items\":[{\"product_id\":\"a\",\"quantity\":1,\"name\":\"x\"}],\"version\":0}",
		"/items/0/name", "is not known here");
	refused(&purchase_request_shape, "{\"items\":[]}", "/items", "must have 1 to 32 elements");
}

static void refuses_wrong_values(void **state)
{
	static const struct {
		const char *value, *detail;
	} quantities[] = {
	    {"0", "must be 1 to 1000000"},	 {"-1", "must be 1 to 1000000"},
	    {"1000001", "must be 1 to 1000000"}, {"1.5", "must be a whole number"},
	    {"1e400", "must be 1 to 1000000"},	 {"-1e400", "must be 1 to 1000000"},
	    {"9007199254740993", "must be 1 to 1000000"},
	    {"9007199254740992", "must be 1 to 1000000"}, {"\"1\"", "must be a number"},
	    {"1e-400", "must be a whole number"}, {"1000000.00000000000000001", "must be a whole number"},
	    {"0.99999999999999999999", "must be a whole number"}, {"1e-1", "must be a whole number"},
	    {"true", "must be a number"},	 {"null", "must be a number"},
	    {"[]", "must be a number"},
	}, prices[] = {
	    {"1", "must be an amount as a string, such as \"14.50\""},
	    {"\"\"", "must be an amount as a string, such as \"14.50\""},
	    {"\"-1\"", "must be an amount as a string, such as \"14.50\""},
	    {"\"0\"", "must be 0.01 to 999999999.99"},
	    {"\"1000000000\"", "must be 0.01 to 999999999.99"},
	}, ids[] = {
	    {"\"\"", "is not an id"}, {"\"a b\"", "is not an id"}, {"\"a/b\"", "is not an id"},
	    {"\"é\"", "is not an id"},
	    {"\"'; DROP TABLE product; --\"", "is not an id"},
	    {"\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"", "is not an id"},
	    {"\"a\\u001b\"", "must not contain control characters"},
	};
	char text[300];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(quantities); i++) {
		snprintf(text, sizeof text, "{\"items\":[{\"product_id\":\"a\",\"quantity\":%s,\"price\":\"1\"}]}",
			 quantities[i].value);
		refused(&purchase_request_shape, text, "/items/0/quantity", quantities[i].detail);
	}
	for (size_t i = 0; i < COUNT_OF(prices); i++) {
		snprintf(text, sizeof text, "{\"items\":[{\"product_id\":\"a\",\"quantity\":1,\"price\":%s}]}",
			 prices[i].value);
		refused(&purchase_request_shape, text, "/items/0/price", prices[i].detail);
	}
	for (size_t i = 0; i < COUNT_OF(ids); i++) {
		snprintf(text, sizeof text, "{\"items\":[{\"product_id\":%s,\"quantity\":1,\"price\":\"1\"}]}",
			 ids[i].value);
		refused(&purchase_request_shape, text, "/items/0/product_id", ids[i].detail);
	}
}

/* Lengths are counted in characters, of one byte or of four. */
static void limits_hold_to_the_character(void **state)
{
	static const char *const characters[] = {"a", "é", "京", "🛒"};
	static const struct {
		const char *member;
		int min, max;
	} rows[] = {{"name", 1, LIMIT_NAME}, {"description", 0, LIMIT_DESCRIPTION}, {"category", 1, LIMIT_CATEGORY}};

	(void)state;
	for (size_t row = 0; row < COUNT_OF(rows); row++) {
		for (size_t kind = 0; kind < COUNT_OF(characters); kind++) {
			const int counts[] = {0, 1, rows[row].max - 1, rows[row].max, rows[row].max + 1};

			for (size_t i = 0; i < COUNT_OF(counts); i++) {
				struct product_change change;
				struct buf text;

				buf_init(&text, 100000);
				buf_printf(&text, "{\"%s\":\"", rows[row].member);
				for (int n = 0; n < counts[i]; n++)
					buf_add_str(&text, characters[kind]);
				buf_add_str(&text, "\"}");
				assert_int_equal(decode(&product_patch_shape, buf_str(&text), &change),
						 counts[i] >= rows[row].min && counts[i] <= rows[row].max);
				buf_done(&text);
			}
		}
	}
}

struct case_of_text {
	const char *text;
	bool good;
};

static void check_texts(const struct shape *shape, const char *format, const struct case_of_text *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		max_align_t object[16];
		char text[600];

		snprintf(text, sizeof text, format, cases[i].text);
		if (decode(shape, text, object) != cases[i].good)
			fail_msg("%s: %s", text, cases[i].good ? violations.list[0].detail : "was taken");
	}
}

static void knows_email_addresses(void **state)
{
	static const struct case_of_text cases[] = {
	    {"ada@example.com", true},	  {"a.b+c_d-e@sub.example.co", true}, {"josé@línea.example", true},
	    {"a@b.c", true},		  {"'; DROP TABLE login; --@example.com", false},
	    {"", false},		  {"ada", false},
	    {"@example.com", false},	  {"ada@", false},
	    {"ada@example", false},	  {"ada@@example.com", false},
	    {"a@b@c.d", false},		  {".ada@example.com", false},
	    {"ada.@example.com", false},  {"a..b@example.com", false},
	    {"ada@.example.com", false},  {"ada@example.com.", false},
	    {"ada@-example.com", false},  {"ada lovelace@example.com", false},
	    {"<ada@example.com>", false}, {"ada@[127.0.0.1]", false},
	    {"a,b@example.com", false},	  {"\\\"a\\\"@example.com", false},
	    {"ada@example.com\\u000d\\u000aBcc: x@y.z", false},
	    {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@example.com", true}, /* 64 */
	    {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@example.com", false},
	};

	(void)state;
	check_texts(&forgot_request_shape, "{\"email\":\"%s\"}", cases, COUNT_OF(cases));
}

static void knows_passwords_and_numbers(void **state)
{
	static const struct case_of_text passwords[] = {
	    {"Vitrine-2026", true}, {"aA345678", true}, {"aA34567", false},  {"vitrine-2026", false},
	    {"VITRINE-2026", false}, {"Vitrine-shop", false}, {"Ünïcode1x", false}, {"aÄ1234567", false},
	    {"京都Ab123", false}, {"京都京Ab123", true}, {"Vitrine\\u00072026", false},
	}, mobiles[] = {
	    {"+34600123456", true}, {"+1234567", true}, {"+123456789012345", true}, {"+123456", false},
	    {"+1234567890123456", false}, {"34600123456", false}, {"+0123456789", false}, {"+34 600 123 456", false},
	    {"+34600123456x", false}, {"", false}, {"+", false}, {"++3460012345", false},
	};

	(void)state;
	check_texts(&password_request_shape, "{\"password\":\"any\",\"new_password\":\"%s\"}", passwords,
		    COUNT_OF(passwords));
	check_texts(&client_patch_shape, "{\"mobile\":\"%s\"}", mobiles, COUNT_OF(mobiles));

	char long_one[LIMIT_PASSWORD + 2] = "xA1";
	memset(long_one + 3, 'x', sizeof long_one - 4);
	const struct case_of_text lengths[] = {{long_one, false}, {long_one + 1, true}};
	check_texts(&password_request_shape, "{\"password\":\"any\",\"new_password\":\"%s\"}", lengths, 2);
}

static void names_every_fault(void **state)
{
	struct sign_up_request request;

	(void)state;
	assert_false(decode(&client_sign_up_shape, "{\"email\":1,\"password\":\"x\",\"extra\":0,\"mobile\":\"1\"}",
			    &request));
	assert_int_equal(violations.count, 5);
	static const char *const pointers[] = {"/email", "/password", "/extra", "/mobile", "/full_name"};
	for (size_t i = 0; i < COUNT_OF(pointers); i++)
		assert_string_equal(violations.list[i].pointer, pointers[i]);
	assert_int_equal(err.kind, ERR_INVALID);
	assert_string_equal(err.field, "email");
	assert_string_equal(err.message, "email must be a string (and 4 more)");
}

static void faults_have_a_bound(void **state)
{
	struct product_batch batch;
	struct buf text;

	(void)state;
	buf_init(&text, 100000);
	for (int i = 0; i < LIMIT_BATCH; i++)
		buf_printf(&text, "%s{\"stock\":-1}", i ? "," : "{\"items\":[");
	buf_add_str(&text, "]}");
	assert_false(decode(&product_batch_shape, buf_str(&text), &batch));
	assert_int_equal(violations.count, VIOLATIONS_MAX);
	assert_string_equal(violations.list[VIOLATIONS_MAX - 1].pointer, "/items/31/stock");
	buf_done(&text);
}

/* Pointers are RFC 6901's, and whatever a member is called, valid text. */
static void pointers_are_well_formed(void **state)
{
	(void)state;
	refused(&seller_patch_shape, "{\"a/b~c\":1}", "/a~1b~0c", "is not known here");
	refused(&seller_patch_shape, "{\"\":1}", "/", "is not known here");
	refused(&cart_put_shape, "{\"items\":[{\"product_id\":\"a\",\"quantity\":1,\"~\":0}],\"version\":0}",
		"/items/0/~0", "is not known here");

	static const char *const characters[] = {"é", "京", "🛒", "/", "~"};
	for (size_t kind = 0; kind < COUNT_OF(characters); kind++) {
		for (int pad = 0; pad < 5; pad++) {
			struct account_patch patch;
			struct buf text;

			buf_init(&text, 10000);
			buf_printf(&text, "{\"%.*s", pad, "xxxxx");
			for (int i = 0; i < 200; i++)
				buf_add_str(&text, characters[kind]);
			buf_add_str(&text, "\":1}");
			assert_false(decode(&seller_patch_shape, buf_str(&text), &patch));
			const char *pointer = violations.list[0].pointer;
			assert_true(text_valid(pointer, strlen(pointer)));
			assert_true(strlen(pointer) > 30);
			assert_true(pointer[strlen(pointer) - 1] != '~');
			assert_true(text_valid(err.field, strlen(err.field)));
			assert_true(text_valid(err.message, strlen(err.message)));
			buf_done(&text);
		}
	}
}

static void an_answer_is_read_leniently(void **state)
{
	struct token_answer tokens;
	struct product_page page;
	struct product_batch_answer batch;
	struct service service;

	(void)state;
	assert_true(decode_answer(&token_answer_shape,
				  "{\"message\":null,\"access_token\":\"\\u001b\",\"group_name\":\"Clients\","
				  "\"user_id\":\"any thing\",\"later\":{\"x\":[]}}",
				  &tokens));
	assert_null(tokens.message);
	assert_null(tokens.refresh_token);
	assert_string_equal(tokens.access_token, "\x1B");
	assert_string_equal(tokens.user_id, "any thing");

	assert_true(decode_answer(&product_page_shape, "{\"products\":[],\"next_cursor\":null}", &page));
	assert_int_equal(page.products_count, 0);
	assert_null(page.next_cursor);

	assert_true(decode_answer(&product_batch_answer_shape,
				  "{\"outcomes\":[{\"index\":0,\"status\":403,\"code\":\"x\"},"
				  "{\"index\":1,\"status\":200,\"product\":null}]}",
				  &batch));
	assert_int_equal(batch.outcomes_count, 2);
	assert_true(batch.outcomes[0].status == 403);
	assert_null(batch.outcomes[1].product);
	assert_true(decode_answer(&product_batch_answer_shape,
				  "{\"outcomes\":[{\"index\":0,\"status\":400,\"code\":\"x\",\"params\":{\"max\":120,"
				  "\"odd\":[],\"half\":0.5,\"far\":1e300,\"to\":\"here\",\"more\":1},"
				  "\"errors\":[{\"pointer\":\"/items/0\",\"code\":\"new\","
				  "\"params\":7,\"detail\":\"d\"}]}]}",
				  &batch));
	const struct outcome_problem *problem = &batch.outcomes[0].problem;
	assert_int_equal(problem->params.count, 2);
	assert_string_equal(problem->params.list[0].text, "120");
	assert_true(problem->params.list[0].number);
	assert_string_equal(problem->params.list[1].text, "here");
	assert_int_equal(problem->errors_count, 1);
	assert_string_equal(problem->errors[0].code, "new");
	assert_int_equal(problem->errors[0].params.count, 0);

	assert_true(decode_answer(&service_shape,
				  "{\"name\":\"n\",\"version\":\"1\",\"profile\":\"full\",\"currency\":\"EUR\","
				  "\"features\":[\"cart\",\"stats\"]}",
				  &service));
	assert_int_equal(service.features_count, 2);
	assert_string_equal(service.features[1], "stats");
}

static void but_not_too_leniently(void **state)
{
	static const struct {
		const struct shape *shape;
		const char *text;
	} rows[] = {
	    {&health_shape, "{}"},
	    {&health_shape, "[]"},
	    {&health_shape, "{\"status\":null}"},
	    {&health_shape, "{\"status\":1}"},
	    {&product_page_shape, "{\"products\":null}"},
	    {&product_page_shape, "{\"products\":[{}]}"},
	    {&product_page_shape, "{\"products\":[1]}"},
	    {&cart_shape, "{\"items\":[],\"version\":1.5,\"currency\":\"EUR\"}"},
	    {&service_shape,
	     "{\"name\":\"n\",\"version\":\"1\",\"profile\":\"full\",\"currency\":\"EUR\",\"features\":[1]}"},
	    {&product_batch_answer_shape, "{\"outcomes\":[{\"index\":0,\"status\":200,\"product\":{}}]}"},
	};
	max_align_t object[32];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		err.kind = ERR_NONE;
		if (decode_answer(rows[i].shape, rows[i].text, object))
			fail_msg("%s was taken", rows[i].text);
		assert_int_equal(err.kind, ERR_PROTOCOL);
	}
}

static void writes_what_is_there(void **state)
{
	const struct product product = {.id = "p", .name = "n\"", .description = "", .price = 1, .currency = "EUR",
					.category = "c", .seller_id = "s", .seller_name = "S", .stock = 3, .version = 1,
					.has_picture = true, .created_at = 0, .updated_at = 1};
	struct product_page page = {.products = (struct product[]){product}, .products_count = 1};
	struct account seller = {.id = "s", .full_name = "S"};
	struct account_patch patch = {.full_name = "given but not marked"};
	struct day_revenue day = {.day = 20779, .revenue = 1450, .units = 2};
	struct seller_stats stats = {.currency = "EUR", .per_day = &day, .per_day_count = 1};

	(void)state;
	written(
	    &product_page_shape, &page,
	    "{\"products\":[{\"id\":\"p\",\"name\":\"n\\\"\",\"description\":\"\",\"price\":\"0.01\",\"currency\":\"EUR\","
	    "\"category\":\"c\",\"seller_id\":\"s\",\"seller_name\":\"S\",\"stock\":3,\"version\":1,\"has_picture\":true,"
	    "\"created_at\":\"1970-01-01T00:00:00.000Z\",\"updated_at\":\"1970-01-01T00:00:00.001Z\"}],"
	    "\"next_cursor\":null}");
	written(&account_seller_shape, &seller, "{\"id\":\"s\",\"full_name\":\"S\"}");
	written(&seller_patch_shape, &patch, "{}");
	shape_give(&seller_patch_shape, &patch, "full_name");
	written(&seller_patch_shape, &patch, "{\"full_name\":\"given but not marked\"}");
	written(&sale_query_shape, &(struct sale_query){.status = SALE_SHIPPED},
		"{\"status\":\"shipped\",\"limit\":0}");
	written(&sale_query_shape, &(struct sale_query){.status = -1}, "{\"limit\":0}");
	written(&seller_stats_shape, &stats,
		"{\"currency\":\"EUR\",\"days\":0,\"revenue\":\"0.00\",\"units\":0,\"previous_revenue\":\"0.00\","
		"\"open_sales\":0,\"per_day\":[{\"day\":\"2026-11-22\",\"revenue\":\"14.50\",\"units\":2}],"
		"\"best_products\":[],\"low_stock\":[]}");
}

/* What any shape of a request decodes, it writes, and that decodes to the same. */
static void every_request_comes_back(void **state)
{
	static const char *const texts[] = {
	    "{\"email\":\"a@b.c\",\"password\":\"Vitrine-2026\"}",
	    "{\"email\":\"a@b.c\",\"password\":\"Vitrine-2026\",\"full_name\":\"Ada\",\"mobile\":\"+34600123456\"}",
	    "{\"email\":\"a@b.c\",\"password\":\"Vitrine-2026\",\"full_name\":\"Ada\"}",
	    "{\"full_name\":\"Ada\"}",
	    "{\"mobile\":\"+34600123456\"}",
	    "{}",
	    "{\"refresh_token\":\"t\"}",
	    "{\"email\":\"a@b.c\",\"code\":\"123\"}",
	    "{\"email\":\"a@b.c\"}",
	    "{\"email\":\"a@b.c\",\"code\":\"1\",\"password\":\"Vitrine-2026\"}",
	    "{\"password\":\"x\",\"new_password\":\"Vitrine-2026\"}",
	    "{\"items\":[{\"product_id\":\"a\",\"quantity\":1}],\"version\":3}",
	    "{\"items\":[{\"product_id\":\"a\",\"quantity\":1,\"price\":\"0.10\"}]}",
	    ("{\"items\":[{\"product_id\":\"a\",\"quantity\":1,\"price\":\"0.10\"}],\"delivery\":{\"full_name\":\"Ada\","
	     "\"address\":[\"1 Quay\",\"Here\"],\"mobile\":\"+34600123456\"},\"note\":\"two\\nlines\"}"),
	    "{\"address\":[]}",
	    "{\"address\":[\"1 Quay\"]}",
	    "{\"tracking\":\"t\"}",
	    "{\"reason\":\"r\"}",
	    ("{\"items\":[{\"id\":\"s\",\"status\":\"shipped\",\"tracking\":\"t\"},{\"id\":\"s\",\"status\":\"cancelled\","
	     "\"reason\":\"r\"}]}"),
	    "{\"items\":[{\"product_id\":\"a\",\"quantity\":1,\"price\":\"0.10\"}],\"version\":3}",
	    "{\"name\":\"n\",\"price\":\"1.00\",\"category\":\"c\"}",
	    "{\"seller_id\":\"s\",\"name\":\"n\",\"description\":\"\",\"price\":\"1.00\",\"category\":\"c\",\"stock\":0}",
	    "{\"stock\":7,\"version\":2}",
	    "{\"items\":[{\"id\":\"p\",\"stock\":0},{\"name\":\"n\",\"price\":\"1.00\",\"category\":\"c\"}]}",
	};
	size_t decoded[API_OPS] = {0};

	(void)state;
	for (size_t op = 0; op < API_OPS; op++) {
		const struct shape *shape = api_rows[op].body;

		for (size_t i = 0; shape && shape != &picture_shape && i < COUNT_OF(texts); i++) {
			max_align_t object[32];

			assert_true(shape->size <= sizeof object);
			if (!decode(shape, texts[i], object))
				continue;
			decoded[op]++;
			written(shape, object, texts[i]);
		}
		if (shape && shape != &picture_shape && !decoded[op])
			fail_msg("no text here is a %s", shape->name);
	}
}

/* What the code takes for granted of the tables. */
static void check_shape(const struct shape *shape)
{
	assert_true(shape->name && *shape->name);
	assert_true(shape->count <= 32); /* bits of `given` */
	for (size_t i = 0; i < shape->count; i++) {
		const struct shape_field *field = &shape->fields[i];

		assert_true(field->type >= FIELD_TEXT && field->type <= FIELD_PARAMS);
		assert_true(field->offset < shape->size);
		assert_true(strlen(field->name) <= 36);
		assert_true(field->min <= field->max || !field->max);
		assert_int_equal(field->type == FIELD_CHOICE, field->choices != NULL);
		assert_int_equal(field->type == FIELD_LIST || field->type == FIELD_OBJECT, field->of != NULL);
		for (size_t other = 0; other < i; other++)
			assert_string_not_equal(field->name, shape->fields[other].name);
		if (field->of)
			check_shape(field->of);
	}
}

static void the_tables_are_sound(void **state)
{
	(void)state;
	for (size_t op = 0; op < API_OPS; op++) {
		const struct api_row *row = &api_rows[op];

		if (row->query)
			check_shape(row->query);
		if (row->body && row->body != &picture_shape)
			check_shape(row->body);
		if (row->answer)
			check_shape(row->answer);
	}
}

#define WITH_ARENA(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_ARENA(decodes_a_request),
	    WITH_ARENA(decodes_lists),
	    WITH_ARENA(refuses_wrong_members),
	    WITH_ARENA(refuses_wrong_values),
	    WITH_ARENA(limits_hold_to_the_character),
	    WITH_ARENA(knows_email_addresses),
	    WITH_ARENA(knows_passwords_and_numbers),
	    WITH_ARENA(names_every_fault),
	    WITH_ARENA(faults_have_a_bound),
	    WITH_ARENA(pointers_are_well_formed),
	    WITH_ARENA(an_answer_is_read_leniently),
	    WITH_ARENA(but_not_too_leniently),
	    WITH_ARENA(writes_what_is_there),
	    WITH_ARENA(every_request_comes_back),
	    cmocka_unit_test(the_tables_are_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
