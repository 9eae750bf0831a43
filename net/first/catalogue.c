#include "net/first/catalogue.h"

#include <stdlib.h>
#include <string.h>

#include "net/first/reading.h"

enum { WORDS_PER_ITEM = 256 };

struct catalogue *catalogue_new(void)
{
	struct catalogue *catalogue = calloc(1, sizeof *catalogue);

	if (catalogue)
		arena_init(&catalogue->arena, CATALOGUE_ARENA);
	return catalogue;
}

struct catalogue *catalogue_free(struct catalogue *catalogue)
{
	if (catalogue)
		arena_done(&catalogue->arena);
	free(catalogue);
	return NULL;
}

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

static bool read_product(const cJSON *json, struct arena *arena, struct product *ret_product)
{
	struct product product = {
	    .id = reading_text(json, "id", arena),
	    .name = reading_text(json, "name", arena),
	    .description = "",
	    .currency = "",
	    .category = or_empty(reading_text(json, "category", arena)),
	    .seller_id = or_empty(reading_text(json, "seller_id", arena)),
	    .seller_name = "",
	    .stock = -1,
	    .version = 1,
	    .price_text = or_empty(reading_text(json, "price", arena)),
	};

	if (!product.id || !*product.id || !product.name)
		return false;
	product.price = reading_price(product.price_text);
	*ret_product = product;
	return true;
}

bool catalogue_read_products(struct catalogue *catalogue, const struct transfer_answer *answer, struct err *err)
{
	cJSON *json;
	const cJSON *list = reading_list(answer, "products", &json, err);

	if (!list)
		return false;
	size_t count = (size_t)cJSON_GetArraySize(list);
	catalogue->items_count = 0;
	catalogue->items = arena_array(&catalogue->arena, count + 1, sizeof *catalogue->items);
	for (const cJSON *row = catalogue->items ? list->child : NULL; row; row = row->next) {
		struct item *item = &catalogue->items[catalogue->items_count];

		if (read_product(row, &catalogue->arena, &item->product))
			item->place = catalogue->items_count++;
	}
	cJSON_Delete(json);
	return catalogue->items ? true : err_memory(err, "reading the products");
}

bool catalogue_read_sellers(struct catalogue *catalogue, const struct transfer_answer *answer, struct err *err)
{
	cJSON *json;
	const cJSON *list = reading_list(answer, "sellers", &json, err);

	if (!list)
		return false;
	size_t count = (size_t)cJSON_GetArraySize(list);
	catalogue->sellers_count = 0;
	catalogue->sellers = arena_array(&catalogue->arena, count + 1, sizeof *catalogue->sellers);
	for (const cJSON *row = catalogue->sellers ? list->child : NULL; row; row = row->next) {
		struct account seller = {.group = GROUP_SELLERS,
					 .id = reading_text(row, "id", &catalogue->arena),
					 .full_name = reading_text(row, "full_name", &catalogue->arena)};

		if (seller.id && *seller.id && seller.full_name)
			catalogue->sellers[catalogue->sellers_count++] = seller;
	}
	cJSON_Delete(json);
	return catalogue->sellers ? true : err_memory(err, "reading the sellers");
}

static int by_id(const void *a, const void *b)
{
	return strcmp(((const struct account *)a)->id, ((const struct account *)b)->id);
}

const struct account *catalogue_seller(const struct catalogue *catalogue, const char *id)
{
	struct account wanted = {.id = id};

	return catalogue->sellers_count
		   ? bsearch(&wanted, catalogue->sellers, catalogue->sellers_count, sizeof *catalogue->sellers, by_id)
		   : NULL;
}

const struct item *catalogue_find(const struct catalogue *catalogue, const char *id)
{
	for (size_t i = 0; i < catalogue->items_count; i++)
		if (!strcmp(catalogue->items[i].product.id, id))
			return &catalogue->items[i];
	return NULL;
}

/* Products get their sellers' names. */
bool catalogue_join(struct catalogue *catalogue, struct err *err)
{
	if (!catalogue->items)
		catalogue->items = arena_array(&catalogue->arena, 1, sizeof *catalogue->items);
	if (!catalogue->items)
		return err_memory(err, "reading the products");
	if (catalogue->sellers_count)
		qsort(catalogue->sellers, catalogue->sellers_count, sizeof *catalogue->sellers, by_id);
	for (size_t i = 0; i < catalogue->items_count; i++) {
		struct product *product = &catalogue->items[i].product;
		const struct account *seller = catalogue_seller(catalogue, product->seller_id);

		product->seller_name = seller ? seller->full_name : "";
	}
	return true;
}

/* ---- words ---- */

struct words {
	struct arena *arena;
	struct item_word list[WORDS_PER_ITEM];
	size_t count;
	enum search_place kind;
	bool failed;
};

static bool add_word(struct words *words, struct search_word word)
{
	if (words->count == WORDS_PER_ITEM)
		return false;
	word.text = arena_strndup(words->arena, word.text, word.length);
	words->failed = words->failed || !word.text;
	words->list[words->count++] = (struct item_word){.word = word, .kind = words->kind};
	return !words->failed;
}

static bool add_chunk(void *context, const struct search_chunk *chunk)
{
	struct words *words = context;

	for (size_t i = 0; i < chunk->count; i++)
		if (!add_word(words, chunk->words[i]))
			return false;
	return chunk->count == 1 || add_word(words, chunk->joined);
}

/* A text in which search_chunks finds no chunk is never found. */
static bool make_words(struct item *item, struct arena *arena, struct arena *folded)
{
	const struct product *product = &item->product;
	struct words words = {.arena = arena, .kind = SEARCH_NAME_WORD};

	search_chunks(folded, product->name, add_chunk, &words);
	words.kind = SEARCH_BELONGS;
	search_chunks(folded, product->category, add_chunk, &words);
	search_chunks(folded, product->seller_name, add_chunk, &words);
	const char *whole = search_whole(folded, product->name);
	item->whole = arena_strdup(arena, whole ? whole : "");
	arena_reset(folded);
	item->words = arena_memdup(arena, words.list, words.count * sizeof *words.list);
	item->words_count = item->words ? words.count : 0;
	return item->words && item->whole && !words.failed;
}

bool catalogue_make_words(struct catalogue *catalogue, struct err *err)
{
	struct arena folded;
	bool good = true;

	if (catalogue->words_made)
		return true;
	arena_init(&folded, CATALOGUE_ARENA);
	for (size_t i = 0; good && i < catalogue->items_count; i++)
		good = make_words(&catalogue->items[i], &catalogue->arena, &folded);
	arena_done(&folded);
	catalogue->words_made = good;
	return good || err_memory(err, "preparing the search");
}
