/* history.h: everybody's purchases at the first platform, of which our own are picked.
 */
#ifndef VITRINE_NET_FIRST_HISTORY_H
#define VITRINE_NET_FIRST_HISTORY_H

#include "net/first/job.h"

struct unit {
	const char *id, *client_name, *seller_name, *product_name, *price, *date;
	int64_t at;    /* ms; 0 when the date can't be read */
	int64_t place; /* the same; when it can't be read, the moment that its id tells */
};

/* Reads GET /Purchase: those of `client_name`. Texts are in the arena. */
bool history_read(const struct transfer_answer *answer, const char *client_name, struct arena *arena,
		  struct unit **ret_units, size_t *ret_count, struct err *err);

/* Makes purchases of the units (and sorts these for that), and answers a call that lists purchases or asks for one. */
void history_answer(struct call *call, struct unit *units, size_t count);

#endif
