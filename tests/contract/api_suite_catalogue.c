/* api_suite_catalogue.c: products: creating, changing, many at once, finding, paging. */
#include "tests/contract/api_suite.h"

#include <string.h>

static void test_create(void **state)
{
	struct suite *suite = *state;
	struct answer made =
	    call(suite, &suite->grace, "POST", "/Product",
		 "{\"name\": \"京都 煎茶 sencha, 100 g\", \"description\": \"Steamed.\", \"price\": \"19.8\", "
		 "\"category\": \"Tea\", \"stock\": 12, \"seller_id\": \"%s\"}",
		 suite->grace.id);

	expect_status(made, 201);
	assert_string_equal(header_of(&made, "Location"), say(suite, "/Product/%s", text_at(&made, "id")));
	expect_text(made, "name", "京都 煎茶 sencha, 100 g");
	expect_text(made, "description", "Steamed.");
	expect_text(made, "price", "19.80");
	expect_text(made, "category", "Tea");
	expect_text(made, "seller_id", suite->grace.id);
	expect_text(made, "seller_name", suite->grace.full_name);
	expect_number(made, "stock", 12);
	expect_number(made, "version", 1);
	expect_flag(made, "has_picture", false);

	struct answer read = call(suite, NULL, "GET", header_of(&made, "Location"), NULL);
	expect_status(read, 200);
	assert_string_equal(read.response.body, made.response.body);

	struct answer least = call(suite, &suite->grace, "POST", "/Product",
				   "{\"name\": \"x\", \"price\": \"1\", \"category\": \"Tea\"}");
	expect_status(least, 201);
	expect_text(least, "description", "");
	expect_number(least, "stock", 0);

	struct answer others =
	    call(suite, &suite->grace, "POST", "/Product",
		 "{\"name\": \"x\", \"price\": \"1\", \"category\": \"Tea\", \"seller_id\": \"%s\"}", suite->linus.id);
	expect_problem(others, 403, "forbidden");
}

static void test_update(void **state)
{
	struct suite *suite = *state;
	const char *id = product_new(suite, &suite->grace, "To be changed", "5.00", 3);
	const char *path = say(suite, "/Product/%s", id);
	struct answer changed = call(suite, &suite->grace, "PATCH", path, "{\"price\": \"4.50\", \"version\": 1}");

	expect_status(changed, 200);
	expect_text(changed, "price", "4.50");
	expect_text(changed, "name", "To be changed");
	expect_number(changed, "stock", 3);
	expect_number(changed, "version", 2);
	struct answer emptied = call(suite, &suite->grace, "PATCH", path, "{\"stock\": 0, \"description\": \"\"}");
	expect_status(emptied, 200);
	expect_number(emptied, "stock", 0);
	expect_number(emptied, "version", 3);

	struct answer stale = call(suite, &suite->grace, "PATCH", path, "{\"price\": \"1.00\", \"version\": 2}");
	expect_problem(stale, 409, "version_conflict");
	expect_number(stale, "product.version", 3);
	expect_text(stale, "product.price", "4.50");
	struct answer early = call(suite, &suite->grace, "PATCH", path, "{\"price\": \"1.00\", \"version\": 4}");
	expect_problem(early, 409, "version_conflict");

	static const char *const nothing[] = {"{}", "{\"version\": 3}"};
	for (size_t i = 0; i < 2; i++) {
		struct answer same = call(suite, &suite->grace, "PATCH", path, "%s", nothing[i]);
		expect_problem(same, 400, "invalid");
	}
	struct answer own = call(suite, &suite->grace, "PATCH", path, "{\"seller_id\": \"%s\", \"name\": \"Changed\"}",
				 suite->grace.id);
	expect_status(own, 200);
	struct answer given =
	    call(suite, &suite->grace, "PATCH", path, "{\"seller_id\": \"%s\", \"stock\": 9}", suite->linus.id);
	expect_problem(given, 403, "forbidden");
	struct answer others = call(suite, &suite->linus, "PATCH", path, "{\"stock\": 9}");
	expect_problem(others, 403, "forbidden");
	struct answer missing =
	    call(suite, &suite->grace, "PATCH", "/Product/01JD8ZQ4T7M3XK2V9B6N5C0RHE", "{\"stock\": 9}");
	expect_problem(missing, 404, "not_found");
	assert_int_equal(stock_of(suite, id), 0);
}

