/* The goldens of what guests and clients see. */
#include "tests/screens/scene.h"

#include <stdio.h>

#define DEFAULT_PRODUCT "Yirgacheffe, washed, 250 g"

/* ---- the shop ---- */

static void shop(struct stage *stage)
{
	world_demo();
	scene_open();
	scene_shot_looks("shop");
	stage_press(stage, K_DOWN K_DOWN);
	scene_shot("shop-third");
	stage_press(stage, K_END);
	scene_shot("shop-end");
	stage_press(stage, K_HOME "s");
	scene_shot("shop-sort");
	stage_press(stage, K_ESC "/coffee");
	scene_shot("shop-search");
	stage_press(stage, K_CTRL_U "no such thing");
	scene_shot("shop-nothing");
}

static void shop_added(struct stage *stage)
{
	world_demo();
	scene_open();
	stage_press(stage, "a");
	stage_expect(stage, "Added 1");
	scene_shot_looks("shop-added");
}

static void shop_loading(struct stage *stage)
{
	world_demo();
	world_proxy();
	world_rule("GET", "/Product*", 1, -1, "hold", NULL);
	scene_open_moving();
	scene_shot_moving("shop-loading");
	world_order(&world.proxy, "{\"do\":\"release\"}");
	stage_quiet(stage);
}

static void shop_again(struct stage *stage)
{
	world_demo();
	world_proxy();
	scene_open();
	world_rule("GET", "/Product*", 1, -1, "hold", NULL);
	stage_type(stage, "r");
	scene_shot_moving("shop-again");
	scene_spinner(stage);
	golden_looks(stage, "shop-again-80x24");
	world_order(&world.proxy, "{\"do\":\"release\"}");
}

static void shop_empty(struct stage *stage)
{
	world_empty_shop();
	scene_open();
	scene_shot("shop-empty");
	(void)stage;
}

static void shop_offline(struct stage *stage)
{
	world_demo();
	scene_open();
	world_kill_platform();
	stage_type(stage, "r");
	stage_until(stage, "! offline");
	scene_shot_moving("shop-offline");
	scene_spinner(stage);
	golden_looks(stage, "shop-offline-80x24");
	world_restart_platform();
	stage_until_gone(stage, "! offline");
}

static void too_small(struct stage *stage)
{
	world_demo();
	scene_open();
	stage_resize(stage, 39, 12);
	stage_quiet(stage);
	golden_text(stage, "too-small-39x12");
	stage_resize(stage, 40, 11);
	stage_quiet(stage);
	golden_text(stage, "too-small-40x11");
	stage_resize(stage, 10, 3);
	stage_quiet(stage);
	golden_text(stage, "too-small-10x3");
	stage_resize(stage, 1, 1);
	stage_quiet(stage);
	stage_resize(stage, 80, 24);
	stage_quiet(stage);
	golden_text(stage, "too-small-no-more");
}

static void filter(struct stage *stage)
{
	world_demo();
	scene_open();
	stage_press(stage, "f");
	scene_shot_looks("filter");
	stage_press(stage, K_UP K_RIGHT K_TAB "50" K_TAB "20" K_ENTER);
	scene_shot("filter-error");
	stage_press(stage, K_CTRL_U "70" K_TAB K_RIGHT K_ENTER);
	scene_shot("shop-filtered");
}

static void filter_loading(struct stage *stage)
{
	world_demo();
	world_proxy();
	scene_open();
	world_rule("GET", "/Category", 1, -1, "hold", NULL);
	stage_type(stage, "f");
	scene_shot_moving("filter-loading");
	world_order(&world.proxy, "{\"do\":\"release\"}");
}

/* ---- one product ---- */

static void product(struct stage *stage)
{
	world_demo();
	scene_open();
	stage_press(stage, K_ENTER);
	stage_expect(stage, DEFAULT_PRODUCT);
	scene_shot_looks("product");
	stage_press(stage, K_TAB);
	scene_shot("product-others");
	stage_press(stage, K_ESC K_ESC "/한글" K_ENTER K_ENTER);
	scene_shot("product-wide");
}

static void product_gone(struct stage *stage)
{
	world_demo();
	world_proxy();
	scene_open();
	world_rule("GET", "/Product/*", 1, -1, "answer",
		   "\"status\":404,\"body\":{\"code\":\"not_found\",\"detail\":\"No\"},");
	stage_press(stage, K_ENTER);
	scene_shot("product-gone");
}

