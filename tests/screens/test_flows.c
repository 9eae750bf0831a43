/* What buyers come for, from the cart to the receipt. */
#include <stdio.h>

#include "tests/screens/world.h"

#define PASTE(text) "\033[200~" text "\033[201~"
#define FIRST "Yirgacheffe, washed, 250 g"
#define SECOND "Huila decaf, 250 g"

static void test_sign_in(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	/* Exactly so: the cursor is in the e-mail field, Tab goes to the password, Enter sends. */
	stage_press(stage, ":");
	stage_press(stage, "sign in");
	stage_press(stage, K_ENTER);
	stage_expect(stage, "E-mail");
	assert_true(stage->cursor_visible);
	stage_press(stage, WORLD_CLIENT);
	stage_expect(stage, "▌ E-mail    " WORLD_CLIENT);
	stage_press(stage, K_TAB);
	stage_press(stage, WORLD_PASSWORD);
	stage_expect_not(stage, WORLD_PASSWORD);
	stage_forget(stage);
	stage_press(stage, K_ENTER);
	stage_expect(stage, "Shop · Cart · Purchases");
	stage_expect(stage, WORLD_CLIENT);
	assert_false(stage_saw(stage, WORLD_PASSWORD));
	/* It is there the next time, too, and goes when it is told to. */
	stage_leave(stage);
	world_start(stage, NULL);
	stage_expect(stage, WORLD_CLIENT);
	world_go(stage, "sign out");
	stage_expect(stage, "guest");
	stage_leave(stage);
	world_start(stage, NULL);
	stage_expect(stage, "guest");
}

static void test_wrong_password(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	stage_press(stage, ":sign in" K_ENTER WORLD_CLIENT K_TAB "Wrong-2026" K_ENTER);
	stage_expect(stage, "Wrong e-mail address or password");
	stage_press(stage, K_CTRL_U WORLD_PASSWORD K_ENTER);
	stage_expect(stage, "Purchases");
}

static void test_buys_in_four_keys(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	world_sign_in(stage, WORLD_CLIENT);
	int before = world_purchases(WORLD_CLIENT);
	long stock = world_stock(FIRST);
	stage_press(stage, "a");
	stage_press(stage, "c");
	stage_press(stage, K_ENTER);
	stage_expect(stage, "Checkout");
	/* Enter never buys. */
	stage_press(stage, K_ENTER K_ENTER);
	assert_int_equal(world_purchases(WORLD_CLIENT), before);
	stage_press(stage, "y");
	stage_expect(stage, "Bought");
	stage_expect(stage, FIRST);
	assert_int_equal(world_purchases(WORLD_CLIENT), before + 1);
	assert_int_equal(world_stock(FIRST), stock - 1);
	/* The cart is empty now. */
	stage_press(stage, K_ESC "c");
	stage_expect(stage, "The cart is empty");
	stage_expect_not(stage, "u undo");
}

/* What the list says of a product named so. */
static void expect_row(struct stage *stage, const char *name, const char *end)
{
	int x, y;

	if (!stage_find(stage, name, &x, &y))
		stage_fail(stage, "no %s", name);
	if (!strstr(stage_row(stage, y, false), end))
		stage_fail(stage, "no \"%s\" in the row of %s", end, name);
}

/* The first cell of the row that is selected. */
static void read_selected(struct stage *stage, char *name, size_t size)
{
	int x, y;

	assert_true(stage_find(stage, "▌ ", &x, &y));
	snprintf(name, size, "%s", strstr(stage_row(stage, y, false), "▌ ") + strlen("▌ "));
	assert_non_null(strstr(name, "  "));
	*strstr(name, "  ") = '\0';
}

/* The receipt comes where the checkout was, below what somebody looks at meanwhile. */
static void test_bought_behind(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_proxy();
	world_start(stage, NULL);
	world_sign_in(stage, WORLD_CLIENT);
	stage_press(stage, "ac" K_ENTER);
	world_rule("POST", "/Purchase", 1, 1, "hold", NULL);
	stage_type(stage, "y");
	world_wait_event("held", "POST", "/Purchase", 1);
	stage_type(stage, ":account" K_ENTER);
	stage_until(stage, "Checkout › Account");
	world_order(&world.proxy, "{\"do\":\"release\"}");
	stage_quiet(stage);
	stage_expect(stage, "Receipt › Account");
	stage_press(stage, K_ESC);
	stage_expect(stage, "✓ Bought");
}

