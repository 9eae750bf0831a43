/* What a line means. Its words are names, keys and labels of the keymaps, and those of the palette. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "screens/app/linear.h"

enum { HINTS_MAX = 8, TEXT_MAX = 64 * 1024, NAMED_MAX = 8, QUOTED = 60, WORD_LEAST = 2 };

static void add_step(struct linear *linear, struct linear_step step)
{
	if (linear->step_count < LINEAR_STEPS)
		linear->steps[linear->step_count++] = step;
}

static void add_key(struct linear *linear, uint32_t key)
{
	add_step(linear, (struct linear_step){.kind = LINEAR_KEY, .key = key});
}

static bool is_word(const char *name, const char *text, size_t length)
{
	return strlen(name) == length && !strncasecmp(name, text, length);
}

/* Reads a text as a number; -1: it is none. */
static int64_t number_of(const char *text, size_t length)
{
	int64_t number = 0;

	for (size_t at = 0; at < length; at++) {
		if (!isdigit((unsigned char)text[at]) || number > INT64_MAX / 10 - 1)
			return -1;
		number = number * 10 + (text[at] - '0');
	}
	return length ? number : -1;
}

/* Finds the row with that number on the top screen. */
static bool find_row(struct app *app, int64_t number, int *ret_id, int64_t *ret_row)
{
	const struct layer *top = app_top(app);

	return top->view && view_numbered(top->view, number, ret_id, ret_row);
}

/* Adds a step to the row with that number, or says that there is none. */
static bool add_go(struct app *app, int64_t number)
{
	struct linear_step step = {.kind = LINEAR_GO};

	if (!find_row(app, number, &step.id, &step.row)) {
		linear_say(app->linear, "There is no such row here");
		return false;
	}
	add_step(app->linear, step);
	return true;
}

/* ---- actions ---- */

static bool is_hidden(struct app *app, const struct keymap *keymap, size_t at)
{
	return app_is_hidden(keymap, keymap->bindings[at].action, app);
}

/* The place of the action with that name, key or label; keymap->count: there is none. */
static size_t find_action(struct app *app, const struct keymap *keymap, const char *text, size_t length)
{
	const struct binding *bindings = keymap->bindings;
	size_t hidden = keymap->count;
	uint32_t key = 0;

	for (size_t at = 0; at < keymap->count; at++) {
		if (!is_word(bindings[at].name, text, length))
			continue;
		if (!is_hidden(app, keymap, at))
			return at;
		hidden = at;
	}
	int action = key_parse(text, length, &key) ? keymap_find(keymap, key) : KEYMAP_NONE;
	for (size_t at = 0; at < keymap->count; at++)
		if (bindings[at].action == action && action != KEYMAP_NONE)
			return at;
	for (size_t at = 0; at < keymap->count; at++)
		if (is_word(bindings[at].label, text, length) && !is_hidden(app, keymap, at))
			return at;
	return hidden;
}

static bool is_of_row(struct app *app, int action)
{
	return app_top(app)->screen->of_row & SCREEN_ACTION(action);
}

/* The action is done to one row of the list that has the focus. */
static bool takes_number(struct app *app, int action)
{
	int id;
	int64_t row;

	return is_of_row(app, action) && find_row(app, 2, &id, &row) && view_has_keys(app_top(app)->view, id);
}

/* Of several rows people have to name one, because no selection is seen here. */
static bool needs_number(struct app *app, int action)
{
	int id;
	int64_t row;

	return takes_number(app, action) && find_row(app, 2, &id, &row) && !view_says_selected(app_top(app)->view, id);
}

static void add_action(struct linear *linear, const struct keymap *keymap, size_t at)
{
	if (keymap->keys[at][0])
		add_key(linear, keymap->keys[at][0]);
	else
		add_step(linear, (struct linear_step){.kind = LINEAR_ACT, .row = keymap->bindings[at].action});
}

