/* What a seller changed and has not sent: kept, counted, taken back, added up, sent, refused, decided. */
#include "tests/unit/unit.h"

#include "shop/inventory_model.h"

static struct product product(const char *id, int64_t price, int64_t stock, int64_t version)
{
	return (struct product){.id = id,
				.name = id,
				.description = "",
				.currency = "EUR",
				.category = "Things",
				.price = price,
				.stock = stock,
				.version = version};
}

static void set(struct inventory_model *model, const struct product *of, enum edit_cell cell, int64_t value)
{
	assert_true(inventory_model_set(model, of, cell, value, NULL));
}

/* ---- arithmetic ---- */

static void test_percent_rounds_half_up(void **state)
{
	static const struct {
		int64_t price, percent, expected;
	} cases[] = {
	    {1450, -1000, 1305}, /* 14.50 - 10 % */
	    {1390, -1000, 1251},
	    {5, -1000, 5},	/* 4.5 cents: up */
	    {15, 1000, 17},	/* 16.5: up */
	    {15, -1000, 14},	/* 13.5: up */
	    {333, 3333, 444},	/* 443.9889 */
	    {1, 5000, 2},	/* 1.5: up */
	    {1, 4999, 1},	/* 1.4999: down */
	    {1, -5000, 1},	/* 0.5: up */
	    {100, 1, 100},	/* 100.01 */
	    {10000, 1, 10001},	/* a hundredth of a percent of 100.00 */
	    {LIMIT_PRICE, -1, 99989999999}, /* 99,999,999,999 less 9,999,999.9999 */
	    {1999, 0, 1999},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct bulk bulk = {.price = PRICE_PERCENT, .price_value = cases[i].percent};
		int64_t price = -7;

		assert_true(bulk_price(&bulk, cases[i].price, &price));
		if (price != cases[i].expected)
			fail_msg("%lld by %lld: %lld", (long long)cases[i].price, (long long)cases[i].percent,
				 (long long)price);
	}
}

/* The rule itself, another way: the result r is the one with 2r - 1 <= 2 * exact < 2r + 1. */
static void test_percent_is_exact_everywhere(void **state)
{
	(void)state;
	for (int64_t percent = -9999; percent <= 10000; percent += 37) {
		for (int64_t price = 1; price < 3000; price += 13) {
			const struct bulk bulk = {.price = PRICE_PERCENT, .price_value = percent};
			int64_t exact = price * (10000 + percent), result;

			if (!bulk_price(&bulk, price, &result)) {
				assert_true(2 * exact < 10000);
				continue;
			}
			assert_true((2 * result - 1) * 10000 <= 2 * exact);
			assert_true(2 * exact < (2 * result + 1) * 10000);
		}
	}
}

static void test_bulk_keeps_the_limits(void **state)
{
	int64_t value = 42;

	(void)state;
	assert_false(bulk_price(&(struct bulk){.price = PRICE_AMOUNT, .price_value = -1450}, 1450, &value));
	assert_false(bulk_price(&(struct bulk){.price = PRICE_PERCENT, .price_value = -10000}, 1450, &value));
	assert_false(bulk_price(&(struct bulk){.price = PRICE_PERCENT, .price_value = -20000}, 1450, &value));
	assert_false(bulk_price(&(struct bulk){.price = PRICE_AMOUNT, .price_value = 1}, LIMIT_PRICE, &value));
	assert_false(bulk_price(&(struct bulk){.price = PRICE_PERCENT, .price_value = INT64_MAX}, LIMIT_PRICE, &value));
	assert_false(bulk_price(&(struct bulk){.price = PRICE_AMOUNT, .price_value = 100}, -1, &value)); /* no amount */
	assert_false(bulk_stock(&(struct bulk){.stock = STOCK_ADD, .stock_value = -5}, 4, &value));
	assert_false(bulk_stock(&(struct bulk){.stock = STOCK_ADD, .stock_value = INT64_MAX}, 4, &value));
	assert_int_equal(value, 42);
	assert_true(bulk_price(&(struct bulk){.price = PRICE_SET, .price_value = 100}, -1, &value));
	assert_int_equal(value, 100);
	assert_true(bulk_price(&(struct bulk){.price = PRICE_KEEP, .price_value = 5}, -1, &value));
	assert_int_equal(value, -1);
	assert_true(bulk_stock(&(struct bulk){.stock = STOCK_ADD, .stock_value = -4}, 4, &value));
	assert_int_equal(value, 0);
}

