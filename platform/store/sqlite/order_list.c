/* Listing purchases and sales, the newest first. With something to look for, rows are read and looked at until the page
 * is full or enough have been seen: then it stays short, and the next one goes on from there. */
#include <string.h>

#include "platform/store/sqlite/order.h"

enum { SCRATCH_MAX = 1024 * 1024 };

struct order_walk {
	const struct order_kind *kind;
	struct order_rows *rows;
	const struct order_search *search; /* NULL: every row is taken */
	struct arena scratch;
	size_t limit, count, seen;
	int64_t before;
	bool more;
	const char *last; /* id of the last row that was looked at */
};

static void keep_row(struct order_walk *walk, size_t index)
{
	const size_t size = walk->kind->row_size;
	char *rows = walk->rows->rows;

	memmove(rows + walk->count * size, rows + index * size, size);
	walk->count++;
}

/* Looks at the rows of a piece in turn. False in *ret_all when the page was full before its end. */
static bool take_piece(struct order_walk *walk, size_t start, size_t count, bool *ret_all, struct err *err)
{
	for (size_t i = start; i < start + count; i++) {
		bool found = true;

		*ret_all = walk->count < walk->limit;
		if (!*ret_all)
			return true;
		if (!walk->kind->rest(walk->rows, i, err) ||
		    (walk->search &&
		     !walk->kind->found(walk->rows, i, walk->search, &walk->scratch, &found, err)))
			return false;
		walk->before = walk->rows->numbers[i].n;
		walk->last = walk->kind->id(walk->rows, i);
		walk->seen++;
		if (found)
			keep_row(walk, i);
	}
	*ret_all = true;
	return true;
}

static bool walk_on(struct order_walk *walk, struct err *err)
{
	do {
		const size_t wanted = walk->search ? LIMIT_PAGE : walk->limit;
		size_t start = walk->count, count = 0;
		bool all;

		if (!walk->kind->heads(walk->rows, start, wanted, walk->before, &count, &walk->more, err) ||
		    !take_piece(walk, start, count, &all, err))
			return false;
		walk->more = walk->more || !all;
	} while (walk->more && walk->count < walk->limit && walk->seen < STORE_ORDERS_SEEN);
	return true;
}

bool order_list(const struct order_kind *kind, struct order_rows *rows, const char *q, struct store_page page,
		size_t *ret_count, const char **ret_next, struct err *err)
{
	struct order_search search;
	struct order_walk walk = {
	    .kind = kind, .rows = rows, .search = q ? &search : NULL, .limit = page.limit};

	rows->rows = arena_array(rows->arena, page.limit + (q ? LIMIT_PAGE : 0), kind->row_size);
	if (!rows->rows)
		return err_memory(err, "listing orders");
	if ((q && !order_search_read(q, rows->arena, &search, err)) ||
	    !place_newest(rows->connection, kind->place_sql, page.after, &walk.before, err))
		return false;
	arena_init(&walk.scratch, SCRATCH_MAX);
	bool done = walk_on(&walk, err);
	arena_done(&walk.scratch);
	if (!done)
		return false;
	*ret_count = walk.count;
	*ret_next = walk.more ? walk.last : NULL;
	return true;
}
