/* late_world.h: what the tests of units whose end nobody knows share: the first platform's stand-in, one product of it,
 * and purchases of that which are begun and asked about again.
 */
#ifndef VITRINE_TESTS_UNIT_LATE_WORLD_H
#define VITRINE_TESTS_UNIT_LATE_WORLD_H

#include "net/pending.h"
#include "tests/unit/net_world.h"

/* SHORT_MS: where it is waited for that the time is over; long enough for the stand-in to do, on a busy machine, what
 * it does at once. */
enum { LATE_MS = 25000, SHORT_MS = 1500, UNIT_MS = 200, QUANTITY = 3 };

struct world {
	struct server shop;
	struct net *net;
	char folder[256];
	char id[64], name[64];
	int64_t price;
};

/* The net anew, on the same files. */
void late_open_net(struct world *world, int late_ms);

/* For cmocka. Somebody is signed in, and units may be recorded for LATE_MS. */
int late_set_up(void **state);
int late_tear_down(void **state);

/* The POST that is the nth from now on goes wrong, as the rest of the order says. */
void late_fault(struct world *world, int nth, const char *rest);

/* Units of that purchase, or (NULL) of all; and how many POSTs there were. */
int late_rows(struct world *world, const struct pending *pending);
int late_posts(struct world *world);

/* A purchase of so many, which is bought or (`again`) asked about. */
struct pending *late_record(struct world *world, int64_t quantity);
struct net_args late_args(struct pending *pending, bool again);
struct net_reply *late_buy(struct world *world, struct pending *pending, bool again);

/* It ended so ("": well); frees the reply. */
void late_check(struct net_reply *reply, const char *code, int64_t recorded, int64_t unknown);

/* It is known what became of it. NULL. */
struct pending *late_settle(struct world *world, struct pending *pending);

#endif
