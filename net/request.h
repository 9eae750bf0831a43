/* request.h: calls to requests, by the rows of api.def. Functions only; nothing is kept.
 */
#ifndef VITRINE_NET_REQUEST_H
#define VITRINE_NET_REQUEST_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "models/api.h"
#include "net/net_args.h"

/* The row's path with its {id} and query. False when {id} is needed and missing. */
bool request_path(enum api_op op, const struct net_args *args, struct buf *out);

/* The row's body. What doesn't fit shows in out->failed. */
void request_body(enum api_op op, const struct net_args *args, struct buf *out);

/* A copy of the row's query struct; NULL when memory ended. */
void *request_copy_query(const struct shape *shape, const void *query, struct arena *arena);

#endif
