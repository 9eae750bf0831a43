/* Sales: their legal transitions, and what a purchase's status follows from. */
#include "tests/unit/unit.h"

#include "models/purchase.h"

static void transitions_are_these_and_no_others(void **state)
{
	(void)state;
	for (int from = 0; from < SALE_STATUSES; from++) {
		for (int to = 0; to < SALE_STATUSES; to++) {
			bool legal = (from == SALE_PLACED && (to == SALE_SHIPPED || to == SALE_CANCELLED)) ||
				     (from == SALE_SHIPPED && to == SALE_DELIVERED);
			assert_int_equal(sale_may_become((enum sale_status)from, (enum sale_status)to), legal);
		}
	}
}

static void every_status_has_a_name(void **state)
{
	(void)state;
	assert_string_equal(sale_status_names[SALE_PLACED], "placed");
	assert_string_equal(sale_status_names[SALE_SHIPPED], "shipped");
	assert_string_equal(sale_status_names[SALE_DELIVERED], "delivered");
	assert_string_equal(sale_status_names[SALE_CANCELLED], "cancelled");
	assert_null(sale_status_names[SALE_STATUSES]);
}

/* What the header says, in other words, over every purchase of up to five sales. */
static void a_purchase_follows_its_sales(void **state)
{
	(void)state;
	assert_int_equal(purchase_status(NULL, 0), SALE_CANCELLED);
	for (size_t count = 1; count <= 5; count++) {
		size_t combinations = (size_t)1 << (2 * count);

		for (size_t which = 0; which < combinations; which++) {
			enum sale_status sales[5];
			bool none_live = true, all_delivered = true, all_placed = true;

			for (size_t i = 0; i < count; i++) {
				sales[i] = (enum sale_status)(which >> (2 * i) & 3);
				if (sales[i] == SALE_CANCELLED)
					continue;
				none_live = false;
				all_delivered = all_delivered && sales[i] == SALE_DELIVERED;
				all_placed = all_placed && sales[i] == SALE_PLACED;
			}
			enum sale_status expected = none_live	    ? SALE_CANCELLED
						    : all_delivered ? SALE_DELIVERED
						    : all_placed    ? SALE_PLACED
								    : SALE_SHIPPED;
			assert_int_equal(purchase_status(sales, count), expected);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(transitions_are_these_and_no_others),
	    cmocka_unit_test(every_status_has_a_name),
	    cmocka_unit_test(a_purchase_follows_its_sales),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