/* ---- changes ---- */

static void test_sets_and_counts(void **state)
{
	const struct product a = product("a", 1450, 38, 1), b = product("b", 1300, 4, 1);
	struct inventory_model model = {0};

	(void)state;
	set(&model, &a, CELL_PRICE, 1450); /* as it is: no change */
	assert_int_equal(inventory_model_changed(&model), 0);
	assert_false(inventory_model_undo(&model));
	set(&model, &a, CELL_PRICE, 1390);
	set(&model, &a, CELL_STOCK, 40);
	set(&model, &b, CELL_STOCK, 5);
	assert_true(inventory_model_tag(&model, &b, NULL));
	assert_int_equal(inventory_model_changed(&model), 2);
	assert_int_equal(inventory_model_tagged(&model), 1);
	assert_int_equal(inventory_model_lines(&model), 3);

	static const struct {
		const char *id;
		enum edit_cell cell;
		bool first;
	} expected[] = {{"a", CELL_PRICE, true}, {"a", CELL_STOCK, false}, {"b", CELL_STOCK, true}};
	for (size_t i = 0; i < 3; i++) {
		struct edit_line line;
		assert_true(inventory_model_line(&model, i, &line));
		assert_string_equal(line.edit->id, expected[i].id);
		assert_int_equal(line.cell, expected[i].cell);
		assert_int_equal(line.first, expected[i].first);
	}
	struct edit_line none;
	assert_false(inventory_model_line(&model, 3, &none));

	set(&model, &a, CELL_PRICE, 1450); /* back to what it was */
	assert_int_equal(inventory_model_lines(&model), 2);
	inventory_model_done(&model);
}

static void test_undoes_in_order(void **state)
{
	const struct product a = product("a", 1000, 10, 1), b = product("b", 2000, 20, 1);
	struct inventory_model model = {0};

	(void)state;
	set(&model, &a, CELL_PRICE, 1100);
	set(&model, &a, CELL_PRICE, 1200);
	inventory_model_tag(&model, &a, NULL);
	inventory_model_tag(&model, &b, NULL);
	const struct bulk bulk = {PRICE_PERCENT, -1000, STOCK_ADD, 5};
	assert_true(inventory_model_bulk(&model, &bulk, NULL));
	const struct edit *edit_a = inventory_model_find(&model, "a"), *edit_b = inventory_model_find(&model, "b");
	assert_int_equal(edit_a->now[CELL_PRICE], 1080);
	assert_int_equal(edit_a->now[CELL_STOCK], 15);
	assert_int_equal(edit_b->now[CELL_PRICE], 1800);
	assert_int_equal(edit_b->now[CELL_STOCK], 25);
	assert_int_equal(edit_b->was[CELL_PRICE], 2000);

	assert_true(inventory_model_undo(&model)); /* the bulk change as a whole */
	assert_int_equal(edit_a->now[CELL_PRICE], 1200);
	assert_int_equal(edit_a->now[CELL_STOCK], 10);
	assert_false(edit_changed(edit_b));
	assert_true(inventory_model_undo(&model));
	assert_int_equal(edit_a->now[CELL_PRICE], 1100);
	assert_true(inventory_model_undo(&model));
	assert_false(edit_changed(edit_a));
	assert_false(inventory_model_undo(&model));
	inventory_model_done(&model);
}