static void rename_seller(struct suite *suite, const struct person *seller, const char *full_name)
{
	struct answer renamed = call(suite, seller, "PATCH", say(suite, "/Seller/%s", seller->id),
				     "{\"full_name\": \"%s\"}", full_name);

	expect_status(renamed, 200);
}

/* A list that was asked for a moment ago shows each change as soon as it is answered. */
static void test_changes_show(void **state)
{
	struct suite *suite = *state;
	const char *list = say(suite, "/Product?seller_id=%s", suite->linus.id);
	struct answer first = listed(suite, NULL, list, 0);
	int before = count_at(&first, "products");
	const char *path = say(suite, "/Product/%s", product_new(suite, &suite->linus, "Seen at once", "5.00", 3));

	struct answer created = listed(suite, NULL, list, 0);
	expect_count(created, "products", before + 1);
	struct answer patched = call(suite, &suite->linus, "PATCH", path, "{\"price\": \"6.50\"}");
	expect_status(patched, 200);
	struct answer dearer = listed(suite, NULL, list, 0);
	expect_text(dearer, "products.0.price", "6.50");

	rename_seller(suite, &suite->linus, "Linus and Sons");
	struct answer renamed = listed(suite, NULL, list, 0);
	expect_text(renamed, "products.0.seller_name", "Linus and Sons");
	rename_seller(suite, &suite->linus, suite->linus.full_name);

	struct answer gone = call(suite, &suite->linus, "DELETE", path, NULL);
	expect_status(gone, 204);
	struct answer last = listed(suite, NULL, list, 0);
	expect_count(last, "products", before);
}

static void test_delete(void **state)
{
	struct suite *suite = *state;
	const char *path = say(suite, "/Product/%s", product_new(suite, &suite->grace, "To be archived", "5.00", 3));
	struct answer others = call(suite, &suite->linus, "DELETE", path, NULL);

	expect_problem(others, 403, "forbidden");
	struct answer gone = call(suite, &suite->grace, "DELETE", path, NULL);
	expect_status(gone, 204);
	struct answer read = call(suite, NULL, "GET", path, NULL);
	expect_problem(read, 404, "not_found");
	struct answer again = call(suite, &suite->grace, "DELETE", path, NULL);
	expect_problem(again, 404, "not_found");
	struct answer changed = call(suite, &suite->grace, "PATCH", path, "{\"stock\": 1}");
	expect_problem(changed, 404, "not_found");
}

