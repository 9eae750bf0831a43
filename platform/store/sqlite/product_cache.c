#include "platform/store/sqlite/product_cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { PLACES = 4096 };

struct entry {
	struct entry *next; /* in its place */
	struct product_key key;
	unsigned seen[DB_READERS_MAX]; /* the version of each reader's view that it was found in last */
	bool used;
	struct product product; /* its texts stand in `bytes` */
	size_t length;
	char bytes[];
};

struct product_cache {
	pthread_mutex_t lock;
	size_t bytes, bytes_max;
	size_t hand; /* the place that is looked at next when there is no room */
	struct entry *places[PLACES];
};

/* The texts that a product owns. */
static const size_t texts[] = {
    offsetof(struct product, id),       offsetof(struct product, name),        offsetof(struct product, description),
    offsetof(struct product, category), offsetof(struct product, seller_id),   offsetof(struct product, seller_name),
    offsetof(struct product, json),
};
enum { TEXTS = sizeof texts / sizeof *texts };

static const char **text_of(struct product *product, size_t text)
{
	return (const char **)(void *)((char *)product + texts[text]);
}

struct product_cache *product_cache_new(size_t bytes_max)
{
	struct product_cache *cache = calloc(1, sizeof *cache);

	if (!cache)
		return NULL;
	pthread_mutex_init(&cache->lock, NULL);
	cache->bytes_max = bytes_max;
	return cache;
}

static struct entry **find(struct product_cache *cache, int64_t n)
{
	struct entry **place = &cache->places[(uint64_t)n % PLACES];

	while (*place && (*place)->key.n != n)
		place = &(*place)->next;
	return place;
}

static size_t size_of(const struct entry *entry)
{
	return sizeof *entry + entry->length;
}

static void drop(struct product_cache *cache, struct entry **place)
{
	struct entry *entry = *place;

	if (!entry)
		return;
	*place = entry->next;
	cache->bytes -= size_of(entry);
	free(entry);
}

/* Goes round: what was not used since it came by here last goes. So a use costs a mark, and no moving. */
static void sweep(struct product_cache *cache)
{
	struct entry **place = &cache->places[cache->hand++ % PLACES];

	while (*place) {
		if (!(*place)->used) {
			drop(cache, place);
			continue;
		}
		(*place)->used = false;
		place = &(*place)->next;
	}
}

struct product_cache *product_cache_free(struct product_cache *cache)
{
	if (!cache)
		return NULL;
	for (size_t i = 0; i < PLACES; i++)
		while (cache->places[i])
			drop(cache, &cache->places[i]);
	pthread_mutex_destroy(&cache->lock);
	free(cache);
	return NULL;
}

/* Points the product's texts, copied from `from` to `to`, at the copies. */
static void move_texts(struct product *product, const char *from, const char *to)
{
	for (size_t i = 0; i < TEXTS; i++) {
		const char **text = text_of(product, i);

		*text = to + (*text - from);
	}
}

static bool is_it(const struct entry *entry, struct product_key key, struct db_view view)
{
	if (entry->key.names != key.names)
		return false;
	return key.version ? entry->key.version == key.version
			   : view.version && entry->seen[view.reader] == view.version;
}

enum product_known product_cache_get(struct product_cache *cache, struct product_key key, struct db_view view,
				     struct arena *arena, struct product *ret_product)
{
	enum product_known known = PRODUCT_ABSENT;
	char *bytes = NULL;

	pthread_mutex_lock(&cache->lock);
	struct entry *entry = *find(cache, key.n);
	if (entry && !is_it(entry, key, view)) {
		known = PRODUCT_OLD;
	} else if (entry && (bytes = arena_memdup(arena, entry->bytes, entry->length))) {
		known = PRODUCT_KNOWN;
		*ret_product = entry->product;
		move_texts(ret_product, entry->bytes, bytes);
		entry->used = true;
		entry->seen[view.reader] = view.version;
	}
	pthread_mutex_unlock(&cache->lock);
	return known;
}

static struct entry *new_entry(struct product_key key, struct product product)
{
	size_t length = 0;

	for (size_t i = 0; i < TEXTS; i++)
		length += strlen(*text_of(&product, i)) + 1;

	struct entry *entry = malloc(sizeof *entry + length);
	if (!entry)
		return NULL;
	*entry = (struct entry){.key = key, .product = product, .length = length};
	char *place = entry->bytes;
	for (size_t i = 0; i < TEXTS; i++) {
		const char **text = text_of(&entry->product, i);
		size_t size = strlen(*text) + 1;

		*text = memcpy(place, *text, size);
		place += size;
	}
	return entry;
}

void product_cache_put(struct product_cache *cache, struct product_key key, struct db_view view,
		       const struct product *product)
{
	struct entry *entry = new_entry(key, *product);

	if (!entry)
		return;
	entry->seen[view.reader] = view.version;
	pthread_mutex_lock(&cache->lock);
	drop(cache, find(cache, key.n));
	while (cache->bytes + size_of(entry) > cache->bytes_max && cache->bytes)
		sweep(cache);
	if (cache->bytes + size_of(entry) <= cache->bytes_max) {
		*find(cache, key.n) = entry;
		cache->bytes += size_of(entry);
		entry = NULL;
	}
	pthread_mutex_unlock(&cache->lock);
	free(entry);
}
