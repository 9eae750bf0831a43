/* change.h: what GET /Changes tells an account: that something has happened which it may want to look at.
 *
 * A change says that there is news, and of what; how the thing is now is read from the thing itself. It holds no names,
 * so nothing in it has to be forgotten.
 */
#ifndef VITRINE_MODELS_CHANGE_H
#define VITRINE_MODELS_CHANGE_H

#include "models/shape.h"

/* Files hold these numbers: others come at the end. */
enum change_kind {
	CHANGE_SALE_PLACED,    /* for a seller; the subject is the sale */
	CHANGE_SALE_CANCELLED, /* by its client; the same */
	CHANGE_LOW_STOCK,      /* for a seller; the subject is the product, of which little is left, or now nothing */
	CHANGE_PART_SHIPPED,   /* for a client; the subject is the purchase, and so it is below */
	CHANGE_PART_DELIVERED,
	CHANGE_PART_CANCELLED, /* by its seller */
	CHANGE_KINDS
};
extern const char *const change_kind_names[];

struct change {
	const char *id; /* the same whenever the same change is told */
	int kind;       /* enum change_kind */
	const char *subject_id;
	int64_t at; /* ms */
};

/* The oldest first. */
struct change_list {
	struct change *changes;
	size_t changes_count;
	const char *since; /* for the next question */
	bool reset;        /* what has happened since can't be told any more: all has to be read anew */
};
extern const struct shape change_list_shape;

/* GET /Changes' parameters. */
struct change_query {
	const char *since; /* of the answer before; NULL: from now on */
};
extern const struct shape change_query_shape;

#endif
