/* Products in DynamoDB, as items: what the store suite can't see from outside. Many change the same products at
 * once; what listings walk along, the categories' counts and both halves of each product must agree after that, and
 * each reading meanwhile must be of one moment.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypt.h"
#include "models/normal.h"
#include "tests/contract/dynamodb_world.h"

/* ---- many at once ---- */

enum { CHANGERS = 6, CHANGES = 30, PRODUCTS_MAX = CHANGERS * CHANGES, CATEGORIES = 3 };

static const char *const spellings[CATEGORIES][2] = {{"Tea", "TEA"}, {"Caf\xC3\xA9", "cafe"}, {"Tools", "tools"}};

struct market {
	struct store *store;
	const char *sellers[2];
	pthread_mutex_t lock;
	const char *products[PRODUCTS_MAX];
	size_t products_seller[PRODUCTS_MAX], count;
};
struct changer {
	struct market *market;
	uint64_t chance;
	struct arena arena;
	int done, refused, broken;
	struct err err;
};

static void make(struct changer *changer, struct product_change *change)
{
	struct market *market = changer->market;
	const size_t seller = chance_below(&changer->chance, 2);
	struct product product;

	change->seller_id = market->sellers[seller];
	if (!market->store->product_create(market->store, change, &changer->arena, &product, &changer->err))
		return;
	pthread_mutex_lock(&market->lock);
	market->products_seller[market->count] = seller;
	market->products[market->count++] = product.id;
	pthread_mutex_unlock(&market->lock);
	changer->err.kind = ERR_NONE;
}

static void do_something(struct changer *changer)
{
	struct market *market = changer->market;
	uint64_t *chance = &changer->chance;
	const char *category = spellings[chance_below(chance, CATEGORIES)][chance_below(chance, 2)];
	const int64_t price = 1 + (int64_t)chance_below(chance, 4);
	struct product_change change =
	    suite_change("Thing", category, chance_below(chance, 2) ? "Described" : NULL, price, 5);
	const struct store_picture picture = {.media_type = "image/png", .bytes = "bytes", .length = 5};
	const uint64_t what = chance_below(chance, 10);
	struct product product;

	pthread_mutex_lock(&market->lock);
	const size_t count = market->count, which = count ? chance_below(chance, count) : 0;
	const char *id = count ? market->products[which] : NULL;
	const char *seller = count ? market->sellers[market->products_seller[which]] : NULL;
	pthread_mutex_unlock(&market->lock);

	struct store *store = market->store;
	bool done = true;
	if (!count || what < 3) {
		make(changer, &change);
		return;
	}
	if (what < 7)
		done = store->product_update(store, seller, id, &change, &changer->arena, &product, &changer->err);
	else if (what < 9)
		done = store->picture_put(store, seller, id, what == 7 ? &picture : NULL, &changer->arena, &product,
					  &changer->err);
	else
		done = store->product_archive(store, seller, id, &changer->err);
	if (done)
		changer->err.kind = ERR_NONE;
}

static void *change_things(void *context)
{
	struct changer *changer = context;

	for (int i = 0; i < CHANGES; i++) {
		do_something(changer);
		if (changer->err.kind == ERR_NONE) {
			changer->done++;
		} else if (changer->err.kind == ERR_NOT_FOUND) {
			changer->refused++;
		} else {
			changer->broken++;
			break;
		}
	}
	return NULL;
}

/* What is on sale, by each list that it stands in. */
struct census {
	size_t all, by_seller[2], by_category[CATEGORIES];
	const char *names[CATEGORIES]; /* as the texts say it */
};

static size_t category_of(const char *key)
{
	struct arena arena;
	size_t found = CATEGORIES;

	arena_init(&arena, SIZE_MAX);
	for (size_t i = 0; i < CATEGORIES; i++)
		if (!strcmp(normal_category_key(&arena, spellings[i][0]), key))
			found = i;
	arena_done(&arena);
	assert_true(found < CATEGORIES);
	return found;
}

