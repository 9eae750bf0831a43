/* The network goes, the platform goes, the program is killed, at every step of a purchase: there is exactly one, or
 * none and the buyer is told so. */
#include <signal.h>
#include <stdio.h>

#include "tests/screens/world.h"

#define FIRST "Yirgacheffe, washed, 250 g"

static void kill_program(struct stage *stage)
{
	stage_signal(stage, SIGKILL);
	stage_wait_end(stage);
}

static void begin(struct stage *stage)
{
	world_order(&world.proxy, "{\"do\":\"clear\"}");
	world_start(stage, NULL);
	if (!stage_shows(stage, WORLD_CLIENT))
		world_sign_in(stage, WORLD_CLIENT);
}

/* After it was killed: whoever comes back is told what became of it, unless there was nothing yet. */
static void expect_settled(struct stage *stage, int before, bool begun)
{
	world_order(&world.proxy, "{\"do\":\"clear\"}");
	world_order(&world.proxy, "{\"do\":\"up\"}");
	world_start(stage, NULL);
	int made = world_purchases(WORLD_CLIENT) - before;
	print_message("%d made\n", made);
	assert_true(made == 0 || made == 1);
	if (!begun)
		assert_int_equal(made, 0);
	else if (made)
		stage_expect(stage, "is settled: bought");
	else
		stage_expect(stage, "was not made");
	/* Told once, and asked no more. */
	stage_leave(stage);
	world_start(stage, NULL);
	stage_expect_not(stage, "settled");
	assert_int_equal(world_purchases(WORLD_CLIENT) - before, made);
	stage_leave(stage);
}

static void world_for_buying(void)
{
	world_demo();
	world_proxy();
}

/* Keys up to where the network goes, and those after it; then the program is killed. */
static void test_network_gone_and_killed(void **state)
{
	static const struct {
		const char *before, *after;
		bool begun; /* by then a purchase may have left */
	} cases[] = {
	    {"", "ac" K_ENTER, false},	 {"a", "c" K_ENTER, false}, {"ac", K_ENTER, false},
	    {"ac" K_ENTER, "", false},	 {"ac" K_ENTER, "y", true},
	};
	struct stage *stage = world.stage;

	(void)state;
	world_for_buying();
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		print_message("case %zu\n", i);
		int before = world_purchases(WORLD_CLIENT);
		begin(stage);
		stage_press(stage, cases[i].before);
		world_order(&world.proxy, "{\"do\":\"down\"}");
		stage_type(stage, cases[i].after);
		stage_sync(stage);
		kill_program(stage);
		expect_settled(stage, before, cases[i].begun);
		/* What the cart keeps must not be in the way of the next case. */
		cJSON *cart = world_get("/Cart", world_token(WORLD_CLIENT));
		char body[128];
		snprintf(body, sizeof body, "{\"items\":[],\"version\":%d}",
			 (int)cJSON_GetNumberValue(cJSON_GetObjectItem(cart, "version")));
		cJSON_Delete(cart);
		cJSON_Delete(world_ask("PUT", "/Cart", world_token(WORLD_CLIENT), body).json);
	}
}

/* What the proxy does with the purchase, and the program is killed then. */
static void kill_during(const char *action, const char *event, const char *more)
{
	struct stage *stage = world.stage;

	world_for_buying();
	int before = world_purchases(WORLD_CLIENT);
	begin(stage);
	stage_press(stage, "ac" K_ENTER);
	world_rule("POST", "/Purchase", 1, -1, action, more);
	stage_type(stage, "y");
	world_wait_event(event, "POST", "/Purchase", 1);
	kill_program(stage);
	expect_settled(stage, before, true);
}

static void test_killed_before_it_arrives(void **state)
{
	(void)state;
	kill_during("hold_request", "held", NULL);
}

static void test_killed_before_the_reply(void **state)
{
	(void)state;
	kill_during("hold", "held", NULL);
}

static void test_killed_after_a_lost_request(void **state)
{
	(void)state;
	kill_during("drop_request", "request", NULL);
}

static void test_killed_after_a_lost_reply(void **state)
{
	(void)state;
	kill_during("drop", "request", NULL);
}

static void test_killed_after_a_cut_reply(void **state)
{
	(void)state;
	kill_during("cut", "request", NULL);
}

static void test_killed_among_errors(void **state)
{
	(void)state;
	kill_during("answer", "reply", "\"status\":503,\"after\":true,");
}