static void test_batch(void **state)
{
	struct suite *suite = *state;
	const char *mine = product_new(suite, &suite->grace, "Mine", "5.00", 3);
	const char *theirs = product_new(suite, &suite->linus, "Theirs", "5.00", 3);
	struct answer done =
	    call(suite, &suite->grace, "POST", "/Product/Batch",
		 "{\"items\": ["
		 "{\"name\": \"Batched\", \"price\": \"2.00\", \"category\": \"Things\", \"stock\": 4},"
		 "{\"name\": \"No price\", \"category\": \"Things\"},"
		 "{\"id\": \"%s\", \"stock\": 7, \"version\": 1},"
		 "{\"id\": \"%s\", \"stock\": 8, \"version\": 1},"
		 "{\"id\": \"%s\", \"stock\": 9},"
		 "{\"id\": \"01JD8ZQ4T7M3XK2V9B6N5C0RHE\", \"stock\": 9},"
		 "{\"name\": \"Given\", \"price\": \"2.00\", \"category\": \"Things\", \"seller_id\": \"%s\"},"
		 "{\"id\": \"%s\"}]}",
		 mine, mine, theirs, suite->linus.id, mine);
	static const struct {
		int status;
		const char *code;
	} wanted[] = {{201, NULL},        {400, "invalid"},   {200, NULL},        {409, "version_conflict"},
		      {403, "forbidden"}, {404, "not_found"}, {403, "forbidden"}, {400, "invalid"}};

	expect_status(done, 200);
	expect_count(done, "outcomes", 8);
	for (int i = 0; i < 8; i++) {
		expect_number(done, say(suite, "outcomes.%d.index", i), i);
		expect_number(done, say(suite, "outcomes.%d.status", i), wanted[i].status);
		if (wanted[i].code)
			expect_text(done, say(suite, "outcomes.%d.code", i), wanted[i].code);
		else
			assert_false(has(&done, say(suite, "outcomes.%d.code", i)));
	}
	expect_text(done, "outcomes.0.product.name", "Batched");
	expect_number(done, "outcomes.2.product.stock", 7);
	expect_number(done, "outcomes.3.product.version", 2);
	assert_false(has(&done, "outcomes.4.product"));
	expect_text(done, "outcomes.1.errors.0.pointer", "/items/1/price");
	expect_text(done, "outcomes.1.errors.0.code", "missing");
	expect_text(done, "outcomes.7.errors.0.pointer", "/items/7");
	expect_text(done, "outcomes.7.errors.0.code", "changes_nothing");
	assert_false(has(&done, "outcomes.5.errors"));
	assert_int_equal(stock_of(suite, mine), 7);
	assert_int_equal(stock_of(suite, theirs), 3);
	assert_int_equal(stock_of(suite, text_at(&done, "outcomes.0.product.id")), 4);
}

/* A seller of one's own, so that listings hold nothing else. */
static struct person shop(struct suite *suite)
{
	struct person seller = person_new(suite, "Seller", "Small Shop");
	static const struct {
		const char *name, *description, *price, *category;
		int stock;
	} items[] = {
	    {"Café crème cups", "Set of six", "42.00", "Kitchen", 0},
	    {"Huila decaf", "Coffee without", "13.00", "Coffee", 4},
	    {"Yirgacheffe", "Jasmine, lemon", "14.50", "Coffee", 38},
	    {"京都 煎茶 sencha", "", "14.50", "Tea", 12},
	};

	for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
		struct answer made =
		    call(suite, &seller, "POST", "/Product",
			 "{\"name\": \"%s\", \"description\": \"%s\", \"price\": \"%s\", "
			 "\"category\": \"%s\", \"stock\": %d}",
			 items[i].name, items[i].description, items[i].price, items[i].category, items[i].stock);
		expect_status(made, 201);
	}
	return seller;
}

/* The first letters of the names that a listing answers, in its order. */
static const char *initials(struct suite *suite, const struct person *seller, const char *filter)
{
	struct answer page = listed(suite, NULL, say(suite, "/Product?seller_id=%s%s", seller->id, filter), 0);
	const char *letters = "";

	expect_status(page, 200);
	for (int i = 0; i < count_at(&page, "products"); i++) {
		char first = text_at(&page, say(suite, "products.%d.name", i))[0];
		letters = say(suite, "%s%c", letters, first & 0x80 ? 'K' : first);
	}
	return letters;
}

