/* A seller's way: prices, a new product with its picture, a sale shipped, the dashboard; each reply in turn goes
 * wrong. */
#include <stdio.h>

#include "tests/screens/faults.h"

#define FIRST "Yirgacheffe, washed, 250 g"

#define SIGN_IN ":sign in" K_ENTER WORLD_SELLER K_TAB WORLD_PASSWORD K_ENTER
#define PRICE "1#.25"
#define PRODUCT "New #" K_TAB "Things" K_TAB "1.00" K_TAB "5" K_TAB "Words." K_TAB "%/p.png" K_ENTER

static const struct step steps[] = {
    {SIGN_IN, "Inventory · Sales", K_ESC K_ESC K_ESC SIGN_IN},
    {K_ESC "/yirga" K_ENTER, "▌ " FIRST, "r"},
    {"e" PRICE K_ENTER, "1 changed, not sent", NULL},
    {"w", "Becomes", NULL},
    {"y", "Saved: 1 product", "ry"},
    {K_ESC K_ESC K_ESC "n", "A new product", "n"},
    {PRODUCT, "y sends it", NULL},
    {"y", "▌ New #", K_ENTER "y"},
    {K_ENTER, "Words.", NULL},
    {"\020" K_ENTER "y", "▌ New #", K_ENTER "y"},
    {":sales" K_ENTER, "▌ ", "r"},
    {K_ENTER, "placed", NULL},
    {"Sy", "hipped", NULL},
    {":dashboard" K_ENTER, "Best products", "r"},
};

static void write_picture(void)
{
	static const unsigned char png[] = {
	    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00,
	    0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x02, 0x00, 0x00, 0x00, 0x90, 0x77, 0x53, 0xDE, 0x00, 0x00, 0x00,
	    0x0C, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9C, 0x63, 0xF8, 0xCF, 0xC0, 0x00, 0x00, 0x03, 0x01, 0x01, 0x00, 0xC9,
	    0xFE, 0x92, 0xEF, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
	};
	char path[128];

	snprintf(path, sizeof path, "%s/p.png", world.folder);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(png, 1, sizeof png, file), sizeof png);
	fclose(file);
}

/* Somebody has just bought something. */
static void before(int walk)
{
	(void)walk;
	write_picture();
	world_buy(WORLD_CLIENT, "House espresso, 250 g");
}

static int count_named(const cJSON *rows, const char *member, const char *value)
{
	const cJSON *row;
	int count = 0;

	cJSON_ArrayForEach (row, rows)
		count += !strcmp(cJSON_GetStringValue(cJSON_GetObjectItem(row, member)), value);
	return count;
}

/* The price holds, the product is there once and without the picture that it had, and nothing waits to be shipped that
 * was shipped. */
static void after(int walk)
{
	char name[64], price[64];

	snprintf(name, sizeof name, "%s", faults_text("New #", walk));
	snprintf(price, sizeof price, "%s", faults_text(PRICE, walk));
	cJSON *json = world_get("/Product?limit=100", NULL);
	const cJSON *rows = cJSON_GetObjectItem(json, "products"), *row;
	assert_int_equal(count_named(rows, "name", name), 1);
	cJSON_ArrayForEach (row, rows) {
		if (!strcmp(cJSON_GetStringValue(cJSON_GetObjectItem(row, "name")), name))
			assert_false(cJSON_IsTrue(cJSON_GetObjectItem(row, "has_picture")));
		if (!strcmp(cJSON_GetStringValue(cJSON_GetObjectItem(row, "name")), FIRST))
			assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(row, "price")), price);
	}
	cJSON_Delete(json);
	json = world_get("/Sale?limit=1", world_token(WORLD_SELLER));
	rows = cJSON_GetObjectItem(json, "sales");
	assert_int_equal(count_named(rows, "status", "shipped"), 1);
	cJSON_Delete(json);
}

/* Nobody knows whether the product was saved: the seller looks, and sends it again only if it isn't there. */
static bool otherwise(struct stage *stage, const struct step *step, int walk)
{
	enum { ESCAPES = 4 };
	bool unknown = stage_shows(stage, "it may be saved all the same");

	if (strcmp(step->seen, "▌ New #") != 0 || (!unknown && !stage_shows(stage, "Inventory · Sales")))
		return false;
	/* Out of the message, the review and the fields. */
	for (int i = 0; unknown && i < ESCAPES && !stage_shows(stage, "Leave it?"); i++)
		stage_press(stage, K_ESC);
	stage_press(stage, unknown ? "yr" K_HOME : "r" K_HOME);
	if (unknown && !stage_shows(stage, faults_text(step->seen, walk))) {
		stage_press(stage, "n");
		stage_press(stage, faults_text(PRODUCT, walk));
		stage_press(stage, "y");
	}
	return true;
}

static const struct way way = {
    .steps = steps,
    .count = COUNT_OF(steps),
    .email = WORLD_SELLER,
    .password = WORLD_PASSWORD,
    .signs_in = 0,
    .otherwise = otherwise,
    .before = before,
    .after = after,
};

int main(void)
{
	return faults_main(&way);
}
