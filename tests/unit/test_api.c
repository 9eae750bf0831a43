/* The table of the API: that it is sound, and that paths and methods find their rows. */
#include "tests/unit/unit.h"

#include "models/api.h"
#include "models/limits.h"

static void every_row_is_sound(void **state)
{
	(void)state;
	for (int op = 0; op < API_OPS; op++) {
		const struct api_row *row = &api_rows[op];
		const char *hole = strstr(row->path, "{id}");
		bool sends = row->method == METHOD_POST || row->method == METHOD_PUT || row->method == METHOD_PATCH;

		assert_true(*row->name);
		assert_int_not_equal(row->who, WHO_NOBODY);
		assert_in_range(row->who, WHO_ANYONE, WHO_SELF);
		assert_in_range(row->method, METHOD_GET, METHOD_DELETE);
		assert_in_range(row->function, FUNCTION_Auth, FUNCTION_Purchases);
		assert_int_equal(row->path[0], '/');
		assert_true(!row->path[1] || row->path[strlen(row->path) - 1] != '/');
		assert_true(row->status == 200 || row->status == 201 || row->status == 204);
		if (row->status == 204)
			assert_null(row->answer);
		if (row->body)
			assert_true(sends);
		if (row->method != METHOD_GET)
			assert_int_not_equal(row->runs, RUNS_INLINE); /* what changes something waits for the disk */
		if (row->method == METHOD_GET)
			assert_true(row->retry);
		if (row->who == WHO_SELF)
			assert_true(hole && (!strncmp(row->path, "/Client/", 8) || !strncmp(row->path, "/Seller/", 8)));
		if (hole) {
			assert_true(hole[-1] == '/' && (!hole[4] || hole[4] == '/'));
			assert_null(strstr(hole + 1, "{id}"));
		}
	}
}

static void every_row_is_there_once(void **state)
{
	(void)state;
	for (int op = 0; op < API_OPS; op++) {
		for (int other = 0; other < op; other++) {
			assert_string_not_equal(api_rows[op].name, api_rows[other].name);
			assert_false(api_rows[op].method == api_rows[other].method &&
				     !strcmp(api_rows[op].path, api_rows[other].path));
		}
	}
}

/* api_match finds the first row that fits: one with {id} must come after those that it would hide. */
static void literal_rows_come_first(void **state)
{
	(void)state;
	for (int op = 0; op < API_OPS; op++) {
		const char *hole = strstr(api_rows[op].path, "{id}");

		for (int later = op + 1; hole && later < API_OPS; later++) {
			const char *path = api_rows[later].path;
			size_t prefix = (size_t)(hole - api_rows[op].path);

			if (strstr(path, "{id}") || strncmp(path, api_rows[op].path, prefix) != 0)
				continue;
			size_t segment = strcspn(path + prefix, "/");
			if (!strcmp(path + prefix + segment, hole + strlen("{id}")))
				fail_msg("%s comes before %s", api_rows[op].path, path);
		}
	}
}

static void every_row_is_found(void **state)
{
	(void)state;
	for (int expected = 0; expected < API_OPS; expected++) {
		const struct api_row *row = &api_rows[expected];
		const char *hole = strstr(row->path, "{id}"), *id = NULL;
		char path[100];
		size_t id_length = 99;
		unsigned allowed;
		enum api_op op;

		if (hole)
			snprintf(path, sizeof path, "%.*s01ARZ3%s", (int)(hole - row->path), row->path, hole + 4);
		else
			snprintf(path, sizeof path, "%s", row->path);
		assert_true(api_match(api_method_names[row->method], path, &op, &id, &id_length, &allowed));
		assert_int_equal(op, expected);
		assert_int_equal(id_length, hole ? 6 : 0);
		if (hole)
			assert_memory_equal(id, "01ARZ3", 6);
	}
}

