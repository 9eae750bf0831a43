/* The tags by which the search's indexes find a category and a seller. */
#include <inttypes.h>
#include <stdio.h>

#include "platform/store/sqlite/search.h"

/* FNV-1a, 64 bits. Two categories may share a hash: rows are compared again. */
void search_category_tag(const char *category, char ret_tag[SEARCH_TAG_SIZE])
{
	uint64_t hash = UINT64_C(0xCBF29CE484222325);

	for (; *category; category++)
		hash = (hash ^ (unsigned char)*category) * UINT64_C(0x100000001B3);
	snprintf(ret_tag, SEARCH_TAG_SIZE, "=c%016" PRIx64, hash);
}

void search_seller_tag(int64_t seller, char ret_tag[SEARCH_TAG_SIZE])
{
	snprintf(ret_tag, SEARCH_TAG_SIZE, "=s%" PRId64, seller);
}
