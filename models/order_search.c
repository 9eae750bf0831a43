#include "models/order_search.h"

#include <string.h>
#include <strings.h>

enum { NUMBER_MIN = 4 };

/* "# 01JD 8ZQ4" is a number, too: what stands between its letters and digits doesn't count. */
static void read_number(const char *q, struct order_search *search)
{
	size_t length = 0;

	for (; *q; q++) {
		bool letter = (*q >= 'a' && *q <= 'z') || (*q >= 'A' && *q <= 'Z');

		if (strchr(" #-", *q))
			continue;
		if ((!letter && (*q < '0' || *q > '9')) || length == sizeof search->number - 1) {
			length = 0;
			break;
		}
		search->number[length++] = *q;
	}
	search->number[length < NUMBER_MIN ? 0 : length] = '\0';
}

bool order_search_read(const char *q, struct arena *arena, struct order_search *ret_search, struct err *err)
{
	if (!search_query_read(arena, q, &ret_search->words, err))
		return false;
	read_number(q, ret_search);
	return true;
}

bool order_search_is_number(const struct order_search *search, const char *id)
{
	size_t wanted = strlen(search->number), length = strlen(id);

	return wanted && wanted <= length && !strcasecmp(id + length - wanted, search->number);
}

bool order_search_in_name(const struct order_search *search, const char *name, struct arena *scratch, bool *ret_found,
			  struct err *err)
{
	const struct search_product product = {.name = name};
	enum search_place place;

	arena_reset(scratch);
	if (!search_find(&search->words, &product, scratch, &place))
		return err_memory(err, "searching");
	*ret_found = place < SEARCH_PLACES;
	return true;
}