static void test_bulk_is_all_or_nothing(void **state)
{
	const struct product a = product("a", 1000, 10, 1), b = product("cheap", 50, 20, 1);
	struct inventory_model model = {0};
	struct err err;

	(void)state;
	inventory_model_tag(&model, &a, NULL);
	inventory_model_tag(&model, &b, NULL);
	assert_false(inventory_model_bulk(&model, &(struct bulk){PRICE_AMOUNT, -100, STOCK_KEEP, 0}, &err));
	assert_int_equal(err.kind, ERR_INVALID);
	assert_string_equal(err.code, "price");
	assert_non_null(strstr(err.message, "cheap"));
	assert_int_equal(inventory_model_changed(&model), 0);
	assert_false(inventory_model_undo(&model));
	inventory_model_done(&model);
}

static void test_stays_within_bounds(void **state)
{
	struct inventory_model model = {0};
	struct err err;

	(void)state;
	for (int i = 0; i < EDITS_MAX; i++) {
		char id[16];
		snprintf(id, sizeof id, "p%d", i);
		const struct product of = product(id, 100, 1, 1);
		set(&model, &of, CELL_STOCK, 2);
	}
	const struct product more = product("more", 100, 1, 1);
	assert_false(inventory_model_set(&model, &more, CELL_STOCK, 2, &err));
	assert_int_equal(err.kind, ERR_TOO_LARGE);
	/* What needs no place any more gives it. */
	inventory_model_drop(&model, "p7");
	assert_true(inventory_model_set(&model, &more, CELL_STOCK, 2, &err));
	assert_int_equal(inventory_model_changed(&model), EDITS_MAX);

	/* The undo list forgets its oldest, whole groups of it. */
	for (int i = 0; i < UNDO_MAX + 5; i++)
		set(&model, &more, CELL_STOCK, 3 + i % 2);
	assert_true(model.steps_count <= UNDO_MAX);
	assert_true(inventory_model_undo(&model));
	inventory_model_done(&model);
}

/* ---- sending ---- */

static void test_sends_in_batches(void **state)
{
	struct inventory_model model = {0};
	struct edit *edits[LIMIT_BATCH];
	size_t sent = 0, batches = 0, count;

	(void)state;
	for (int i = 0; i < 250; i++) {
		char id[16];
		snprintf(id, sizeof id, "p%d", i);
		const struct product of = product(id, 100, 1, 1);
		set(&model, &of, CELL_PRICE, 200);
	}
	inventory_model_begin(&model);
	while ((count = inventory_model_next(&model, edits, LIMIT_BATCH)) > 0) {
		assert_true(count <= LIMIT_BATCH);
		sent += count;
		batches++;
		for (size_t i = 0; i < count; i++)
			inventory_model_outcome(&model, edits[i]->id, i % 2 ? 200 : 400, i % 2 ? NULL : "invalid",
						"no such price", NULL);
	}
	assert_int_equal(sent, 250);
	assert_int_equal(batches, 3);
	/* What was refused stays, with its reason, and goes again when asked to. */
	assert_int_equal(inventory_model_changed(&model), 125);
	const struct edit *refused = inventory_model_find(&model, "p0");
	assert_int_equal(refused->state, EDIT_REFUSED);
	assert_string_equal(refused->reason, "no such price");
	inventory_model_begin(&model);
	assert_int_equal(inventory_model_next(&model, edits, LIMIT_BATCH), 100);
	inventory_model_done(&model);
}

static void test_request_says_what_changed(void **state)
{
	const struct product a = product("a", 1000, 10, 3);
	struct inventory_model model = {0};
	struct product_change change;

	(void)state;
	set(&model, &a, CELL_STOCK, 0);
	edit_change(inventory_model_find(&model, "a"), true, &product_batch_item_shape, &change);
	assert_string_equal(change.id, "a");
	assert_int_equal(change.stock, 0);
	assert_int_equal(change.version, 3);
	assert_true(shape_given(&product_batch_item_shape, &change, "id"));
	assert_true(shape_given(&product_batch_item_shape, &change, "stock"));
	assert_true(shape_given(&product_batch_item_shape, &change, "version"));
	assert_false(shape_given(&product_batch_item_shape, &change, "price"));
	assert_false(shape_given(&product_batch_item_shape, &change, "name"));
	edit_change(inventory_model_find(&model, "a"), false, &product_batch_item_shape, &change);
	assert_false(shape_given(&product_batch_item_shape, &change, "version"));
	inventory_model_done(&model);
}

