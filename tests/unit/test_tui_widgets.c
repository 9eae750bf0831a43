/* Overlays, forms, toasts: by events, and as the text that they paint. */
#include "tests/unit/unit.h"

#include <locale.h>

#include "tui/widgets/form.h"
#include "tui/terminal/key.h"
#include "tui/view/overlay.h"
#include "tui/widgets/toast.h"

static struct canvas *canvas;
static struct view *view; /* of what floats */

static const char *dump(void)
{
	static char text[1 << 16];
	struct buf out;

	buf_init(&out, sizeof text - 1);
	canvas_dump(canvas, &out);
	size_t length = out.length;
	while (length > 1 && out.bytes[length - 1] == '\n' && out.bytes[length - 2] == '\n')
		length--;
	snprintf(text, sizeof text, "%.*s", (int)length, buf_str(&out));
	buf_done(&out);
	return text;
}

static struct rect all(void)
{
	return (struct rect){0, 0, canvas_width(canvas), canvas_height(canvas)};
}

static void fresh(int width, int height)
{
	canvas_free(canvas);
	canvas = canvas_new(width, height, &glyphs_utf8);
	assert_non_null(canvas);
}

static int set_up(void **state)
{
	(void)state;
	view = view_new();
	return view ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	view = view_free(view);
	canvas = canvas_free(canvas);
	return 0;
}

static struct event key(const char *name)
{
	struct event event = {.kind = EVENT_KEY};

	assert_true(key_parse(name, strlen(name), &event.key));
	return event;
}

static struct event click_at(int x, int y, enum event_button button)
{
	return (struct event){.kind = EVENT_MOUSE, .button = button, .x = x, .y = y};
}

static void test_dialog(void **state)
{
	(void)state;
	struct dialog dialog = {.floating = {.view = view},
				.title = "Delete",
				.text = "Delete \"Huila\033[2Jdecaf\"?\nIt can't be undone.",
				.yes = "delete it"};
	static const struct {
		const char *key;
		enum widget_result result;
	} rows[] = {{"y", WIDGET_CHOSEN}, {"Enter", WIDGET_HANDLED}, {"Esc", WIDGET_CLOSED},
		    {"n", WIDGET_CLOSED}, {"q", WIDGET_HANDLED},     {"Down", WIDGET_HANDLED}};

	fresh(40, 10);
	dialog_paint(&dialog, canvas, all());
	assert_string_equal(dump(), "\n\n"
				    "  ┌─ Delete ─────────────────────────┐\n"
				    "  │  Delete \"Huila\xEF\xBF\xBD[2Jdecaf\"?        │\n"
				    "  │  It can't be undone.             │\n"
				    "  │                                  │\n"
				    "  │  y delete it  Esc cancel         │\n"
				    "  └──────────────────────────────────┘\n");
	for (size_t at = 0; at < COUNT_OF(rows); at++) {
		struct event event = key(rows[at].key);
		assert_int_equal(dialog_event(&dialog, &event), rows[at].result);
	}
	struct dialog notice = {.floating = {.view = view}, .text = "Saved."};
	struct event enter = key("Enter"), yes = key("y");
	assert_int_equal(dialog_event(&notice, &enter), WIDGET_CLOSED);
	assert_int_equal(dialog_event(&notice, &yes), WIDGET_HANDLED);
}

static void test_long_dialog(void **state)
{
	(void)state;
	char text[4000];
	struct dialog dialog = {.floating = {.view = view}, .text = text};
	struct event down = key("Down");

	memset(text, 'w', sizeof text - 1);
	for (size_t at = 5; at < sizeof text; at += 6)
		text[at] = ' ';
	memcpy(text + sizeof text - 5, "end.", 5);
	fresh(40, 12);
	for (int times = 0; times < 500; times++) {
		canvas_clear(canvas);
		dialog_paint(&dialog, canvas, all());
		dialog_event(&dialog, &down);
	}
	assert_non_null(strstr(dump(), "end."));
	assert_non_null(strstr(dump(), "Esc close"));
	fresh(3, 2); /* far too small: nothing bad happens */
	dialog_paint(&dialog, canvas, all());
}

