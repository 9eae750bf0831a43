/* The overlays that are typed into: the help and the palette. */
#include <stdio.h>
#include <string.h>

#include "tui/terminal/key.h"
#include "tui/view/overlay.h"

enum { HELP_COLUMNS = 64, PALETTE_COLUMNS = 72, KEYS_SIZE = 64 };
enum { BLOCK_NONE, BLOCK_TYPED, BLOCK_FOUND };

/* What is typed, after its prompt. */
static void say_typed(struct view *view, const struct field *field, const char *hint)
{
	const struct view_part parts[] = {{.text = ">", .role = ROLE_ACCENT},
					  {.text = hint, .field = field, .typing = true, .close = true, .wide = true}};

	view_line(view, &(struct view_line){.place = {.id = BLOCK_TYPED}, .parts = parts, .count = 2});
}

bool help_init(struct help *help, struct view *view, const struct keymap *const *keymaps, size_t count, struct err *err)
{
	*help = (struct help){.floating = {.view = view},
			      .count = count < OVERLAY_KEYMAPS_MAX ? count : OVERLAY_KEYMAPS_MAX};
	for (size_t at = 0; at < help->count; at++)
		help->keymaps[at] = keymaps[at];
	return field_init(&help->filter, OVERLAY_FILTER_MAX, false, err);
}

void help_done(struct help *help)
{
	field_done(&help->filter);
}

/* What every list and form does with these keys, which can't be changed. */
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

/* The rows of the help that the filter leaves. */
struct help_rows {
	const struct help *help;
	struct view *view;
	struct view_fact facts[VIEW_FACTS_MAX];
	size_t count;
	const char *title; /* of the section whose heading is there */
};

/* A key, below its section's heading, with a blank before that; nothing if the filter says so. */
static void add_row(struct help_rows *rows, const char *title, const char *label, const char *keys, const char *text)
{
	const char *texts[] = {text, label, keys};

	if (!keymap_matches(field_text(&rows->help->filter), texts, 3) || rows->count + 3 > VIEW_FACTS_MAX)
		return;
	if (rows->title != title) {
		if (rows->count)
			rows->facts[rows->count++] = (struct view_fact){.value = ""};
		rows->facts[rows->count++] = (struct view_fact){.value = title, .role = ROLE_STRONG};
		rows->title = title;
	}
	rows->facts[rows->count++] = (struct view_fact){.label = view_printf(rows->view, "%s", keys), .value = text};
}

static void say_help(const void *what, struct view *view)
{
	const struct help *help = what;
	struct help_rows rows = {.help = help, .view = view};
	char keys[KEYS_SIZE];

	for (size_t map = 0; map < help->count; map++) {
		const struct keymap *keymap = help->keymaps[map];
		for (size_t at = 0; at < keymap->count; at++) {
			const struct binding *binding = &keymap->bindings[at];
			list_keys(keymap, at, keys, sizeof keys);
			if (binding->help && keys[0])
				add_row(&rows, keymap->title, binding->label, keys, binding->help);
		}
	}
	for (size_t at = 0; at < sizeof motions / sizeof *motions; at++)
		add_row(&rows, "Lists and forms", NULL, motions[at].keys, motions[at].help);
	if (!rows.count)
		rows.facts[rows.count++] = (struct view_fact){.value = "No key does that.", .role = ROLE_FAINT};
	say_typed(view, &help->filter, "type to filter");
	view_facts(view, &(struct view_facts){.place = {.id = BLOCK_FOUND, .focus = true, .grow = 1},
					      .label_role = ROLE_ACCENT,
					      .facts = rows.facts,
					      .count = rows.count});
}

static const struct floating_shape help_shape = {.title = "Keys", .columns = HELP_COLUMNS, .high = true};

void help_paint(struct help *help, struct canvas *canvas, struct rect rect)
{
	floating_paint(&help->floating, &help_shape, say_help, help, canvas, rect);
}

enum widget_result help_event(struct help *help, const struct event *event)
{
	if (event->kind == EVENT_KEY && (event->key == KEYSYM_Esc || event->key == KEYSYM_Enter))
		return WIDGET_CLOSED;
	if (floating_event(&help->floating, &help_shape, say_help, help, event, false).kind == VIEW_IGNORED)
		field_event(&help->filter, event);
	return WIDGET_HANDLED;
}

bool palette_init(struct palette *palette, struct view *view, struct err *err)
{
	palette->floating = (struct floating){.view = view};
	palette->count = palette->shown_count = palette->selected = 0;
	return field_init(&palette->query, OVERLAY_FILTER_MAX, false, err);
}

void palette_done(struct palette *palette)
{
	field_done(&palette->query);
}

/* How well an entry matches: 0 the name begins with what is typed, 1 a word of it does, 2 the words are somewhere in
 * it, -1 it doesn't. */
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
	palette->selected = 0;
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
	return palette->shown_count ? &palette->entries[palette->shown[palette->selected]] : NULL;
}

/* ---- as blocks ---- */

enum palette_column { COLUMN_NAME, COLUMN_NOTE, COLUMN_KEY, COLUMNS };
static const struct view_column columns[COLUMNS] = {
    [COLUMN_NAME] = {.min = 20, .ideal = 38},
    [COLUMN_NOTE] = {.min = 14, .weight = 1, .drop = 1},
    [COLUMN_KEY] = {.align = ALIGN_RIGHT},
};

static void get_cell(const void *context, int64_t row, size_t column, struct view_cell *ret_cell)
{
	const struct palette *palette = context;
	const struct palette_entry *entry = &palette->entries[palette->shown[row]];
	const char *const texts[] = {entry->name, entry->note, entry->key};
	static const enum role roles[] = {ROLE_TEXT, ROLE_FAINT, ROLE_ACCENT};

	ret_cell->text = texts[column];
	ret_cell->role = roles[column];
}

static void say_palette(const void *what, struct view *view)
{
	const struct palette *palette = what;

	say_typed(view, &palette->query, "type a name");
	if (!palette->shown_count) {
		view_prose(view, &(struct view_prose){.role = ROLE_FAINT, .text = "Nothing is called that."});
		return;
	}
	view_table(view, &(struct view_table){.place = {.id = BLOCK_FOUND, .focus = true, .grow = 1},
					      .columns = columns,
					      .column_count = COLUMNS,
					      .headless = true,
					      .count = (int64_t)palette->shown_count,
					      .selected = (int64_t)palette->selected,
					      .get_cell = get_cell,
					      .context = palette});
}

static const struct floating_shape palette_shape = {.title = "Go to, do", .columns = PALETTE_COLUMNS, .high = true};

void palette_paint(struct palette *palette, struct canvas *canvas, struct rect rect)
{
	floating_paint(&palette->floating, &palette_shape, say_palette, palette, canvas, rect);
}

enum widget_result palette_event(struct palette *palette, const struct event *event)
{
	if (event->kind == EVENT_KEY && event->key == KEYSYM_Esc)
		return WIDGET_CLOSED;
	struct view_event seen = floating_event(&palette->floating, &palette_shape, say_palette, palette, event, false);
	if (seen.kind == VIEW_CHOOSE)
		return WIDGET_CHOSEN;
	if (seen.kind == VIEW_GO)
		palette->selected = (size_t)seen.row;
	else if (seen.kind == VIEW_IGNORED && field_event(&palette->query, event) == WIDGET_HANDLED)
		match(palette);
	return WIDGET_HANDLED;
}
