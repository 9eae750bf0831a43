/* Whatever anybody types line by line: the program lives, says nothing but text, and comes to its end. Runs under the
 * sanitizers, too. VITRINE_ROUNDS makes it longer. */
#include <stdio.h>

#include "tests/chance.h"
#include "tests/screens/spoken.h"

enum { ROUNDS = 5, LINES = 50, INPUT_MAX = 256 * 1024 };

static const char *const words[] = {
    "", "", "1", "2", "3", "9", "17", "99", "0", "-1", "99999999999999999999", "show", "help", "back", "more", "add 1",
    "a 2", "a 1,2,3", "a", "open 1", "search tea", "/coffee", "/", "search", "cart", "c", "+ 1", "- 1", "d 1", "u",
    "check out", "y", "n", "yes", "w", "filter", "f", "s", "sort", "purchases", "p", "account", "platform", "inventory",
    "sales", "dashboard", "welcome", "sign in", "sign up", "sign out", "shop", "theme mono", "e 1 12.50", "e 2",
    "12.50", "tag 1,2", "b", "x 1", "m", "t", "r", "S 1", "V 1", "X 1", "n", "Tab", "Left", "Right", "Down", "Esc",
    "Enter", ":back", ":help", ":", "::", ":show", ":1", WORLD_CLIENT, WORLD_SELLER, WORLD_PASSWORD, "Two Words",
    "+34600123459", "~/x.png", "quit now", "1 2 3", "a 1 2 3", "\xE4\xBA\xAC\xE9\x83\xBD", "search \xE4\xBA\xAC",
    "\xC2\x9B", "\xE2\x80\xAE", "\xFF\xFE", "\033[31m", "a\001", "%s%n%d", "\t", "  a   1  ", "A 1", "ADD 1", "o", "pu",
    "e 1 \xC2\x9B", ("sign in " WORLD_CLIENT), "n a product",
};

/* A way in, so that the rest is about more than the first screen. */
static const char *const ways[] = {
    "", "sign in\n" WORLD_CLIENT "\n" WORLD_PASSWORD "\n", "sign in\n" WORLD_SELLER "\n" WORLD_PASSWORD "\n",
};

static void test_random_lines(void **state)
{
	uint64_t chance = chance_seed();
	struct buf input;

	(void)state;
	world_demo();
	buf_init(&input, INPUT_MAX);
	for (int round = 0; round < chance_rounds("VITRINE_ROUNDS", ROUNDS); round++) {
		buf_reset(&input);
		buf_add_str(&input, ways[chance_below(&chance, COUNT_OF(ways))]);
		for (int line = 0; line < LINES; line++) {
			const char *word = words[chance_below(&chance, COUNT_OF(words))];
			buf_add_str(&input, word);
			for (uint64_t i = chance_below(&chance, 20); i > 18 && i < 6000; i += 10)
				buf_add_str(&input, word);
			if (!chance_below(&chance, 40))
				buf_add_char(&input, '\0');
			buf_add_str(&input, chance_below(&chance, 30) ? "\n" : "\r\n");
		}
		spoken_bytes(world.stage, NULL, SPOKEN_ENDED, input.bytes, input.length);
	}
	buf_done(&input);
}

int main(void)
{
	const struct CMUnitTest tests[] = {WORLD_TEST(test_random_lines)};

	return world_run(tests);
}