static void test_menu(void **state)
{
	(void)state;
	static const char *const items[] = {"Newest", "Price, low to high", "Price, high to low"};
	struct menu menu = {.floating = {.view = view}, .title = "Sort by", .items = items, .count = 3, .selected = 1};
	struct event down = key("Down"), enter = key("Enter"), esc = key("Esc");

	fresh(40, 7);
	menu_paint(&menu, canvas, all());
	assert_string_equal(dump(), "\n        ┌─ Sort by ───────────┐\n"
				    "        │  Newest             │\n"
				    "        │▌ Price, low to high │\n"
				    "        │  Price, high to low │\n"
				    "        └─────────────────────┘\n");
	assert_int_equal(menu_event(&menu, &enter), WIDGET_CHOSEN);
	assert_int_equal(menu.selected, 1);
	assert_int_equal(menu_event(&menu, &down), WIDGET_HANDLED);
	assert_int_equal(menu_event(&menu, &down), WIDGET_HANDLED);
	assert_int_equal(menu_event(&menu, &enter), WIDGET_CHOSEN);
	assert_int_equal(menu.selected, 2);
	assert_int_equal(menu_event(&menu, &esc), WIDGET_CLOSED);
	struct event click = click_at(12, 3, BUTTON_LEFT);
	assert_int_equal(menu_event(&menu, &click), WIDGET_HANDLED);
	assert_int_equal(menu.selected, 1);
	assert_int_equal(menu_event(&menu, &click), WIDGET_CHOSEN);
}

#define SHOP_KEYS(KEY)                                                                                                 \
	KEY(SHOP_ADD, "add", "a", "add", "Add to the cart", 1)                                                         \
	KEY(SHOP_OPEN, "open", "Enter l", "open", "Open the product", 2)                                               \
	KEY(SHOP_HIDDEN, "hidden", "x", NULL, NULL, 0)
enum shop_action { SHOP_KEYS(KEYMAP_ACTION) };
static const struct binding shop_keys[] = {SHOP_KEYS(KEYMAP_BINDING)};
#define APP_KEYS(KEY) KEY(APP_REDRAW, "redraw", "C-l", NULL, "Draw the screen again", 0)
enum app_action { APP_KEYS(KEYMAP_ACTION) };
static const struct binding app_keys[] = {APP_KEYS(KEYMAP_BINDING)};
static struct keymap shop, app;
static const struct keymap *const keymaps[] = {&shop, &app};

static void set_up_keymaps(void)
{
	assert_true(keymap_init(&shop, "shop", "Shop", shop_keys, COUNT_OF(shop_keys), NULL));
	assert_true(keymap_init(&app, "", "Everywhere", app_keys, COUNT_OF(app_keys), NULL));
}

static void test_help(void **state)
{
	(void)state;
	struct help help;
	struct event letters[] = {key("d"), key("r"), key("a"), key("w")}, esc = key("Esc");

	set_up_keymaps();
	fresh(50, 14);
	assert_true(help_init(&help, view, keymaps, 2, NULL));
	help_paint(&help, canvas, all());
	assert_string_equal(dump(), "\n  ┌─ Keys ─────────────────────────────────────┐\n"
				    "  │  > type to filter                          │\n"
				    "  │  Shop                                     ┃│\n"
				    "  │  a             Add to the cart            ┃│\n"
				    "  │  Enter l       Open the product           ┃│\n"
				    "  │                                           ┃│\n"
				    "  │  Everywhere                               ┃│\n"
				    "  │  ^L            Draw the screen again       │\n"
				    "  │                                            │\n"
				    "  │  Lists and forms                           │\n"
				    "  │  Up Down k j   Go up and down in a list    │\n"
				    "  └────────────────────────────────────────────┘\n");
	for (size_t at = 0; at < COUNT_OF(letters); at++)
		assert_int_equal(help_event(&help, &letters[at]), WIDGET_HANDLED);
	canvas_clear(canvas);
	help_paint(&help, canvas, all());
	assert_null(strstr(dump(), "Add to the cart"));
	assert_non_null(strstr(dump(), "Draw the screen again"));
	struct event paste = {.kind = EVENT_PASTE, .text = "zzz", .length = 3};
	help_event(&help, &paste);
	help_paint(&help, canvas, all());
	assert_non_null(strstr(dump(), "No key does that."));
	assert_int_equal(help_event(&help, &esc), WIDGET_CLOSED);
	help_done(&help);
}

static void type(struct palette *palette, const char *text)
{
	for (; *text; text++) {
		struct event event = {.kind = EVENT_KEY, .key = (unsigned char)*text};
		assert_int_equal(palette_event(palette, &event), WIDGET_HANDLED);
	}
}

