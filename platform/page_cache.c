#include "platform/page_cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct page {
	uint8_t key[CRYPT_HASH_SIZE];
	int64_t until;
	char *bytes; /* NULL: the slot is free */
	size_t length;
};

struct page_cache {
	pthread_mutex_t lock;
	uint64_t generation; /* of all pages */
	size_t bytes, bytes_max;
	struct page pages[PAGE_CACHE_SLOTS / PAGE_CACHE_WAYS][PAGE_CACHE_WAYS];
};

struct page_cache *page_cache_new(size_t bytes_max)
{
	struct page_cache *cache = calloc(1, sizeof *cache);

	if (!cache)
		return NULL;
	pthread_mutex_init(&cache->lock, NULL);
	cache->bytes_max = bytes_max;
	return cache;
}

static void drop(struct page_cache *cache, struct page *page)
{
	cache->bytes -= page->length;
	free(page->bytes);
	*page = (struct page){.bytes = NULL};
}

static void drop_all(struct page_cache *cache)
{
	for (size_t i = 0; i < PAGE_CACHE_SLOTS; i++)
		drop(cache, &cache->pages[i / PAGE_CACHE_WAYS][i % PAGE_CACHE_WAYS]);
}

struct page_cache *page_cache_free(struct page_cache *cache)
{
	if (!cache)
		return NULL;
	drop_all(cache);
	pthread_mutex_destroy(&cache->lock);
	free(cache);
	return NULL;
}

/* Where the page of that key is; if it is nowhere, where it would go: a free slot, or the one whose time ends first. */
static struct page *place(struct page_cache *cache, const uint8_t key[CRYPT_HASH_SIZE])
{
	uint32_t number;

	memcpy(&number, key, sizeof number);
	struct page *pages = cache->pages[number % (PAGE_CACHE_SLOTS / PAGE_CACHE_WAYS)];
	struct page *best = pages;
	for (size_t i = 0; i < PAGE_CACHE_WAYS; i++) {
		if (pages[i].bytes && !memcmp(pages[i].key, key, CRYPT_HASH_SIZE))
			return &pages[i];
		if (best->bytes && (!pages[i].bytes || pages[i].until < best->until))
			best = &pages[i];
	}
	return best;
}

bool page_cache_get(struct page_cache *cache, const uint8_t key[CRYPT_HASH_SIZE], uint64_t generation, int64_t now,
		    struct buf *out)
{
	pthread_mutex_lock(&cache->lock);
	const struct page *page = place(cache, key);
	bool found = page->bytes && cache->generation == generation && now < page->until &&
		     !memcmp(page->key, key, CRYPT_HASH_SIZE);
	if (found)
		buf_add(out, page->bytes, page->length);
	pthread_mutex_unlock(&cache->lock);
	return found && !out->failed;
}

void page_cache_put(struct page_cache *cache, const uint8_t key[CRYPT_HASH_SIZE], uint64_t generation, int64_t now,
		    const void *bytes, size_t length)
{
	char *copy = length && length <= cache->bytes_max ? malloc(length) : NULL;

	if (!copy)
		return;
	memcpy(copy, bytes, length);
	pthread_mutex_lock(&cache->lock);
	/* A page that was slow to make may be of a generation that is gone by now. */
	if (generation > cache->generation) {
		drop_all(cache);
		cache->generation = generation;
	}
	struct page *page = place(cache, key);
	bool room = generation == cache->generation && cache->bytes - page->length + length <= cache->bytes_max;
	if (room) {
		drop(cache, page);
		memcpy(page->key, key, CRYPT_HASH_SIZE);
		page->until = now + PAGE_CACHE_MS;
		page->bytes = copy;
		page->length = length;
		cache->bytes += length;
	}
	pthread_mutex_unlock(&cache->lock);
	if (!room)
		free(copy);
}
