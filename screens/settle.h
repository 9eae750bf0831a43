/* settle.h: purchases whose end wasn't known when the program was left: they are asked about, with the key they had, as soon
 * as their buyer is signed in, and he is told what became of them.
 */
#ifndef VITRINE_SCREENS_SETTLE_H
#define VITRINE_SCREENS_SETTLE_H

#include "screens/app.h"

/* Asks about every purchase of whoever is signed in that has a record and is not being asked about (by this or by the
 * checkout: settle_claim). */
void settle_pending(struct app *app);

/* The checkout settles this one itself; and: no longer. */
void settle_claim(struct app *app, const char *key);
void settle_release(struct app *app, const char *key);

/* Stops asking: the connection goes away. The records stay. */
void settle_forget(struct app *app);

#endif
