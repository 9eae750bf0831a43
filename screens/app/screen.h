/* screen.h: what a screen is: one const table at the end of its file, and a row in screens.def.
 *
 * A screen's state is a struct of its own, zeroed, in an arena that dies with it, after its calls are cancelled. Screens
 * never wait: they ask with app_call and show what they have. What they say is shown in the body; header, footer, toasts and
 * what floats are the app's. All functions but `view` may be NULL.
 */
#ifndef VITRINE_SCREENS_APP_SCREEN_H
#define VITRINE_SCREENS_APP_SCREEN_H

#include "screens/app/app.h"
#include "tui/terminal/event.h"
#include "tui/widgets/keymap.h"
#include "tui/paint/paint.h"
#include "tui/view/view.h"
#include "tui/widgets/widget.h"

struct screen {
	const char *name;  /* of its keys in keys.ini: "shop" */
	const char *title; /* in the header: "Shop" */
	size_t state_size;
	const struct binding *keys; /* actions from 0 */
	size_t keys_count;
	bool in_menu; /* one of the header's entries: it replaces what is on screen, and lies at the bottom */

	/* Those of the actions that are done to the selected row: SCREEN_ACTION(SHOP_ADD) | … */
	uint64_t of_row;

	/* Comes into being. `argument` is what app_push was given, valid only now. False: it doesn't open. */
	bool (*enter)(struct app *app, void *state, const void *argument);

	/* Is the top one again, after what lay above it went away, or somebody signed in or out. */
	void (*shown)(struct app *app, void *state);

	/* Does what is due before people see it: pages to ask for (by view_first and view_visible), a cart to follow, edits to
	 * rebase. `view` is what was shown last. */
	void (*update)(struct app *app, void *state, const struct view *view);

	/* Says what there is to see; changes nothing. */
	void (*view)(struct app *app, const void *state, struct view *view);

	/* What a person did to one of its blocks: VIEW_GO, VIEW_CHOOSE or VIEW_CLICK (view.h). */
	void (*seen)(struct app *app, void *state, const struct view_event *event);

	/* A key of its table was pressed. */
	void (*action)(struct app *app, void *state, int action);

	/* Sees every event before its blocks and the keys do: for what is typed. HANDLED (and the others) end it there. */
	enum widget_result (*event)(struct app *app, void *state, const struct event *event);

	/* Esc was pressed: true when it meant something here (left a field, cleared a filter); otherwise one goes back. */
	bool (*escape)(struct app *app, void *state);

	/* This action makes no sense now: it is left out of the footer. */
	bool (*hidden)(struct app *app, const void *state, int action);

	/* What the footer says of this action, or of Esc (SCREEN_BACK), now; NULL: its label in the table, or `back`. */
	const char *(*label)(struct app *app, const void *state, int action);
	const char *back; /* what the footer says of Esc: "back to the cart"; NULL: "back" where one can go back */

	/* What would be lost by leaving, as the question to ask ("2 changes are not sent. Leave them?"), or NULL. */
	const char *(*unsaved)(struct app *app, const void *state);

	/* A timer set by app_timer has run out. */
	void (*tick)(struct app *app, void *state);

	/* Goes away. */
	void (*leave)(struct app *app, void *state);
};

enum { SCREEN_BACK = KEYMAP_NONE };

#define SCREEN(id, who, needs, words) extern const struct screen screen_##id;
#include "screens/screens.def"
#undef SCREEN

#define SCREEN_ACTION(action) (UINT64_C(1) << (action))

/* The size of a table of keys. */
#define SCREEN_KEYS(table) .keys = (table), .keys_count = sizeof(table) / sizeof *(table)

#endif
