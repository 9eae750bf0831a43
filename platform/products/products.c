/* products.c: the catalogue, and sellers' changes to it. */
#include <string.h>

#include "platform/outcome.h"

/* Is it a page that a walk along one order of the catalogue fills row by row? That takes no longer in a large catalogue
 * than in a small one. Words are looked for in lists as long as they are common; and where rows may have to be passed
 * over, that may be nearly all of them: those that are sold out, or by date those of another price. */
static bool is_walk(const struct product_query *query)
{
	bool ranged = shape_given(&product_query_shape, query, "min_price") ||
		      shape_given(&product_query_shape, query, "max_price");
	bool by_price = query->sort == SORT_PRICE || query->sort == SORT_PRICE_DOWN;

	return !query->q && !query->in_stock && !(query->category && query->seller_id) && (by_price || !ranged);
}

bool handle_product_list(struct task *task, struct err *err)
{
	struct store *store = task->platform->store;
	const struct product_query *query = task->query;
	struct product_page products;
	struct store_page page;
	const char *next;

	if (task_recall(task) || (!is_walk(query) && task_leave(task)))
		return true;
	if (!task_page(task, query->limit, query->cursor, &page, err) ||
	    !(store->product_list(store, query, page, task->arena, &products, &next, err) ||
	      task_q_refused(task, err)) ||
	    !task_cursor(task, next, &products.next_cursor, err) || !task_answer(task, &products, err))
		return false;
	task_remember(task);
	return true;
}

bool handle_product_get(struct task *task, struct err *err)
{
	struct store *store = task->platform->store;
	struct product product;

	return store->product_get(store, task->id, task->arena, &product, err) && task_answer(task, &product, err);
}

bool handle_category_list(struct task *task, struct err *err)
{
	struct store *store = task->platform->store;
	const struct page_query *query = task->query;
	struct category_page categories;
	struct store_page page;
	const char *next;

	return task_page(task, query->limit, query->cursor, &page, err) &&
	       store->category_list(store, page, task->arena, &categories, &next, err) &&
	       task_cursor(task, next, &categories.next_cursor, err) && task_answer(task, &categories, err);
}

/* ---- changes ---- */

/* Sellers may name themselves, and nobody else. */
static bool is_own(const struct task *task, const struct product_change *change)
{
	return !change->seller_id || !strcmp(change->seller_id, task->who.account_id);
}

static bool not_own(struct err *err)
{
	return err_set(err, ERR_FORBIDDEN, "seller_id is another seller's");
}

/* Does a change of this shape set anything? */
static bool sets_something(const struct shape *shape, const struct product_change *change)
{
	static const char *const members[] = {"name", "description", "price", "category", "stock"};

	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		if (shape_given(shape, change, members[i]))
			return true;
	return false;
}

/* The bits of `given` mean the fields of a shape; the store knows those of product_batch_item_shape. */
static struct product_change for_store(const struct task *task, const struct shape *shape,
				       const struct product_change *change)
{
	struct product_change known = *change;

	known.given = 0;
	for (size_t i = 0; i < shape->count; i++)
		if (change->given >> i & 1)
			shape_give(&product_batch_item_shape, &known, shape->fields[i].name);
	known.seller_id = task->who.account_id;
	return known;
}

bool handle_product_create(struct task *task, struct err *err)
{
	struct store *store = task->platform->store;
	const struct product_change *change = task->body;
	struct product product;

	if (!is_own(task, change))
		return not_own(err);

	const struct product_change known = for_store(task, &product_create_shape, change);
	if (!store->product_create(store, &known, task->arena, &product, err))
		return false;
	task_location(task, "/Product", product.id);
	return task_answer(task, &product, err);
}

bool handle_product_update(struct task *task, struct err *err)
{
	struct store *store = task->platform->store;
	const struct product_change *change = task->body;
	struct product *product = arena_alloc(task->arena, sizeof *product);

	if (!product)
		return err_memory(err, "changing a product");
	if (!is_own(task, change))
		return not_own(err);
	if (!sets_something(&product_patch_shape, change))
		return task_invalid(task, err, "", VIOLATION_changes_nothing);

	const struct product_change known = for_store(task, &product_patch_shape, change);
	if (store->product_update(store, task->who.account_id, task->id, &known, task->arena, product, err))
		return task_answer(task, product, err);
	if (err->kind == ERR_CONFLICT) {
		task->extra_name = "product";
		task->extra_shape = &product_shape;
		task->extra = product;
		task->extra_count = EXTRA_OBJECT;
	}
	return false;
}

