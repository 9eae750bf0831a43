#include "screens/parts/lines.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "models/money.h"
#include "tui/terminal/key.h"
#include "tui/paint/layout.h"

/* Wider than this, a line is hard to follow from its name to its amount. */
enum { WIDTH_MAX = 96, MARGIN = 2, GAP = 2, FRACTION = 3, CURRENCY = 4, FOOT = 2, WHEEL_ROWS = 3 };

/* No platform of ours sells more at once; another's answer must not make painting slow. */
enum { LINES_MAX = 256 };

enum line_column { COLUMN_QUANTITY, COLUMN_NAME, COLUMN_STATUS, COLUMN_PRICE, COLUMN_AMOUNT, COLUMNS };

void lines_init(struct lines *lines, struct app *app, lines_get *get, void *context, bool selectable)
{
	*lines = (struct lines){.app = app, .get = get, .context = context, .selectable = selectable};
}

/* ---- texts ---- */

struct texts {
	char quantity[APP_TEXT], price[APP_TEXT], amount[APP_TEXT];
};

static void get_line(const struct lines *lines, size_t index, struct line *line, struct texts *texts)
{
	*line = (struct line){.name = "", .amount = -1};
	lines->get(lines->context, index, line);
	snprintf(texts->quantity, sizeof texts->quantity, "%lld", (long long)line->quantity);
	if (line->quantity_text)
		snprintf(texts->quantity, sizeof texts->quantity, "%s", line->quantity_text);
	if (line->price_text)
		snprintf(texts->price, sizeof texts->price, "%.*s",
			 (int)text_cut(line->price_text, sizeof texts->price - 1), line->price_text);
	else
		app_money(line->price, texts->price);
	texts->amount[0] = '\0';
	if (line->amount >= 0)
		app_money(line->amount, texts->amount);
}

static int most(int width, struct canvas *canvas, const char *text)
{
	int wanted = paint_width(canvas, text, strlen(text));

	return wanted > width ? wanted : width;
}

/* A sum in which something is no amount can't be told. */
static const char *total_text(int64_t total, char space[APP_TEXT])
{
	return total < 0 ? "?" : app_money(total, space);
}

/* ---- layout ---- */

/* Numbers get the room that the longest of them takes. */
static struct layout_columns measure(const struct lines *lines, struct canvas *canvas, int width, int64_t total)
{
	int widths[COLUMNS] = {[COLUMN_QUANTITY] = 1, [COLUMN_PRICE] = 4, [COLUMN_AMOUNT] = 4};
	struct texts texts;
	struct line line;
	char space[APP_TEXT];

	for (size_t i = 0; i < lines->count; i++) {
		get_line(lines, i, &line, &texts);
		widths[COLUMN_QUANTITY] = most(widths[COLUMN_QUANTITY], canvas, texts.quantity);
		widths[COLUMN_PRICE] = most(widths[COLUMN_PRICE], canvas, texts.price);
		widths[COLUMN_AMOUNT] = most(widths[COLUMN_AMOUNT], canvas, texts.amount);
		if (line.status)
			widths[COLUMN_STATUS] = most(widths[COLUMN_STATUS], canvas, line.status);
	}
	widths[COLUMN_AMOUNT] = most(widths[COLUMN_AMOUNT], canvas, total_text(total, space));
	widths[COLUMN_QUANTITY] += 2; /* and the sign behind it */

	struct layout_column columns[COLUMNS] = {
	    [COLUMN_NAME] = {.min = 10, .ideal = 30, .drop = 1, .weight = 1}, /* rather than half an amount */
	    [COLUMN_STATUS] = {.drop = 3},
	    [COLUMN_PRICE] = {.drop = 2},
	};
	for (size_t i = 0; i < COLUMNS; i++)
		if (i != COLUMN_NAME)
			columns[i].min = columns[i].ideal = widths[i];
	return layout_columns(columns, COLUMNS, width, GAP);
}

/* Rows of the screen that a line takes. */
static int height_of(const struct line *line)
{
	return line->note[0] ? 2 : 1;
}

