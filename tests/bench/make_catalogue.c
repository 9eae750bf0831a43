/* make_catalogue FILE COUNT SEED: a shop of COUNT products, written through the store's own code. `make_catalogue
 * words` prints the words that products are made of instead, one a line: the most frequent kinds first.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/id.h"
#include "platform/store/sqlite/sqlite.h"
#include "tests/bench/vocabulary.h"
#include "tests/chance.h"

enum { SELLERS = 200, BATCH = 2000, TEXT_MAX = 512, ARENA_MAX = 64 * 1024 * 1024, NOUNS_EACH = 10 };
#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- chance ---- */

static uint64_t chance;

static uint64_t draw(void)
{
	return chance_next(&chance);
}

/* Below `limit`; small numbers more often, as words are. */
static size_t pick(size_t limit)
{
	double share = (double)(draw() >> 11) / 9007199254740992.0;

	return (size_t)(share * share * (double)limit);
}

/* ---- products ---- */

static void write_maker(char *text, size_t size)
{
	snprintf(text, size, "%s%s%s", first_syllables[pick(COUNT(first_syllables))],
		 second_syllables[pick(COUNT(second_syllables))], last_syllables[pick(COUNT(last_syllables))]);
	text[0] = (char)(text[0] - 'a' + 'A');
}

static bool write_product(struct arena *arena, const char *seller_id, struct product_change *change)
{
	static const char *const given[] = {"seller_id", "name", "description", "price", "category", "stock"};
	size_t category = pick(COUNT(categories));
	const char *noun = nouns[category * NOUNS_EACH + pick(NOUNS_EACH)];
	char maker[64];

	write_maker(maker, sizeof maker);
	*change = (struct product_change){
	    .seller_id = seller_id,
	    .name = arena_printf(arena, "%s %s %s %s", maker, adjectives[pick(COUNT(adjectives))],
				 materials[pick(COUNT(materials))], noun),
	    .description = arena_printf(arena, "A %s %s in %s. %s. %s.", adjectives[pick(COUNT(adjectives))], noun,
					colours[pick(COUNT(colours))], phrases[pick(COUNT(phrases))],
					phrases[pick(COUNT(phrases))]),
	    .price = 100 + (int64_t)(draw() % 50000),
	    .category = categories[category],
	    .stock = 1000000,
	};
	for (size_t i = 0; i < COUNT(given); i++)
		shape_give(&product_batch_item_shape, change, given[i]);
	return change->name && change->description;
}

static bool add_batch(struct store *store, const char *seller_id, size_t count, struct arena *arena, struct err *err)
{
	struct product_change *changes = arena_array(arena, count, sizeof *changes);
	struct product *products = arena_array(arena, count, sizeof *products);
	struct err *errs = arena_array(arena, count, sizeof *errs);

	if (!changes || !products || !errs)
		return err_memory(err, "making a batch");
	for (size_t i = 0; i < count; i++)
		if (!write_product(arena, seller_id, &changes[i]))
			return err_memory(err, "making a product");
	if (!store->product_batch(store, seller_id, changes, count, arena, products, errs, err))
		return false;
	for (size_t i = 0; i < count; i++)
		if (errs[i].kind != ERR_NONE) {
			*err = errs[i];
			return false;
		}
	return true;
}

static bool add_sellers(struct store *store, struct id *ids, struct err *err)
{
	struct id_source source = {0};

	for (size_t i = 0; i < SELLERS; i++) {
		char name[64], email[64];

		ids[i] = id_next(&source);
		write_maker(name, sizeof name);
		snprintf(email, sizeof email, "shop%zu@example.com", i);
		const struct account account = {
		    .id = ids[i].text, .group = GROUP_SELLERS, .email = email, .full_name = name};
		if (!store->account_create(store, &account, err))
			return false;
	}
	return true;
}

/* What follows from products, as it would in a shop that is served: the lists of its search are merged. */
static bool tend(struct store *store, struct err *err)
{
	bool more = true;

	while (more)
		if (!store->tend(store, clock_now(), 1000, &more, err))
			return false;
	return true;
}

static bool fill(struct store *store, size_t count, struct err *err)
{
	struct id ids[SELLERS];
	struct arena arena;
	bool good = add_sellers(store, ids, err);

	arena_init(&arena, ARENA_MAX);
	for (size_t made = 0; good && made < count;) {
		size_t size = count - made < BATCH ? count - made : BATCH;

		/* A small catalogue is shared among some sellers, too. */
		size = size > 1 + count / SELLERS ? 1 + count / SELLERS : size;
		good = add_batch(store, ids[pick(SELLERS)].text, size, &arena, err) &&
		       tend(store, err);
		arena_reset(&arena);
		made += size;
		if (made % 100000 < size && made >= 100000)
			fprintf(stderr, "make_catalogue: %zu products\n", made);
	}
	arena_done(&arena);
	return good;
}

static bool make(const char *path, size_t count, struct err *err)
{
	const struct db_schema *const schemas[] = {&store_sqlite_schema, NULL};
	struct db *db;

	if (!db_open(path, schemas, &db, err))
		return false;
	struct store *store = store_sqlite_new(db, "EUR", err);
	bool good = store && fill(store, count, err);
	if (store)
		store->close(store);
	db_close(db);
	return good;
}

static int print_words(void)
{
	static const struct {
		const char *const *words;
		size_t count;
	} tables[] = {{adjectives, COUNT(adjectives)}, {materials, COUNT(materials)}, {colours, COUNT(colours)},
		      {nouns, COUNT(nouns)},	       {categories, COUNT(categories)}};

	for (size_t i = 0; i < COUNT(tables); i++)
		for (size_t word = 0; word < tables[i].count; word++)
			puts(tables[i].words[word]);
	for (size_t i = 0; i < 300; i++) {
		char maker[64];
		write_maker(maker, sizeof maker);
		puts(maker);
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct err err = {.kind = ERR_NONE};

	if (argc == 2 && !strcmp(argv[1], "words"))
		return print_words();
	if (argc != 4) {
		fputs("usage: make_catalogue FILE COUNT SEED\n       make_catalogue words\n", stderr);
		return 2;
	}
	chance = strtoull(argv[3], NULL, 10);
	if (make(argv[1], strtoul(argv[2], NULL, 10), &err))
		return 0;
	fprintf(stderr, "make_catalogue: %s\n", err.message);
	return 1;
}
