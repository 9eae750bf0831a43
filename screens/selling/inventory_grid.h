/* inventory_grid.h: the inventory's state, shared by its keys (inventory.c) and its painting (inventory_grid.c).
 */
#ifndef VITRINE_SCREENS_SELLING_INVENTORY_GRID_H
#define VITRINE_SCREENS_SELLING_INVENTORY_GRID_H

#include <assert.h>

#include "screens/selling/editor.h"
#include "screens/selling/inventory.h"
#include "screens/parts/pager.h"
#include "tui/widgets/field.h"
#include "tui/widgets/list.h"

enum inventory_column { COLUMN_NAME, COLUMN_CATEGORY, COLUMN_PRICE, COLUMN_STOCK, COLUMN_CHANGED, COLUMNS };
enum { COLUMNS_BASE = COLUMN_STOCK }; /* where no stock is counted and no time kept */
extern const struct layout_column inventory_columns[COLUMNS];

struct inventory {
	struct inventory_changes changes; /* see inventory.h */
	struct app *app;
	char own_id[EDIT_ID]; /* "": no seller is signed in */
	struct product_query query;
	struct pager pager;
	struct table table;
	struct layout_column columns[COLUMNS]; /* with room for the longest price in sight */
	enum edit_cell cell; /* under the cursor */
	struct field input;
	bool editing, fresh; /* fresh: the first character typed replaces what is there */
	char editing_id[EDIT_ID];
	struct field search;
	bool searching;
	bool typed; /* into it, and not asked for yet */
	bool other; /* what is asked for is another listing than that on screen: keys for a row wait for it */
	int64_t return_to; /* the row to go back to once it is loaded again; -1: none */
	char deleting_id[EDIT_ID];
	struct editor_result edited;
	char *question;
};
static_assert(offsetof(struct inventory, changes) == 0, "calls made for the changes are the screen's");

/* The product under the cursor; NULL while there is none. */
const struct product *inventory_selected(const struct inventory *inventory);

/* What stands in a cell: the change, or what was just saved, or what the listing says. `edit` may be NULL. */
int64_t inventory_value(const struct edit *edit, const struct product *product, enum edit_cell cell);

/* Goes back to the row that was to be gone back to, once it is there. */
void inventory_return(struct inventory *inventory);

/* The screen's `paint`. */
void inventory_paint(struct app *app, void *state, struct canvas *canvas, struct rect body);

#endif
