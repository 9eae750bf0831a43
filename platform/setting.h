/* setting.h: what every process of a platform has to agree on, kept by the store.
 */
#ifndef VITRINE_PLATFORM_SETTING_H
#define VITRINE_PLATFORM_SETTING_H

#include "platform/dispatch.h"

/* The value kept under a name; there being none, `value` is kept first, unless somebody is quicker. *ret_value is in
 * `arena`. */
bool setting_settle(struct store *store, const char *name, const char *value, struct arena *arena,
		    const char **ret_value, struct err *err);

/* The key that signs cursors: made once, so that cursors outlive a restart and are the same to all who use the
 * store. */
bool setting_cursor_key(struct platform *platform, struct err *err);

#endif
