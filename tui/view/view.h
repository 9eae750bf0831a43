/* view.h: what there is to see on a screen, said as blocks; one place turns them into cells (cells.c) or into lines to
 * be read (lines.c).
 *
 * A screen's `view` function adds blocks from the top to the bottom, in the order in which they are read, and changes
 * nothing:
 *
 *     view_table(view, &(struct view_table){.place = {.id = BLOCK_LIST, .grow = 1, .focus = true},
 *                                                   .columns = columns, …});
 *
 * It says what a block is and how much it matters, never where it stands: rectangles, scrolling, wrapping, margins and
 * what is left out first are found here, for any size. A block's struct and the arrays in it are copied; the texts that
 * it points to must stay until the next view_begin: they are the screen's state, or made by view_printf. Every text may
 * be anything: it is sanitised when it is shown.
 *
 * A block with an `id` (unique on its screen, not 0) is kept track of from frame to frame: where it stands, its first
 * row and how many rows are in sight, and a field's first character. The screen owns the selection: a move comes back
 * as a wish (struct view_event), which the screen may grant or not. The view owns what is in sight.
 *
 * When memory ends, a block is missing from this frame; nothing else fails. There are at most VIEW_BLOCKS_MAX blocks,
 * and in a block VIEW_COLUMNS_MAX columns, VIEW_ITEMS_MAX parts or VIEW_FACTS_MAX facts; more is a mistake (an assert).
 */
#ifndef VITRINE_TUI_VIEW_VIEW_H
#define VITRINE_TUI_VIEW_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "tui/paint/layout.h"
#include "tui/paint/paint.h"
#include "tui/picture/picture.h"
#include "tui/terminal/event.h"
#include "tui/widgets/field.h"
#include "tui/widgets/form.h"
#include "tui/widgets/keymap.h"

enum { VIEW_BLOCKS_MAX = 48, VIEW_COLUMNS_MAX = 12, VIEW_ITEMS_MAX = 16, VIEW_FACTS_MAX = 96, VIEW_TEXT = 192 };

struct view;

/* NULL when memory ends. */
struct view *view_new(void);
struct view *view_free(struct view *view);

/* Forgets the blocks, not what is kept for their ids. `keymap` (may be NULL) tells the keys of actions; it must
 * stay. */
void view_begin(struct view *view, const struct keymap *keymap);

