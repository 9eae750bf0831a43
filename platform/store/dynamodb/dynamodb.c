/* The store's table of operations, its beginning and its end. */
#include "platform/store/dynamodb/dynamodb.h"

#include <stdlib.h>
#include <string.h>

#include "platform/store/dynamodb/follow.h"

bool dynamodb_check(struct store *store, struct err *err)
{
	struct arena scratch;
	const char *currency;

	arena_init(&scratch, SIZE_MAX);
	const bool answers = dynamodb_setting_get(store, "currency", &scratch, &currency, err);
	arena_done(&scratch);
	return answers;
}

void dynamodb_close(struct store *store)
{
	ddb_tail_free(ddb_of(store)->tail);
	pthread_mutex_destroy(&ddb_of(store)->ids_lock);
	free(store);
}

static const struct store operations = {
#define OPERATION(name) .name = dynamodb_##name, /* NOLINT(bugprone-macro-parentheses): a member's name */
    STORE_OPERATIONS(OPERATION)
#undef OPERATION
    .account_list = dynamodb_account_list,
    .is_empty = dynamodb_is_empty,
    .export_rows = dynamodb_export_rows,
    .import_rows = dynamodb_import_rows,
};

/* The value that is kept, or from now on is. */
static bool settle(struct store *store, const char *name, const char *value, struct arena *arena,
		   const char **ret_value, struct err *err)
{
	struct err cause = {.kind = ERR_NONE};

	if (!dynamodb_setting_get(store, name, arena, ret_value, err))
		return false;
	if (*ret_value)
		return true;
	if (!dynamodb_setting_put(store, name, NULL, value, &cause) && cause.kind != ERR_CONFLICT) {
		if (err)
			*err = cause;
		return false;
	}
	return dynamodb_setting_get(store, name, arena, ret_value, err);
}

static bool take_currency(struct dynamodb_store *store, const char *kept, const char *wanted, struct err *err)
{
	if (!kept || strlen(kept) >= sizeof store->currency)
		return err_set(err, ERR_INTERNAL, "What the table keeps as its currency is none");
	if (wanted && strcmp(kept, wanted) != 0)
		return err_set(err, ERR_INVALID, "This shop's currency is %s and can't become %s", kept, wanted);
	memcpy(store->currency, kept, strlen(kept));
	return true;
}

/* A shop's currency is settled when it is made. */
static bool settle_currency(struct dynamodb_store *store, const char *wanted, struct err *err)
{
	const char *kept = NULL;
	struct arena scratch;

	arena_init(&scratch, SIZE_MAX);
	const bool done = settle(&store->base, "currency", wanted ? wanted : "EUR", &scratch, &kept, err) &&
			  take_currency(store, kept, wanted, err);
	arena_done(&scratch);
	return done;
}

struct store *store_dynamodb_new(struct dynamo *dynamo, const char *currency, struct err *err)
{
	struct dynamodb_store *store = calloc(1, sizeof *store);

	if (!store)
		return err_memory(err, "opening the store"), NULL;
	store->base = operations;
	store->base.currency = store->currency;
	store->dynamo = dynamo;
	pthread_mutex_init(&store->ids_lock, NULL);
	store->tail = ddb_tail_new();
	if (store->tail ? settle_currency(store, currency, err) : err_memory(err, "opening the store"))
		return &store->base;
	dynamodb_close(&store->base);
	return NULL;
}
