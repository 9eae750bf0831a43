/* month.h: a month of invented purchases, the same each time, as a plan: who buys what, how many days ago.
 */
#ifndef VITRINE_PLATFORM_DEMO_MONTH_H
#define VITRINE_PLATFORM_DEMO_MONTH_H

#include "platform/demo/catalogue.h"

enum { MONTH_DAYS = 31, MONTH_LINES = 3, MONTH_CLIENTS = 5 };

struct month_purchase {
	int days_ago;
	int64_t time;  /* ms since that day's midnight, UTC */
	size_t client; /* 0 to MONTH_CLIENTS - 1; 0 is the demo's client */
	bool cancelled;
	size_t lines_count;
	struct {
		size_t product; /* index into the catalogue */
		int64_t quantity;
	} lines[MONTH_LINES];
};
struct month {
	struct month_purchase *purchases; /* oldest first */
	size_t purchases_count;
	int64_t *sold; /* per product of the catalogue, cancelled purchases not counted */
};

bool month_plan(const struct catalogue *catalogue, struct arena *arena, struct month *ret_month, struct err *err);

#endif
