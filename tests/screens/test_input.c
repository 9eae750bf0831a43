/* What a terminal sends that isn't a plain key: strings, Alt, key events, slow bytes, pastes without an end; and what
 * it answers of its background. */
#include <stdio.h>

#include "tests/screens/world.h"

#define FIRST "Yirgacheffe, washed, 250 g"
#define SECOND "Huila decaf, 250 g"

/* ---- strings, Alt, key events ---- */

/* None of them is a key: the shop is as it was. */
static void test_strings_are_no_keys(void **state)
{
	static const char *const strings[] = {
	    "\033]11;rgb:0000/0000/0000\a",
	    "\033]11;rgb:0000/0000/0000\033\\",
	    "\033P>|quick(1)\033\\",
	    "\033_Gi=31;qOK\033\\",
	    "\033^quit\033\\",
	    "\033Xquit\033\\",
	    "\033]52;c;cXVpdA==\a",
	    "\033P1+r436f=323536\033\\",
	    "\302\23510;quit\xC2\x9C",
	    "\033]quit\030",
	    "\033[?62;4;22c",
	    "\033[>41;370;0c",
	    "\033[?2026;2$y",
	    "\033[?997;1n",
	    "\033[8;24;80t",
	};
	struct stage *stage = world.stage;
	char before[STAGE_TEXT];

	(void)state;
	world_demo();
	world_start(stage, NULL);
	snprintf(before, sizeof before, "%s", stage_text(stage));
	for (size_t i = 0; i < COUNT_OF(strings); i++) {
		stage_type(stage, strings[i]);
		for (const char *at = strings[i]; *at; at++) /* in any pieces */
			stage_type_bytes(stage, at, 1);
		stage_quiet(stage);
		if (strcmp(stage_text(stage), before) != 0)
			stage_fail(stage, "string %zu was taken for keys", i);
	}
	/* Nor are they text. */
	stage_press(stage, "/tea");
	for (size_t i = 0; i < COUNT_OF(strings); i++)
		stage_type(stage, strings[i]);
	stage_quiet(stage);
	stage_expect(stage, "/ tea ");
}

static void test_alt_is_no_escape(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	stage_press(stage, "\033q\033a\033c\033:\033?\033y");
	stage_expect(stage, FIRST);
	stage_expect_not(stage, "Cart 1");
	stage_expect_not(stage, "Keys");
	stage_press(stage, "/washed coffee\033\177");
	stage_expect(stage, "/ washed ");
	stage_expect_not(stage, "coffee ");
	stage_press(stage, "\033q");
	stage_expect(stage, "/ washed ");
}

static void test_releases_are_no_keys(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	stage_press(stage, "\033[1;1:1B\033[1;1:3B");
	stage_expect(stage, "▌ " SECOND);
	stage_press(stage, "\033[1;1:1A\033[1;1:2A\033[1;1:3A");
	stage_expect(stage, "▌ " FIRST);
	stage_press(stage, "\033[97;1:1u\033[97;1:3u\033[113;1:3u\033[57441;1:1u\033[57441;2:3u");
	stage_expect(stage, "Cart 1");
	stage_press(stage, "/\033[116;1:1u\033[116;1:3u\033[101;129:1u\033[101;129:3u");
	stage_expect(stage, "/ te ");
}

/* ---- time ---- */

/* By a line so slow that each byte comes by itself, with a delay that allows for it. */
static void test_slow_arrow(void **state)
{
	enum { APART_MS = 50 };
	static const char down[] = K_DOWN;
	struct stage *stage = world.stage;
	struct stage_options options = {.env = {"ESCDELAY=5000"}};

	(void)state;
	world_demo();
	world_start(stage, &options);
	for (size_t i = 0; i < sizeof down - 1; i++) {
		int64_t next = stage_now_ns() + (int64_t)APART_MS * 1000000;
		stage_type_bytes(stage, down + i, 1);
		for (int64_t left; (left = next - stage_now_ns()) > 0;)
			stage_pump(stage, (int)(left / 1000000) + 1);
	}
	stage_quiet(stage);
	stage_expect(stage, "▌ " SECOND);
}

/* Nothing follows it: then it is Esc, by itself. */
static void test_escape_by_itself(void **state)
{
	struct stage *stage = world.stage;
	int64_t end;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	stage_press(stage, ":");
	stage_expect(stage, "welcome");
	stage_type(stage, "\033");
	end = stage_now_ns() + (int64_t)STAGE_MS * 1000000;
	while (stage_shows(stage, "welcome") && stage_now_ns() < end)
		stage_pump(stage, 1000);
	stage_expect_not(stage, "welcome");
}

/* No end of it ever comes, and one leaves all the same. */
static void test_leaves_a_paste(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	stage_type(stage, "\033[200~some text");
	stage_pump(stage, 0);
	stage_type(stage, K_CTRL_C);
	assert_int_equal(stage_wait_end(stage), 0);
}

static void test_leaves_a_string(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	stage_press(stage, "\033_quit" K_DOWN);
	stage_expect(stage, "▌ " SECOND);
	stage_type(stage, "\033Pquit" K_CTRL_C);
	assert_int_equal(stage_wait_end(stage), 0);
}

/* ---- the background ---- */

/* What theme it is can be seen by a price: the colour of 256. */
enum { DARK_PRICE = 188, LIGHT_PRICE = 58 };

static void expect_price(struct stage *stage, int color)
{
	int x, y;

	stage_quiet(stage);
	assert_true(stage_find(stage, "14.50", &x, &y));
	VTermScreenCell cell = stage_cell(stage, x, y);
	assert_true(VTERM_COLOR_IS_INDEXED(&cell.fg));
	if (cell.fg.indexed.idx != color)
		stage_fail(stage, "the price has colour %d, not %d", cell.fg.indexed.idx, color);
}