/* The list behind a purchase knows what is left, wherever in it one was. */
static void test_stock_after_a_purchase(void **state)
{
	struct stage *stage = world.stage;
	char name[64], again[64], stock[32];

	(void)state;
	world_demo();
	world_start(stage, NULL);
	world_sign_in(stage, WORLD_CLIENT);
	stage_press(stage, K_DOWN);
	expect_row(stage, SECOND, "4 low");
	stage_press(stage, "ac" K_ENTER "y");
	stage_press(stage, K_ESC);
	stage_expect(stage, "▌ " SECOND);
	expect_row(stage, SECOND, "3 low");
	/* Far down, out of the first page. */
	stage_press(stage, K_PGDN K_PGDN K_PGDN K_PGDN K_PGDN K_PGDN);
	stage_expect_not(stage, SECOND);
	read_selected(stage, name, sizeof name);
	for (int i = 0; (strstr(name, "…") || world_stock(name) < 2) && i < 10; i++) {
		stage_press(stage, K_UP);
		read_selected(stage, name, sizeof name);
	}
	long before = world_stock(name);
	assert_true(before > 1);
	stage_press(stage, "ac" K_ENTER "y");
	stage_press(stage, K_ESC);
	assert_int_equal(world_stock(name), before - 1);
	snprintf(stock, sizeof stock, " %ld", before - 1);
	expect_row(stage, name, stock);
	read_selected(stage, again, sizeof again);
	assert_string_equal(again, name);
}

/* What was sold out meanwhile stays in the cart, here and on the platform, and can be bought later. */
static void test_what_was_left_out(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	world_sign_in(stage, WORLD_CLIENT);
	stage_press(stage, "a" K_DOWN "aac" K_ENTER);
	world_change("decaf", "{\"stock\":0}");
	stage_press(stage, "y");
	stage_expect(stage, "just sold out: left out");
	stage_until(stage, "▐  y  buy for");
	stage_press(stage, "y");
	stage_expect(stage, "Bought");
	stage_expect(stage, "Still in the cart: " SECOND);
	stage_expect(stage, "c cart");
	cJSON *cart = world_get("/Cart", world_token(WORLD_CLIENT));
	const cJSON *items = cJSON_GetObjectItem(cart, "items");
	assert_int_equal(cJSON_GetArraySize(items), 1);
	assert_int_equal(cJSON_GetNumberValue(cJSON_GetObjectItem(cJSON_GetArrayItem(items, 0), "quantity")), 2);
	cJSON_Delete(cart);
	world_change("decaf", "{\"stock\":9}");
	stage_press(stage, "c");
	stage_expect_units(stage, SECOND, 2);
	stage_expect_not(stage, FIRST);
	stage_expect(stage, "26.00");
	stage_press(stage, K_ENTER);
	stage_expect(stage, "y buy 26.00 EUR");
	stage_press(stage, "y");
	stage_expect(stage, "Bought");
	stage_expect_not(stage, "Still in the cart");
	assert_int_equal(world_stock(SECOND), 7);
}

static void test_cart_is_edited(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	world_sign_in(stage, WORLD_CLIENT);
	stage_press(stage, "a" K_DOWN "a");
	stage_expect(stage, "Cart 2");
	stage_press(stage, "c");
	stage_expect(stage, "u undo");
	stage_press(stage, K_ESC "u");
	stage_expect(stage, "Cart 1");
	stage_press(stage, "ac");
	stage_press(stage, "++-");
	stage_expect_units(stage, FIRST, 2);
	stage_press(stage, K_DOWN "3" K_ENTER);
	stage_expect_units(stage, SECOND, 3);
	stage_expect(stage, "68.00");
	stage_press(stage, "d");
	stage_expect_units(stage, SECOND, 0);
	stage_press(stage, "u");
	stage_expect_units(stage, SECOND, 3);
	/* More than there are is more than can be had. */
	stage_press(stage, K_DOWN "99" K_ENTER);
	stage_expect(stage, "Only 4 left");
	/* The platform has it, and another terminal sees it. */
	struct stage *other = &world.stages[1];
	world_start(other, NULL);
	world_sign_in(other, WORLD_CLIENT);
	stage_press(other, "c");
	stage_expect_units(other, FIRST, 2);
}

