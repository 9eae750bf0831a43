/* What is on one machine: for vitrined, which starts vitrined-aws for the rest. */
#include "platform/open/open.h"

shop_open_fn *const shop_stores[SHOP_STORES] = {[SHOP_SQLITE] = shop_open_sqlite};

shop_open_fn *const shop_identities[SHOP_IDENTITIES] = {[SHOP_LOCAL] = shop_open_local};
