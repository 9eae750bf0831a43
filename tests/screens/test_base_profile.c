/* The storefront against the first platform: what that offers, as far as it goes. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/screens/world.h"

#define FIRST "Yirgacheffe, washed, 250 g"
#define SECOND "Huila decaf, 250 g"

/* ---- the first platform ---- */

static void open_first(void)
{
	world_first((const char *const[]){"--base-path", "/Prod", NULL});
	assert_non_null(strstr(world.api, "/Prod"));
	world_start(world.stage, NULL);
}

static cJSON *rows_of(const char *what)
{
	cJSON *answer = world_order_ask(&world.first, "{\"do\":\"rows\",\"what\":\"%s\"}", what);
	cJSON *rows = cJSON_DetachItemFromObject(answer, "rows");

	cJSON_Delete(answer);
	assert_non_null(rows);
	return rows;
}

static int count_rows(const char *what)
{
	cJSON *rows = rows_of(what);
	int count = cJSON_GetArraySize(rows);

	cJSON_Delete(rows);
	return count;
}

static const char *text_of(const cJSON *row, const char *name)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(row, name));

	return text ? text : "";
}

/* A field of the row whose `key` is that; "" when there is none. Valid until the next call. */
static const char *field_of(const char *what, const char *key, const char *value, const char *name)
{
	static char text[512];
	cJSON *rows = rows_of(what);
	const cJSON *row;

	text[0] = '\0';
	cJSON_ArrayForEach (row, rows)
		if (!strcmp(text_of(row, key), value))
			snprintf(text, sizeof text, "%s", text_of(row, name));
	cJSON_Delete(rows);
	return text;
}

/* So many requests since the last order "clear"; the last one's authorization (may be NULL). */
static int requests(const char *method, const char *path, char ret_authorization[4096])
{
	cJSON *answer = world_order_ask(&world.first, "{\"do\":\"requests\"}");
	const cJSON *request;
	int count = 0;

	cJSON_ArrayForEach (request, cJSON_GetObjectItem(answer, "requests")) {
		if (strcmp(text_of(request, "method"), method) != 0 || strcmp(text_of(request, "path"), path) != 0)
			continue;
		count++;
		if (ret_authorization)
			snprintf(ret_authorization, 4096, "%s", text_of(request, "authorization"));
	}
	cJSON_Delete(answer);
	return count;
}

static void clear_requests(void)
{
	world_order(&world.first, "{\"do\":\"clear\"}");
}

static void add_product(const char *name, const char *price)
{
	char seller[64];

	snprintf(seller, sizeof seller, "%s", field_of("sellers", "email", WORLD_SELLER, "id"));
	world_order(&world.first,
		    "{\"do\":\"add\",\"what\":\"products\",\"row\":{\"id\":\"added-%s\",\"name\":\"%s\",\"price\":\"%s\","
		    "\"category\":\"Kitchen\",\"seller_id\":\"%s\"}}",
		    price, name, price, seller);
}

static void add_purchase(const char *client, const char *product)
{
	world_order(&world.first,
		    "{\"do\":\"add\",\"what\":\"purchases\",\"row\":{\"id\":\"of-%s\",\"client_name\":\"%s\","
		    "\"seller_name\":\"Kintaro\",\"product_name\":\"%s\",\"price\":\"19.8\","
		    "\"pruchase_date\":\"2026-01-02\"}}",
		    client, client, product);
}

/* ---- looking around ---- */

static void test_browse(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	open_first();
	stage_expect(stage, FIRST);
	stage_expect(stage, "guest");
	stage_expect(stage, "Grace Roasters");
	stage_expect(stage, "14.50");
	/* No stock is known, and nobody says that all is sold out. */
	stage_expect_not(stage, "Stock");
	stage_expect_not(stage, " – ");
	stage_press(stage, "/" FIRST K_ENTER K_ENTER);
	stage_expect(stage, "Shop › Product");
	stage_expect(stage, "14.50");
	stage_expect(stage, "More from Grace Roasters");
	stage_expect_not(stage, "in stock");
	stage_expect_not(stage, "out of stock");
}

