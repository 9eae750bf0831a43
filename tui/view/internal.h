/* internal.h: what a view is made of, for tui/view's own use.
 *
 *   view.c      blocks are added
 *   kept.c      what is kept for an id, and what the others ask
 *   needs.c     how much room a block needs, if it is no group
 *   measure.c   how much room any block needs
 *   layout.c    from blocks and a size to rectangles
 *   window.c    what is in sight of a block
 *   table.c     the columns and lines of tables
 *   cells*.c    from rectangles to cells
 *   events.c    from keys and clicks to what they mean for a block
 *   lines.c     from blocks to pages of lines to be read
 *   said.c      from a block to its lines
 *
 * Invariants: blocks stand in the order in which they were added; a group's blocks follow it, up to its `end`. A block
 * that isn't shown has an empty rectangle. What is kept for an id outlives the blocks.
 */
#ifndef VITRINE_TUI_VIEW_INTERNAL_H
#define VITRINE_TUI_VIEW_INTERNAL_H

#include "base/arena.h"
#include "tui/view/view.h"

enum view_kind {
	BLOCK_GROUP,
	BLOCK_LINE,
	BLOCK_PROSE,
	BLOCK_FACTS,
	BLOCK_TABLE,
	BLOCK_FORM,
	BLOCK_CHART,
	BLOCK_PICTURE,
	BLOCK_NOTICE,
	BLOCK_CALL,
};

/* Columns that a block needs at least, and columns that it can use. */
struct view_span {
	int least, most;
};

/* Rows: with fewer than `least` it is left out; `firm` ones come before blank rows do; `want` show all of it. */
struct view_rows {
	int least, firm, want;
};

struct view_block {
	enum view_kind kind;
	int end; /* the block after it, and after all that are in it */
	union {
		struct view_place place; /* each of the others begins with it, too */
		struct view_group group;
		struct view_line line;
		struct view_prose prose;
		struct view_facts facts;
		struct view_table table;
		struct view_form form;
		struct view_chart chart;
		struct view_picture picture;
		struct view_notice notice;
		struct view_call call;
	};

	/* What it was measured as, if it is no group, since measuring texts takes long: */
	bool measured;
	struct view_span span;
	int rows_width; /* the width that `needs` is for; 0: none yet */
	struct view_rows needs;

	/* By view_layout: */
	struct rect rect; /* empty: it isn't shown */
	struct rect rows; /* of a table's rows, a form's fields, lines of texts and facts */
	bool beside;      /* a group whose blocks stand side by side */
	bool gone;        /* there is no room for it */
	int64_t first;    /* row or line in sight */
	int visible;      /* rows or lines in sight */
	int64_t lines;    /* of a text, a form or facts: all */
	int flow;         /* of a table: rows side by side */
	struct layout_columns columns; /* of a table, from where its rows begin */

	/* By view_lines_layout, of a table: */
	int64_t share;  /* rows on the first page */
	int64_t number; /* of its first row; 0: rows can't be chosen by number */
};

/* What is kept for an id. */
struct view_kept {
	int id;
	bool shown;         /* when it was last laid out */
	bool used;          /* in the present frame */
	int64_t first;      /* row (of prose and a form: line) in sight */
	int visible;        /* rows that were in sight, 0: never laid out */
	uint64_t words;     /* a hash of the text, or of the facts: with other words it begins at the top */
	size_t field_at;    /* the field that is typed in: which of a form's, of a line's parts, of a table's rows */
	size_t field_first; /* and its first character (of a long text: line) in sight */
	struct rect rect;   /* where it stands; of a picture: where its cells stand */
};

/* Where a page of lines begins: at the line `at` of a block; or, later, at the row `at` of a table whose first rows
 * were said before. */
struct view_spot {
	bool later;
	int block;
	int64_t at;
};

enum { VIEW_DEPTH_MAX = 8, VIEW_SCRATCH_MAX = 1 << 20, VIEW_UNLIMITED = 10000 };

/* The first two columns of each block are the marker's and the tag's, so that all texts begin below each other. */
enum { VIEW_GUTTER = 2, VIEW_GAP = 2, VIEW_FIELD_COLUMNS = 20 };
enum { VIEW_CHART_LABELS = 12, VIEW_CHART_ROWS = 7, VIEW_CHART_MAX = 240, VIEW_BAR_MAX = 8 };

