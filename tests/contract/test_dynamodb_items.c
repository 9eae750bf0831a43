/* Keys, accounts and settings in DynamoDB, as items: what the store suite can't see from outside. */
#include <pthread.h>
#include <string.h>

#include "base/crypt.h"
#include "base/text.h"
#include "models/limits.h"
#include "platform/store/dynamodb/internal.h"
#include "tests/contract/dynamodb_world.h"

/* ---- keys ---- */

static void a_key_is_never_too_long(void **state)
{
	struct world *world = *state;
	enum { KEY_MAX = 2048, LENGTH = 3000 };
	char term[LENGTH + 1] = "0";

	for (size_t i = 1; i + 1 < LENGTH; i += 2)
		memcpy(term + i, "\xC3\xA9", 3);
	struct dynamo_key one = ddb_key_posting(&world->fx.arena, term, strlen(term), "id");
	memcpy(term + LENGTH - 3, "\xC3\xA8", 2);
	struct dynamo_key other = ddb_key_posting(&world->fx.arena, term, strlen(term), "id");
	assert_true(strlen(one.pk) <= KEY_MAX && text_valid(one.pk, strlen(one.pk)));
	assert_string_not_equal(one.pk, other.pk);
	assert_string_equal(ddb_key_posting(&world->fx.arena, "1coffee", 7, "id").pk, "W#1coffee");
	/* The longest category that there may be. */
	char category[LIMIT_CATEGORY * 3 + 1] = "";
	for (size_t i = 0; i < LIMIT_CATEGORY; i++)
		memcpy(category + 3 * i, "\xEF\xB7\xBA", 4);
	struct product_change change = suite_change("Thing", category, NULL, 1, 1);
	struct product product;
	change.seller_id = suite_seller(&world->fx, "Shop");
	OK(&world->fx,
	   world->fx.store->product_create(world->fx.store, &change, &world->fx.arena, &product, &world->fx.err));
	assert_string_equal(product.category, category);
}

/* ---- accounts ---- */

static void a_closed_account_keeps_nothing_personal(void **state)
{
	struct world *world = *state;
	struct store *store = world->fx.store;
	static const char *const lines[] = {"1 Quay", "Here"};
	const char *client = suite_client(&world->fx, "Ada"), *seller = suite_seller(&world->fx, "Grace");
	const char *const ids[] = {client, seller};
	struct account account;

	OK(&world->fx, store->account_update(store, GROUP_CLIENTS, client,
					     &(struct account_patch){.address = lines, .address_count = 2},
					     &world->fx.arena, &account, &world->fx.err));
	assert_int_equal(account.address_count, 2);
	assert_int_equal(world_rows(world, "ACCOUNTS"), 2);
	assert_int_equal(world_rows(world, "SELLERS"), 1);
	OK(&world->fx, store->account_delete(store, GROUP_CLIENTS, client, &world->fx.err));
	OK(&world->fx, store->account_delete(store, GROUP_SELLERS, seller, &world->fx.err));
	assert_int_equal(world_rows(world, "ACCOUNTS"), 0);
	assert_int_equal(world_rows(world, "SELLERS"), 0);
	for (size_t i = 0; i < 2; i++) {
		static const char *const kept[] = {"pk", "sk", "grp", "created", "closed", "rev"};
		const cJSON *left = world_item(world, world_join(world, "A#", ids[i]), "A"), *attribute;

		assert_non_null(left);
		cJSON_ArrayForEach(attribute, left) {
			bool known = false;

			for (size_t j = 0; j < sizeof kept / sizeof *kept; j++)
				known = known || !strcmp(attribute->string, kept[j]);
			if (!known)
				fail_msg("a closed account keeps %s", attribute->string);
		}
		world_forget(left);
		const cJSON *ending = world_item(world, "END", ids[i]);
		assert_non_null(ending);
		world_forget(ending);
	}
}

/* ---- two who change the same account at once ---- */

struct renamer {
	struct store *store;
	const char *seller, *name; /* the new name; NULL: the account is closed */
	pthread_barrier_t *start;
	struct err err;
	bool done;
};

static void *rename_or_close(void *context)
{
	struct renamer *renamer = context;
	const struct account_patch patch = {.full_name = renamer->name};
	struct store *store = renamer->store;
	struct account account;
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	pthread_barrier_wait(renamer->start);
	if (renamer->name)
		renamer->done = store->account_update(store, GROUP_SELLERS, renamer->seller, &patch, &arena, &account,
						      &renamer->err);
	else
		renamer->done = store->account_delete(store, GROUP_SELLERS, renamer->seller, &renamer->err);
	arena_done(&arena);
	return NULL;
}

/* One gives the seller another name or closes the account, while a telephone number is added to it here. */
static bool change_both(struct world *world, struct renamer *renamer)
{
	struct store *store = world->fx.store;
	const struct account_patch patch = {.mobile = "+34600123456"};
	struct account account;
	pthread_t thread;

	renamer->store = store;
	renamer->seller = suite_seller(&world->fx, "Before");
	assert_int_equal(pthread_create(&thread, NULL, rename_or_close, renamer), 0);
	pthread_barrier_wait(renamer->start);
	const bool added = store->account_update(store, GROUP_SELLERS, renamer->seller, &patch, &world->fx.arena,
						 &account, &world->fx.err);
	pthread_join(thread, NULL);
	if (!renamer->done)
		fail_msg("%s", renamer->err.message);
	return added;
}

