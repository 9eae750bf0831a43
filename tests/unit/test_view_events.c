/* What keys and clicks mean for blocks; what is in sight follows the selection, and what is kept for an id. */
#include "tests/unit/unit.h"

#include <locale.h>

#include "tui/terminal/key.h"
#include "tui/view/internal.h"

enum { THE_NONE, THE_LIST, THE_PANE, THE_FORM, THE_LINE, THE_PICTURE };
enum { ACTION_BUY, ACTION_CHANGE };
static const struct binding bindings[] = {
    {ACTION_BUY, "buy", "y", "buy", "Buy this", 1},
    {ACTION_CHANGE, "change", "e", "change", "Change it", 2},
};

/* A screen with one table, and what it would keep. */
static struct {
	struct keymap keymap;
	struct view *view;
	struct canvas *canvas;
	int64_t count, selected;
	bool more, notes, flow, unfocused;
	struct rect body;
	int64_t asked_least, asked_most; /* rows that get_cell was asked for */
} the;

static int set_up(void **state)
{
	(void)state;
	memset(&the, 0, sizeof the);
	assert_true(keymap_init(&the.keymap, "test", "Test", bindings, COUNT_OF(bindings), NULL));
	the.view = view_new();
	assert_non_null(the.view);
	the.body = (struct rect){0, 0, 80, 11}; /* ten rows below the heads */
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	the.view = view_free(the.view);
	the.canvas = canvas_free(the.canvas);
	return 0;
}

static void get_cell(const void *context, int64_t row, size_t column, struct view_cell *ret_cell)
{
	(void)context;
	assert_true(row >= 0 && row < the.count);
	the.asked_least = row < the.asked_least ? row : the.asked_least;
	the.asked_most = row > the.asked_most ? row : the.asked_most;
	snprintf(ret_cell->space, VIEW_TEXT, "%c%lld", (char)('a' + (int)column), (long long)row);
	ret_cell->text = ret_cell->space;
}

static void get_row(const void *context, int64_t row, struct view_row *ret_row)
{
	(void)context;
	if (the.notes && row % 2)
		ret_row->note = "a note";
}

static const struct view_column columns[] = {
    {.title = "Name", .min = 10, .ideal = 20},
    {.title = "Price", .min = 6, .ideal = 8, .align = ALIGN_RIGHT},
};

static void say_table(void)
{
	view_table(the.view, &(struct view_table){.place = {.id = THE_LIST, .focus = !the.unfocused},
						  .columns = columns,
						  .column_count = COUNT_OF(columns),
						  .flow = the.flow,
						  .headless = the.flow,
						  .count = the.count,
						  .more = the.more,
						  .selected = the.selected,
						  .get_cell = get_cell,
						  .get_row = get_row});
}

static bool lay_out(void (*say)(void))
{
	view_begin(the.view, &the.keymap);
	say();
	return view_layout(the.view, the.body);
}

static void paint(void)
{
	the.canvas = canvas_free(the.canvas);
	the.canvas = canvas_new(the.body.width + 4, the.body.height + 4, &glyphs_utf8);
	assert_non_null(the.canvas);
	view_paint(the.view, the.canvas);
}

static struct event key(const char *name)
{
	struct event event = {.kind = EVENT_KEY};

	assert_true(key_parse(name, strlen(name), &event.key));
	return event;
}

/* Presses keys, grants every wish, and lays out after each. Returns what the last one meant. */
static struct view_event press(const char *names)
{
	struct view_event seen = {.kind = VIEW_IGNORED};

	for (const char *at = names; *at; at += strspn(at, " ")) {
		char name[KEY_NAME_SIZE];
		size_t length = strcspn(at, " ");
		snprintf(name, sizeof name, "%.*s", (int)length, at);
		struct event event = key(name);
		seen = view_event(the.view, &event, true);
		if (seen.kind == VIEW_GO)
			the.selected = seen.row < the.count ? seen.row : the.count - 1;
		lay_out(say_table);
		at += length;
	}
	return seen;
}

static struct view_event mouse(int x, int y, enum event_button button)
{
	struct event event = {.kind = EVENT_MOUSE, .x = x, .y = y, .button = button};

