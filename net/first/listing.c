/* The catalogue of the base profile: listed, searched and sorted here. */
#include <stdlib.h>
#include <string.h>

#include "net/first/fetch.h"
#include "net/first/starts.h"

static bool copy_text(struct arena *arena, const char **text)
{
	*text = arena_strdup(arena, *text);
	return *text;
}

/* The catalogue may be gone before the reply is. */
static bool copy_product(struct arena *arena, const struct product *from, struct product *ret_product)
{
	*ret_product = *from;
	return copy_text(arena, &ret_product->id) && copy_text(arena, &ret_product->name) &&
	       copy_text(arena, &ret_product->category) && copy_text(arena, &ret_product->seller_id) &&
	       copy_text(arena, &ret_product->seller_name) && copy_text(arena, &ret_product->price_text);
}

/* ---- searching ---- */

struct filter {
	const struct product_query *query;
	struct search_query search;
	struct arena arena;
};

/* How well an item is found by what was typed. */
static enum search_place find_place(const struct filter *filter, const struct item *item)
{
	struct search_match match = search_match_begin(&filter->search);

	for (size_t i = 0; i < item->words_count; i++)
		search_match_word(&match, item->words[i].kind, item->words[i].word);
	enum search_place place = search_match_place(&match);
	return place < SEARCH_PLACES && !strcmp(item->whole, filter->search.whole) ? SEARCH_NAME : place;
}

/* Stock isn't known here, so that `in_stock` leaves nothing out. */
static bool matches(const struct filter *filter, const struct item *item)
{
	const struct product_query *query = filter->query;
	const struct product *product = &item->product;

	if (query->category && *query->category && strcmp(query->category, product->category) != 0)
		return false;
	if (query->seller_id && *query->seller_id && strcmp(query->seller_id, product->seller_id) != 0)
		return false;
	if (shape_given(&product_query_shape, query, "min_price") &&
	    (product->price < 0 || product->price < query->min_price))
		return false;
	if (shape_given(&product_query_shape, query, "max_price") &&
	    (product->price < 0 || product->price > query->max_price))
		return false;
	return true;
}

/* Newest first. The first platform doesn't say when something was made, but lists the oldest first. */
static int by_place(const struct item *a, const struct item *b)
{
	return a->place > b->place ? -1 : a->place < b->place;
}

static int by_age(const void *one, const void *other)
{
	return by_place(*(const struct item *const *)one, *(const struct item *const *)other);
}

/* Products without an amount come last, in either order. */
static int by_price(const void *one, const void *other)
{
	const struct item *a = *(const struct item *const *)one, *b = *(const struct item *const *)other;

	if ((a->product.price < 0) != (b->product.price < 0))
		return a->product.price < 0 ? 1 : -1;
	if (a->product.price != b->product.price)
		return a->product.price < b->product.price ? -1 : 1;
	return by_place(a, b);
}

static int by_price_down(const void *one, const void *other)
{
	const struct item *a = *(const struct item *const *)one, *b = *(const struct item *const *)other;

	if (a->product.price >= 0 && b->product.price >= 0 && a->product.price != b->product.price)
		return a->product.price > b->product.price ? -1 : 1;
	return by_price(one, other);
}

/* Best first. */
static int by_found(const void *one, const void *other)
{
	const struct item *a = *(const struct item *const *)one, *b = *(const struct item *const *)other;

	return a->found != b->found ? (a->found > b->found) - (a->found < b->found) : by_place(a, b);
}

static int (*const orders[])(const void *, const void *) = {
    [SORT_BEST] = by_found,
    [SORT_NEWEST] = by_age,
    [SORT_PRICE] = by_price,
    [SORT_PRICE_DOWN] = by_price_down,
};

/* The matching items in their order; NULL when memory ended. */
static const struct item **select_items(struct catalogue *catalogue, struct filter *filter, size_t *ret_count,
					struct err *err)
{
	const struct product_query *query = filter->query;
	enum product_sort order = product_order(query);
	const struct item **found = arena_array(&filter->arena, catalogue->items_count + 1, sizeof *found);
	size_t count = 0;

	if (!found)
		return err_memory(err, "searching"), NULL;
	if (query->q && (!search_query_read(&filter->arena, query->q, &filter->search, err) ||
			 !catalogue_make_words(catalogue, err)))
		return NULL;
	for (size_t i = 0; i < catalogue->items_count; i++) {
		struct item *item = &catalogue->items[i];

		item->found = query->q ? find_place(filter, item) : SEARCH_NAME;
		if (item->found < SEARCH_PLACES && matches(filter, item))
			found[count++] = item;
	}
	if (count)
		qsort(found, count, sizeof *found, orders[order]);
	*ret_count = count;
	return found;
}

static void answer_products(struct call *call, const struct item **found, size_t count,
			    const struct product_query *query)
{
	struct product_page *page = job_alloc(call, sizeof *page);
	size_t first, end;

	if (!page || !job_page(call, query->cursor, query->limit, count, &first, &end, &page->next_cursor))
		return;
	page->products = job_alloc(call, (end - first + 1) * sizeof *page->products);
	if (!page->products)
		return;
	for (size_t i = first; i < end; i++)
		if (!copy_product(&call->reply->arena, &found[i]->product, &page->products[page->products_count++])) {
			job_no_memory(call);
			return;
		}
	job_answer(call, page);
}