static void test_search(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	open_first();
	stage_press(stage, "/decaf");
	stage_expect(stage, "▌ " SECOND);
	stage_expect_not(stage, FIRST);
	stage_press(stage, K_CTRL_U "CAFE CREME");
	stage_expect(stage, "Café crème cups");
	stage_press(stage, K_CTRL_U "zzzz");
	stage_expect(stage, "Nothing here fits.");
	stage_press(stage, K_ESC);
	stage_expect(stage, FIRST);
}

static void test_filter_and_sort(void **state)
{
	struct stage *stage = world.stage;
	int x, dear, cheap;

	(void)state;
	open_first();
	stage_press(stage, "f");
	stage_expect(stage, "Price from");
	stage_expect_not(stage, "In stock");
	/* All categories, Coffee, Kitchen. */
	stage_press(stage, K_UP K_RIGHT K_RIGHT K_ENTER);
	stage_expect(stage, "Kitchen");
	stage_expect(stage, "Old grinder");
	stage_expect_not(stage, FIRST);
	stage_press(stage, "f10" K_TAB "50" K_ENTER);
	stage_expect(stage, "Café crème cups");
	stage_expect_not(stage, "Tin with a dent");
	stage_expect_not(stage, "Filter papers");
	stage_press(stage, K_ESC);
	stage_expect(stage, FIRST);
	stage_press(stage, "s" K_DOWN K_ENTER);
	assert_true(stage_find(stage, "Filter papers", &x, &cheap));
	assert_true(stage_find(stage, "Café crème cups", &x, &dear));
	assert_true(cheap < dear);
}

static void test_prices(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_first((const char *const[]){"--base-path", "/Prod", NULL});
	add_product("Half a dozen", "12.5");
	add_product("Much too exact", "1.23456");
	world_start(stage, NULL);
	stage_expect(stage, "79.00");
	stage_expect(stage, "12.50");
	stage_expect(stage, "free");
	stage_press(stage, "/advice" K_ENTER);
	stage_expect(stage, "▌ Advice");
	stage_press(stage, "a");
	stage_expect(stage, "can't be bought here");
	stage_press(stage, K_ENTER);
	stage_expect(stage, "Shop › Product");
	stage_expect(stage, "free");
	stage_press(stage, "a");
	stage_expect_not(stage, "Added");
	stage_press(stage, "c");
	stage_expect(stage, "The cart is empty");
	/* Exactly counted: 3 times 12.5 and once 79. */
	stage_press(stage, K_ESC K_ESC K_ESC);
	stage_press(stage, "/half" K_ENTER);
	stage_press(stage, "aaa" K_ESC K_ESC "/dent" K_ENTER);
	stage_press(stage, "ac");
	stage_expect(stage, "37.50");
	stage_expect(stage, "116.50");
}

static void test_empty_platform(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_first((const char *const[]){"--base-path", "/Prod", "--empty", NULL});
	world_start(stage, NULL);
	stage_expect(stage, "The shop is empty");
	stage_expect_not(stage, "offline");
	/* Somebody comes to sell, and to buy. */
	stage_press(stage, ":sign up" K_ENTER);
	stage_expect(stage, "Mobile");
	stage_press(stage, K_ESC "f");
	stage_press(stage, K_ESC "r");
	stage_expect(stage, "The shop is empty");
}

/* ---- accounts ---- */

static void test_client(void **state)
{
	struct stage *stage = world.stage;
	char path[128];

	(void)state;
	open_first();
	world_sign_in(stage, WORLD_CLIENT);
	stage_expect(stage, "Purchases");
	stage_expect_not(stage, "Inventory");
	world_go(stage, "account");
	stage_expect(stage, "Ada Example");
	stage_expect(stage, WORLD_CLIENT);
	stage_expect(stage, "+34600123456");
	stage_expect(stage, "/Prod");
	/* Nothing is offered that this platform doesn't do. */
	stage_expect_not(stage, "e edit");
	stage_expect_not(stage, "p password");
	stage_press(stage, "epD");
	stage_expect(stage, "Your account");
	snprintf(path, sizeof path, "/Client/%s", field_of("clients", "email", WORLD_CLIENT, "id"));
	assert_true(requests("GET", path, NULL) > 0);
	stage_press(stage, "o");
	stage_expect(stage, "guest");
}

