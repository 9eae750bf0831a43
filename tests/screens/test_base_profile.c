/* The storefront against the first platform: what that offers, as far as it goes. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/screens/first.h"


/* ---- looking around ---- */

static void test_browse(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	first_open();
	stage_expect(stage, FIRST_PRODUCT);
	stage_expect(stage, "guest");
	stage_expect(stage, "Grace Roasters");
	stage_expect(stage, "14.50");
	/* No stock is known, and nobody says that all is sold out. */
	stage_expect_not(stage, "Left");
	stage_expect_not(stage, "sold out");
	stage_press(stage, "/" FIRST_PRODUCT K_ENTER K_ENTER);
	stage_expect(stage, "Shop › Product");
	stage_expect(stage, "14.50");
	stage_expect(stage, "Also from Grace Roasters");
	stage_expect_not(stage, " left");
	stage_expect_not(stage, "sold out");
}

static void test_search(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	first_open();
	stage_press(stage, "/decaf");
	stage_expect(stage, "▌ " FIRST_OTHER);
	stage_expect_not(stage, FIRST_PRODUCT);
	stage_press(stage, K_CTRL_U "CAFE CREME");
	stage_expect(stage, "Café crème cups");
	stage_press(stage, K_CTRL_U "zzzz");
	stage_expect(stage, "Nothing here fits.");
	stage_press(stage, K_ESC);
	stage_expect(stage, FIRST_PRODUCT);
}

static void test_filter_and_sort(void **state)
{
	struct stage *stage = world.stage;
	int x, dear, cheap;

	(void)state;
	first_open();
	stage_press(stage, "f");
	stage_expect(stage, "Price from");
	stage_expect_not(stage, "In stock");
	/* All categories, Coffee, Kitchen. */
	stage_press(stage, K_UP K_RIGHT K_RIGHT K_ENTER);
	stage_expect(stage, "Kitchen");
	stage_expect(stage, "Old grinder");
	stage_expect_not(stage, FIRST_PRODUCT);
	stage_press(stage, "f10" K_TAB "50" K_ENTER);
	stage_expect(stage, "Café crème cups");
	stage_expect_not(stage, "Tin with a dent");
	stage_expect_not(stage, "Filter papers");
	stage_press(stage, K_ESC);
	stage_expect(stage, FIRST_PRODUCT);
	stage_press(stage, "s" K_DOWN K_DOWN K_ENTER);
	assert_true(stage_find(stage, "Filter papers", &x, &cheap));
	assert_true(stage_find(stage, "Café crème cups", &x, &dear));
	assert_true(cheap < dear);
}

static void test_prices(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_first((const char *const[]){"--base-path", "/Prod", NULL});
	first_add_product("Half a dozen", "12.5");
	first_add_product("Much too exact", "1.23456");
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
	stage_expect(stage, "Nobody sells anything here yet");
	stage_expect_not(stage, "offline");
	/* Somebody comes to sell, and to buy. */
	stage_press(stage, ":sign up" K_ENTER);
	stage_expect(stage, "Mobile");
	stage_press(stage, K_ESC "f");
	stage_press(stage, K_ESC "r");
	stage_expect(stage, "Nobody sells anything here yet");
}

/* ---- accounts ---- */

static void test_client(void **state)
{
	struct stage *stage = world.stage;
	char path[128];

	(void)state;
	first_open();
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
	stage_expect_not(stage, "password");
	stage_expect_not(stage, "Delete");
	stage_press(stage, "epD");
	stage_expect(stage, "Your account");
	snprintf(path, sizeof path, "/Client/%s", first_field("clients", "email", WORLD_CLIENT, "id"));
	assert_true(first_requests("GET", path, NULL) > 0);
	stage_press(stage, K_END K_ENTER);
	stage_expect(stage, "guest");
}

static void test_wrong_password(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	first_open();
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
	first_open();
	world_sign_in(stage, WORLD_SELLER);
	stage_expect(stage, "Inventory");
	stage_expect(stage, FIRST_PRODUCT);
	stage_expect_not(stage, "sencha");
	stage_expect_not(stage, "Dashboard");
	stage_expect_not(stage, "Sales");
	world_go(stage, "account");
	stage_expect(stage, "Grace Roasters");
	snprintf(path, sizeof path, "/Seller/%s", first_field("sellers", "email", WORLD_SELLER, "id"));
	assert_true(first_requests("GET", path, authorization) > 0);
	assert_int_equal(strncmp(authorization, "eyJ", 3), 0);
	assert_null(strchr(authorization, ' '));
}