static void list_products(struct call *call, const struct err *err)
{
	static const struct product_query everything;
	struct filter filter = {.query = call->args.query ? call->args.query : &everything};
	struct err cause;
	size_t count;

	if (err) {
		call_settle(call, err);
		return;
	}
	arena_init(&filter.arena, CATALOGUE_ARENA);
	const struct item **found = select_items(first_of(call)->catalogue, &filter, &count, &cause);
	if (found)
		answer_products(call, found, count, filter.query);
	else
		call_settle(call, &cause);
	arena_done(&filter.arena);
}

void first_product_list(struct call *call)
{
	fetch_need(call, list_products);
}

static void get_product(struct call *call, const struct err *err)
{
	const struct item *item = err ? NULL : catalogue_find(first_of(call)->catalogue, call->args.id);
	struct product *product = item ? job_alloc(call, sizeof *product) : NULL;
	struct err gone;

	if (!err && !item) {
		err_set(&gone, ERR_NOT_FOUND, "This product is no longer there");
		err = &gone;
	}
	if (err)
		call_settle(call, err);
	else if (product && copy_product(&call->reply->arena, &item->product, product))
		job_answer(call, product);
	else
		job_no_memory(call);
}

void first_product_get(struct call *call)
{
	fetch_need(call, get_product);
}

/* ---- categories ---- */

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Distinct texts of a sorted list, each with how often it is there. */
static size_t count_equal(const char **names, size_t count, struct category *ret_categories)
{
	size_t distinct = 0;

	for (size_t i = 0; i < count; i++) {
		if (i && !strcmp(names[i], names[i - 1]))
			ret_categories[distinct - 1].products++;
		else
			ret_categories[distinct++] = (struct category){.name = names[i], .products = 1};
	}
	return distinct;
}

static void answer_categories(struct call *call, const struct category *all, size_t count)
{
	const struct page_query *query = call->args.query;
	struct category_page *page = job_alloc(call, sizeof *page);
	size_t first, end;

	if (!page || !job_page(call, query ? query->cursor : NULL, query ? query->limit : 0, count, &first, &end,
				&page->next_cursor))
		return;
	page->categories = job_alloc(call, (end - first + 1) * sizeof *page->categories);
	for (size_t i = first; page->categories && i < end; i++) {
		struct category *category = &page->categories[page->categories_count++];

		*category = all[i];
		if (!copy_text(&call->reply->arena, &category->name)) {
			job_no_memory(call);
			return;
		}
	}
	if (page->categories)
		job_answer(call, page);
}

static void list_categories(struct call *call, const struct err *err)
{
	const struct catalogue *catalogue = first_of(call)->catalogue;
	struct arena arena;

	if (err) {
		call_settle(call, err);
		return;
	}
	arena_init(&arena, CATALOGUE_ARENA);
	const char **names = arena_array(&arena, catalogue->items_count + 1, sizeof *names);
	struct category *categories = arena_array(&arena, catalogue->items_count + 1, sizeof *categories);
	if (names && categories) {
		size_t count = 0;

		/* Products without a category are in no row: they are found among all. */
		for (size_t i = 0; i < catalogue->items_count; i++)
			if (*catalogue->items[i].product.category)
				names[count++] = catalogue->items[i].product.category;
		if (count)
			qsort(names, count, sizeof *names, by_text);
		answer_categories(call, categories, count_equal(names, count, categories));
	} else {
		job_no_memory(call);
	}
	arena_done(&arena);
}

void first_category_list(struct call *call)
{
	fetch_need(call, list_categories);
}

/* ---- sellers ---- */

static void list_sellers(struct call *call, const struct err *err)
{
	const struct catalogue *catalogue = first_of(call)->catalogue;
	const struct page_query *query = call->args.query;
	size_t first, end;

	if (err) {
		call_settle(call, err);
		return;
	}
	struct seller_page *page = job_alloc(call, sizeof *page);
	if (!page || !job_page(call, query ? query->cursor : NULL, query ? query->limit : 0, catalogue->sellers_count,
				&first, &end, &page->next_cursor))
		return;
	page->sellers = job_alloc(call, (end - first + 1) * sizeof *page->sellers);
	for (size_t i = first; page->sellers && i < end; i++) {
		struct account *seller = &page->sellers[page->sellers_count++];

		*seller = catalogue->sellers[i];
		if (!copy_text(&call->reply->arena, &seller->id) ||
		    !copy_text(&call->reply->arena, &seller->full_name)) {
			job_no_memory(call);
			return;
		}
	}
	if (page->sellers)
		job_answer(call, page);
}

void first_seller_list(struct call *call)
{
	fetch_need(call, list_sellers);
}

static void get_seller(struct call *call, const struct err *err)
{
	const struct account *found = err ? NULL : catalogue_seller(first_of(call)->catalogue, call->args.id);
	struct account *seller = found ? job_alloc(call, sizeof *seller) : NULL;
	struct err gone;

	if (!err && !found) {
		err_set(&gone, ERR_NOT_FOUND, "There is no such seller");
		err = &gone;
	}
	if (err) {
		call_settle(call, err);
		return;
	}
	if (!seller)
		return;
	*seller = *found;
	if (copy_text(&call->reply->arena, &seller->id) && copy_text(&call->reply->arena, &seller->full_name))
		job_answer(call, seller);
	else
		job_no_memory(call);
}

void first_seller_lookup(struct call *call)
{
	fetch_need(call, get_seller);
}
