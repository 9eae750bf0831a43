/* sales.h: what the list of sales and the screen of one sale share: what can be done with a sale, and how one is shown.
 */
#ifndef VITRINE_SCREENS_SELLING_SALES_H
#define VITRINE_SCREENS_SELLING_SALES_H

#include "screens/app/app.h"
#include "screens/parts/lines.h"

enum { SALES_ID = 65 };

/* What app_push_for(SCREEN_sale) answers to whoever gave it a `const struct sale *`, when something was done there. */
struct sale_result {
	const char *id;
	int status;    /* that it has now */
	bool doubtful; /* nobody knows whether what was asked for was done: there is no status */
};

/* ---- what can be done with a sale: none of it can be taken back, so each asks ---- */

enum sales_step { STEP_SHIP, STEP_DELIVER, STEP_CANCEL, STEPS };

/* One step of one sale, from the question to its answer. */
struct sales_doing {
	enum sales_step step;
	char id[SALES_ID];
	bool busy; /* it was asked for, and there is no answer yet */
};

/* May this be done with a sale of that status? */
bool sales_may(enum sale_status status, enum sales_step step);

/* Asks whether to do it, unless another one is under way; `yes` is the screen's, and calls sales_do. */
void sales_ask(struct app *app, void *state, struct sales_doing *doing, enum sales_step step, const struct sale *sale,
	       app_answer *yes);
void sales_do(struct app *app, void *state, struct sales_doing *doing, app_reply *reply);

/* The reply is here: true when it was done, which is then said and counted. Otherwise the error was told. */
bool sales_done(struct app *app, struct sales_doing *doing, const struct net_reply *reply);

/* For Esc: gives up what is under way, if people can see by now that it is. Nobody knows then whether it was done. */
bool sales_give_up(struct app *app, void *state, struct sales_doing *doing);

/* ---- how a sale is shown: on its own screen, and beside the list ---- */

/* The lines of a sale, which must stay; for a screen's `update`. */
void sales_lines(struct lines *lines, struct app *app, const struct sale *sale);

/* To whom, since when, and its lines; `table` says where the lines stand. */
void sales_view_sale(struct view *view, const struct sale *sale, enum sale_status status,
		     const struct lines *lines, struct view_table table);

#endif