/* A text that lives until the next view_begin; "" when memory ends. */
const char *view_printf(struct view *view, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- where a block may stand ---- */

enum view_when {
	VIEW_ALWAYS,
	VIEW_BESIDE, /* only where its group's blocks stand side by side: a detail pane */
	VIEW_BELOW,  /* only where they stand one below the other: the strip of 80x24 */
};

struct view_place {
	int id;         /* 0: nothing is kept, no event comes from it */
	int drop;       /* leaves when there isn't room, the highest first; 0: stays as long as it can */
	int least;      /* rows below which it is dropped, or cut; 0: what it needs, or one row of what scrolls (tables,
			 * forms, prose with an id) */
	int most;       /* rows at most; 0: no limit */
	int grow;       /* its share of the rows that are left over; 0: none. Side by side: of the columns, too */
	int columns;    /* at most; 0: what suits it (prose 72, a form 80, a table what its columns take) */
	enum view_when when;
	bool focus;     /* has the keys: its selection is marked, and the cursor stands there */
	bool dim;       /* is being replaced, or on its way */
	bool tight;     /* no blank row before it */
};

/* Blocks up to view_end side by side where there are so many columns, one below the other elsewhere. Groups nest. */
enum view_beside { VIEW_COLUMN /* never */, VIEW_ROW_WIDE /* 110 */, VIEW_ROW_HALF /* 64 */ };
struct view_group {
	struct view_place place;
	enum view_beside beside;
	bool rule; /* between them */
};
void view_group(struct view *view, const struct view_group *group);
void view_end(struct view *view);

/* ---- blocks ---- */

/* A line of parts, from the left and from the right: the filters above a list, a head with its figure, a status. What
 * doesn't fit leaves, the highest `drop` first; then the first part is cut. Lines say each part as a sentence, after
 * its label. */
struct view_part {
	const char *label; /* said by lines, not shown: "Sort"; may be NULL */
	const char *text;
	enum role role;
	bool right;
	int drop;
	int least;  /* columns that it is cut to before another one leaves; 0: it is cut last */
	const struct field *field; /* in place of the text, which is its hint then */
	bool typing;               /* the cursor is in it; one part of a line at most */
	bool close;                /* one blank before it, not two */
	bool wide;                 /* a field that takes what room there is */
};
struct view_line {
	struct view_place place;
	const struct view_part *parts;
	size_t count;
};
void view_line(struct view *view, const struct view_line *line);

/* Text in a width that is easy to read. With an id it scrolls, by keys when it has the focus; a new text begins at the
 * top. `sign` stands before it, "!" where something is wrong; NULL: none. */
struct view_prose {
	struct view_place place;
	enum role role;
	const char *sign;
	const char *text; /* line feeds break lines */
};
void view_prose(struct view *view, const struct view_prose *prose);

/* Names and what they are, below each other, values aligned. An action's key stands at the right end: "e change". With
 * an id they scroll, by keys when they have the focus. */
struct view_fact {
	const char *label; /* NULL: none, the value stands where labels do */
	const char *value; /* NULL: a dash */
	enum role role;
	const char *does; /* what its action does, after the key: "change"; NULL: it has none */
	int action;
};
struct view_facts {
	struct view_place place;
	const char *title; /* may be NULL */
	enum role label_role; /* ROLE_TEXT: faint */
	const struct view_fact *facts;
	size_t count;
};
void view_facts(struct view *view, const struct view_facts *facts);

/* Rows, of which one may be selected. get_cell tells what stands in a row's column, get_row (may be NULL) what holds
 * for all of the row. Both fill in structs that are zero at first, and may print into `space`. They are asked for the
 * rows in sight only, until the next view_begin. */
struct view_cell {
	const char *text; /* NULL: nothing */
	enum role role;   /* ROLE_TEXT becomes ROLE_SELECTED in the selected row */
	bool is_word;     /* not a number, in a column of numbers: "sold out" */
	char space[VIEW_TEXT];
};
struct view_row {
	const char *tag; /* one column: a glyph or "!"; NULL: none */
	enum role tag_role;
	const char *tag_word; /* what it means, for lines: "tagged" */
	bool faint;      /* all of it */
	bool coming;     /* isn't there yet: an ellipsis, and get_cell isn't asked */
	const char *note; /* a line of its own below: "was 12.50 when you added it"; NULL: none */
	enum role note_role; /* other than faint: with "!" before it */
	char space[VIEW_TEXT];
};
typedef void view_get_cell(const void *context, int64_t row, size_t column, struct view_cell *ret_cell);
typedef void view_get_row(const void *context, int64_t row, struct view_row *ret_row);

struct view_column {
	const char *title;  /* its head; NULL: a column without one (a name that needs none) */
	const char *unit;   /* lines say it after the value; in the head where there is room: "EUR"; may be NULL */
	int min, ideal;     /* columns; numbers are given more where the rows in sight need it */
	int weight;         /* of what is left over */
	int drop;           /* leaves, the highest first; 0: stays */
	enum layout_align align;
	int fraction;       /* of ALIGN_DECIMAL: the point and the digits after it */
	bool whole;         /* no decimals: a word may be in their place, `4 low`, and the head ends before it */
	bool absent;        /* isn't there on this platform */
};
struct view_table {
	struct view_place place;
	const char *title;  /* above it, faint: "Also from Grace Roasters"; may be NULL */
	const struct view_column *columns;
	size_t column_count;
	bool headless;      /* choices, not data: no heads */
	bool flow;          /* rows may stand side by side, in as many columns as there is room for */
	int64_t count;
	bool more;          /* others may follow what is known */
	int64_t selected;   /* -1: none is, and keys move the window */
	int cell;           /* 1 + the column that an edit would change, bracketed in the selected row; 0: none */
	const struct field *field; /* what is being typed there, in the cell's place; NULL: nothing is */
	view_get_cell *get_cell;
	view_get_row *get_row;
	const void *context;
	/* A total below a rule at the end of the last column; `total` NULL: none. */
	const char *total_label, *total, *total_unit;
};
void view_table(struct view *view, const struct view_table *table);

/* A form (form.h). The view shows it and turns clicks into places in it; its owner gives it events. */
struct view_form {
	struct view_place place;
	const char *title, *text; /* above it: what it is for; may be NULL */
	const struct form *form;
};
void view_form(struct view *view, const struct view_form *form);

/* A bar for each value, or for the sum of several when there isn't room; the highest amount stands at the left. */
typedef void view_get_label(const void *context, size_t index, char space[VIEW_TEXT]);
typedef void view_get_each(const void *context, size_t count, char space[VIEW_TEXT]);
typedef void view_get_amount(const void *context, int64_t value, char space[VIEW_TEXT]);
struct view_chart {
	struct view_place place;
	const char *title; /* for lines: "Revenue per day" */
	const int64_t *values;
	size_t count;
	view_get_amount *amount;
	view_get_label *label; /* the day's date, without its year */
	view_get_each *each;   /* what a bar of so many values is: "per day", "per 3 days"; may be NULL */
	const void *context;
};
void view_chart(struct view *view, const struct view_chart *chart);

/* view_room tells how many cells there are for it. */
struct view_picture {
	struct view_place place;
	const struct picture *picture; /* NULL: it isn't there (yet), and others use its room */
	bool expected;                 /* its room is kept even so, and view_room tells how much there is */
	const char *alt;               /* for lines: "Picture: Yirgacheffe" */
};
void view_picture(struct view *view, const struct view_picture *picture);

/* Says in the middle of the room that something isn't there, with the key that helps. */
struct view_notice {
	struct view_place place;
	const char *text; /* "The cart is empty." */
	const char *does; /* what the action does, after its key: "goes to the shop"; NULL: there is none */
	int action;
	const char *hint; /* a sentence in its place; may be NULL */
	const char *why;  /* in full, wrapped; may be NULL */
};
void view_notice(struct view *view, const struct view_notice *notice);

/* The one thing to do here, as a bar of its own: its key, what it does, and what that means. */
struct view_call {
	struct view_place place;
	int action;
	const char *label;  /* "buy for 42.00 EUR" */
	const char *remark; /* beside it or below: "Nothing is charged or reserved yet."; may be NULL */
	bool off;           /* not now: shown faint, without its key */
};
void view_call(struct view *view, const struct view_call *call);

/* ---- from people to the screen ---- */

enum view_event_kind {
	VIEW_IGNORED, /* the event is the keys' */
	VIEW_HANDLED, /* scrolled, or nothing that the screen has to know */
	VIEW_GO,      /* `row` is to be selected. In a table without `more` it is one of its rows; with `more` it may be
		       * past the known rows (INT64_MAX: the end). In a form: a field */
	VIEW_CHOOSE,  /* Enter, or a click on the selected row, which is `row` */
	VIEW_CLICK,   /* in a form: on its field `row`, at the byte `column` of its text; in a line: on its part `row`,
		       * in a field at the byte `column` */
	VIEW_ACT,     /* a click on what names an action, which is `row`: the app does it, no screen sees this */
};
struct view_event {
	enum view_event_kind kind;
	int id;
	int64_t row;
	int column; /* of a table: where the click was; -1: a key, or on no column */
};

/* What an event means for the block that has the focus (keys) or lies under the mouse. `with_letters`: j k g G move. */
struct view_event view_event(struct view *view, const struct event *event, bool with_letters);

/* Does in a form what VIEW_GO and VIEW_CLICK ask for. */
void view_form_event(struct form *form, const struct view_event *event);

/* The first row (of prose: line) in sight and how many are, as last laid out; before that 0 and VIEW_ROWS_GUESSED. */
enum { VIEW_ROWS_GUESSED = 20 };
int64_t view_first(const struct view *view, int id);
int view_visible(const struct view *view, int id);

/* Is the cursor in a field, so that letters are text and not commands? */
bool view_is_typing(const struct view *view);

/* Is it on screen? A pane that isn't can't have the focus. True before the first layout. */
bool view_shows(const struct view *view, int id);

/* The cells that a picture has got; false before it was laid out, and while it isn't shown. */
bool view_room(const struct view *view, int id, int *ret_columns, int *ret_rows);

/* ---- the two renderers ---- */

/* Finds a place for each block in `rect`. True when what is in sight of a block has changed: then update and view are
 * called once more, before anything is painted. */
bool view_layout(struct view *view, struct rect rect);

/* The room that all blocks can use: columns, `most` at most, and the rows that they take in these. */
struct view_size {
	int columns, rows;
};
struct view_size view_measure(struct view *view, int most);

/* Columns that a text takes. */
int view_width(struct view *view, const char *text);

/* Paints what was laid out. Places the cursor: in the field that is typed in, else on the selected row of the focus. */
void view_paint(struct view *view, struct canvas *canvas);

/* The same blocks as sentences, for people who read or hear them line by line: no escape sequences, no box lines. A
 * pane beside and a strip below (VIEW_BESIDE, VIEW_BELOW) are left out, since opening the row says what they say. Rows
 * that can be selected are numbered from 1. All is said in pages of `most` lines at most: first all blocks in their
 * order, with the first rows of long tables, then the rest of these. */
struct view_lines {
	int most;         /* lines; at least 8 */
	const char *more; /* the last line of a page that isn't the last: "More: press Enter."; NULL: none */
};

/* Finds out which rows are in sight. True when that has changed: then update and view are called once more. */
bool view_lines_layout(struct view *view, const struct view_lines *how);

/* The present page, a line feed after each line, appended to `out`. False when memory ended. */
bool view_lines(struct view *view, const struct view_lines *how, struct buf *out);

/* Goes on to the page after the one that view_lines gave last; false: there is none. And: back to the first one. */
bool view_lines_more(struct view *view);
bool view_lines_has_more(const struct view *view);
void view_lines_restart(struct view *view);

/* The block's id and row that a number of view_lines stands for; false: none does. */
bool view_numbered(const struct view *view, int64_t number, int *ret_id, int64_t *ret_row);

/* Has the block of that id the keys? */
bool view_has_keys(const struct view *view, int id);

/* Do the lines say which of its rows is selected, as they do where an edit would change a cell of it? */
bool view_says_selected(const struct view *view, int id);

/* What is being typed in: the field, or the form's field that has the focus. */
struct view_typed {
	const char *label;         /* may be NULL */
	const struct field *field; /* NULL: a choice of a form */
	const struct form *form;   /* NULL: it isn't in a form */
	int id;                    /* of the block */
};
bool view_typed(const struct view *view, struct view_typed *ret_typed);

#endif