/* The six entries of a product are there with what it is now, if it is on sale, and none is otherwise. */
static void check_entries(struct world *world, const char *id, const cJSON *hot, const cJSON *texts)
{
	const char *seller = world_text(world, hot, "seller"), *ck = world_text(world, texts, "ck");
	char by_price[64];
	const bool sold = !item_truth(hot, "arch");

	snprintf(by_price, sizeof by_price, "%012" PRId64 "#%s", item_number(hot, "price", -1), id);
	const char *const keys[][2] = {{"L", id},
				       {world_join(world, "L#C#", ck), id},
				       {world_join(world, "L#S#", seller), id},
				       {"LP", by_price},
				       {world_join(world, "LP#C#", ck), by_price},
				       {world_join(world, "LP#S#", seller), by_price}};
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		const cJSON *entry = world_item(world, keys[i][0], keys[i][1]);

		assert_int_equal(entry != NULL, sold);
		if (!entry)
			continue;
		assert_int_equal(item_number(entry, "p", -1), item_number(hot, "price", -1));
		assert_string_equal(world_text(world, entry, "ck"), ck);
		assert_string_equal(world_text(world, entry, "s"), seller);
		world_forget(entry);
	}
}

static void count_product(struct world *world, const struct market *market, size_t which, struct census *census)
{
	const char *id = market->products[which], *pk = world_join(world, "P#", id);
	const cJSON *hot = world_item(world, pk, "H"), *texts = world_item(world, pk, "T");

	assert_true(hot && texts);
	assert_int_equal(item_number(hot, "tver", -1), item_number(texts, "tver", -2));
	assert_true(item_number(hot, "tver", -1) <= item_number(hot, "ver", -1));
	assert_int_equal(item_truth(hot, "arch"), item_truth(texts, "arch"));
	check_entries(world, id, hot, texts);
	const cJSON *chunk = world_item(world, arena_printf(&world->fx.arena, "PIC#%s#0", id), "P");
	assert_int_equal(chunk != NULL, item_has(hot, "pic"));
	assert_false(item_has(hot, "pic") && item_truth(hot, "arch"));
	if (!item_truth(hot, "arch")) {
		const size_t category = category_of(world_text(world, texts, "ck"));
		const char *name = world_text(world, texts, "cat");

		census->all++;
		census->by_seller[market->products_seller[which]]++;
		census->by_category[category]++;
		if (census->names[category])
			assert_string_equal(census->names[category], name);
		census->names[category] = name;
	}
	world_forget(chunk);
	world_forget(hot);
	world_forget(texts);
}

static void check_category(struct world *world, size_t which, const struct census *census)
{
	const char *ck = normal_category_key(&world->fx.arena, spellings[which][0]);
	const cJSON *category = world_item(world, world_join(world, "CAT#", ck), "C");

	assert_int_equal(item_number(category, "n", 0), census->by_category[which]);
	assert_int_equal(category != NULL, census->by_category[which] > 0);
	assert_int_equal(world_rows(world, world_join(world, "L#C#", ck)), census->by_category[which]);
	assert_int_equal(world_rows(world, world_join(world, "LP#C#", ck)), census->by_category[which]);
	if (!category)
		return;
	assert_string_equal(world_text(world, category, "name"), census->names[which]);
	const cJSON *entry = world_item(world, "CATS", census->names[which]);
	assert_non_null(entry);
	assert_string_equal(world_text(world, entry, "ck"), ck);
	world_forget(entry);
	world_forget(category);
}

