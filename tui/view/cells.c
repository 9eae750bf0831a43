/* From rectangles to cells. */
#include "tui/view/internal.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

static int min(int a, int b)
{
	return a < b ? a : b;
}

static int max(int a, int b)
{
	return a > b ? a : b;
}

/* ---- lines of parts ---- */

static int gap_before(const struct view_part *part)
{
	return part->close ? 1 : VIEW_GAP;
}

/* Columns of the parts on one side that are still there, with the gaps between them. */
static int side_columns(const struct view_line *line, const struct view_parts *parts, bool right)
{
	int columns = 0;

	for (size_t at = 0; at < line->count; at++)
		if (line->parts[at].right == right && parts->part[at].width)
			columns += parts->part[at].width + (columns ? gap_before(&line->parts[at]) : 0);
	return columns;
}

static int line_columns(const struct view_line *line, const struct view_parts *parts)
{
	int left = side_columns(line, parts, false), right = side_columns(line, parts, true);

	return left + right + (left && right ? VIEW_GAP : 0);
}

static bool drop_one(const struct view_line *line, struct view_parts *parts)
{
	size_t found = line->count;
	int drop = 1;

	for (size_t at = 0; at < line->count; at++)
		if (parts->part[at].width && line->parts[at].drop >= drop) {
			drop = line->parts[at].drop;
			found = at;
		}
	if (found == line->count)
		return false;
	parts->part[found].width = 0;
	return true;
}

/* Cuts `over` columns off the parts that may be cut before others leave. */
static void cut_parts(const struct view_line *line, struct view_parts *parts, int over)
{
	for (size_t at = 0; at < line->count && over > 0; at++) {
		int spare = line->parts[at].least ? parts->part[at].width - line->parts[at].least : 0;
		int less = min(over, max(0, spare));
		parts->part[at].width -= less;
		over -= less;
	}
}

void view_place_parts(struct view *view, const struct view_line *line, struct rect rect, struct view_parts *ret_parts)
{
	struct view_parts parts = {0};
	int room = max(0, rect.width - VIEW_GUTTER - 1), over;

	for (size_t at = 0; at < line->count; at++)
		parts.part[at].width = view_part_columns(view, &line->parts[at]);
	cut_parts(line, &parts, line_columns(line, &parts) - room);
	while ((over = line_columns(line, &parts) - room) > 0 && drop_one(line, &parts))
		continue;
	/* Then the first is cut, and the next; but each keeps a few columns while another can be cut. */
	for (size_t at = 0; at < line->count && over > 0; at++) {
		int less = min(over, max(0, parts.part[at].width - 4));
		parts.part[at].width -= less;
		over -= less;
	}
	for (size_t at = 0; at < line->count && over < 0; at++) {
		parts.part[at].width -= line->parts[at].wide ? over : 0;
		over = line->parts[at].wide ? 0 : over;
	}
	int x = rect.x + VIEW_GUTTER, right = x + room - side_columns(line, &parts, true);
	int used[2] = {x, max(x, right)};
	bool begun[2] = {false, false};
	for (size_t at = 0; at < line->count; at++) {
		int side = line->parts[at].right ? 1 : 0;
		if (!parts.part[at].width)
			continue;
		used[side] += begun[side] ? gap_before(&line->parts[at]) : 0;
		parts.part[at].x = used[side];
		used[side] += parts.part[at].width;
		begun[side] = true;
	}
	*ret_parts = parts;
}

/* How far a field that is typed in is scrolled; any other begins at its start. */
static size_t field_first(struct view_kept *kept, size_t at)
{
	return kept && kept->field_at == at ? kept->field_first : 0;
}

static void keep_field(struct view_kept *kept, size_t at, size_t first)
{
	if (!kept)
		return;
	kept->field_at = at;
	kept->field_first = first;
}

static void paint_line(struct view *view, const struct view_block *block, struct canvas *canvas)
{
	const struct view_line *line = &block->line;
	struct view_kept *kept = view_kept(view, block->place.id);
	struct view_parts parts;

	view_place_parts(view, line, block->rect, &parts);
	for (size_t at = 0; at < line->count; at++) {
		const struct view_part *part = &line->parts[at];
		int x = parts.part[at].x, width = parts.part[at].width;

		if (!part->field) {
			paint_str(canvas, x, block->rect.y, width, part->role, part->text);
			continue;
		}
		size_t first = field_show(part->field, canvas, x, block->rect.y, width, part->typing, part->text,
					  part->typing ? field_first(kept, at) : 0);
		if (part->typing)
			keep_field(kept, at, first);
	}
}

/* ---- texts ---- */

/* The key of an action and what it does: "e change". Returns the columns used. */
static int paint_act(struct view *view, struct canvas *canvas, int x, int y, int width, int action, const char *does)
{
	char key[KEY_NAME_SIZE];

	view_key(view, action, key);
	int used = *key ? paint_str(canvas, x, y, width, ROLE_ACCENT, key) + 1 : 0;
	return used + paint_str(canvas, x + used, y, width - used, ROLE_FAINT, does);
}

