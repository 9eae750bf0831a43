/* inventory_model.h: what a seller has changed in the grid and has not sent yet; no screen and no network in it.
 *
 * An edit is a product that is tagged, changed here, or newer here than in the listing (just sent). It keeps what the
 * platform had when the edit began (`was`, `version`) and what the seller wants (`now`). A change is never lost: it
 * stays until the platform has confirmed it or the seller drops it.
 */
#ifndef VITRINE_SHOP_INVENTORY_MODEL_H
#define VITRINE_SHOP_INVENTORY_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "models/limits.h"
#include "models/product.h"

enum edit_cell { CELL_PRICE, CELL_STOCK, CELLS };

enum edit_state {
	EDIT_LOCAL,    /* only here */
	EDIT_SENDING,  /* being sent; it can't be changed meanwhile */
	EDIT_REFUSED,  /* the platform refused it: `reason` */
	EDIT_UNKNOWN,  /* sent without an answer; sending it again does no harm */
	EDIT_CONFLICT, /* somebody else has changed the same: `theirs` */
};

enum {
	EDIT_ID = 65,
	EDIT_NAME = LIMIT_NAME * 4 + 1,
	EDIT_TYPED = 40,
	EDIT_REASON = 160,
	EDITS_MAX = 2000,
	UNDO_MAX = 10000
};

struct edit {
	char id[EDIT_ID];
	char name[EDIT_NAME];
	char typed[EDIT_TYPED]; /* the price as it was typed, if it is no amount (then was[CELL_PRICE] is -1) */
	int64_t version;
	int64_t was[CELLS], now[CELLS]; /* minor units; pieces */
	bool tagged;
	enum edit_state state;
	char reason[EDIT_REASON];
	int64_t theirs[CELLS], their_version;
	unsigned run; /* the sending run in which it was last sent */
	unsigned rebased; /* how often in that run */
	bool outdated; /* the listing that is being read is newer than this edit */
};

/* A cell before a change; the cells of one bulk change have the same group. */
struct edit_step {
	char id[EDIT_ID];
	enum edit_cell cell;
	int64_t before;
	unsigned group;
};

struct inventory_model {
	struct edit **edits; /* in the order in which they were made */
	size_t count, room;
	struct edit_step *steps;
	size_t steps_count, steps_room;
	unsigned group, run;
};

/* A zeroed model is an empty one. */
void inventory_model_done(struct inventory_model *model);

/* The edit of a product, or NULL. */
struct edit *inventory_model_find(const struct inventory_model *model, const char *id);

bool edit_cell_changed(const struct edit *edit, enum edit_cell cell);
bool edit_changed(const struct edit *edit);

size_t inventory_model_tagged(const struct inventory_model *model);
/* NULL: after the last */
const struct edit *inventory_model_tagged_at(const struct inventory_model *model, size_t index);
size_t inventory_model_changed(const struct inventory_model *model);

/* Tags or untags. ERR_TOO_LARGE, ERR_MEMORY. */
bool inventory_model_tag(struct inventory_model *model, const struct product *product, struct err *err);
void inventory_model_untag_all(struct inventory_model *model);

/* Sets a cell; does nothing when it has that value already. ERR_CONFLICT while it is being sent; ERR_TOO_LARGE,
 * ERR_MEMORY. */
bool inventory_model_set(struct inventory_model *model, const struct product *product, enum edit_cell cell,
			 int64_t value, struct err *err);

/* Undoes the last change; a bulk change as a whole. False when there is none. */
bool inventory_model_undo(struct inventory_model *model);

/* ---- many at once ---- */

enum bulk_price { PRICE_KEEP, PRICE_SET, PRICE_AMOUNT, PRICE_PERCENT };
enum bulk_stock { STOCK_KEEP, STOCK_SET, STOCK_ADD };
struct bulk {
	enum bulk_price price;
	int64_t price_value; /* minor units; or a percentage in hundredths of a percent */
	enum bulk_stock stock;
	int64_t stock_value;
};

/* The price by this rule, rounded half up to a cent; and the stock. False when it is out of range. */
bool bulk_price(const struct bulk *bulk, int64_t price, int64_t *ret_price);
bool bulk_stock(const struct bulk *bulk, int64_t stock, int64_t *ret_stock);

/* Can the rule be applied to all tagged products? ERR_INVALID names a product for which it can't; ERR_CONFLICT one that
 * is being sent. */
bool inventory_model_allows(const struct inventory_model *model, const struct bulk *bulk, struct err *err);

/* Applies the rule to all tagged products, or to none. Errors as above, and ERR_MEMORY. */
bool inventory_model_bulk(struct inventory_model *model, const struct bulk *bulk, struct err *err);

/* ---- what the platform says ---- */

/* A row of the listing came into sight: an unchanged cell takes its value, a changed one is compared with it. */
void inventory_model_see(struct inventory_model *model, const struct product *product);

/* For a platform without versions: the listing is asked for again; and it has come. It is newer than all that was known
 * before it was asked for. What was confirmed since then stays. */
void inventory_model_asked(struct inventory_model *model);
void inventory_model_listed(struct inventory_model *model);

/* The product as it is now, even if it was changed here; `product` NULL: it is gone. */
void inventory_model_settle(struct inventory_model *model, const char *id, const struct product *product);

/* Starts a run: every change may be sent once more. */
void inventory_model_begin(struct inventory_model *model);

/* The next edits that were not sent in this run, at most `max`, without conflicts. They are marked EDIT_SENDING. */
size_t inventory_model_next(struct inventory_model *model, struct edit **ret_edits, size_t max);

/* The request for one edit. */
void edit_change(const struct edit *edit, bool with_version, const struct shape *shape,
		 struct product_change *ret_change);

/* The platform's answer to one edit; status 0: no answer. If the platform's change doesn't touch the cells that were
 * changed here, it is no conflict: our change is put on top of it and may be sent again. */
void inventory_model_outcome(struct inventory_model *model, const char *id, int64_t status, const char *code,
			     const char *message, const struct product *product);

/* No answer came for it. `sent`: perhaps it was done. */
void inventory_model_failed(struct inventory_model *model, const char *id, bool sent, const char *why);

/* The two ways to end a conflict. */
void inventory_model_take_theirs(struct inventory_model *model, const char *id);
void inventory_model_keep_mine(struct inventory_model *model, const char *id);

/* Drops a change. */
void inventory_model_drop(struct inventory_model *model, const char *id);

/* ---- as a list: a line for each changed cell ---- */

struct edit_line {
	struct edit *edit;
	enum edit_cell cell;
	bool first; /* of its product */
};
size_t inventory_model_lines(const struct inventory_model *model);
bool inventory_model_line(const struct inventory_model *model, size_t index, struct edit_line *ret_line);

#endif