static struct edit *send_one(struct inventory_model *model)
{
	struct edit *edit = NULL;

	assert_int_equal(inventory_model_next(model, &edit, 1), 1);
	assert_int_equal(edit->state, EDIT_SENDING);
	return edit;
}

static void test_saved_is_kept_as_newer(void **state)
{
	const struct product a = product("a", 1000, 10, 3), now = product("a", 1200, 9, 4);
	struct inventory_model model = {0};

	(void)state;
	inventory_model_tag(&model, &a, NULL);
	set(&model, &a, CELL_PRICE, 1200);
	inventory_model_begin(&model);
	send_one(&model);
	inventory_model_outcome(&model, "a", 200, NULL, NULL, &now);
	const struct edit *edit = inventory_model_find(&model, "a");
	assert_int_equal(inventory_model_changed(&model), 0);
	assert_int_equal(inventory_model_tagged(&model), 0);
	assert_int_equal(edit->version, 4);
	assert_int_equal(edit->now[CELL_STOCK], 9);
	inventory_model_see(&model, &a); /* the listing is older: nothing comes of it */
	assert_int_equal(edit->now[CELL_PRICE], 1200);
	const struct product newer = product("a", 1300, 9, 5);
	inventory_model_see(&model, &newer);
	assert_int_equal(edit->now[CELL_PRICE], 1300);
	assert_false(inventory_model_undo(&model)); /* what is saved can't be taken back */
	inventory_model_done(&model);
}

/* Where there are no versions, what was confirmed stands until a listing that was asked for after it has come. */
static void test_a_listing_without_versions(void **state)
{
	const struct product old = product("a", 1000, 10, 1), saved = product("a", 1200, 10, 1);
	const struct product other = product("b", 500, 10, 1), theirs = product("b", 600, 10, 1);
	struct inventory_model model = {0};

	(void)state;
	set(&model, &old, CELL_PRICE, 1200);
	inventory_model_tag(&model, &other, NULL);
	inventory_model_asked(&model);
	inventory_model_begin(&model);
	send_one(&model);
	inventory_model_outcome(&model, "a", 200, NULL, NULL, &saved);
	/* This one was asked for before it was saved. */
	inventory_model_listed(&model);
	inventory_model_see(&model, &old);
	assert_int_equal(inventory_model_find(&model, "a")->now[CELL_PRICE], 1200);
	/* What is only tagged follows the listing. */
	inventory_model_see(&model, &theirs);
	assert_int_equal(inventory_model_find(&model, "b")->now[CELL_PRICE], 600);
	inventory_model_asked(&model);
	assert_int_equal(inventory_model_find(&model, "a")->now[CELL_PRICE], 1200);
	inventory_model_listed(&model);
	assert_null(inventory_model_find(&model, "a"));
	/* What is changed is compared with it. */
	set(&model, &theirs, CELL_PRICE, 700);
	inventory_model_asked(&model);
	inventory_model_listed(&model);
	inventory_model_see(&model, &other);
	assert_int_equal(inventory_model_find(&model, "b")->state, EDIT_CONFLICT);
	inventory_model_done(&model);
}