	return view_event(the.view, &event, true);
}

static void expect(struct view_event seen, enum view_event_kind kind, int id, int64_t row, int column)
{
	assert_int_equal(seen.kind, kind);
	assert_int_equal(seen.id, id);
	assert_int_equal(seen.row, row);
	assert_int_equal(seen.column, column);
}

/* ---- tables ---- */

static void test_keys(void **state)
{
	(void)state;
	the.count = 100;
	lay_out(say_table);
	expect(press("Down"), VIEW_GO, THE_LIST, 1, -1);
	expect(press("j"), VIEW_GO, THE_LIST, 2, -1);
	expect(press("k Up"), VIEW_GO, THE_LIST, 0, -1);
	assert_int_equal(press("Up").kind, VIEW_HANDLED); /* there is nothing above */
	expect(press("PgDn"), VIEW_GO, THE_LIST, 9, -1); /* a page is what is visible but one */
	assert_int_equal(view_first(the.view, THE_LIST), 9);
	expect(press("End"), VIEW_GO, THE_LIST, 99, -1);
	assert_int_equal(view_first(the.view, THE_LIST), 90);
	assert_int_equal(press("G").kind, VIEW_HANDLED);
	expect(press("g"), VIEW_GO, THE_LIST, 0, -1);
	expect(press("Enter"), VIEW_CHOOSE, THE_LIST, 0, -1);
	assert_int_equal(press("x").kind, VIEW_IGNORED);
	const struct event letter = key("j");
	assert_int_equal(view_event(the.view, &letter, false).kind, VIEW_IGNORED);
	the.count = 0;
	lay_out(say_table);
	assert_int_equal(press("Enter").kind, VIEW_IGNORED);
	assert_int_equal(press("Down").kind, VIEW_HANDLED);
}

/* While more may follow, a wish goes past what is known, and without being granted changes nothing. */
static void test_more(void **state)
{
	(void)state;
	the.count = 20;
	the.more = true;
	the.selected = 19;
	lay_out(say_table);
	assert_int_equal(view_first(the.view, THE_LIST), 10);
	const struct event down = key("Down"), end = key("End"), page = key("PgDn");
	expect(view_event(the.view, &down, true), VIEW_GO, THE_LIST, 20, -1);
	lay_out(say_table);
	expect(view_event(the.view, &end, true), VIEW_GO, THE_LIST, INT64_MAX, -1);
	lay_out(say_table);
	expect(view_event(the.view, &page, true), VIEW_GO, THE_LIST, 28, -1);
	lay_out(say_table);
	assert_int_equal(view_first(the.view, THE_LIST), 10);
}

static void test_wheel(void **state)
{
	(void)state;
	the.count = 100;
	the.selected = 5;
	lay_out(say_table);
	assert_int_equal(mouse(4, 4, BUTTON_WHEEL_DOWN).kind, VIEW_HANDLED);
	lay_out(say_table);
	assert_int_equal(view_first(the.view, THE_LIST), 3);
	/* The selection would leave the window: it is asked to come along. */
	expect(mouse(4, 4, BUTTON_WHEEL_DOWN), VIEW_GO, THE_LIST, 6, -1);
	the.selected = 6;
	lay_out(say_table);
	assert_int_equal(view_first(the.view, THE_LIST), 6);
	/* Where it isn't granted, the window comes back. */
	assert_int_equal(mouse(4, 4, BUTTON_WHEEL_DOWN).kind, VIEW_GO);
	lay_out(say_table);
	assert_int_equal(view_first(the.view, THE_LIST), 6);
	assert_int_equal(mouse(4, 90, BUTTON_WHEEL_DOWN).kind, VIEW_IGNORED);
}

