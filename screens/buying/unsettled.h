/* unsettled.h: what the checkout says while it isn't known what became of a purchase: of its own, and of an earlier
 * one that the first platform may still record.
 */
#ifndef VITRINE_SCREENS_BUYING_UNSETTLED_H
#define VITRINE_SCREENS_BUYING_UNSETTLED_H

#include "screens/app/app.h"

/* Of the purchase that is under way. */
void unsettled_say(struct app *app, const struct purchase_run *run, char *text, size_t size);

/* Marks the rows whose products an earlier purchase has asked for: those are left out. True when there are any. */
bool unsettled_hold(struct app *app, struct cart_rows *rows);

/* Of such an earlier one; `has_rest`: others can be bought. */
void unsettled_say_held(struct app *app, bool has_rest, char *text, size_t size);

#endif