static void what_many_change_at_once_agrees_afterwards(void **state)
{
	struct world *world = *state;
	static struct market market;
	static struct changer changers[CHANGERS];
	pthread_t threads[CHANGERS];
	uint64_t seed = chance_seed();
	struct census census = {.all = 0};
	size_t categories = 0;
	int done = 0;

	market = (struct market){.store = world->fx.store,
				 .sellers = {suite_seller(&world->fx, "One"), suite_seller(&world->fx, "Two")},
				 .lock = PTHREAD_MUTEX_INITIALIZER};
	for (size_t i = 0; i < CHANGERS; i++) {
		changers[i] = (struct changer){.market = &market, .chance = seed + i};
		arena_init(&changers[i].arena, SIZE_MAX);
		assert_int_equal(pthread_create(&threads[i], NULL, change_things, &changers[i]), 0);
	}
	for (size_t i = 0; i < CHANGERS; i++)
		pthread_join(threads[i], NULL);
	for (size_t i = 0; i < CHANGERS; i++) {
		if (changers[i].broken)
			fail_msg("%s: %s", changers[i].err.code, changers[i].err.message);
		done += changers[i].done;
	}
	assert_true(done > CHANGERS * CHANGES / 2 && market.count > CHANGERS);
	for (size_t i = 0; i < market.count; i++)
		count_product(world, &market, i, &census);
	assert_int_equal(world_rows(world, "L"), census.all);
	assert_int_equal(world_rows(world, "LP"), census.all);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(world_rows(world, world_join(world, "L#S#", market.sellers[i])), census.by_seller[i]);
		assert_int_equal(world_rows(world, world_join(world, "LP#S#", market.sellers[i])), census.by_seller[i]);
	}
	for (size_t i = 0; i < CATEGORIES; i++) {
		check_category(world, i, &census);
		categories += census.by_category[i] > 0;
	}
	assert_int_equal(world_rows(world, "CATS"), categories);
	for (size_t i = 0; i < CHANGERS; i++)
		arena_done(&changers[i].arena);
}

/* ---- the first and the last ones of a category ---- */

struct leaver {
	struct store *store;
	const char *seller, *product;
	pthread_barrier_t *start;
	struct err err;
	bool done;
};

static void *leave(void *context)
{
	struct leaver *leaver = context;

	pthread_barrier_wait(leaver->start);
	leaver->done = leaver->store->product_archive(leaver->store, leaver->seller, leaver->product, &leaver->err);
	return NULL;
}

/* Two products of a category go at the same time: nobody may think that the other one is left. */
static void the_last_two_take_their_category_along(void **state)
{
	enum { ROUNDS = 25 };
	struct world *world = *state;
	const char *seller = suite_seller(&world->fx, "Shop");
	pthread_barrier_t start;

	assert_int_equal(pthread_barrier_init(&start, NULL, 2), 0);
	for (int round = 0; round < ROUNDS; round++) {
		struct leaver leavers[2];
		pthread_t threads[2];

		for (size_t i = 0; i < 2; i++) {
			leavers[i] = (struct leaver){.store = world->fx.store,
						     .seller = seller,
						     .product = suite_product(&world->fx, seller, "Thing", 1, 1).id,
						     .start = &start};
		}
		for (size_t i = 0; i < 2; i++)
			assert_int_equal(pthread_create(&threads[i], NULL, leave, &leavers[i]), 0);
		for (size_t i = 0; i < 2; i++)
			pthread_join(threads[i], NULL);
		for (size_t i = 0; i < 2; i++)
			if (!leavers[i].done)
				fail_msg("%s", leavers[i].err.message);
		assert_null(world_item(world, "CAT#things", "C"));
		assert_int_equal(world_rows(world, "CATS"), 0);
	}
	pthread_barrier_destroy(&start);
}

static void *respell(void *context)
{
	struct leaver *one = context;
	const struct product_change change = suite_change(NULL, "THINGS", NULL, -1, -1);
	struct arena arena;
	struct product product;

	arena_init(&arena, SIZE_MAX);
	pthread_barrier_wait(one->start);
	one->done =
	    one->store->product_update(one->store, one->seller, one->product, &change, &arena, &product, &one->err);
	arena_done(&arena);
	return NULL;
}

static const char *category_now(struct world *world, const char *product)
{
	struct product now;

	OK(&world->fx, world->fx.store->product_get(world->fx.store, product, &world->fx.arena, &now, &world->fx.err));
	return now.category;
}

