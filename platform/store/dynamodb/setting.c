/* What all processes of a shop agree on. */
#include <string.h>

#include "platform/store/dynamodb/internal.h"

bool dynamodb_setting_get(struct store *store, const char *name, struct arena *arena, const char **ret_value,
			  struct err *err)
{
	struct dynamo_items found;
	bool failed = false;

	if (!ddb_get(ddb_of(store), ddb_key_setting(arena, name), true, arena, &found, err))
		return false;
	const char *value = item_text(found.items[0], "value", arena, &failed);
	dynamo_items_done(&found);
	if (failed)
		return err_memory(err, "reading a setting");
	*ret_value = value;
	return true;
}

static bool put(struct dynamodb_store *store, const char *name, const char *before, const char *value,
		struct arena *scratch, struct err *err)
{
	struct ddb_writing writing = {.arena = scratch};
	struct err cause;

	ddb_add_put(&writing, ddb_key_setting(scratch, name), before ? "#value = :before" : "attribute_not_exists(#pk)",
		    ATTRS(ATTR_TEXT("value", value), ATTR_TEXT(":before", before)));
	if (ddb_write(store, &writing, NULL, &cause))
		return true;
	if (cause.kind == ERR_CONFLICT)
		return err_set(err, ERR_CONFLICT, "Another value is kept there");
	if (err)
		*err = cause;
	return false;
}

bool dynamodb_setting_put(struct store *store, const char *name, const char *before, const char *value, struct err *err)
{
	struct arena scratch;

	arena_init(&scratch, SIZE_MAX);
	const bool done = put(ddb_of(store), name, before, value, &scratch, err);
	arena_done(&scratch);
	return done;
}
