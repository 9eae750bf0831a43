/* Amounts and numbers as people type and read them, in their own locale: what reaches the platform is what they meant,
 * and what could be something else does not. */
#include <stdio.h>
#include <sys/stat.h>

#include "tests/screens/world.h"

#define PASTE(text) "\033[200~" text "\033[201~"
#define FIRST "Yirgacheffe, washed, 250 g"

/* In the locales that were made for the tests (tests/locales). */
static void open_in(struct stage *stage, const char *locale, const char *email)
{
	static char path[1024], leaks[1024];
	const char *folder = getenv("top_builddir"), *source = getenv("top_srcdir");
	const struct stage_options options = {.locale = locale, .env = {path, leaks}};

	snprintf(path, sizeof path, "LOCPATH=%s/tests/locales", folder ? folder : ".");
	snprintf(leaks, sizeof leaks, "LSAN_OPTIONS=suppressions=%s/tests/locales/lsan.supp:print_suppressions=0",
		 source ? source : ".");
	world_start(stage, &options);
	if (!email)
		return;
	world_sign_in(stage, email);
	stage_press(stage, K_ESC);
}

/* A member of the first product of that name; valid until the next call. */
static const char *member(const char *name, const char *key)
{
	static char text[64];
	cJSON *json = world_get("/Product?limit=100", NULL), *row;

	snprintf(text, sizeof text, "none");
	cJSON_ArrayForEach (row, cJSON_GetObjectItem(json, "products")) {
		const cJSON *value = cJSON_GetObjectItem(row, key);
		if (strcmp(cJSON_GetStringValue(cJSON_GetObjectItem(row, "name")), name) != 0)
			continue;
		if (cJSON_IsString(value))
			snprintf(text, sizeof text, "%s", value->valuestring);
		else
			snprintf(text, sizeof text, "%d", (int)cJSON_GetNumberValue(value));
	}
	cJSON_Delete(json);
	return text;
}

static void expect_member(struct stage *stage, const char *name, const char *key, const char *wanted)
{
	if (strcmp(member(name, key), wanted) != 0)
		stage_fail(stage, "%s of %s is %s, not %s", key, name, member(name, key), wanted);
}

static void shop_of_one(const char *price)
{
	world_empty_shop();
	world_sign_up("/Client", WORLD_CLIENT, "Ada");
	world_sign_up("/Seller", WORLD_SELLER, "Grace");
	world_product(WORLD_SELLER, "Desk", "Office", price, 20);
}

/* ---- typed ---- */

/* What is typed, or pasted, as a price in the grid: the price that the shop has then, or what is said instead. */
static const struct {
	const char *locale, *typed, *price, *said;
} prices[] = {
    {"C.UTF-8", "12,50", "12.50", NULL},
    {"C.UTF-8", "0,99", "0.99", NULL},
    {"C.UTF-8", "1,5", "1.50", NULL},
    {"C.UTF-8", PASTE("12,50"), "12.50", NULL},
    {"C.UTF-8", PASTE(" 1,234.50\n"), "1234.50", NULL},
    {"C.UTF-8", "1,234", "1234.00", NULL},
    {"C.UTF-8", "1.234", NULL, "1234.00 or 1.23?"},
    {"C.UTF-8", PASTE("1.234"), NULL, "1234.00 or 1.23?"},
    {"C.UTF-8", "-1", NULL, "Type an amount from 0.01"},
    {"C.UTF-8", "1e3", NULL, "Type an amount, such as 14.50"},
    {"C.UTF-8", "12abc", NULL, "Type an amount, such as 14.50"},
    {"C.UTF-8", "0x10", NULL, "Type an amount, such as 14.50"},
    {"C.UTF-8", PASTE("                                                            1234"), NULL, "Type an amount"},
    {"de_DE.UTF-8", "12.50", "12.50", NULL},
    {"de_DE.UTF-8", "1.234", "1234.00", NULL},
    {"de_DE.UTF-8", "1,234", NULL, "1234,00 or 1,23?"},
    {"fr_FR.UTF-8", "1 234,5", "1234.50", NULL},
    {"de_CH.UTF-8", "1'234.50", "1234.50", NULL},
};

