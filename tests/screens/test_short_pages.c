/* A platform may answer fewer rows than it was asked for, even none, while there are more. Nobody notices: what is on
 * screen is what a platform shows that fills its pages.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/screens/world.h"

/* What is typed, one after the other; all is quiet in between. */
struct walk {
	const char *email; /* who signs in first; NULL: a guest */
	const char *keys[8];
};

static const struct walk walks[] = {
    {NULL, {"G", "g", K_PGDN K_PGDN K_PGDN K_PGDN}},
    {NULL, {"/a" K_ENTER, "G"}},
    {NULL, {"f", K_RIGHT K_RIGHT K_RIGHT, K_RIGHT K_RIGHT K_RIGHT}},
    {WORLD_CLIENT, {":purchases" K_ENTER, "G"}},
    {WORLD_SELLER, {":inventory" K_ENTER, "G"}},
    {WORLD_SELLER, {":sales" K_ENTER, "G", "g"}},
    {WORLD_SELLER, {":new product" K_ENTER}},
};

/* What is there after each step, into `texts`. */
static void take(struct stage *stage, const struct walk *walk, char *texts[COUNT_OF(walk->keys)])
{
	world_start(stage, &(struct stage_options){.width = 100, .height = 30});
	if (walk->email)
		world_sign_in(stage, walk->email);
	for (size_t i = 0; i < COUNT_OF(walk->keys) && walk->keys[i]; i++) {
		stage_press(stage, walk->keys[i]);
		texts[i] = strdup(stage_text(stage));
		assert_non_null(texts[i]);
	}
}

static void make_short(const char *path, const char *name, int most)
{
	char more[64];

	snprintf(more, sizeof more, "\"name\":\"%s\",\"most\":%d,", name, most);
	world_rule("GET", path, 1, -1, "short", more);
}

static void test_short_and_empty_pages(void **state)
{
	char *whole[COUNT_OF(walks)][COUNT_OF(walks->keys)] = {{NULL}};
	char *parts[COUNT_OF(walks)][COUNT_OF(walks->keys)] = {{NULL}};

	(void)state;
	world_demo();
	for (size_t i = 0; i < COUNT_OF(walks); i++)
		take(&world.stages[2 * i], &walks[i], whole[i]);
	world_proxy();
	make_short("/Product", "products", 7);
	make_short("/Category", "categories", 2);
	make_short("/Purchase", "purchases", 3);
	make_short("/Sale", "sales", 3);
	for (size_t i = 0; i < COUNT_OF(walks); i++) {
		take(&world.stages[2 * i + 1], &walks[i], parts[i]);
		for (size_t j = 0; j < COUNT_OF(walks[i].keys); j++) {
			if (whole[i][j] && strcmp(whole[i][j], parts[i][j]) != 0)
				fail_msg("after step %zu of walk %zu there should be:\n%s\nbut there is:\n%s", j, i,
					 whole[i][j], parts[i][j]);
			free(whole[i][j]);
			free(parts[i][j]);
		}
	}
	/* They were short, and empty ones among them. */
	assert_true(world_requests("GET", "/Product") > 2 * 60 / 7);
	assert_true(world_requests("GET", "/Category") > 2);
	assert_true(world_requests("GET", "/Sale") > 2);
}

/* A list without an end and without a row is given up, and that is said. */
static void test_nothing_without_end(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_proxy();
	world_rule("GET", "/Product", 1, -1, "answer",
		   "\"status\":200,\"body\":{\"products\":[],\"next_cursor\":\"more\"},");
	world_start(stage, NULL);
	stage_expect(stage, "The list is empty and has no end");
	assert_int_equal(world_requests("GET", "/Product"), 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WORLD_TEST(test_short_and_empty_pages),
	    WORLD_TEST(test_nothing_without_end),
	};

	return world_run(tests);
}
