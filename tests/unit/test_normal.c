/* Names, categories and addresses in the form that is kept and compared. */
#include "tests/unit/unit.h"

#include "models/normal.h"

static void check(const char *(*normal)(struct arena *arena, const char *text), const char *text, const char *expected)
{
	struct arena arena;

	arena_init(&arena, 100000);
	const char *is = normal(&arena, text);
	assert_non_null(is);
	if (strcmp(is, expected) != 0)
		fail_msg("\"%s\" is \"%s\", not \"%s\"", text, is, expected);
	assert_string_equal(normal(&arena, is), expected); /* once is enough */
	arena_done(&arena);
}

static void names_lose_what_can_t_be_seen(void **state)
{
	static const char *const rows[][2] = {
	    {"Lamp", "Lamp"},
	    {"", ""},
	    {" Lamp\u00A0", "Lamp"},
	    {"\u2003Red  \u3000 lamp\u200B", "Red lamp"},
	    {"\u200B\uFEFF\u2060", ""},
	    {" \u200B \u3164\u2800", ""},
	    {"Cafe\u0301", "Café"},
	    {"Red\u00A0lamp", "Red lamp"},
	    {"a \u200B b", "a b"},
	    {"a\u200B b", "a b"},
	    {"a\u200Db", "a\u200Db"}, /* joins letters in some scripts */
	    {"\u200Da\u200D", "a"},
	    {"❤\uFE0F", "❤\uFE0F"},
	    {"\uFE0F", ""},
	    {"a \uFE0F", "a"},
	    {"👩\u200D🚀", "👩\u200D🚀"},
	    {"\u212B", "\u00C5"},
	    {"x\t\n y", "x y"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		check(normal_name, rows[i][0], rows[i][1]);
}

static void categories_are_equal_when_folded(void **state)
{
	static const char *const same[][2] = {
	    {"Café", " CAFE "},	   {"Mugs", "mugs"},	       {"Tea  pots", "tea\u00A0pots"}, {"Straße", "STRASSE"},
	    {"Łódź", "lodz"},	   {"ｔｅａ", "Tea"},	       {"Æ", "ae"},			{"Mugs", "Mu\u200Bgs"},
	    {"Arts & Crafts", "arts & crafts"},
	};
	static const char *const different[][2] = {
	    {"Mugs", "Mug"}, {"C", "C++"}, {"Arts & Crafts", "Arts Crafts"}, {"☕", "🍵"}};
	struct arena arena;

	(void)state;
	arena_init(&arena, 100000);
	for (size_t i = 0; i < COUNT_OF(same); i++)
		assert_string_equal(normal_category_key(&arena, same[i][0]), normal_category_key(&arena, same[i][1]));
	for (size_t i = 0; i < COUNT_OF(different); i++)
		assert_string_not_equal(normal_category_key(&arena, different[i][0]),
					normal_category_key(&arena, different[i][1]));
	/* Never nothing: a category of a sign alone is one, too. */
	assert_string_equal(normal_category_key(&arena, "☕"), "☕");
	assert_string_not_equal(normal_category_key(&arena, "\u0301"), "");
	arena_done(&arena);
}

static void addresses_are_equal_when_mail_comes_to_the_same_box(void **state)
{
	static const char *const rows[][2] = {
	    {"Ada@Example.COM", "ada@example.com"},
	    {" ada@example.com\u200B", "ada@example.com"},
	    {"ada@BÜCHER.example", "ada@xn--bcher-kva.example"},
	    {"ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"},
	    {"ada@bu\u0308cher.example", "ada@xn--bcher-kva.example"},
	    {"ada@faß.de", "ada@xn--fa-hia.de"}, /* IDNA 2008: another domain than fass.de */
	    {"ada@FASS.de", "ada@fass.de"},
	    {"ÉVA@example.com", "éva@example.com"},
	    {"E\u0301va@example.com", "éva@example.com"},
	    {"Straße@example.com", "straße@example.com"}, /* ß is not ss */
	    {"STRAẞE@example.com", "straße@example.com"},
	    {"STRASSE@example.com", "strasse@example.com"},
	    {"ΣΊΣΥΦΟΣ@example.com", "σίσυφοσ@example.com"},
	    {"σίσυφος@example.com", "σίσυφοσ@example.com"},
	    {"\u0131\u0130i@example.com", "\u0131\u0130i@example.com"}, /* three letters */
	    {"\u017F@example.com", "\u017F@example.com"},
	    {"ﬁ@example.com", "ﬁ@example.com"},
	    {"a_b@ex_ample.com", "a_b@ex_ample.com"},
	    {"a@-b.c", "a@-b.c"},
	    {"a@b..C", "a@b..c"},
	    {"Nobody", "Nobody"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		check(normal_email_key, rows[i][0], rows[i][1]);
}

static void says_when_memory_ended(void **state)
{
	struct arena arena;

	(void)state;
	for (size_t limit = 0; limit < 48; limit += 8) {
		arena_init(&arena, limit);
		assert_null(normal_email_key(&arena, "Éva.with.a.long.name@bücher.example"));
		arena_done(&arena);
		arena_init(&arena, limit / 8);
		assert_null(normal_name(&arena, "Café au lait"));
		assert_null(normal_category_key(&arena, "Café au lait"));
		arena_done(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_lose_what_can_t_be_seen),
	    cmocka_unit_test(categories_are_equal_when_folded),
	    cmocka_unit_test(addresses_are_equal_when_mail_comes_to_the_same_box),
	    cmocka_unit_test(says_when_memory_ended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