static void test_find(void **state)
{
	struct suite *suite = *state;
	struct person seller = shop(suite);
	static const struct {
		const char *filter, *found;
	} cases[] = {
	    {"", "KYHC"},
	    {"&sort=newest", "KYHC"},
	    {"&category=Coffee", "YH"},
	    {"&category=coffee", "YH"},
	    {"&category=c%C3%B3ffee", "YH"},
	    {"&category=coff", ""},
	    {"&in_stock=true", "KYH"},
	    {"&in_stock=false", "KYHC"},
	    {"&min_price=14.50", "KYC"},
	    {"&max_price=14.50", "KYH"},
	    {"&min_price=14.51&max_price=41.99", ""},
	    {"&min_price=14.5&max_price=14.50&in_stock=true&category=Tea", "K"},
	    {"&q=coffee", "YH"},
	    {"&q=cafe", "C"},
	    {"&q=CAF%C3%89", "C"},
	    {"&q=creme%20CUP", "C"},
	    {"&q=cup+cafe", "C"},
	    {"&q=cafe+nothing", ""},
	    {"&q=jasmine+yir", "Y"},
	    {"&q=jas+yir", ""},
	    {"&q=", ""},
	    {"&q=%E2%98%95+-", ""},
	    {"&sort=best", "KYHC"},
	    {"&q=asmine", ""},
	    {"&q=%E4%BA%AC%E9%83%BD", "K"},
	    {"&q=without,+decaf!", "H"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *found = initials(suite, &seller, cases[i].filter);
		if (strcmp(found, cases[i].found) != 0)
			fail_msg("%s finds %s, should find %s", cases[i].filter, found, cases[i].found);
	}
	/* What costs the same comes in the order of ids, and the other way round. */
	assert_string_equal(initials(suite, &seller, "&sort=price"), "HYKC");
	assert_string_equal(initials(suite, &seller, "&sort=-price"), "CKYH");
}

/* Reads a listing page by page; every page but the last is full (where the engine fills them, and but for a search's,
 * which ends when it has taken long enough), nothing comes twice, nothing is left out. */
static void read_pages(struct suite *suite, const char *target, int limit, int wanted)
{
	const char *cursor = "";
	const char *seen = " ";
	bool may_be_short = suite->transport->short_pages || strstr(target, "&q=");
	int found = 0;

	for (int page_count = 0; page_count < 1000; page_count++) {
		struct answer page = call(suite, NULL, "GET", say(suite, "%s&limit=%d%s", target, limit, cursor), NULL);
		expect_status(page, 200);
		int count = count_at(&page, "products");
		for (int i = 0; i < count; i++) {
			const char *id = text_at(&page, say(suite, "products.%d.id", i));
			assert_null(strstr(seen, id));
			seen = say(suite, "%s%s ", seen, id);
		}
		found += count;
		if (cJSON_IsNull(at(&page, "next_cursor"))) {
			assert_int_equal(found, wanted);
			return;
		}
		assert_true(may_be_short ? count <= limit : count == limit);
		cursor = say(suite, "&cursor=%s", encoded(suite, text_at(&page, "next_cursor")));
	}
	fail_msg("%s never ends", target);
}

static void test_pages(void **state)
{
	struct suite *suite = *state;
	struct person seller = shop(suite);
	static const char *const sorts[] = {"",     "&sort=newest",  "&sort=price", "&sort=-price",
					    "&q=c", "&in_stock=true"};
	static const int wanted[] = {4, 4, 4, 4, 3, 3};

	for (size_t i = 0; i < 6; i++)
		for (int limit = 1; limit <= 5; limit++)
			read_pages(suite, say(suite, "/Product?seller_id=%s%s", seller.id, sorts[i]), limit, wanted[i]);
}

static void test_cursors(void **state)
{
	struct suite *suite = *state;
	struct person seller = shop(suite);
	const char *target = say(suite, "/Product?seller_id=%s", seller.id);
	struct answer page = listed(suite, NULL, say(suite, "%s&limit=1", target), 1);
	const char *cursor = text_at(&page, "next_cursor");
	size_t length = strlen(cursor);

	/* The limit may change from page to page, and parameters may come in any order. */
	struct answer rest = listed(
	    suite, NULL, say(suite, "/Product?cursor=%s&limit=2&seller_id=%s", encoded(suite, cursor), seller.id), 0);
	expect_status(rest, 200);
	expect_count(rest, "products", 3);

	for (size_t i = 0; i < length; i += 5) {
		char *tampered = (char *)say(suite, "%s", cursor);
		tampered[i] = tampered[i] == 'A' ? 'B' : 'A';
		struct answer refused =
		    call(suite, NULL, "GET", say(suite, "%s&cursor=%s", target, encoded(suite, tampered)), NULL);
		expect_invalid(refused, "cursor");
	}
	const char *others[] = {
	    say(suite, "%s&sort=price&cursor=%s", target, encoded(suite, cursor)),
	    say(suite, "%s&q=c&cursor=%s", target, encoded(suite, cursor)),
	    say(suite, "/Product?cursor=%s", encoded(suite, cursor)),
	    say(suite, "/Category?cursor=%s", encoded(suite, cursor)),
	    say(suite, "/Seller?cursor=%s", encoded(suite, cursor)),
	    say(suite, "%s&cursor=%.*s", target, (int)length - 1, cursor),
	    say(suite, "%s&cursor=%sA", target, cursor),
	    say(suite, "%s&cursor=x", target),
	    say(suite, "%s&cursor=%%20", target),
	};
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		struct answer refused = call(suite, NULL, "GET", others[i], NULL);
		expect_invalid(refused, "cursor");
	}
}

