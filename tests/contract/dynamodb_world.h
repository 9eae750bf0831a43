/* dynamodb_world.h: a fresh table with an empty DynamoDB store on it for each test, and the items in it as they are.
 * Keys are written out in the tests as the table's design has them, so that those who make them are tested, too.
 */
#ifndef VITRINE_TESTS_CONTRACT_DYNAMODB_WORLD_H
#define VITRINE_TESTS_CONTRACT_DYNAMODB_WORLD_H

#include "tests/contract/engine.h"
#include "tests/contract/store_suite.h"

struct world {
	struct engine_table *table;
	struct fixture fx; /* for the suite's helpers: its store is this table's */
};

int world_set_up(void **state);
int world_tear_down(void **state);
#define WORLD_TEST(function) cmocka_unit_test_setup_teardown(function, world_set_up, world_tear_down)

/* An item, to be given to world_forget; NULL when there is none. */
const cJSON *world_item(struct world *world, const char *pk, const char *sk);
void world_forget(const cJSON *item);

/* One of its texts; NULL when it has none of that name. */
const char *world_text(struct world *world, const cJSON *item, const char *name);

/* How many rows a partition has. */
size_t world_rows(struct world *world, const char *pk);

/* Both texts as one. */
const char *world_join(struct world *world, const char *one, const char *other);

#endif
