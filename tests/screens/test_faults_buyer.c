/* A buyer's way from the sign-up to a cancelled purchase, with each reply in turn going wrong. */
#include "tests/screens/faults.h"

#define FIRST "Yirgacheffe, washed, 250 g"
#define EMAIL "buyer#@example.com"

static const struct step steps[] = {
    {"", FIRST, "r"},
    {":sign up" K_ENTER, "A new account", NULL},
    {EMAIL K_TAB WORLD_PASSWORD K_TAB WORLD_PASSWORD K_TAB "A Buyer" K_TAB "+34600123456" K_ENTER,
     "Shop · Cart · Purchases", K_ENTER},
    {K_ENTER, "14.50 EUR", "r"},
    {K_ESC "f", "All categories", "f"},
    {K_ESC, FIRST, "r"},
    {"/yirga" K_ENTER, "▌ " FIRST, "r"},
    {"a", "Cart 1", NULL},
    {"c", "check out", "r"},
    {K_ENTER, "buy for 14.50", "r"},
    {"y", "Bought", "y"},
    {K_ENTER, "Status", "r"},
    {K_ENTER, "placed", "r"},
    {"X", "Cancel this purchase", "rX"},
    {"y", "cancelled", "rXy"},
};

static long stock_before;

static void before(int walk)
{
	(void)walk;
	stock_before = world_stock(FIRST);
}

/* One purchase, no more and no less, and what it took is back. */
static void after(int walk)
{
	assert_int_equal(world_purchases(faults_text(EMAIL, walk)), 1);
	assert_int_equal(world_stock(FIRST), stock_before);
}

static const struct way way = {
    .steps = steps,
    .count = COUNT_OF(steps),
    .email = EMAIL,
    .password = WORLD_PASSWORD,
    .signs_in = 2,
    .before = before,
    .after = after,
};

int main(void)
{
	return faults_main(&way);
}
