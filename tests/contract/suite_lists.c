/* Listings, read as the join of all their pages. */
#include "store_suite.h"

#include <string.h>

#include "models/limits.h"

/* One kind of listing: a page of it, and what it asks for. */
struct listing {
	bool (*ask)(struct fixture *fx, const struct listing *listing, struct store_page page, const char **ret_next);
	size_t size; /* of a row */
	const struct product_query *query;
	const char *owner, *q;
	int status;
	/* The page's rows: the asking function's to fill in. */
	void **rows;
	size_t *count;
};

/* All pages from span->after on, until there are no more or `most` rows are read. How many rows *ret_rows has. */
static size_t join(struct fixture *fx, const struct listing *asked, struct suite_span *span, void **ret_rows)
{
	struct suite_span whole = {.after = NULL};
	struct listing listing = *asked;
	char *rows = NULL;
	void *part = NULL;
	size_t count = 0, room = 0, part_count = 0;

	span = span ? span : &whole;
	listing.rows = &part;
	listing.count = &part_count;
	do {
		struct store_page page = {.after = span->after, .limit = span->limit ? span->limit : LIMIT_PAGE};

		if (span->most && span->most - count < page.limit)
			page.limit = span->most - count;
		OK(fx, listing.ask(fx, &listing, page, &span->after));
		assert_true(part_count <= page.limit);
		if (!rows || count + part_count > room) {
			room = 2 * (count + part_count) + 1;
			char *more = arena_array(&fx->arena, room, listing.size);
			assert_non_null(more);
			if (rows)
				memcpy(more, rows, count * listing.size);
			rows = more;
		}
		if (part_count)
			memcpy(rows + count * listing.size, part, part_count * listing.size);
		count += part_count;
	} while (!(span->most && count >= span->most) && suite_more(fx, span->after));
	*ret_rows = rows;
	return count;
}

static bool ask_sellers(struct fixture *fx, const struct listing *listing, struct store_page page,
			const char **ret_next)
{
	struct seller_page part;

	if (!fx->store->seller_list(fx->store, page, &fx->arena, &part, ret_next, &fx->err))
		return false;
	*listing->rows = part.sellers;
	*listing->count = part.sellers_count;
	return true;
}

struct seller_page suite_list_sellers(struct fixture *fx, struct suite_span *span)
{
	const struct listing listing = {.ask = ask_sellers, .size = sizeof(struct account)};
	void *rows;
	size_t count = join(fx, &listing, span, &rows);

	return (struct seller_page){.sellers = rows, .sellers_count = count};
}

static bool ask_accounts(struct fixture *fx, const struct listing *listing, struct store_page page,
			 const char **ret_next)
{
	struct store_accounts part;

	if (!fx->store->account_list(fx->store, page, &fx->arena, &part, ret_next, &fx->err))
		return false;
	*listing->rows = part.accounts;
	*listing->count = part.count;
	return true;
}

struct store_accounts suite_list_accounts(struct fixture *fx, struct suite_span *span)
{
	const struct listing listing = {.ask = ask_accounts, .size = sizeof(struct account)};
	void *rows;
	size_t count = join(fx, &listing, span, &rows);

	return (struct store_accounts){.accounts = rows, .count = count};
}

static bool ask_products(struct fixture *fx, const struct listing *listing, struct store_page page,
			 const char **ret_next)
{
	struct product_page part;

	if (!fx->store->product_list(fx->store, listing->query, page, &fx->arena, &part, ret_next, &fx->err))
		return false;
	*listing->rows = part.products;
	*listing->count = part.products_count;
	return true;
}

struct product_page suite_list_products(struct fixture *fx, const struct product_query *query, struct suite_span *span)
{
	static const struct product_query everything = {.sort = -1};
	const struct listing listing = {
	    .ask = ask_products, .size = sizeof(struct product), .query = query ? query : &everything};
	void *rows;
	size_t count = join(fx, &listing, span, &rows);

	return (struct product_page){.products = rows, .products_count = count};
}

static bool ask_categories(struct fixture *fx, const struct listing *listing, struct store_page page,
			   const char **ret_next)
{
	struct category_page part;

	if (!fx->store->category_list(fx->store, page, &fx->arena, &part, ret_next, &fx->err))
		return false;
	*listing->rows = part.categories;
	*listing->count = part.categories_count;
	return true;
}

struct category_page suite_list_categories(struct fixture *fx, struct suite_span *span)
{
	const struct listing listing = {.ask = ask_categories, .size = sizeof(struct category)};
	void *rows;
	size_t count = join(fx, &listing, span, &rows);

	return (struct category_page){.categories = rows, .categories_count = count};
}

static bool ask_purchases(struct fixture *fx, const struct listing *listing, struct store_page page,
			  const char **ret_next)
{
	struct purchase_page part;

	if (!fx->store->purchase_list(fx->store, listing->owner, listing->q, page, &fx->arena, &part, ret_next,
				      &fx->err))
		return false;
	*listing->rows = part.purchases;
	*listing->count = part.purchases_count;
	return true;
}

struct purchase_page suite_list_purchases(struct fixture *fx, const char *client, const char *q,
					  struct suite_span *span)
{
	const struct listing listing = {.ask = ask_purchases, .size = sizeof(struct purchase), .owner = client, .q = q};
	void *rows;
	size_t count = join(fx, &listing, span, &rows);

	return (struct purchase_page){.purchases = rows, .purchases_count = count};
}

static bool ask_sales(struct fixture *fx, const struct listing *listing, struct store_page page, const char **ret_next)
{
	struct sale_page part;

	if (!fx->store->sale_list(fx->store, listing->owner, listing->status, listing->q, page, &fx->arena, &part,
				  ret_next, &fx->err))
		return false;
	*listing->rows = part.sales;
	*listing->count = part.sales_count;
	return true;
}

struct sale_page suite_list_sales(struct fixture *fx, const char *seller, int status, const char *q,
				  struct suite_span *span)
{
	const struct listing listing = {
	    .ask = ask_sales, .size = sizeof(struct sale), .owner = seller, .q = q, .status = status};
	void *rows;
	size_t count = join(fx, &listing, span, &rows);

	return (struct sale_page){.sales = rows, .sales_count = count};
}

struct sale suite_newest_sale(struct fixture *fx, const char *seller)
{
	const struct sale_page page = suite_list_sales(fx, seller, -1, NULL, &(struct suite_span){.most = 1});

	assert_int_equal(page.sales_count, 1);
	return page.sales[0];
}