static void test_guests_cart_is_merged(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	world_sign_in(stage, WORLD_CLIENT);
	stage_press(stage, "a");
	world_go(stage, "sign out");
	stage_expect(stage, "guest");
	stage_press(stage, K_DOWN "a");
	world_sign_in(stage, WORLD_CLIENT);
	stage_press(stage, "c");
	stage_expect(stage, FIRST);
	stage_expect(stage, SECOND);
}

static void test_purchase_is_cancelled(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	world_sign_in(stage, WORLD_CLIENT);
	long stock = world_stock(FIRST);
	stage_press(stage, "ac" K_ENTER "y");
	stage_press(stage, K_ENTER);
	stage_expect(stage, "Status");
	stage_expect(stage, FIRST);
	stage_press(stage, K_ENTER);
	stage_expect(stage, "placed");
	stage_press(stage, "X");
	stage_expect(stage, "Cancel this purchase");
	stage_press(stage, K_ESC);
	assert_int_equal(world_stock(FIRST), stock - 1);
	stage_press(stage, "Xy");
	stage_expect(stage, "cancelled");
	assert_int_equal(world_stock(FIRST), stock);
	/* Buying it again puts it into the cart. */
	stage_press(stage, "a");
	stage_expect(stage, "in the cart");
	/* The same, however often one asks. */
	stage_press(stage, "aaa");
	stage_expect(stage, "All of it is in the cart");
	stage_press(stage, "c");
	stage_expect_units(stage, FIRST, 1);
}

static void test_new_client(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	world_go(stage, "sign up");
	stage_press(stage, "new@example.com" K_ENTER WORLD_PASSWORD K_ENTER WORLD_PASSWORD K_TAB "New Client" K_TAB
			   "+34600123459" K_ENTER);
	stage_expect(stage, "new@example.com");
	stage_expect(stage, "Purchases");
	world_go(stage, "account");
	stage_expect(stage, "New Client");
	stage_press(stage, "e" K_CTRL_U "Newer Client" K_ENTER);
	stage_expect(stage, "Newer Client");
	world_go(stage, "shop");
	stage_press(stage, "ac" K_ENTER "y");
	stage_expect(stage, "Bought");
	assert_int_equal(world_purchases("new@example.com"), 1);
	/* And goes again. */
	world_go(stage, "account");
	stage_press(stage, K_END K_ENTER "y");
	stage_expect(stage, "guest");
	struct answer answer =
	    world_ask("POST", "/Login", NULL, "{\"email\":\"new@example.com\",\"password\":\"" WORLD_PASSWORD "\"}");
	assert_int_equal(answer.status, 401);
	cJSON_Delete(answer.json);
}

/* From a guest's cart to the receipt: what was typed isn't asked for again, and the cart is there all the time. */
static void test_sign_up_in_mid_checkout(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_proxy();
	world_start(stage, NULL);
	stage_press(stage, "aac" K_ENTER);
	stage_expect(stage, "The cart stays as it is");
	stage_press(stage, "new@example");
	stage_press(stage, K_CTRL_N);
	stage_expect(stage, "▌ E-mail     new@example");
	stage_press(stage, ".com" K_TAB WORLD_PASSWORD K_TAB WORLD_PASSWORD K_TAB "New Client" K_TAB "+34600123459");
	/* The address has to be confirmed first. */
	world_rule("POST", "/Login", 1, 1, "answer",
		   "\"status\":403,\"body\":{\"code\":\"not_confirmed\",\"detail\":\"No\"},");
	world_rule("POST", "/Account/Confirm", 1, 1, "answer", "\"status\":200,\"body\":{\"message\":\"Confirmed\"},");
	stage_press(stage, K_ENTER);
	stage_expect(stage, "Sign in › Password");
	stage_expect(stage, "E-mail  new@example.com");
	stage_press(stage, "12345678" K_ENTER);
	stage_expect(stage, "Cart › Sign in");
	stage_expect(stage, "new@example.com");
	stage_expect(stage, "▌ Password");
	stage_press(stage, WORLD_PASSWORD K_ENTER);
	stage_expect(stage, "Cart › Checkout");
	stage_expect_units(stage, FIRST, 2);
	stage_press(stage, "y");
	stage_expect(stage, "Bought");
	assert_int_equal(world_purchases("new@example.com"), 1);
}