static void test_nothing_is_lost_without_an_answer(void **state)
{
	const struct product a = product("a", 1000, 10, 3), b = product("b", 1000, 10, 3);
	struct inventory_model model = {0};
	struct edit *edits[2];

	(void)state;
	set(&model, &a, CELL_PRICE, 1200);
	set(&model, &b, CELL_PRICE, 1300);
	inventory_model_begin(&model);
	assert_int_equal(inventory_model_next(&model, edits, 2), 2);
	assert_false(inventory_model_set(&model, &a, CELL_PRICE, 1, NULL)); /* on its way: not to be touched */
	inventory_model_drop(&model, "a");
	assert_false(inventory_model_undo(&model));
	inventory_model_failed(&model, "a", true, "No answer");
	inventory_model_failed(&model, "b", false, "Not sent");
	assert_int_equal(edits[0]->state, EDIT_UNKNOWN);
	assert_int_equal(edits[1]->state, EDIT_LOCAL);
	assert_int_equal(edits[0]->now[CELL_PRICE], 1200);
	assert_int_equal(inventory_model_changed(&model), 2);
	assert_int_equal(inventory_model_next(&model, edits, 2), 0); /* not twice in one run */

	/* It had been saved: sent again, the version is stale, but theirs is just what was wanted. */
	inventory_model_begin(&model);
	assert_int_equal(inventory_model_next(&model, edits, 2), 2);
	const struct product done = product("a", 1200, 10, 4);
	inventory_model_outcome(&model, "a", 409, "version_conflict", "stale", &done);
	assert_false(edit_changed(inventory_model_find(&model, "a")));
	assert_int_equal(inventory_model_changed(&model), 1);
	inventory_model_done(&model);
}

/* ---- conflicts ---- */

static void test_a_conflict_is_decided(void **state)
{
	const struct product a = product("a", 1000, 10, 3), theirs = product("a", 1100, 8, 5);
	struct inventory_model model = {0};

	(void)state;
	for (int mine = 0; mine < 2; mine++) {
		set(&model, &a, CELL_PRICE, 1200);
		inventory_model_begin(&model);
		send_one(&model);
		inventory_model_outcome(&model, "a", 409, "version_conflict", "stale", &theirs);
		struct edit *edit = inventory_model_find(&model, "a");
		assert_int_equal(edit->state, EDIT_CONFLICT);
		assert_int_equal(edit->theirs[CELL_PRICE], 1100);
		assert_int_equal(edit->now[CELL_PRICE], 1200);
		assert_int_equal(edit->was[CELL_PRICE], 1000);
		inventory_model_begin(&model);
		struct edit *none;
		assert_int_equal(inventory_model_next(&model, &none, 1), 0); /* it waits for the decision */

		if (mine) {
			inventory_model_keep_mine(&model, "a");
			assert_int_equal(edit->was[CELL_PRICE], 1100);
			assert_int_equal(edit->now[CELL_PRICE], 1200);
			assert_int_equal(edit->now[CELL_STOCK], 8); /* not changed here: theirs */
			assert_int_equal(edit->version, 5);
			send_one(&model);
		} else {
			inventory_model_take_theirs(&model, "a");
			assert_false(edit_changed(edit));
			assert_int_equal(edit->now[CELL_PRICE], 1100);
			assert_int_equal(edit->version, 5);
		}
		inventory_model_done(&model);
	}
}

static void test_what_does_not_clash_goes_on(void **state)
{
	const struct product a = product("a", 1000, 10, 3), sold = product("a", 1000, 7, 4);
	struct inventory_model model = {0};

	(void)state;
	set(&model, &a, CELL_PRICE, 1200);
	inventory_model_begin(&model);
	struct edit *edit = send_one(&model);
	inventory_model_outcome(&model, "a", 409, "version_conflict", "stale", &sold);
	assert_int_equal(edit->state, EDIT_LOCAL);
	assert_int_equal(edit->version, 4);
	assert_int_equal(edit->now[CELL_STOCK], 7);
	assert_int_equal(edit->now[CELL_PRICE], 1200);
	/* In the same run, but not for ever. */
	int rounds = 0;
	for (; inventory_model_next(&model, &edit, 1) && rounds < 20; rounds++) {
		const struct product again = product("a", 1000, 6 - rounds % 2, 5 + rounds);
		inventory_model_outcome(&model, "a", 409, "version_conflict", "stale", &again);
	}
	assert_in_range(rounds, 1, 5);
	assert_int_equal(inventory_model_changed(&model), 1);
	inventory_model_done(&model);
}

