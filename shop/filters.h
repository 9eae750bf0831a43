/* filters.h: what the shop shows: the words looked for, and what narrows them down.
 */
#ifndef VITRINE_SHOP_FILTERS_H
#define VITRINE_SHOP_FILTERS_H

#include "models/limits.h"
#include "models/product.h"

/* The first platform has no limit for a category; longer ones can't be chosen. */
enum { FILTERS_CATEGORY = 4096 };

struct filters {
	char category[FILTERS_CATEGORY];       /* "": all */
	int64_t min_price, max_price;          /* minor units; 0: no limit */
	bool in_stock;
	int sort; /* enum product_sort */
};

#endif
