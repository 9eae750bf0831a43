#include "platform/lambda/settings.h"

static const char handler[] = "_HANDLER";

const char *lambda_settings_variable(size_t index)
{
	const struct shop_setting *setting = index ? shop_setting_at(index - 1) : NULL;

	if (!index)
		return handler;
	return setting ? setting->names[SHOP_VARIABLE] : NULL;
}

static bool is_missing(const char *name, struct err *err)
{
	return err_set(err, ERR_INVALID, "The environment variable %s is missing", name);
}

/* What a variable says. A template can't leave one out, only empty. */
static const char *say(char *(*look_up)(const char *name), const char *name)
{
	const char *text = look_up(name);

	return text && *text ? text : NULL;
}

bool lambda_settings_read(char *(*look_up)(const char *name), struct lambda_settings *ret_settings, struct err *err)
{
	struct lambda_settings settings = {.shop = shop_settings_default, .handler = say(look_up, handler)};

	if (!settings.handler)
		return is_missing(handler, err);
	for (size_t i = 0; shop_setting_at(i); i++) {
		const char *text = say(look_up, shop_setting_at(i)->names[SHOP_VARIABLE]);

		if (text && !shop_settings_take(&settings.shop, i, SHOP_VARIABLE, text, err))
			return false;
	}
	if (!shop_settings_check(&settings.shop, SHOP_VARIABLE, err))
		return false;
	if (shop_settings_use_file(&settings.shop) && !settings.shop.db)
		return is_missing("VITRINE_DB", err);
	*ret_settings = settings;
	return true;
}