static int height_before(const struct lines *lines, size_t end)
{
	struct texts texts;
	struct line line;
	int height = 0;

	for (size_t i = 0; i < end && i < lines->count; i++) {
		get_line(lines, i, &line, &texts);
		height += height_of(&line);
	}
	return height;
}

/* Brings the selected line into the window, its remark too. */
static void place_view(struct lines *lines, int visible)
{
	if (lines->selected >= lines->count)
		lines->selected = lines->count ? lines->count - 1 : 0;
	scroll_resize(&lines->view, height_before(lines, lines->count), visible);
	size_t wanted = lines->selectable ? lines->selected + 1 : lines->to_show;
	lines->to_show = 0;
	if (!wanted)
		return;
	scroll_select(&lines->view, height_before(lines, wanted) - 1);
	scroll_select(&lines->view, height_before(lines, wanted - 1));
}

void lines_show(struct lines *lines, size_t index)
{
	lines->to_show = index + 1;
}

/* ---- painting ---- */

struct painting {
	struct lines *lines;
	struct canvas *canvas;
	struct rect rect;
	struct layout_columns layout;
};

static void cell(const struct painting *at, int y, enum line_column column, enum layout_align align, enum role role,
		 const char *text)
{
	int width = at->layout.column[column].width;

	if (width > 0)
		paint_aligned(at->canvas, at->rect.x + at->layout.column[column].x, y, width, align, FRACTION, role, text,
			      strlen(text));
}

static void paint_quantity(const struct painting *at, int y, const struct line *line, const char *text, bool selected)
{
	int x = at->rect.x + at->layout.column[COLUMN_QUANTITY].x;
	int width = at->layout.column[COLUMN_QUANTITY].width - 2;
	bool typing = selected && at->lines->typing;

	paint_right(at->canvas, x, y, width, typing ? ROLE_ACCENT : line->faint ? ROLE_FAINT : ROLE_TEXT, text);
	paint_glyph(at->canvas, x + width + 1, y, ROLE_FAINT, canvas_glyphs(at->canvas)->times);
	if (typing)
		canvas_cursor(at->canvas, x + width, y);
}

static void paint_line(const struct painting *at, int y, const struct line *line, const struct texts *texts, bool selected)
{
	enum role number = line->faint ? ROLE_FAINT : ROLE_PRICE;

	if (selected)
		paint_glyph(at->canvas, at->rect.x - MARGIN, y, ROLE_ACCENT, canvas_glyphs(at->canvas)->marker);
	paint_quantity(at, y, line, texts->quantity, selected);
	cell(at, y, COLUMN_NAME, ALIGN_LEFT, line->faint ? ROLE_FAINT : selected ? ROLE_SELECTED : ROLE_TEXT, line->name);
	cell(at, y, COLUMN_STATUS, ALIGN_LEFT, line->status_role, line->status ? line->status : "");
	cell(at, y, COLUMN_PRICE, line->price_text ? ALIGN_RIGHT : ALIGN_DECIMAL, ROLE_FAINT, texts->price);
	cell(at, y, COLUMN_AMOUNT, ALIGN_DECIMAL, number, texts->amount);
}

static void paint_note(const struct painting *at, int y, const struct line *line)
{
	int x = at->layout.column[COLUMN_NAME].x;

	if (line->note_role != ROLE_FAINT)
		paint_str(at->canvas, at->rect.x, y, 1, line->note_role, "!");
	paint_str(at->canvas, at->rect.x + x, y, at->rect.width - x, line->note_role, line->note);
}

static void paint_rows(const struct painting *at)
{
	const struct scroll *view = &at->lines->view;
	int64_t row = -view->offset;
	struct texts texts;
	struct line line;

	for (size_t i = 0; i < at->lines->count && row < at->rect.height; i++) {
		get_line(at->lines, i, &line, &texts);
		int y = at->rect.y + (int)row;
		if (row >= 0)
			paint_line(at, y, &line, &texts, at->lines->selectable && i == at->lines->selected);
		if (line.note[0] && row + 1 >= 0 && row + 1 < at->rect.height)
			paint_note(at, y + 1, &line);
		row += height_of(&line);
	}
}