static void test_typed_prices(void **state)
{
	struct stage *stage = world.stage;
	const char *locale = "";

	(void)state;
	for (size_t i = 0; i < COUNT_OF(prices); i++) {
		if (strcmp(locale, prices[i].locale) != 0) {
			if (*locale)
				stage_close(stage);
			else
				shop_of_one("99.00");
			open_in(stage, prices[i].locale, *locale ? NULL : WORLD_SELLER); /* who then stays signed in */
			locale = prices[i].locale;
		}
		char before[64];
		snprintf(before, sizeof before, "%s", member("Desk", "price"));
		stage_press(stage, "e");
		stage_press(stage, prices[i].typed);
		stage_press(stage, K_ENTER);
		if (prices[i].said) {
			stage_expect(stage, prices[i].said);
			stage_press(stage, K_ESC K_ESC);
			stage_expect_not(stage, "not sent");
		}
		stage_press(stage, "wy");
		expect_member(stage, "Desk", "price", prices[i].price ? prices[i].price : before);
		stage_press(stage, K_ESC);
	}
}

static void test_typed_stock(void **state)
{
	static const char *const none[] = {"1.5", "1,5", "0x10", "-1", "1e3", (PASTE("1.0")), "12345678", "7 7"};
	struct stage *stage = world.stage;

	(void)state;
	shop_of_one("99.00");
	open_in(stage, "C.UTF-8", WORLD_SELLER);
	stage_press(stage, K_TAB);
	for (size_t i = 0; i < COUNT_OF(none); i++) {
		stage_press(stage, "e");
		stage_press(stage, none[i]);
		stage_press(stage, K_ENTER);
		stage_expect(stage, "Type a whole number");
		stage_press(stage, K_ESC K_ESC);
	}
	stage_press(stage, "wy");
	expect_member(stage, "Desk", "stock", "20");
	stage_press(stage, "e1 234" K_ENTER "wy");
	expect_member(stage, "Desk", "stock", "1234");
}

static void test_typed_bulk(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	shop_of_one("100.00");
	open_in(stage, "C.UTF-8", WORLD_SELLER);
	/* It opens where a value is typed, and says what else there is to choose. */
	stage_press(stage, "b10,5");
	stage_expect(stage, "▌ Price      10,5");
	stage_press(stage, K_ENTER);
	stage_expect(stage, "choose with Left and Right what to do with it");
	stage_expect(stage, "▌ The price");
	/* By percent. */
	stage_press(stage, K_LEFT);
	stage_expect(stage, "changes by percent");
	stage_expect(stage, "110.50");
	stage_press(stage, K_ENTER "wy");
	expect_member(stage, "Desk", "price", "110.50");
	/* By an amount: what could be two things is none. */
	stage_press(stage, "b+1.234" K_UP K_RIGHT K_RIGHT K_ENTER);
	stage_expect(stage, "Is it 1234.00 or 1.23?");
	stage_press(stage, K_CTRL_U "-0,25" K_ENTER "wy");
	expect_member(stage, "Desk", "price", "110.25");
	/* Half a piece; what is typed at the choice of a rule is its value. */
	stage_press(stage, "b" K_DOWN K_LEFT "1,5" K_ENTER);
	stage_expect(stage, "▌ Stock      1,5");
	stage_expect(stage, "Type a whole number");
	stage_press(stage, K_CTRL_U "+5" K_ENTER "wy");
	expect_member(stage, "Desk", "stock", "25");
}

static void test_typed_filter(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	open_in(stage, "C.UTF-8", NULL);
	stage_press(stage, "f10,50" K_TAB "1.234" K_TAB);
	/* Said when the field is left; and what the other means stands behind it. */
	stage_expect(stage, "Price from  10,50  = 10.50");
	stage_expect(stage, "Is it 1234.00 or 1.23?");
	stage_press(stage, K_ENTER);
	stage_expect(stage, "What to show");
	stage_press(stage, K_CTRL_U "12,9" K_ENTER);
	stage_expect(stage, "10.50 to 12.90");
}

