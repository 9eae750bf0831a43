/* net_args.h: what a call of net.h is about. It belongs to the caller; net_call copies it, unless a member says
 * otherwise.
 */
#ifndef VITRINE_NET_NET_ARGS_H
#define VITRINE_NET_NET_ARGS_H

#include <stdbool.h>
#include <stddef.h>

struct pending;

struct net_args {
	const char *id; /* what {id} stands for */
	const void
	    *query;       /* the row's query struct, or NULL. Members that are absent as its header says are left out */
	const void *body; /* the row's body struct */
	const void *bytes; /* a picture, */
	size_t length;
	const char *media_type; /* "image/png" or "image/jpeg" */
	const char *key;    /* Idempotency-Key. A call with one is repeated until its deadline, whatever goes wrong */
	struct pending
	    *pending; /* base profile, purchase_create: its record (net/pending.h). Its date names the purchase there,
		       * and it counts what was sent. Must outlive the call */
	/* base profile, purchase_create: send nothing, only find out what was recorded, however long it takes */
	bool again;
	bool fresh; /* base profile: not answered from the list that is kept for a moment */
	bool background; /* nobody waits for its answer: a picture, a count, the platform's copy of the cart */
	int deadline_ms;    /* 0: the options' */
};

#endif
