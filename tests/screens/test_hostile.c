/* A platform that says what no platform should: in every text of every screen. None of it reaches the terminal (which
 * the stage checks with each byte, see repertoire.h), and nothing is drawn where it doesn't belong. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/screens/hostile.h"
#include "tests/screens/spoken.h"
#include "tests/screens/world.h"

/* As they stand in JSON. */
#define TEN(text) text text text text text text text text text text
#define TEXTS \
	"[\"\\u001b]0;owned\\u0007\",\"\\u001b]52;c;aGFja2Vk\\u0007\",\"\\u001b[2J\\u001b[13;37Hmoved\"," \
	"\"\\u001b[38;5;201mpink\",\"\\u009b31m\\u0090q\\u009c\\u0085\"," \
	"\"\\u202eevil\\u202c \\u2066x\\u2069 \\u200e\\u061c\"," \
	"\"a\\u200b\\u200d\\ufeff\\u2060b\",\"e" TEN("\\u0301\\u0327\\u20dd") "x\"," \
	"\"\\u0301lonely\",\"\\u007f\\b\\b\\b\\r\\n\\t over\"," \
	"\"\\u001bc\\u001b7\\u001b[?1049l\\u001b[?1000h\"," \
	"\"\\u001bPq#0;2;0;0;0\\u001b\\\\\",\"\\ue000\\u0378\\ufffe\\ufdd0\"," \
	"\"" TEN(TEN("\\u4eac")) "\",\"" TEN(TEN("MMMM ")) "\"," \
	"\"\\u2028two\\u2029lines\\u000b\\u000c\",\"\"," \
	"\"\\ud83d\\udc69\\u200d\\ud83c\\udf3e \\ud83c\\uddea\\ud83c\\uddf8 \\u0e33\\u1100\\u1161\\u11a8\"," \
	"\"" TEN("\\u200d\\ufe0f") "\\u202a\",\"\\u001b[1;1Htop\\u001b[24;80H\"]"

static const char texts_rule[] = "\"texts\":" TEXTS ",";

/* These bytes are no UTF-8: lone continuations, overlong, a surrogate, beyond the last, a C1 CSI, cut short. */
static const char raw_rule[] = "\"texts\":[\"a@raw@b\"],\"raw\":\"gL/AgOCAgO2ggPSQgID/mzMxbcM=\",";
/* Every text that the contract knows, and those of problems. */
static const char *names_rule(void)
{
	static char rule[4096];
	const char *names = hostile_names(1U << FIELD_TEXT, NULL);

	snprintf(rule, sizeof rule, "%.*s,\"detail\",\"title\",\"type\",\"request_id\",\"pointer\"],",
		 (int)(strlen(names) - strlen("],")), names);
	return rule;
}

/* What would have come through of them, had it come through. */
static void expect_harmless(struct stage *stage)
{
	static const char *const traces[] = {"\033]0;",      "\033]52",  "\033[13;37Hm", "\033[38;5;201mp",
					     "\033c",        "\033P",    "\033[24;80H",  "\342\200\256",
					     "\342\200\215", "\302\233", "\342\200\250"};

	for (size_t i = 0; i < COUNT_OF(traces); i++)
		if (stage_saw(stage, traces[i]))
			stage_fail(stage, "\"%s\" got through", traces[i] + 1);
}

static void expect_rule(struct stage *stage, int y)
{
	for (int x = 0; x < stage->width; x++)
		if (stage_cell(stage, x, y).chars[0] != 0x2500)
			stage_fail(stage, "the rule in line %d is broken", y);
}

/* What is on screen is what the program thinks is there: painting it all again changes nothing. */
static void expect_layout(struct stage *stage, bool framed)
{
	static char before[STAGE_TEXT * 4];

	stage_press(stage, "\033[24~"); /* a key that does nothing: messages go with it */
	snprintf(before, sizeof before, "%s", stage_text(stage));
	stage_press(stage, K_CTRL_L);
	if (strcmp(stage_text(stage), before) != 0)
		stage_fail(stage, "painted again it looks another; before it was\n%s", before);
	if (!framed)
		return;
	expect_rule(stage, 1);
	expect_rule(stage, stage->height - 2);
	assert_non_null(strstr(stage_row(stage, stage->height - 1, false), "help"));
}

static void look(struct stage *stage, const char *keys)
{
	static const int sizes[][2] = {{120, 40}, {40, 12}, {80, 24}};

	stage_press(stage, keys);
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		stage_resize(stage, sizes[i][0], sizes[i][1]);
		stage_quiet(stage);
		expect_layout(stage, !stage_shows(stage, "┌")); /* what floats may lie on the rules */
	}
	expect_harmless(stage);
	stage_forget(stage);
}

static void go(struct stage *stage, const char *name)
{
	char keys[64];

	snprintf(keys, sizeof keys, ":%s" K_ENTER, name);
	look(stage, keys);
}

/* Back to the shop, through messages and questions. */
static void back_to_shop(struct stage *stage)
{
	for (int i = 0; i < 8 && !stage_shows(stage, "Shop · Cart"); i++) {
		stage_press(stage, K_ESC);
		if (stage_shows(stage, "y leave"))
			stage_press(stage, "y");
	}
	stage_expect(stage, "Shop · Cart");
}

