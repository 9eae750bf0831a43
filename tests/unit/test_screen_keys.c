/* The screens' tables of keys: all can be parsed, none takes a key from those that hold everywhere, each says what it
 * does, and what people know from elsewhere is where they look for it. */
#include "tests/unit/unit.h"

#include "screens/app/app_internal.h"

static struct app *app;

static int make_app(void **state)
{
	struct err err;

	(void)state;
	app = calloc(1, sizeof *app);
	if (!app || app_init_keys(app, &err))
		return 0;
	print_error("%s\n", err.message);
	return -1;
}

static int free_app(void **state)
{
	(void)state;
	free(app);
	return 0;
}

static const char *name_of(const struct keymap *keymap, size_t index)
{
	static char name[96];

	snprintf(name, sizeof name, "%s.%s", *keymap->name ? keymap->name : "everywhere", keymap->bindings[index].name);
	return name;
}

/* ---- each table by itself ---- */

static void check_names(const struct keymap *keymap)
{
	for (size_t i = 0; i < keymap->count; i++) {
		const char *name = keymap->bindings[i].name;
		if (keymap->bindings[i].action != (int)i)
			fail_msg("%s: its action is not its place in the table", name_of(keymap, i));
		if (!*name || strspn(name, "abcdefghijklmnopqrstuvwxyz_") != strlen(name))
			fail_msg("%s: can't be written in keys.ini", name_of(keymap, i));
		for (size_t other = 0; other < i; other++)
			if (!strcmp(name, keymap->bindings[other].name))
				fail_msg("%s: twice", name_of(keymap, i));
	}
}

static void test_names(void **state)
{
	(void)state;
	for (int id = 0; id <= SCREENS; id++)
		check_names(&app->keymaps[id]);
	for (int id = 0; id < SCREENS; id++)
		for (int other = 0; other < id; other++)
			assert_string_not_equal(app->keymaps[id].name, app->keymaps[other].name);
}

/* Bindings without a help text, on purpose: another binding, which is in the help, does the same. */
static bool is_silent(const struct keymap *keymap, const char *name)
{
	return !*keymap->name && !strcmp(name, "cart");
}

/* What is rarely done has no key of its own: it is a row that Enter opens. */
static bool is_rare(const struct keymap *keymap, const char *name)
{
	return !strcmp(keymap->name, "account") && (!strcmp(name, "password") || !strcmp(name, "delete"));
}

static void check_texts(const struct keymap *keymap)
{
	enum { HELP_COLUMNS = 46 }; /* of the help's box */
	int in_footer = 0;

	for (size_t i = 0; i < keymap->count; i++) {
		const struct binding *binding = &keymap->bindings[i];
		size_t length = binding->help ? strlen(binding->help) : 0;

		if (!binding->help != is_silent(keymap, binding->name))
			fail_msg("%s: its help", name_of(keymap, i));
		if (!binding->label || (binding->footer && !*binding->label))
			fail_msg("%s: no label", name_of(keymap, i));
		if (!keymap->keys[i][0] != is_rare(keymap, binding->name))
			fail_msg("%s: has a key, or has none", name_of(keymap, i));
		if (length && (binding->help[length - 1] == '.' || length > HELP_COLUMNS + 10))
			fail_msg("%s: \"%s\" ends in a point or is too long", name_of(keymap, i), binding->help);
		in_footer += binding->footer > 0;
	}
	if (in_footer > 8)
		fail_msg("%s: %d keys in the footer", keymap->name, in_footer);
}

static void test_texts(void **state)
{
	(void)state;
	for (int id = 0; id <= SCREENS; id++)
		check_texts(&app->keymaps[id]);
}

/* ---- what holds everywhere ---- */

static const struct {
	const char *key;
	enum everywhere_action action;
} everywhere[] = {
    {"?", EVERYWHERE_HELP},	  {"F1", EVERYWHERE_HELP},    {":", EVERYWHERE_PALETTE}, {"Esc", EVERYWHERE_BACK},
    {"C-l", EVERYWHERE_REDRAW},	  {"C-z", EVERYWHERE_SUSPEND}, {"q", EVERYWHERE_QUIT},	 {"C-c", EVERYWHERE_QUIT},
    {"c", EVERYWHERE_CART},
};

static uint32_t parse(const char *name)
{
	uint32_t key = 0;

	if (!key_parse(name, strlen(name), &key))
		fail_msg("no key is called %s", name);
	return key;
}

static void test_everywhere(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(everywhere); i++)
		assert_int_equal(keymap_find(&app->keymaps[SCREENS], parse(everywhere[i].key)), everywhere[i].action);
}

