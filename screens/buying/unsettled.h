/* unsettled.h: what the checkout says of units that the first platform may record long after nobody waits for its answer any
 * more.
 */
#ifndef VITRINE_SCREENS_BUYING_UNSETTLED_H
#define VITRINE_SCREENS_BUYING_UNSETTLED_H

#include "screens/app/app.h"

/* Of the purchase that is under way. */
void unsettled_say(struct app *app, const struct purchase_run *run, char *text, size_t size);

/* Marks the rows whose products an earlier purchase has asked for: those are left out. True when there are any. */
bool unsettled_hold(struct app *app, struct cart_rows *rows);

/* Of such an earlier one, `has_rest`: others can be bought; `armed`: at once. */
void unsettled_say_held(struct app *app, bool has_rest, bool armed, char *text, size_t size);

#endif