/* The platform itself is killed in the middle, and comes back with all that it had said yes to. */
static void test_platform_killed(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_empty_shop();
	world_sign_up("/Client", WORLD_CLIENT, "Ada");
	world_sign_up("/Seller", "s@example.com", "Seller");
	world_product("s@example.com", FIRST, "Coffee", "14.50", 10);
	world_proxy();
	begin(stage);
	stage_press(stage, "ac" K_ENTER);
	world_rule("POST", "/Purchase", 1, 1, "hold", NULL);
	stage_type(stage, "y");
	world_wait_event("held", "POST", "/Purchase", 1);
	world_kill_platform();
	world_order(&world.proxy, "{\"do\":\"down\"}");
	stage_until(stage, "Not known yet");
	world_restart_platform();
	world_order(&world.proxy, "{\"do\":\"up\"}");
	world_order(&world.proxy, "{\"do\":\"release\"}");
	stage_until(stage, "Bought");
	assert_int_equal(world_purchases(WORLD_CLIENT), 1);
	assert_int_equal(world_stock(FIRST), 9);
}

/* In mid-session: what is on screen stays, the header says so, and all goes on afterwards. */
static void test_platform_away_for_a_while(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_empty_shop();
	world_sign_up("/Client", WORLD_CLIENT, "Ada");
	world_sign_up("/Seller", "s@example.com", "Seller");
	world_product("s@example.com", FIRST, "Coffee", "14.50", 10);
	world_start(stage, NULL);
	world_sign_in(stage, WORLD_CLIENT);
	world_kill_platform();
	stage_type(stage, "a");
	stage_until(stage, "! offline");
	stage_expect(stage, FIRST);
	stage_expect(stage, "Cart 1");
	/* Keys still do what they can. */
	stage_type(stage, "c");
	stage_sync(stage);
	stage_expect_units(stage, FIRST, 1);
	world_restart_platform();
	stage_until_gone(stage, "! offline");
	stage_press(stage, K_ENTER);
	stage_press(stage, "y");
	stage_expect(stage, "Bought");
	assert_int_equal(world_purchases(WORLD_CLIENT), 1);
}

/* Whoever leaves the checkout while nothing is known is told later, wherever they are by then. */
static void test_left_while_unknown(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_for_buying();
	int before = world_purchases(WORLD_CLIENT);
	begin(stage);
	stage_press(stage, "ac" K_ENTER);
	world_rule("POST", "/Purchase", 1, 2, "answer", "\"status\":503,\"after\":true,");
	world_rule("POST", "/Purchase", 3, -1, "hold", NULL);
	stage_type(stage, "y");
	stage_until(stage, "Not known yet");
	stage_type(stage, K_ESC);
	stage_until(stage, "› Cart"); /* which the platform may have emptied by now */
	stage_type(stage, K_ESC);
	stage_sync(stage);
	world_order(&world.proxy, "{\"do\":\"release\"}");
	stage_until(stage, "is settled: bought");
	assert_int_equal(world_purchases(WORLD_CLIENT), before + 1);
}

/* The platform's copy of the cart is empty long before anybody knows why: what was left out isn't taken for bought. */
static void test_left_out_while_unknown(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_for_buying();
	int before = world_purchases(WORLD_CLIENT);
	begin(stage);
	stage_press(stage, "a" K_DOWN "a");
	world_change("decaf", "{\"stock\":0}");
	stage_press(stage, "c");
	stage_expect(stage, "out of stock: left out");
	stage_press(stage, K_ENTER);
	world_rule("POST", "/Purchase", 1, 2, "answer", "\"status\":503,\"after\":true,");
	world_rule("POST", "/Purchase", 3, -1, "hold", NULL);
	stage_type(stage, "y");
	stage_until(stage, "Not known yet");
	stage_type(stage, K_ESC);
	stage_until(stage, "out of stock: left out");
	stage_type(stage, "r" K_ESC "c");
	stage_sync(stage);
	world_order(&world.proxy, "{\"do\":\"release\"}");
	stage_until(stage, "is settled: bought");
	stage_quiet(stage);
	stage_expect_units(stage, "Huila decaf", 1);
	stage_expect_units(stage, FIRST, 0);
	cJSON *cart = world_get("/Cart", world_token(WORLD_CLIENT));
	assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(cart, "items")), 1);
	cJSON_Delete(cart);
	assert_int_equal(world_purchases(WORLD_CLIENT), before + 1);
}

/* The cart's own call is overtaken by the purchase, and refused, since by then the platform's copy is empty: what was
 * bought must not be put there again. */