/* "2" or "2,3,5": does the action to each of these rows. False, with a message, when there is no such row. */
static bool act_on_rows(struct app *app, size_t at, const char *rows, size_t length)
{
	struct linear *linear = app->linear;
	const struct keymap *keymap = &app->keymaps[app_top(app)->id];

	for (size_t from = 0, end; from < length; from = end + 1) {
		const char *comma = memchr(rows + from, ',', length - from);

		end = comma ? (size_t)(comma - rows) : length;
		if (!add_go(app, number_of(rows + from, end - from))) {
			linear->step_count = 0;
			return false;
		}
		add_action(linear, keymap, at);
	}
	return true;
}

/* Does the action to the rows that `arguments` begins with, or to the selected row if it is the only one. What follows
 * is typed into the field that the action opens. */
static void act_of_row(struct app *app, size_t at, const char *arguments)
{
	struct linear *linear = app->linear;
	const struct keymap *keymap = &app->keymaps[app_top(app)->id];
	size_t length = strspn(arguments, "0123456789,");
	bool numbered = length && (arguments[length] == ' ' || !arguments[length]);

	if (!numbered && needs_number(app, keymap->bindings[at].action)) {
		linear_say(linear, "Say on which row: %s NUMBER", keymap->bindings[at].name);
		return;
	}
	if (numbered && !act_on_rows(app, at, arguments, length))
		return;
	if (!numbered)
		add_action(linear, keymap, at);
	arguments += numbered ? length + strspn(arguments + length, " ") : 0;
	if (*arguments)
		add_step(linear, (struct linear_step){.kind = LINEAR_TEXT, .text = arguments});
}

static void act(struct app *app, size_t at, const char *arguments)
{
	struct linear *linear = app->linear;
	const struct keymap *keymap = &app->keymaps[app_top(app)->id];

	if (is_hidden(app, keymap, at)) {
		linear_say(linear, "%s: that can't be done here now", keymap->bindings[at].name);
		return;
	}
	if (is_of_row(app, keymap->bindings[at].action)) {
		act_of_row(app, at, arguments);
		return;
	}
	add_action(linear, keymap, at);
	if (*arguments)
		add_step(linear, (struct linear_step){.kind = LINEAR_TEXT, .text = arguments});
}

/* Actions that hold on every screen. */
static void act_everywhere(struct app *app, int action)
{
	struct linear *linear = app->linear;

	switch ((enum everywhere_action)action) {
	case EVERYWHERE_HELP:
	case EVERYWHERE_PALETTE:
		linear_help(app);
		break;
	case EVERYWHERE_BACK:
		add_key(linear, KEYSYM_Esc);
		break;
	case EVERYWHERE_REDRAW:
		linear->on_page = true;
		break;
	default:
		app_act_everywhere(app, action);
		linear->told |= app->quit;
		break;
	}
}

/* ---- screens, and all that other words find ---- */

/* Names what people may have meant. */
static void ask_which(struct linear *linear, const struct palette *palette)
{
	struct buf names;

	buf_init(&names, TEXT_MAX);
	for (size_t at = 0; at < palette->shown_count && at < NAMED_MAX; at++)
		buf_printf(&names, "%s%s", at ? ", " : "", palette->entries[palette->shown[at]].name);
	linear_say(linear, "Which one do you mean: %s%s?", buf_str(&names),
		   palette->shown_count > NAMED_MAX ? ", …" : "");
	buf_done(&names);
}

/* The palette finds it, as if it were typed there. */
static void go_by_name(struct app *app, const char *words)
{
	struct linear *linear = app->linear;
	const struct event typed = {.kind = EVENT_PASTE, .text = words, .length = strlen(words)};
	size_t chosen = SIZE_MAX;

	if (strlen(words) < WORD_LEAST) { /* too short to search for */
		linear_say(linear, "Nothing is called \"%s\" here. Type help for what there is", words);
		return;
	}
	overlay_palette(app);
	(void)overlay_event(app, &typed);
	const struct palette *palette = overlay_found(app);
	if (!palette)
		return;
	for (size_t at = 0; at < palette->shown_count && chosen == SIZE_MAX; at++)
		if (!strcasecmp(palette->entries[palette->shown[at]].name, words))
			chosen = at;
	if (palette->shown_count == 1)
		chosen = 0;
	if (chosen != SIZE_MAX) {
		overlay_choose(app, chosen);
		return;
	}
	if (palette->shown_count)
		ask_which(linear, palette);
	else
		linear_say(linear, "Nothing is called \"%.*s\" here. Type help for what there is", QUOTED, words);
	overlay_close(app);
}