static int act_columns(struct view *view, int action, const char *does)
{
	char key[KEY_NAME_SIZE];

	view_key(view, action, key);
	return (*key ? view_width(view, key) + 1 : 0) + view_width(view, does);
}

static struct rect behind_gutter(struct rect rect)
{
	rect_cut_left(&rect, VIEW_GUTTER);
	return rect;
}

static void paint_prose(const struct view_block *block, struct canvas *canvas, bool focused)
{
	const struct view_prose *prose = &block->prose;
	struct rect rect = behind_gutter(block->rect);
	const struct scroll scroll = {.count = block->lines, .offset = block->first, .visible = max(1, block->visible)};

	rect.width = view_prose_columns(block->rect.width);
	if (prose->sign)
		paint_str(canvas, block->rect.x, rect.y, 1, prose->role, prose->sign);
	paint_wrapped(canvas, rect, (int)block->first, prose->role, prose->text, strlen(prose->text));
	if (prose->place.id)
		paint_scrollbar(canvas, rect.x + rect.width, rect.y, rect.height, &scroll);
	if (focused)
		canvas_cursor(canvas, block->rect.x, block->rect.y);
}

/* `line` is as high as the room for the fact, without the last column. */
static void paint_fact(struct view *view, const struct view_facts *facts, const struct view_fact *fact, int labels,
		       struct rect line, struct canvas *canvas)
{
	struct rect value = line;
	const char *text = fact->value ? fact->value : canvas_glyphs(canvas)->dash;

	if (fact->label) {
		struct rect label = {line.x, line.y, labels - VIEW_GAP, line.height};
		paint_wrapped(canvas, label, 0, facts->label_role ? facts->label_role : ROLE_FAINT, fact->label,
			      strlen(fact->label));
		rect_cut_left(&value, labels);
	}
	value.width = min(value.width, view_fact_columns(view, fact, labels, line.width + 1 + VIEW_GUTTER));
	paint_wrapped(canvas, value, 0, fact->value ? fact->role : ROLE_FAINT, text, strlen(text));
	if (fact->does) {
		int columns = act_columns(view, fact->action, fact->does);
		paint_act(view, canvas, max(line.x, line.x + line.width - columns), line.y, columns, fact->action,
			  fact->does);
	}
}

static void paint_facts(struct view *view, const struct view_block *block, struct canvas *canvas, bool focused)
{
	const struct view_facts *facts = &block->facts;
	struct rect rect = behind_gutter(block->rect);
	const struct scroll scroll = {.count = block->lines, .offset = block->first, .visible = max(1, block->visible)};
	int labels = view_label_columns(view, facts, block->rect.width), y = block->rows.y - (int)block->first;
	int bottom = block->rows.y + block->rows.height;

	if (facts->title)
		paint_str(canvas, rect.x, rect.y, rect.width, ROLE_STRONG, facts->title);
	struct rect clip = canvas_clip(canvas, block->rows);
	for (size_t at = 0; at < facts->count && y < bottom; at++) {
		int rows = view_fact_rows(view, &facts->facts[at], labels, block->rect.width);
		struct rect line = {rect.x, y, rect.width - 1, facts->place.id ? rows : min(rows, bottom - y)};
		if (y + rows > block->rows.y)
			paint_fact(view, facts, &facts->facts[at], labels, line, canvas);
		y += rows;
	}
	if (facts->place.id)
		paint_scrollbar(canvas, rect.x + rect.width - 1, block->rows.y, block->rows.height, &scroll);
	if (focused && !view_is_typing(view))
		canvas_cursor(canvas, block->rows.x, block->rows.y);
	canvas_unclip(canvas, clip);
}

static void paint_form(struct view *view, const struct view_block *block, struct canvas *canvas, bool focused)
{
	const struct view_form *form = &block->form;
	struct view_kept *kept = view_kept(view, block->place.id);
	struct rect rect = behind_gutter(block->rect);
	struct form_places places;

	form_place(form->form, block->rect.width, &places);
	if (block->rows.y > block->rect.y) {
		if (form->title)
			paint_str(canvas, rect.x, rect_cut_top(&rect, 1).y, rect.width, ROLE_STRONG, form->title);
		rect.width = view_prose_columns(block->rect.width);
		if (form->text)
			paint_wrapped(canvas, rect, 0, ROLE_TEXT, form->text, strlen(form->text));
	}
	size_t at = form->form->focus, first = field_first(kept, at);
	first = form_show(form->form, &places, canvas, block->rows, (int)block->first, focused, first);
	if (focused)
		keep_field(kept, at, first);
}

/* ---- notices and calls ---- */

static void paint_why(struct view *view, struct canvas *canvas, struct rect rect, const char *why)
{
	int columns = view_prose_columns(rect.width);
	int width = min(columns, view_width(view, why));
	struct rect middle = {rect.x + (rect.width - width) / 2, rect.y, width, rect.height};

	paint_wrapped(canvas, middle, 0, ROLE_FAINT, why, strlen(why));
}

