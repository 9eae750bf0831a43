#include "platform/setting.h"

#include "base/crypt.h"

bool setting_settle(struct store *store, const char *name, const char *value, struct arena *arena,
		    const char **ret_value, struct err *err)
{
	const char *kept;
	struct err cause = {.kind = ERR_NONE};

	if (!store->setting_get(store, name, arena, &kept, err))
		return false;
	if (!kept && !store->setting_put(store, name, NULL, value, &cause) && cause.kind != ERR_CONFLICT) {
		*err = cause;
		return false;
	}
	if (!kept && !store->setting_get(store, name, arena, &kept, err))
		return false;
	*ret_value = kept;
	return true;
}

bool setting_cursor_key(struct platform *platform, struct err *err)
{
	enum { SIZE = sizeof platform->cursor_key };
	char text[CRYPT_BASE64_SIZE(SIZE)];
	const char *kept;
	struct arena scratch;
	size_t length;

	arena_init(&scratch, 4096);
	crypt_random(platform->cursor_key, SIZE);
	crypt_base64(platform->cursor_key, SIZE, text);
	bool done = setting_settle(platform->store, "cursor_key", text, &scratch, &kept, err) &&
		    ((crypt_unbase64(kept, platform->cursor_key, SIZE, &length) && length == SIZE) ||
		     err_set(err, ERR_FILE, "The database's key for cursors can't be read"));
	arena_done(&scratch);
	return done;
}