static void test_typed_quantity(void **state)
{
	static const char *const none[] = {"1.5", "1,5", "2x", (PASTE("3e1")), "12345678", "1q"};
	struct stage *stage = world.stage;

	(void)state;
	shop_of_one("2.00");
	open_in(stage, "C.UTF-8", WORLD_CLIENT);
	stage_press(stage, "ac");
	for (size_t i = 0; i < COUNT_OF(none); i++) {
		stage_press(stage, none[i]);
		stage_press(stage, K_ENTER);
		stage_expect(stage, "Type a whole number");
		stage_press(stage, K_DOWN);
		stage_expect(stage, "Type a whole number");
		stage_press(stage, K_ESC);
		stage_expect_units(stage, "Desk", 1);
	}
	stage_press(stage, PASTE("7") K_ENTER);
	stage_expect_units(stage, "Desk", 7);
}

/* A new product is looked at as it will be understood, and only then sent; an old one as well. */
static void test_typed_in_the_editor(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	shop_of_one("1234.50");
	open_in(stage, "de_DE.UTF-8", WORLD_SELLER);
	stage_press(stage, "nLamp" K_TAB "Office" K_TAB "1.234,5" K_TAB "1.000" K_ENTER);
	stage_expect(stage, "Price        1.234,50 EUR");
	stage_expect(stage, "Stock        1000");
	stage_press(stage, K_ENTER);
	expect_member(stage, "Lamp", "price", "none");
	stage_press(stage, K_ESC);
	stage_expect(stage, "1.234,5  = 1234,50");
	stage_press(stage, K_ENTER "y");
	expect_member(stage, "Lamp", "price", "1234.50");
	expect_member(stage, "Lamp", "stock", "1000");
	/* What is refused is said at its field, when that is left. */
	stage_press(stage, "nLamp" K_TAB "Office" K_TAB "1,234" K_TAB);
	stage_expect(stage, "Is it 1234,00 or 1,23?");
	stage_press(stage, K_ENTER);
	stage_expect(stage, "A new product");
	stage_expect_not(stage, "y sends it");
	stage_press(stage, K_ESC "y");
	/* Of one that is there: the same amount, written otherwise, is no change. */
	stage_press(stage, "/desk" K_ENTER K_ENTER K_TAB K_TAB);
	stage_expect(stage, "1234,50");
	stage_press(stage, K_CTRL_U "1 234.5" K_ENTER);
	stage_expect(stage, "Nothing was changed");
	stage_press(stage, K_ENTER K_TAB K_TAB K_CTRL_U "7,5" K_ENTER);
	stage_expect(stage, "1.234,50 EUR");
	stage_expect(stage, "7,50 EUR");
	expect_member(stage, "Desk", "price", "1234.50");
	stage_press(stage, "y");
	expect_member(stage, "Desk", "price", "7.50");
}

/* ---- written ---- */

/* From the shop's list to the receipt, in the locale's marks. */
static void test_written_everywhere(void **state)
{
	static const struct {
		const char *locale, *one, *two;
	} tongues[] = {
	    {"C.UTF-8", "1,234.50", "2,469.00"},
	    {"C", "1,234.50", "2,469.00"},
	    {"en_US.UTF-8", "1,234.50", "2,469.00"},
	    {"de_DE.UTF-8", "1.234,50", "2.469,00"},
	    {"de_CH.UTF-8", "1\u2019234.50", "2\u2019469.00"},
	    {"fr_FR.UTF-8", "1\u202F234,50", "2\u202F469,00"},
	};

	(void)state;
	shop_of_one("1234.50");
	for (size_t i = 0; i < COUNT_OF(tongues); i++) {
		struct stage *stage = &world.stages[i];
		char text[64];

		open_in(stage, tongues[i].locale, WORLD_CLIENT);
		stage_expect(stage, tongues[i].one);
		stage_press(stage, "+aac");
		stage_expect(stage, tongues[i].two);
		stage_press(stage, K_ENTER);
		snprintf(text, sizeof text, "y buy %s EUR", tongues[i].two);
		stage_expect(stage, text);
		stage_press(stage, "y");
		stage_expect(stage, "Bought");
		stage_expect(stage, tongues[i].two);
		world_go(stage, "purchases");
		stage_expect(stage, tongues[i].two);
		stage_leave(stage);
	}
	struct stage *seller = &world.stages[COUNT_OF(tongues)];
	open_in(seller, "de_DE.UTF-8", WORLD_SELLER);
	stage_expect(seller, "1.234,50");
	world_go(seller, "sales");
	stage_expect(seller, "2.469,00");
	stage_press(seller, K_ENTER);
	stage_expect(seller, "2.469,00");
	world_go(seller, "dashboard");
	stage_expect(seller, "14.814,00 EUR");
}