static void paint_total(const struct painting *at, int y, const char *label, int64_t total)
{
	const struct layout_columns *layout = &at->layout;
	int start = layout->column[COLUMN_NAME].x;
	int end = layout->column[COLUMN_AMOUNT].x + layout->column[COLUMN_AMOUNT].width;
	char space[APP_TEXT];

	paint_hrule(at->canvas, at->rect.x + start, y, end - start);
	paint_str(at->canvas, at->rect.x + start, y + 1, layout->column[COLUMN_AMOUNT].x - start, ROLE_STRONG, label);
	cell(at, y + 1, COLUMN_AMOUNT, ALIGN_DECIMAL, ROLE_STRONG, total_text(total, space));
	paint_str(at->canvas, at->rect.x + end + 1, y + 1, CURRENCY - 1, ROLE_FAINT, app_currency(at->lines->app));
}

int lines_paint(struct lines *lines, struct canvas *canvas, struct rect rect, size_t count, const char *label,
		int64_t total)
{
	int foot = label ? FOOT : 0;

	lines->count = count;
	rect_cut_left(&rect, MARGIN);
	rect_cut_right(&rect, 1); /* the scroll bar's */
	rect_cut_right(&rect, rect.width > WIDTH_MAX ? rect.width - WIDTH_MAX : 0);
	place_view(lines, rect.height - foot);

	struct painting at = {.lines = lines, .canvas = canvas, .rect = rect};
	at.layout = measure(lines, canvas, rect.width - CURRENCY, total);
	if (lines->view.count < at.rect.height - foot)
		at.rect.height = (int)lines->view.count + foot;
	at.rect.height -= foot;
	lines->rect = (struct rect){at.rect.x - MARGIN, at.rect.y, at.rect.width + MARGIN, at.rect.height};
	paint_rows(&at);
	paint_scrollbar(canvas, at.rect.x + at.rect.width, at.rect.y, at.rect.height, &lines->view);
	if (foot)
		paint_total(&at, at.rect.y + at.rect.height, label, total);
	return at.rect.height + foot;
}

/* ---- events ---- */

static enum widget_result click(struct lines *lines, const struct event *event)
{
	int64_t row = scroll_row_at(&lines->view, event->y - lines->rect.y);
	size_t index = 0;

	if (event->button != BUTTON_LEFT || row < 0 || !lines->selectable)
		return WIDGET_IGNORED;
	while (index + 1 < lines->count && height_before(lines, index + 1) <= row)
		index++;
	if (index == lines->selected)
		return WIDGET_CHOSEN;
	lines->selected = index;
	return WIDGET_HANDLED;
}

static void move(struct lines *lines, int64_t by)
{
	int64_t to = (int64_t)lines->selected + by;
	int64_t last = (int64_t)lines->count - 1;

	if (!lines->selectable) {
		scroll_wheel(&lines->view, by);
		return;
	}
	to = to > last ? last : to;
	lines->selected = to > 0 ? (size_t)to : 0;
}

enum widget_result lines_event(struct lines *lines, const struct event *event)
{
	enum { ROW, PAGE, ALL };
	static const struct {
		uint32_t key;
		int unit, direction;
	} motions[] = {
	    {KEYSYM_Up, ROW, -1},	   {KEYSYM_Down, ROW, 1},	 {'k', ROW, -1},	{'j', ROW, 1},
	    {KEYSYM_PgUp, PAGE, -1},	   {KEYSYM_PgDn, PAGE, 1},	 {KEYSYM_Home, ALL, -1}, {KEYSYM_End, ALL, 1},
	    {KEYMOD_CTRL | 'u', PAGE, -1}, {KEYMOD_CTRL | 'd', PAGE, 1}, {'g', ALL, -1},	{'G', ALL, 1},
	};
	const int64_t units[] = {[ROW] = 1,
				 [PAGE] = lines->view.visible > 2 ? lines->view.visible - 1 : 1,
				 [ALL] = lines->view.count + 1};