static void test_palette(void **state)
{
	(void)state;
	static struct palette palette;
	struct event enter = key("Enter"), down = key("Down"), clear = key("C-u"), esc = key("Esc");

	set_up_keymaps();
	assert_true(palette_init(&palette, view, NULL));
	palette_add_keymap(&palette, &shop, SHOP_OPEN, NULL, NULL);
	palette_add(&palette, "sign up as a seller", NULL, 3);
	palette_add(&palette, "sign in", "with your e-mail", 1);
	palette_add(&palette, "purchases", NULL, 2);
	fresh(60, 12);
	palette_paint(&palette, canvas, all());
	assert_string_equal(dump(), "\n  ┌─ Go to, do ──────────────────────────────────────────┐\n"
				    "  │  > type a name                                       │\n"
				    "  │                                                      │\n"
				    "  │▌ Add to the cart                                   a │\n"
				    "  │  sign up as a seller                                 │\n"
				    "  │  sign in                           with your e-m…    │\n"
				    "  │  purchases                                           │\n"
				    "  │                                                      │\n"
				    "  │                                                      │\n"
				    "  └──────────────────────────────────────────────────────┘\n");
	type(&palette, "sign in");
	assert_int_equal(palette_event(&palette, &enter), WIDGET_CHOSEN);
	assert_int_equal(palette_chosen(&palette)->id, 1);
	assert_null(palette_chosen(&palette)->keymap);
	palette_event(&palette, &clear);
	type(&palette, "s"); /* names that begin so, then words, then the rest */
	palette_event(&palette, &down);
	assert_int_equal(palette_chosen(&palette)->id, 1);
	palette_event(&palette, &down);
	assert_int_equal(palette_chosen(&palette)->id, 2);
	palette_event(&palette, &clear);
	type(&palette, "CART");
	assert_ptr_equal(palette_chosen(&palette)->keymap, &shop);
	assert_int_equal(palette_chosen(&palette)->id, SHOP_ADD);
	type(&palette, "zz");
	assert_null(palette_chosen(&palette));
	palette_paint(&palette, canvas, all());
	assert_non_null(strstr(dump(), "Nothing is called that."));
	assert_int_equal(palette_event(&palette, &enter), WIDGET_HANDLED);
	assert_int_equal(palette_event(&palette, &esc), WIDGET_CLOSED);
	for (int more = 0; more < 500; more++)
		palette_add(&palette, "more", NULL, more);
	assert_int_equal(palette.count, PALETTE_ENTRIES_MAX);
	palette_done(&palette);
}

static const char *const kinds[] = {"client", "seller", NULL};
static const struct form_row rows[] = {
    {.name = "email", .label = "E-mail", .max = 254, .hint = "you@example.com"},
    {.name = "password", .label = "Password", .max = 128, .secret = true},
    {.name = "kind", .label = "As a", .choices = kinds},
    {.name = "description", .label = "About", .max = 200, .lines = 2},
};

static void form_keys(struct form *form, const char *names)
{
	for (const char *at = names; *at; at += strspn(at, " ")) {
		char name[KEY_NAME_SIZE];
		size_t length = strcspn(at, " ");
		snprintf(name, sizeof name, "%.*s", (int)length, at);
		struct event event = key(name);
		form_event(form, &event);
		at += length;
	}
}

static int form_at; /* the line it is scrolled to */

/* Returns the lines used. */
static int form_paint(const struct form *shown)
{
	struct form_places places;

	form_place(shown, canvas_width(canvas), &places);
	form_at = form_scroll(&places, canvas_height(canvas), form_at);
	form_show(shown, &places, canvas, all(), form_at, true, 0);
	return places.lines;
}

