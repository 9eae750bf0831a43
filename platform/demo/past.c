#include "platform/demo/past.h"

#include "base/clock.h"

enum { PER_DAY_MAX = 7, SEED = 20261122, OPENS_HOUR = 7, HOURS_OPEN = 14, HOUR_MS = 3600 * 1000 };

/* xorshift32: the demo must look the same every time. */
static uint32_t draw(uint32_t *state, uint32_t bound)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state % bound;
}

/* Half of what is bought is the demo seller's (index 0), so that the dashboard has something to show. What is nearly
 * sold out is not what gets cancelled: the restocked goods would have to be there in between. */
static size_t draw_product(const struct goods *goods, uint32_t *state, bool plenty)
{
	bool own = draw(state, 2) == 0;
	size_t product = 0;

	for (int tries = 0; tries < 200; tries++) {
		product = draw(state, (uint32_t)goods->products_count);
		const struct goods_product *candidate = &goods->products[product];
		if ((!own || candidate->seller == 0) && (!plenty || candidate->stock >= 10) &&
		    candidate->price < 20000)
			break;
	}
	return product;
}

static void draw_lines(const struct goods *goods, uint32_t *state, struct past_purchase *purchase)
{
	size_t wanted = 1 + draw(state, PAST_LINES);

	for (size_t i = 0; i < wanted; i++) {
		size_t product = draw_product(goods, state, purchase->cancelled);
		int64_t quantity = 1 + draw(state, 3);
		bool seen = false;

		for (size_t line = 0; line < purchase->lines_count; line++)
			seen = seen || purchase->lines[line].product == product;
		if (seen)
			continue;
		purchase->lines[purchase->lines_count].product = product;
		purchase->lines[purchase->lines_count++].quantity = quantity;
	}
}

bool past_plan(const struct goods *goods, struct arena *arena, struct past *ret_past, struct err *err)
{
	const size_t capacity = (size_t)PAST_DAYS * PER_DAY_MAX;
	uint32_t state = SEED;
	struct past past = {.purchases = arena_array(arena, capacity, sizeof *past.purchases),
			      .sold = arena_array(arena, goods->products_count, sizeof *past.sold)};

	if (!past.purchases || !past.sold)
		return err_memory(err, "planning the demo");
	for (int days_ago = PAST_DAYS - 1; days_ago >= 0; days_ago--) {
		uint32_t count = 2 + draw(&state, PER_DAY_MAX - 1);

		for (uint32_t i = 0; i < count; i++) {
			size_t index = past.purchases_count++;
			struct past_purchase *purchase = &past.purchases[index];

			purchase->days_ago = days_ago;
			purchase->time = (int64_t)HOUR_MS * OPENS_HOUR + (int64_t)HOUR_MS * HOURS_OPEN * i / count;
			purchase->client = draw(&state, PAST_CLIENTS);
			purchase->cancelled = index % 20 == 7;
			draw_lines(goods, &state, purchase);
			for (size_t line = 0; !purchase->cancelled && line < purchase->lines_count; line++)
				past.sold[purchase->lines[line].product] += purchase->lines[line].quantity;
		}
	}
	*ret_past = past;
	return true;
}

int64_t past_time(const struct past_purchase *purchase, int64_t now)
{
	int64_t midnight = (int64_t)clock_day(now) * CLOCK_DAY_MS;

	if (purchase->days_ago == 0)
		return midnight + purchase->time * (now - midnight) / CLOCK_DAY_MS;
	return midnight - (int64_t)purchase->days_ago * CLOCK_DAY_MS + purchase->time;
}
