/* The store's table of operations, its beginning and its end. */
#include "platform/store/dynamodb/dynamodb.h"

#include <stdlib.h>
#include <string.h>

#include "platform/store/dynamodb/internal.h"

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
	pthread_mutex_destroy(&ddb_of(store)->ids_lock);
	free(store);
}

/* Listings of products, changes and statistics are to come; until then only this store's own tests open it. */
static const struct store operations = {
    .close = dynamodb_close,
    .check = dynamodb_check,
    .setting_get = dynamodb_setting_get,
    .setting_put = dynamodb_setting_put,
    .account_create = dynamodb_account_create,
    .account_get = dynamodb_account_get,
    .account_update = dynamodb_account_update,
    .account_delete = dynamodb_account_delete,
    .seller_list = dynamodb_seller_list,
    .product_create = dynamodb_product_create,
    .product_get = dynamodb_product_get,
    .product_update = dynamodb_product_update,
    .product_archive = dynamodb_product_archive,
    .product_batch = dynamodb_product_batch,
    .product_list = dynamodb_product_list,
    .category_list = dynamodb_category_list,
    .picture_get = dynamodb_picture_get,
    .picture_put = dynamodb_picture_put,
    .cart_get = dynamodb_cart_get,
    .cart_put = dynamodb_cart_put,
    .purchase_create = dynamodb_purchase_create,
    .purchase_list = dynamodb_purchase_list,
    .purchase_get = dynamodb_purchase_get,
    .purchase_cancel = dynamodb_purchase_cancel,
    .sale_list = dynamodb_sale_list,
    .sale_get = dynamodb_sale_get,
    .sale_transition = dynamodb_sale_transition,
    .sale_batch = dynamodb_sale_batch,
    .account_list = dynamodb_account_list,
};

/* The value that is kept, or from now on is. */
static bool settle(struct store *store, const char *name, const char *value, struct arena *arena, const char **ret_value,
		   struct err *err)
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
	if (settle_currency(store, currency, err))
		return &store->base;
	dynamodb_close(&store->base);
	return NULL;
}