/* ---- commands ---- */

static void more(struct app *app)
{
	struct linear *linear = app->linear;
	struct layer *top = app_top(app);

	if (linear->rest_at < linear->rest.length) {
		const struct buf text = {.bytes = linear->rest.bytes + linear->rest_at,
					 .length = linear->rest.length - linear->rest_at};
		linear_tell(linear, &text);
	} else if (top->view && view_lines_more(top->view)) {
		linear->on_page = true;
		app_dirty(app);
	} else {
		linear_say(linear, "There is no more here. Type help for what can be done");
	}
}

static void show_again(struct app *app)
{
	if (app_top(app)->view)
		view_lines_restart(app_top(app)->view);
	app->linear->said_of = 0;
	app_dirty(app);
}

/* The place of the action that Enter does here; keymap->count: there is none. */
static size_t find_enter(struct app *app, const struct keymap *keymap)
{
	int action = keymap_find(keymap, KEYSYM_Enter);

	for (size_t at = 0; at < keymap->count; at++)
		if (keymap->bindings[at].action == action && !is_hidden(app, keymap, at))
			return at;
	return keymap->count;
}

/* Does a number alone choose a row? Not where Enter does something to all rows, such as to check out. */
static bool is_chosen_by_number(struct app *app)
{
	const struct keymap *keymap = &app->keymaps[app_top(app)->id];
	size_t at = find_enter(app, keymap);

	return at == keymap->count || is_of_row(app, keymap->bindings[at].action);
}

static void open_row(struct app *app, int64_t number)
{
	struct linear *linear = app->linear;

	if (!is_chosen_by_number(app)) {
		linear_say(linear, "Say what to do with row %lld. Type help for what there is", (long long)number);
	} else if (add_go(app, number)) {
		struct linear_step step = linear->steps[linear->step_count - 1];
		step.kind = LINEAR_CHOOSE;
		add_step(linear, step);
	}
}

/* "2 12.50": text for a row that lets people type without a further word, such as a quantity. */
static void type_at(struct app *app, int64_t number, const char *text)
{
	if (add_go(app, number))
		add_step(app->linear, (struct linear_step){.kind = LINEAR_TEXT, .text = text});
}

static void command(struct app *app, const char *line)
{
	const struct keymap *own = &app->keymaps[app_top(app)->id], *everywhere = &app->keymaps[SCREENS];
	size_t whole = strlen(line), first = strcspn(line, " ");
	const char *arguments = line + first + strspn(line + first, " ");
	size_t at;

	if (!whole || is_word("more", line, whole)) {
		more(app);
	} else if (number_of(line, whole) >= 0) {
		open_row(app, number_of(line, whole));
	} else if (number_of(line, first) >= 0) {
		type_at(app, number_of(line, first), arguments);
	} else if (is_word("show", line, whole)) {
		show_again(app);
	} else if ((at = find_action(app, own, line, whole)) < own->count) {
		act(app, at, "");
	} else if ((at = find_action(app, everywhere, line, whole)) < everywhere->count) {
		act_everywhere(app, everywhere->bindings[at].action);
	} else if ((at = find_action(app, own, line, first)) < own->count) {
		act(app, at, arguments);
	} else if (line[0] == '/' && (at = find_action(app, own, line, 1)) < own->count) {
		act(app, at, line + 1 + strspn(line + 1, " "));
	} else {
		go_by_name(app, line);
	}
}

/* ---- overlays ---- */

static void answer(struct app *app, const char *line)
{
	struct linear *linear = app->linear;
	size_t length = strlen(line), count = overlay_items(app);
	int64_t number = number_of(line, length);

	if (is_word("back", line, length) || is_word("n", line, length) || is_word("no", line, length)) {
		add_key(linear, KEYSYM_Esc);
	} else if (count && number >= 1 && number <= (int64_t)count) {
		add_step(linear, (struct linear_step){.kind = LINEAR_ITEM, .row = number - 1});
	} else if (count) {
		linear_say(linear, "Type a number from 1 to %zu, or back", count);
	} else if (is_word("y", line, length) || is_word("yes", line, length)) {
		add_key(linear, 'y');
	} else {
		linear_say(linear, "Type y for yes, or n for no");
	}
}

