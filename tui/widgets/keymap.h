/* keymap.h: which key does what, from one table per screen; the footer, the help and the palette come from the same
 * table.
 *
 * A screen writes its keys as an X-macro and makes of it an enum of actions and a const table of bindings:
 *
 *     #define SHOP_KEYS(KEY)                                              \
 *             KEY(SHOP_ADD, "add", "a", "add", "Add to the cart", 1)      \
 *             KEY(SHOP_OPEN, "open", "Enter l", "open", "Open the product", 2)
 *     enum shop_action { SHOP_KEYS(KEYMAP_ACTION) };
 *     static const struct binding shop_keys[] = { SHOP_KEYS(KEYMAP_BINDING) };
 *
 * The enum's actions then begin with 0 in every screen; give them a base where that would collide with others. A keymap
 * holds the keys in force: the table's, or those that a person chose instead.
 */
#ifndef VITRINE_TUI_WIDGETS_KEYMAP_H
#define VITRINE_TUI_WIDGETS_KEYMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "tui/terminal/key.h"
#include "tui/paint/paint.h"

#define KEYMAP_ACTION(action, name, keys, label, help, footer) action,
#define KEYMAP_BINDING(action, name, keys, label, help, footer) {action, name, keys, label, help, footer},

struct binding {
	int action;
	const char *name;  /* for keys.ini: "add"; with the keymap's name "shop.add" */
	const char *keys;  /* default keys, separated by spaces; the first is the one shown */
	const char *label; /* in the footer */
	const char *help;  /* a sentence without its point; NULL: in neither help nor palette */
	int footer;        /* place in the footer, from 1; 0: not in it */
};

enum { KEYMAP_BINDINGS_MAX = 48, KEYMAP_KEYS_MAX = 6, KEYMAP_NONE = -1 };

struct keymap {
	const char *name;  /* "shop"; "" for the keys that hold everywhere */
	const char *title; /* above its keys in the help */
	const struct binding *bindings;
	size_t count;
	uint32_t keys[KEYMAP_BINDINGS_MAX][KEYMAP_KEYS_MAX]; /* 0: no more */
};

/* Parses the table. Everything is borrowed and static. Fails (ERR_INTERNAL) when a name of a key is wrong, a key is
 * there twice, or the table is too long: a unit test of each screen's table keeps that from happening. */
bool keymap_init(struct keymap *keymap, const char *name, const char *title, const struct binding *bindings,
		 size_t count, struct err *err);

/* Gives the action of that name other keys, "" for none; keys that another action of this keymap has are taken from it.
 * Fails with the keymap as it was: ERR_NOT_FOUND no such action, ERR_INVALID no such key or too many. */
bool keymap_override(struct keymap *keymap, const char *action, const char *keys, struct err *err);

/* The action of a key, or KEYMAP_NONE. */
int keymap_find(const struct keymap *keymap, uint32_t key);

/* The first key of an action as people read it ("Enter", "^L"); "" when it has none. */
void keymap_key_name(const struct keymap *keymap, int action, char ret_name[KEY_NAME_SIZE]);

/* A key as people read it: key_format's name, but ^L for C-l. */
void keymap_show_key(uint32_t key, char ret_name[KEY_NAME_SIZE]);

/* This action makes no sense now. */
typedef bool keymap_hidden(const struct keymap *keymap, int action, void *user);

/* What a footer says of a binding: its own label, another text, or NULL to leave it out. Valid until the next call. */
typedef const char *keymap_label(const struct keymap *keymap, const struct binding *binding, void *user);

/* What stands in a footer of `width` columns: the bindings of `keymaps` (the screen's first) with a place in it, by
 * their place, dropped from the right when they don't fit. The item for `help` (an action of the last keymap, if it has
 * it) stands at the right end, always. `label` (NULL: the bindings' own) is asked for the words. */
enum { FOOTER_ITEMS_MAX = 16, FOOTER_LABEL_SIZE = 64 };
struct footer_item {
	int x, width; /* columns, key and label */
	const struct keymap *keymap;
	const struct binding *binding;
	char key[KEY_NAME_SIZE], label[FOOTER_LABEL_SIZE];
};
size_t keymap_footer(const struct keymap *const *keymaps, size_t count, int width, int help, keymap_label *label,
		     void *user, struct footer_item ret_items[FOOTER_ITEMS_MAX]);

/* Paints these items in a line. */
void paint_footer(struct canvas *canvas, struct rect rect, const struct footer_item *items, size_t count);

/* The item at a column of that line, for the mouse; NULL when there is none. */
const struct footer_item *footer_item_at(const struct footer_item *items, size_t count, int column);

/* Does every word of `filter` occur in one of the texts, ASCII case aside? An empty filter is in all. NULL texts
 * are. */
bool keymap_matches(const char *filter, const char *const *texts, size_t count);

#endif
