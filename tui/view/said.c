/* From blocks to sentences: what each kind of block says, line by line. */
#include "tui/view/said.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tui/view/internal.h"

enum { PROSE_COLUMNS = 72, CHART_PARTS = 8 };

/* ---- sentences ---- */

/* A text as it may be shown, without the blanks around it. */
static void add(struct saying *saying, const char *text)
{
	size_t length = text ? strlen(text) : 0;
	const char *from = text ? text + strspn(text, " \n\t") : "";

	length -= text ? (size_t)(from - text) : 0;
	while (length && strchr(" \n\t", from[length - 1]))
		length--;
	text_sanitise(&saying->line, from, length);
}

static bool is_empty(const char *text)
{
	return !text || !text[strspn(text, " \n\t")];
}

/* Is it a sign that is only there to be seen, such as "/" before a search and an arrow between two prices? */
static bool is_sign(const char *text)
{
	const struct glyphs *glyphs = &glyphs_utf8;
	const char *const drawn[] = {glyphs->marker, glyphs->right, glyphs->dot, glyphs->chevron, glyphs->bullet};

	for (size_t at = 0; at < sizeof drawn / sizeof *drawn; at++)
		if (!strcmp(text, drawn[at]))
			return true;
	for (const char *at = text; *at; at++)
		if (isalnum((unsigned char)*at) || (unsigned char)*at >= 0x80)
			return false;
	return true;
}

/* Ends a sentence, unless its text has done so. */
static void end(struct saying *saying)
{
	const struct buf *line = &saying->line;

	if (line->length && !strchr(".!?:", line->bytes[line->length - 1]))
		buf_add_char(&saying->line, '.');
}

static void begin(struct saying *saying)
{
	if (saying->line.length)
		buf_add_char(&saying->line, ' ');
}

/* "Category: Coffee." An empty text adds nothing. */
static void say(struct saying *saying, const char *label, const char *between, const char *text)
{
	if (is_empty(text))
		return;
	begin(saying);
	if (!is_empty(label)) {
		add(saying, label);
		buf_add_str(&saying->line, between);
	}
	add(saying, text);
	end(saying);
}

/* The line is whole: it goes out, unless it is one that was said before, or the page is full. */
static void put(struct saying *saying)
{
	if (saying->line.length && saying->skip > 0) {
		saying->skip--;
		saying->at++;
	} else if (saying->line.length && saying->left > 0) {
		if (saying->out) {
			buf_add(saying->out, saying->line.bytes, saying->line.length);
			buf_add_char(saying->out, '\n');
		}
		saying->failed |= saying->line.failed;
		saying->left--;
		saying->at++;
	} else if (saying->line.length) {
		saying->full = true;
	}
	buf_reset(&saying->line);
}

static void put_sentence(struct saying *saying, const char *text)
{
	say(saying, NULL, "", text);
	put(saying);
}

/* A text that may be long, over several lines. */
static void put_wrapped(struct saying *saying, const char *sign, const char *text)
{
	struct buf clean;
	struct layout_line line;

	if (is_empty(text))
		return;
	buf_init(&clean, VIEW_SCRATCH_MAX);
	if (!is_empty(sign)) {
		text_sanitise(&clean, sign, strlen(sign));
		buf_add_char(&clean, ' ');
	}
	text_sanitise_lines(&clean, text, strlen(text));
	struct layout_wrap wrap = {.text = buf_str(&clean), .length = clean.length};
	while (!saying->full && layout_wrap_next(&wrap, PROSE_COLUMNS, &line)) {
		buf_add(&saying->line, clean.bytes + line.start, line.length);
		put(saying);
	}
	saying->failed |= clean.failed;
	buf_done(&clean);
}

/* What people type for an action: its key if that is a character, else its name. */
static const char *word_of(const struct view *view, int action, char space[KEY_NAME_SIZE])
{
	const struct keymap *keymap = view->keymap;

	space[0] = '\0';
	for (size_t at = 0; keymap && at < keymap->count; at++) {
		if (keymap->bindings[at].action != action)
			continue;
		if (key_is_text(keymap->keys[at][0]) && keymap->keys[at][0] != ' ')
			key_format(keymap->keys[at][0], space);
		else
			snprintf(space, KEY_NAME_SIZE, "%s", keymap->bindings[at].name);
	}
	return space;
}

static void say_action(struct saying *saying, int action, const char *does)
{
	char word[KEY_NAME_SIZE];

	if (!is_empty(does))
		say(saying, word_of(saying->view, action, word), ": ", does);
}

/* ---- blocks ---- */

