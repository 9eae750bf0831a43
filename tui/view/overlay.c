#include "tui/widgets/overlay.h"

#include <string.h>

#include "tui/terminal/key.h"
#include "tui/widgets/list.h"

enum { EDGE = 1, DIALOG_WIDTH = 60, MENU_WIDTH_MIN = 24 };

static int text_columns(struct canvas *canvas, const char *text)
{
	return text ? paint_width(canvas, text, strlen(text)) : 0;
}

static int max(int a, int b)
{
	return a > b ? a : b;
}

static const char *dialog_no(const struct dialog *dialog)
{
	return dialog->no ? dialog->no : dialog->yes ? "cancel" : "close";
}

enum widget_result dialog_event(struct dialog *dialog, const struct event *event)
{
	if (event->kind != EVENT_KEY)
		return WIDGET_HANDLED;
	switch (event->key) {
	case 'y':
	case 'Y': return dialog->yes ? WIDGET_CHOSEN : WIDGET_HANDLED;
	case 'n':
	case 'N': return dialog->yes ? WIDGET_CLOSED : WIDGET_HANDLED;
	case KEYSYM_Enter: return dialog->yes ? WIDGET_HANDLED : WIDGET_CLOSED;
	case KEYSYM_Esc: return WIDGET_CLOSED;
	case KEYSYM_Down:
	case 'j': dialog->skip += dialog->hidden_lines > 0; return WIDGET_HANDLED;
	case KEYSYM_Up:
	case 'k': dialog->skip -= dialog->skip > 0; return WIDGET_HANDLED;
	default: return WIDGET_HANDLED;
	}
}

/* "y delete it   Esc cancel" */
static void paint_answers(const struct dialog *dialog, struct canvas *canvas, struct rect line)
{
	int x = line.x, end = line.x + line.width;

	if (dialog->yes) {
		x += paint_str(canvas, x, line.y, end - x, ROLE_ACCENT, "y") + 1;
		x += paint_str(canvas, x, line.y, end - x, ROLE_TEXT, dialog->yes) + 3;
	}
	x += paint_str(canvas, x, line.y, end - x, ROLE_ACCENT, "Esc") + 1;
	paint_str(canvas, x, line.y, end - x, ROLE_TEXT, dialog_no(dialog));
}

void dialog_paint(struct dialog *dialog, struct canvas *canvas, struct rect rect)
{
	const char *text = dialog->text ? dialog->text : "";
	int width = rect.width - 4 < DIALOG_WIDTH ? rect.width - 4 : DIALOG_WIDTH;
	struct rect measure = {.width = width - 2 * EDGE - 2}; /* no lines: nothing is drawn */
	int lines = paint_wrapped(canvas, measure, 0, ROLE_TEXT, text, strlen(text));
	struct rect box = rect_centre(rect, width, lines + 4);
	struct rect inside = rect_inset(paint_box(canvas, box, dialog->title), EDGE, 0);
	struct rect answers = rect_cut_bottom(&inside, 1);

	rect_cut_bottom(&inside, inside.height > 1 ? 1 : 0);
	int most = max(0, lines - inside.height);
	dialog->skip = dialog->skip < most ? dialog->skip : most;
	dialog->hidden_lines = most - dialog->skip;
	paint_wrapped(canvas, inside, dialog->skip, ROLE_TEXT, text, strlen(text));
	paint_answers(dialog, canvas, answers);
}

void menu_init(struct menu *menu, const char *title, const struct menu_item *items, size_t count, size_t selected)
{
	*menu = (struct menu){.title = title, .items = items, .count = count};
	scroll_resize(&menu->scroll, (int64_t)count, (int)count);
	scroll_select(&menu->scroll, (int64_t)selected);
}

const struct menu_item *menu_chosen(const struct menu *menu)
{
	return menu->count ? &menu->items[menu->scroll.selected] : NULL;
}

enum widget_result menu_event(struct menu *menu, const struct event *event)
{
	if (event->kind == EVENT_KEY && event->key == KEYSYM_Esc)
		return WIDGET_CLOSED;
	for (size_t at = 0; event->kind == EVENT_KEY && at < menu->count; at++) {
		if (!menu->items[at].key || menu->items[at].key != event->key)
			continue;
		scroll_select(&menu->scroll, (int64_t)at);
		return menu->items[at].disabled ? WIDGET_HANDLED : WIDGET_CHOSEN;
	}
	enum widget_result result = list_event(&menu->scroll, menu->rect, event, true);
	const struct menu_item *item = menu_chosen(menu);
	return result == WIDGET_CHOSEN && item && !item->disabled ? WIDGET_CHOSEN : WIDGET_HANDLED;
}

static void paint_menu_item(const struct menu *menu, struct canvas *canvas, int64_t row)
{
	const struct menu_item *item = &menu->items[row];
	int y = menu->rect.y + (int)(row - menu->scroll.offset);
	bool selected = row == menu->scroll.selected;
	int note = text_columns(canvas, item->note);
	int room = menu->rect.width - 2;

	if (selected)
		paint_glyph(canvas, menu->rect.x, y, ROLE_ACCENT, canvas_glyphs(canvas)->marker);
	int used = paint_str(canvas, menu->rect.x + 2, y, room,
			     item->disabled ? ROLE_FAINT
			     : selected     ? ROLE_SELECTED
					    : ROLE_TEXT,
			     item->label);
	if (note && used + 2 + note <= room)
		paint_right(canvas, menu->rect.x + 2, y, room, ROLE_FAINT, item->note);
}

void menu_paint(struct menu *menu, struct canvas *canvas, struct rect rect)
{
	int width = max(MENU_WIDTH_MIN, text_columns(canvas, menu->title) + 6);

	for (size_t at = 0; at < menu->count; at++) {
		int note = text_columns(canvas, menu->items[at].note);
		width = max(width, text_columns(canvas, menu->items[at].label) + (note ? note + 3 : 0) + 6);
	}
	int height = (int)(menu->count < 200 ? menu->count : 200) + 2;
	struct rect box = rect_centre(rect, width < rect.width - 4 ? width : rect.width - 4, height);

	menu->rect = rect_inset(paint_box(canvas, box, menu->title), EDGE, 0);
	scroll_resize(&menu->scroll, (int64_t)menu->count, menu->rect.height);
	for (int64_t row = menu->scroll.offset; row < menu->scroll.count; row++) {
		if (row - menu->scroll.offset >= menu->rect.height)
			break;
		paint_menu_item(menu, canvas, row);
	}
	paint_scrollbar(canvas, box.x + box.width - 1, menu->rect.y, menu->rect.height, &menu->scroll);
}
