/* first.h: the base profile: the calls of the full platform, made from those that the first platform has.
 *
 * The first platform lists everything at once and knows little; here that is made into the answers that the full
 * platform would give. What it can't say is empty: ids, descriptions, currency "" and times 0, stock -1, prices that
 * are no amounts -1 beside their text.
 *
 * Owns what it knows of the platform: its catalogue for a moment, and the name of the client who is signed in.
 */
#ifndef VITRINE_NET_FIRST_FIRST_H
#define VITRINE_NET_FIRST_FIRST_H

#include "net/call.h"

struct first_options {
	int fresh_ms; /* how long the list of products may be used again */
	int unit_ms;  /* to wait for the answer to one unit of a purchase */
	int late_ms;  /* how late a sent unit may be recorded */
};

/* `calls` must outlive it. ERR_MEMORY. */
struct first *first_new(struct calls *calls, const struct first_options *options, struct err *err);

/* NULL-safe; returns NULL. */
struct first *first_free(struct first *first);

bool first_offers(enum api_op op);

/* Starts a call; it ends by call_settle. */
void first_start(struct first *first, struct call *call);

#endif