static void test_wrong_password(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	open_first();
	stage_press(stage, ":sign in" K_ENTER WORLD_CLIENT K_TAB "Wrong-2026" K_ENTER);
	stage_expect(stage, "Wrong e-mail address or password");
	stage_press(stage, WORLD_PASSWORD K_ENTER);
	stage_expect(stage, "Purchases");
}

/* The token goes as it is, without "Bearer". */
static void test_seller(void **state)
{
	struct stage *stage = world.stage;
	char path[128], authorization[4096] = "";

	(void)state;
	open_first();
	world_sign_in(stage, WORLD_SELLER);
	stage_expect(stage, "Inventory");
	stage_expect(stage, FIRST);
	stage_expect_not(stage, "sencha");
	stage_expect_not(stage, "Dashboard");
	stage_expect_not(stage, "Sales");
	world_go(stage, "account");
	stage_expect(stage, "Grace Roasters");
	snprintf(path, sizeof path, "/Seller/%s", field_of("sellers", "email", WORLD_SELLER, "id"));
	assert_true(requests("GET", path, authorization) > 0);
	assert_int_equal(strncmp(authorization, "eyJ", 3), 0);
	assert_null(strchr(authorization, ' '));
}

static void test_sign_up(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	open_first();
	world_go(stage, "sign up");
	stage_press(stage, "new@example.com" K_TAB WORLD_PASSWORD K_TAB WORLD_PASSWORD K_TAB "New Client" K_TAB
			   "+34600000001" K_ENTER);
	assert_string_equal(field_of("clients", "email", "new@example.com", "full_name"), "New Client");
	assert_string_equal(field_of("clients", "email", "new@example.com", "mobile"), "+34600000001");
	stage_expect(stage, "new@example.com");
	stage_expect(stage, "Purchases");
}

static void sign_up_seller(struct stage *stage, const char *email, const char *name)
{
	world_go(stage, "sign up");
	stage_press(stage, K_UP K_RIGHT K_TAB);
	stage_press(stage, email);
	stage_press(stage, K_TAB WORLD_PASSWORD K_TAB WORLD_PASSWORD K_TAB);
	stage_press(stage, name);
	stage_press(stage, K_ENTER);
}

/* An address that is taken is told at its field. */
static void test_sign_up_refused(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	open_first();
	sign_up_seller(stage, WORLD_CLIENT, "Somebody");
	stage_expect(stage, "There is an account with this address already");
	assert_int_equal(count_rows("sellers"), 2);
}

/* Where there was nothing at all: no seller, no product, no purchase. */
static void test_first_seller(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_first((const char *const[]){"--base-path", "/Prod", "--empty", NULL});
	world_start(stage, NULL);
	sign_up_seller(stage, "first@example.com", "First Shop");
	stage_expect(stage, "Inventory");
	assert_int_equal(count_rows("sellers"), 1);
	stage_press(stage, K_ESC "n");
	stage_press(stage, "First of all" K_TAB "New" K_TAB "5" K_ENTER "y");
	stage_expect(stage, "First of all");
	stage_expect(stage, "5.00");
	world_go(stage, "sign out");
	stage_expect(stage, "guest");
	stage_expect(stage, "First of all");
	stage_expect(stage, "First Shop");
}

/* ---- buying ---- */

static void fill_cart(struct stage *stage, const char *often)
{
	stage_press(stage, "/decaf" K_ENTER);
	stage_press(stage, often);
	stage_press(stage, "c" K_ENTER);
	stage_expect(stage, "Checkout");
}

