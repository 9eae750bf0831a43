/* fuzz_view.c: arbitrary blocks at an arbitrary size, an arbitrary event, and the blocks again: through both renderers.
 *
 * The bytes are read as choices, one after the other; past their end all choices are 0.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "tests/fuzz/must.h"
#include "tui/terminal/key.h"
#include "tui/view/internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { EVENTS_MAX = 8, ROWS_MAX = 100000, BLOCKS = 20, LINES_SIZE = 1 << 20 };

struct choices {
	const uint8_t *data;
	size_t size, at;
};

static int choose(struct choices *choices, int many)
{
	return choices->at < choices->size ? choices->data[choices->at++] % many : 0;
}

static const char *const words[] = {
    "",
    "Yirgacheffe, washed, 250 g",
    "京都 煎茶 sencha, 100 g",
    "e\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81",
    "\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7",
    "\x1B[2J\x1B]0;x\x07",
    "\xFF\xFE\xC0\x80",
    "one\ntwo\r\nthree\tfour",
    "\342\200\256desrever",
    "1'142.00",
    "14.50",
    "sold out",
    "Jasmine, lemon and black tea. Grown at 2,050 m by smallholders who dry every lot, posted the same afternoon.",
};
enum { WORDS = sizeof words / sizeof *words };

static const char *word(struct choices *choices)
{
	return words[choose(choices, WORDS)];
}

static const char *word_or_null(struct choices *choices)
{
	int which = choose(choices, WORDS + 1);

	return which == WORDS ? NULL : words[which];
}

static void get_cell(const void *context, int64_t row, size_t column, struct view_cell *ret_cell)
{
	const int64_t *count = context;
	size_t which = ((size_t)row + column) % (WORDS + 1);

	must(row >= 0 && row < *count, "a row is one of the table's");
	ret_cell->text = which == WORDS ? NULL : words[which];
	ret_cell->role = (enum role)((size_t)row % ROLES);
	ret_cell->is_word = row % 3 == 0;
}

static void get_row(const void *context, int64_t row, struct view_row *ret_row)
{
	const int64_t *count = context;

	must(row >= 0 && row < *count, "a row is one of the table's");
	ret_row->tag = row % 2 ? "!" : NULL;
	ret_row->coming = row % 7 == 6;
	ret_row->note = row % 5 == 1 ? words[(size_t)row % WORDS] : NULL;
	ret_row->note_role = (enum role)((size_t)row % ROLES);
}

static void get_text(const void *context, size_t index, char space[VIEW_TEXT])
{
	(void)context;
	snprintf(space, VIEW_TEXT, "%zu %s", index, words[index % WORDS]);
}

static void get_amount(const void *context, int64_t value, char space[VIEW_TEXT])
{
	(void)context;
	snprintf(space, VIEW_TEXT, "%lld", (long long)value);
}

/* ---- what a screen would keep ---- */

static const char *const choices_of[] = {"client", "seller", NULL};
static const struct form_row form_rows[] = {
    {.name = "as", .label = "As a", .choices = choices_of},
    {.name = "name", .label = "Name", .max = 40, .hint = "as others see it"},
    {.name = "about", .label = "About you", .max = 400, .lines = 3},
    {.name = "password", .label = "Password", .max = 40, .secret = true},
};

struct stage {
	struct form form;
	struct field field;
	int64_t count[BLOCKS], selected[BLOCKS];
	int used;
};

static struct view_place place_of(struct choices *choices, int id)
{
	return (struct view_place){
	    .id = choose(choices, 4) ? id : 0,
	    .drop = choose(choices, 4),
	    .least = choose(choices, 3) ? 0 : choose(choices, 30),
	    .most = choose(choices, 3) ? 0 : choose(choices, 30),
	    .grow = choose(choices, 3),
	    .columns = choose(choices, 3) ? 0 : choose(choices, 100),
	    .when = (enum view_when)choose(choices, 3),
	    .focus = choose(choices, 2),
	    .dim = !choose(choices, 5),
	    .tight = choose(choices, 2),
	};
}

