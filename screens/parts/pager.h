/* pager.h: a listing that is longer than memory should hold. Pages are fetched when they come into sight, and a window
 * of them is kept. Scrolling through a million rows takes no more memory than the pages' cursors.
 *
 * A platform may answer with fewer rows than were asked for, even none, while there are more: a listing ends only when
 * next_cursor is missing. Here every page has PAGER_PAGE rows, however many answers that takes; the last page has the
 * rest.
 *
 * After a new query the old rows stay on screen until the first new ones are there (pager_is_stale).
 */
#ifndef VITRINE_SCREENS_PARTS_PAGER_H
#define VITRINE_SCREENS_PARTS_PAGER_H

#include "screens/app/app.h"
#include "tui/terminal/event.h"

enum { PAGER_PAGE = 50, PAGER_WINDOW = 8, PAGER_AHEAD = 10 * PAGER_PAGE, PAGER_EMPTIES = 1000 };

/* Where things are in the structs of an operation: one const row per kind of listing. */
struct pager_kind {
	enum api_op op;
	size_t item_size;
	size_t items, count, next; /* offsets in the answer: the array, its count, next_cursor */
	size_t query_size;
	size_t limit, cursor; /* offsets in the query */
};
extern const struct pager_kind pager_products, pager_purchases, pager_sales;

/* A page, made of answers with one row or more each. */
struct pager_page {
	struct net_reply *parts[PAGER_PAGE];
	size_t parts_count, rows;
	char *rest; /* the cursor for the page's next answer; NULL: the page is whole, or has no answer yet */
	bool whole;
};

struct pager {
	struct app *app;
	const struct pager_kind *kind;
	void *query; /* borrowed; the pager sets its limit and cursor */
	char **starts; /* the cursor of each page but the first */
	size_t starts_size;
	struct pager_page pages[PAGER_WINDOW]; /* from page `first` on */
	struct pager_page coming; /* read aside, to replace a page of an older query or one to be refreshed */
	bool aside;               /* answers go to `coming` */
	size_t first;
	size_t rows; /* known to exist */
	int64_t without; /* a row that is left out and not counted; -1: none */
	bool more;   /* there may be more rows */
	bool loaded; /* the first page has come, or a part of it */
	bool stale;
	net_id call;
	size_t calling; /* the page that the call is for */
	size_t empties; /* answers without a row since the last one with rows */
	struct err err; /* why the last call failed; ERR_NONE: it did not */
	int64_t selected;      /* the row that was asked for; pager_selected tells the one that is selected */
	int64_t wanted;        /* a row that isn't there yet, and is to be selected when it comes; -1: none */
	int visible;           /* rows in sight, from pager_see */
	bool keeps;            /* keys are kept until the rows that they are meant for have come */
	void (*answered)(void *context); /* a page has come, or failed; may be NULL */
	void *context;
};

/* `query` is a struct of the kind's query, filled in but for limit and cursor; it must stay. Nothing is asked for
 * yet. */
void pager_init(struct pager *pager, struct app *app, const struct pager_kind *kind, void *query);
void pager_done(struct pager *pager);

/* The query has changed, or the answer may have changed: starts again. */
void pager_reload(struct pager *pager);

/* The page around `row` may be old: it is asked for again and replaced when it comes; nothing else moves. Pages out of
 * sight are asked for again when they come into sight. */
void pager_refresh(struct pager *pager, int64_t row);

/* Ends the running call, if its spinner is on screen already: for Esc. The rows stay; pager_reload asks again. */
bool pager_give_up(struct pager *pager);

/* The rows from `first` on are in sight: fetches the missing pages, one after the other. For a screen's `update`. */
void pager_see(struct pager *pager, int64_t first, int count);

/* Selects a row (VIEW_GO). A row that isn't there yet, at most PAGER_AHEAD further, is selected when its page comes;
 * until then the last row that is there is selected. */
void pager_go(struct pager *pager, int64_t row);

/* The selected row; 0 when there is none. */
int64_t pager_selected(const struct pager *pager);

/* Call this first in a screen's `event`. While a row is on its way, a key that moves changes which row that is; a key
 * that is meant for a row is kept (app_keep_key), and so are all keys after it. The same holds while there are no rows
 * yet, or while `other` says that the rows on screen are not those that were asked for last. True: the event is used
 * up. Kept keys come again with the rows; they are dropped when the answer fails. */
bool pager_hold_key(struct pager *pager, const struct event *event, bool other);

/* Call this first for Esc. Stops going to a row and drops the kept keys. True: a row was on its way. */
bool pager_stay(struct pager *pager);

/* A row; NULL while it isn't there. Valid until the next reply. */
const void *pager_row(const struct pager *pager, int64_t row);

/* How many rows are known to exist; `more`: there may be others. */
int64_t pager_count(const struct pager *pager);

/* The rows answer an older query, or nothing has come yet. */
bool pager_is_stale(const struct pager *pager);
bool pager_is_empty(const struct pager *pager); /* it is sure that there are no rows */

#endif
