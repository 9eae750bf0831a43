/* The tokenizer: what a text is found by. */
#include "tests/unit/unit.h"

#include "base/buf.h"
#include "base/text.h"
#include "models/product.h"

struct words {
	struct buf text; /* "[one][two]" */
	size_t left;	 /* how many more are wanted */
};

static bool collect(void *context, const char *word, size_t length)
{
	struct words *words = context;

	assert_in_range(length, 1, SEARCH_WORD_MAX);
	assert_true(text_valid(word, length));
	buf_printf(&words->text, "[%.*s]", (int)length, word);
	return --words->left > 0;
}

static void check(const char *text, size_t wanted, const char *expected)
{
	struct words words = {.left = wanted};
	struct arena arena;

	arena_init(&arena, 1024 * 1024);
	buf_init(&words.text, 100000);
	assert_true(search_words(&arena, text, collect, &words));
	assert_string_equal(buf_str(&words.text), expected);
	buf_done(&words.text);
	arena_done(&arena);
}

static void splits_and_folds(void **state)
{
	(void)state;
	check("", 100, "");
	check(" \t.,;-–— ", 100, "");
	check("Yirgacheffe, washed, 250 g", 100, "[yirgacheffe][washed][250][g]");
	check("Café-crème CUPS (set of 6)", 100, "[cafe][creme][cups][set][of][6]");
	check("cafe\xCC\x81", 100, "[cafe]");
	check("京都 煎茶 sencha", 100, "[京都][煎茶][sencha]");
	check("it's x2 A4", 100, "[it][s][x2][a4]");
	check("Straße ½ ①", 100, "[strasse][1][2][1]");
	check("Ёлка", 100, "[елка]");
	check("a🛒b", 100, "[a][b]");
	check("_under_score_", 100, "[under][score]");
}

static void stops_when_told(void **state)
{
	(void)state;
	check("one two three", 1, "[one]");
	check("one two three", 2, "[one][two]");
}

/* Of a long word so many bytes as fit, whole characters only; the rest of it is no word of its own. */
static void cuts_long_words(void **state)
{
	static const char *const characters[] = {"a", "я", "京", "𐐨"};

	(void)state;
	for (size_t kind = 0; kind < COUNT_OF(characters); kind++) {
		size_t size = strlen(characters[kind]);

		for (size_t count = SEARCH_WORD_MAX / size - 1; count < SEARCH_WORD_MAX / size + 40; count++) {
			struct buf text, expected;

			buf_init(&text, 1000);
			buf_init(&expected, 1000);
			buf_add_char(&expected, '[');
			for (size_t i = 0; i < count; i++) {
				buf_add_str(&text, characters[kind]);
				if ((i + 1) * size <= SEARCH_WORD_MAX)
					buf_add_str(&expected, characters[kind]);
			}
			buf_add_str(&text, " end");
			buf_add_str(&expected, "][end]");
			check(buf_str(&text), 100, buf_str(&expected));
			buf_done(&text);
			buf_done(&expected);
		}
	}
}

static void fails_without_memory(void **state)
{
	struct words words = {.left = 10};
	struct arena arena;

	(void)state;
	arena_init(&arena, 2);
	buf_init(&words.text, 100);
	assert_false(search_words(&arena, "word", collect, &words));
	assert_false(search_words(&arena, "wörd", collect, &words));
	assert_string_equal(buf_str(&words.text), "");
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(splits_and_folds),
	    cmocka_unit_test(stops_when_told),
	    cmocka_unit_test(cuts_long_words),
	    cmocka_unit_test(fails_without_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
