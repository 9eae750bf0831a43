/* sales.h: what the list of sales and the screen of one sale share: a sale's steps, and how it is shown.
 */
#ifndef VITRINE_SCREENS_SELLING_SALES_H
#define VITRINE_SCREENS_SELLING_SALES_H

#include "screens/app/app.h"
#include "screens/parts/lines.h"

enum { SALES_ID = 65 };

/* The result of app_push_for(SCREEN_sale), when something was done there. Its argument is a `const struct sale *`. */
struct sale_result {
	const char *id;
	int status;    /* the new one */
	bool doubtful; /* perhaps it was done; then there is no status */
};

/* ---- steps: none can be undone, so each asks first ---- */

enum sales_step { STEP_SHIP, STEP_DELIVER, STEP_CANCEL, STEPS };

/* One step of one sale, from the question to its answer. */
struct sales_doing {
	enum sales_step step;
	char id[SALES_ID];
	bool busy; /* it was sent, and there is no answer yet */
};

/* Can a sale with this status do this step? */
bool sales_may(enum sale_status status, enum sales_step step);

/* Asks whether to do it, unless another step is under way. `yes` is the screen's, and calls sales_do. */
void sales_ask(struct app *app, void *state, struct sales_doing *doing, enum sales_step step, const struct sale *sale,
	       app_answer *yes);
void sales_do(struct app *app, void *state, struct sales_doing *doing, app_reply *reply);

/* The reply has come. True: it was done; people are told, and the sales are counted again. False: the error was
 * told. */
bool sales_done(struct app *app, struct sales_doing *doing, const struct net_reply *reply);

/* For Esc: ends the call under way, if its spinner is on screen already. Nobody knows then whether it was done. */
bool sales_give_up(struct app *app, void *state, struct sales_doing *doing);

/* ---- how a sale is shown: on its own screen, and beside the list ---- */

/* The lines of a sale, which must stay; for a screen's `update`. */
void sales_lines(struct lines *lines, struct app *app, const struct sale *sale);

/* The buyer, the date, and the lines; `table` says where the lines stand. */
void sales_view_sale(struct view *view, const struct sale *sale, enum sale_status status,
		     const struct lines *lines, struct view_table table);

#endif
