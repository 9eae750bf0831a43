/* Names of keys, tables of keys, and what is made of them: footer, filter. */
#include "tests/unit/unit.h"

#include <locale.h>

#include "tui/widgets/keymap.h"

#define SHOP_KEYS(KEY)                                                                                                 \
	KEY(SHOP_ADD, "add", "a", "add", "Add to the cart", 1)                                                         \
	KEY(SHOP_OPEN, "open", "Enter l Right", "open", "Open the product", 2)                                         \
	KEY(SHOP_SEARCH, "search", "/", "search", "Search as you type", 3)                                             \
	KEY(SHOP_FILTER, "filter", "f", "filter", "Filter the list", 4)                                                \
	KEY(SHOP_SORT, "sort", "s", "sort", "Sort the list", 5)                                                        \
	KEY(SHOP_SECRET, "secret", "C-x", NULL, NULL, 0)
enum shop_action { SHOP_KEYS(KEYMAP_ACTION) };
static const struct binding shop_keys[] = {SHOP_KEYS(KEYMAP_BINDING)};

#define APP_KEYS(KEY)                                                                                                  \
	KEY(APP_HELP, "help", "? F1", "help", "Show the keys", 99)                                                     \
	KEY(APP_REDRAW, "redraw", "C-l", NULL, "Draw the screen again", 0)                                             \
	KEY(APP_CART, "cart", "c", "cart", "Go to the cart", 6)
enum app_action { APP_FIRST = 99, APP_KEYS(KEYMAP_ACTION) };
static const struct binding app_keys[] = {APP_KEYS(KEYMAP_BINDING)};

static struct keymap shop, app;

static int set_up(void **state)
{
	(void)state;
	struct err err = {0};
	return keymap_init(&shop, "shop", "Shop", shop_keys, COUNT_OF(shop_keys), &err) &&
		       keymap_init(&app, "", "Everywhere", app_keys, COUNT_OF(app_keys), &err)
		   ? 0
		   : -1;
}

static uint32_t parsed(const char *name)
{
	uint32_t key = 0;

	return key_parse(name, strlen(name), &key) ? key : 0;
}

static void test_names(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		uint32_t key;
		const char *shown; /* NULL: the name */
	} rows[] = {
	    {"a", 'a', NULL},
	    {"A", 'A', NULL},
	    {"?", '?', NULL},
	    {"-", '-', NULL},
	    {"ñ", 0xF1, NULL},
	    {"京", 0x4EAC, NULL},
	    {"Space", ' ', NULL},
	    {"space", ' ', "Space"},
	    {"Enter", KEYSYM_Enter, NULL},
	    {"return", KEYSYM_Enter, "Enter"},
	    {"Esc", KEYSYM_Esc, NULL},
	    {"PgUp", KEYSYM_PgUp, NULL},
	    {"PageDown", KEYSYM_PgDn, "PgDn"},
	    {"F12", KEYSYM_F12, NULL},
	    {"C-l", KEYMOD_CTRL | 'l', NULL},
	    {"c-L", KEYMOD_CTRL | 'l', "C-l"},
	    {"^L", KEYMOD_CTRL | 'l', "C-l"},
	    {"M-x", KEYMOD_ALT | 'x', NULL},
	    {"S-Tab", KEYMOD_SHIFT | KEYSYM_Tab, NULL},
	    {"C-M-Left", KEYMOD_CTRL | KEYMOD_ALT | KEYSYM_Left, NULL},
	    {"S-a", 'A', "A"},
	    {"C--", KEYMOD_CTRL | '-', NULL},
	    {"C-Space", KEYMOD_CTRL | ' ', NULL},
	};

	for (size_t at = 0; at < COUNT_OF(rows); at++) {
		char name[KEY_NAME_SIZE];
		assert_int_equal(parsed(rows[at].name), rows[at].key);
		key_format(rows[at].key, name);
		assert_string_equal(name, rows[at].shown ? rows[at].shown : rows[at].name);
	}
	static const char *const none[] = {"",    "ab",   "C-",     "Hyper-x", "F13",
					   "S-1", "\033", "C-\001", "\xFF",    "\xC2\x85"};
	for (size_t at = 0; at < COUNT_OF(none); at++)
		assert_int_equal(parsed(none[at]), 0);
}

static void test_names_go_round(void **state)
{
	(void)state;
	for (uint32_t key = KEYSYM_FIRST + 1; key < KEYSYM_END; key++) {
		for (uint32_t mods = 0; mods < 8; mods++) {
			char name[KEY_NAME_SIZE];
			key_format(key | mods << 24, name);
			assert_int_equal(parsed(name), key | mods << 24);
		}
	}
}

static void test_find(void **state)
{
	(void)state;
	assert_int_equal(keymap_find(&shop, 'a'), SHOP_ADD);
	assert_int_equal(keymap_find(&shop, KEYSYM_Right), SHOP_OPEN);
	assert_int_equal(keymap_find(&shop, 'z'), KEYMAP_NONE);
	assert_int_equal(keymap_find(&shop, 0), KEYMAP_NONE);
	assert_int_equal(keymap_find(&app, KEYMOD_CTRL | 'l'), APP_REDRAW);
}

static void test_tables_are_checked(void **state)
{
	(void)state;
	static const struct binding twice[] = {{0, "one", "a", NULL, NULL, 0}, {1, "two", "b a", NULL, NULL, 0}};
	static const struct binding wrong[] = {{0, "one", "a Bogus", NULL, NULL, 0}};
	struct keymap keymap;
	struct err err = {0};

	assert_false(keymap_init(&keymap, "t", "T", twice, 2, &err));
	assert_non_null(strstr(err.message, "t.two"));
	assert_false(keymap_init(&keymap, "t", "T", wrong, 1, &err));
	assert_non_null(strstr(err.message, "Bogus"));
}

