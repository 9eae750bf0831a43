/* list_rule.h: what every store takes for a page of a listing and for a place in one. In one place, so that all stores
 * refuse the same.
 */
#ifndef VITRINE_PLATFORM_STORE_LIST_RULE_H
#define VITRINE_PLATFORM_STORE_LIST_RULE_H

#include "platform/store/store.h"

/* Is the page's limit one? ERR_INVALID. */
bool list_rule_page(struct store_page page, struct err *err);

/* A place that no store made: ERR_INVALID, returns false. */
bool list_rule_no_place(struct err *err);

/* A place among categories is the name of one: may this be one? */
bool list_rule_category(const char *place, struct err *err);

/* A place among products in that order is "<id>", "<price>,<id>", "<place>,<id>", or "<place>," before all that is
 * found at that place (enum search_place). *ret_number: what stands before the comma, 0 if nothing does; *ret_id: what
 * stands behind it, which may be no id. */
bool list_rule_product(enum product_sort order, const char *place, int64_t *ret_number, const char **ret_id,
		       struct err *err);

#endif