static void say_line(struct stage *stage, struct choices *choices, struct view *view, struct view_place place)
{
	struct view_part parts[VIEW_ITEMS_MAX] = {0};
	size_t count = (size_t)choose(choices, VIEW_ITEMS_MAX + 1);

	for (size_t at = 0; at < count; at++)
		parts[at] = (struct view_part){.label = word_or_null(choices),
					       .text = word_or_null(choices),
					       .role = (enum role)choose(choices, ROLES),
					       .right = choose(choices, 2),
					       .drop = choose(choices, 3),
					       .field = choose(choices, 4) ? NULL : &stage->field,
					       .typing = choose(choices, 2),
					       .close = choose(choices, 2)};
	view_line(view, &(struct view_line){.place = place, .parts = parts, .count = count});
}

static void say_facts(struct choices *choices, struct view *view, struct view_place place)
{
	struct view_fact facts[VIEW_ITEMS_MAX] = {0};
	size_t count = (size_t)choose(choices, VIEW_ITEMS_MAX + 1);

	for (size_t at = 0; at < count; at++)
		facts[at] = (struct view_fact){.label = word_or_null(choices),
					       .value = word_or_null(choices),
					       .does = choose(choices, 2) ? "change" : NULL};
	view_facts(
	    view, &(struct view_facts){.place = place, .title = word_or_null(choices), .facts = facts, .count = count});
}

static void say_table(struct stage *stage, struct choices *choices, struct view *view, struct view_place place)
{
	struct view_column columns[VIEW_COLUMNS_MAX] = {0};
	size_t count = 1 + (size_t)choose(choices, VIEW_COLUMNS_MAX);
	int at = stage->used++;

	stage->count[at] = choose(choices, 2) ? choose(choices, 12) : choose(choices, 256) * (ROWS_MAX / 256);
	for (size_t i = 0; i < count; i++)
		columns[i] = (struct view_column){.title = word_or_null(choices),
						  .unit = word_or_null(choices),
						  .min = choose(choices, 20),
						  .ideal = choose(choices, 40),
						  .weight = choose(choices, 3),
						  .drop = choose(choices, 4),
						  .align = (enum layout_align)choose(choices, 4),
						  .fraction = choose(choices, 5),
						  .absent = !choose(choices, 6)};
	view_table(view, &(struct view_table){.place = place,
					      .title = word_or_null(choices),
					      .columns = columns,
					      .column_count = count,
					      .headless = !choose(choices, 4),
					      .flow = !choose(choices, 4),
					      .count = stage->count[at],
					      .more = choose(choices, 2),
					      .selected = choose(choices, 4) ? stage->selected[at] : -1,
					      .cell = choose(choices, (int)count + 1),
					      .field = choose(choices, 3) ? NULL : &stage->field,
					      .get_cell = get_cell,
					      .get_row = choose(choices, 2) ? get_row : NULL,
					      .context = &stage->count[at],
					      .total_label = word_or_null(choices),
					      .total = word_or_null(choices),
					      .total_unit = word_or_null(choices)});
}

static void say_chart(struct choices *choices, struct view *view, struct view_place place)
{
	static int64_t values[VIEW_CHART_MAX + 20];
	size_t count = (size_t)choose(choices, VIEW_CHART_MAX + 16);

	for (size_t at = 0; at < count; at++)
		values[at] = (int64_t)((at * 7919) % 101) * (choose(choices, 8) ? 1 : INT64_MAX / 128);
	view_chart(view, &(struct view_chart){.place = place,
					      .title = word(choices),
					      .values = values,
					      .count = count,
					      .amount = get_amount,
					      .label = get_text,
					      .each = choose(choices, 2) ? get_text : NULL});
}