static void test_sign_up(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	first_open();
	world_go(stage, "sign up");
	stage_press(stage, "new@example.com" K_TAB WORLD_PASSWORD K_TAB WORLD_PASSWORD K_TAB "New Client" K_TAB
			   "+34600000001" K_ENTER);
	assert_string_equal(first_field("clients", "email", "new@example.com", "full_name"), "New Client");
	assert_string_equal(first_field("clients", "email", "new@example.com", "mobile"), "+34600000001");
	/* The account is no good before its link was opened, and that is said. */
	stage_expect(stage, "Your account is made. Open the link in the mail");
	stage_expect(stage, "new@example.com");
	stage_expect_not(stage, "already");
	stage_press(stage, WORLD_PASSWORD K_ENTER);
	stage_expect(stage, "This account is not confirmed yet: open the link in the mail");
	first_confirm("new@example.com");
	stage_press(stage, K_ENTER);
	stage_expect(stage, "new@example.com");
	stage_expect(stage, "Purchases");
}

/* The answer was lost, but the account is there: whoever sends it again is signed in, or told what is missing. */
static void test_sign_up_lost(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	first_open();
	world_order(&world.first,
		    "{\"do\":\"fail\",\"method\":\"POST\",\"path\":\"/Client\",\"status\":0,\"record\":true}");
	world_go(stage, "sign up");
	stage_press(stage, "new@example.com" K_TAB WORLD_PASSWORD K_TAB WORLD_PASSWORD K_TAB "New Client" K_TAB
			   "+34600000001" K_ENTER);
	stage_expect(stage, "It isn't known whether the account was made");
	stage_press(stage, K_ESC K_ESC);
	stage_expect_not(stage, "has not been made");
	stage_expect(stage, "It isn't known whether the account was made. Leave all");
	stage_press(stage, K_ESC K_ENTER);
	stage_expect(stage, "Your account is made. Open the link in the mail");
	assert_int_equal(first_count("clients"), 2);
	stage_expect(stage, "new@example.com");
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
	first_open();
	sign_up_seller(stage, WORLD_CLIENT, "Somebody");
	stage_expect(stage, "There is an account with this address already");
	assert_int_equal(first_count("sellers"), 2);
}

/* Where there was nothing at all: no seller, no product, no purchase. */
static void test_first_seller(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_first((const char *const[]){"--base-path", "/Prod", "--empty", NULL});
	world_start(stage, NULL);
	sign_up_seller(stage, "first@example.com", "First Shop");
	stage_expect(stage, "Your account is made.");
	first_confirm("first@example.com");
	stage_press(stage, WORLD_PASSWORD K_ENTER);
	stage_expect(stage, "Inventory");
	assert_int_equal(first_count("sellers"), 1);
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
	first_open();
	world_sign_in(stage, WORLD_CLIENT);
	fill_cart(stage, "aa");
	stage_expect(stage, "26.00");
	stage_press(stage, K_ENTER);
	assert_int_equal(first_count("purchases"), 0);
	stage_press(stage, "y");
	stage_expect(stage, "Bought");
	stage_expect(stage, "26.00");
	assert_int_equal(first_requests("POST", "/Purchase", NULL), 2);
	assert_int_equal(first_count("purchases"), 2);
	assert_string_equal(first_field("purchases", "product_name", FIRST_OTHER, "client_name"), "Ada Example");
	assert_string_equal(first_field("purchases", "product_name", FIRST_OTHER, "seller_name"), "Grace Roasters");
	assert_string_equal(first_field("purchases", "product_name", FIRST_OTHER, "price"), "13");
	stage_press(stage, K_ESC "c");
	stage_expect(stage, "The cart is empty");
}

static void test_failure_in_the_middle(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	first_open();
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
	assert_int_equal(first_count("purchases"), 3);
	/* What is missing is bought once, the rest not again. */
	first_clear();
	stage_press(stage, K_ESC);
	stage_expect_units(stage, FIRST_OTHER, 2);
	stage_expect_not(stage, FIRST_PRODUCT);
	stage_press(stage, K_ENTER "y");
	stage_expect(stage, "Bought");
	assert_int_equal(first_requests("POST", "/Purchase", NULL), 2);
	assert_int_equal(first_count("purchases"), 5);
}

