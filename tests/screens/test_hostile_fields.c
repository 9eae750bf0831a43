/* Whatever the tables of the contract say is a text in an answer (also one that should be an id, an amount, a time) is
 * none: kind by kind, so that what makes no sense in one place doesn't keep the others from the screen. */
#include <stdio.h>

#include "tests/screens/hostile.h"
#include "tests/screens/repaint.h"
#include "tests/screens/world.h"

/* As they stand in JSON; the last has bytes that are no UTF-8 in it. */
#define TEXTS \
	"\"texts\":[\"\\u001b]52;c;aGFja2Vk\\u0007\",\"\\u001b[2J\\u001b[13;37Hmoved\",\"\\u009b31m\\u0090q\\u009c\"," \
	"\"\\u202eevil\\u2066\",\"12\\u001b[31m.50\",\"\\u200be\\u0301\\u0327\\u20dd\\u0301\\u0327\\u20dd\"," \
	"\"a@raw@b\"]," \
	"\"raw\":\"gL/AgOCAgO2ggPSQgID/mzMxbcM=\","

static const struct kind {
	const char *name;
	unsigned types;
	size_t at_least; /* so many members, so that the tables were found */
} kinds[] = {
    {"ids", 1U << FIELD_ID, 6},
    {"addresses", 1U << FIELD_EMAIL | 1U << FIELD_MOBILE, 2},
    {"amounts", 1U << FIELD_MONEY, 3},
    {"times", 1U << FIELD_TIME | 1U << FIELD_DAY, 3},
    {"texts that are read", HOSTILE_READ, 5},
    {"choices", 1U << FIELD_CHOICE | 1U << FIELD_NAMES, 2},
};

/* Each place with something opened in it. */
static const char *const client_places[] = {":shop", ":cart", ":purchases", ":account", ":shop"};
static const char *const seller_places[] = {":inventory", ":sales", ":dashboard", ":account", ":inventory"};

static void tour(struct stage *stage, const char *const places[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		stage_type(stage, places[i]);
		stage_type(stage, K_ENTER "r");
		stage_sync(stage);
		stage_type(stage, K_DOWN K_ENTER);
		stage_sync(stage);
		stage_type(stage, K_ESC K_ESC);
		stage_sync(stage);
	}
}

static void open_as(struct stage *stage, const char *email)
{
	world_start(stage, NULL);
	world_sign_in(stage, email);
	stage_press(stage, K_ESC);
}

static void test_kinds(void **state)
{
	struct stage *client = world.stage, *seller = &world.stages[1];

	(void)state;
	world_demo();
	world_proxy();
	open_as(client, WORLD_CLIENT);
	stage_press(client, "ac" K_ENTER "y" K_ESC K_ESC);
	open_as(seller, WORLD_SELLER);
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		char rule[16384];
		size_t members;

		print_message("%s\n", kinds[i].name);
		snprintf(rule, sizeof rule, TEXTS "%s", hostile_names(kinds[i].types, &members));
		assert_true(members >= kinds[i].at_least);
		world_rule(NULL, "*", 1, -1, "poison", rule);
		tour(client, client_places, COUNT_OF(client_places));
		tour(seller, seller_places, COUNT_OF(seller_places));
		/* When all has been said, the pictures are whole; and with a platform that is itself again, so is the
		 * shop. */
		stage_quiet(client);
		repaint_expect_same(client);
		stage_quiet(seller);
		repaint_expect_same(seller);
		world_order(&world.proxy, "{\"do\":\"clear\"}");
	}
	stage_press(client, K_ESC K_ESC ":shop" K_ENTER "r");
	stage_expect(client, "Huila decaf");
	stage_press(seller, K_ESC K_ESC ":inventory" K_ENTER "r");
	stage_expect(seller, "Huila decaf");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WORLD_TEST(test_kinds),
	};

	return world_run(tests);
}
