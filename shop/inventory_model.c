#include "shop/inventory_model.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "shop/number.h"

enum { REBASED_MAX = 3, VERSION_OLDER = -1 };

void inventory_model_done(struct inventory_model *model)
{
	for (size_t i = 0; i < model->count; i++)
		free(model->edits[i]);
	free(model->edits);
	free(model->steps);
	*model = (struct inventory_model){.run = model->run};
}

struct edit *inventory_model_find(const struct inventory_model *model, const char *id)
{
	for (size_t i = 0; i < model->count; i++)
		if (!strcmp(model->edits[i]->id, id))
			return model->edits[i];
	return NULL;
}

bool edit_cell_changed(const struct edit *edit, enum edit_cell cell)
{
	return edit->was[cell] != edit->now[cell];
}

bool edit_changed(const struct edit *edit)
{
	return edit_cell_changed(edit, CELL_PRICE) || edit_cell_changed(edit, CELL_STOCK);
}

size_t inventory_model_tagged(const struct inventory_model *model)
{
	size_t count = 0;

	for (size_t i = 0; i < model->count; i++)
		count += model->edits[i]->tagged;
	return count;
}

const struct edit *inventory_model_tagged_at(const struct inventory_model *model, size_t index)
{
	for (size_t i = 0; i < model->count; i++)
		if (model->edits[i]->tagged && !index--)
			return model->edits[i];
	return NULL;
}

size_t inventory_model_changed(const struct inventory_model *model)
{
	size_t count = 0;

	for (size_t i = 0; i < model->count; i++)
		count += edit_changed(model->edits[i]);
	return count;
}

/* ---- edits ---- */

static void remove_at(struct inventory_model *model, size_t index)
{
	free(model->edits[index]);
	model->count--;
	memmove(model->edits + index, model->edits + index + 1, (model->count - index) * sizeof *model->edits);
}

static bool is_needed(const struct edit *edit)
{
	return edit->tagged || edit_changed(edit) || edit->state == EDIT_SENDING;
}

static void remove_unneeded(struct inventory_model *model)
{
	for (size_t i = model->count; i-- > 0;)
		if (!is_needed(model->edits[i]))
			remove_at(model, i);
}

static void take_values(struct edit *edit, const struct product *product)
{
	edit->version = product->version;
	edit->was[CELL_PRICE] = edit->now[CELL_PRICE] = product->price;
	edit->was[CELL_STOCK] = edit->now[CELL_STOCK] = product->stock;
	text_copy(edit->name, sizeof edit->name, product->name);
	text_copy(edit->typed, sizeof edit->typed, product->price < 0 ? product->price_text : "");
	edit->state = EDIT_LOCAL;
	edit->reason[0] = '\0';
}

static bool make_room(struct inventory_model *model, struct err *err)
{
	if (model->count == EDITS_MAX)
		remove_unneeded(model);
	if (model->count == EDITS_MAX)
		return err_set(err, ERR_TOO_LARGE, "No more than %d products at once: send what is changed first",
			       EDITS_MAX);
	if (model->count < model->room)
		return true;

	size_t room = model->room ? model->room * 2 : 16;
	struct edit **edits = realloc(model->edits, room * sizeof *edits);
	if (!edits)
		return err_memory(err, "changing products");
	model->edits = edits;
	model->room = room;
	return true;
}

static struct edit *edit_of(struct inventory_model *model, const struct product *product, struct err *err)
{
	struct edit *edit = inventory_model_find(model, product->id);

	if (edit)
		return edit;
	if (!make_room(model, err))
		return NULL;
	edit = calloc(1, sizeof *edit);
	if (!edit) {
		err_memory(err, "changing products");
		return NULL;
	}
	text_copy(edit->id, sizeof edit->id, product->id);
	take_values(edit, product);
	model->edits[model->count++] = edit;
	return edit;
}

bool inventory_model_tag(struct inventory_model *model, const struct product *product, struct err *err)
{
	struct edit *edit = edit_of(model, product, err);

	if (edit)
		edit->tagged = !edit->tagged;
	return edit != NULL;
}

void inventory_model_untag_all(struct inventory_model *model)
{
	for (size_t i = 0; i < model->count; i++)
		model->edits[i]->tagged = false;
}

/* ---- one cell ---- */

