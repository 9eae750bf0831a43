/* The goldens of what sellers see. */
#include <stdio.h>

#include "tests/screens/scene.h"

static void open_seller(struct stage *stage)
{
	scene_open();
	world_sign_in(stage, WORLD_SELLER);
	stage_press(stage, K_ESC); /* the welcome's message */
}

static void inventory(struct stage *stage)
{
	world_demo();
	open_seller(stage);
	scene_shot_looks("inventory");
	stage_press(stage, "e15.25" K_ENTER);
	scene_shot("inventory-edited");
	stage_press(stage, K_UP K_UP "  ");
	scene_shot_looks("inventory-tagged");
	stage_press(stage, "b");
	scene_shot("bulk");
	stage_press(stage, K_ENTER);
	scene_shot("bulk-error");
	stage_press(stage, K_RIGHT K_RIGHT K_TAB "0.50" K_TAB K_RIGHT K_RIGHT K_TAB "-5");
	scene_shot_looks("bulk-preview");
}

static void inventory_search(struct stage *stage)
{
	world_demo();
	open_seller(stage);
	stage_press(stage, "/filter");
	scene_shot("inventory-search");
	stage_press(stage, K_CTRL_U "no such thing");
	scene_shot("inventory-nothing");
}

static void inventory_empty(struct stage *stage)
{
	world_empty_shop();
	world_sign_up("/Seller", "new@example.com", "New Seller");
	scene_open();
	world_sign_in(stage, "new@example.com");
	stage_press(stage, K_ESC);
	scene_shot("inventory-empty");
	world_go(stage, "sales");
	scene_shot("sales-empty");
	world_go(stage, "dashboard");
	scene_shot("dashboard-empty");
}

static void inventory_loading(struct stage *stage)
{
	world_demo();
	world_proxy();
	scene_open();
	world_rule("GET", "/Product*", 1, -1, "hold", NULL);
	stage_type(stage, ":sign in" K_ENTER WORLD_SELLER K_TAB WORLD_PASSWORD K_ENTER);
	stage_until(stage, WORLD_SELLER);
	stage_until(stage, "Inventory");
	stage_until(stage, "Sales 1"); /* the number of those to be shipped comes by itself */
	stage_type(stage, K_ESC);
	scene_shot_moving("inventory-loading");
	world_order(&world.proxy, "{\"do\":\"release\"}");
	stage_quiet(stage);
}

static void inventory_offline(struct stage *stage)
{
	world_demo();
	open_seller(stage);
	world_kill_platform();
	stage_type(stage, "r");
	stage_until(stage, "! offline");
	scene_shot_moving("inventory-offline");
	world_restart_platform();
	stage_until_gone(stage, "! offline");
}

static void review(struct stage *stage)
{
	world_demo();
	open_seller(stage);
	stage_press(stage, "e15.25" K_ENTER "w");
	scene_shot_looks("review");
	stage_press(stage, "y");
	scene_shot("review-sent");
}

/* Somebody else was faster. */
static void conflict(struct stage *stage)
{
	char path[128];

	world_demo();
	open_seller(stage);
	stage_press(stage, "e15.25" K_ENTER "w");
	cJSON *json = world_get("/Product?limit=1", NULL);
	const cJSON *row = cJSON_GetArrayItem(cJSON_GetObjectItem(json, "products"), 0);
	snprintf(path, sizeof path, "/Product/%s", cJSON_GetStringValue(cJSON_GetObjectItem(row, "id")));
	cJSON_Delete(json);
	struct answer answer = world_ask("PATCH", path, world_token(WORLD_SELLER), "{\"price\":\"16.00\",\"stock\":7}");
	assert_int_equal(answer.status, 200);
	cJSON_Delete(answer.json);
	stage_press(stage, "y");
	scene_shot_looks("review-conflict");
}

static void editor(struct stage *stage)
{
	world_demo();
	open_seller(stage);
	stage_press(stage, "n");
	scene_shot_looks("editor-new");
	stage_press(stage, K_ENTER);
	scene_shot("editor-error");
	stage_press(stage, "Cascara, 100 g" K_TAB "Coffee" K_TAB "1.234" K_TAB "25" K_TAB "Tea of the fruit.");
	scene_shot("editor-readings");
	stage_press(stage, K_UP K_UP K_CTRL_U "9,9" K_TAB);
	scene_shot("editor-meaning");
	stage_press(stage, K_ENTER);
	scene_shot_looks("editor-review-new");
	stage_press(stage, K_ESC K_ESC "y");
	stage_expect(stage, "Inventory");
	stage_press(stage, K_ENTER K_TAB K_TAB K_CTRL_U "15,5" K_ENTER);
	scene_shot("editor-review");
	stage_press(stage, K_ESC K_ESC "y");
	stage_expect(stage, "Inventory");
	stage_press(stage, K_ENTER);
	scene_shot("editor");
}

static void sales(struct stage *stage)
{
	world_demo();
	open_seller(stage);
	world_go(stage, "sales");
	scene_shot_looks("sales");
	stage_press(stage, K_ENTER);
	scene_shot_looks("sale");
	stage_press(stage, "X");
	scene_shot("sale-question");
	stage_press(stage, K_ESC "Sy");
	scene_shot("sale-shipped");
}

static void sales_loading(struct stage *stage)
{
	world_demo();
	world_proxy();
	open_seller(stage);
	world_rule("GET", "/Sale*", 1, -1, "hold", NULL);
	world_rule("GET", "/Seller/*", 1, -1, "hold", NULL);
	stage_type(stage, ":sales" K_ENTER);
	scene_shot_moving("sales-loading");
	stage_type(stage, ":dashboard" K_ENTER);
	scene_shot_moving("dashboard-loading");
	world_order(&world.proxy, "{\"do\":\"release\"}");
	stage_quiet(stage);
}

static void dashboard(struct stage *stage)
{
	world_demo();
	open_seller(stage);
	world_go(stage, "dashboard");
	scene_shot_looks("dashboard");
	stage_press(stage, "7");
	scene_shot("dashboard-week");
	stage_press(stage, "9");
	scene_shot("dashboard-quarter");
}

static void account(struct stage *stage)
{
	world_demo();
	open_seller(stage);
	world_go(stage, "account");
	scene_shot("account-seller");
	stage_press(stage, K_ESC "?");
	scene_shot("help-inventory");
}

static const struct scene scenes[] = {
    {"inventory", inventory},
    {"inventory_search", inventory_search},
    {"inventory_empty", inventory_empty},
    {"inventory_loading", inventory_loading},
    {"inventory_offline", inventory_offline},
    {"review", review},
    {"conflict", conflict},
    {"editor", editor},
    {"sales", sales},
    {"sales_loading", sales_loading},
    {"dashboard", dashboard},
    {"account", account},
};

int main(void)
{
	return scene_main(scenes, COUNT_OF(scenes));
}