static void test_the_listing_shows_conflicts(void **state)
{
	const struct product a = product("a", 1000, 10, 3), sold = product("a", 1000, 9, 4),
			     other = product("a", 1500, 9, 5);
	struct inventory_model model = {0};

	(void)state;
	set(&model, &a, CELL_PRICE, 1200);
	struct edit *edit = inventory_model_find(&model, "a");
	inventory_model_see(&model, &sold);
	assert_int_equal(edit->state, EDIT_LOCAL);
	assert_int_equal(edit->version, 4);
	inventory_model_see(&model, &other);
	assert_int_equal(edit->state, EDIT_CONFLICT);
	inventory_model_see(&model, &sold); /* an older page says nothing */
	assert_int_equal(edit->their_version, 5);
	/* Editing goes on in a conflict, and undoing it ends it. */
	assert_true(inventory_model_set(&model, &other, CELL_PRICE, 1600, NULL));
	assert_int_equal(edit->state, EDIT_CONFLICT);
	inventory_model_drop(&model, "a");
	assert_false(edit_changed(edit));
	assert_int_equal(edit->now[CELL_PRICE], 1500);
	inventory_model_done(&model);
}

static void test_answers_to_strangers_are_ignored(void **state)
{
	const struct product a = product("a", 1000, 10, 3), theirs = product("a", 1, 1, 9);
	struct inventory_model model = {0};

	(void)state;
	set(&model, &a, CELL_PRICE, 1200);
	inventory_model_outcome(&model, "b", 200, NULL, NULL, NULL);
	inventory_model_outcome(&model, "a", 200, NULL, NULL, &theirs); /* was not sent */
	inventory_model_failed(&model, "a", true, "what?");
	inventory_model_keep_mine(&model, "a");
	inventory_model_take_theirs(&model, "a");
	assert_int_equal(inventory_model_changed(&model), 1);
	assert_int_equal(inventory_model_find(&model, "a")->state, EDIT_LOCAL);
	inventory_model_settle(&model, "a", NULL);
	assert_null(inventory_model_find(&model, "a"));
	assert_false(inventory_model_undo(&model));
	inventory_model_done(&model);
}

static void test_long_names_are_cut_at_characters(void **state)
{
	char name[3 * EDIT_NAME + 1] = "";
	struct inventory_model model = {0};

	(void)state;
	for (size_t i = 0; i < EDIT_NAME; i++)
		memcpy(name + 3 * i, "京", 4);
	struct product a = product("a", 1000, 10, 3);
	a.name = name;
	a.price = -1;
	a.price_text = NULL;
	inventory_model_tag(&model, &a, NULL);
	const struct edit *edit = inventory_model_find(&model, "a");
	assert_int_equal(strlen(edit->name) % 3, 0);
	assert_true(strlen(edit->name) < EDIT_NAME);
	assert_string_equal(edit->typed, "");
	inventory_model_done(&model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_percent_rounds_half_up),
	    cmocka_unit_test(test_percent_is_exact_everywhere),
	    cmocka_unit_test(test_bulk_keeps_the_limits),
	    cmocka_unit_test(test_sets_and_counts),
	    cmocka_unit_test(test_undoes_in_order),
	    cmocka_unit_test(test_bulk_is_all_or_nothing),
	    cmocka_unit_test(test_stays_within_bounds),
	    cmocka_unit_test(test_sends_in_batches),
	    cmocka_unit_test(test_request_says_what_changed),
	    cmocka_unit_test(test_saved_is_kept_as_newer),
	    cmocka_unit_test(test_a_listing_without_versions),
	    cmocka_unit_test(test_nothing_is_lost_without_an_answer),
	    cmocka_unit_test(test_a_conflict_is_decided),
	    cmocka_unit_test(test_what_does_not_clash_goes_on),
	    cmocka_unit_test(test_the_listing_shows_conflicts),
	    cmocka_unit_test(test_answers_to_strangers_are_ignored),
	    cmocka_unit_test(test_long_names_are_cut_at_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