static void say_line(struct saying *saying, const struct view_block *block)
{
	for (size_t at = 0; at < block->line.count; at++) {
		const struct view_part *part = &block->line.parts[at];
		const char *text = part->text;

		if (!part->label && !part->field && part->text && is_sign(part->text))
			continue;
		if (part->field && !field_is_empty(part->field))
			text = part->field->secret ? "typed, not shown" : field_text(part->field);
		else if (part->field && part->label)
			text = "empty";
		say(saying, part->label, ": ", text);
	}
	put(saying);
}

static void say_prose(struct saying *saying, const struct view_block *block)
{
	put_wrapped(saying, block->prose.sign, block->prose.text);
}

static void say_facts(struct saying *saying, const struct view_block *block)
{
	put_sentence(saying, block->facts.title);
	for (size_t at = 0; at < block->facts.count; at++) {
		const struct view_fact *fact = &block->facts.facts[at];

		say(saying, fact->label, ": ", is_empty(fact->value) ? "none" : fact->value);
		say_action(saying, fact->action, fact->does);
		put(saying);
	}
}

/* What is in a form's field, or what it is for. */
static void say_field(struct saying *saying, const struct form_field *field)
{
	const struct form_row *row = field->row;
	const char *text = field_text(&field->field);
	char meaning[FORM_MEANING_SIZE], fault[FORM_ERROR_SIZE];

	if (row->choices) {
		say(saying, row->label, ": ", row->choices[field->choice]);
		buf_add_str(&saying->line, " Choices:");
		for (int at = 0; row->choices[at]; at++) {
			buf_printf(&saying->line, "%s %d ", at ? ";" : "", at + 1);
			add(saying, row->choices[at]);
		}
		end(saying);
	} else if (field_is_empty(&field->field)) {
		say(saying, row->label, ": ", "empty");
		say(saying, NULL, "", row->hint);
	} else {
		say(saying, row->label, ": ", row->secret ? "typed, not shown" : text);
		if (row->check && !field->error[0] && !row->secret &&
		    row->check(row->kind, text, meaning, sizeof meaning, fault, sizeof fault) &&
		    strcmp(text, meaning) != 0)
			say(saying, "That is", " ", meaning);
	}
	put(saying);
	if (field->error[0]) {
		buf_add_str(&saying->line, "!");
		say(saying, row->label, ": ", field->error);
		put(saying);
	}
}

static void say_form(struct saying *saying, const struct view_block *block)
{
	put_sentence(saying, block->form.title);
	put_wrapped(saying, NULL, block->form.text);
	for (size_t at = 0; block->form.form && at < block->form.form->count; at++)
		say_field(saying, &block->form.form->fields[at]);
}

/* The sum of some values, never beyond what a number holds. */
static int64_t sum(const int64_t *values, size_t count)
{
	int64_t total = 0;

	for (size_t at = 0; at < count; at++)
		if (__builtin_add_overflow(total, values[at], &total))
			return values[at] < 0 ? INT64_MIN : INT64_MAX;
	return total;
}

/* Its highest value, and then all values, several together where there are many. */
static void say_chart(struct saying *saying, const struct view_block *block)
{
	const struct view_chart *chart = &block->chart;
	size_t each = (chart->count + CHART_PARTS - 1) / CHART_PARTS, highest = 0;
	char from[VIEW_TEXT], to[VIEW_TEXT], amount[VIEW_TEXT];

	put_sentence(saying, chart->title);
	for (size_t at = 1; at < chart->count; at++)
		highest = chart->values[at] > chart->values[highest] ? at : highest;
	if (chart->count) {
		chart->label(chart->context, highest, from);
		chart->amount(chart->context, chart->values[highest], amount);
		say(saying, "Highest", ": ", from);
		say(saying, NULL, "", amount);
		put(saying);
	}
	for (size_t at = 0; at < chart->count; at += each) {
		size_t count = chart->count - at < each ? chart->count - at : each;

		chart->label(chart->context, at, from);
		chart->label(chart->context, at + count - 1, to);
		chart->amount(chart->context, sum(chart->values + at, count), amount);
		add(saying, from);
		if (count > 1) {
			buf_add_str(&saying->line, " to ");
			add(saying, to);
		}
		buf_add_str(&saying->line, ": ");
		add(saying, amount);
		end(saying);
		put(saying);
	}
}

static void say_picture(struct saying *saying, const struct view_block *block)
{
	if (block->picture.picture || block->picture.expected)
		put_sentence(saying, block->picture.alt);
}

static void say_notice(struct saying *saying, const struct view_block *block)
{
	const struct view_notice *notice = &block->notice;

	say(saying, NULL, "", notice->text);
	if (is_empty(notice->does))
		say(saying, NULL, "", notice->hint);
	else
		say_action(saying, notice->action, notice->does);
	put(saying);
	put_wrapped(saying, NULL, notice->why);
}

