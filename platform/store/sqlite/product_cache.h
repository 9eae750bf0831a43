/* product_cache.h: products that were on a page lately, each with the JSON it is written as.
 *
 * An entry belongs to a row number, the row's version and the stamp of the sellers' names (sqlite_internal.h): whatever
 * else a product shows follows from these. A reader that gets both from its transaction, and finds them here, has the
 * product as it is in that transaction, so nobody has to say when something changes. A reader that knows that the
 * database is as it was when it last found the product (db_view) needn't read the version again. Products that nobody
 * asks for go. Thread-safe.
 */
#ifndef VITRINE_PLATFORM_STORE_SQLITE_PRODUCT_CACHE_H
#define VITRINE_PLATFORM_STORE_SQLITE_PRODUCT_CACHE_H

#include "base/arena.h"
#include "models/product.h"
#include "platform/db/db.h"

enum { PRODUCT_CACHE_BYTES = 4 * 1024 * 1024 };

struct product_cache;

struct product_key {
	int64_t n, version, names;
};

/* Holds at most `bytes_max`. NULL when memory ends. */
struct product_cache *product_cache_new(size_t bytes_max);
struct product_cache *product_cache_free(struct product_cache *cache);

/* The product of that key, its texts copied into the arena. Version 0: whatever was found in the same view. OLD: there
 * is one of that row, though not by this key. ABSENT also when memory ended. */
enum product_known { PRODUCT_ABSENT, PRODUCT_OLD, PRODUCT_KNOWN };
enum product_known product_cache_get(struct product_cache *cache, struct product_key key, struct db_view view,
				     struct arena *arena, struct product *ret_product);

/* Keeps a copy, in place of what is there of that row; without memory nothing happens. `currency` is not copied. */
void product_cache_put(struct product_cache *cache, struct product_key key, struct db_view view,
		       const struct product *product);

#endif