	if (event->kind == EVENT_MOUSE) {
		if (!rect_holds(lines->rect, event->x, event->y))
			return WIDGET_IGNORED;
		if (event->button != BUTTON_WHEEL_UP && event->button != BUTTON_WHEEL_DOWN)
			return click(lines, event);
		move(lines, event->button == BUTTON_WHEEL_UP ? -WHEEL_ROWS : WHEEL_ROWS);
		return WIDGET_HANDLED;
	}
	for (size_t i = 0; event->kind == EVENT_KEY && i < sizeof motions / sizeof *motions; i++)
		if (motions[i].key == event->key) {
			move(lines, motions[i].direction * units[motions[i].unit]);
			return WIDGET_HANDLED;
		}
	return WIDGET_IGNORED;
}

/* ---- purchases ---- */

static bool keep_texts(struct arena *arena, const char **const *texts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!*texts[i])
			continue;
		*texts[i] = arena_strdup(arena, *texts[i]);
		if (!*texts[i])
			return false;
	}
	return true;
}

static bool keep_line(struct arena *arena, struct purchase_line *line)
{
	const char **const texts[] = {&line->product_id, &line->product_name, &line->seller_id, &line->seller_name,
				      &line->price_text};

	return keep_texts(arena, texts, sizeof texts / sizeof *texts);
}

struct purchase *lines_keep(struct arena *arena, const struct purchase *purchase)
{
	struct purchase *copy = arena_memdup(arena, purchase, sizeof *purchase);
	size_t count = purchase->lines_count < LINES_MAX ? purchase->lines_count : LINES_MAX;
	struct purchase_line *lines = arena_array(arena, count + 1, sizeof *lines);

	if (!copy || !lines)
		return NULL;
	if (count)
		memcpy(lines, purchase->lines, count * sizeof *lines);
	copy->lines = lines;
	copy->lines_count = count;

	const char **const texts[] = {&copy->id, &copy->client_id, &copy->client_name, &copy->currency,
				      &copy->date_text};
	if (!keep_texts(arena, texts, sizeof texts / sizeof *texts))
		return NULL;
	for (size_t i = 0; i < count; i++)
		if (!keep_line(arena, &lines[i]))
			return NULL;
	return copy;
}

void lines_of_purchase(void *context, size_t index, struct line *line)
{
	const struct purchase *purchase = *(const struct purchase *const *)context;
	const struct purchase_line *bought = &purchase->lines[index];
	int64_t amount;

	line->name = bought->product_name;
	line->quantity = bought->quantity;
	line->price = bought->price;
	if (bought->price < 0)
		line->price_text = bought->price_text ? bought->price_text : "?";
	else if (money_multiply(bought->price, bought->quantity, &amount))
		line->amount = amount;
}

void lines_of_purchase_status(void *context, size_t index, struct line *line)
{
	const struct purchase *purchase = *(const struct purchase *const *)context;

	lines_of_purchase(context, index, line);
	line->status = lines_status(purchase->lines[index].status, &line->status_role);
	line->faint = purchase->lines[index].status == SALE_CANCELLED;
}

const char *lines_date(const struct purchase *purchase, char space[APP_TEXT])
{
	if (!purchase->date_text)
		return app_date(purchase->purchase_date, space);
	return *purchase->date_text ? purchase->date_text : "no date";
}

const char *lines_total(const struct purchase *purchase, char space[APP_TEXT])
{
	const struct purchase_line *line = purchase->lines;

	if (purchase->total < 0 && purchase->lines_count == 1 && line->quantity == 1 && line->price_text)
		return line->price_text;
	return total_text(purchase->total, space);
}

const char *lines_status(int status, enum role *ret_role)
{
	static const enum role roles[SALE_STATUSES] = {[SALE_PLACED] = ROLE_TEXT,
						       [SALE_SHIPPED] = ROLE_ACCENT,
						       [SALE_DELIVERED] = ROLE_GOOD,
						       [SALE_CANCELLED] = ROLE_FAINT};

	*ret_role = ROLE_FAINT;
	if (status < 0 || status >= SALE_STATUSES)
		return "";
	*ret_role = roles[status];
	return sale_status_names[status];
}