static void test_nobody_takes_them(void **state)
{
	(void)state;
	for (int id = 0; id < SCREENS; id++)
		for (size_t i = 0; i < COUNT_OF(everywhere); i++) {
			/* The cart's key may be in a screen's footer too, for the same. */
			const char *allowed = everywhere[i].action == EVERYWHERE_CART ? "cart" : "";
			int action = keymap_find(&app->keymaps[id], parse(everywhere[i].key));
			if (action != KEYMAP_NONE && strcmp(app_screens[id]->keys[action].name, allowed) != 0)
				fail_msg("%s takes %s", name_of(&app->keymaps[id], (size_t)action), everywhere[i].key);
		}
}

static void check_typing_keys(const char *keys, const char *help_key, const char *quit_key)
{
	char name[KEY_NAME_SIZE];

	assert_true(keymap_override(&app->keymaps[SCREENS], "help", keys, NULL));
	app_init_typing_keys(app);
	keymap_key_name(&app->typing_keys, EVERYWHERE_HELP, name);
	assert_string_equal(name, help_key);
	keymap_key_name(&app->typing_keys, EVERYWHERE_QUIT, name);
	assert_string_equal(name, quit_key);
}

/* While one types, the help's key that is no letter is the one to show. */
static void test_typing_keys(void **state)
{
	(void)state;
	check_typing_keys("? F1", "F1", "^C");
	check_typing_keys("? h F2 F1", "F2", "^C");
	check_typing_keys("F3 ?", "F3", "^C");
	check_typing_keys("?", "?", "^C");
	check_typing_keys("? F1", "F1", "^C");
}

/* ---- what people know ---- */