/* Makes room for `count` more steps; when there are too many the oldest are dropped. */
static bool reserve_steps(struct inventory_model *model, size_t count, struct err *err)
{
	if (model->steps_count + count > UNDO_MAX) {
		size_t spare = model->steps_count + count - UNDO_MAX;
		/* A change is undone whole or not at all. */
		while (spare < model->steps_count && model->steps[spare].group == model->steps[spare - 1].group)
			spare++;
		model->steps_count -= spare;
		memmove(model->steps, model->steps + spare, model->steps_count * sizeof *model->steps);
	}
	if (model->steps_count + count <= model->steps_room)
		return true;

	size_t room = (model->steps_count + count) * 2;
	struct edit_step *steps = realloc(model->steps, room * sizeof *steps);
	if (!steps)
		return err_memory(err, "changing products");
	model->steps = steps;
	model->steps_room = room;
	return true;
}

/* An earlier message about the old value no longer matters. A conflict stays until the seller decides. */
static void write_cell(struct edit *edit, enum edit_cell cell, int64_t value)
{
	edit->now[cell] = value;
	if (!edit_changed(edit) || edit->state == EDIT_REFUSED || edit->state == EDIT_UNKNOWN) {
		edit->state = EDIT_LOCAL;
		edit->reason[0] = '\0';
	}
}

/* The room must be reserved. */
static void change_cell(struct inventory_model *model, struct edit *edit, enum edit_cell cell, int64_t value)
{
	struct edit_step *step = &model->steps[model->steps_count++];

	*step = (struct edit_step){.cell = cell, .before = edit->now[cell], .group = model->group};
	memcpy(step->id, edit->id, sizeof step->id);
	write_cell(edit, cell, value);
}

bool inventory_model_set(struct inventory_model *model, const struct product *product, enum edit_cell cell,
			 int64_t value, struct err *err)
{
	struct edit *edit = edit_of(model, product, err);

	if (!edit || !reserve_steps(model, 1, err))
		return false;
	if (edit->now[cell] == value)
		return true;
	if (edit->state == EDIT_SENDING)
		return err_set(err, ERR_CONFLICT, "This one is being sent: wait a moment");
	model->group++;
	change_cell(model, edit, cell, value);
	return true;
}

/* True when undoing the step changed something. */
static bool take_back(struct inventory_model *model, const struct edit_step *step)
{
	struct edit *edit = inventory_model_find(model, step->id);

	if (!edit || edit->state == EDIT_SENDING || edit->now[step->cell] == step->before)
		return false;
	write_cell(edit, step->cell, step->before);
	return true;
}

bool inventory_model_undo(struct inventory_model *model)
{
	while (model->steps_count) {
		unsigned group = model->steps[model->steps_count - 1].group;
		bool any = false;

		while (model->steps_count && model->steps[model->steps_count - 1].group == group)
			any |= take_back(model, &model->steps[--model->steps_count]);
		if (any)
			return true;
	}
	return false;
}

/* An edit that is settled can't be undone any more. */
static void forget_steps(struct inventory_model *model, const char *id)
{
	size_t kept = 0;

	for (size_t i = 0; i < model->steps_count; i++)
		if (strcmp(model->steps[i].id, id) != 0)
			model->steps[kept++] = model->steps[i];
	model->steps_count = kept;
}

/* ---- many at once ---- */

static bool bulk_one(const struct bulk *bulk, const struct edit *edit, int64_t ret_values[CELLS], struct err *err)
{
	char min[AMOUNT_SIZE], max[AMOUNT_SIZE];
	int length = (int)text_cut(edit->name, 60);

	if (edit->state == EDIT_SENDING)
		return err_set(err, ERR_CONFLICT, "%.*s is being sent: wait a moment", length, edit->name);
	if (!bulk_price(bulk, edit->now[CELL_PRICE], &ret_values[CELL_PRICE]))
		return err_code(err, ERR_INVALID, "price", "The price of %.*s would not be %s to %s", length,
				edit->name, number_write(NUMBER_PRICE, LIMIT_PRICE_MIN, min),
				number_write(NUMBER_PRICE, LIMIT_PRICE, max));
	if (!bulk_stock(bulk, edit->now[CELL_STOCK], &ret_values[CELL_STOCK]))
		return err_code(err, ERR_INVALID, "stock", "The stock of %.*s would not be 0 to %d", length, edit->name,
				LIMIT_STOCK);
	return true;
}

bool inventory_model_allows(const struct inventory_model *model, const struct bulk *bulk, struct err *err)
{
	int64_t values[CELLS] = {0};

	for (size_t i = 0; i < model->count; i++)
		if (model->edits[i]->tagged && !bulk_one(bulk, model->edits[i], values, err))
			return false;
	return true;
}

