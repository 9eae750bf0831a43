/* internal.h: what a view is made of, for tui/view's own use.
 *
 *   view.c      blocks are added
 *   kept.c      what is kept for an id, and what the others ask
 *   layout.c    from blocks and a size to rectangles
 *   cells*.c    from rectangles to cells
 *   events.c    from keys and clicks to what they mean for a block
 *   lines.c     from blocks to pages of lines to be read
 *   said.c      from a block to its lines
 *
 * Invariants: blocks stand in the order in which they were added; those of a group are the ones from behind it up to its `end`.
 * A block that isn't shown has an empty rectangle. What is kept for an id outlives the blocks.
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

struct view_block {
	enum view_kind kind;
	int end; /* the block behind it, and behind all that are in it */
	union {
		struct view_place place; /* that of each of the others, which begin with it */
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

	/* By view_layout: */
	struct rect rect; /* empty: it isn't shown */
	bool beside;      /* a group whose blocks stand side by side */
	bool gone;        /* left out: no room, or nothing to show */

	/* By view_lines_layout, of a table: */
	int64_t share;  /* rows on the first page */
	int64_t number; /* of its first row; 0: rows can't be chosen by number */
};

/* What is kept for an id. */
struct view_kept {
	int id;
	bool shown;      /* in the last frame that was laid out */
	bool used;       /* in the present frame */
	int64_t first;   /* row (of prose and a form: line) in sight */
	int visible;     /* rows that were in sight, 0: never laid out */
	int64_t count;   /* rows (lines) that there were */
	size_t field_at; /* the field that is typed in: what it is of (a form's field, a line's part) */
	size_t field_first; /* and its first character (of an area: line) in sight */
	struct rect rect; /* the whole block */
	struct rect rows; /* of a table's rows, a form's fields, a prose's lines */
};

/* Where a page of lines begins: at the line `at` of a block; or, later, at the row `at` of a table whose first rows were said
 * before. */
struct view_spot {
	bool later;
	int block;
	int64_t at;
};

enum { VIEW_DEPTH_MAX = 8, VIEW_SCRATCH_MAX = 1 << 20 };

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
	struct view_spot page, next; /* lines: the present page, and the one behind it */
	bool has_more;               /* is there one? */
};

/* NULL for the id 0, and when nothing has been kept for it. */
struct view_kept *view_kept(struct view *view, int id);

/* The block of an id in this frame; NULL: there is none. */
struct view_block *view_find(struct view *view, int id);

/* The block that has the keys: the first with `focus`; NULL: none has. */
struct view_block *view_focused(struct view *view);

/* The key of an action as people read it, "" when it has none. */
void view_key(const struct view *view, int action, char ret_name[KEY_NAME_SIZE]);

/* Columns that a text takes, and the lines of one that is wrapped, sanitised as it will be. */
int view_width(struct view *view, const char *text);
int view_lines_of(struct view *view, const char *text, int width);

/* What stands in a cell, and what holds for a row: the block's functions on structs that are zero. */
void view_cell_of(const struct view_table *table, int64_t row, size_t column, struct view_cell *ret_cell);
void view_row_of(const struct view_table *table, int64_t row, struct view_row *ret_row);

#endif
