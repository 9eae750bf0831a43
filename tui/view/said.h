/* said.h: what each kind of block says, as lines, for lines.c, which knows the pages.
 */
#ifndef VITRINE_TUI_VIEW_SAID_H
#define VITRINE_TUI_VIEW_SAID_H

#include "tui/view/view.h"

struct view_block;

/* A page that is being made. */
struct saying {
	const struct view *view;
	struct buf *out; /* NULL: lines are only counted */
	struct buf line; /* the one that is being made */
	int left;        /* lines that there is room for */
	bool paged;      /* rows and their notes stay together */
	int64_t skip;    /* lines of this block that were on the page before */
	int64_t at;      /* lines of this block so far, those too */
	bool full;       /* something didn't fit */
	bool failed;     /* memory ended */
};

/* The block's lines. */
void said_block(struct saying *saying, const struct view_block *block);

/* A row of a table, with `number` before it (0: none). Returns the lines that it takes. */
int said_row(struct saying *saying, const struct view_block *block, int64_t number, int64_t row);

/* What the table is, and that its rows from `from` to before `to` follow. */
void said_heading(struct saying *saying, const struct view_block *block, int64_t from, int64_t to);

#endif