static void test_buys_two(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	open_first();
	world_sign_in(stage, WORLD_CLIENT);
	fill_cart(stage, "aa");
	stage_expect(stage, "26.00");
	stage_press(stage, K_ENTER);
	assert_int_equal(count_rows("purchases"), 0);
	stage_press(stage, "y");
	stage_expect(stage, "Bought");
	stage_expect(stage, "26.00");
	assert_int_equal(requests("POST", "/Purchase", NULL), 2);
	assert_int_equal(count_rows("purchases"), 2);
	assert_string_equal(field_of("purchases", "product_name", SECOND, "client_name"), "Ada Example");
	assert_string_equal(field_of("purchases", "product_name", SECOND, "seller_name"), "Grace Roasters");
	assert_string_equal(field_of("purchases", "product_name", SECOND, "price"), "13");
	stage_press(stage, K_ESC "c");
	stage_expect(stage, "The cart is empty");
}

static void test_failure_in_the_middle(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	open_first();
	world_sign_in(stage, WORLD_CLIENT);
	stage_press(stage, "/yirga" K_ENTER);
	stage_press(stage, "aa");
	stage_press(stage, K_ESC K_ESC);
	fill_cart(stage, "aaa");
	world_order(&world.first,
		    "{\"do\":\"fail\",\"method\":\"POST\",\"path\":\"/Purchase\",\"nth\":4,\"count\":-1,\"status\":400}");
	stage_press(stage, "y");
	stage_expect(stage, "Not all of it was bought");
	stage_expect(stage, "2 of 2");
	stage_expect(stage, "1 of 3");
	stage_expect(stage, "the rest is still in the cart");
	stage_expect(stage, "42.00");
	assert_int_equal(count_rows("purchases"), 3);
	/* What is missing is bought once, the rest not again. */
	clear_requests();
	stage_press(stage, K_ESC);
	stage_expect(stage, "2 ×  " SECOND);
	stage_expect_not(stage, FIRST);
	stage_press(stage, K_ENTER "y");
	stage_expect(stage, "Bought");
	assert_int_equal(requests("POST", "/Purchase", NULL), 2);
	assert_int_equal(count_rows("purchases"), 5);
}

/* Recorded, and then the answer was lost: it isn't asked for again. */
static void test_answer_lost(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	open_first();
	world_sign_in(stage, WORLD_CLIENT);
	fill_cart(stage, "aa");
	world_order(&world.first, "{\"do\":\"fail\",\"method\":\"POST\",\"path\":\"/Purchase\",\"nth\":1,\"count\":1,"
				  "\"status\":0,\"record\":true}");
	stage_press(stage, "y");
	stage_expect(stage, "Not all of it was bought");
	stage_expect(stage, "1 of 2");
	assert_int_equal(requests("POST", "/Purchase", NULL), 1);
	stage_press(stage, K_ESC);
	stage_expect(stage, "1 ×  " SECOND);
	stage_press(stage, K_ENTER "y");
	stage_expect(stage, "Bought");
	assert_int_equal(count_rows("purchases"), 2);
}

static void test_own_purchases_only(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_first((const char *const[]){"--base-path", "/Prod", NULL});
	add_purchase("Ada Example", "My own sencha");
	add_purchase("Somebody Else", "Somebody's secret");
	world_start(stage, NULL);
	world_sign_in(stage, WORLD_CLIENT);
	world_go(stage, "purchases");
	stage_expect(stage, "My own sencha");
	stage_expect(stage, "19.80");
	stage_expect_not(stage, "secret");
	stage_expect_not(stage, "Status");
	stage_press(stage, K_ENTER);
	stage_expect(stage, "Purchases › Purchase");
	stage_expect(stage, "My own sencha");
	stage_expect_not(stage, "cancel");
	/* It has never been in this shop. */
	stage_press(stage, "b");
	stage_expect(stage, "Nothing of this can be bought any more");
	stage_expect_not(stage, "Cart 1");
}

/* Its purchases know products by name only; that is enough. */
static void test_buys_again(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	open_first();
	add_product(SECOND ", twice", "99");
	world_sign_in(stage, WORLD_CLIENT);
	fill_cart(stage, "aa");
	stage_press(stage, "y");
	stage_press(stage, K_ENTER);
	stage_press(stage, K_ENTER);
	stage_expect(stage, "Purchases › Purchase");
	stage_expect(stage, "b buy again");
	stage_press(stage, "b");
	stage_expect(stage, "All of it is in the cart");
	stage_press(stage, "c");
	stage_expect(stage, "2 ×  " SECOND "  ");
	stage_expect(stage, "26.00");
	stage_press(stage, K_ENTER "y");
	stage_expect(stage, "Bought");
	assert_int_equal(count_rows("purchases"), 4);
}