/* ---- typing ---- */

/* The choice that a line names, by number or by its first letters; -1: none. */
static int choice_of(const struct form_row *row, const char *line)
{
	size_t length = strlen(line);
	int64_t number = number_of(line, length);

	for (int at = 0; row->choices[at]; at++)
		if (number == at + 1 || (length && !strncasecmp(row->choices[at], line, length)))
			return at;
	return -1;
}

/* Goes to the next field that people have to be asked for; after the last one the form is sent. */
static void go_on(struct linear *linear, const struct form *form)
{
	size_t by = 1;

	linear->in_form = true;
	if (!linear->sent && ++linear->asked < form->count) {
		add_key(linear, KEYSYM_Tab);
		return;
	}
	while (linear->sent && by < form->count && !form->fields[(form->focus + by) % form->count].error[0])
		by++;
	if (!linear->sent || by == form->count) {
		linear->sent = linear->was_sent = true;
		linear->in_form = false;
		add_key(linear, KEYSYM_Enter);
		return;
	}
	for (; by; by--)
		add_key(linear, KEYSYM_Tab);
}

static void fill_in(struct app *app, const struct view_typed *typed, const char *line)
{
	struct linear *linear = app->linear;
	const struct form_field *field = &typed->form->fields[typed->form->focus];

	if (field->row->choices && *line) {
		int choice = choice_of(field->row, line);
		if (choice < 0) {
			linear_say(linear, "%s is none of the choices", field->row->label);
			return;
		}
		int count = 0;
		while (field->row->choices[count])
			count++;
		for (int at = field->choice; at != choice; at = at + 1 < count ? at + 1 : 0)
			add_key(linear, KEYSYM_Right);
	} else if (*line) {
		add_step(linear, (struct linear_step){.kind = LINEAR_TEXT, .text = line});
	}
	go_on(linear, typed->form);
}

static void type(struct app *app, const struct view_typed *typed, const char *line)
{
	struct linear *linear = app->linear;

	if (typed->form) {
		fill_in(app, typed, line);
		return;
	}
	if (*line)
		add_step(linear, (struct linear_step){.kind = LINEAR_TEXT, .text = line});
	add_key(linear, KEYSYM_Enter);
}

void linear_words(struct app *app)
{
	struct linear *linear = app->linear;
	const char *line = linear->line;
	struct view_typed typed;

	linear->step = linear->step_count = 0;
	linear->in_form = linear->was_sent = false;
	if (app->overlay) {
		answer(app, line + strspn(line, " "));
	} else if (linear_typed(app, &typed) && (line[0] != ':' || line[1] == ':')) {
		type(app, &typed, line + (line[0] == ':'));
	} else {
		bool was_typing = linear_typed(app, &typed);
		char *end = linear->line + strlen(linear->line);
		line += was_typing;
		while (end > line && end[-1] == ' ')
			*--end = '\0';
		command(app, line + strspn(line, " "));
	}
}

/* ---- what people can do ---- */

/* The key of a binding if it can be typed in a line, otherwise its name. */
static const char *word_of(const struct keymap *keymap, size_t at, char space[KEY_NAME_SIZE])
{
	if (key_is_text(keymap->keys[at][0]) && keymap->keys[at][0] != ' ')
		key_format(keymap->keys[at][0], space);
	else
		snprintf(space, KEY_NAME_SIZE, "%s", keymap->bindings[at].name);
	return space;
}

static const char *label_of(struct app *app, const struct binding *binding)
{
	const struct layer *top = app_top(app);
	const char *now = top->screen->label ? top->screen->label(app, top->state, binding->action) : NULL;

	return now ? now : binding->label;
}

/* While people type: what else they can do. */
static void hint_at_colons(struct app *app, struct buf *out)
{
	const struct keymap *keymap = &app->keymaps[app_top(app)->id];

	buf_add_str(out, "An empty line keeps what is there. Anything else begins with a colon: ");
	for (size_t at = 0; at < keymap->count; at++)
		if (keymap->bindings[at].footer && !is_hidden(app, keymap, at) && keymap->keys[at][0] != KEYSYM_Enter)
			buf_printf(out, ":%s, ", keymap->bindings[at].name);
	buf_add_str(out, ":back, :help, :quit.\n");
}