static void say_one(struct stage *stage, struct choices *choices, struct view *view, int id)
{
	struct view_place place = place_of(choices, id);

	switch (choose(choices, 9)) {
	case 0: say_line(stage, choices, view, place); break;
	case 1:
		view_prose(view, &(struct view_prose){.place = place,
						      .role = (enum role)choose(choices, ROLES),
						      .sign = choose(choices, 2) ? "!" : NULL,
						      .text = word_or_null(choices)});
		break;
	case 2: say_facts(choices, view, place); break;
	case 3: say_table(stage, choices, view, place); break;
	case 4:
		view_form(view, &(struct view_form){.place = place,
						    .title = word_or_null(choices),
						    .text = word_or_null(choices),
						    .form = &stage->form});
		break;
	case 5: say_chart(choices, view, place); break;
	case 6:
		view_picture(
		    view, &(struct view_picture){.place = place, .expected = choose(choices, 2), .alt = word(choices)});
		break;
	case 7:
		view_notice(view, &(struct view_notice){.place = place,
							.text = word(choices),
							.does = word_or_null(choices),
							.hint = word_or_null(choices),
							.why = word_or_null(choices)});
		break;
	default:
		view_call(view, &(struct view_call){.place = place,
						    .label = word(choices),
						    .remark = word_or_null(choices),
						    .off = choose(choices, 2)});
		break;
	}
}

static void say(struct stage *stage, struct choices choices, struct view *view)
{
	int count = choose(&choices, BLOCKS), depth = 0;

	stage->used = 0;
	view_begin(view, NULL);
	for (int id = 1; id <= count; id++) {
		int group = choose(&choices, 6);
		if (group == 0 && depth < 3) {
			view_group(view, &(struct view_group){.place = place_of(&choices, 100 + id),
							      .beside = (enum view_beside)choose(&choices, 3),
							      .rule = choose(&choices, 2)});
			depth++;
		} else if (group == 1 && depth) {
			view_end(view);
			depth--;
		}
		say_one(stage, &choices, view, id);
	}
	while (depth--)
		view_end(view);
}

/* ---- what must hold ---- */

static bool is_within(struct rect inner, struct rect outer)
{
	return rect_is_empty(inner) || (inner.x >= outer.x && inner.y >= outer.y &&
					inner.x + inner.width <= outer.x + outer.width &&
					inner.y + inner.height <= outer.y + outer.height);
}

static void check_places(const struct view *view, int from, int to, struct rect rect)
{
	for (int at = from; at < to; at = view->blocks[at].end) {
		const struct view_block *block = &view->blocks[at];

		must(is_within(block->rect, rect), "a block is within what it is in");
		for (int other = from; other < at; other = view->blocks[other].end)
			must(rect_is_empty(rect_intersect(block->rect, view->blocks[other].rect)),
			     "blocks don't overlap");
		if (block->kind == BLOCK_GROUP)
			check_places(view, at + 1, block->end, block->rect);
		if (block->kind != BLOCK_TABLE || rect_is_empty(block->rows))
			continue;
		must(block->first >= 0 && (block->first < block->table.count || !block->first), "the first row is one");
		must(block->table.selected < 0 || block->table.selected >= block->first, "the selection is in sight");
		must(block->table.selected < 0 || block->table.selected < block->first + block->visible,
		     "the selection is in sight");
	}
}

/* Nothing stands outside the rectangle, and nothing that a terminal would obey. */
static void check_canvas(const struct canvas *canvas, struct rect rect)
{
	struct buf text;
	int x = 0, y = 0;

	buf_init(&text, LINES_SIZE);
	canvas_dump(canvas, &text);
	for (size_t at = 0; at < text.length; at++) {
		char byte = text.bytes[at];
		must(byte == '\n' || (unsigned char)byte >= ' ', "no control character is painted");
		must(byte == '\n' || byte == ' ' || (y >= rect.y && y < rect.y + rect.height && x >= rect.x),
		     "nothing is painted outside");
		x = byte == '\n' ? 0 : x + 1;
		y += byte == '\n';
	}
	buf_done(&text);
}

