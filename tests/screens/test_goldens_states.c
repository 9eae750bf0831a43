/* The goldens of states that the other two leave out: away, on its way, waiting for an answer, in conflict. */
#include <stdio.h>

#include "tests/screens/scene.h"

static void go_moving(struct stage *stage, const char *name)
{
	stage_type(stage, ":");
	stage_type(stage, name);
	stage_type(stage, K_ENTER);
}

static void platform_goes(struct stage *stage)
{
	world_kill_platform();
	stage_type(stage, "r");
	stage_until(stage, "! offline");
}

static void platform_comes(struct stage *stage)
{
	world_restart_platform();
	stage_until_gone(stage, "! offline");
	stage_quiet(stage);
}

static void client_offline(struct stage *stage)
{
	world_demo();
	scene_open();
	world_sign_in(stage, WORLD_CLIENT);
	stage_press(stage, "a" K_ESC);
	platform_goes(stage);
	stage_type(stage, K_ENTER);
	scene_shot_moving("product-offline");
	go_moving(stage, "purchases");
	stage_until(stage, "Looking for your purchases"); /* what turns may have begun before */
	scene_shot_moving("purchases-offline");
	go_moving(stage, "account");
	scene_shot_moving("account-offline");
	platform_comes(stage);
}

/* Buying is begun when nobody is there any more. */
static void checkout_offline(struct stage *stage)
{
	world_demo();
	world_proxy();
	scene_open();
	world_sign_in(stage, WORLD_CLIENT);
	stage_press(stage, "ac" K_ENTER);
	world_order(&world.proxy, "{\"do\":\"down\"}");
	stage_type(stage, "y");
	stage_until(stage, "! offline");
	stage_until(stage, "attempt 2");
	stage_resize(stage, 40, 12);
	stage_until(stage, "attempt 3");
	stage_resize(stage, 80, 24);
	stage_sync(stage);
	stage_expect(stage, "You can leave");
	world_order(&world.proxy, "{\"do\":\"up\"}");
	stage_until(stage, "Bought");
	stage_quiet(stage);
}

static void seller_offline(struct stage *stage)
{
	world_demo();
	scene_open();
	world_sign_in(stage, WORLD_SELLER);
	stage_press(stage, K_ESC);
	platform_goes(stage);
	go_moving(stage, "sales");
	scene_shot_moving("sales-offline");
	go_moving(stage, "dashboard");
	scene_shot_moving("dashboard-offline");
	platform_comes(stage);
}

static void client_waits(struct stage *stage)
{
	world_demo();
	world_proxy();
	scene_open();
	world_rule("POST", "/Client", 1, -1, "hold", NULL);
	stage_press(stage, ":sign up" K_ENTER "a@example.com" K_TAB WORLD_PASSWORD K_TAB WORLD_PASSWORD K_TAB "A" K_TAB
			   "+34600123456");
	stage_type(stage, K_ENTER);
	scene_shot_moving("sign-up-sending");
	world_order(&world.proxy, "{\"do\":\"release\"}");
	stage_until(stage, "a@example.com");
	stage_quiet(stage);
	world_rule("GET", "/Client/*", 1, -1, "hold", NULL);
	go_moving(stage, "account");
	scene_shot_moving("account-loading");
	world_order(&world.proxy, "{\"do\":\"release\"}");
	stage_quiet(stage);
}

static void seller_waits(struct stage *stage)
{
	world_demo();
	world_proxy();
	scene_open();
	world_sign_in(stage, WORLD_SELLER);
	stage_press(stage, K_ESC "e15.25" K_ENTER "w");
	world_rule("POST", "/Product/Batch", 1, -1, "hold", NULL);
	stage_type(stage, "y");
	scene_shot_moving("review-sending");
	world_order(&world.proxy, "{\"do\":\"release\"}");
	stage_until(stage, "Saved: 1 product");
	stage_press(stage, K_ESC K_ESC "n");
	stage_press(stage, "Thing" K_TAB "Things" K_TAB "1.00" K_TAB "1");
	world_rule("POST", "/Product", 1, -1, "drop", NULL);
	stage_press(stage, K_CTRL_S);
	if (stage_shows(stage, "A new product"))
		stage_press(stage, K_TAB K_TAB K_ENTER "y");
	stage_until(stage, "it may be saved all the same");
	stage_until_gone(stage, "! offline"); /* the connection was cut, and is found to be there again */
	scene_shot("editor-unknown");
	world_order(&world.proxy, "{\"do\":\"clear\"}");
}

/* Somebody else was faster. */
static void editor_conflict(struct stage *stage)
{
	char path[128];

	world_demo();
	scene_open();
	world_sign_in(stage, WORLD_SELLER);
	stage_press(stage, K_ESC K_ENTER);
	stage_press(stage, K_CTRL_U "Yirgacheffe, natural");
	cJSON *json = world_get("/Product?limit=1", NULL);
	const cJSON *row = cJSON_GetArrayItem(cJSON_GetObjectItem(json, "products"), 0);
	snprintf(path, sizeof path, "/Product/%s", cJSON_GetStringValue(cJSON_GetObjectItem(row, "id")));
	cJSON_Delete(json);
	struct answer answer = world_ask("PATCH", path, world_token(WORLD_SELLER), "{\"name\":\"Yirgacheffe, honey\"}");
	assert_int_equal(answer.status, 200);
	cJSON_Delete(answer.json);
	stage_press(stage, K_ENTER "y");
	stage_expect(stage, "honey");
	scene_shot_looks("editor-conflict");
}

static void password_reset(struct stage *stage)
{
	world_demo();
	scene_open();
	world_go(stage, "sign in");
	stage_press(stage, "\007" WORLD_CLIENT K_ENTER); /* C-g */
	stage_press(stage, "\033[24~");
	scene_shot("password-reset");
}

static const struct scene scenes[] = {
    {"client_offline", client_offline}, {"checkout_offline", checkout_offline}, {"seller_offline", seller_offline},
    {"client_waits", client_waits},	{"seller_waits", seller_waits},		{"editor_conflict", editor_conflict},
    {"password_reset", password_reset},
};

int main(void)
{
	return scene_main(scenes, COUNT_OF(scenes));
}
