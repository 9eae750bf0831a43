/* busy_shop.h: a shop where all happens that something follows from: sales that are placed, shipped, delivered and
 * cancelled by either side, stock that runs low, a past that was filled in, pictures, prices, new names, and accounts
 * that end.
 */
#ifndef VITRINE_TESTS_CONTRACT_BUSY_SHOP_H
#define VITRINE_TESTS_CONTRACT_BUSY_SHOP_H

#include "store_suite.h"

/* Makes it in the fixture's store. `large`: what ends has more than one slice tidies up, and all was followed before
 * that and before a seller's new name; otherwise nothing was. */
void busy_shop(struct fixture *fixture, uint64_t *chance, bool large);

#endif
