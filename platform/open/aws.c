/* What is kept on AWS: the store over DynamoDB, identity over Cognito, or both. */
#include "platform/aws/aws.h"
#include "platform/aws/dynamo.h"
#include "platform/identity/cognito/cognito.h"
#include "platform/open/open.h"
#include "platform/store/dynamodb/dynamodb.h"

static void close_aws(struct shop *shop)
{
	shop->dynamo = dynamo_free(shop->dynamo);
	shop->aws = aws_free(shop->aws);
}

static bool need_aws(struct shop *shop, struct err *err)
{
	shop->close_aws = close_aws;
	if (!shop->aws)
		shop->aws = aws_new(NULL, err);
	return shop->aws != NULL;
}

bool shop_open_dynamodb(struct shop *shop, const struct shop_settings *settings, struct err *err)
{
	if (!need_aws(shop, err))
		return false;
	shop->dynamo = dynamo_new(shop->aws, settings->table, false, err);
	if (!shop->dynamo)
		return false;
	struct store *store = store_dynamodb_new(shop->dynamo, settings->currency, err);
	if (store && shop->fed)
		store_dynamodb_fed(store);
	shop->platform.store = store;
	shop->follow = store_dynamodb_follow;
	shop->follow_context = store;
	return store != NULL;
}

/* ---- which account a login of Cognito's is, among the store's settings ---- */

static bool get_link(void *context, const char *name, struct arena *arena, const char **ret_value, struct err *err)
{
	struct store *store = context;

	return store->setting_get(store, name, arena, ret_value, err);
}

static bool put_link(void *context, const char *name, const char *before, const char *value, struct err *err)
{
	struct store *store = context;

	return store->setting_put(store, name, before, value, err);
}

bool shop_open_cognito(struct shop *shop, const struct shop_settings *settings, struct err *err)
{
	const struct identity_cognito_options options = {
	    .user_pool = settings->user_pool,
	    .client_id = settings->user_pool_client,
	    .issuer = settings->issuer,
	    .jwks = settings->jwks,
	    .links = {.context = shop->platform.store, .get = get_link, .put = put_link},
	};

	if (!need_aws(shop, err))
		return false;
	shop->platform.identity = identity_cognito_new(shop->aws, &options, err);
	return shop->platform.identity != NULL;
}
