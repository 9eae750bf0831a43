/* sales.h: what the list of sales and the screen of one sale share.
 */
#ifndef VITRINE_SCREENS_SELLING_SALES_H
#define VITRINE_SCREENS_SELLING_SALES_H

#include "screens/app/app.h"

enum { SALES_KNOWN = 64, SALES_ID = 65 };

/* Statuses that are newer than the list: what was just shipped shows it where it stands, without the list being read again. */
struct sales_known {
	bool doubtful; /* something was done of which nobody knows what became: the list is to be read again */
	size_t count;
	struct {
		char id[SALES_ID];
		int status;
	} sale[SALES_KNOWN];
};

/* A sale's status as it is now, and: it is that from now on. */
enum sale_status sales_status(const struct sales_known *known, const struct sale *sale);
void sales_note(struct sales_known *known, const char *id, int status);

/* What can be done with a sale: the rows of one table, for both screens. */
enum sales_step { STEP_SHIP, STEP_DELIVER, STEP_CANCEL, STEPS };
struct sales_step_row {
	enum api_op op;
	enum sale_status becomes;
	const char *done; /* "Shipped" */
};
extern const struct sales_step_row sales_steps[STEPS];

/* For Esc: gives up the step that `state`'s screen has under way, if people can see by now that there is one. */
bool sales_give_up(struct app *app, void *state, struct sales_known *known, bool *busy);

/* What app_push(SCREEN_sale) takes. */
struct sale_argument {
	const struct sale *sale;
	struct sales_known *known; /* of the list, which lies below */
};

#endif
