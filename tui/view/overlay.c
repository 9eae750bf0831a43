/* Overlays: the frame around their blocks, questions, menus. */
#include "tui/view/overlay.h"

#include <string.h>

#include "tui/terminal/key.h"

enum { DIALOG_COLUMNS = 60, HIGH_ROWS = 24 };
enum { BLOCK_NONE, BLOCK_TEXT, BLOCK_ITEMS };

/* ---- the frame ---- */

/* Returns the frame; what is in it is laid out. */
static struct rect lay_out(struct view *view, const struct floating_shape *shape, floating_say *say, const void *what,
			   struct rect rect)
{
	int columns = rect.width - 4, rows = rect.height - (rect.height > HIGH_ROWS + 4 ? 4 : 2);

	view_begin(view, NULL);
	say(what, view);
	if (shape->columns && shape->columns < columns)
		columns = shape->columns;
	struct view_size size = view_measure(view, columns - 2);
	if (!shape->columns && size.columns + 2 < columns)
		columns = size.columns + 2;
	if (!shape->high)
		rows = size.rows + 2;
	else if (rows > HIGH_ROWS)
		rows = HIGH_ROWS;
	struct rect box = rect_centre(rect, columns, rows);
	(void)view_layout(view, rect_inset(box, 1, 1)); /* all rows are known, so nobody has to be asked again */
	return box;
}

void floating_paint(struct floating *floating, const struct floating_shape *shape, floating_say *say, const void *what,
		    struct canvas *canvas, struct rect rect)
{
	floating->rect = rect;
	paint_box(canvas, lay_out(floating->view, shape, say, what, rect), shape->title);
	view_paint(floating->view, canvas);
}

struct view_event floating_event(const struct floating *floating, const struct floating_shape *shape, floating_say *say,
				 const void *what, const struct event *event, bool with_letters)
{
	static const struct rect guessed = {0, 0, 80, 24};

	lay_out(floating->view, shape, say, what, rect_is_empty(floating->rect) ? guessed : floating->rect);
	return view_event(floating->view, event, with_letters);
}

/* ---- questions ---- */

static void say_dialog(const void *what, struct view *view)
{
	const struct dialog *dialog = what;
	const char *no = dialog->no ? dialog->no : dialog->yes ? "cancel" : "close";
	const struct view_part answers[] = {
	    {.text = "y", .role = ROLE_ACCENT},
	    {.text = dialog->yes, .close = true},
	    {.text = "Esc", .role = ROLE_ACCENT},
	    {.text = no, .close = true},
	};
	size_t first = dialog->yes ? 0 : 2;

	view_prose(view, &(struct view_prose){.place = {.id = BLOCK_TEXT, .focus = true}, .text = dialog->text});
	view_line(view, &(struct view_line){.parts = answers + first, .count = 4 - first});
}

static struct floating_shape dialog_shape(const struct dialog *dialog)
{
	return (struct floating_shape){.title = dialog->title, .columns = DIALOG_COLUMNS};
}

enum widget_result dialog_event(struct dialog *dialog, const struct event *event)
{
	const struct floating_shape shape = dialog_shape(dialog);
	uint32_t key = event->kind == EVENT_KEY ? event->key : 0;

	if (key == KEYSYM_Esc || (key == KEYSYM_Enter && !dialog->yes) || ((key == 'n' || key == 'N') && dialog->yes))
		return WIDGET_CLOSED;
	if ((key == 'y' || key == 'Y') && dialog->yes)
		return WIDGET_CHOSEN;
	floating_event(&dialog->floating, &shape, say_dialog, dialog, event, true);
	return WIDGET_HANDLED;
}

void dialog_paint(struct dialog *dialog, struct canvas *canvas, struct rect rect)
{
	const struct floating_shape shape = dialog_shape(dialog);

	floating_paint(&dialog->floating, &shape, say_dialog, dialog, canvas, rect);
}

/* ---- menus ---- */

static void get_item(const void *context, int64_t row, size_t column, struct view_cell *ret_cell)
{
	const struct menu *menu = context;

	(void)column;
	ret_cell->text = menu->items[row];
}

static void say_menu(const void *what, struct view *view)
{
	const struct menu *menu = what;
	struct view_column column = {.min = 10, .ideal = view_width(view, menu->title) + 4};

	for (size_t at = 0; at < menu->count; at++) {
		int columns = view_width(view, menu->items[at]);
		column.ideal = columns > column.ideal ? columns : column.ideal;
	}
	view_table(view, &(struct view_table){.place = {.id = BLOCK_ITEMS, .focus = true, .columns = column.ideal + 1},
					      .columns = &column,
					      .column_count = 1,
					      .headless = true,
					      .count = (int64_t)menu->count,
					      .selected = (int64_t)menu->selected,
					      .get_cell = get_item,
					      .context = menu});
}

static struct floating_shape menu_shape(const struct menu *menu)
{
	return (struct floating_shape){.title = menu->title};
}

enum widget_result menu_event(struct menu *menu, const struct event *event)
{
	const struct floating_shape shape = menu_shape(menu);

	if (event->kind == EVENT_KEY && event->key == KEYSYM_Esc)
		return WIDGET_CLOSED;
	struct view_event seen = floating_event(&menu->floating, &shape, say_menu, menu, event, true);
	if (seen.kind == VIEW_GO)
		menu->selected = (size_t)seen.row;
	return seen.kind == VIEW_CHOOSE ? WIDGET_CHOSEN : WIDGET_HANDLED;
}

void menu_paint(struct menu *menu, struct canvas *canvas, struct rect rect)
{
	const struct floating_shape shape = menu_shape(menu);

	floating_paint(&menu->floating, &shape, say_menu, menu, canvas, rect);
}
