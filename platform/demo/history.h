/* history.h: two months of invented purchases, the same each time, as a plan: who buys what, how many days ago.
 */
#ifndef VITRINE_PLATFORM_DEMO_HISTORY_H
#define VITRINE_PLATFORM_DEMO_HISTORY_H

#include "platform/demo/catalogue.h"

enum { HISTORY_DAYS = 61, HISTORY_LINES = 3, HISTORY_CLIENTS = 5 };

struct history_purchase {
	int days_ago;
	int64_t time;  /* ms since that day's midnight, UTC */
	size_t client; /* 0 to HISTORY_CLIENTS - 1; 0 is the demo's client */
	bool cancelled;
	size_t lines_count;
	struct {
		size_t product; /* index into the catalogue */
		int64_t quantity;
	} lines[HISTORY_LINES];
};
struct history {
	struct history_purchase *purchases; /* oldest first */
	size_t purchases_count;
	int64_t *sold; /* per product of the catalogue, cancelled purchases not counted */
};

bool history_plan(const struct catalogue *catalogue, struct arena *arena, struct history *ret_history, struct err *err);

/* When (ms) a purchase of the plan happened, as seen from `now`. Today is as long as it has been so far: all of the plan lies
 * in the past, and each day has its share. */
int64_t history_time(const struct history_purchase *purchase, int64_t now);

#endif