void linear_hints(struct app *app, struct buf *out)
{
	const struct layer *top = app_top(app);
	const struct keymap *keymap = &app->keymaps[top->id];
	char word[KEY_NAME_SIZE];
	int hints = 0, id;
	int64_t row;
	struct view_typed typed;

	if (linear_typed(app, &typed)) {
		hint_at_colons(app, out);
		return;
	}
	if (top->view && view_lines_has_more(top->view))
		buf_add_str(out, "More: press Enter. ");
	size_t enter = find_enter(app, keymap);
	if (top->screen->seen && find_row(app, 1, &id, &row) && is_chosen_by_number(app))
		buf_printf(out, "NUMBER: %s. ",
			   enter < keymap->count ? label_of(app, &keymap->bindings[enter]) : "choose");
	for (int place = 1; place <= HINTS_MAX; place++) {
		for (size_t at = 0; at < keymap->count && hints < HINTS_MAX; at++) {
			const struct binding *binding = &keymap->bindings[at];
			bool is_told = keymap->keys[at][0] == KEYSYM_Enter && is_chosen_by_number(app);
			if (binding->footer != place || is_hidden(app, keymap, at) || is_told ||
			    keymap->keys[at][0] == KEYSYM_Tab)
				continue;
			const char *label = label_of(app, binding);
			const char *number = takes_number(app, binding->action) ? " NUMBER" : "";
			if (strcmp(word_of(keymap, at, word), label) != 0)
				buf_printf(out, "%s%s: %s. ", word, number, label);
			else
				buf_printf(out, "%s%s. ", word, number);
			hints++;
		}
	}
	if (app->depth > 1)
		buf_add_str(out, "back. ");
	buf_add_str(out, "help. quit.\n");
}

/* Actions that have no meaning where nothing is painted. */
static bool is_of_cells(const struct binding *binding)
{
	return binding->action == EVERYWHERE_PALETTE || binding->action == EVERYWHERE_REDRAW ||
	       binding->action == EVERYWHERE_SUSPEND;
}

static void help_with(struct app *app, const struct keymap *keymap, struct buf *text)
{
	for (size_t at = 0; at < keymap->count; at++) {
		const struct binding *binding = &keymap->bindings[at];
		bool of_row = keymap != &app->keymaps[SCREENS] && is_of_row(app, binding->action);
		char key[KEY_NAME_SIZE] = "";

		if (!binding->help || is_hidden(app, keymap, at) ||
		    (keymap == &app->keymaps[SCREENS] && is_of_cells(binding)))
			continue;
		if (key_is_text(keymap->keys[at][0]) && keymap->keys[at][0] != ' ')
			key_format(keymap->keys[at][0], key);
		buf_printf(text, "%s%s%s%s: %s.\n", binding->name, *key ? " or " : "", key,
			   of_row ? ", and a NUMBER" : "", binding->help);
	}
}

void linear_help(struct app *app)
{
	struct buf text;
	bool any = false;

	buf_init(&text, TEXT_MAX);
	buf_add_str(&text, "A NUMBER alone chooses that row. "
			   "Words behind an action, or behind a NUMBER, are typed there: search tea.\n");
	help_with(app, &app->keymaps[app_top(app)->id], &text);
	help_with(app, &app->keymaps[SCREENS], &text);
	buf_add_str(&text, "show: Say all of this screen again.\n"
			   "Enter alone: Go on where there is more.\n"
			   "While something is typed, a command has a colon before it, such as :back.\n"
			   "Places, by name: ");
	for (int id = 0; id < SCREENS; id++) {
		const char *words = app_entries[id].words;
		if (!*words || !(app_offers(app, (enum screen_id)id) || app_offers_later(app, (enum screen_id)id)))
			continue;
		buf_printf(&text, "%s%.*s", any ? ", " : "", (int)strcspn(words, "|"), words);
		any = true;
	}
	buf_add_str(&text, app_group(app) == GROUP_NONE ? ".\n" : ", sign out.\n");
	linear_tell(app->linear, &text);
	buf_done(&text);
}
