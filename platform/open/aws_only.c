/* What a program has that is all on AWS: the functions as they are deployed. */
#include "platform/open/open.h"

shop_open_fn *const shop_stores[SHOP_STORES] = {
    [SHOP_DYNAMODB] = shop_open_dynamodb,
};

shop_open_fn *const shop_identities[SHOP_IDENTITIES] = {
    [SHOP_COGNITO] = shop_open_cognito,
};