static void poison(const char *more)
{
	char rule[16384];

	snprintf(rule, sizeof rule, "%s%s", texts_rule, more);
	world_rule(NULL, "*", 1, -1, "poison", rule);
}

static void test_buyers_screens(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_proxy();
	world_start(stage, NULL);
	world_sign_in(stage, WORLD_CLIENT);
	poison(names_rule());
	look(stage, "r");
	for (int i = 0; i < 22; i++) {
		look(stage, K_ENTER);
		stage_press(stage, K_ESC "a" K_DOWN);
	}
	look(stage, "");
	look(stage, "f");
	for (int i = 0; i < 6; i++)
		stage_press(stage, K_RIGHT);
	look(stage, K_ENTER);
	stage_press(stage, K_ESC);
	look(stage, "c");
	stage_press(stage, "d");
	look(stage, "");
	look(stage, K_ENTER);
	look(stage, "y");
	go(stage, "purchases");
	look(stage, K_ENTER);
	look(stage, "x");
	stage_press(stage, K_ESC);
	look(stage, "b");
	go(stage, "account");
	look(stage, "e");
	stage_press(stage, K_ESC);
	go(stage, "platform");
}

static void test_sellers_screens(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_proxy();
	world_start(stage, NULL);
	world_sign_in(stage, WORLD_SELLER);
	poison(names_rule());
	look(stage, "r");
	look(stage, K_END);
	look(stage, K_HOME "   b");
	look(stage, K_UP K_RIGHT K_TAB "10" K_ENTER);
	look(stage, "w");
	look(stage, "y");
	stage_press(stage, K_ESC K_ESC "y");
	go(stage, "inventory");
	look(stage, K_ENTER);
	stage_press(stage, K_ESC K_ESC "y");
	look(stage, "d");
	stage_press(stage, K_ESC);
	look(stage, "n");
	look(stage, "\024"); /* ^T: the known categories */
	stage_press(stage, K_ESC K_ESC);
	go(stage, "sales");
	look(stage, K_ENTER);
	look(stage, "x");
	stage_press(stage, K_ESC);
	look(stage, "s");
	go(stage, "dashboard");
	go(stage, "account");
}

/* Numbers, ids, dates and all: whatever of it makes no sense is refused as a whole. */
static void test_every_text(void **state)
{
	static const char *const places[] = {"shop", "cart", "purchases", "account", "platform"};
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_proxy();
	world_start(stage, NULL);
	world_sign_in(stage, WORLD_CLIENT);
	stage_press(stage, "a");
	poison("");
	stage_type(stage, "r");
	for (size_t i = 0; i < COUNT_OF(places); i++) {
		stage_type(stage, ":");
		stage_type(stage, places[i]);
		stage_type(stage, K_ENTER);
		stage_sync(stage);
		expect_harmless(stage);
	}
	/* Also what the platform says of itself, from the first moment on. */
	stage_leave(stage);
	world_open(stage, NULL);
	for (int i = 0; i < 10; i++) {
		stage_type(stage, K_DOWN);
		stage_sync(stage);
		stage_pump(stage, 100);
	}
	expect_harmless(stage);
	world_order(&world.proxy, "{\"do\":\"clear\"}");
}

/* What isn't text at all is refused, or shown as what it isn't. */
static void test_invalid_utf8(void **state)
{
	static const char *const places[] = {"purchases", "account", "cart", "shop"};
	struct stage *stage = world.stage;
	char rule[8192];

	(void)state;
	world_demo();
	world_proxy();
	world_start(stage, NULL);
	world_sign_in(stage, WORLD_CLIENT);
	stage_press(stage, "a");
	snprintf(rule, sizeof rule, "%s%s", raw_rule, names_rule());
	world_rule(NULL, "*", 1, -1, "poison", rule);
	for (size_t i = 0; i < COUNT_OF(places); i++) {
		stage_type(stage, ":");
		stage_type(stage, places[i]);
		stage_type(stage, K_ENTER "r");
		stage_sync(stage);
		expect_harmless(stage);
	}
	world_order(&world.proxy, "{\"do\":\"clear\"}");
	stage_press(stage, K_ESC "r");
	stage_expect(stage, "Yirgacheffe");
}