/* Recorded, and then the answer was lost: it isn't asked for again. */
static void test_answer_lost(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	first_open();
	world_sign_in(stage, WORLD_CLIENT);
	fill_cart(stage, "aa");
	world_order(&world.first, "{\"do\":\"fail\",\"method\":\"POST\",\"path\":\"/Purchase\",\"nth\":1,\"count\":1,"
				  "\"status\":0,\"record\":true}");
	stage_press(stage, "y");
	stage_expect(stage, "Not all of it was bought");
	stage_expect(stage, "1 of 2");
	assert_int_equal(first_requests("POST", "/Purchase", NULL), 1);
	stage_press(stage, K_ESC);
	stage_expect_units(stage, FIRST_OTHER, 1);
	stage_press(stage, K_ENTER "y");
	stage_expect(stage, "Bought");
	assert_int_equal(first_count("purchases"), 2);
}

static void test_own_purchases_only(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_first((const char *const[]){"--base-path", "/Prod", NULL});
	first_add_purchase("Ada Example", "My own sencha");
	first_add_purchase("Somebody Else", "Somebody's secret");
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
	stage_press(stage, "a");
	stage_expect(stage, "Nothing of this can be bought any more");
	stage_expect_not(stage, "Cart 1");
}

/* Its purchases know products by name only; that is enough. */
static void test_buys_again(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	first_open();
	first_add_product(FIRST_OTHER ", twice", "99");
	world_sign_in(stage, WORLD_CLIENT);
	fill_cart(stage, "aa");
	stage_press(stage, "y");
	stage_press(stage, K_ENTER);
	stage_press(stage, K_ENTER);
	stage_expect(stage, "Purchases › Purchase");
	stage_expect(stage, "a buy again");
	stage_press(stage, "a");
	stage_expect(stage, "All of it is in the cart");
	stage_press(stage, "c");
	stage_expect_units(stage, FIRST_OTHER, 2);
	stage_expect(stage, "26.00");
	stage_press(stage, K_ENTER "y");
	stage_expect(stage, "Bought");
	assert_int_equal(first_count("purchases"), 4);
}

static void test_no_purchases(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	first_open();
	world_sign_in(stage, WORLD_CLIENT);
	world_go(stage, "purchases");
	stage_expect(stage, "You haven't bought anything yet");
}

/* ---- selling ---- */

static void test_creates_a_product(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	first_open();
	world_sign_in(stage, WORLD_SELLER);
	stage_press(stage, K_ESC "n");
	stage_expect(stage, "A new product");
	stage_expect_not(stage, "Stock");
	stage_expect_not(stage, "Picture");
	stage_expect_not(stage, "Description");
	stage_press(stage, "Kyoto dripper" K_TAB "Kitchen" K_TAB "129.9" K_ENTER);
	/* It is looked at first, as it will be understood. */
	stage_expect(stage, "Price     129.90");
	assert_int_equal(first_requests("POST", "/Product", NULL), 0);
	stage_press(stage, "y");
	stage_expect(stage, "Kyoto dripper");
	stage_expect(stage, "129.90");
	assert_int_equal(first_requests("POST", "/Product", NULL), 1);
	assert_string_equal(first_field("products", "name", "Kyoto dripper", "category"), "Kitchen");
	assert_string_equal(first_field("products", "name", "Kyoto dripper", "seller_id"),
			    first_field("sellers", "email", WORLD_SELLER, "id"));
}

static void test_changes_a_product(void **state)
{
	struct stage *stage = world.stage;
	char id[64], path[128];

	(void)state;
	first_open();
	snprintf(id, sizeof id, "%s", first_field("products", "name", FIRST_OTHER, "id"));
	snprintf(path, sizeof path, "/Product/%s", id);
	world_sign_in(stage, WORLD_SELLER);
	/* In the grid, */
	stage_press(stage, K_ESC "/decaf" K_ENTER);
	stage_press(stage, "e13.25" K_ENTER "w");
	stage_expect(stage, "13.25");
	assert_int_equal(first_requests("PATCH", path, NULL), 0);
	stage_press(stage, "y");
	stage_expect(stage, "Saved");
	assert_int_equal(first_requests("PATCH", path, NULL), 1);
	assert_string_equal(first_field("products", "id", id, "price"), "13.25");
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
	assert_string_equal(first_field("products", "id", id, "name"), "Huila decaf, anew");
	assert_string_equal(first_field("products", "id", id, "price"), "13.25");
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
	    WORLD_TEST(test_sign_up_lost),
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
