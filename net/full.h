/* full.h: calls of the full profile: each is one exchange, by its row of api.def.
 */
#ifndef VITRINE_NET_FULL_H
#define VITRINE_NET_FULL_H

#include "models/account.h"
#include "net/call.h"

/* Does this call need somebody who is signed in? */
bool full_needs_session(enum api_op op);

/* Starts a call, without what the platform does not offer; it ends by call_settle. */
void full_start(struct call *call, const struct service *service);

#endif