bool inventory_model_bulk(struct inventory_model *model, const struct bulk *bulk, struct err *err)
{
	int64_t values[CELLS] = {0};

	if (!inventory_model_allows(model, bulk, err) ||
	    !reserve_steps(model, inventory_model_tagged(model) * CELLS, err))
		return false;
	model->group++;
	for (size_t i = 0; i < model->count; i++) {
		struct edit *edit = model->edits[i];

		if (!edit->tagged || !bulk_one(bulk, edit, values, NULL))
			continue;
		for (enum edit_cell cell = 0; cell < CELLS; cell++)
			if (edit->now[cell] != values[cell])
				change_cell(model, edit, cell, values[cell]);
	}
	return true;
}

/* ---- what the platform says ---- */

/* Puts the change on top of the product as it is now. A cell that is then the same on both sides is no change any
 * more. */
static void rebase(struct edit *edit, const int64_t theirs[CELLS], int64_t version)
{
	for (enum edit_cell cell = 0; cell < CELLS; cell++) {
		if (!edit_cell_changed(edit, cell))
			edit->now[cell] = theirs[cell];
		edit->was[cell] = theirs[cell];
	}
	edit->version = version;
	edit->typed[0] = '\0';
	edit->state = EDIT_LOCAL;
	edit->reason[0] = '\0';
}

/* The product has changed since this edit began. True when the seller has to decide. */
static bool compare(struct edit *edit, const struct product *product)
{
	const int64_t theirs[CELLS] = {[CELL_PRICE] = product->price, [CELL_STOCK] = product->stock};
	bool clash = false;

	for (enum edit_cell cell = 0; cell < CELLS; cell++)
		clash |= edit_cell_changed(edit, cell) && theirs[cell] != edit->was[cell] &&
			 theirs[cell] != edit->now[cell];
	if (!clash) {
		rebase(edit, theirs, product->version);
		return false;
	}
	edit->state = EDIT_CONFLICT;
	edit->their_version = product->version;
	memcpy(edit->theirs, theirs, sizeof edit->theirs);
	text_copy(edit->reason, sizeof edit->reason, "Changed by somebody else meanwhile");
	return true;
}

void inventory_model_see(struct inventory_model *model, const struct product *product)
{
	struct edit *edit = inventory_model_find(model, product->id);

	if (!edit || edit->state == EDIT_SENDING || product->version <= edit->version)
		return;
	if (edit->state == EDIT_CONFLICT && product->version <= edit->their_version)
		return;
	if (edit_changed(edit))
		compare(edit, product);
	else
		take_values(edit, product);
}

void inventory_model_asked(struct inventory_model *model)
{
	for (size_t i = 0; i < model->count; i++)
		model->edits[i]->outdated = true;
}

void inventory_model_listed(struct inventory_model *model)
{
	for (size_t i = model->count; i-- > 0;) {
		struct edit *edit = model->edits[i];

		if (!edit->outdated)
			continue;
		edit->outdated = false;
		if (is_needed(edit))
			edit->version = VERSION_OLDER; /* so that inventory_model_see looks at the listing */
		else
			remove_at(model, i);
	}
}

static void remove_edit(struct inventory_model *model, const char *id)
{
	for (size_t i = 0; i < model->count; i++) {
		if (strcmp(model->edits[i]->id, id) != 0)
			continue;
		remove_at(model, i);
		return;
	}
}

void inventory_model_settle(struct inventory_model *model, const char *id, const struct product *product)
{
	struct edit *edit = product ? edit_of(model, product, NULL) : NULL;

	forget_steps(model, id);
	if (!product) {
		remove_edit(model, id);
	} else if (edit) {
		take_values(edit, product);
		edit->tagged = false;
	}
}

void inventory_model_begin(struct inventory_model *model)
{
	model->run++;
}

size_t inventory_model_next(struct inventory_model *model, struct edit **ret_edits, size_t max)
{
	size_t count = 0;

	for (size_t i = 0; i < model->count && count < max; i++) {
		struct edit *edit = model->edits[i];

		if (!edit_changed(edit) || edit->state == EDIT_CONFLICT || edit->state == EDIT_SENDING ||
		    edit->run == model->run)
			continue;
		edit->run = model->run;
		edit->state = EDIT_SENDING;
		edit->reason[0] = '\0';
		ret_edits[count++] = edit;
	}
	return count;
}

