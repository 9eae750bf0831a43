/* throttle.h: who tried too often. A table of bounded size that counts failures by a key and says how long the next try
 * must wait. Nothing here reads a clock or draws randomness: every answer follows from what was told before and `now`
 * (ms). Not thread-safe.
 *
 * Keys are hashes under a secret of the caller's, so that nobody can choose two that share a set. When the set of a new
 * key is full, the entry that failed longest ago makes room.
 */
#ifndef VITRINE_PLATFORM_IDENTITY_THROTTLE_H
#define VITRINE_PLATFORM_IDENTITY_THROTTLE_H

#include <stdbool.h>
#include <stdint.h>

/* BACKOFF: after `free` failures each further one makes the next try wait, `step` at first, then twice as long each
 * time, `longest` at most; `forget` without a failure wipes the slate clean. BUCKET: `free` failures at once, and then
 * one per `step`. */
enum throttle_kind { THROTTLE_BACKOFF, THROTTLE_BUCKET };

struct throttle_rule {
	enum throttle_kind kind;
	int free;
	int64_t step, longest, forget; /* ms */
};

struct throttle_entry {
	uint64_t key;  /* 0: vacant */
	int64_t last;  /* the last failure */
	int64_t until; /* BACKOFF: no try before; BUCKET: when the bucket will be full again */
	int32_t failures;
};

enum { THROTTLE_WAYS = 8, THROTTLE_SETS = 512 };

struct throttle {
	const struct throttle_rule *rule;
	struct throttle_entry sets[THROTTLE_SETS][THROTTLE_WAYS];
};

/* `rule` must stay. */
void throttle_init(struct throttle *throttle, const struct throttle_rule *rule);

/* Milliseconds until this key may try; 0: now. */
int64_t throttle_wait(const struct throttle *throttle, uint64_t key, int64_t now);

/* This key failed. */
void throttle_fail(struct throttle *throttle, uint64_t key, int64_t now);

/* This key proved who it is: its failures are forgotten. */
void throttle_forgive(struct throttle *throttle, uint64_t key);

#endif