static void test_form(void **state)
{
	(void)state;
	struct form form;
	struct event enter = key("Enter"), esc = key("Esc"), other = key("F5");

	fresh(60, 8);
	assert_true(form_init(&form, rows, COUNT_OF(rows), NULL));
	form_paint(&form);
	assert_string_equal(dump(), "▌ E-mail    you@example.com\n  Password\n  As a      ← client →\n  About\n");
	form_keys(&form, "a @ b Tab s e c Tab Right Down o n e S-Tab S-Tab");
	assert_int_equal(form.focus, 1);
	assert_string_equal(form_text(&form, 0), "a@b");
	assert_string_equal(form_text(&form, 1), "sec");
	assert_string_equal(form_text(&form, 2), "seller");
	assert_string_equal(form_text(&form, 3), "one");
	assert_int_equal(form_event(&form, &enter), WIDGET_CHOSEN);
	assert_int_equal(form_event(&form, &esc), WIDGET_CLOSED);
	assert_int_equal(form_event(&form, &other), WIDGET_IGNORED);

	assert_true(form_error_named(&form, "/email", "That is no address."));
	assert_true(form_error_named(&form, "password", "At least 8 characters."));
	assert_false(form_error_named(&form, "nose", "?"));
	assert_int_equal(form.focus, 0); /* the first */
	canvas_clear(canvas);
	assert_int_equal(form_paint(&form), 7);
	assert_string_equal(dump(), "▌ E-mail    a@b\n!           That is no address.\n  Password  •••\n"
				    "!           At least 8 characters.\n  As a      ← seller →\n  About     one\n");
	form_keys(&form, "c");
	assert_string_equal(form.fields[0].error, ""); /* it is being put right */
	assert_true(form_has_errors(&form));           /* the other's */
	form_clear_errors(&form);
	assert_false(form_has_errors(&form));
	form_keys(&form, "S-Tab");
	assert_int_equal(form.focus, 3);
	form_click(&form, 1, 1);
	assert_int_equal(form.focus, 1);
	assert_int_equal(form.fields[1].field.cursor, 1);
	form_done(&form);
}

static void test_narrow_form(void **state)
{
	(void)state;
	struct form form;
	int x, y;

	fresh(30, 4);
	assert_true(form_init(&form, rows, COUNT_OF(rows), NULL));
	form_set(&form, 2, "seller");
	form_set(&form, 2, "nonsense");
	form_paint(&form);
	assert_string_equal(dump(), "▌ E-mail\n  you@example.com\n  Password\n");
	form_keys(&form, "Tab Tab Tab");
	canvas_clear(canvas);
	form_paint(&form);
	assert_string_equal(dump(), "  ← seller →\n▌ About\n"); /* scrolled to where one is */
	assert_true(canvas_has_cursor(canvas, &x, &y));
	assert_int_equal(y, 2);
	form_keys(&form, "Tab");
	canvas_clear(canvas);
	form_paint(&form);
	assert_string_equal(dump(), "▌ E-mail\n  you@example.com\n  Password\n");
	form_done(&form);
}

static void test_toast(void **state)
{
	(void)state;
	struct toast toast = {0};
	struct rect line = {0, 0, 50, 1};

	fresh(50, 1);
	assert_int_equal(toast_wait(&toast, 0), -1);
	toast_show(&toast, TOAST_GOOD, 1000, "u undo", "Added 1 × %s", "Yirgacheffe\033[2J");
	toast_paint(&toast, canvas, line);
	assert_string_equal(dump(), " ✓ Added 1 × Yirgacheffe\xEF\xBF\xBD[2J               u undo\n");
	assert_int_equal(toast_wait(&toast, 2000), 3000);
	assert_false(toast_tick(&toast, 4999));
	assert_true(toast_tick(&toast, 5000));
	assert_false(toast_tick(&toast, 5000));
	toast_show(&toast, TOAST_BAD, 1000, NULL, "Not sent: no connection. r tries again.");
	assert_int_equal(toast_wait(&toast, 2000), -1); /* it stays */
	assert_false(toast_tick(&toast, 999999));
	assert_false(toast_key(&toast));
	canvas_clear(canvas);
	toast_paint(&toast, canvas, line);
	assert_string_equal(dump(), " ! Not sent: no connection. r tries again.\n");
	assert_true(toast_dismiss(&toast));
	toast_show(&toast, TOAST_INFO, 1000, NULL, "x");
	assert_true(toast_key(&toast));
}

/* One that doesn't fit says that Enter opens it, and no longer once other keys mean something while one types. */
static void test_toast_too_long(void **state)
{
	(void)state;
	struct toast toast = {0};
	struct rect line = {0, 0, 40, 1};

	fresh(40, 1);
	toast_show(&toast, TOAST_BAD, 1000, "r again", "It could not be saved: the disk is full, and more.");
	assert_false(toast_opens(&toast, false)); /* nobody has seen it yet */
	toast_paint(&toast, canvas, line);
	assert_string_equal(dump(), " ! It could not b…  Enter more  r again\n");
	assert_true(toast_opens(&toast, false) && toast_opens(&toast, true));
	toast_key(&toast);
	assert_true(toast_opens(&toast, false));
	assert_false(toast_opens(&toast, true));
	canvas_clear(canvas);
	canvas_field_cursor(canvas, 0, 0);
	toast_paint(&toast, canvas, line);
	assert_string_equal(dump(), " ! It could not be saved: the…  r again\n");
	toast_show(&toast, TOAST_WARN, 1000, NULL, "Short");
	toast_paint(&toast, canvas, line);
	assert_false(toast_opens(&toast, false));
}

