/* pending.h: purchases that were begun and whose end isn't known yet.
 *
 * Before a purchase leaves, its idempotency key and its body are saved. Whatever happens then (a lost reply, a killed
 * program), the same key and body are sent again, now or at the next start, and the platform answers what became of it. The
 * record is removed once that is known.
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

enum { PENDING_KEY_SIZE = 33 };

struct pending {
	struct pending *next;
	char key[PENDING_KEY_SIZE]; /* the Idempotency-Key */
	int64_t started_at;         /* ms */
	const char *user_id;        /* whose purchase it is */
	struct purchase_request request;
	struct arena arena; /* holds the texts and items */
};

/* A new record with a key of its own, on the disk when this returns. ERR_FILE, ERR_STORAGE_FULL: then nothing must be sent.
 * ERR_MEMORY. */
struct pending *pending_new(struct state *state, const char *user_id, const struct purchase_request *request,
			    struct err *err);

/* The records of a user, oldest first; NULL when there are none. Files that make no sense are left out. */
struct pending *pending_load(struct state *state, const char *user_id);

/* It is known what became of the purchase: removes the record from the disk. The memory stays. */
bool pending_settle(struct pending *pending, struct state *state, struct err *err);

/* Frees one record. NULL-safe; returns NULL. */
struct pending *pending_free(struct pending *pending);

#endif
