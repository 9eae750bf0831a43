/* fetch.h: the first platform's catalogue: fetched whole and kept for a moment; calls wait for it. The platform owns it
 * (first->catalogue), and frees it when a newer one has come.
 */
#ifndef VITRINE_NET_FIRST_FETCH_H
#define VITRINE_NET_FIRST_FETCH_H

#include "net/first/catalogue.h"

/* Calls `ready` once the catalogue is there and fresh enough, or can't be fetched. */
void fetch_need(struct call *call, void (*ready)(struct call *call, const struct err *err));

/* Something was changed there: what was fetched before is not used again. */
void fetch_changed(struct first *first);

void fetch_done(struct first *first);

#endif