static void say_call(struct saying *saying, const struct view_block *block)
{
	if (block->call.off)
		say(saying, "Not now", ": ", block->call.label);
	else
		say_action(saying, block->call.action, block->call.label);
	say(saying, NULL, "", block->call.remark);
	put(saying);
}

/* ---- tables ---- */

static void say_cell(struct saying *saying, const struct view_table *table, int64_t row, size_t column, bool with_head)
{
	const struct view_column *head = &table->columns[column];
	struct view_cell cell;

	if (head->absent)
		return;
	view_cell_of(table, row, column, &cell);
	if (is_empty(cell.text) || (!head->title && is_sign(cell.text)))
		return;
	begin(saying);
	if (with_head && !is_empty(head->title)) {
		add(saying, head->title);
		buf_add_char(&saying->line, ' ');
	}
	add(saying, cell.text);
	if (head->unit && !cell.is_word) {
		buf_add_char(&saying->line, ' ');
		add(saying, head->unit);
	}
	end(saying);
}

int said_row(struct saying *saying, const struct view_block *block, int64_t number, int64_t row)
{
	const struct view_table *table = &block->table;
	struct view_row facts;
	int lines = 1;

	view_row_of(table, row, &facts);
	lines += !is_empty(facts.note);
	if (saying->left < lines && !saying->skip && saying->paged) {
		saying->full = true;
		return lines;
	}
	if (number)
		buf_printf(&saying->line, "%lld ", (long long)number);
	else
		buf_add_str(&saying->line, "-");
	if (facts.coming)
		say(saying, NULL, "", "This row is on its way");
	for (size_t column = 0; !facts.coming && column < table->column_count; column++)
		say_cell(saying, table, row, column, column > 0 && !table->headless);
	say(saying, NULL, "", facts.tag_word);
	put(saying);
	if (!is_empty(facts.note)) {
		buf_add_str(&saying->line, facts.note_role != ROLE_FAINT && facts.note_role != ROLE_TEXT ? "  !" : " ");
		say(saying, NULL, "", facts.note);
		put(saying);
	}
	return lines;
}

/* "Also from Grace Roasters. Product 1 to 18 of 60." */
void said_heading(struct saying *saying, const struct view_block *block, int64_t from, int64_t to)
{
	const struct view_table *table = &block->table;
	const char *name = table->headless ? NULL : table->columns[0].title;

	say(saying, NULL, "", table->title);
	if (!is_empty(name) && table->count) {
		begin(saying);
		add(saying, name);
		buf_printf(&saying->line, table->more ? " %lld to %lld of %lld or more." : " %lld to %lld of %lld.",
			   (long long)from + 1, (long long)to, (long long)table->count);
	}
	put(saying);
}

/* What an edit would change, and the sum. */
static void say_table_end(struct saying *saying, const struct view_table *table, int64_t base)
{
	if (table->cell && table->selected >= 0 && !table->field) {
		const char *title = table->columns[table->cell - 1].title;
		long long number = (long long)base + table->selected + 1;

		buf_printf(&saying->line, "Chosen: %lld,", number);
		say(saying, NULL, "", title);
		put(saying);
	}
	if (!table->total)
		return;
	add(saying, table->total_label);
	begin(saying);
	add(saying, table->total);
	begin(saying);
	add(saying, table->total_unit);
	end(saying);
	put(saying);
}

static void say_table(struct saying *saying, const struct view_block *block)
{
	const struct view_table *table = &block->table;

	said_heading(saying, block, 0, block->share);
	for (int64_t row = 0; row < block->share && !saying->full; row++)
		said_row(saying, block, block->number ? block->number + row : 0, row);
	say_table_end(saying, table, block->number ? block->number - 1 : 0);
}

static void say_group(struct saying *saying, const struct view_block *block)
{
	(void)saying;
	(void)block;
}

void said_block(struct saying *saying, const struct view_block *block)
{
	static void (*const kinds[])(struct saying *, const struct view_block *) = {
	    [BLOCK_GROUP] = say_group,     [BLOCK_LINE] = say_line,	  [BLOCK_PROSE] = say_prose,
	    [BLOCK_FACTS] = say_facts,	   [BLOCK_TABLE] = say_table,	  [BLOCK_FORM] = say_form,
	    [BLOCK_CHART] = say_chart,	   [BLOCK_PICTURE] = say_picture, [BLOCK_NOTICE] = say_notice,
	    [BLOCK_CALL] = say_call,
	};

	kinds[block->kind](saying, block);
}