void edit_change(const struct edit *edit, bool with_version, const struct shape *shape,
		 struct product_change *ret_change)
{
	*ret_change = (struct product_change){
	    .id = edit->id,
	    .price = edit->now[CELL_PRICE],
	    .stock = edit->now[CELL_STOCK],
	    .version = edit->version,
	};
	shape_give(shape, ret_change, "id");
	if (edit_cell_changed(edit, CELL_PRICE))
		shape_give(shape, ret_change, "price");
	if (edit_cell_changed(edit, CELL_STOCK))
		shape_give(shape, ret_change, "stock");
	if (with_version && edit->version > 0)
		shape_give(shape, ret_change, "version");
}

static void settle_conflict(struct inventory_model *model, struct edit *edit, const struct product *product)
{
	if (compare(edit, product))
		return;
	/* It is sent again in this run, but only so often. */
	if (edit_changed(edit) && edit->rebased++ < REBASED_MAX)
		edit->run = model->run - 1;
	else
		edit->rebased = 0;
	if (!edit_changed(edit))
		edit->tagged = false;
}

void inventory_model_outcome(struct inventory_model *model, const char *id, int64_t status, const char *code,
			     const char *message, const struct product *product)
{
	struct edit *edit = inventory_model_find(model, id);

	if (!edit || edit->state != EDIT_SENDING)
		return;
	if (status >= 200 && status < 300) {
		const int64_t sent[CELLS] = {edit->now[CELL_PRICE], edit->now[CELL_STOCK]};

		forget_steps(model, id);
		memcpy(edit->was, sent, sizeof edit->was);
		edit->typed[0] = edit->reason[0] = '\0';
		edit->tagged = edit->outdated = false;
		edit->rebased = 0;
		edit->state = EDIT_LOCAL;
		if (product && product->version >= edit->version)
			take_values(edit, product);
	} else if (product && code && !strcmp(code, "version_conflict")) {
		settle_conflict(model, edit, product);
	} else if (code && !strcmp(code, "not_sent")) {
		inventory_model_failed(model, id, false, message);
	} else if (!status || status >= 500) {
		inventory_model_failed(model, id, true, message);
	} else {
		edit->state = EDIT_REFUSED;
		text_copy(edit->reason, sizeof edit->reason, message && *message ? message : "The shop refused this");
	}
}

void inventory_model_failed(struct inventory_model *model, const char *id, bool sent, const char *why)
{
	struct edit *edit = inventory_model_find(model, id);

	if (!edit || edit->state != EDIT_SENDING)
		return;
	edit->state = sent ? EDIT_UNKNOWN : EDIT_LOCAL;
	text_copy(edit->reason, sizeof edit->reason, why);
}

void inventory_model_take_theirs(struct inventory_model *model, const char *id)
{
	struct edit *edit = inventory_model_find(model, id);

	if (!edit || edit->state != EDIT_CONFLICT)
		return;
	forget_steps(model, id);
	memcpy(edit->now, edit->was, sizeof edit->now);
	rebase(edit, edit->theirs, edit->their_version);
	edit->tagged = false;
}

void inventory_model_keep_mine(struct inventory_model *model, const char *id)
{
	struct edit *edit = inventory_model_find(model, id);

	if (edit && edit->state == EDIT_CONFLICT)
		rebase(edit, edit->theirs, edit->their_version);
}

void inventory_model_drop(struct inventory_model *model, const char *id)
{
	struct edit *edit = inventory_model_find(model, id);

	if (!edit || edit->state == EDIT_SENDING)
		return;
	if (edit->state == EDIT_CONFLICT) {
		inventory_model_take_theirs(model, id);
		return;
	}
	memcpy(edit->now, edit->was, sizeof edit->now);
	edit->state = EDIT_LOCAL;
	edit->reason[0] = '\0';
}

/* ---- as a list ---- */

size_t inventory_model_lines(const struct inventory_model *model)
{
	size_t count = 0;

	for (size_t i = 0; i < model->count; i++)
		for (enum edit_cell cell = 0; cell < CELLS; cell++)
			count += edit_cell_changed(model->edits[i], cell);
	return count;
}

bool inventory_model_line(const struct inventory_model *model, size_t index, struct edit_line *ret_line)
{
	for (size_t i = 0; i < model->count; i++) {
		bool first = true;

		for (enum edit_cell cell = 0; cell < CELLS; cell++) {
			if (!edit_cell_changed(model->edits[i], cell))
				continue;
			if (!index--) {
				*ret_line = (struct edit_line){model->edits[i], cell, first};
				return true;
			}
			first = false;
		}
	}
	return false;
}
