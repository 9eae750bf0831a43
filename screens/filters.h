/* filters.h: what the shop shows: the words looked for, and what narrows them down.
 */
#ifndef VITRINE_SCREENS_FILTERS_H
#define VITRINE_SCREENS_FILTERS_H

#include "models/limits.h"
#include "models/product.h"

struct filters {
	char category[LIMIT_CATEGORY * 4 + 1]; /* "": all */
	int64_t min_price, max_price;          /* minor units; 0: no limit */
	bool in_stock;
	int sort; /* enum product_sort */
	bool changed; /* since the shop looked last */
};

#endif
