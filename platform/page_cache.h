/* page_cache.h: pages of the catalogue that were answered lately, as bytes: between two changes of the shop everybody
 * who asks for the same page gets the same.
 *
 * A page belongs to a generation of the store (store.h) and is never given out in another; besides, it is forgotten
 * after PAGE_CACHE_MS, so that what another process changes in the same database shows soon, too. Thread-safe.
 */
#ifndef VITRINE_PLATFORM_PAGE_CACHE_H
#define VITRINE_PLATFORM_PAGE_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/crypt.h"

/* A page may stand in one of so many slots, so that two that are asked for in turn don't drive each other out. */
enum { PAGE_CACHE_WAYS = 4 };
enum { PAGE_CACHE_SLOTS = 512, PAGE_CACHE_MS = 1000, PAGE_CACHE_BYTES = 8 * 1024 * 1024 };

struct page_cache;

/* Holds at most `bytes_max`. NULL when memory ends. */
struct page_cache *page_cache_new(size_t bytes_max);
struct page_cache *page_cache_free(struct page_cache *cache);

/* Appends the page of that key to `out`, if it is there; `now` is clock_monotonic(). */
bool page_cache_get(struct page_cache *cache, const uint8_t key[CRYPT_HASH_SIZE], uint64_t generation, int64_t now,
		    struct buf *out);

/* Keeps a page; another one may have to go for it, and without memory nothing happens. */
void page_cache_put(struct page_cache *cache, const uint8_t key[CRYPT_HASH_SIZE], uint64_t generation, int64_t now,
		    const void *bytes, size_t length);

#endif