static void test_override(void **state)
{
	(void)state;
	struct err err = {0};
	char name[KEY_NAME_SIZE];

	assert_true(keymap_override(&shop, "add", "A  s", &err));
	assert_int_equal(keymap_find(&shop, 'A'), SHOP_ADD);
	assert_int_equal(keymap_find(&shop, 'a'), KEYMAP_NONE);
	assert_int_equal(keymap_find(&shop, 's'), SHOP_ADD); /* taken from sort */
	keymap_key_name(&shop, SHOP_SORT, name);
	assert_string_equal(name, "");
	keymap_key_name(&shop, SHOP_ADD, name);
	assert_string_equal(name, "A");
	assert_true(keymap_override(&shop, "open", "", &err));
	assert_int_equal(keymap_find(&shop, KEYSYM_Enter), KEYMAP_NONE);

	assert_false(keymap_override(&shop, "fly", "x", &err));
	assert_int_equal(err.kind, ERR_NOT_FOUND);
	assert_false(keymap_override(&shop, "add", "x Nonsense", &err));
	assert_int_equal(err.kind, ERR_INVALID);
	assert_int_equal(keymap_find(&shop, 'A'), SHOP_ADD); /* as it was */
	assert_false(keymap_override(&shop, "add", "1 2 3 4 5 6 7", &err));
}

static const char *without_filter(const struct keymap *keymap, const struct binding *binding, void *user)
{
	(void)user;
	return keymap == &shop && binding->action == SHOP_FILTER ? NULL : binding->label;
}

static const char *with_amount(const struct keymap *keymap, const struct binding *binding, void *user)
{
	(void)user;
	return keymap == &shop && binding->action == SHOP_ADD ? "add for 14.50" : binding->label;
}

static const char *footer(int width, keymap_label *label)
{
	static char text[512];
	const struct keymap *keymaps[] = {&shop, &app};
	struct footer_item items[FOOTER_ITEMS_MAX];
	size_t count = keymap_footer(keymaps, 2, width, APP_HELP, label, NULL, items);
	struct canvas *canvas = canvas_new(width, 1, &glyphs_utf8);
	struct buf out;

	assert_non_null(canvas);
	buf_init(&out, 4096);
	paint_footer(canvas, (struct rect){0, 0, width, 1}, items, count);
	canvas_dump(canvas, &out);
	snprintf(text, sizeof text, "%.*s", (int)out.length - 1, buf_str(&out));
	buf_done(&out);
	canvas_free(canvas);
	return text;
}

static void test_footer(void **state)
{
	(void)state;
	assert_string_equal(footer(80, NULL),
			    " a add  Enter open  / search  f filter  s sort  c cart                   ? help");
	assert_string_equal(footer(80, without_filter),
			    " a add  Enter open  / search  s sort  c cart                             ? help");
	assert_string_equal(footer(40, with_amount), " a add for 14.50  Enter open     ? help");
	assert_string_equal(footer(40, NULL), " a add  Enter open  / search     ? help");
	assert_string_equal(footer(28, NULL), " a add  Enter open   ? help");
	assert_string_equal(footer(12, NULL), "     ? help");
	assert_string_equal(footer(5, NULL), "? he…");
}

static void test_footer_click(void **state)
{
	(void)state;
	const struct keymap *keymaps[] = {&shop, &app};
	struct footer_item items[FOOTER_ITEMS_MAX];
	size_t count = keymap_footer(keymaps, 2, 80, APP_HELP, NULL, NULL, items);

	assert_int_equal(footer_item_at(items, count, 1)->binding->action, SHOP_ADD);
	assert_int_equal(footer_item_at(items, count, 12)->binding->action, SHOP_OPEN);
	assert_int_equal(footer_item_at(items, count, 78)->binding->action, APP_HELP);
	assert_null(footer_item_at(items, count, 0));
	assert_null(footer_item_at(items, count, 60));
}

/* A screen's action may have the number of the help, and any place. */
static void test_footer_of_a_screen(void **state)
{
	static const struct binding bindings[] = {{0, "late", "y", "send", "Send it", 5}};
	struct footer_item items[FOOTER_ITEMS_MAX];
	struct keymap screen, all;
	struct err err;

	(void)state;
	static const struct binding everywhere[] = {{0, "help", "?", "help", "Help", 1}};
	assert_true(keymap_init(&screen, "screen", "Screen", bindings, 1, &err));
	assert_true(keymap_init(&all, "", "All", everywhere, 1, &err));
	const struct keymap *keymaps[] = {&screen, &all};
	assert_int_equal(keymap_footer(keymaps, 2, 80, 0, NULL, NULL, items), 2);
	assert_ptr_equal(items[0].keymap, &screen);
	assert_ptr_equal(items[1].keymap, &all);
}

static void test_matches(void **state)
{
	(void)state;
	const char *texts[] = {"Add to the cart", NULL, "a"};

	assert_true(keymap_matches("", texts, 3));
	assert_true(keymap_matches("CART add", texts, 3));
	assert_true(keymap_matches("  to ", texts, 3));
	assert_false(keymap_matches("cart sell", texts, 3));
}

int main(void)
{
	setlocale(LC_ALL, "C.UTF-8");
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_names_go_round),
	    cmocka_unit_test_setup(test_find, set_up),
	    cmocka_unit_test(test_tables_are_checked),
	    cmocka_unit_test_setup(test_override, set_up),
	    cmocka_unit_test_setup(test_footer, set_up),
	    cmocka_unit_test_setup(test_footer_click, set_up),
	    cmocka_unit_test(test_footer_of_a_screen),
	    cmocka_unit_test(test_matches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
