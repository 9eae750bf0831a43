/* past.h: two months of invented purchases, the same each time, as a plan: who buys what, how many days ago.
 */
#ifndef VITRINE_PLATFORM_DEMO_PAST_H
#define VITRINE_PLATFORM_DEMO_PAST_H

#include "platform/demo/goods.h"

enum { PAST_DAYS = 61, PAST_LINES = 3, PAST_CLIENTS = 5 };

struct past_purchase {
	int days_ago;
	int64_t time;  /* ms since that day's midnight, UTC */
	size_t client; /* 0 to PAST_CLIENTS - 1; 0 is the demo's client */
	bool cancelled;
	size_t lines_count;
	struct {
		size_t product; /* index into the catalogue */
		int64_t quantity;
	} lines[PAST_LINES];
};
struct past {
	struct past_purchase *purchases; /* oldest first */
	size_t purchases_count;
	int64_t *sold; /* per product of the catalogue, cancelled purchases not counted */
};

bool past_plan(const struct goods *goods, struct arena *arena, struct past *ret_past, struct err *err);

/* When (ms) a purchase of the plan happened, as seen from `now`. Today is as long as it has been so far: all of the
 * plan lies in the past, and each day has its share. */
int64_t past_time(const struct past_purchase *purchase, int64_t now);

#endif