static void product_loading(struct stage *stage)
{
	world_demo();
	world_proxy();
	scene_open();
	world_rule("GET", "/Product*", 1, -1, "hold", NULL);
	stage_type(stage, K_ENTER);
	scene_shot_moving("product-loading");
	world_order(&world.proxy, "{\"do\":\"release\"}");
}

/* ---- buying ---- */

static void cart(struct stage *stage)
{
	world_demo();
	scene_open();
	stage_press(stage, "c");
	scene_shot("cart-empty");
	stage_press(stage, K_ESC "aa" K_DOWN "a" K_DOWN "ac");
	scene_shot_looks("cart");
	stage_press(stage, "12");
	scene_shot("cart-typing");
	stage_press(stage, K_ESC "d");
	scene_shot("cart-removed");
}

static void checkout(struct stage *stage)
{
	world_demo();
	world_proxy();
	scene_open();
	world_sign_in(stage, WORLD_CLIENT);
	stage_press(stage, "aa" K_DOWN "ac" K_ENTER);
	scene_shot_looks("checkout");
	world_rule("POST", "/Purchase", 1, 1, "hold", NULL);
	stage_type(stage, "y");
	world_wait_event("held", "POST", "/Purchase", 1);
	scene_shot_moving("checkout-buying");
	world_order(&world.proxy, "{\"do\":\"release\"}");
	stage_until(stage, "Bought");
	stage_quiet(stage);
	scene_shot_looks("receipt");
}

static void checkout_differs(struct stage *stage)
{
	world_demo();
	scene_open();
	world_sign_in(stage, WORLD_CLIENT);
	stage_press(stage, "aa" K_DOWN "ac" K_ENTER);
	world_change("yirgacheffe", "{\"price\":\"15.25\"}");
	stage_press(stage, "y");
	stage_expect(stage, "Not bought");
	scene_shot("checkout-differs");
	world_change("decaf", "{\"stock\":0}");
	stage_press(stage, "y");
	stage_expect(stage, "just sold out");
	scene_shot("checkout-left-out");
	world_change("yirgacheffe", "{\"price\":\"16.00\",\"stock\":1}");
	stage_press(stage, "y");
	scene_shot("checkout-both");
	stage_press(stage, K_ESC);
	scene_shot("cart-changed");
	stage_press(stage, K_ENTER);
	stage_press(stage, "y");
	stage_expect(stage, "Bought");
	scene_shot("receipt-left-out");
}

/* Where carts aren't kept, stock isn't counted, and nobody says in which currency. */
static void base(struct stage *stage)
{
	world_first((const char *const[]){"--base-path", "/Prod", NULL});
	scene_open();
	scene_shot("base-shop");
	world_sign_in(stage, WORLD_CLIENT);
	stage_press(stage, "aa" K_DOWN "ac" K_ENTER);
	scene_shot("base-checkout");
	stage_press(stage, "y");
	scene_shot("base-receipt");
	stage_press(stage, K_ENTER);
	scene_shot("base-purchases");
}

static void checkout_unknown(struct stage *stage)
{
	world_demo();
	world_proxy();
	scene_open();
	world_sign_in(stage, WORLD_CLIENT);
	stage_press(stage, "ac" K_ENTER);
	world_rule("POST", "/Purchase", 1, 1, "answer", "\"status\":503,\"after\":true,");
	world_rule("POST", "/Purchase", 2, 1, "hold", NULL);
	stage_type(stage, "y");
	world_wait_event("held", "POST", "/Purchase", 1);
	stage_until(stage, "Not known yet");
	scene_shot_moving("checkout-unknown");
	world_order(&world.proxy, "{\"do\":\"release\"}");
	stage_until(stage, "Bought");
}