static struct stage *open_asked(const struct stage_options *options)
{
	struct stage *stage = world.stage;

	if (!world.platform.pid)
		world_demo();
	world_start(stage, options);
	stage_expect(stage, FIRST); /* nobody has answered, and it is all there */
	assert_true(stage_saw(stage, "\033]11;?\a\033[?996n\033[c"));
	return stage;
}

static void test_background_is_asked(void **state)
{
	static const struct {
		const char *answer;
		int color;
	} rows[] = {
	    {"\033]11;rgb:ffff/ffff/ffff\033\\", LIGHT_PRICE},
	    {"\033]11;rgb:fdfd/f6f6/e3e3\a", LIGHT_PRICE},
	    {"\033]11;rgb:ff/ff/ff\a", LIGHT_PRICE},
	    {"\033]11;rgba:ffff/ffff/ffff/8000\a", LIGHT_PRICE},
	    {"\033]11;#fffff0\a", LIGHT_PRICE},
	    {"\302\23511;rgb:ffff/ffff/ffff\xC2\x9C", LIGHT_PRICE},
	    {"\033[?997;2n", LIGHT_PRICE},
	    {"\033[?997;1n", DARK_PRICE},
	    {"\033]11;rgb:1e1e/1e1e/1e1e\a", DARK_PRICE},
	    /* The first that tells counts, whatever follows. */
	    {"\033]11;rgb:0000/0000/0000\a\033[?997;2n", DARK_PRICE},
	    {"\033]11;rgb:ffff/ffff/ffff\a\033[?997;1n\033]11;rgb:0000/0000/0000\a", LIGHT_PRICE},
	    /* Nonsense tells nothing. */
	    {"\033]11;rgb:ffff/ffff\a", DARK_PRICE},
	    {"\033]11;rgb:ffff/ffff/ffff/ffff\a", DARK_PRICE},
	    {"\033]11;rgb:fffff/ffff/ffff\a", DARK_PRICE},
	    {"\033]11;rgb://\a", DARK_PRICE},
	    {"\033]11;white\a", DARK_PRICE},
	    {"\033]11;#fffffff\a", DARK_PRICE},
	    {"\033]10;rgb:ffff/ffff/ffff\a", DARK_PRICE},
	    {"\033]11;rgb:ffff/ffff/ffff\030", DARK_PRICE},
	    {"\033[?997;3n\033[?997n", DARK_PRICE},
	    {"\033]11;\a\033]11;nonsense\a\033]11;rgb:ffff/ffff/ffff\a", LIGHT_PRICE},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct stage *stage = open_asked(NULL);
		expect_price(stage, DARK_PRICE);
		if (i % 2)
			stage_type(stage, rows[i].answer);
		for (const char *at = rows[i].answer; !(i % 2) && *at; at++)
			stage_type_bytes(stage, at, 1);
		expect_price(stage, rows[i].color);
		stage_leave(stage);
	}
}

/* Whoever has begun doesn't see everything change. */
static void test_late_answers(void **state)
{
	static const char *const first[] = {K_DOWN, "\033[200~x\033[201~", "\033[<64;10;10M"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(first); i++) {
		struct stage *stage = open_asked(NULL);
		stage_type(stage, first[i]);
		stage_type(stage, "\033]11;rgb:ffff/ffff/ffff\a");
		expect_price(stage, DARK_PRICE);
		if (i == 0) { /* but it is known from then on, for who wants what suits */
			world_sign_in(stage, WORLD_CLIENT);
			world_go(stage, "account");
			stage_press(stage, K_ENTER K_DOWN K_ENTER K_ENTER K_HOME K_ENTER K_ESC);
			world_go(stage, "shop");
			expect_price(stage, LIGHT_PRICE);
		}
		stage_leave(stage);
	}
}

/* The environment is a guess, and what a person has chosen is no question. */
static void test_hints_and_choices(void **state)
{
	struct stage_options hint = {.env = {"COLORFGBG=0;15"}}, chosen = {.args = {"--theme", "dark"}};

	(void)state;
	struct stage *stage = open_asked(&hint);
	expect_price(stage, LIGHT_PRICE);
	stage_type(stage, "\033]11;rgb:0000/0000/0000\a");
	expect_price(stage, DARK_PRICE);
	stage_leave(stage);
	stage = open_asked(&chosen);
	stage_type(stage, "\033]11;rgb:ffff/ffff/ffff\a");
	expect_price(stage, DARK_PRICE);
}

/* Who shows questions isn't asked, nor who has no colours. */
static void test_is_not_asked(void **state)
{
	static const struct stage_options kinds[] = {{.term = "linux"}, {.term = "vt100"}, {.env = {"NO_COLOR=1"}}};
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		world_start(stage, &kinds[i]);
		assert_false(stage_saw(stage, "\033]11;?"));
		assert_false(stage_saw(stage, "\033[c"));
		stage_leave(stage);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WORLD_TEST(test_strings_are_no_keys), WORLD_TEST(test_alt_is_no_escape),
	    WORLD_TEST(test_releases_are_no_keys), WORLD_TEST(test_slow_arrow),
	    WORLD_TEST(test_escape_by_itself),	  WORLD_TEST(test_leaves_a_paste),
	    WORLD_TEST(test_leaves_a_string),	  WORLD_TEST(test_background_is_asked),
	    WORLD_TEST(test_late_answers),	  WORLD_TEST(test_hints_and_choices),
	    WORLD_TEST(test_is_not_asked),
	};

	return world_run(tests);
}
