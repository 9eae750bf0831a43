/* inventory_grid.h: the inventory's state and what it shows; its keys are in inventory.c.
 */
#ifndef VITRINE_SCREENS_SELLING_INVENTORY_GRID_H
#define VITRINE_SCREENS_SELLING_INVENTORY_GRID_H

#include <assert.h>

#include "screens/parts/detail.h"
#include "screens/parts/pager.h"
#include "screens/selling/inventory.h"
#include "tui/widgets/field.h"
#include "tui/widgets/keymap.h"

#define INVENTORY_KEYS(KEY)                                                                              \
	KEY(INVENTORY_EDIT, "edit", "e", "edit", "Edit this price or stock; typing replaces it", 1)      \
	KEY(INVENTORY_TAG, "tag", "Space", "tag", "Tag this product, or untag it", 2)                    \
	KEY(INVENTORY_BULK, "bulk", "b", "bulk change", "Change all tagged products at once", 3)         \
	KEY(INVENTORY_REVIEW, "review", "w", "review and send", "Look at the changes, and send them", 4) \
	KEY(INVENTORY_NEW, "new", "n", "new", "Offer a new product", 5)                                  \
	KEY(INVENTORY_DELETE, "delete", "d", "delete", "Delete this product", 6)                         \
	KEY(INVENTORY_OPEN, "open", "Enter", "open", "Open this product in the editor", 7)               \
	KEY(INVENTORY_UNDO, "undo", "u", "undo", "Take back the last change", 0)                         \
	KEY(INVENTORY_SEARCH, "search", "/", "search", "Search your products as you type", 0)            \
	KEY(INVENTORY_NEXT, "next", "Tab Right l", "next cell", "Go to the next cell", 9)                \
	KEY(INVENTORY_PREVIOUS, "previous", "S-Tab Left h", "", "Go to the cell before", 0)              \
	KEY(INVENTORY_REFRESH, "refresh", "r", "refresh", "Ask the shop again, keeping the changes", 0)
enum inventory_action { INVENTORY_KEYS(KEYMAP_ACTION) };

enum inventory_block { BLOCK_LIST = 1, BLOCK_SEARCH, BLOCK_PANE, BLOCK_TEXT };
enum inventory_column { COLUMN_NAME, COLUMN_CATEGORY, COLUMN_PRICE, COLUMN_STOCK, COLUMN_CHANGED, COLUMNS };

struct inventory {
	struct inventory_changes changes; /* see inventory.h */
	struct app *app;
	char own_id[EDIT_ID]; /* the seller's; "": no seller is signed in */
	struct product_query query;
	struct pager pager;
	struct detail detail;
	bool beside; /* the selected product stands beside the grid */
	enum edit_cell cell; /* the cell of the selected row that `e` edits */
	struct field input;
	bool editing, fresh; /* fresh: the first character typed replaces the old text */
	char editing_id[EDIT_ID];
	struct field search;
	bool searching;
	bool typed; /* the search text has changed and isn't asked for yet */
	bool other; /* the listing on screen isn't the one that was asked for: keys for a row wait for it */
	enum { TIMER_NONE, TIMER_SEARCH, TIMER_REST, TIMER_DECODE } timer;
	int64_t rested; /* the row where the selection last rested: its picture is shown */
	char deleting_id[EDIT_ID];
	char *question;
};
static_assert(offsetof(struct inventory, changes) == 0, "calls made for the changes are the screen's");

/* The selected product; NULL while there is none. */
const struct product *inventory_selected(const struct inventory *inventory);

/* The value of a cell: the change, or what was just saved, or the listing's. `edit` may be NULL. */
int64_t inventory_value(const struct edit *edit, const struct product *product, enum edit_cell cell);

void inventory_start_timer(struct inventory *inventory, int timer, int milliseconds);

/* The screen's `update` and `view`. */
void inventory_update(struct app *app, void *state, const struct view *view);
void inventory_view(struct app *app, const void *state, struct view *view);

#endif