static void test_clicks(void **state)
{
	(void)state;
	the.count = 100;
	the.notes = true;
	lay_out(say_table);
	assert_int_equal(mouse(5, 0, BUTTON_LEFT).kind, VIEW_IGNORED); /* the heads */
	expect(mouse(5, 1, BUTTON_LEFT), VIEW_CHOOSE, THE_LIST, 0, 0);
	expect(mouse(5, 2, BUTTON_LEFT), VIEW_GO, THE_LIST, 1, 0);
	expect(mouse(5, 3, BUTTON_LEFT), VIEW_GO, THE_LIST, 1, 0); /* its note */
	expect(mouse(28, 4, BUTTON_LEFT), VIEW_GO, THE_LIST, 2, 1);
	expect(mouse(24, 4, BUTTON_LEFT), VIEW_GO, THE_LIST, 2, -1); /* between the columns */
	assert_int_equal(mouse(5, 4, BUTTON_RIGHT).kind, VIEW_IGNORED);
	the.unfocused = true; /* the first click only brings the keys here */
	lay_out(say_table);
	expect(mouse(5, 1, BUTTON_LEFT), VIEW_GO, THE_LIST, 0, 0);
	the.count = 1;
	lay_out(say_table);
	assert_int_equal(mouse(5, 6, BUTTON_LEFT).kind, VIEW_IGNORED);
}

/* The row and its note are in sight whole, and so are as many as fit. */
static void test_notes(void **state)
{
	(void)state;
	the.count = 100;
	the.notes = true;
	the.selected = 9;
	assert_true(lay_out(say_table));
	assert_int_equal(view_first(the.view, THE_LIST), 4); /* 4, 5 and note, 6, 7 and note, 8, 9 and note: 9 lines */
	assert_int_equal(view_visible(the.view, THE_LIST), 7);
	the.selected = 99;
	lay_out(say_table);
	assert_int_equal(view_first(the.view, THE_LIST), 94);
	the.count = 3; /* nothing stays above that could be seen */
	the.selected = 2;
	lay_out(say_table);
	assert_int_equal(view_first(the.view, THE_LIST), 0);
}

static void test_window(void **state)
{
	(void)state;
	the.count = 100;
	the.selected = -1;
	lay_out(say_table);
	assert_int_equal(press("Down").kind, VIEW_HANDLED);
	assert_int_equal(view_first(the.view, THE_LIST), 1);
	press("End");
	assert_int_equal(view_first(the.view, THE_LIST), 90);
	assert_int_equal(press("Enter").kind, VIEW_IGNORED);
}

/* Side by side: 80 columns hold two rows of 30. */
static void test_flow(void **state)
{
	(void)state;
	the.count = 5;
	the.flow = true;
	lay_out(say_table);
	expect(press("Right"), VIEW_GO, THE_LIST, 1, -1);
	expect(press("Down"), VIEW_GO, THE_LIST, 3, -1);
	assert_int_equal(press("Down").kind, VIEW_HANDLED); /* there is none below it */
	expect(press("Left Down"), VIEW_GO, THE_LIST, 4, -1);
	expect(press("k"), VIEW_GO, THE_LIST, 2, -1);
	expect(mouse(45, 0, BUTTON_LEFT), VIEW_GO, THE_LIST, 1, 0);
	assert_int_equal(mouse(45, 2, BUTTON_LEFT).kind, VIEW_IGNORED);
}

/* No row is asked for that isn't in sight, and the screen is told when others are. */
static void test_in_sight(void **state)
{
	(void)state;
	the.count = 100000;
	the.selected = 50000;
	the.asked_least = INT64_MAX;
	the.asked_most = 0;
	assert_int_equal(view_first(the.view, THE_LIST), 0);
	assert_int_equal(view_visible(the.view, THE_LIST), VIEW_ROWS_GUESSED);
	assert_true(lay_out(say_table));
	assert_false(lay_out(say_table));
	paint();
	assert_int_equal(view_first(the.view, THE_LIST), 49991);
	assert_int_equal(view_visible(the.view, THE_LIST), 10);
	assert_int_equal(the.asked_least, 49991);
	assert_int_equal(the.asked_most, 50000);
	the.body.height = 21;
	assert_true(lay_out(say_table));
	assert_int_equal(view_visible(the.view, THE_LIST), 20);
}

/* ---- texts and forms ---- */

