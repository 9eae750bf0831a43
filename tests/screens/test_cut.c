/* What is cut can be read whole: a message opens with Enter or a click, on the smallest screen, too. */
#include <stdio.h>

#include "tests/screens/world.h"

enum { SMALL_WIDTH = 40, SMALL_HEIGHT = 12 };

static const struct stage_options small = {.width = SMALL_WIDTH, .height = SMALL_HEIGHT};

/* The words of a sentence, in their order, over however many lines of the box. */
static void expect_words(struct stage *stage, const char *sentence)
{
	const char *shown = stage_text(stage);
	char words[512], *rest = words, *word;

	snprintf(words, sizeof words, "%s", sentence);
	while ((word = strsep(&rest, " "))) {
		shown = strstr(shown, word);
		if (!shown)
			stage_fail(stage, "\"%s\" of \"%s\" is not to be seen", word, sentence);
		shown += strlen(word);
	}
}

/* The proxy answers with a code that nobody has a sentence for: then the platform's own is shown, here a long one. */
static void fail_at_length(struct stage *stage)
{
	world_demo();
	world_proxy();
	world_start(stage, &small);
	world_rule("GET", "/Product*", 1, -1, "answer",
		   "\"status\":403,\"body\":{\"code\":\"unheard_of\",\"detail\":\"The shopkeeper has gone out to fetch "
		   "more of everything and will be back when the bells have rung twelve\"},");
	stage_press(stage, "r");
	stage_expect(stage, "Enter more");
	stage_expect_not(stage, "twelve");
}

static const char sentence[] =
    "The shopkeeper has gone out to fetch more of everything and will be back when the bells have "
    "rung twelve";

static void test_enter_opens(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	fail_at_length(stage);
	stage_press(stage, K_ENTER);
	expect_words(stage, sentence);
	stage_press(stage, K_ENTER); /* and closes; it has been read */
	stage_expect_not(stage, "Enter more");
	stage_expect_not(stage, "twelve");
}

static void test_a_click_opens(void **state)
{
	struct stage *stage = world.stage;
	int x, y;

	(void)state;
	fail_at_length(stage);
	assert_true(stage_find(stage, "Enter more", &x, &y));
	stage_mouse(stage, 0, 5, y);
	stage_quiet(stage);
	expect_words(stage, sentence);
	stage_press(stage, K_ESC);
	stage_expect_not(stage, "twelve");
}

/* Where there is room, Enter means what it always does. */
static void test_what_fits_opens_nothing(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, &(struct stage_options){.width = 100, .height = 30});
	stage_press(stage, "a");
	stage_expect(stage, "u undo");
	stage_expect_not(stage, "Enter more");
	stage_press(stage, K_ENTER);
	stage_expect(stage, "Shop › Product");
}

/* In a form Enter opens what has just come; once somebody goes on typing it sends. */
static void test_in_a_form(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_proxy();
	world_start(stage, &small);
	world_rule("POST", "/Login", 1, 2, "answer",
		   "\"status\":403,\"body\":{\"code\":\"unheard_of\",\"detail\":\"The door sticks: push it a little "
		   "harder, and then once more\"},");
	stage_press(stage, ":sign in" K_ENTER WORLD_CLIENT K_TAB WORLD_PASSWORD K_ENTER);
	stage_expect(stage, "Enter more");
	int before = world_requests("POST", "/Login");
	stage_press(stage, K_ENTER);
	expect_words(stage, "push it a little harder, and then once more");
	stage_press(stage, K_ESC);
	assert_int_equal(world_requests("POST", "/Login"), before);
	stage_press(stage, K_ENTER);
	stage_expect(stage, "Enter more");
	assert_int_equal(world_requests("POST", "/Login"), before + 1);
	stage_press(stage, K_END);
	stage_expect_not(stage, "Enter more");
	stage_press(stage, K_ENTER);
	assert_int_equal(world_requests("POST", "/Login"), before + 2);
	stage_expect(stage, "Shop");
}

static void test_why_there_is_no_shop(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	stage_open(stage, &(struct stage_options){.width = SMALL_WIDTH, .height = SMALL_HEIGHT,
						  .args = {"--api", "http://127.0.0.1:9", NULL}});
	stage_until(stage, "refuses");
	expect_words(stage,
		     "The shop can't be reached yet. r tries now 127.0.0.1:9 refuses the connection; start the platform "
		     "there, or check the address");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WORLD_TEST(test_enter_opens),
	    WORLD_TEST(test_a_click_opens),
	    WORLD_TEST(test_what_fits_opens_nothing),
	    WORLD_TEST(test_in_a_form),
	    WORLD_TEST(test_why_there_is_no_shop),
	};

	return world_run(tests);
}
