/* inventory_model.h: what a seller changed in the grid and has not sent yet; no screen and no network in it.
 *
 * An edit is a product that is tagged, changed here, or newer here than in the listing (just sent). It remembers what
 * the platform had when it was changed (`was`, `version`) and what it shall become (`now`). Whatever happens on the
 * way, a change stays until the platform has confirmed it or the seller drops it.
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
	EDIT_SENDING,  /* on its way; not to be changed meanwhile */
	EDIT_REFUSED,  /* the platform said no: `reason` */
	EDIT_UNKNOWN,  /* sent, but no answer came; sending it again does no harm */
	EDIT_CONFLICT, /* somebody changed the same meanwhile: `theirs` */
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
	char typed[EDIT_TYPED]; /* a price that is no amount, as it was typed (then was[CELL_PRICE] is -1) */
	int64_t version;
	int64_t was[CELLS], now[CELLS]; /* minor units, pieces */
	bool tagged;
	enum edit_state state;
	char reason[EDIT_REASON];
	int64_t theirs[CELLS], their_version;
	unsigned run; /* of sending, that this went out with last */
	unsigned rebased; /* how often, in that run */
	bool outdated; /* the listing that is being read is newer than this */
};

/* One cell before a change; those of one bulk change have the same group. */
struct edit_step {
	char id[EDIT_ID];
	enum edit_cell cell;
	int64_t before;
	unsigned group;
};

struct inventory_model {
	struct edit **edits; /* in the order they came */
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
/* NULL: behind the last */
const struct edit *inventory_model_tagged_at(const struct inventory_model *model, size_t index);
size_t inventory_model_changed(const struct inventory_model *model);

/* Tags or untags. ERR_TOO_LARGE, ERR_MEMORY. */
bool inventory_model_tag(struct inventory_model *model, const struct product *product, struct err *err);
void inventory_model_untag_all(struct inventory_model *model);

/* Sets a cell. Nothing happens when it is so already. ERR_CONFLICT while it is being sent; ERR_TOO_LARGE,
 * ERR_MEMORY. */
bool inventory_model_set(struct inventory_model *model, const struct product *product, enum edit_cell cell,
			 int64_t value, struct err *err);

/* Takes back the last change, a bulk change as a whole. False when there is none. */
bool inventory_model_undo(struct inventory_model *model);

/* ---- many at once ---- */

enum bulk_price { PRICE_KEEP, PRICE_SET, PRICE_AMOUNT, PRICE_PERCENT };
enum bulk_stock { STOCK_KEEP, STOCK_SET, STOCK_ADD };
struct bulk {
	enum bulk_price price;
	int64_t price_value; /* minor units; of a percentage, hundredths of a percent */
	enum bulk_stock stock;
	int64_t stock_value;
};

/* What becomes of a price, rounded half up to a cent; and of a stock. False when it leaves the limits. */
bool bulk_price(const struct bulk *bulk, int64_t price, int64_t *ret_price);
bool bulk_stock(const struct bulk *bulk, int64_t stock, int64_t *ret_stock);

/* May all that is tagged be changed so? ERR_INVALID names the product that doesn't allow it; ERR_CONFLICT one that is
 * being sent. */
bool inventory_model_allows(const struct inventory_model *model, const struct bulk *bulk, struct err *err);

/* Changes all that is tagged; all of it or nothing. As above, and ERR_MEMORY. */
bool inventory_model_bulk(struct inventory_model *model, const struct bulk *bulk, struct err *err);

/* ---- what the platform says ---- */

/* A row of the listing came into sight: what is unchanged here follows it, what is changed is compared with it. */
void inventory_model_see(struct inventory_model *model, const struct product *product);

/* Where there are no versions to tell: the listing is asked for again; and it has come. What was known before it was
 * asked for follows it then, what was confirmed since stands. */
void inventory_model_asked(struct inventory_model *model);
void inventory_model_listed(struct inventory_model *model);

/* A product as it is now, whatever was changed here; NULL for `product`: it is gone. */
void inventory_model_settle(struct inventory_model *model, const char *id, const struct product *product);

/* Begins to send: all that is changed may go once more. */
void inventory_model_begin(struct inventory_model *model);

/* The next edits that have not gone in this run, `max` at most, but for conflicts; marked EDIT_SENDING. */
size_t inventory_model_next(struct inventory_model *model, struct edit **ret_edits, size_t max);

/* The request for one. */
void edit_change(const struct edit *edit, bool with_version, const struct shape *shape,
		 struct product_change *ret_change);

/* What the platform answered to one that was sent: status 0: no answer. A conflict that does not touch what was changed
 * here is no conflict: the change is put on top of it and may go again. */
void inventory_model_outcome(struct inventory_model *model, const char *id, int64_t status, const char *code,
			     const char *message, const struct product *product);

/* Nothing came back for it: `sent`: it may have been done. */
void inventory_model_failed(struct inventory_model *model, const char *id, bool sent, const char *why);

/* The two ways out of a conflict. */
void inventory_model_take_theirs(struct inventory_model *model, const char *id);
void inventory_model_keep_mine(struct inventory_model *model, const char *id);

/* Forgets a change. */
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
