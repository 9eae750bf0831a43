/* catalogue.h: assets/catalogue.json, read.
 */
#ifndef VITRINE_PLATFORM_DEMO_CATALOGUE_H
#define VITRINE_PLATFORM_DEMO_CATALOGUE_H

#include "models/shape.h"

struct catalogue_seller {
	const char *email, *full_name;
};
struct catalogue_product {
	int64_t seller; /* index into sellers */
	const char *name, *category, *description;
	int64_t price, stock;
	const char *picture; /* an asset's name, or NULL */
};
struct catalogue {
	struct catalogue_seller *sellers;
	size_t sellers_count;
	struct catalogue_product *products; /* oldest first */
	size_t products_count;
};

bool catalogue_read(struct arena *arena, struct catalogue *ret_catalogue, struct err *err);

#endif