static void say_prose(void)
{
	view_prose(the.view, &(struct view_prose){.place = {.id = THE_PANE, .focus = true},
						  .text = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15"});
}

static void test_prose(void **state)
{
	const char *const keys[] = {"Down", "PgDn", "End", "Up", "Home"};
	const int64_t firsts[] = {1, 4, 4, 3, 0}; /* 15 lines, 11 in sight */

	(void)state;
	lay_out(say_prose);
	for (size_t at = 0; at < COUNT_OF(keys); at++) {
		const struct event event = key(keys[at]);
		assert_int_equal(view_event(the.view, &event, true).kind, VIEW_HANDLED);
		lay_out(say_prose);
		assert_int_equal(view_first(the.view, THE_PANE), firsts[at]);
	}
	assert_int_equal(mouse(4, 4, BUTTON_WHEEL_DOWN).kind, VIEW_HANDLED);
	lay_out(say_prose);
	assert_int_equal(view_first(the.view, THE_PANE), 3);
	const struct event enter = key("Enter");
	assert_int_equal(view_event(the.view, &enter, true).kind, VIEW_IGNORED);
}

static const char *const kinds[] = {"client", "seller", NULL};
static const struct form_row rows[] = {
    {.name = "as", .label = "As a", .choices = kinds},
    {.name = "name", .label = "Name", .max = 40},
    {.name = "about", .label = "About", .max = 400, .lines = 3},
};
static struct form form;

static void say_form(void)
{
	view_form(the.view, &(struct view_form){.place = {.id = THE_FORM, .focus = true}, .form = &form});
}

static void type(const char *name)
{
	const struct event event = key(name);

	if (form_event(&form, &event) != WIDGET_IGNORED)
		return;
	const struct view_event seen = view_event(the.view, &event, false);
	view_form_event(&form, &seen);
}

static void test_form(void **state)
{
	(void)state;
	assert_true(form_init(&form, rows, COUNT_OF(rows), NULL));
	form_set(&form, 1, "Ada Lovelace");
	form_set(&form, 2, "Jasmine, lemon and black tea. Grown at 2,050 m by smallholders who dry every lot.");
	lay_out(say_form);
	assert_true(view_is_typing(the.view));
	/* Margin, gutter, label, gap: the name begins in column 10, below a blank line and the choice. */
	expect(mouse(1 + 2 + 5 + 2 + 4, 2, BUTTON_LEFT), VIEW_CLICK, THE_FORM, 1, 4);
	const struct view_event on_text = mouse(1 + 2 + 5 + 2, 4, BUTTON_LEFT);
	assert_int_equal(on_text.row, 2);
	assert_true(on_text.column > 40); /* the second line of it */
	view_form_event(&form, &on_text);
	assert_int_equal(form.focus, 2);
	size_t second = form.fields[2].field.cursor;
	lay_out(say_form);
	type("Up"); /* within the long text */
	assert_int_equal(form.focus, 2);
	assert_int_equal(form.fields[2].field.cursor, 0);
	type("Down");
	assert_int_equal(form.fields[2].field.cursor, second);
	type("Up");
	type("Up"); /* and out of it */
	assert_int_equal(form.focus, 1);
	type("Up");
	lay_out(say_form);
	assert_false(view_is_typing(the.view)); /* a choice */
	expect(mouse(12, 1, BUTTON_LEFT), VIEW_CLICK, THE_FORM, 0, 0);
	const struct view_event on_choice = mouse(12, 1, BUTTON_LEFT);
	view_form_event(&form, &on_choice);
	assert_string_equal(form_text(&form, 0), "seller");
	form_done(&form);
}

/* ---- what is clicked on ---- */

static struct field field;

static void say_acts(void)
{
	const struct view_part parts[] = {
	    {.text = "/"}, {.field = &field, .typing = true, .close = true}, {.text = "12", .right = true}};
	const struct view_fact facts[] = {{.label = "Note", .value = "one"},
					  {.label = "To", .value = "Ada", .does = "change", .action = ACTION_CHANGE}};

	view_line(the.view, &(struct view_line){.place = {.id = THE_LINE}, .parts = parts, .count = COUNT_OF(parts)});
	view_facts(the.view, &(struct view_facts){.facts = facts, .count = COUNT_OF(facts)});
	view_call(the.view, &(struct view_call){.action = ACTION_BUY, .label = "buy"});
	view_call(the.view, &(struct view_call){.action = ACTION_BUY, .label = "not now", .off = true});
}

static void test_acts(void **state)
{
	(void)state;
	assert_true(field_init(&field, 40, false, NULL));
	field_set(&field, "coffee");
	lay_out(say_acts);
	assert_true(view_is_typing(the.view));
	paint();
	expect(mouse(1 + 2 + 2 + 3, 0, BUTTON_LEFT), VIEW_CLICK, THE_LINE, 1, 3);
	expect(mouse(1 + 2, 0, BUTTON_LEFT), VIEW_CLICK, THE_LINE, 0, 0);
	assert_int_equal(mouse(50, 0, BUTTON_LEFT).kind, VIEW_IGNORED);
	assert_int_equal(mouse(10, 2, BUTTON_LEFT).kind, VIEW_IGNORED); /* a fact that does nothing */
	expect(mouse(10, 3, BUTTON_LEFT), VIEW_ACT, 0, ACTION_CHANGE, 0);
	expect(mouse(10, 5, BUTTON_LEFT), VIEW_ACT, 0, ACTION_BUY, 0);
	assert_int_equal(mouse(10, 7, BUTTON_LEFT).kind, VIEW_IGNORED); /* off */
	field_done(&field);
}

/* ---- what is kept ---- */

static void say_panes(void)
{
	view_group(the.view, &(struct view_group){.beside = VIEW_ROW_WIDE});
	say_table();
	view_picture(the.view,
		     &(struct view_picture){.place = {.id = THE_PICTURE, .when = VIEW_BESIDE}, .expected = true});
	view_end(the.view);
}

static void test_kept(void **state)
{
	int width, height;

	(void)state;
	the.count = 5;
	assert_true(view_shows(the.view, THE_PICTURE)); /* nobody knows yet */
	assert_false(view_room(the.view, THE_PICTURE, &width, &height));
	lay_out(say_panes);
	assert_false(view_shows(the.view, THE_PICTURE));
	assert_false(view_room(the.view, THE_PICTURE, &width, &height));
	the.body.width = 109;
	lay_out(say_panes);
	assert_false(view_shows(the.view, THE_PICTURE));
	the.body.width = 110;
	assert_true(lay_out(say_panes));
	assert_true(view_shows(the.view, THE_PICTURE));
	assert_true(view_room(the.view, THE_PICTURE, &width, &height));
	assert_true(width > 40 && height == 11);
	assert_false(lay_out(say_panes));
}

/* A frame's memory ends: the block that found none is missing, the others are there. */
static void test_memory(void **state)
{
	(void)state;
	the.count = 5;
	the.view->arena.limit = sizeof columns - 1;
	lay_out(say_panes);
	assert_int_equal(the.view->count, 2);
	assert_string_equal(view_printf(the.view, "%200d", 1), "");
	paint();
	the.view->arena.limit = 1 << 20;
	lay_out(say_panes);
	assert_int_equal(the.view->count, 3);
}

/* The cursor stands on the selected row, where what reads the screen aloud looks for it; brackets are around what an
 * edit would change, and the marker is where the keys go. */
static void test_cursor(void **state)
{
	int x, y;

	(void)state;
	the.count = 5;
	the.selected = 3;
	lay_out(say_table);
	paint();
	assert_true(canvas_has_cursor(the.canvas, &x, &y));
	assert_int_equal(x, 1);
	assert_int_equal(y, 4);
	assert_false(canvas_is_typing(the.canvas));
	assert_int_equal(canvas_role(the.canvas, 3, 4), ROLE_SELECTED);
	the.unfocused = true;
	lay_out(say_table);
	paint();
	assert_false(canvas_has_cursor(the.canvas, &x, &y));
	assert_int_equal(canvas_role(the.canvas, 3, 4), ROLE_TEXT);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(test_keys),   TEST(test_more), TEST(test_wheel),    TEST(test_clicks), TEST(test_notes),
	    TEST(test_window), TEST(test_flow), TEST(test_in_sight), TEST(test_prose),  TEST(test_form),
	    TEST(test_acts),   TEST(test_kept), TEST(test_memory),   TEST(test_cursor),
	};
#undef TEST

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