static void neither_of_two_changes_is_lost(void **state)
{
	enum { ROUNDS = 20 };
	struct world *world = *state;
	struct store *store = world->fx.store;
	pthread_barrier_t start;

	assert_int_equal(pthread_barrier_init(&start, NULL, 2), 0);
	for (int round = 0; round < ROUNDS; round++) {
		struct renamer renamer = {.name = "After", .start = &start}, closer = {.start = &start};
		struct account account;

		OK(&world->fx, change_both(world, &renamer));
		OK(&world->fx, store->account_get(store, GROUP_SELLERS, renamer.seller, &world->fx.arena, &account,
						  &world->fx.err));
		assert_string_equal(account.full_name, "After");
		assert_string_equal(account.mobile, "+34600123456");
		if (!change_both(world, &closer))
			suite_expect(&world->fx, ERR_NOT_FOUND, NULL);
		assert_false(store->account_get(store, GROUP_SELLERS, closer.seller, &world->fx.arena, &account,
						&world->fx.err));
		assert_int_equal(world_rows(world, "SELLERS"), round + 1);
	}
	pthread_barrier_destroy(&start);
}

/* ---- settings ---- */

enum { MAKERS = 6 };

struct opener {
	struct dynamo *dynamo;
	const char *currency;
	pthread_barrier_t *start;
	struct store *store;
	struct err err;
};

static void *open_shop(void *context)
{
	struct opener *opener = context;

	pthread_barrier_wait(opener->start);
	opener->store = store_dynamodb_new(opener->dynamo, opener->currency, &opener->err);
	return NULL;
}

/* Of many who open a new shop at once one says what its currency is; all who want that one, too, have opened it. */
static void a_new_shop_gets_one_currency(void **state)
{
	enum { ROUNDS = 5 };
	static const char *const currencies[] = {"EUR", "SEK"};
	pthread_barrier_t start;

	(void)state;
	assert_int_equal(pthread_barrier_init(&start, NULL, MAKERS), 0);
	for (int round = 0; round < ROUNDS; round++) {
		struct engine_table *table = engine_table(false);
		struct opener openers[MAKERS];
		pthread_t threads[MAKERS];
		size_t opened[2] = {0};

		assert_non_null(table);
		for (size_t i = 0; i < MAKERS; i++) {
			openers[i] = (struct opener){
			    .dynamo = table->dynamo, .currency = currencies[i % 2], .start = &start};
			assert_int_equal(pthread_create(&threads[i], NULL, open_shop, &openers[i]), 0);
		}
		for (size_t i = 0; i < MAKERS; i++) {
			pthread_join(threads[i], NULL);
			if (!openers[i].store) {
				assert_int_equal(openers[i].err.kind, ERR_INVALID);
				continue;
			}
			opened[i % 2]++;
			assert_string_equal(openers[i].store->currency, currencies[i % 2]);
			openers[i].store->close(openers[i].store);
		}
		assert_int_equal(opened[0] + opened[1], MAKERS / 2);
		assert_true(!opened[0] || !opened[1]);
		engine_drop(table);
	}
	pthread_barrier_destroy(&start);
}

static void a_shop_keeps_its_currency(void **state)
{
	struct world *world = *state;
	struct err err;

	assert_null(store_dynamodb_new(world->table->dynamo, "USD", &err));
	assert_int_equal(err.kind, ERR_INVALID);
	struct store *same = store_dynamodb_new(world->table->dynamo, NULL, &err);
	assert_non_null(same);
	assert_string_equal(same->currency, "EUR");
	same->close(same);
}

/* Of many who make a setting at once one does; who replaces it must know it. */
static void *make_setting(void *context)
{
	struct store *store = context;
	struct err err = {.kind = ERR_NONE};
	const bool made = store->setting_put(store, "key", NULL, "value", &err);

	return (void *)(intptr_t)(made ? 1 : err.kind == ERR_CONFLICT ? 0 : -1);
}

static void a_setting_is_made_once(void **state)
{
	struct world *world = *state;
	struct store *store = world->fx.store;
	pthread_t threads[MAKERS];
	const char *value;
	int made = 0;

	for (size_t i = 0; i < MAKERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, make_setting, store), 0);
	for (size_t i = 0; i < MAKERS; i++) {
		void *outcome;

		pthread_join(threads[i], &outcome);
		assert_true((intptr_t)outcome >= 0);
		made += (int)(intptr_t)outcome;
	}
	assert_int_equal(made, 1);
	assert_false(store->setting_put(store, "key", "other", "new", &world->fx.err));
	suite_expect(&world->fx, ERR_CONFLICT, NULL);
	OK(&world->fx, store->setting_put(store, "key", "value", "new", &world->fx.err));
	OK(&world->fx, store->setting_get(store, "key", &world->fx.arena, &value, &world->fx.err));
	assert_string_equal(value, "new");
	OK(&world->fx, store->setting_get(store, "none", &world->fx.arena, &value, &world->fx.err));
	assert_null(value);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WORLD_TEST(a_key_is_never_too_long),
	    WORLD_TEST(a_closed_account_keeps_nothing_personal),
	    WORLD_TEST(neither_of_two_changes_is_lost),
	    WORLD_TEST(a_new_shop_gets_one_currency),
	    WORLD_TEST(a_shop_keeps_its_currency),
	    WORLD_TEST(a_setting_is_made_once),
	};

	if (!crypt_init())
		return 1;
	engine_start();
	return cmocka_run_group_tests_name("items in DynamoDB", tests, NULL, NULL);
}
