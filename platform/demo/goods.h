/* goods.h: assets/catalogue.json, read.
 */
#ifndef VITRINE_PLATFORM_DEMO_GOODS_H
#define VITRINE_PLATFORM_DEMO_GOODS_H

#include "models/shape.h"

struct goods_seller {
	const char *email, *full_name;
};
struct goods_product {
	int64_t seller; /* index into sellers */
	const char *name, *category, *description;
	int64_t price, stock;
	const char *picture; /* an asset's name, or NULL */
};
struct goods {
	struct goods_seller *sellers;
	size_t sellers_count;
	struct goods_product *products; /* oldest first */
	size_t products_count;
};

bool goods_read(struct arena *arena, struct goods *ret_goods, struct err *err);

#endif
