/* reply.h: how a reply is made; what people do with one is in net_reply.h.
 */
#ifndef VITRINE_NET_REPLY_H
#define VITRINE_NET_REPLY_H

#include "net/net_reply.h"
#include "wire/transfer.h"

enum { REPLY_ARENA = 32 * 1024 * 1024 };

/* NULL when memory ended; net_reply_free. */
struct net_reply *reply_new(enum api_op op);

/* Reads a 2xx answer by the row's shape; what an earlier one left is forgotten. ERR_PROTOCOL, ERR_MEMORY. */
bool reply_read(struct net_reply *reply, struct transfer_answer *answer, struct err *err);

/* Takes the problem over. */
void reply_set_problem(struct net_reply *reply, cJSON *problem);

/* net_reply_keep will set *kept. (The reply itself may be gone by the time somebody looks.) */
void reply_note_keep(struct net_reply *reply, bool *kept);

#endif
