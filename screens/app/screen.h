/* screen.h: what a screen is: one const table at the end of its file, and a row in screens.def.
 *
 * A screen's state is a struct of its own, zeroed, in an arena that is freed when the screen closes, after its calls
 * are cancelled. Screens never wait: they ask with app_call and show what they have. Their view fills the body; header,
 * footer, messages and overlays are the app's. All functions but `view` may be NULL.
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
	const char *name;  /* of its section in keys.ini: "shop" */
	const char *title; /* shown in the header: "Shop" */
	size_t state_size;
	const struct binding *keys; /* bindings of the actions, from 0 on */
	size_t keys_count;
	bool in_menu; /* an entry of the header's menu: it lies at the bottom, and opening it closes all others */

	/* The actions that are done to the selected row: SCREEN_ACTION(SHOP_ADD) | … */
	uint64_t of_row;

	/* The screen opens. `argument` is what app_push was given, valid only now. False: it doesn't open. */
	bool (*enter)(struct app *app, void *state, const void *argument);

	/* It is on top again, because the one above was closed or because somebody signed in or out. */
	void (*shown)(struct app *app, void *state);

	/* Does what is due before the frame: asks for pages (by view_first and view_visible), follows the cart, rebases
	 * edits. `view` is what was shown last. */
	void (*update)(struct app *app, void *state, const struct view *view);

	/* Builds the blocks to show; changes nothing. */
	void (*view)(struct app *app, const void *state, struct view *view);

	/* People did something to one of its blocks: VIEW_GO, VIEW_CHOOSE or VIEW_CLICK (view.h). */
	void (*seen)(struct app *app, void *state, const struct view_event *event);

	/* A key of its table was pressed. */
	void (*action)(struct app *app, void *state, int action);

	/* Gets each event before blocks and keys do: for text that is typed. All but WIDGET_IGNORED end the event's way
	 * here. */
	enum widget_result (*event)(struct app *app, void *state, const struct event *event);

	/* Esc was pressed. True when the screen used it (left a field, cleared a filter); otherwise the app goes
	 * back. */
	bool (*escape)(struct app *app, void *state);

	/* The action makes no sense now: the footer leaves it out. */
	bool (*hidden)(struct app *app, const void *state, int action);

	/* The footer's word for this action now, or for Esc (SCREEN_BACK); NULL: its label in the table, or `back`. */
	const char *(*label)(struct app *app, const void *state, int action);
	const char *back; /* the footer's word for Esc: "back to the cart"; NULL: "back", if there is a screen below */

	/* What would be lost by leaving, as a question ("2 changes are not sent. Leave them?"), or NULL. */
	const char *(*unsaved)(struct app *app, const void *state);

	/* The timer that app_timer has set has run out. */
	void (*tick)(struct app *app, void *state);

	/* The screen closes. */
	void (*leave)(struct app *app, void *state);
};

enum { SCREEN_BACK = KEYMAP_NONE };

#define SCREEN(id, who, needs, words) extern const struct screen screen_##id;
#include "screens/screens.def"
#undef SCREEN

#define SCREEN_ACTION(action) (UINT64_C(1) << (action))

/* A table of keys and its size. */
#define SCREEN_KEYS(table) .keys = (table), .keys_count = sizeof(table) / sizeof *(table)

#endif