static void nothing_else_is(void **state)
{
	enum { GET = 1 << METHOD_GET, POST = 1 << METHOD_POST, PUT = 1 << METHOD_PUT, PATCH = 1 << METHOD_PATCH,
	       DELETE = 1 << METHOD_DELETE };
	static const struct {
		const char *method, *path;
		unsigned allowed;
	} rows[] = {
	    {"GET", "", 0},
	    {"GET", "//", 0},
	    {"GET", "/product", 0},
	    {"GET", "/Products", 0},
	    {"GET", "/Product/", 0},
	    {"GET", "/Product//", 0},
	    {"GET", "/Product//Picture", 0},
	    {"GET", "/Product/a/b", 0},
	    {"GET", "/Product/a/Picture/", 0},
	    {"GET", "/Product/a/picture", 0},
	    {"GET", "/Product/{id}/", 0},
	    {"GET", "/Health/", 0},
	    {"GET", "Product", 0},
	    {"GET", "/Seller/a/Stats/x", 0},
	    {"get", "/Product", GET | POST},
	    {"", "/Product", GET | POST},
	    {"DELETE", "/Product", GET | POST},
	    {"BREW", "/Product/a", GET | PATCH | DELETE},
	    {"POST", "/Product/a", GET | PATCH | DELETE},
	    {"GET", "/Product/Batch", POST}, /* not the product of that id */
	    {"DELETE", "/Product/Batch", POST},
	    {"POST", "/Product/a/Picture", GET | PUT | DELETE},
	    {"DELETE", "/Cart", GET | PUT},
	    {"GET", "/Login", POST},
	    {"GET", "/Sale/a/Ship", POST},
	    {"PUT", "/", GET},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *id;
		size_t id_length;
		unsigned allowed = 99;
		enum api_op op;

		if (api_match(rows[i].method, rows[i].path, &op, &id, &id_length, &allowed))
			fail_msg("%s %s finds %s", rows[i].method, rows[i].path, api_rows[op].name);
		if (allowed != rows[i].allowed)
			fail_msg("%s %s allows %x", rows[i].method, rows[i].path, allowed);
	}
}

/* The design's column, in short: who may do what. A slip here would be a hole. */
static void who_may_call(void **state)
{
	static const struct {
		enum api_op op;
		enum api_who who;
	} rows[] = {
	    {API_client_get, WHO_SELF},	     {API_client_update, WHO_SELF},  {API_client_delete, WHO_SELF},
	    {API_seller_update, WHO_SELF},   {API_seller_delete, WHO_SELF},  {API_seller_stats, WHO_SELF},
	    {API_product_create, WHO_SELLER}, {API_product_update, WHO_SELLER}, {API_product_delete, WHO_SELLER},
	    {API_product_batch, WHO_SELLER}, {API_picture_put, WHO_SELLER},  {API_picture_delete, WHO_SELLER},
	    {API_cart_get, WHO_CLIENT},	     {API_cart_put, WHO_CLIENT},     {API_purchase_create, WHO_CLIENT},
	    {API_purchase_list, WHO_CLIENT}, {API_purchase_get, WHO_CLIENT}, {API_purchase_cancel, WHO_CLIENT},
	    {API_sale_list, WHO_SELLER},     {API_sale_ship, WHO_SELLER},    {API_sale_deliver, WHO_SELLER},
	    {API_sale_cancel, WHO_SELLER},   {API_password_change, WHO_SIGNED_IN},
	    {API_seller_get, WHO_ANYONE_OR_SELF}, {API_sale_get, WHO_SELLER}, {API_sale_batch, WHO_SELLER},
	    {API_change_list, WHO_SIGNED_IN},
	};
	size_t guarded = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_int_equal(api_rows[rows[i].op].who, rows[i].who);
	for (int op = 0; op < API_OPS; op++)
		guarded += api_rows[op].who != WHO_ANYONE;
	assert_int_equal(guarded, COUNT_OF(rows));
}

/* The limits as the design states them. */
static void limits_are_the_designs(void **state)
{
	(void)state;
	assert_int_equal(LIMIT_NAME, 120);
	assert_int_equal(LIMIT_DESCRIPTION, 4000);
	assert_int_equal(LIMIT_CATEGORY, 40);
	assert_true(LIMIT_PRICE_MIN == 1 && LIMIT_PRICE == INT64_C(99999999999));
	assert_int_equal(LIMIT_STOCK, 1000000);
	assert_int_equal(LIMIT_QUANTITY, 1000000);
	assert_int_equal(LIMIT_EMAIL, 254);
	assert_int_equal(LIMIT_FULL_NAME, 120);
	assert_int_equal(LIMIT_PASSWORD_MIN, 8);
	assert_int_equal(LIMIT_PASSWORD, 128);
	assert_int_equal(LIMIT_BODY, 1048576);
	assert_int_equal(LIMIT_PICTURE, 524288);
	assert_int_equal(LIMIT_BATCH, 100);
	assert_int_equal(LIMIT_LINES, 32);
	assert_int_equal(LIMIT_PAGE, 100);
	assert_int_equal(LIMIT_PAGE_DEFAULT, 50);
	assert_int_equal(LIMIT_IDEMPOTENCY_KEY, 255);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_row_is_sound),      cmocka_unit_test(every_row_is_there_once),
	    cmocka_unit_test(literal_rows_come_first), cmocka_unit_test(every_row_is_found),
	    cmocka_unit_test(nothing_else_is),	       cmocka_unit_test(who_may_call),
	    cmocka_unit_test(limits_are_the_designs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