/* A setting of one's own is worth more than the locale's. */
static void test_a_way_of_ones_own(void **state)
{
	struct stage *stage = world.stage;
	char path[256];

	(void)state;
	shop_of_one("1234.50");
	world_start(stage, NULL);
	stage_leave(stage);
	snprintf(path, sizeof path, "%s/.config", stage->home);
	mkdir(path, 0700);
	snprintf(path, sizeof path, "%s/.config/vitrine", stage->home);
	mkdir(path, 0700);
	snprintf(path, sizeof path, "%s/.config/vitrine/vitrine.ini", stage->home);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs("money = 1'234.50\n", file);
	fclose(file);
	open_in(stage, "de_DE.UTF-8", WORLD_CLIENT);
	stage_expect(stage, "1'234.50");
}

/* ---- pasted ---- */

/* What comes along around an address is no part of it; of a password it is. */
static void test_pasted_at_sign_in(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	shop_of_one("1.00");
	world_start(stage, NULL);
	world_go(stage, "sign in");
	stage_press(stage, PASTE("\u00A0 " WORLD_CLIENT "\u202F\r\n") K_TAB " " WORLD_PASSWORD K_ENTER);
	stage_expect(stage, "Wrong e-mail address or password");
	stage_press(stage, PASTE(WORLD_PASSWORD "\r\n") K_ENTER);
	stage_expect(stage, WORLD_CLIENT "  ");
	stage_expect(stage, "Purchases");
	/* The profile's name and telephone number; as typed among people. */
	world_go(stage, "account");
	stage_press(stage, "e" K_CTRL_U PASTE("\u3000Ada L.\n") K_TAB K_CTRL_U PASTE(" +34 600-123 456\n") K_ENTER);
	stage_expect(stage, "Saved");
	stage_expect(stage, "Ada L.");
	stage_expect(stage, "+34600123456");
	world_go(stage, "sign out");
	/* Signing up. */
	world_go(stage, "sign up");
	stage_press(stage, PASTE(" new@example.com\n") K_TAB WORLD_PASSWORD K_TAB WORLD_PASSWORD K_TAB PASTE("New\n")
			       K_TAB PASTE("(+34) 600 12 34 59") K_ENTER);
	stage_expect(stage, "Type the number with its country");
	stage_press(stage, K_CTRL_U PASTE("+34 600 12 34 59") K_ENTER);
	stage_expect(stage, "new@example.com");
	stage_expect(stage, "Purchases");
}

static void test_pasted_platform(void **state)
{
	struct stage *stage = world.stage;
	char text[WORLD_URL + 32];

	(void)state;
	world_demo();
	snprintf(world.api, sizeof world.api, "http://127.0.0.1:1");
	world_open(stage, NULL);
	stage_until(stage, "offline");
	stage_type(stage, ":platform" K_ENTER K_CTRL_U);
	snprintf(text, sizeof text, "\033[200~ \u00A0%s\r\n\033[201~", world.platform.url);
	stage_type(stage, text);
	stage_type(stage, K_ENTER);
	stage_until(stage, FIRST);
}

/* The first platform's forms open on a text, too. */
static void test_forms_of_the_first_platform(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_first((const char *const[]){"--base-path", "", NULL});
	world_start(stage, NULL);
	stage_press(stage, "f10,50" K_TAB "11.5" K_ENTER);
	stage_expect(stage, "10.50 to 11.50");
	stage_press(stage, K_ESC);
	world_go(stage, "sign up");
	stage_expect(stage, "▌ E-mail");
	stage_press(stage, K_UP "ada");
	stage_expect(stage, "▌ E-mail     ada");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WORLD_TEST(test_typed_prices),
	    WORLD_TEST(test_typed_stock),
	    WORLD_TEST(test_typed_bulk),
	    WORLD_TEST(test_typed_filter),
	    WORLD_TEST(test_typed_quantity),
	    WORLD_TEST(test_typed_in_the_editor),
	    WORLD_TEST(test_written_everywhere),
	    WORLD_TEST(test_a_way_of_ones_own),
	    WORLD_TEST(test_pasted_at_sign_in),
	    WORLD_TEST(test_pasted_platform),
	    WORLD_TEST(test_forms_of_the_first_platform),
	};

	return world_run(tests);
}
