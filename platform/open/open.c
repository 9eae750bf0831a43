#include "platform/open/open.h"

#include "platform/setting.h"

static bool open_with(shop_open_fn *open, struct shop *shop, const struct shop_settings *settings, struct err *err)
{
	return open
		   ? open(shop, settings, err)
		   : err_set(
			 err, ERR_INVALID,
			 "This program was built without that store or identity: choose by --store and --identity, or by"
			 " VITRINE_STORE and VITRINE_IDENTITY");
}

bool shop_can_open(const struct shop_settings *settings)
{
	return shop_stores[settings->store] && shop_identities[settings->identity];
}

bool shop_open(struct shop *shop, const struct shop_settings *settings, struct err *err)
{
	struct platform *platform = &shop->platform;

	platform->name = "Vitrine";
	platform->version = VITRINE_VERSION;
	platform->delivery = (enum delivery_rule)settings->delivery;
	platform->payment = settings->payment;
	return open_with(shop_stores[settings->store], shop, settings, err) && setting_cursor_key(platform, err) &&
	       open_with(shop_identities[settings->identity], shop, settings, err);
}

void shop_close(struct shop *shop)
{
	struct platform *platform = &shop->platform;

	if (platform->identity)
		platform->identity->close(platform->identity);
	if (platform->store)
		platform->store->close(platform->store);
	platform->identity = NULL;
	platform->store = NULL;
	if (shop->close_file)
		shop->close_file(shop);
	if (shop->close_aws)
		shop->close_aws(shop);
	shop->close_file = shop->close_aws = NULL;
}