bool handle_product_delete(struct task *task, struct err *err)
{
	struct store *store = task->platform->store;

	return store->product_archive(store, task->who.account_id, task->id, err) && task_answer_empty(task);
}

/* ---- many at once ---- */

/* What the shape of an item can't say: a create needs more than an update. */
static bool check_item(const struct task *task, const struct product_change *item, size_t index,
		       struct item_fault *fault)
{
	static const char *const needed[] = {"name", "price", "category"};

	if (!is_own(task, item))
		return not_own(&fault->err);
	if (item->id)
		return sets_something(&product_batch_item_shape, item) ||
		       item_invalid(fault, index, "", VIOLATION_changes_nothing, NULL);
	if (shape_given(&product_batch_item_shape, item, "version"))
		return item_invalid(fault, index, "version", VIOLATION_unexpected, NULL);
	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
		if (!shape_given(&product_batch_item_shape, item, needed[i]))
			return item_invalid(fault, index, needed[i], VIOLATION_missing, NULL);
	return true;
}

/* An item's outcome as its own request would have been answered. */
static bool set_outcome(struct task *task, const struct product_change *item, struct product *product,
			const struct item_fault *fault, struct product_outcome *outcome, struct err *err)
{
	const enum err_kind kind = fault->err.kind;

	if (!item_problem(task, (size_t)outcome->index, fault, &outcome->status, &outcome->problem, err))
		return false;
	if (kind == ERR_NONE)
		outcome->status = item->id ? 200 : 201;
	outcome->product = kind == ERR_NONE || kind == ERR_CONFLICT ? product : NULL;
	return true;
}

/* A batch under way: its items, and those of them that the store is asked for. */
struct batch {
	const struct product_change *items;
	size_t count;
	struct item_fault *faults; /* of each item */
	struct product **products; /* of each item; NULL: the store wasn't asked */
	struct product_change *changes;
	size_t *places; /* of each change in the batch */
	size_t changes_count;
};

static bool read_batch(struct task *task, struct batch *batch, struct err *err)
{
	const struct product_batch *body = task->body;

	*batch = (struct batch){.items = body->items,
				.count = body->items_count,
				.faults = arena_array(task->arena, body->items_count, sizeof *batch->faults),
				.products = arena_array(task->arena, body->items_count, sizeof *batch->products),
				.changes = arena_array(task->arena, body->items_count, sizeof *batch->changes),
				.places = arena_array(task->arena, body->items_count, sizeof *batch->places)};
	if (!batch->faults || !batch->products || !batch->changes || !batch->places)
		return err_memory(err, "reading the batch");
	for (size_t i = 0; i < batch->count; i++) {
		if (!check_item(task, &batch->items[i], i, &batch->faults[i]))
			continue;
		batch->places[batch->changes_count] = i;
		batch->changes[batch->changes_count++] = for_store(task, &product_batch_item_shape, &batch->items[i]);
	}
	return true;
}

/* Those that are wrong in themselves are not sent; if all are, the store isn't asked. */
static bool do_batch(struct task *task, struct batch *batch, struct err *err)
{
	struct store *store = task->platform->store;
	struct product *products = arena_array(task->arena, batch->count, sizeof *products);
	struct err *errs = arena_array(task->arena, batch->count, sizeof *errs);

	if (!products || !errs)
		return err_memory(err, "reading the batch");
	if (batch->changes_count && !store->product_batch(store, task->who.account_id, batch->changes,
							  batch->changes_count, task->arena, products, errs, err))
		return false;
	for (size_t i = 0; i < batch->changes_count; i++) {
		batch->faults[batch->places[i]].err = errs[i];
		batch->products[batch->places[i]] = &products[i];
	}
	return true;
}

bool handle_product_batch(struct task *task, struct err *err)
{
	struct product_batch_answer answer;
	struct batch batch;

	if (!read_batch(task, &batch, err) || !do_batch(task, &batch, err))
		return false;
	answer.outcomes_count = batch.count;
	answer.outcomes = arena_array(task->arena, batch.count, sizeof *answer.outcomes);
	if (!answer.outcomes)
		return err_memory(err, "answering a batch");
	for (size_t i = 0; i < batch.count; i++) {
		answer.outcomes[i].index = (int64_t)i;
		if (!set_outcome(task, &batch.items[i], batch.products[i], &batch.faults[i], &answer.outcomes[i], err))
			return false;
	}
	return task_answer(task, &answer, err);
}
