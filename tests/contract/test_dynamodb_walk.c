/* Walks along lists of the table, against a model of them: random lists, what is in any or all of them, in both
 * directions, by ids and by prices, broken off wherever a walk may end and taken up again. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "platform/store/dynamodb/walk.h"
#include "tests/chance.h"
#include "tests/contract/engine.h"

enum { LISTS = 6, KEYS = 700, DEPTH = 3, ROUNDS = 60, WALKS_MAX = 4000 };

/* All keys that there could be, sorted, and which of them each list has. */
struct world {
	struct dynamodb_store store;
	struct engine_table *table;
	bool priced;
	struct walk_key keys[KEYS];
	bool has[LISTS][KEYS];
	char names[LISTS][16];
};

/* A tree, as a walk and as what is in it. */
enum form { FORM_LIST, FORM_KNOWN, FORM_ANY, FORM_ALL };
struct tree {
	enum form form;
	unsigned list, place;
	size_t first;
	struct tree *parts[3];
	size_t count;
};

static uint64_t seed;

static int compare_keys(const void *a, const void *b)
{
	return strcmp(((const struct walk_key *)a)->text, ((const struct walk_key *)b)->text);
}

static void put_list(struct world *world, unsigned list)
{
	struct dynamo_write *writes = calloc(KEYS, sizeof *writes);
	const uint64_t one_of = 1 + chance_below(&seed, 12);
	size_t count = 0;
	struct err err;

	assert_non_null(writes);
	for (size_t i = 0; i < KEYS; i++) {
		world->has[list][i] = chance_below(&seed, one_of) == 0;
		if (world->has[list][i])
			writes[count++] =
			    (struct dynamo_write){.op = DYNAMO_PUT, .key = {world->names[list], world->keys[i].text}};
	}
	if (count && !dynamo_put_many(world->table->dynamo, writes, count, &err))
		fail_msg("%s", err.message);
	free(writes);
}

static void make_world(struct world *world, bool priced)
{
	memset(world, 0, sizeof *world);
	world->table = engine_table(false);
	assert_non_null(world->table);
	world->store.dynamo = world->table->dynamo;
	world->priced = priced;
	for (size_t i = 0; i < KEYS; i++) {
		const struct id id = id_make((int64_t)chance_below(&seed, 1 << 20), (int64_t)chance_below(&seed, 1000));

		world->keys[i] =
		    priced ? walk_key_price((int64_t)chance_below(&seed, 40), id.text) : walk_key_id(id.text);
	}
	qsort(world->keys, KEYS, sizeof world->keys[0], compare_keys);
	for (size_t i = 1; i < KEYS; i++)
		assert_true(compare_keys(&world->keys[i - 1], &world->keys[i]) < 0);
	for (unsigned list = 0; list < LISTS; list++) {
		snprintf(world->names[list], sizeof world->names[list], "LIST#%u", list);
		put_list(world, list);
	}
}

/* ---- trees ---- */

static struct tree *make_tree(struct arena *arena, unsigned depth)
{
	struct tree *tree = arena_alloc(arena, sizeof *tree);

	assert_non_null(tree);
	tree->form = depth ? (enum form)chance_below(&seed, 4) : (enum form)chance_below(&seed, 2);
	tree->list = (unsigned)chance_below(&seed, LISTS);
	tree->place = (unsigned)chance_below(&seed, 5);
	tree->first = chance_below(&seed, 2) ? 0 : 1 + chance_below(&seed, 40);
	if (tree->form == FORM_ANY || tree->form == FORM_ALL)
		for (tree->count = 0; tree->count < 1 + chance_below(&seed, 3); tree->count++)
			tree->parts[tree->count] = make_tree(arena, depth - 1);
	return tree;
}

static size_t lists_of(const struct tree *tree)
{
	size_t count = tree->form == FORM_LIST;

	for (size_t i = 0; i < tree->count; i++)
		count += lists_of(tree->parts[i]);
	return count;
}

/* Is a key in it, and at which place? */
static bool model(const struct world *world, const struct tree *tree, size_t key, unsigned *ret_place)
{
	bool found = tree->form == FORM_ALL;
	unsigned place = 0;

	if (tree->form == FORM_LIST || tree->form == FORM_KNOWN) {
		*ret_place = tree->form == FORM_LIST ? tree->place : 0;
		return world->has[tree->list][key];
	}
	for (size_t i = 0; i < tree->count; i++) {
		unsigned part = 0;
		const bool has = model(world, tree->parts[i], key, &part);

		if (tree->form == FORM_ALL) {
			found = found && has;
			place = part > place ? part : place;
		} else if (has) {
			place = !found || part < place ? part : place;
			found = true;
		}
	}
	*ret_place = place;
	return found;
}

static struct walk_node *build_known(const struct world *world, struct walk *walk, unsigned list)
{
	struct walk_key *keys = arena_array(walk->arena, KEYS, sizeof *keys);
	size_t count = 0;

	assert_non_null(keys);
	for (size_t i = 0; i < KEYS; i++) {
		const size_t at = walk->down ? KEYS - 1 - i : i;

		if (world->has[list][at])
			keys[count++] = world->keys[at];
	}
	return walk_known(walk, keys, count);
}