/* Sentences of errors: above the footer, and at the fields they name. */
static void test_errors(void **state)
{
	static const char *const texts[] = {"\\u001b]0;owned\\u0007", "\\u001b[2J\\u001b[13;37Hx",
					    "\\u202eevil\\u009b31m",  "e" TEN("\\u0301\\u0327"),
					    TEN(TEN("\\u4eac")),      "\\b\\b\\r\\n\\t\\u007f"};
	struct stage *stage = world.stage;
	char more[4096];

	(void)state;
	world_demo();
	world_proxy();
	world_start(stage, NULL);
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		world_order(&world.proxy, "{\"do\":\"clear\"}");
		snprintf(more, sizeof more,
			 "\"status\":400,\"body\":{\"code\":\"%s\",\"detail\":\"%s\",\"title\":\"%s\",\"errors\":[{\"pointer\":"
			 "\"/email\",\"detail\":\"%s\"}]},",
			 texts[i], texts[i], texts[i], texts[i]);
		world_rule(NULL, "*", 1, -1, "answer", more);
		look(stage, "r");
		look(stage, ":sign in" K_ENTER WORLD_CLIENT K_TAB WORLD_PASSWORD K_ENTER);
		back_to_shop(stage);
		go(stage, "sign up");
		look(stage, "a@example.com" K_TAB WORLD_PASSWORD K_TAB WORLD_PASSWORD K_TAB "A" K_TAB
			    "+34600123456" K_ENTER);
		back_to_shop(stage);
	}
}

static void stream(const char *head, const char *chunk, int times)
{
	char more[8192];

	snprintf(more, sizeof more, "\"head\":\"%s\",\"chunk\":\"%s\",\"times\":%d,", head, chunk, times);
	world_rule("GET", "/Product", 1, -1, "stream", more);
}

/* 10 MB of one name, answers without an end, headers without an end: an error, and the program goes on. */
static void test_too_much(void **state)
{
#define START "HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\nContent-Length: 10485800\\r\\n\\r\\n" \
	      "{\\\"products\\\":[{\\\"name\\\":\\\""
	struct stage *stage = world.stage;
	char chunk[4097] = "";

	(void)state;
	world_demo();
	world_proxy();
	world_start(stage, NULL);
	memset(chunk, 'Q', sizeof chunk - 1); /* 3,072 bytes, in base64 */
	stream(START, chunk, 3414);
	stage_type(stage, "r");
	world_wait_event("request", "GET", "/Product", 2);
	stage_sync(stage);
	stage_expect(stage, "Yirgacheffe");
	world_order(&world.proxy, "{\"do\":\"clear\"}");
	stream("HTTP/1.1 200 OK\\r\\n\\r\\n", chunk, -1);
	stage_type(stage, "r");
	world_wait_event("request", "GET", "/Product", 1);
	stage_sync(stage);
	world_order(&world.proxy, "{\"do\":\"clear\"}");
	stream("HTTP/1.1 200 OK\\r\\nX-More: ", chunk, -1);
	stage_type(stage, "r");
	world_wait_event("request", "GET", "/Product", 1);
	stage_sync(stage);
	world_order(&world.proxy, "{\"do\":\"clear\"}");
	stage_press(stage, K_ESC "r");
	stage_expect(stage, "Yirgacheffe");
	expect_layout(stage, true);
}

/* A description as long as an answer may be. */
static void test_long_description(void **state)
{
	struct stage *stage = world.stage;
	size_t length = 1 << 20;
	char *rule = malloc(length + 128);

	(void)state;
	assert_non_null(rule);
	world_demo();
	world_proxy();
	world_start(stage, NULL);
	size_t used = (size_t)snprintf(rule, 64, "\"names\":[\"description\",\"name\"],\"texts\":[\"");
	for (size_t i = 0; i < length; i++)
		rule[used + i] = i % 9 == 8 ? ' ' : 'w';
	snprintf(rule + used + length, 16, "\"],");
	world_rule("GET", "/Product/*", 1, -1, "poison", rule);
	free(rule);
	stage_press(stage, K_ENTER);
	expect_layout(stage, true);
	stage_press(stage, K_DOWN K_DOWN K_UP);
	expect_layout(stage, true);
}

/* Line by line, too, all is text; which spoken() insists on. */
static void test_by_lines(void **state)
{
	static const char *const people[] = {WORLD_CLIENT, WORLD_SELLER};
	static const char input[] =
	    "show\n\na 1\na 2,3\n1\na\nback\nsearch x\nfilter\n\n\n\n\n:back\n"
	    "cart\n+ 1\n1 3\ncheck out\ny\nback\npurchases\n\n1\nX\ny\nback\naccount\n1\n:back\n"
	    "sales\n1\nS\ny\nback\ndashboard\n1\nback\n"
	    "inventory\n\ntag 1,2\nb\n10\n\n\n:back\ne 1 12.50\nw\ny\nback\nopen 1\n:back\nn\nx\n\n\n\n\n\n:back\n"
	    "platform\n:back\nhelp\nsign out\n";
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_proxy();
	for (size_t i = 0; i < COUNT_OF(people); i++) {
		world_start(stage, NULL);
		world_sign_in(stage, people[i]);
		stage_leave(stage);
		poison(names_rule());
		spoken(stage, NULL, SPOKEN_ENDED, input);
		world_order(&world.proxy, "{\"do\":\"clear\"}");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WORLD_TEST(test_buyers_screens), WORLD_TEST(test_sellers_screens), WORLD_TEST(test_every_text),
	    WORLD_TEST(test_invalid_utf8),   WORLD_TEST(test_by_lines),
	    WORLD_TEST(test_errors),	     WORLD_TEST(test_too_much),	       WORLD_TEST(test_long_description),
	};

	return world_run(tests);
}
