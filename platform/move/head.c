#include "platform/move/head.h"

#include <string.h>

const char move_first[] = "shop", move_last[] = "end";

SHAPE_DEFINE(move_setting_shape, "setting", struct move_setting,
	     SHAPE_FIELD(FIELD_TEXT, struct move_setting, name, .required = true),
	     SHAPE_FIELD(FIELD_TEXT, struct move_setting, value, .required = true));
SHAPE_DEFINE(move_head_shape, "shop", struct move_head,
	     SHAPE_FIELD(FIELD_INT, struct move_head, format, .required = true, .min = MOVE_FORMAT, .max = MOVE_FORMAT),
	     SHAPE_FIELD(FIELD_TEXT, struct move_head, currency, .required = true, .min = 3, .max = 3),
	     SHAPE_FIELD(FIELD_TIME, struct move_head, exported_at, .required = true),
	     SHAPE_ITEMS(struct move_head, settings, move_setting_shape, .required = true, .max = MOVE_SETTINGS_MAX));

/* The key that signs cursors, so that those which clients hold stay good; and that a demonstration was filled already.
 * What identity keeps stays where it is: nobody's sign-in moves. */
static const char *const moved[] = {"cursor_key", "demo"};
enum { MOVED = sizeof moved / sizeof *moved };

bool move_settings_read(struct store *store, struct arena *arena, struct move_head *head, struct err *err)
{
	head->settings = arena_array(arena, MOVED, sizeof *head->settings);
	head->settings_count = 0;
	if (!head->settings)
		return err_memory(err, "reading settings");
	for (size_t i = 0; i < MOVED; i++) {
		const char *value;

		if (!store->setting_get(store, moved[i], arena, &value, err))
			return false;
		if (value)
			head->settings[head->settings_count++] = (struct move_setting){moved[i], value};
	}
	return true;
}

static bool is_moved(const char *name)
{
	for (size_t i = 0; i < MOVED; i++)
		if (!strcmp(moved[i], name))
			return true;
	return false;
}

bool move_settings_write(struct store *store, const struct move_head *head, struct arena *arena, struct err *err)
{
	for (size_t i = 0; i < head->settings_count; i++) {
		const struct move_setting *setting = &head->settings[i];
		const char *before;

		if (!is_moved(setting->name))
			continue;
		if (!store->setting_get(store, setting->name, arena, &before, err) ||
		    ((!before || strcmp(before, setting->value) != 0) &&
		     !store->setting_put(store, setting->name, before, setting->value, err)))
			return false;
	}
	return true;
}