/* A choice is no field, but whoever types there wants to type, not to quit. */
static void test_letters_at_a_choice(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	world_go(stage, "sign up");
	/* It opens where an address can be typed; one that is typed at the choice above goes there, too. */
	stage_expect(stage, "▌ E-mail");
	stage_press(stage, K_UP);
	stage_expect(stage, "▌ I want to");
	stage_press(stage, "cqrs");
	stage_expect(stage, "▌ E-mail     cqrs");
	stage_press(stage, K_CTRL_U K_UP " " PASTE(" new@example.com\n") K_TAB);
	stage_expect(stage, "sell, as a seller");
	stage_expect(stage, "E-mail     new@example.com");
	stage_press(stage, K_UP K_UP "?");
	stage_expect(stage, "Make the account");
}

/* Until the platform has the cart, leaving would lose it. */
static void test_cart_on_its_way(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_proxy();
	world_start(stage, NULL);
	world_sign_in(stage, WORLD_CLIENT);
	world_rule("PUT", "/Cart", 1, 1, "hold", NULL);
	stage_type(stage, "a");
	world_wait_event("held", "PUT", "/Cart", 1);
	stage_type(stage, "q");
	stage_until(stage, "not saved yet");
	stage_type(stage, K_ESC);
	stage_until_gone(stage, "not saved yet");
	world_order(&world.proxy, "{\"do\":\"release\"}");
	stage_quiet(stage);
	stage_type(stage, "q");
	assert_int_equal(stage_wait_end(stage), 0);
}

/* Esc gives up what takes too long, and only then leaves. */
static void test_purchases_given_up(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_proxy();
	world_start(stage, NULL);
	world_sign_in(stage, WORLD_CLIENT);
	world_rule("GET", "/Purchase*", 1, 1, "hold", NULL);
	stage_type(stage, ":purchases" K_ENTER);
	stage_until(stage, "Looking for your purchases");
	stage_type(stage, K_ESC);
	stage_until(stage, "you stopped it");
	stage_expect(stage, "r tries again");
	world_order(&world.proxy, "{\"do\":\"release\"}");
	stage_press(stage, "r");
	stage_expect(stage, "Café de olla");
	stage_press(stage, K_ESC);
	stage_expect(stage, "All categories");
}

static void test_leaving_asks(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	world_go(stage, "sign up");
	stage_press(stage, "half an address");
	stage_press(stage, K_CTRL_C);
	stage_expect(stage, "leave Vitrine");
	stage_press(stage, K_ESC);
	stage_expect(stage, "half an address");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WORLD_TEST(test_sign_in),
	    WORLD_TEST(test_wrong_password),       WORLD_TEST(test_buys_in_four_keys),
	    WORLD_TEST(test_cart_is_edited),       WORLD_TEST(test_guests_cart_is_merged),
	    WORLD_TEST(test_purchase_is_cancelled), WORLD_TEST(test_new_client),
	    WORLD_TEST(test_sign_up_in_mid_checkout),
	    WORLD_TEST(test_letters_at_a_choice),
	    WORLD_TEST(test_cart_on_its_way),
	    WORLD_TEST(test_purchases_given_up),
	    WORLD_TEST(test_leaving_asks),
	    WORLD_TEST(test_stock_after_a_purchase), WORLD_TEST(test_bought_behind),
	    WORLD_TEST(test_what_was_left_out),
	};

	return world_run(tests);
}
