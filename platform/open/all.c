/* Every store and identity that there is. */
#include "platform/open/open.h"

shop_open_fn *const shop_stores[SHOP_STORES] = {
    [SHOP_SQLITE] = shop_open_sqlite,
    [SHOP_DYNAMODB] = shop_open_dynamodb,
};

shop_open_fn *const shop_identities[SHOP_IDENTITIES] = {
    [SHOP_LOCAL] = shop_open_local,
    [SHOP_COGNITO] = shop_open_cognito,
};
