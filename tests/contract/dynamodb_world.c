#include "tests/contract/dynamodb_world.h"

#include <stdlib.h>

#include "platform/store/dynamodb/dynamodb.h"

int world_set_up(void **state)
{
	struct world *world = calloc(1, sizeof *world);

	if (!world)
		return -1;
	*state = world;
	arena_init(&world->fx.arena, SIZE_MAX);
	world->table = engine_table(false);
	if (!world->table)
		return -1;
	world->fx.store = store_dynamodb_new(world->table->dynamo, "EUR", &world->fx.err);
	return world->fx.store ? 0 : -1;
}

int world_tear_down(void **state)
{
	struct world *world = *state;

	if (world->fx.store)
		world->fx.store->close(world->fx.store);
	engine_drop(world->table);
	arena_done(&world->fx.arena);
	free(world);
	return 0;
}

/* ---- items ---- */

const cJSON *world_item(struct world *world, const char *pk, const char *sk)
{
	struct dynamo_items items;

	OK(&world->fx, dynamo_get(world->table->dynamo, (struct dynamo_key){pk, sk}, true, &world->fx.arena, &items,
				  &world->fx.err));
	if (!items.items[0]) {
		dynamo_items_done(&items);
		return NULL;
	}
	cJSON *copy = cJSON_Duplicate(items.items[0], true);
	dynamo_items_done(&items);
	assert_non_null(copy);
	return copy;
}

void world_forget(const cJSON *item)
{
	cJSON_Delete((cJSON *)(uintptr_t)item);
}

const char *world_text(struct world *world, const cJSON *item, const char *name)
{
	return item_text(item, name, &world->fx.arena, NULL);
}

size_t world_rows(struct world *world, const char *pk)
{
	struct dynamo_items items;
	size_t count = 0;
	const char *after = NULL;

	do {
		const struct dynamo_query query = {.pk = pk, .after = after, .consistent = true};

		OK(&world->fx, dynamo_query(world->table->dynamo, &query, &world->fx.arena, &items, &world->fx.err));
		count += items.count;
		after = items.next_sk;
		dynamo_items_done(&items);
	} while (after);
	return count;
}

const char *world_join(struct world *world, const char *one, const char *other)
{
	char *whole = arena_printf(&world->fx.arena, "%s%s", one, other);

	assert_non_null(whole);
	return whole;
}