/* However narrow the help is, its words are all there, and keys, too. */
static void test_help_is_whole(void **state)
{
	(void)state;
	static const char *const words[] = {"Enter",  "l",     "Open", "the",  "product", "Add",    "to",  "cart",
					    "screen", "again", "PgDn", "Home", "one",     "before", "last"};
	struct event down = key("PgDn");
	struct help help;

	set_up_keymaps();
	for (int width = 30; width < 60; width += 7) {
		bool found[COUNT_OF(words)] = {false};

		view = view_free(view);
		view = view_new();
		assert_true(help_init(&help, view, keymaps, 2, NULL));
		for (int page = 0; page < 20; page++) {
			fresh(width, 14);
			help_paint(&help, canvas, all());
			assert_null(strstr(dump(), "…"));
			for (size_t i = 0; i < COUNT_OF(words); i++)
				found[i] |= strstr(dump(), words[i]) != NULL;
			help_event(&help, &down);
		}
		help_done(&help);
		for (size_t i = 0; i < COUNT_OF(words); i++)
			if (!found[i])
				fail_msg("\"%s\" is not in a help of %d columns", words[i], width);
	}
}

static void test_spinner(void **state)
{
	(void)state;
	struct spinner spinner = {0};

	assert_int_equal(spinner_wait(&spinner, 0), -1);
	spinner_start(&spinner, 1000);
	spinner_start(&spinner, 1100); /* goes on */
	assert_int_equal(spinner_step(&spinner, 1149), -1);
	assert_int_equal(spinner_wait(&spinner, 1100), 50);
	assert_int_equal(spinner_step(&spinner, 1150), 0);
	assert_int_equal(spinner_step(&spinner, 1250), 1);
	assert_int_equal(spinner_wait(&spinner, 1260), 90);
	assert_int_equal(spinner_step(&spinner, 1150 + 100 * GLYPH_SPINNER), 0);
	spinner_stop(&spinner);
	assert_int_equal(spinner_step(&spinner, 9999), -1);
}

/* Every size, however small: nothing is painted outside, nothing breaks. */
static void test_all_sizes(void **state)
{
	(void)state;
	static struct palette palette;
	static const char *const items[] = {"one", "two"};
	struct form form;
	struct help help;
	struct menu menu = {.floating = {.view = view}, .title = "Menu", .items = items, .count = 2};
	struct dialog dialog = {
	    .floating = {.view = view}, .title = "Title", .text = "Some text, which is wrapped.", .yes = "do"};

	set_up_keymaps();
	assert_true(form_init(&form, rows, COUNT_OF(rows), NULL));
	assert_true(help_init(&help, view, keymaps, 2, NULL));
	assert_true(palette_init(&palette, view, NULL));
	palette_add_keymap(&palette, &shop, KEYMAP_NONE, NULL, NULL);
	for (int width = 1; width < 60; width += width < 8 ? 1 : 7) {
		for (int height = 1; height < 20; height++) {
			fresh(width, height);
			form_paint(&form);
			help_paint(&help, canvas, all());
			palette_paint(&palette, canvas, all());
			menu_paint(&menu, canvas, all());
			dialog_paint(&dialog, canvas, all());
			struct event down = key("Down"), click = click_at(width / 2, height / 2, BUTTON_LEFT);
			help_event(&help, &down);
			menu_event(&menu, &down);
			menu_event(&menu, &click);
			palette_event(&palette, &click);
		}
	}
	form_done(&form);
	help_done(&help);
	palette_done(&palette);
}

int main(void)
{
	setlocale(LC_ALL, "C.UTF-8");
	const struct CMUnitTest tests[] = {
			    cmocka_unit_test_setup_teardown(test_dialog, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_long_dialog, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_menu, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_help, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_palette, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_form, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_narrow_form, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_toast, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_toast_too_long, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_help_is_whole, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_spinner, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_all_sizes, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