static void test_the_cart_does_not_come_back(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_for_buying();
	int before = world_purchases(WORLD_CLIENT);
	begin(stage);
	world_rule("PUT", "/Cart", 1, 1, "hold_request", NULL);
	world_rule("POST", "/Purchase", 1, 1, "delay", "\"ms\":700,");
	stage_type(stage, "ac" K_ENTER "y");
	for (int64_t end = stage_now_ns() + (int64_t)STAGE_MS * 1000000; world_purchases(WORLD_CLIENT) == before;) {
		assert_true(stage_now_ns() < end);
		stage_pump(stage, 10);
	}
	world_order(&world.proxy, "{\"do\":\"release\"}");
	stage_quiet(stage);
	stage_expect(stage, "Bought");
	stage_press(stage, K_ESC "c");
	stage_expect(stage, "The cart is empty");
	cJSON *cart = world_get("/Cart", world_token(WORLD_CLIENT));
	assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(cart, "items")), 0);
	cJSON_Delete(cart);
	assert_int_equal(world_purchases(WORLD_CLIENT), before + 1);
}

/* The session ends in the middle, before or after the purchase was made: the way back leads on, and the cart is empty
 * then, on the platform too. */
static void sign_out_in_the_middle(const char *after)
{
	struct stage *stage = world.stage;
	char more[128];

	world_for_buying();
	int before = world_purchases(WORLD_CLIENT);
	begin(stage);
	stage_press(stage, "ac" K_ENTER);
	world_rule("POST", "/Login/Refresh", 1, -1, "answer",
		   "\"status\":401,\"body\":{\"code\":\"unauthenticated\",\"detail\":\"No\"},");
	snprintf(more, sizeof more, "\"status\":401,%s\"body\":{\"code\":\"unauthenticated\",\"detail\":\"No\"},",
		 after);
	world_rule("POST", "/Purchase", 1, 1, "answer", more);
	stage_press(stage, "y");
	stage_expect(stage, "E-mail");
	stage_press(stage, WORLD_CLIENT K_TAB WORLD_PASSWORD K_ENTER);
	if (world_purchases(WORLD_CLIENT) == before)
		stage_press(stage, "y");
	stage_expect(stage, "Bought");
	assert_int_equal(world_purchases(WORLD_CLIENT) - before, 1);
	stage_press(stage, K_ESC "c");
	stage_expect(stage, "The cart is empty");
	cJSON *cart = world_get("/Cart", world_token(WORLD_CLIENT));
	assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(cart, "items")), 0);
	cJSON_Delete(cart);
}

static void test_signed_out_before_it(void **state)
{
	(void)state;
	sign_out_in_the_middle("");
}

static void test_signed_out_after_it(void **state)
{
	(void)state;
	sign_out_in_the_middle("\"after\":true,");
}

/* The same after the checkout was left. */
static void test_signed_out_while_unknown(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_for_buying();
	int before = world_purchases(WORLD_CLIENT);
	begin(stage);
	stage_press(stage, "ac" K_ENTER);
	world_rule("POST", "/Login/Refresh", 1, -1, "answer",
		   "\"status\":401,\"body\":{\"code\":\"unauthenticated\",\"detail\":\"No\"},");
	world_rule("POST", "/Purchase", 1, 1, "answer", "\"status\":503,\"after\":true,");
	world_rule("POST", "/Purchase", 2, 1, "hold_request", NULL);
	world_rule("POST", "/Purchase", 3, 1, "answer",
		   "\"status\":401,\"body\":{\"code\":\"unauthenticated\",\"detail\":\"No\"},");
	stage_type(stage, "y");
	world_wait_event("held", "POST", "/Purchase", 1);
	stage_until(stage, "Not known yet");
	stage_type(stage, K_ESC);
	stage_until(stage, "E-mail");
	stage_type(stage, WORLD_CLIENT K_TAB WORLD_PASSWORD K_ENTER);
	stage_until(stage, "is settled: bought");
	stage_quiet(stage);
	stage_expect(stage, "The cart is empty");
	cJSON *cart = world_get("/Cart", world_token(WORLD_CLIENT));
	assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(cart, "items")), 0);
	cJSON_Delete(cart);
	assert_int_equal(world_purchases(WORLD_CLIENT), before + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WORLD_TEST(test_network_gone_and_killed),
	    WORLD_TEST(test_killed_before_it_arrives),
	    WORLD_TEST(test_killed_before_the_reply),
	    WORLD_TEST(test_killed_after_a_lost_request),
	    WORLD_TEST(test_killed_after_a_lost_reply),
	    WORLD_TEST(test_killed_after_a_cut_reply),
	    WORLD_TEST(test_killed_among_errors),
	    WORLD_TEST(test_platform_killed),
	    WORLD_TEST(test_platform_away_for_a_while),
	    WORLD_TEST(test_left_while_unknown),
	    WORLD_TEST(test_left_out_while_unknown),
	    WORLD_TEST(test_the_cart_does_not_come_back),
	    WORLD_TEST(test_signed_out_before_it),
	    WORLD_TEST(test_signed_out_after_it),
	    WORLD_TEST(test_signed_out_while_unknown),
	};

	return world_run(tests);
}