static struct walk_node *build(const struct world *world, struct walk *walk, const struct tree *tree)
{
	struct walk_node *node;

	if (tree->form == FORM_LIST)
		return walk_list(walk, world->names[tree->list], tree->place, tree->first);
	if (tree->form == FORM_KNOWN)
		return build_known(world, walk, tree->list);
	node = tree->form == FORM_ANY ? walk_any(walk) : walk_all(walk);
	for (size_t i = 0; i < tree->count; i++)
		walk_add(node, build(world, walk, tree->parts[i]));
	return node;
}

/* ---- walking ---- */

static struct walk_key end_key(const struct world *world, bool greatest)
{
	const char *id = greatest ? walk_greatest_id : walk_least_id;

	return world->priced ? walk_key_price(greatest ? 1000 : 0, id) : walk_key_id(id);
}

/* One walk, as far as it may: what it finds must be the model's next keys. *at is the model's place in them. */
static bool walk_on(struct world *world, const struct tree *tree, bool down, struct walk_key *from, size_t *at)
{
	struct arena arena;
	struct walk walk;
	struct walk_spot spot = {.state = WALK_FOUND};
	struct err err;

	arena_init(&arena, SIZE_MAX);
	walk = walk_new(&world->store, &arena, down, end_key(world, !down));
	walk.rows = lists_of(tree) * 41 + chance_below(&seed, 300);
	walk.queries = lists_of(tree) + chance_below(&seed, 30);
	struct walk_node *node = build(world, &walk, tree);
	while (spot.state == WALK_FOUND) {
		unsigned place = 0;

		if (!walk_seek(&walk, node, from, &spot, &err))
			fail_msg("%s", err.message);
		if (spot.state == WALK_END)
			break;
		while (*at < KEYS) {
			const size_t key = down ? KEYS - 1 - *at : *at;

			if (!walk_before(down, &world->keys[key], &spot.key) || model(world, tree, key, &place))
				break;
			++*at;
		}
		if (spot.state == WALK_UNKNOWN) {
			/* Nothing that the model has lies before it. */
			assert_true(*at == KEYS ||
				    !walk_before(down, &world->keys[down ? KEYS - 1 - *at : *at], &spot.key));
			assert_false(walk_before(down, &spot.key, from));
			*from = spot.key;
			break;
		}
		assert_true(*at < KEYS);
		const size_t key = down ? KEYS - 1 - *at : *at;
		assert_string_equal(spot.key.text, world->keys[key].text);
		assert_true(model(world, tree, key, &place));
		assert_int_equal(spot.place, place);
		++*at;
		*from = spot.key;
		if (!walk_step(down, from))
			spot.state = WALK_END;
	}
	arena_done(&arena);
	return spot.state != WALK_END;
}

static void walk_all_of(struct world *world, const struct tree *tree, bool down)
{
	struct walk_key from = end_key(world, down);
	unsigned place;
	size_t at = 0;
	int walks = 0;

	while (walk_on(world, tree, down, &from, &at))
		assert_true(++walks < WALKS_MAX);
	for (; at < KEYS; at++)
		assert_false(model(world, tree, down ? KEYS - 1 - at : at, &place));
}

static void walks(bool priced)
{
	static struct world world;

	make_world(&world, priced);
	for (int round = 0; round < ROUNDS; round++) {
		struct arena arena;

		arena_init(&arena, SIZE_MAX);
		const struct tree *tree = make_tree(&arena, DEPTH);
		walk_all_of(&world, tree, chance_below(&seed, 2));
		arena_done(&arena);
	}
	world.table = engine_drop(world.table);
}

static void walks_by_id_find_what_the_lists_have(void **state)
{
	(void)state;
	walks(false);
}

static void walks_by_price_find_what_the_lists_have(void **state)
{
	(void)state;
	walks(true);
}

static void keys_are_counted_on_and_back(void **state)
{
	struct walk_key key = walk_key_price(7, walk_greatest_id), before;

	(void)state;
	assert_true(walk_step(false, &key));
	assert_string_equal(key.text, "000000000008#00000000000000000000000000");
	assert_true(walk_step(true, &key));
	assert_string_equal(key.text, "000000000007#7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
	key = walk_key_id(walk_greatest_id);
	assert_false(walk_step(false, &key));
	key = walk_key_id(walk_least_id);
	assert_false(walk_step(true, &key));
	for (int i = 0; i < 1000; i++) {
		const int64_t time = (int64_t)chance_below(&seed, UINT64_C(1) << 48);
		const struct id id = id_make(time, (int64_t)(chance_next(&seed) >> 1));

		before = key = walk_key_id(id.text);
		assert_true(walk_step(false, &key));
		assert_true(id_valid(key.text));
		assert_true(walk_before(false, &before, &key));
		assert_true(walk_step(true, &key));
		assert_string_equal(key.text, before.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(keys_are_counted_on_and_back),
	    cmocka_unit_test(walks_by_id_find_what_the_lists_have),
	    cmocka_unit_test(walks_by_price_find_what_the_lists_have),
	};

	seed = chance_seed();
	engine_start();
	return cmocka_run_group_tests_name("walks", tests, NULL, NULL) ? 1 : 0;
}
