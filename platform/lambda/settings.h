/* settings.h: what a function is told by its environment: which one it is, and the shop's settings
 * (platform/shop_settings.h). A test compares the variables with docs/architecture.md.
 */
#ifndef VITRINE_PLATFORM_LAMBDA_SETTINGS_H
#define VITRINE_PLATFORM_LAMBDA_SETTINGS_H

#include "platform/shop_settings.h"

struct lambda_settings {
	const char *handler; /* of Lambda: which function this is */
	struct shop_settings shop;
};

/* `look_up` is getenv, or a test's; its texts must stay. ERR_INVALID with a sentence that names the variable. */
bool lambda_settings_read(char *(*look_up)(const char *name), struct lambda_settings *ret_settings, struct err *err);

/* The variables' names in order, NULL after the last. */
const char *lambda_settings_variable(size_t index);

#endif
