/* demo.h: fills an empty shop with the demo: the catalogue of assets/, accounts, and two months of purchases.
 */
#ifndef VITRINE_PLATFORM_DEMO_DEMO_H
#define VITRINE_PLATFORM_DEMO_DEMO_H

#include "platform/dispatch.h"

/* Does nothing when the demo's seller is there already. It is many transactions: what is left when it was stopped on
 * the way is no demo, and the caller must remember that. Any error is final. */
bool demo_fill(struct platform *platform, struct err *err);

/* How to pay there: a sentence for the service document. */
extern const char demo_payment[];

#endif
