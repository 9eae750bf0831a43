/* The overlays that are typed into: the help and the palette. */
#include <stdio.h>
#include <string.h>

#include "tui/terminal/key.h"
#include "tui/widgets/list.h"
#include "tui/widgets/overlay.h"

enum { WIDTH = 64, NARROW = 48, KEY_COLUMNS = 16, KEY_COLUMNS_NARROW = 8, KEYS_SIZE = 64 };

/* A box from near the top, as high as it may be, so that it doesn't jump while one types. Returns where rows go; the line
 * of what is typed is painted. */
static struct rect paint_typed_box(struct canvas *canvas, struct rect rect, const char *title, struct field *field,
				   const char *hint)
{
	int height = rect.height - 4 > 24 ? 24 : rect.height - 2;
	int width = rect.width - 4 < WIDTH ? rect.width - 4 : WIDTH;
	struct rect box = rect_centre(rect, width, height);
	struct rect inside = rect_inset(paint_box(canvas, box, title), 1, 0);
	struct rect line = rect_cut_top(&inside, 1);

	rect_cut_top(&inside, 1);
	if (!rect_is_empty(line)) {
		paint_str(canvas, line.x, line.y, 2, ROLE_ACCENT, ">");
		field_paint(field, canvas, line.x + 2, line.y, line.width - 2, true, hint);
	}
	return inside;
}

bool help_init(struct help *help, const struct keymap *const *keymaps, size_t count, struct err *err)
{
	*help = (struct help){.count = count < OVERLAY_KEYMAPS_MAX ? count : OVERLAY_KEYMAPS_MAX};
	for (size_t at = 0; at < help->count; at++)
		help->keymaps[at] = keymaps[at];
	return field_init(&help->filter, OVERLAY_FILTER_MAX, false, err);
}

void help_done(struct help *help)
{
	field_done(&help->filter);
}

/* What every list and form does with these keys; they are nobody's to change. */
static const struct {
	const char *keys, *help;
} motions[] = {
    {"Up Down k j", "Go up and down in a list"},
    {"PgUp PgDn", "Go a page up and down"},
    {"g G Home End", "Go to the first and to the last"},
    {"Tab S-Tab", "Go to the next field, or the one before"},
};

/* The keys of an action: "Enter l Right". */
static void list_keys(const struct keymap *keymap, size_t binding, char *ret_text, size_t size)
{
	size_t used = 0;

	ret_text[0] = '\0';
	for (size_t at = 0; at < KEYMAP_KEYS_MAX && keymap->keys[binding][at]; at++) {
		char name[KEY_NAME_SIZE];
		keymap_show_key(keymap->keys[binding][at], name);
		if (used && used + strlen(name) + 1 >= size)
			break;
		used += (size_t)snprintf(ret_text + used, size - used, "%s%s", at ? " " : "", name);
	}
}

/* One pass over the rows of the help: counted, and with a canvas painted too. */
struct help_rows {
	struct help *help;
	struct canvas *canvas;
	int row, key_columns;
	const char *title; /* of the section whose heading is there */
};

/* A text in a column of the help, wrapped from the present row on. Returns the lines it takes. */
static int help_text(const struct help_rows *rows, int x, int width, enum role role, const char *text)
{
	const struct help *help = rows->help;
	int lines = layout_wrap_count(text, strlen(text), width);
	int y = help->rect.y + rows->row - (int)help->scroll.offset;

	if (rows->canvas)
		paint_wrapped(rows->canvas, (struct rect){help->rect.x + x, y, width, lines}, 0, role, text, strlen(text));
	return lines;
}

static void help_line(struct help_rows *rows, const char *keys, const char *text)
{
	int width = rows->help->rect.width, column = keys ? rows->key_columns : 0;
	int key_lines = keys ? help_text(rows, 0, column - 1, ROLE_ACCENT, keys) : 0;
	int lines = help_text(rows, column, width - column, keys ? ROLE_TEXT : ROLE_STRONG, text);

	rows->row += lines > key_lines ? lines : key_lines;
}