/* The only product of a category asks for another spelling of it while a second one comes. */
static void all_in_a_category_spell_it_alike(void **state)
{
	enum { ROUNDS = 40 };
	struct world *world = *state;
	struct store *store = world->fx.store;
	const char *seller = suite_seller(&world->fx, "Shop");
	pthread_barrier_t start;

	assert_int_equal(pthread_barrier_init(&start, NULL, 2), 0);
	for (int round = 0; round < ROUNDS; round++) {
		struct leaver one = {.store = store, .seller = seller, .start = &start};
		pthread_t thread;

		one.product = suite_product(&world->fx, seller, "First", 1, 1).id;
		assert_int_equal(pthread_create(&thread, NULL, respell, &one), 0);
		pthread_barrier_wait(&start);
		const char *second = suite_product(&world->fx, seller, "Second", 1, 1).id;
		pthread_join(thread, NULL);
		if (!one.done)
			fail_msg("%s", one.err.message);
		const cJSON *category = world_item(world, "CAT#things", "C");
		assert_int_equal(item_number(category, "n", 0), 2);
		assert_string_equal(category_now(world, one.product), world_text(world, category, "name"));
		assert_string_equal(category_now(world, second), world_text(world, category, "name"));
		assert_int_equal(world_rows(world, "CATS"), 1);
		world_forget(category);
		OK(&world->fx, store->product_archive(store, seller, one.product, &world->fx.err));
		OK(&world->fx, store->product_archive(store, seller, second, &world->fx.err));
	}
	pthread_barrier_destroy(&start);
}

/* ---- reading while somebody writes ---- */

/* DynamoDB may read the items of one request at different moments, and dynoxide never does: here each is a request of
 * its own, so that somebody may write in between. */
bool __real_dynamo_get_many(struct dynamo *dynamo, const struct dynamo_key *keys, size_t count, bool consistent,
			    struct arena *arena, struct dynamo_items *ret_items, struct err *err);
bool __wrap_dynamo_get_many(struct dynamo *dynamo, const struct dynamo_key *keys, size_t count, bool consistent,
			    struct arena *arena, struct dynamo_items *ret_items, struct err *err);
bool __wrap_dynamo_get_many(struct dynamo *dynamo, const struct dynamo_key *keys, size_t count, bool consistent,
			    struct arena *arena, struct dynamo_items *ret_items, struct err *err)
{
	struct dynamo_items all = {
	    .json = cJSON_CreateArray(), .items = arena_array(arena, count, sizeof *all.items), .count = count};
	bool good = all.json && all.items;

	for (size_t i = 0; good && i < count; i++) {
		struct dynamo_items one = {.json = NULL};

		good = __real_dynamo_get_many(dynamo, &keys[i], 1, consistent, arena, &one, err);
		if (!good)
			break;
		all.items[i] = one.items[0];
		cJSON_AddItemToArray(all.json, one.json);
	}
	if (good)
		*ret_items = all;
	else
		cJSON_Delete(all.json);
	return good;
}

struct writer {
	struct store *store;
	const char *seller, *product;
	atomic_bool stop;
	int written;
	bool pictures; /* it changes the picture, else both halves of the product */
	unsigned char *bytes;
	struct err err;
};

enum { SIDES = 2, BIG = 300 * 1024 }; /* two chunks */

/* Two states, one after the other: a price of 100 is never called Second. */
static bool write_side(struct writer *writer, struct arena *arena, int side)
{
	const struct product_change changes[SIDES] = {suite_change("First", NULL, NULL, 100, -1),
						      suite_change("Second", NULL, NULL, 200, -1)};
	struct store_picture picture = {.media_type = "image/png", .length = BIG};
	struct store *store = writer->store;
	struct product product;

	if (!writer->pictures)
		return store->product_update(store, writer->seller, writer->product, &changes[side], arena, &product,
					     &writer->err);
	picture.bytes = writer->bytes + side;
	return store->picture_put(store, writer->seller, writer->product, &picture, arena, &product, &writer->err);
}

static void *write_sides(void *context)
{
	struct writer *writer = context;
	struct arena arena;
	bool good = true;

	arena_init(&arena, SIZE_MAX);
	for (int side = 0; good && !atomic_load(&writer->stop); side = !side) {
		good = write_side(writer, &arena, side);
		writer->written += good;
		arena_reset(&arena);
	}
	arena_done(&arena);
	return NULL;
}

/* Which side is there now? False: what is seen is of both, or an error. */
typedef bool look_fn(struct world *world, struct writer *writer, int *ret_side);

