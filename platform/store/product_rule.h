/* product_rule.h: what every store asks of a change of a product, and what the product becomes by it. In one place, so
 * that all stores do the same. Not here: its category, which depends on what the store has.
 */
#ifndef VITRINE_PLATFORM_STORE_PRODUCT_RULE_H
#define VITRINE_PLATFORM_STORE_PRODUCT_RULE_H

#include "platform/store/store.h"

/* ERR_NOT_FOUND, returns false. */
bool product_rule_missing(struct err *err);

/* Is it this seller's? ERR_FORBIDDEN. */
bool product_rule_own(const struct product *product, const char *seller_id, struct err *err);

/* Has the change all that a new product needs? ERR_INVALID. */
bool product_rule_new(const struct product_change *change, struct err *err);

/* The new product, its texts in the arena; currency, category and seller's name are the store's to add. */
bool product_rule_make(const struct product_change *change, const char *id, const char *seller_id, struct arena *arena,
		       struct product *ret_product, struct err *err);

/* Is the product still of the version that the change is for, if it names one? ERR_CONFLICT "version_conflict", which
 * product_rule_is_stale knows. */
bool product_rule_version(const struct product_change *change, const struct product *product, struct err *err);
bool product_rule_is_stale(const struct err *err);

/* What the product becomes, all but its category: a version more, changed now. New texts are in the arena. */
bool product_rule_apply(const struct product_change *change, struct arena *arena, struct product *product,
			struct err *err);

/* In a batch: is something wrong with the change itself, and not with what the store stands on or with memory? Such a
 * change has written nothing; anything else ends the batch. */
bool product_rule_own_fault(const struct err *err);

#endif