/* A key, below its section's heading, with a blank before that; nothing if the filter says so. */
static void help_row(struct help_rows *rows, const char *title, const char *label, const char *keys, const char *text)
{
	const char *texts[] = {text, label, keys};

	if (!keymap_matches(field_text(&rows->help->filter), texts, 3))
		return;
	if (rows->title != title) {
		rows->row += rows->row ? 1 : 0;
		help_line(rows, NULL, title);
		rows->title = title;
	}
	help_line(rows, keys, text);
}

static int help_rows(struct help *help, struct canvas *canvas)
{
	struct help_rows rows = {.help = help,
				 .canvas = canvas,
				 .key_columns = help->rect.width < NARROW ? KEY_COLUMNS_NARROW : KEY_COLUMNS};
	char keys[KEYS_SIZE];

	for (size_t map = 0; map < help->count; map++) {
		const struct keymap *keymap = help->keymaps[map];
		for (size_t at = 0; at < keymap->count; at++) {
			const struct binding *binding = &keymap->bindings[at];
			list_keys(keymap, at, keys, sizeof keys);
			if (binding->help && keys[0])
				help_row(&rows, keymap->title, binding->label, keys, binding->help);
		}
	}
	for (size_t at = 0; at < sizeof motions / sizeof *motions; at++)
		help_row(&rows, "Lists and forms", NULL, motions[at].keys, motions[at].help);
	return rows.row;
}

void help_paint(struct help *help, struct canvas *canvas, struct rect rect)
{
	help->rect = paint_typed_box(canvas, rect, "Keys", &help->filter, "type to filter");
	int rows = help_rows(help, NULL);

	/* Nothing is selected here: the window itself is moved. */
	help->scroll.visible = help->rect.height > 0 ? help->rect.height : 1;
	help->scroll.count = rows;
	if (help->scroll.offset > rows - help->scroll.visible)
		help->scroll.offset = rows - help->scroll.visible;
	if (help->scroll.offset < 0)
		help->scroll.offset = 0;
	struct rect before = canvas_clip(canvas, help->rect);
	help_rows(help, canvas);
	if (!rows)
		paint_str(canvas, help->rect.x, help->rect.y, help->rect.width, ROLE_FAINT, "No key does that.");
	canvas_unclip(canvas, before);
	paint_scrollbar(canvas, help->rect.x + help->rect.width + 1, help->rect.y, help->rect.height, &help->scroll);
}

enum widget_result help_event(struct help *help, const struct event *event)
{
	if (event->kind == EVENT_KEY && (event->key == KEYSYM_Esc || event->key == KEYSYM_Enter))
		return WIDGET_CLOSED;
	help->scroll.selected = help->scroll.offset;
	if (list_event(&help->scroll, help->rect, event, false) != WIDGET_IGNORED) {
		if (event->kind == EVENT_KEY)
			help->scroll.offset = help->scroll.selected;
		return WIDGET_HANDLED;
	}
	if (field_event(&help->filter, event) == WIDGET_HANDLED)
		help->scroll.offset = 0;
	return WIDGET_HANDLED;
}

bool palette_init(struct palette *palette, struct err *err)
{
	palette->count = palette->shown_count = 0;
	palette->scroll = (struct scroll){0};
	palette->rect = (struct rect){0};
	return field_init(&palette->query, OVERLAY_FILTER_MAX, false, err);
}

void palette_done(struct palette *palette)
{
	field_done(&palette->query);
}

/* How well an entry matches: 0 the name begins with what is typed, 1 a word of it does, 2 the words are somewhere in it,
 * -1 it doesn't. */
static int rank(const struct palette_entry *entry, const char *query)
{
	const char *texts[] = {entry->name, entry->note, entry->label};
	size_t length = strlen(query);

	while (length && query[length - 1] == ' ')
		length--;
	if (!keymap_matches(query, texts, 3))
		return -1;
	if (!strncasecmp(entry->name, query, length))
		return 0;
	if (entry->label && !strncasecmp(entry->label, query, length))
		return 1;
	for (const char *space = strchr(entry->name, ' '); space; space = strchr(space + 1, ' '))
		if (!strncasecmp(space + 1, query, length))
			return 1;
	return 2;
}

