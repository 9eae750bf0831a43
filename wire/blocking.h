/* blocking.h: one transfer, waited for: for a thread that has nothing else to do, and an engine of its own.
 */
#ifndef VITRINE_WIRE_BLOCKING_H
#define VITRINE_WIRE_BLOCKING_H

#include "wire/transfer.h"

struct blocking_answer {
	int status;
	struct buf body; /* the caller's: buf_done or buf_wipe */
	int retry_after_s;
};

/* *ret_sent (not NULL) says in any case whether some of the request may have left. Errors: those of transfer.h. */
bool blocking_transfer(struct engine *engine, const struct transfer_request *request,
		       struct blocking_answer *ret_answer, bool *ret_sent, struct err *err);

#endif
