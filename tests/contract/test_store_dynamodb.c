/* The store suite over DynamoDB, and its answers beside SQLite's. What may follow later follows here before it is
 * looked at. */
#include "base/crypt.h"
#include "engine.h"
#include "platform/store/dynamodb/dynamodb.h"
#include "sqlite_target.h"
#include "store_suite.h"
#include "tending.h"

static struct store *open_on(struct engine_table *table)
{
	struct err err = {.kind = ERR_NONE};
	struct store *store = store_dynamodb_new(table->dynamo, "EUR", &err);

	if (store)
		tending(store);
	else
		print_error("%s\n", err.message);
	return store;
}

static struct store *open_dynamodb(void *context)
{
	struct engine_table **table = context;

	*table = engine_table(false);
	return *table ? open_on(*table) : NULL;
}

static void close_dynamodb(struct store *store, void *context)
{
	struct engine_table **table = context;

	store->close(store);
	*table = engine_drop(*table);
}

static struct store *reopen_dynamodb(struct store *store, void *context)
{
	struct engine_table **table = context;

	store->close(store);
	return open_on(*table);
}

static struct engine_table *table;
static const struct suite_target target = {.name = "DynamoDB",
					   .open = open_dynamodb,
					   .close = close_dynamodb,
					   .reopen = reopen_dynamodb,
					   .context = &table};

static void both_answer_the_same(void **state)
{
	enum { SEEDS = 4, STEPS = 200 };
	const uint64_t first = chance_seed();

	(void)state;
	for (uint64_t seed = first; seed < first + SEEDS; seed++)
		store_suite_compare(&sqlite_target, &target, seed, STEPS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(both_answer_the_same)};

	if (!crypt_init())
		return 1;
	engine_start();
	const int failed = store_suite_run(&target);
	return failed + cmocka_run_group_tests_name("DynamoDB beside SQLite", tests, NULL, NULL) ? 1 : 0;
}