static void match(struct palette *palette)
{
	const char *query = field_text(&palette->query);

	query += strspn(query, " ");
	palette->shown_count = 0;
	for (int wanted = 0; wanted <= 2; wanted++)
		for (size_t at = 0; at < palette->count; at++)
			if (rank(&palette->entries[at], query) == wanted)
				palette->shown[palette->shown_count++] = (unsigned char)at;
	scroll_resize(&palette->scroll, (int64_t)palette->shown_count, palette->scroll.visible);
}

static void add(struct palette *palette, struct palette_entry entry)
{
	if (palette->count == PALETTE_ENTRIES_MAX)
		return;
	palette->entries[palette->count++] = entry;
	match(palette);
}

void palette_add(struct palette *palette, const char *name, const char *note, int id)
{
	add(palette, (struct palette_entry){.name = name, .note = note, .id = id});
}

void palette_add_keymap(struct palette *palette, const struct keymap *keymap, int except, keymap_hidden *hidden,
			void *user)
{
	for (size_t at = 0; at < keymap->count; at++) {
		const struct binding *binding = &keymap->bindings[at];
		struct palette_entry entry = {
		    .name = binding->help, .label = binding->label, .id = binding->action, .keymap = keymap};

		if (!binding->help || binding->action == except || (hidden && hidden(keymap, binding->action, user)))
			continue;
		keymap_key_name(keymap, binding->action, entry.key);
		add(palette, entry);
	}
}

const struct palette_entry *palette_chosen(const struct palette *palette)
{
	return palette->shown_count ? &palette->entries[palette->shown[palette->scroll.selected]] : NULL;
}

enum widget_result palette_event(struct palette *palette, const struct event *event)
{
	if (event->kind == EVENT_KEY && event->key == KEYSYM_Esc)
		return WIDGET_CLOSED;
	enum widget_result result = list_event(&palette->scroll, palette->rect, event, false);
	if (result != WIDGET_IGNORED)
		return result;
	if (field_event(&palette->query, event) == WIDGET_HANDLED) {
		match(palette);
		scroll_select(&palette->scroll, 0);
	}
	return WIDGET_HANDLED;
}

static void paint_entry(const struct palette *palette, struct canvas *canvas, int64_t row)
{
	const struct palette_entry *entry = &palette->entries[palette->shown[row]];
	int y = palette->rect.y + (int)(row - palette->scroll.offset), x = palette->rect.x;
	bool selected = row == palette->scroll.selected;
	int key = paint_width(canvas, entry->key, strlen(entry->key));
	int room = palette->rect.width - 2 - (key ? key + 2 : 0);

	if (selected)
		paint_glyph(canvas, x, y, ROLE_ACCENT, canvas_glyphs(canvas)->marker);
	int used = paint_str(canvas, x + 2, y, room, selected ? ROLE_SELECTED : ROLE_TEXT, entry->name);
	if (entry->note && used + 4 < room)
		paint_str(canvas, x + 2 + used + 2, y, room - used - 2, ROLE_FAINT, entry->note);
	paint_right(canvas, x, y, palette->rect.width, ROLE_ACCENT, entry->key);
}

void palette_paint(struct palette *palette, struct canvas *canvas, struct rect rect)
{
	palette->rect = paint_typed_box(canvas, rect, "Go to, do", &palette->query, "type a name");
	scroll_resize(&palette->scroll, (int64_t)palette->shown_count, palette->rect.height);
	struct rect before = canvas_clip(canvas, palette->rect);
	for (int64_t row = palette->scroll.offset; row < palette->scroll.count; row++) {
		if (row - palette->scroll.offset >= palette->rect.height)
			break;
		paint_entry(palette, canvas, row);
	}
	if (!palette->shown_count)
		paint_str(canvas, palette->rect.x + 2, palette->rect.y, palette->rect.width - 2, ROLE_FAINT,
			  "Nothing is called that.");
	canvas_unclip(canvas, before);
	paint_scrollbar(canvas, palette->rect.x + palette->rect.width + 1, palette->rect.y, palette->rect.height,
			&palette->scroll);
}