struct view {
	struct view_block blocks[VIEW_BLOCKS_MAX];
	int count;
	int open[VIEW_DEPTH_MAX]; /* groups that view_end hasn't closed yet */
	int depth;
	const struct keymap *keymap; /* may be NULL */
	struct arena arena;          /* of the frame */
	struct buf scratch;          /* a sanitised text */
	struct view_kept kept[VIEW_BLOCKS_MAX];
	int kept_count;
	struct view_spot page, next; /* lines: the present page, and the one after it */
	bool has_more;               /* is there one? */
};

/* NULL for the id 0, and when nothing has been kept for it. */
struct view_kept *view_kept(struct view *view, int id);

/* The block that has the keys: the first with `focus`; NULL: none has. */
struct view_block *view_focused(struct view *view);

/* The key of an action as people read it, "" when it has none. */
void view_key(const struct view *view, int action, char ret_name[KEY_NAME_SIZE]);

/* The lines of a text that is wrapped, sanitised as it will be. */
int view_lines_of(struct view *view, const char *text, int width);

/* What stands in a cell, and what holds for a row: the block's functions on structs that are zero. */
void view_cell_of(const struct view_table *table, int64_t row, size_t column, struct view_cell *ret_cell);
void view_row_of(const struct view_table *table, int64_t row, struct view_row *ret_row);

/* ---- measuring ---- */

struct view_span view_columns(struct view *view, int at);

struct view_rows view_rows(struct view *view, int at, int width);

/* The same for a block that is no group, without the limits of its place. */
struct view_span view_leaf_columns(struct view *view, const struct view_block *block);
struct view_rows view_leaf_rows(struct view *view, const struct view_block *block, int width);

/* The blocks of a group (-1: all) that have something to show, with what they get of `width`. */
struct view_item {
	int at, width, most, gap; /* gap: rows before it */
	bool rule;                /* the gap is a rule */
	int floor;                /* rows that it needs to make sense, whatever its place says */
	struct view_rows rows;
};
struct view_stack {
	struct view_item items[VIEW_BLOCKS_MAX];
	int count;
};
void view_stack_of(struct view *view, int group, int width, struct view_stack *ret_stack);

/* Has a block anything to show, in a group whose blocks stand `beside` each other or not? */
bool view_is_present(const struct view *view, int at, bool beside);

/* Columns between two blocks of a group side by side. */
int view_pane_gap(const struct view_block *group);

int view_part_columns(struct view *view, const struct view_part *part);
int view_prose_columns(int width);
int view_label_columns(struct view *view, const struct view_facts *facts, int width); /* with the gap after them */
int view_fact_columns(struct view *view, const struct view_fact *fact, int labels, int width);
int view_fact_rows(struct view *view, const struct view_fact *fact, int labels, int width);
int view_facts_rows(struct view *view, const struct view_facts *facts, int width); /* without its title */
int view_form_head(struct view *view, const struct view_form *form, int width);
int view_call_columns(struct view *view, const struct view_call *call);

/* Where the parts of a line stand in a rectangle: 0 columns wide when there is no room. */
struct view_parts {
	struct {
		int x, width;
	} part[VIEW_ITEMS_MAX];
};
void view_place_parts(struct view *view, const struct view_line *line, struct rect rect, struct view_parts *ret_parts);

/* ---- tables ---- */

/* The lines around the rows that there is room for. */
struct view_around {
	bool title, heads, total;
};
struct view_around view_around(const struct view_table *table, int height);

struct view_span view_table_columns(struct view *view, const struct view_table *table);
struct view_rows view_table_rows(const struct view_table *table, int width);

/* Rows side by side in so many columns, and the lines that a row takes. */
int view_flow(const struct view_table *table, int width);
int view_row_lines(const struct view_table *table, int64_t row);

/* The columns of the rows in sight, from `first` on. */
struct layout_columns view_lay_columns(struct view *view, const struct view_table *table, int width, int64_t first,
				       int visible);

/* Finds what is in sight of a block, and keeps it. True when that has changed. */
bool view_settle(struct view *view, struct view_block *block);

/* Paints a table; a chart. */
void view_paint_table(struct view *view, const struct view_block *block, struct canvas *canvas, bool focused);
void view_paint_chart(struct view *view, const struct view_block *block, struct canvas *canvas);

#endif