static void test_known_keys(void **state)
{
	static const struct {
		enum screen_id screen;
		const char *key, *action;
	} known[] = {
	    {SCREEN_shop, "a", "add"},		 {SCREEN_shop, "c", "cart"},	     {SCREEN_shop, "/", "search"},
	    {SCREEN_shop, "f", "filter"},	 {SCREEN_shop, "s", "sort"},	     {SCREEN_shop, "u", "undo"},
	    {SCREEN_shop, "r", "refresh"},	 {SCREEN_shop, "Enter", "open"},     {SCREEN_shop, "Tab", "pane"},
	    {SCREEN_product, "a", "add"},	 {SCREEN_product, "c", "cart"},	     {SCREEN_product, "r", "refresh"},
	    {SCREEN_cart, "Enter", "checkout"},	 {SCREEN_cart, "+", "more"},	     {SCREEN_cart, "-", "less"},
	    {SCREEN_cart, "u", "undo"},		 {SCREEN_checkout, "y", "buy"},	     {SCREEN_purchases, "r", "refresh"},
	    {SCREEN_inventory, "e", "edit"},	 {SCREEN_inventory, "Space", "tag"}, {SCREEN_inventory, "n", "new"},
	    {SCREEN_inventory, "r", "refresh"},	 {SCREEN_inventory, "u", "undo"},    {SCREEN_inventory, "/", "search"},
	    {SCREEN_sales, "r", "refresh"},	 {SCREEN_dashboard, "r", "refresh"}, {SCREEN_account, "e", "edit"},
	    {SCREEN_sign_in, "Enter", "send"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(known); i++) {
		const struct screen *screen = app_screens[known[i].screen];
		int action = keymap_find(&app->keymaps[known[i].screen], parse(known[i].key));
		if (action == KEYMAP_NONE || strcmp(screen->keys[action].name, known[i].action) != 0)
			fail_msg("%s: %s is not %s", screen->name, known[i].key, known[i].action);
	}
}

/* ---- one meaning each ---- */

/* Every key that a screen may have, and what it means in the whole program, as the names of the actions that mean it. A
 * new action takes the key of its meaning, or a key that is not here yet and gets a row. */
static const struct {
	const char *key, *names; /* names with a blank before and after each */
} meanings[] = {
    {"a", " add again "},	  /* add to the cart */
    {"b", " bulk "},		  /* change what is tagged */
    {"c", " cart "},
    {"C", " copy "},		  /* to the clipboard */
    {"d", " delete remove "},	  /* with undo, or a question */
    {"e", " edit "},
    {"f", " filter "},
    {"m", " mine "},		  /* of a conflict */
    {"n", " new "},
    {"p", " purchases "},
    {"q", " quit "},
    {"r", " refresh "},
    {"s", " sort "},
    {"S", " ship "},
    {"t", " theirs "},
    {"u", " undo "},
    {"V", " deliver "},
    {"w", " review write "},	  /* what was changed, to look at and send; a receipt into a file */
    {"x", " drop "},		  /* leave this one out */
    {"X", " cancel "},
    {"y", " buy send "},	  /* yes to what the screen asks */
    {"/", " search "},
    {"?", " help "},
    {":", " palette "},
    {"Space", " tag "},
    {"+", " more "},
    {"=", " more "},		  /* the same key as + on most keyboards */
    {"-", " less "},
    {"0", " remove "},		  /* so many are wanted */
    {"7", " week "},		  /* days */
    {"3", " month "},
    {"9", " quarter "},
    {"Delete", " remove delete "},
    {"Esc", " back "},
    {"Enter", " go send apply save open checkout purchases "}, /* goes on from here */
    {"Tab", " next pane others "}, /* the next place on the same screen */
    {"S-Tab", " previous "},
    {"h", " back previous shop "}, /* to the left, or out */
    {"Left", " back previous shop "},
    {"l", " open next "},	  /* to the right, or in */
    {"Right", " open next "},
    {"F1", " help "},
    {"C-c", " quit "},
    {"C-g", " forgot "},	  /* get a code */
    {"C-l", " redraw "},
    {"C-n", " sign_up sign_in other "}, /* the other form */
    {"C-o", " clear default "},	  /* as it was at first */
    {"C-p", " no_picture "},
    {"C-r", " refresh "},
    {"C-t", " category "},
    {"C-x", " delete "},
    {"C-z", " suspend "},
};

static const char *meaning_of(uint32_t key)
{
	for (size_t i = 0; i < COUNT_OF(meanings); i++)
		if (parse(meanings[i].key) == key)
			return meanings[i].names;
	return NULL;
}

static void check_meanings(const struct keymap *keymap, bool used[])
{
	char key[KEY_NAME_SIZE], name[64];

	for (size_t at = 0; at < keymap->count; at++)
		for (size_t i = 0; i < KEYMAP_KEYS_MAX && keymap->keys[at][i]; i++) {
			const char *names = meaning_of(keymap->keys[at][i]);

			keymap_show_key(keymap->keys[at][i], key);
			snprintf(name, sizeof name, " %s ", keymap->bindings[at].name);
			if (!names)
				fail_msg("%s: %s has no meaning yet", name_of(keymap, at), key);
			if (!strstr(names, name))
				fail_msg("%s: %s means%selsewhere", name_of(keymap, at), key, names);
			for (size_t row = 0; row < COUNT_OF(meanings); row++)
				used[row] |= meanings[row].names == names;
		}
}

static void test_one_meaning(void **state)
{
	bool used[COUNT_OF(meanings)] = {false};

	(void)state;
	for (int id = 0; id <= SCREENS; id++)
		check_meanings(&app->keymaps[id], used);
	for (size_t row = 0; row < COUNT_OF(meanings); row++)
		for (size_t other = 0; other < row; other++)
			assert_int_not_equal(parse(meanings[row].key), parse(meanings[other].key));
	for (size_t row = 0; row < COUNT_OF(meanings); row++)
		if (!used[row] && strcmp(meanings[row].key, "C") != 0) /* kept for a copy to the clipboard */
			fail_msg("no screen has %s", meanings[row].key);
}

/* Nothing is bought with Enter. */
static void test_enter_buys_nothing(void **state)
{
	const struct keymap *checkout = &app->keymaps[SCREEN_checkout];

	(void)state;
	int action = keymap_find(checkout, KEYSYM_Enter);
	assert_true(action == KEYMAP_NONE || strcmp(checkout->bindings[action].name, "buy") != 0);
}

/* ---- names in the palette ---- */

static void test_palette_names(void **state)
{
	static const char *const wanted[] = {"welcome",	  "shop",      "cart",	"purchases", "sign in", "sign up",
					     "account", "platform", "inventory", "sales",     "dashboard"};
	size_t found = 0;

	(void)state;
	for (int id = 0; id < SCREENS; id++) {
		size_t length = strcspn(app_entries[id].words, "|");
		if ((app_entries[id].who == FOR_NOBODY) != !length)
			fail_msg("%s: offered without a name, or named without being offered", app_screens[id]->name);
		for (size_t i = 0; i < COUNT_OF(wanted); i++)
			found += length == strlen(wanted[i]) && !memcmp(app_entries[id].words, wanted[i], length);
	}
	assert_int_equal(found, COUNT_OF(wanted));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_texts),
	    cmocka_unit_test(test_everywhere),
	    cmocka_unit_test(test_nobody_takes_them),
	    cmocka_unit_test(test_typing_keys),
	    cmocka_unit_test(test_known_keys),
	    cmocka_unit_test(test_one_meaning),
	    cmocka_unit_test(test_enter_buys_nothing),
	    cmocka_unit_test(test_palette_names),
	};

	return cmocka_run_group_tests(tests, make_app, free_app);
}
