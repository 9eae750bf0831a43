#include "screens/buying/shop_order.h"

#include "net/net.h"

static const char *const orders[] = {
    [SORT_BEST] = "Best match first",
    [SORT_NEWEST] = "Newest first",
    [SORT_PRICE] = "Cheapest first",
    [SORT_PRICE_DOWN] = "Most expensive first",
};

/* A platform that can't sort by relevance lists the newest first. */
static int first_order(struct app *app)
{
	return net_has_feature(app_net(app), "best") ? SORT_BEST : SORT_NEWEST;
}

const char *shop_order_label(struct app *app, int sort, bool searched)
{
	if (sort == SORT_BEST && (!searched || first_order(app) != SORT_BEST))
		sort = SORT_NEWEST;
	return orders[sort];
}

int shop_order_at(struct app *app, size_t index)
{
	return first_order(app) + (int)index;
}

void shop_order_choose(struct app *app, void *state, int sort, app_choice *chosen)
{
	const char *choices[sizeof orders / sizeof *orders];
	int first = first_order(app);
	size_t count = 0;

	for (size_t i = (size_t)first; i < sizeof orders / sizeof *orders; i++)
		choices[count++] = orders[i];
	app_choose(app, state, "Sort by", choices, count, (size_t)(sort < first ? 0 : sort - first), chosen);
}
