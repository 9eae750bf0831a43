#include "short_pages.h"

#include <stdatomic.h>
#include <string.h>

#include "models/limits.h"
#include "tests/chance.h"

/* The place before the first row. */
static const char start[] = "start";

static struct store usual; /* what the store does by itself */
static _Atomic uint64_t chance;

static uint64_t draw(uint64_t limit)
{
	/* Each thread takes a number of its own out of the one sequence. */
	uint64_t state = atomic_fetch_add(&chance, UINT64_C(0x9E3779B97F4A7C15));

	return chance_below(&state, limit);
}

/* What is asked for in the place of a page, and what becomes of the answer. */
struct cut {
	struct store_page page;
	const char *after; /* as the caller said it */
	bool empty;
};

static struct cut cut_draw(struct store_page page)
{
	struct cut cut = {.page = page, .after = page.after ? page.after : start};

	if (page.after && !strcmp(page.after, start))
		cut.page.after = NULL;
	if (page.limit < 1 || page.limit > LIMIT_PAGE) /* to be refused */
		return cut;
	cut.empty = draw(4) == 0;
	cut.page.limit = 1 + draw(draw(2) ? page.limit : (page.limit + 3) / 4);
	return cut;
}

/* `last`: the place behind the last row, where it is known without knowing the store (NULL: it isn't). */
static bool cut_apply(const struct cut *cut, struct arena *arena, size_t *count, const char **next, const char *last,
		      struct err *err)
{
	const char *place = cut->empty ? cut->after : !*next && last && draw(2) ? last : NULL;

	if (!place)
		return true;
	if (!(place = arena_strdup(arena, place)))
		return err_memory(err, "listing");
	*next = place;
	if (cut->empty)
		*count = 0;
	return true;
}

/* Places of lists by id are ids. */
#define LAST_ID(rows, count) ((count) ? (rows)[(count) - 1].id : NULL)

static bool list_sellers(struct store *store, struct store_page page, struct arena *arena, struct seller_page *ret_page,
			 const char **ret_next, struct err *err)
{
	const struct cut cut = cut_draw(page);

	return usual.seller_list(store, cut.page, arena, ret_page, ret_next, err) &&
	       cut_apply(&cut, arena, &ret_page->sellers_count, ret_next, NULL, err);
}

static bool list_accounts(struct store *store, struct store_page page, struct arena *arena,
			  struct store_accounts *ret_accounts, const char **ret_next, struct err *err)
{
	const struct cut cut = cut_draw(page);

	return usual.account_list(store, cut.page, arena, ret_accounts, ret_next, err) &&
	       cut_apply(&cut, arena, &ret_accounts->count, ret_next,
			 LAST_ID(ret_accounts->accounts, ret_accounts->count), err);
}

static bool list_products(struct store *store, const struct product_query *query, struct store_page page,
			  struct arena *arena, struct product_page *ret_page, const char **ret_next, struct err *err)
{
	const struct cut cut = cut_draw(page);

	if (!usual.product_list(store, query, cut.page, arena, ret_page, ret_next, err))
		return false;
	const char *last =
	    product_order(query) == SORT_NEWEST ? LAST_ID(ret_page->products, ret_page->products_count) : NULL;
	return cut_apply(&cut, arena, &ret_page->products_count, ret_next, last, err);
}

static bool list_categories(struct store *store, struct store_page page, struct arena *arena,
			    struct category_page *ret_page, const char **ret_next, struct err *err)
{
	const struct cut cut = cut_draw(page);

	return usual.category_list(store, cut.page, arena, ret_page, ret_next, err) &&
	       cut_apply(&cut, arena, &ret_page->categories_count, ret_next, NULL, err);
}

static bool list_purchases(struct store *store, const char *client_id, const char *q, struct store_page page,
			   struct arena *arena, struct purchase_page *ret_page, const char **ret_next, struct err *err)
{
	const struct cut cut = cut_draw(page);

	return usual.purchase_list(store, client_id, q, cut.page, arena, ret_page, ret_next, err) &&
	       cut_apply(&cut, arena, &ret_page->purchases_count, ret_next,
			 LAST_ID(ret_page->purchases, ret_page->purchases_count), err);
}

static bool list_sales(struct store *store, const char *seller_id, int status, const char *q, struct store_page page,
		       struct arena *arena, struct sale_page *ret_page, const char **ret_next, struct err *err)
{
	const struct cut cut = cut_draw(page);

	return usual.sale_list(store, seller_id, status, q, cut.page, arena, ret_page, ret_next, err) &&
	       cut_apply(&cut, arena, &ret_page->sales_count, ret_next, LAST_ID(ret_page->sales, ret_page->sales_count),
			 err);
}

/* An empty page of changes means that there is nothing to tell: these are only made shorter. */
static bool list_changes(struct store *store, enum group group, const char *account_id, struct store_page page,
			 struct arena *arena, struct store_changes *ret_changes, struct err *err)
{
	return usual.change_list(store, group, account_id, cut_draw(page).page, arena, ret_changes, err);
}

void short_pages(struct store *store, uint64_t seed)
{
	usual = *store;
	atomic_store(&chance, seed);
	store->seller_list = list_sellers;
	store->account_list = store->account_list ? list_accounts : NULL;
	store->product_list = list_products;
	store->category_list = list_categories;
	store->purchase_list = list_purchases;
	store->sale_list = list_sales;
	store->change_list = list_changes;
}
