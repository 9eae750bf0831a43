/* unsettled.h: what the checkout says while the end of a purchase isn't known: of its own purchase, or of an earlier
 * one that the first platform may still record.
 */
#ifndef VITRINE_SCREENS_BUYING_UNSETTLED_H
#define VITRINE_SCREENS_BUYING_UNSETTLED_H

#include "screens/app/app.h"

/* About the purchase that is under way. */
void unsettled_say(struct app *app, const struct purchase_run *run, char *text, size_t size);

/* Marks the rows with products that an earlier purchase asked for: they are left out. True when there are any. */
bool unsettled_hold(struct app *app, struct cart_rows *rows);

/* About such an earlier purchase; `has_rest`: other rows can be bought. */
void unsettled_say_held(struct app *app, bool has_rest, char *text, size_t size);

#endif
