/* settle.h: purchases whose end wasn't known when the program or the checkout was left: they are asked about, with the key
 * they had, as soon as their buyer is signed in, and they are told what became of them.
 */
#ifndef VITRINE_SCREENS_APP_SETTLE_H
#define VITRINE_SCREENS_APP_SETTLE_H

#include "net/pending.h"
#include "screens/app/app.h"

/* Asks about every purchase of whoever is signed in that has a record and is not being asked about (by this or by the
 * checkout: settle_claim). */
void settle_pending(struct app *app);

/* The checkout settles this one itself; and: no longer. */
void settle_claim(struct app *app, const char *key);
void settle_release(struct app *app, const char *key);

/* The checkout goes away before it is known: asks about this one from now on. The record is settle's. */
void settle_take_over(struct app *app, struct pending *pending);

/* Has a purchase of whoever is signed in that is still to be settled here asked for this product? */
bool settle_holds(struct app *app, const char *product_id);

/* Base profile: for how many ms more one of them may still be recorded; 0: none. */
int64_t settle_wait(struct app *app);

/* Is a purchase of whoever is signed in still to be settled, here or by a checkout? Nothing else should be bought then. */
bool settle_is_busy(struct app *app);

/* Stops asking: the connection goes away. The records stay. */
void settle_forget(struct app *app);

#endif