static void purchases(struct stage *stage)
{
	world_demo();
	world_proxy();
	scene_open();
	world_sign_in(stage, WORLD_CLIENT);
	stage_press(stage, "ac" K_ENTER "y");
	world_go(stage, "purchases");
	scene_shot_looks("purchases");
	stage_press(stage, K_ENTER);
	scene_shot_looks("purchase");
	stage_press(stage, "X");
	scene_shot("purchase-question");
	stage_press(stage, "y");
	scene_shot("purchase-cancelled");
	stage_press(stage, K_ESC K_ESC);
	world_rule("GET", "/Purchase*", 1, -1, "hold", NULL);
	stage_press(stage, K_ESC);
	stage_type(stage, ":shop" K_ENTER ":purchases" K_ENTER);
	scene_shot_moving("purchases-loading");
	world_order(&world.proxy, "{\"do\":\"release\"}");
}

static void purchases_empty(struct stage *stage)
{
	world_empty_shop();
	world_sign_up("/Client", "new@example.com", "New Client");
	scene_open();
	world_sign_in(stage, "new@example.com");
	world_go(stage, "purchases");
	scene_shot("purchases-empty");
}

/* ---- accounts ---- */

static void welcome(struct stage *stage)
{
	world_demo();
	scene_open();
	world_go(stage, "welcome");
	scene_shot_looks("welcome");
	stage_press(stage, K_ESC);
	world_go(stage, "platform");
	scene_shot("platforms");
	stage_press(stage, K_CTRL_U "ftp://nowhere" K_ENTER);
	scene_shot("platforms-error");
}

static void sign_in(struct stage *stage)
{
	world_demo();
	world_proxy();
	scene_open();
	world_go(stage, "sign in");
	scene_shot_looks("sign-in");
	stage_press(stage, "ada@example.com" K_TAB "wrong" K_ENTER);
	scene_shot("sign-in-error");
	stage_press(stage, K_CTRL_U WORLD_PASSWORD);
	world_rule("POST", "/Login", 1, 1, "hold", NULL);
	stage_type(stage, K_ENTER);
	scene_shot_moving("sign-in-sending");
	world_order(&world.proxy, "{\"do\":\"release\"}");
	stage_quiet(stage);
}

static void sign_up(struct stage *stage)
{
	world_demo();
	scene_open();
	world_go(stage, "sign up");
	scene_shot("sign-up");
	stage_press(stage, "nobody" K_ENTER "short" K_ENTER K_ENTER);
	scene_shot("sign-up-error");
	stage_press(stage, K_ESC);
	stage_until(stage, "Leave it?");
	stage_press(stage, "y");
	world_go(stage, "sign in");
	stage_press(stage, "\007"); /* C-g */
	scene_shot("password-forgot");
}

static void account(struct stage *stage)
{
	world_demo();
	scene_open();
	world_sign_in(stage, WORLD_CLIENT);
	world_go(stage, "account");
	scene_shot_looks("account");
	stage_press(stage, "e");
	scene_shot("account-edit");
	stage_press(stage, K_ESC K_DOWN K_DOWN K_ENTER);
	scene_shot("account-password");
	stage_press(stage, K_ESC K_HOME K_ENTER);
	scene_shot("account-theme");
	stage_press(stage, K_ESC K_END K_ENTER);
	scene_shot("account-delete");
}

/* ---- what floats ---- */

static void floating(struct stage *stage)
{
	world_demo();
	scene_open();
	stage_press(stage, "?");
	scene_shot_looks("help");
	stage_press(stage, "cart");
	scene_shot("help-filtered");
	stage_press(stage, K_ESC ":");
	scene_shot_looks("palette");
	stage_press(stage, "si");
	scene_shot("palette-filtered");
	stage_press(stage, "zzz");
	scene_shot("palette-nothing");
}

static const struct scene scenes[] = {
    {"shop", shop},
    {"shop_added", shop_added},
    {"shop_loading", shop_loading},
    {"shop_again", shop_again},
    {"shop_empty", shop_empty},
    {"shop_offline", shop_offline},
    {"too_small", too_small},
    {"filter", filter},
    {"filter_loading", filter_loading},
    {"product", product},
    {"product_gone", product_gone},
    {"product_loading", product_loading},
    {"cart", cart},
    {"checkout", checkout},
    {"checkout_differs", checkout_differs},
    {"checkout_unknown", checkout_unknown},
    {"base", base},
    {"purchases", purchases},
    {"purchases_empty", purchases_empty},
    {"welcome", welcome},
    {"sign_in", sign_in},
    {"sign_up", sign_up},
    {"account", account},
    {"floating", floating},
};

int main(void)
{
	return scene_main(scenes, COUNT_OF(scenes));
}
