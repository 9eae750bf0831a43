#include "platform/store/list_rule.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "models/limits.h"
#include "models/search.h"

bool list_rule_page(struct store_page page, struct err *err)
{
	return (page.limit >= 1 && page.limit <= LIMIT_PAGE) ||
	       err_set(err, ERR_INVALID, "A page has 1 to %d rows", LIMIT_PAGE);
}

bool list_rule_no_place(struct err *err)
{
	return err_set(err, ERR_INVALID, "This is not a place of this listing");
}

bool list_rule_category(const char *place, struct err *err)
{
	const size_t length = strlen(place);
	const size_t count =
	    text_valid(place, length) && !text_has_control(place, length) ? text_count(place, length) : 0;

	return (count >= 1 && count <= LIMIT_CATEGORY) || list_rule_no_place(err);
}

/* A number without leading zeros, and a comma; what follows, or NULL. */
static const char *read_number(const char *text, int64_t greatest, int64_t *ret_number)
{
	const size_t digits = strspn(text, "0123456789");

	if (digits < 1 || digits > 15 || text[digits] != ',' || (text[0] == '0' && digits > 1))
		return NULL;
	*ret_number = strtoll(text, NULL, 10);
	return *ret_number <= greatest ? text + digits + 1 : NULL;
}

bool list_rule_product(enum product_sort order, const char *place, int64_t *ret_number, const char **ret_id,
		       struct err *err)
{
	static const int64_t greatest[] = {
	    [SORT_BEST] = SEARCH_PLACES, [SORT_PRICE] = LIMIT_PRICE, [SORT_PRICE_DOWN] = LIMIT_PRICE};
	int64_t number = 0;

	if (order != SORT_NEWEST && !(place = read_number(place, greatest[order], &number)))
		return list_rule_no_place(err);
	*ret_number = number;
	*ret_id = place;
	return true;
}