/* The count of a category, or 0 when it isn't listed. */
static int64_t category_count(struct suite *suite, const char *name)
{
	struct answer page = listed(suite, NULL, "/Category?limit=100", 0);

	expect_status(page, 200);
	for (int i = 0; i < count_at(&page, "categories"); i++) {
		if (i)
			assert_true(strcmp(text_at(&page, say(suite, "categories.%d.name", i - 1)),
					   text_at(&page, say(suite, "categories.%d.name", i))) < 0);
		if (!strcmp(text_at(&page, say(suite, "categories.%d.name", i)), name))
			return number_at(&page, say(suite, "categories.%d.products", i));
	}
	return 0;
}

static void test_categories(void **state)
{
	struct suite *suite = *state;
	const char *name = fresh(suite, "Category ");
	const char *form = "{\"name\": \"x\", \"price\": \"1.00\", \"category\": \"%s\"}";
	struct answer first = call(suite, &suite->grace, "POST", "/Product", "%s", say(suite, form, name));
	struct answer second = call(suite, &suite->linus, "POST", "/Product", "%s", say(suite, form, name));

	assert_int_equal(category_count(suite, name), 2);
	struct answer gone = call(suite, &suite->linus, "DELETE", header_of(&second, "Location"), NULL);
	expect_status(gone, 204);
	assert_int_equal(category_count(suite, name), 1);
	const char *other = fresh(suite, "Category ");
	struct answer moved =
	    call(suite, &suite->grace, "PATCH", header_of(&first, "Location"), "{\"category\": \"%s\"}", other);
	expect_status(moved, 200);
	assert_int_equal(category_count(suite, name), 0);
	assert_int_equal(category_count(suite, other), 1);

	struct answer page = listed(suite, NULL, "/Category?limit=1", 1);
	expect_count(page, "categories", 1);
	struct answer next =
	    listed(suite, NULL, say(suite, "/Category?cursor=%s", encoded(suite, text_at(&page, "next_cursor"))), 1);
	expect_status(next, 200);
	assert_string_not_equal(text_at(&page, "categories.0.name"), text_at(&next, "categories.0.name"));
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_create),  cmocka_unit_test(test_update),     cmocka_unit_test(test_delete),
    cmocka_unit_test(test_batch),   cmocka_unit_test(test_find),       cmocka_unit_test(test_pages),
    cmocka_unit_test(test_cursors), cmocka_unit_test(test_categories), cmocka_unit_test(test_changes_show),
};
const struct suite_tests catalogue_tests = {tests, sizeof tests / sizeof *tests};
