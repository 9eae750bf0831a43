/* pending.h: purchases that were begun and whose end isn't known yet.
 *
 * Before a purchase leaves, its idempotency key and its body are saved. Whatever happens then (a lost reply, a killed
 * program), the same key and body are sent again, now or at the next start, and the platform answers what became of it.
 * The record is removed once that is known.
 *
 * The first platform knows no keys: there nothing is sent again. Its record also counts the units, each before it is
 * sent, and says until when the platform may still record the last one: only after that it is known that it did not.
 *
 * Without a state directory (`state` NULL) a record lives in memory only.
 */
#ifndef VITRINE_NET_PENDING_H
#define VITRINE_NET_PENDING_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "models/purchase.h"
#include "net/state.h"

/* PENDING_LATE_MS: a unit that left so long ago is recorded by now, or never will be. The first platform's gateway
 * gives up after 29 s, but what it has called may go on for 900 s; the rest is for the ways there. */
enum { PENDING_KEY_SIZE = 33, PENDING_LATE_MS = 18 * 60 * 1000 };

struct pending {
	struct pending *next;
	char key[PENDING_KEY_SIZE]; /* the Idempotency-Key */
	int64_t started_at;         /* ms */
	const char *user_id;        /* whose purchase it is */
	struct purchase_request request;
	/* Base profile. Units leave one after the other, line by line, and the next only when the one before was
	 * acknowledged: all but the last are recorded. */
	int64_t sent;       /* units that have left, or were about to */
	int64_t known_at;   /* ms: from then on what isn't recorded never will be */
	int64_t late_until; /* the same by clock_monotonic, which nobody sets; 0: not known, it was another process */
	struct arena arena; /* holds the texts and items */
};

/* A new record with a key of its own, on the disk when this returns. ERR_FILE, ERR_STORAGE_FULL: then nothing must be
 * sent. ERR_MEMORY. */
struct pending *pending_new(struct state *state, const char *user_id, const struct purchase_request *request,
			    struct err *err);

/* The records of a user, oldest first; NULL when there are none. Files that make no sense are left out. */
struct pending *pending_load(struct state *state, const char *user_id);

/* Base profile: notes that one more unit is sent now and may be recorded for so many ms. This is on the disk when it
 * returns; if it fails, as with pending_new, the unit must not be sent. */
bool pending_sends(struct pending *pending, struct state *state, int64_t late_ms, struct err *err);

/* For how many ms more the platform may record what was sent, `late_ms` at most; 0: no longer. */
int64_t pending_wait(struct pending *pending, int64_t late_ms);

/* How many units it asks for. */
int64_t pending_units(const struct pending *pending);

/* It is known what became of the purchase: removes the record from the disk. The memory stays. */
bool pending_settle(struct pending *pending, struct state *state, struct err *err);

/* Frees one record. NULL-safe; returns NULL. */
struct pending *pending_free(struct pending *pending);

#endif
