/* settings.h: what a function is told by its environment. One table holds every variable; a test compares it with
 * docs/architecture.md.
 */
#ifndef VITRINE_PLATFORM_LAMBDA_SETTINGS_H
#define VITRINE_PLATFORM_LAMBDA_SETTINGS_H

#include "platform/dispatch.h"

struct lambda_settings {
	const char *handler; /* of Lambda: which function this is */
	const char *db;		    /* the file that the shop is kept in */
	const char *currency, *payment, *issuer, *outbox; /* NULL: not given */
	int delivery;					  /* enum delivery_rule */
};

/* `look_up` is getenv, or a test's; its texts must stay. ERR_INVALID with a sentence that names the variable. */
bool lambda_settings_read(char *(*look_up)(const char *name), struct lambda_settings *ret_settings, struct err *err);

/* The variables' names in order, NULL after the last. */
const char *lambda_settings_variable(size_t index);

#endif