static void check_lines(struct view *view)
{
	const struct view_lines how = {.most = 25, .more = "More: press Enter."};
	struct buf out;
	int lines = 0, pages = 0;

	(void)view_lines_layout(view, &how);
	buf_init(&out, LINES_SIZE);
	do {
		buf_reset(&out);
		must(view_lines(view, &how, &out), "there is memory for lines");
		lines = 0;
		for (size_t at = 0; at < out.length; at++) {
			lines += out.bytes[at] == '\n';
			must(out.bytes[at] == '\n' || (unsigned char)out.bytes[at] >= ' ',
			     "no control character is said");
		}
		must(lines <= how.most, "no more lines than asked for");
	} while (++pages < 10 && view_lines_more(view));
	buf_done(&out);
}

static void send(struct stage *stage, struct choices *choices, struct view *view, int width, int height)
{
	static const uint32_t keys[] = {KEYSYM_Up,   KEYSYM_Down, KEYSYM_PgUp, KEYSYM_PgDn,  KEYSYM_Home, KEYSYM_End,
					KEYSYM_Left, 'j',	  'G',	       KEYSYM_Enter, 'k',	  KEYSYM_Right};
	struct event event = {.kind = EVENT_KEY, .key = keys[choose(choices, sizeof keys / sizeof *keys)]};

	if (choose(choices, 2))
		event = (struct event){.kind = EVENT_MOUSE,
				       .button = (enum event_button)choose(choices, BUTTON_WHEEL_DOWN + 1),
				       .x = choose(choices, width),
				       .y = choose(choices, height)};
	struct view_event seen = view_event(view, &event, true);
	if (seen.kind == VIEW_CLICK || seen.kind == VIEW_GO)
		for (int at = 0; at < view->count; at++)
			if (view->blocks[at].place.id == seen.id && view->blocks[at].kind == BLOCK_FORM)
				view_form_event(&stage->form, &seen);
	if (seen.kind != VIEW_GO && seen.kind != VIEW_CHOOSE)
		return;
	for (int at = 0; at < view->count; at++) {
		const struct view_block *block = &view->blocks[at];
		if (block->place.id != seen.id || block->kind != BLOCK_TABLE)
			continue;
		must(seen.row >= 0 && (block->table.more || seen.row < block->table.count), "a wish is for a row");
		int which = (int)((const int64_t *)block->table.context - stage->count);
		stage->selected[which] = seen.row < block->table.count ? seen.row : block->table.count - 1;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct choices choices = {data, size, 0};
	int width = 1 + choose(&choices, 220), height = 1 + choose(&choices, 70);
	struct rect rect = {choose(&choices, 3), choose(&choices, 3), width, height};
	struct canvas *canvas = canvas_new(width + 4, height + 4, choose(&choices, 2) ? &glyphs_ascii : &glyphs_utf8);
	struct view *view = view_new();
	struct stage stage = {.used = 0};

	must(canvas && view && form_init(&stage.form, form_rows, sizeof form_rows / sizeof *form_rows, NULL) &&
		 field_init(&stage.field, 40, false, NULL),
	     "there is memory");
	form_set(&stage.form, 1, word(&choices));
	form_set(&stage.form, 2, word(&choices));
	field_set(&stage.field, word(&choices));
	if (choose(&choices, 2))
		form_error(&stage.form, (size_t)choose(&choices, 4), true, word(&choices));
	for (int count = 0; count < EVENTS_MAX; count++) {
		struct choices before = choices;
		say(&stage, choices, view);
		if (view_layout(view, rect)) {
			say(&stage, before, view);
			must(!view_layout(view, rect), "it is at rest when it is said again");
		}
		check_places(view, 0, view->count, rect);
		canvas_clear(canvas);
		view_paint(view, canvas);
		check_canvas(canvas, rect);
		/* The events are read from the end of the bytes. */
		struct choices later = {data, size, size > 64 ? size - 64 + (size_t)count * 8 : size};
		send(&stage, &later, view, width + 4, height + 4);
	}
	check_lines(view);
	form_done(&stage.form);
	field_done(&stage.field);
	view_free(view);
	canvas_free(canvas);
	return 0;
}
