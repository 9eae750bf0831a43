/* pager.h: a listing that is longer than what is in memory: pages are fetched as they come into sight, a window of them is
 * kept, and scrolling through a million rows takes no more memory than the pages' cursors.
 *
 * A platform may answer fewer rows than it was asked for, even none, while there are more: only a missing next_cursor is
 * the end of a listing. Here a page has PAGER_PAGE rows all the same, of as many answers as it takes; the last one has what
 * is left.
 *
 * A new query keeps the old rows on screen until the first rows of the new one are there (pager_is_stale).
 */
#ifndef VITRINE_SCREENS_PARTS_PAGER_H
#define VITRINE_SCREENS_PARTS_PAGER_H

#include "screens/app/app.h"
#include "tui/terminal/event.h"
#include "tui/paint/layout.h"
#include "tui/widgets/widget.h"

enum { PAGER_PAGE = 50, PAGER_WINDOW = 8, PAGER_AHEAD = 10 * PAGER_PAGE, PAGER_EMPTIES = 1000 };

/* Where things are in the structs of an operation: one const row per kind of listing. */
struct pager_kind {
	enum api_op op;
	size_t item_size;
	size_t items, count, next; /* offsets in the row's answer: the array, its count, next_cursor */
	size_t query_size;
	size_t limit, cursor; /* offsets in the row's query */
};
extern const struct pager_kind pager_products, pager_purchases, pager_sales;

/* A page, of answers with a row each at least. */
struct pager_page {
	struct net_reply *parts[PAGER_PAGE];
	size_t parts_count, rows;
	char *rest; /* the cursor that the answer after these starts at; NULL: they are all, or there are none yet */
	bool whole;
};

struct pager {
	struct app *app;
	const struct pager_kind *kind;
	void *query; /* borrowed; its limit and cursor are the pager's */
	char **starts; /* the cursor of each page but the first */
	size_t starts_size;
	struct pager_page pages[PAGER_WINDOW]; /* from page `first` on */
	struct pager_page coming; /* what will take the place of a page that is there: of an older query, or to be refreshed */
	bool aside;               /* what comes goes there */
	size_t first;
	size_t rows; /* known to exist */
	int64_t without; /* one of them that is left out, counted as if it weren't there; -1: none is */
	bool more;   /* others may follow */
	bool loaded; /* the first page has been there, or a part of it */
	bool stale;
	net_id call;
	size_t calling; /* which page */
	size_t empties; /* answers without a row, one after the other */
	struct err err; /* why the last call failed; ERR_NONE: it did not */
	int64_t selected;      /* as last wished for; pager_selected tells the row */
	int64_t wanted;        /* a row not there yet that somebody is on the way to; -1: none */
	int visible;           /* rows in sight, as last seen */
	bool keeps;            /* keys are kept until an answer has brought what they are meant for */
	void (*answered)(void *context); /* a page has come, or failed; may be NULL */
	void *context;
};

/* `query` is a struct of the kind's query, filled but for limit and cursor; it must stay. Nothing is asked for yet. */
void pager_init(struct pager *pager, struct app *app, const struct pager_kind *kind, void *query);
void pager_done(struct pager *pager);

/* The query has changed, or its answer may have: starts again. */
void pager_reload(struct pager *pager);

/* What is on screen around `row` may be old: its page is asked for again and replaced when it comes, with nothing else moving;
 * pages out of sight are asked for when they are in sight again. */
void pager_refresh(struct pager *pager, int64_t row);

/* Gives the running call up, if people can see by now that there is one (its spinner turns): for Esc. What is there stays;
 * pager_reload asks again. */
bool pager_give_up(struct pager *pager);

/* The rows from `first` on are in sight: fetches what is missing, one page after the other. For a screen's `update`. */
void pager_see(struct pager *pager, int64_t first, int count);

/* Grants a wish for a row as the selection (VIEW_GO). A row that is not there yet, PAGER_AHEAD further at most, is gone to when
 * its page has come; until then the last one that is there is selected. */
void pager_go(struct pager *pager, int64_t row);

/* The selected row; 0 when there are none. */
int64_t pager_selected(const struct pager *pager);

/* While a row is on its way, a key that moves goes on from it or back, and one that is meant for a row is kept (app_keep_key)
 * with all that follow. Both are kept while nothing is there yet, or while `other` says that what is on screen is not what was
 * asked for last. True: it was dealt with. Kept keys come again with the rows; when the answer fails they are dropped. For a
 * screen's `event`, before anything else looks at the event. */
bool pager_hold_key(struct pager *pager, const struct event *event, bool other);

/* Stays where one is, and drops the keys that were kept: for Esc, first of all. True: one was on the way to a row. */
bool pager_stay(struct pager *pager);

/* Drops the keys that were kept. */
void pager_forget_keys(struct pager *pager);

/* A row; NULL while it isn't there. Valid until the next reply. */
const void *pager_row(const struct pager *pager, int64_t row);

/* Rows known to exist; `more`: there may be others. */
int64_t pager_count(const struct pager *pager);

/* What is there answers an older query, or nothing has come yet. */
bool pager_is_stale(const struct pager *pager);
bool pager_is_empty(const struct pager *pager); /* surely nothing there */

#endif
