/* link.h: can the platform be reached? What was heard of it last, and whether that is news. Owns nothing, can't fail.
 */
#ifndef VITRINE_NET_LINK_H
#define VITRINE_NET_LINK_H

#include <stdbool.h>

#include "base/err.h"

struct link {
	bool online;    /* taken for granted at first */
	struct err why; /* why it isn't */
	bool turned;    /* it changed since the news was taken last; a change and back is no news */
	bool explained; /* it is down for another reason than when the news was taken last */
};

void link_init(struct link *link);

/* True when it was down. */
bool link_up(struct link *link);
void link_down(struct link *link, const struct err *why);

bool link_has_news(const struct link *link);

/* The same, and the news is taken: it is told only once. */
bool link_take_news(struct link *link);

#endif