/* Reads until the writer was seen on both sides many times. */
static void watch(struct world *world, struct writer *writer, look_fn *look)
{
	enum { READINGS = 2000, SEEN = 40 };
	int seen[SIDES] = {0};
	bool good = true;
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, write_sides, writer), 0);
	for (int i = 0; good && i < READINGS && (seen[0] < SEEN || seen[1] < SEEN); i++) {
		int side = 0;

		good = look(world, writer, &side);
		seen[side]++;
	}
	atomic_store(&writer->stop, true);
	pthread_join(thread, NULL);
	if (!writer->written)
		fail_msg("nothing was written: %s", writer->err.message);
	assert_true(good);
	assert_true(seen[0] >= SEEN && seen[1] >= SEEN);
}

static bool look_at_product(struct world *world, struct writer *writer, int *ret_side)
{
	struct arena arena;
	struct product product;

	arena_init(&arena, SIZE_MAX);
	bool good = world->fx.store->product_get(world->fx.store, writer->product, &arena, &product, &world->fx.err);
	if (good) {
		*ret_side = product.price == 200;
		good = !strcmp(product.name, *ret_side ? "Second" : "First");
	}
	arena_done(&arena);
	return good;
}

static void both_halves_are_of_one_moment(void **state)
{
	struct world *world = *state;
	const char *seller = suite_seller(&world->fx, "Shop");
	const struct product product = suite_product(&world->fx, seller, "First", 100, 1);
	struct writer writer = {.store = world->fx.store, .seller = seller, .product = product.id};

	watch(world, &writer, look_at_product);
}

static bool look_at_picture(struct world *world, struct writer *writer, int *ret_side)
{
	struct arena arena;
	struct store_picture picture;
	uint8_t digest[STORE_DIGEST];

	arena_init(&arena, SIZE_MAX);
	bool good =
	    world->fx.store->picture_get(world->fx.store, writer->product, NULL, &arena, &picture, &world->fx.err);
	if (good) {
		crypt_hash(picture.bytes, picture.length, NULL, digest);
		*ret_side = picture.length != BIG || memcmp(picture.bytes, writer->bytes, BIG) != 0;
		good = picture.length == BIG && !memcmp(digest, picture.digest, sizeof digest) &&
		       !memcmp(picture.bytes, writer->bytes + *ret_side, BIG);
	}
	arena_done(&arena);
	return good;
}

static void a_picture_is_one_and_whole(void **state)
{
	struct world *world = *state;
	const char *seller = suite_seller(&world->fx, "Shop");
	struct product product = suite_product(&world->fx, seller, "Thing", 100, 1);
	struct writer writer = {.store = world->fx.store, .seller = seller, .product = product.id, .pictures = true};

	writer.bytes = arena_alloc(&world->fx.arena, BIG + 1);
	assert_non_null(writer.bytes);
	for (size_t i = 0; i < BIG + 1; i++)
		writer.bytes[i] = (unsigned char)(i * 7 + i / 256);
	assert_true(write_side(&writer, &world->fx.arena, 0));
	watch(world, &writer, look_at_picture);
	/* One of a single chunk takes the place of one of two. */
	OK(&world->fx, world->fx.store->picture_put(world->fx.store, seller, product.id,
						    &(struct store_picture){"image/png", "small", 5, {0}},
						    &world->fx.arena, &product, &world->fx.err));
	assert_null(world_item(world, arena_printf(&world->fx.arena, "PIC#%s#1", product.id), "P"));
	OK(&world->fx, world->fx.store->product_archive(world->fx.store, seller, product.id, &world->fx.err));
	assert_null(world_item(world, arena_printf(&world->fx.arena, "PIC#%s#0", product.id), "P"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WORLD_TEST(what_many_change_at_once_agrees_afterwards),
	    WORLD_TEST(the_last_two_take_their_category_along),
	    WORLD_TEST(all_in_a_category_spell_it_alike),
	    WORLD_TEST(both_halves_are_of_one_moment),
	    WORLD_TEST(a_picture_is_one_and_whole),
	};

	if (!crypt_init())
		return 1;
	engine_start();
	return cmocka_run_group_tests_name("products in DynamoDB", tests, NULL, NULL);
}
