#include "screens/parts/pager.h"

#include <stdlib.h>
#include <string.h>

#include "tui/widgets/list.h"

#define PAGER_KIND(operation, page, items_member, query_struct, item)                                              \
	{.op = (operation),                                                                                        \
	 .item_size = sizeof(item),                                                                                \
	 .items = offsetof(page, items_member),                                                                    \
	 .count = offsetof(page, items_member##_count),                                                            \
	 .next = offsetof(page, next_cursor),                                                                      \
	 .query_size = sizeof(query_struct),                                                                       \
	 .limit = offsetof(query_struct, limit),                                                                   \
	 .cursor = offsetof(query_struct, cursor)}

const struct pager_kind pager_products =
    PAGER_KIND(API_product_list, struct product_page, products, struct product_query, struct product);
const struct pager_kind pager_purchases =
    PAGER_KIND(API_purchase_list, struct purchase_page, purchases, struct purchase_query, struct purchase);
const struct pager_kind pager_sales =
    PAGER_KIND(API_sale_list, struct sale_page, sales, struct sale_query, struct sale);

static const void *member(const void *object, size_t offset)
{
	return (const char *)object + offset;
}

void pager_init(struct pager *pager, struct app *app, const struct pager_kind *kind, void *query)
{
	*pager = (struct pager){.app = app, .kind = kind, .query = query, .more = true, .wanted = -1, .without = -1};
}

static void empty_page(struct pager_page *page)
{
	for (size_t i = 0; i < page->parts_count; i++)
		net_reply_free(page->parts[i]);
	free(page->rest);
	*page = (struct pager_page){.parts_count = 0};
}

static void drop_pages(struct pager *pager)
{
	for (size_t i = 0; i < PAGER_WINDOW; i++)
		empty_page(&pager->pages[i]);
	for (size_t i = 0; i < pager->starts_size; i++)
		free(pager->starts[i]);
	free(pager->starts);
	pager->starts = NULL;
	pager->starts_size = 0;
	pager->first = 0;
	pager->without = -1;
	pager->rows = 0;
	pager->more = true;
}

/* Stops going to a row. */
static void stay(struct pager *pager)
{
	if (pager->wanted >= 0)
		app_forget_keys(pager->app);
	pager->wanted = -1;
}

static void forget_keys(struct pager *pager)
{
	if (pager->keeps)
		app_forget_keys(pager->app);
	pager->keeps = false;
}

void pager_done(struct pager *pager)
{
	if (!pager->app)
		return;
	stay(pager);
	forget_keys(pager);
	net_cancel_owner(app_net(pager->app), pager);
	empty_page(&pager->coming);
	drop_pages(pager);
}

/* The part of a page that is there; NULL when it is outside the window. */
static const struct pager_page *page_at(const struct pager *pager, size_t page)
{
	bool inside = page >= pager->first && page < pager->first + PAGER_WINDOW;

	return inside ? &pager->pages[page - pager->first] : NULL;
}

static bool is_loaded(const struct pager *pager, size_t page)
{
	return page_at(pager, page) && page_at(pager, page)->whole;
}

/* Keeps the cursor with which page `page` starts; not for the first page. */
static bool keep_start(struct pager *pager, size_t page, const char *cursor)
{
	size_t index = page - 1;

	if (index > pager->starts_size)
		return false;
	if (index == pager->starts_size) {
		if (!(index & (index + 1))) { /* it grows when the index is 0, 1, 3, 7, … */
			char **starts = realloc(pager->starts, (index * 2 + 2) * sizeof *starts);
			if (!starts)
				return false;
			pager->starts = starts;
		}
		pager->starts[pager->starts_size++] = NULL;
	}
	char *copy = strdup(cursor);
	if (!copy)
		return false;
	free(pager->starts[index]);
	pager->starts[index] = copy;
	return true;
}

/* Moves the window so that the page is in it, and returns the page. Pages that stay in the window are kept. */
static struct pager_page *move_window(struct pager *pager, size_t page)
{
	struct pager_page pages[PAGER_WINDOW] = {{.parts_count = 0}};
	size_t first = page < pager->first		     ? page
		       : page >= pager->first + PAGER_WINDOW ? page - PAGER_WINDOW + 1
							     : pager->first;

	for (size_t i = 0; i < PAGER_WINDOW; i++) {
		size_t at = pager->first + i;
		if (at >= first && at < first + PAGER_WINDOW)
			pages[at - first] = pager->pages[i];
		else
			empty_page(&pager->pages[i]);
	}
	memcpy(pager->pages, pages, sizeof pages);
	pager->first = first;
	return &pager->pages[page - first];
}

/* Adds an answer to its page. */
static void add_part(struct pager *pager, struct pager_page *page, struct net_reply *reply)
{
	size_t count = *(const size_t *)member(reply->answer, pager->kind->count);
	const char *next = *(const char *const *)member(reply->answer, pager->kind->next);

	free(page->rest);
	page->rest = next ? strdup(next) : NULL;
	if (count) {
		net_reply_keep(reply);
		page->parts[page->parts_count++] = reply;
	}
	page->rows += count < PAGER_PAGE - page->rows ? count : PAGER_PAGE - page->rows;
	page->whole = !page->rest || page->rows == PAGER_PAGE;
	pager->empties = count || page->whole ? 0 : pager->empties + 1;
}

/* The page that was read aside replaces the old one. */
static struct pager_page *put_in_place(struct pager *pager, size_t page)
{
	if (pager->stale)
		drop_pages(pager);
	pager->stale = pager->aside = false;
	struct pager_page *place = move_window(pager, page);
	empty_page(place);
	*place = pager->coming;
	pager->coming = (struct pager_page){.parts_count = 0};
	return place;
}

/* Counts the rows up to the end of this page, and notes whether the listing ends there. */
static void count_rows(struct pager *pager, struct pager_page *place, size_t page)
{
	size_t rows = page * PAGER_PAGE + place->rows;
	bool ends = place->whole && (!place->rest || !keep_start(pager, page + 1, place->rest));

	pager->loaded = true;
	if (ends || rows >= pager->rows) {
		pager->rows = rows;
		pager->more = !ends;
	}
}

static void ask(struct pager *pager, size_t page);

static void take_part(struct pager *pager, struct net_reply *reply)
{
	size_t page = pager->calling;
	struct pager_page *place = pager->aside ? &pager->coming : move_window(pager, page);

	add_part(pager, place, reply);
	if (pager->aside && (place->whole || (pager->stale && place->rows)))
		place = put_in_place(pager, page);
	if (!pager->aside)
		count_rows(pager, place, page);
	if (place->whole)
		return;
	if (pager->empties < PAGER_EMPTIES) {
		ask(pager, page);
		return;
	}
	pager->empties = 0;
	err_set(&pager->err, ERR_PROTOCOL, "The list is empty and has no end");
	app_failed(pager->app, &pager->err);
}

static void on_page(void *context, struct net_reply *reply);

/* Asks for the page, or for its missing part. */
static void ask(struct pager *pager, size_t page)
{
	const struct pager_page *place = pager->aside ? &pager->coming : page_at(pager, page);
	struct net_args args = {.query = pager->query};
	char *query = pager->query;
	const char *start = page && !pager->stale && page <= pager->starts_size ? pager->starts[page - 1] : NULL;

	*(int64_t *)(void *)(query + pager->kind->limit) = place ? PAGER_PAGE - (int64_t)place->rows : PAGER_PAGE;
	*(const char **)(void *)(query + pager->kind->cursor) = place && place->rest ? place->rest : start;
	pager->calling = page;
	pager->call = net_call(app_net(pager->app), pager->kind->op, &args, pager, on_page, pager);
}

/* Goes on to the row that is wanted: selects it, or the nearest one that is there, and asks for the next page. */
static void go_on(struct pager *pager)
{
	int64_t count = pager_count(pager);

	if (pager->wanted < 0)
		return;
	if (pager->err.kind != ERR_NONE) {
		stay(pager);
		return;
	}
	pager->selected = pager->wanted < count ? pager->wanted : count - 1;
	if (pager->wanted >= count && pager->more) {
		if (!pager->call)
			ask(pager, pager->rows / PAGER_PAGE);
		return;
	}
	pager->wanted = -1;
	app_give_keys(pager->app);
}

/* Gives the keys that people pressed before the answer came. */
static void give_kept_keys(struct pager *pager)
{
	if (pager->err.kind != ERR_NONE) {
		forget_keys(pager);
	} else if (pager->keeps) {
		app_give_keys(pager->app);
	}
	pager->keeps = false;
}

static void on_page(void *context, struct net_reply *reply)
{
	struct pager *pager = context;

	pager->call = 0;
	pager->err = reply->err;
	if (reply->ok) {
		take_part(pager, reply);
	} else {
		pager->aside = pager->stale; /* the old page stays on screen meanwhile */
		empty_page(&pager->coming);
		app_failed(pager->app, &reply->err);
	}
	app_dirty(pager->app);
	go_on(pager);
	if (pager->answered)
		pager->answered(pager->context);
	give_kept_keys(pager);
}

/* Ends the call under way. A page that was read aside is dropped. */
static void give_up_call(struct pager *pager)
{
	net_cancel_owner(app_net(pager->app), pager);
	pager->call = 0;
	pager->aside = false;
	empty_page(&pager->coming);
}

void pager_reload(struct pager *pager)
{
	stay(pager);
	give_up_call(pager);
	pager->err = (struct err){.kind = ERR_NONE};
	pager->stale = pager->aside = true;
	ask(pager, 0);
	app_dirty(pager->app);
}

void pager_refresh(struct pager *pager, int64_t row)
{
	size_t page = (size_t)(row > 0 ? row : 0) / PAGER_PAGE;

	if (pager->stale || !is_loaded(pager, page)) {
		pager_reload(pager);
		return;
	}
	stay(pager);
	give_up_call(pager);
	for (size_t i = 0; i < PAGER_WINDOW; i++)
		if (pager->first + i != page)
			empty_page(&pager->pages[i]);
	pager->aside = true;
	ask(pager, page);
}

bool pager_give_up(struct pager *pager)
{
	if (!pager->call || !app_waiting(pager->app, pager))
		return false;
	stay(pager);
	give_up_call(pager);
	err_set(&pager->err, ERR_CANCELLED, "Given up");
	app_dirty(pager->app);
	return true;
}

void pager_see(struct pager *pager, int64_t first, int count)
{
	pager->visible = count;
	if (pager->call || pager->stale || pager->err.kind != ERR_NONE || !pager->loaded)
		return;

	size_t from = (size_t)(first > 0 ? first : 0) / PAGER_PAGE;
	/* Half a page ahead, so that people who scroll on find it there. */
	size_t to = (size_t)(first + count + PAGER_PAGE / 2) / PAGER_PAGE;
	for (size_t page = from; page <= to; page++) {
		bool exists = page * PAGER_PAGE < pager->rows || (pager->more && page * PAGER_PAGE == pager->rows);
		if (!exists)
			return;
		if (!is_loaded(pager, page)) {
			ask(pager, page);
			return;
		}
	}
}

void pager_go(struct pager *pager, int64_t row)
{
	int64_t count = pager_count(pager);

	stay(pager);
	if (row >= count && pager->loaded && pager->more && !pager->stale) {
		pager->wanted = row - count < PAGER_AHEAD ? row : count + PAGER_AHEAD - 1;
		pager->err = (struct err){.kind = ERR_NONE}; /* what has failed is asked for again */
		go_on(pager);
	} else {
		pager->selected = row < 0 ? 0 : row < count ? row : count - 1;
	}
	app_dirty(pager->app);
}

int64_t pager_selected(const struct pager *pager)
{
	int64_t last = pager_count(pager) - 1;
	int64_t selected = pager->selected < last ? pager->selected : last;

	return selected > 0 ? selected : 0;
}

bool pager_hold_key(struct pager *pager, const struct event *event, bool other)
{
	bool is_first = !pager->loaded && pager->call;
	struct scroll ahead = {.count = pager_count(pager) + PAGER_AHEAD, .selected = pager->wanted,
			       .visible = pager->visible ? pager->visible : 1};

	/* On the way to a row people may go on or back. */
	if (event->kind == EVENT_KEY && pager->loaded && pager->wanted >= 0 && !other &&
	    list_event(&ahead, event, true)) {
		pager_go(pager, ahead.selected);
		return true;
	}
	if (event->kind != EVENT_KEY || !(other || is_first || pager->wanted >= 0) ||
	    !app_keep_key(pager->app, event->key))
		return false;
	if (is_first)
		pager->wanted = 0; /* with no row there yet, keys begin at the first one */
	else if (pager->wanted < 0)
		pager->keeps = true;
	return true;
}

bool pager_stay(struct pager *pager)
{
	bool was_coming = pager->wanted >= 0;

	stay(pager);
	forget_keys(pager);
	return was_coming;
}

const void *pager_row(const struct pager *pager, int64_t row)
{
	row += pager->without >= 0 && row >= pager->without;

	const struct pager_page *page = row < 0 ? NULL : page_at(pager, (size_t)row / PAGER_PAGE);
	size_t index = row < 0 ? 0 : (size_t)row % PAGER_PAGE;

	for (size_t i = 0; page && i < page->parts_count; i++) {
		const void *answer = page->parts[i]->answer;
		size_t count = *(const size_t *)member(answer, pager->kind->count);

		if (index < count)
			return *(const char *const *)member(answer, pager->kind->items) +
			       index * pager->kind->item_size;
		index -= count;
	}
	return NULL;
}

int64_t pager_count(const struct pager *pager)
{
	return (int64_t)pager->rows - (pager->without >= 0);
}

bool pager_is_stale(const struct pager *pager)
{
	return pager->stale || !pager->loaded;
}

bool pager_is_empty(const struct pager *pager)
{
	return pager->loaded && !pager->stale && !pager->rows;
}
