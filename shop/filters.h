/* filters.h: which products the shop lists: the words to search for, and the filters.
 */
#ifndef VITRINE_SHOP_FILTERS_H
#define VITRINE_SHOP_FILTERS_H

#include <stdbool.h>
#include <stdint.h>

/* The first platform has no limit for a category; longer ones can't be chosen. */
enum { FILTERS_CATEGORY = 4096 };

struct filters {
	char category[FILTERS_CATEGORY];       /* "": all */
	int64_t min_price, max_price;          /* minor units; 0: no limit */
	bool in_stock;
	int sort; /* enum product_sort (models/product.h) */
};

#endif