static void paint_notice(struct view *view, const struct view_block *block, struct canvas *canvas)
{
	const struct view_notice *notice = &block->notice;
	struct rect rect = block->rect;
	int needs = view_rows(view, (int)(block - view->blocks), rect.width).want;

	/* A third down, but never so far that something would be cut. */
	rect_cut_top(&rect, max(0, min(rect.height / 3, rect.height - needs)));
	paint_centre(canvas, rect.x, rect_cut_top(&rect, 1).y, rect.width, ROLE_TEXT, notice->text);
	if (notice->does && rect.height > 0) {
		int columns = act_columns(view, notice->action, notice->does),
		    x = rect.x + max(0, (rect.width - columns) / 2);
		paint_act(view, canvas, x, rect_cut_top(&rect, 1).y, rect.width, notice->action, notice->does);
	} else if (notice->hint && rect.height > 0) {
		paint_centre(canvas, rect.x, rect_cut_top(&rect, 1).y, rect.width, ROLE_FAINT, notice->hint);
	}
	rect_cut_top(&rect, 1);
	if (notice->why)
		paint_why(view, canvas, rect, notice->why);
}

static void paint_call(struct view *view, const struct view_block *block, struct canvas *canvas)
{
	const struct view_call *call = &block->call;
	const struct glyphs *glyphs = canvas_glyphs(canvas);
	struct rect rect = behind_gutter(block->rect);
	int bar = view_call_columns(view, call), x = block->rect.x + 1, end = x + min(bar, block->rect.width - 1) - 1;
	char key[KEY_NAME_SIZE];

	view_key(view, call->action, key);
	paint_glyph(canvas, x, rect.y, call->off ? ROLE_FAINT : ROLE_ACCENT, glyphs->call_left);
	x += 1 + VIEW_GAP;
	if (!call->off)
		x += paint_str(canvas, x, rect.y, end - x, ROLE_ACCENT, key) + VIEW_GAP;
	x += paint_str(canvas, x, rect.y, end - x, call->off ? ROLE_FAINT : ROLE_STRONG, call->label);
	x = min(x + VIEW_GAP, end);
	paint_glyph(canvas, x, rect.y, call->off ? ROLE_FAINT : ROLE_ACCENT, glyphs->call_right);
	if (!call->remark)
		return;
	x += 1 + VIEW_GAP;
	if (view_width(view, call->remark) <= rect.x + rect.width - x) {
		paint_str(canvas, x, rect.y, rect.x + rect.width - x, ROLE_FAINT, call->remark);
		return;
	}
	rect_cut_top(&rect, 1);
	rect.width = view_prose_columns(block->rect.width);
	paint_wrapped(canvas, rect, 0, ROLE_FAINT, call->remark, strlen(call->remark));
}

/* In the middle of its room. */
static void paint_picture(const struct view_block *block, struct canvas *canvas)
{
	const struct picture *picture = block->picture.picture;

	picture_paint(picture, canvas, rect_centre(block->rows, picture->width, picture->height));
}

/* ---- all of them ---- */

static void paint_rules(const struct view *view, const struct view_block *group, struct canvas *canvas)
{
	bool first = true;

	for (int at = (int)(group - view->blocks) + 1; at < group->end; at = view->blocks[at].end) {
		struct rect rect = view->blocks[at].rect;

		if (rect_is_empty(rect))
			continue;
		if (!first && group->beside)
			paint_vrule(canvas, rect.x - 1, group->rect.y, group->rect.height);
		else if (!first)
			paint_hrule(canvas, group->rect.x, rect.y - 1, group->rect.width);
		first = false;
	}
}

void view_paint(struct view *view, struct canvas *canvas)
{
	const struct view_block *focus = view_focused(view);

	for (int at = 0; at < view->count; at++) {
		const struct view_block *block = &view->blocks[at];

		if (rect_is_empty(block->rect))
			continue;
		struct rect clip = canvas_clip(canvas, block->rect);
		switch (block->kind) {
		case BLOCK_GROUP:
			if (block->group.rule)
				paint_rules(view, block, canvas);
			break;
		case BLOCK_LINE: paint_line(view, block, canvas); break;
		case BLOCK_PROSE: paint_prose(block, canvas, block == focus); break;
		case BLOCK_FACTS: paint_facts(view, block, canvas, block == focus); break;
		case BLOCK_TABLE: view_paint_table(view, block, canvas, block == focus); break;
		case BLOCK_FORM: paint_form(view, block, canvas, block == focus); break;
		case BLOCK_CHART: view_paint_chart(view, block, canvas); break;
		case BLOCK_PICTURE:
			if (block->picture.picture)
				paint_picture(block, canvas);
			break;
		case BLOCK_NOTICE: paint_notice(view, block, canvas); break;
		case BLOCK_CALL: paint_call(view, block, canvas); break;
		}
		canvas_unclip(canvas, clip);
	}
	for (int at = 0; at < view->count; at++)
		if (view->blocks[at].place.dim)
			canvas_dim(canvas, view->blocks[at].rect);
}