static void test_no_purchases(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	open_first();
	world_sign_in(stage, WORLD_CLIENT);
	world_go(stage, "purchases");
	stage_expect(stage, "Nothing bought yet");
}

/* ---- selling ---- */

static void test_creates_a_product(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	open_first();
	world_sign_in(stage, WORLD_SELLER);
	stage_press(stage, K_ESC "n");
	stage_expect(stage, "A new product");
	stage_expect_not(stage, "Stock");
	stage_expect_not(stage, "Picture");
	stage_expect_not(stage, "Description");
	stage_press(stage, "Kyoto dripper" K_TAB "Kitchen" K_TAB "129.9" K_ENTER);
	/* It is looked at first, as it will be understood. */
	stage_expect(stage, "Price        129.90");
	assert_int_equal(requests("POST", "/Product", NULL), 0);
	stage_press(stage, "y");
	stage_expect(stage, "Kyoto dripper");
	stage_expect(stage, "129.90");
	assert_int_equal(requests("POST", "/Product", NULL), 1);
	assert_string_equal(field_of("products", "name", "Kyoto dripper", "category"), "Kitchen");
	assert_string_equal(field_of("products", "name", "Kyoto dripper", "seller_id"),
			    field_of("sellers", "email", WORLD_SELLER, "id"));
}

static void test_changes_a_product(void **state)
{
	struct stage *stage = world.stage;
	char id[64], path[128];

	(void)state;
	open_first();
	snprintf(id, sizeof id, "%s", field_of("products", "name", SECOND, "id"));
	snprintf(path, sizeof path, "/Product/%s", id);
	world_sign_in(stage, WORLD_SELLER);
	/* In the grid, */
	stage_press(stage, K_ESC "/decaf" K_ENTER);
	stage_press(stage, "e13.25" K_ENTER "w");
	stage_expect(stage, "13.25");
	assert_int_equal(requests("PATCH", path, NULL), 0);
	stage_press(stage, "y");
	stage_expect(stage, "Saved");
	assert_int_equal(requests("PATCH", path, NULL), 1);
	assert_string_equal(field_of("products", "id", id, "price"), "13.25");
	/* and in the form. */
	stage_press(stage, K_ENTER);
	stage_expect(stage, "Inventory › Product");
	stage_expect(stage, "13.25");
	/* What has been saved is no change any more. */
	stage_press(stage, K_ESC);
	stage_expect_not(stage, "Leave it?");
	stage_press(stage, K_ENTER);
	stage_press(stage, K_CTRL_U "Huila decaf, anew" K_ENTER "y");
	stage_expect(stage, "Huila decaf, anew");
	assert_string_equal(field_of("products", "id", id, "name"), "Huila decaf, anew");
	assert_string_equal(field_of("products", "id", id, "price"), "13.25");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WORLD_TEST(test_browse),
	    WORLD_TEST(test_search),
	    WORLD_TEST(test_filter_and_sort),
	    WORLD_TEST(test_prices),
	    WORLD_TEST(test_empty_platform),
	    WORLD_TEST(test_client),
	    WORLD_TEST(test_wrong_password),
	    WORLD_TEST(test_seller),
	    WORLD_TEST(test_sign_up),
	    WORLD_TEST(test_sign_up_refused),
	    WORLD_TEST(test_first_seller),
	    WORLD_TEST(test_buys_two),
	    WORLD_TEST(test_failure_in_the_middle),
	    WORLD_TEST(test_answer_lost),
	    WORLD_TEST(test_own_purchases_only),
	    WORLD_TEST(test_buys_again),
	    WORLD_TEST(test_no_purchases),
	    WORLD_TEST(test_creates_a_product),
	    WORLD_TEST(test_changes_a_product),
	};

	return world_run(tests);
}
