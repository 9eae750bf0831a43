/* net_reply.h: what a call of net.h got. It owns its texts and structs, in an arena; it is freed after the callback,
 * unless the callback keeps it.
 */
#ifndef VITRINE_NET_NET_REPLY_H
#define VITRINE_NET_NET_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "models/api.h"
#include "models/outcome.h"
#include "models/shape.h"

/* A call's number; 0 is none. */
typedef uint64_t net_id;

/* What became of one line of a purchase in the base profile, which records one unit at a time. */
struct net_recorded {
	const char *product_id, *product_name;
	int64_t quantity; /* asked for */
	int64_t recorded; /* surely recorded */
	int64_t unknown;  /* 1: one more may have been recorded, or may still be */
};

struct net_reply {
	bool ok;
	struct err err; /* when not ok */
	enum api_op op;
	int status;         /* 0: no answer came */
	unsigned attempts;  /* exchanges sent for it */
	bool replayed;      /* the platform says that this purchase was made before */
	int retry_after_s;  /* the platform asks to wait so long; 0: it doesn't */
	const void *answer; /* when ok: the row's answer struct; NULL when it has none */
	const void *bytes;  /* when ok and the row's answer has no shape: the body as it came */
	size_t length;
	const char *media_type;              /* of the body; "" when unknown */
	const cJSON *problem;                /* when not ok and an object was answered: all of it */
	const struct net_recorded *recorded; /* base profile, purchase_create: line by line, when anything was sent */
	size_t recorded_count;
	struct arena arena; /* holds all of the above */
};

/* May do everything but net_run, net_wait and net_free. The reply is freed after it unless net_reply_keep was
 * called. */
typedef void net_callback(void *context, struct net_reply *reply);

/* The reply is the callback's now, which frees it with net_reply_free (NULL-safe, returns NULL). */
void net_reply_keep(struct net_reply *reply);
struct net_reply *net_reply_free(struct net_reply *reply);

/* A member of the problem ("product", "cart", "products") as a struct, or a list of structs, of a shape; in the reply's
 * arena. False when it isn't there or can't be read. */
bool net_reply_object(struct net_reply *reply, const char *member, const struct shape *shape, const void **ret_object);
bool net_reply_list(struct net_reply *reply, const char *member, const struct shape *shape, const void **ret_objects,
		    size_t *ret_count);

/* The problem's errors[index]; a code that it doesn't have is "". False beyond the last. */
bool net_reply_fault(const struct net_reply *reply, size_t index, struct outcome_error *ret_fault);

#endif
