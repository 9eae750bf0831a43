/* list.h: lists and tables: rows that one of is selected, in a window that scrolls.
 *
 * A table never holds the rows. For each frame its owner calls table_begin, then table_cell for the rows from
 * table.scroll.offset up to table_end, and the table puts them where they belong:
 *
 *     table_begin(&table, canvas, rect, product_count);
 *     for (int64_t row = table.scroll.offset; row < table_end(&table); row++)
 *             table_cell(&table, canvas, row, COLUMN_NAME, ROLE_TEXT, name, strlen(name));
 *
 * The first two columns of the rectangle are the marker's and the tag's. In the selected row what is ROLE_TEXT becomes
 * ROLE_SELECTED, so that little changes on the screen when the selection moves.
 */
#ifndef VITRINE_TUI_WIDGETS_LIST_H
#define VITRINE_TUI_WIDGETS_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/terminal/event.h"
#include "tui/paint/layout.h"
#include "tui/paint/paint.h"
#include "tui/widgets/widget.h"

/* Moves by the keys that people know: arrows, PgUp PgDn, Home End, ^D ^U, and j k g G where no letters
 * are typed (`with_letters`). The wheel scrolls, a click selects within `rect`, a click on the selection is
 * WIDGET_CHOSEN, and so is Enter. */
enum widget_result list_event(struct scroll *scroll, struct rect rect, const struct event *event, bool with_letters);

/* Does this key go through a list, with or without the letters that do? */
bool list_moves(uint32_t key, bool with_letters);

struct table {
	const struct layout_column *columns;
	size_t column_count;
	bool with_titles;
	bool unfocused; /* the selection is shown without its marker's colour */
	struct scroll scroll;
	struct rect rect; /* of the rows, as last painted */
	struct layout_columns layout;
};

/* `columns` is static. A column's title may be NULL. */
void table_init(struct table *table, const struct layout_column *columns, size_t count, bool with_titles);

/* Lays out, paints titles, marker and scroll bar for `count` rows. Keeps the selection in sight. */
void table_begin(struct table *table, struct canvas *canvas, struct rect rect, int64_t count);

/* Past the last row in sight. */
int64_t table_end(const struct table *table);

/* The place of a cell: of width 0 when its column was dropped or the row isn't in sight. */
struct rect table_place(const struct table *table, int64_t row, size_t column);

void table_cell(struct table *table, struct canvas *canvas, int64_t row, size_t column, enum role role,
		const char *text, size_t length);

/* A text in a column of numbers, which may look like one: it ends where the column ends. */
void table_cell_right(struct table *table, struct canvas *canvas, int64_t row, size_t column, enum role role,
		      const char *text);
void table_printf(struct table *table, struct canvas *canvas, int64_t row, size_t column, enum role role,
		  const char *format, ...) __attribute__((format(printf, 6, 7)));

/* Marks a row as tagged (•), or with another glyph of one column. */
void table_tag(struct table *table, struct canvas *canvas, int64_t row, enum role role, const char *glyph);

enum widget_result table_event(struct table *table, const struct event *event);

#endif
