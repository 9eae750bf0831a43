/* Purchases and sales in DynamoDB, as items: what the store suite can't see from outside. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/crypt.h"
#include "models/limits.h"
#include "platform/store/dynamodb/internal.h"
#include "tests/contract/dynamodb_world.h"

static const char *const lines[] = {"12 Harbour Street", "08001 Barcelona"};
static const struct delivery home = {
    .full_name = "Ada", .address = lines, .address_count = 2, .mobile = "+34600123456"};

/* With a key, where to and a note; so many days ago (0: now). */
static struct purchase buy(struct world *world, const char *client, const char *key, const struct purchase_item *items,
			   size_t count, int64_t days_ago)
{
	struct store *store = world->fx.store;
	const struct store_purchase wanted = {.client_id = client,
					      .client_name = "Ada",
					      .key = key,
					      .date = days_ago ? clock_now() - days_ago * CLOCK_DAY_MS : 0,
					      .items = items,
					      .items_count = count,
					      .delivery = &home,
					      .note = "Ring twice."};
	struct store_purchase_result result;

	OK(&world->fx, store->purchase_create(store, &wanted, &world->fx.arena, &result, &world->fx.err));
	assert_false(result.replayed);
	return result.purchase;
}

/* Changes an item behind the store's back. */
static void meddle(struct world *world, const char *pk, const char *sk, const char *update, int64_t number)
{
	const struct attr value = ATTR_NUMBER("number", number);
	const struct dynamo_write write = {
	    .op = DYNAMO_UPDATE, .key = {pk, sk}, .update = update, .attrs = &value, .attrs_count = 1};

	OK(&world->fx, dynamo_write(world->table->dynamo, &write, 1, NULL, NULL, &world->fx.err));
}

static const cJSON *there(struct world *world, const char *pk, const char *sk)
{
	const cJSON *item = world_item(world, pk, sk);

	if (!item)
		fail_msg("there is no %s %s", pk, sk);
	return item;
}

static int64_t number_of(struct world *world, const char *pk, const char *sk, const char *name)
{
	const cJSON *item = there(world, pk, sk);
	const int64_t number = item_number(item, name, -1);

	world_forget(item);
	return number;
}

/* ---- what is written ---- */

static void a_purchase_is_kept_as_the_table_s_design_says(void **state)
{
	struct world *world = *state;
	struct fixture *fx = &world->fx;
	const char *seller = suite_seller(fx, "Grace"), *client = suite_client(fx, "Ada");
	const struct product lamp = suite_product(fx, seller, "Lamp", 500, 9);
	const struct purchase_item item = {lamp.id, 2, 500};
	const char *pk = world_join(world, "C#", client), *hot = world_join(world, "P#", lamp.id);
	const int64_t before = clock_now();

	for (int64_t days_ago = 0; days_ago < 2; days_ago++) {
		const struct purchase purchase = buy(world, client, days_ago ? "old" : "new", &item, 1, days_ago);
		const char *row = world_join(world, "B#", purchase.id),
			   *delivery = world_join(world, "D#", purchase.id);
		const struct sale sale = suite_newest_sale(fx, seller);
		const cJSON *kept = there(world, pk, row);

		assert_string_equal(world_text(world, kept, "name"), "Ada");
		assert_int_equal(item_number(kept, "total", 0), 1000);
		assert_int_equal(item_number(kept, "date", 0), purchase.purchase_date);
		const cJSON *part = element_map(cJSON_GetArrayItem(item_list(kept, "parts"), 0));
		assert_string_equal(world_text(world, part, "sale"), sale.id);
		world_forget(kept);
		/* What follows a purchase is told of by these. */
		const struct dynamo_key key = {world_join(world, "S#", seller), sale.id};
		bool found = false;
		for (unsigned shard = 0; shard < 16 && !found; shard++) {
			char place[8];
			snprintf(place, sizeof place, "#%02x", shard);
			const cJSON *own = world_item(world, world_join(world, key.pk, place), key.sk);

			found = own;
			if (!own)
				continue;
			assert_string_equal(world_text(world, own, "pid"), purchase.id);
			assert_string_equal(world_text(world, own, "client"), client);
			assert_int_equal(item_number(own, "part", -1), 0);
			assert_true(item_number(own, "at", 0) >= before);
			assert_int_equal(item_number(own, "past", 0), days_ago ? 1 : 0);
			assert_false(item_has(own, "acc"));
			world_forget(own);
		}
		assert_true(found);
		assert_int_equal(number_of(world, pk, delivery, "ttl"),
				 (purchase.purchase_date + STORE_DELIVERY_DAYS * (int64_t)CLOCK_DAY_MS + 999) / 1000);
	}
	/* The second is the past: it makes a version, but not one of today's purchases. */
	assert_int_equal(number_of(world, hot, "H", "ver"), 3);
	assert_int_equal(number_of(world, hot, "H", "bv"), 2);
	const int64_t ttl = number_of(world, pk, "K#new", "ttl"), known = STORE_KEY_AGE_MS / 1000;
	assert_true(ttl >= before / 1000 + 24 * 3600);
	assert_in_range(ttl, before / 1000 + known, clock_now() / 1000 + known + 1);
}

static void a_step_is_kept_in_both_places(void **state)
{
	struct world *world = *state;
	struct fixture *fx = &world->fx;
	struct store *store = fx->store;
	const char *sellers[] = {suite_seller(fx, "Grace"), suite_seller(fx, "Kintaro")},
		   *client = suite_client(fx, "Ada");
	const struct product lamp = suite_product(fx, sellers[0], "Lamp", 500, 9);
	const struct product tea = suite_product(fx, sellers[1], "Tea", 5, 9);
	const struct purchase_item items[] = {{lamp.id, 2, 500}, {tea.id, 1, 5}};
	const struct purchase purchase = buy(world, client, "k", items, 2, 0);
	const char *pk = world_join(world, "C#", client), *delivery = world_join(world, "D#", purchase.id);
	const int64_t first_ttl = number_of(world, pk, delivery, "ttl");
	struct sale sale = suite_newest_sale(fx, sellers[1]);
	struct purchase found;

	OK(fx,
	   store->sale_transition(store, sellers[1],
				  &(struct sale_move){.id = sale.id, .status = SALE_CANCELLED, .reason = "Gone bad"},
				  &fx->arena, &sale, &fx->err));
	OK(fx, store->purchase_get(store, client, purchase.id, &fx->arena, &found, &fx->err));
	assert_int_equal(found.parts[1].status, SALE_CANCELLED);
	assert_string_equal(found.parts[1].progress.reason, "Gone bad");
	assert_int_equal(found.parts[0].status, SALE_PLACED);
	assert_int_equal(number_of(world, pk, delivery, "ttl"), first_ttl);
	/* Then its other part ends, and the delivery stays a while only. */
	OK(fx, store->purchase_cancel(store, client, purchase.id, NULL, &fx->arena, &found, &fx->err));
	assert_int_equal(found.status, SALE_CANCELLED);
	const int64_t ttl = number_of(world, pk, delivery, "ttl"), days = STORE_DELIVERY_DAYS_ENDED;
	assert_in_range(ttl, clock_now() / 1000 + days * 24 * 3600 - 60, clock_now() / 1000 + days * 24 * 3600 + 1);
	assert_int_equal(number_of(world, world_join(world, "P#", lamp.id), "H", "stock"), 9);
	assert_int_equal(number_of(world, world_join(world, "P#", tea.id), "H", "stock"), 9);
}

/* What was bought so long ago that it goes sooner in any case. */
static void a_late_end_keeps_no_delivery_longer(void **state)
{
	enum { DAYS_AGO = STORE_DELIVERY_DAYS - STORE_DELIVERY_DAYS_ENDED + 30 };
	struct world *world = *state;
	struct fixture *fx = &world->fx;
	const char *client = suite_client(fx, "Ada");
	const struct product lamp = suite_product(fx, suite_seller(fx, "Grace"), "Lamp", 500, 9);
	const struct purchase_item item = {lamp.id, 2, 500};
	struct purchase purchase = buy(world, client, "k", &item, 1, DAYS_AGO);
	const char *pk = world_join(world, "C#", client), *delivery = world_join(world, "D#", purchase.id);
	const int64_t first_ttl = number_of(world, pk, delivery, "ttl");

	OK(fx, fx->store->purchase_cancel(fx->store, client, purchase.id, NULL, &fx->arena, &purchase, &fx->err));
	assert_int_equal(number_of(world, pk, delivery, "ttl"), first_ttl);
}

/* 69 items at most, and names as long as they may be. */
static void the_largest_purchase_fits_one_transaction(void **state)
{
	struct world *world = *state;
	struct fixture *fx = &world->fx;
	struct store *store = fx->store;
	struct purchase_item items[LIMIT_LINES];
	struct cart_item kept[LIMIT_LINES];
	char name[LIMIT_NAME * 4 + 1] = "";
	const char *client = suite_client(fx, "Ada");
	struct cart cart = {.items = kept, .items_count = LIMIT_LINES};
	struct purchase found;

	for (size_t i = 0; i < LIMIT_NAME; i++)
		memcpy(name + 4 * i, "\xF0\x9F\x98\x80", 5);
	for (size_t i = 0; i < LIMIT_LINES; i++) {
		const struct product product =
		    suite_product(fx, suite_seller(fx, name), name, LIMIT_PRICE, LIMIT_STOCK);

		items[i] = (struct purchase_item){product.id, LIMIT_QUANTITY, LIMIT_PRICE};
		kept[i] = (struct cart_item){.product_id = product.id, .quantity = LIMIT_QUANTITY};
	}
	OK(fx, store->cart_put(store, client, &cart, &fx->arena, &cart, &fx->err));
	const struct purchase purchase = buy(world, client, "k", items, LIMIT_LINES, 0);
	OK(fx, store->cart_get(store, client, &fx->arena, &cart, &fx->err));
	assert_int_equal(cart.items_count, 0);
	assert_int_equal(cart.version, 2);
	OK(fx, store->purchase_get(store, client, purchase.id, &fx->arena, &found, &fx->err));
	assert_int_equal(found.parts_count, LIMIT_LINES);
	assert_int_equal(found.total, LIMIT_LINES * LIMIT_PRICE * LIMIT_QUANTITY);
	OK(fx, store->purchase_cancel(store, client, purchase.id, "No", &fx->arena, &found, &fx->err));
	for (size_t i = 0; i < LIMIT_LINES; i++)
		assert_int_equal(number_of(world, world_join(world, "P#", items[i].product_id), "H", "stock"),
				 LIMIT_STOCK);
}

/* ---- what time does ---- */

static void a_key_that_has_expired_is_a_new_one(void **state)
{
	struct world *world = *state;
	struct fixture *fx = &world->fx;
	const char *client = suite_client(fx, "Ada"), *pk = world_join(world, "C#", client);
	const struct product lamp = suite_product(fx, suite_seller(fx, "Grace"), "Lamp", 500, 9);
	const struct purchase_item item = {lamp.id, 2, 500};
	const struct purchase first = buy(world, client, "k", &item, 1, 0);

	/* DynamoDB may remove it days later. */
	meddle(world, pk, "K#k", "SET #ttl = :number", clock_now() / 1000);
	const struct purchase second = buy(world, client, "k", &item, 1, 0);
	assert_string_not_equal(second.id, first.id);
	assert_true(number_of(world, pk, "K#k", "ttl") > clock_now() / 1000);
	assert_int_equal(suite_list_purchases(fx, client, NULL, NULL).purchases_count, 2);
}

static void a_delivery_whose_time_is_up_is_gone(void **state)
{
	struct world *world = *state;
	struct fixture *fx = &world->fx;
	struct store *store = fx->store;
	const char *client = suite_client(fx, "Ada"), *seller = suite_seller(fx, "Grace");
	const struct product lamp = suite_product(fx, seller, "Lamp", 500, 9);
	const struct purchase_item item = {lamp.id, 2, 500};
	struct purchase purchase = buy(world, client, "k", &item, 1, 0);
	struct sale sale = suite_newest_sale(fx, seller);

	assert_non_null(sale.delivery);
	meddle(world, world_join(world, "C#", client), world_join(world, "D#", purchase.id), "SET #ttl = :number",
	       clock_now() / 1000);
	OK(fx, store->purchase_get(store, client, purchase.id, &fx->arena, &purchase, &fx->err));
	assert_null(purchase.delivery);
	assert_null(purchase.note);
	sale = suite_newest_sale(fx, seller);
	assert_null(sale.delivery);
	OK(fx, store->sale_get(store, seller, sale.id, &fx->arena, &sale, &fx->err));
	assert_null(sale.note);
	/* Nor is that in the way of a step. */
	OK(fx, store->purchase_cancel(store, client, purchase.id, NULL, &fx->arena, &purchase, &fx->err));
	assert_null(purchase.delivery);
}

/* ---- what must not crash ---- */

static void a_damaged_order_is_said_to_be_one(void **state)
{
	struct world *world = *state;
	struct fixture *fx = &world->fx;
	struct store *store = fx->store;
	const char *client = suite_client(fx, "Ada"), *pk = world_join(world, "C#", client);
	const struct product lamp = suite_product(fx, suite_seller(fx, "Grace"), "Lamp", 500, 100);
	const struct purchase_item item = {lamp.id, 1, 500};
	static const char *const damages[] = {"SET #parts = :number",	"REMOVE #lines",
					      "REMOVE #name",		"SET #parts[0].#st = :number",
					      "REMOVE #parts[0].#sale", "SET #lines[0].#s = :number"};
	struct purchase_page page;
	const char *next;

	for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
		char key[8];
		snprintf(key, sizeof key, "k%zu", i);
		struct purchase purchase = buy(world, client, key, &item, 1, 0);

		meddle(world, pk, world_join(world, "B#", purchase.id), damages[i], 7);
		assert_false(store->purchase_get(store, client, purchase.id, &fx->arena, &purchase, &fx->err));
		suite_expect(fx, ERR_INTERNAL, NULL);
		assert_false(store->purchase_cancel(store, client, purchase.id, NULL, &fx->arena, &purchase, &fx->err));
		suite_expect(fx, ERR_INTERNAL, NULL);
	}
	assert_false(store->purchase_list(store, client, NULL, (struct store_page){.limit = 9}, &fx->arena, &page,
					  &next, &fx->err));
	suite_expect(fx, ERR_INTERNAL, NULL);
}

/* ---- listing ---- */

/* Spread over 16 partitions, and one list all the same. */
static void sales_are_one_list(void **state)
{
	enum { SALES = 70 };
	struct world *world = *state;
	struct fixture *fx = &world->fx;
	struct store *store = fx->store;
	const char *client = suite_client(fx, "Ada"), *seller = suite_seller(fx, "Grace"), *last = NULL;
	const struct product lamp = suite_product(fx, seller, "Lamp", 500, 1000);
	struct store_page page = {.limit = 7};
	struct sale sale;
	size_t used = 0, seen = 0;

	for (int i = 0; i < SALES; i++)
		suite_buy_one(fx, client, &lamp, 1);
	for (unsigned shard = 0; shard < 16; shard++) {
		char place[8];
		snprintf(place, sizeof place, "#%02x", shard);
		used += world_rows(world, world_join(world, world_join(world, "S#", seller), place)) > 0;
	}
	assert_true(used > 10);
	const struct sale_page all = suite_list_sales(fx, seller, -1, NULL, &(struct suite_span){.limit = 100});
	assert_int_equal(all.sales_count, SALES);
	for (size_t i = 0; i < SALES; i++) {
		assert_true(!last || strcmp(all.sales[i].id, last) < 0);
		last = all.sales[i].id;
	}
	/* Every fifth is shipped. Pages of any size give the same, whatever is between. */
	for (size_t i = 0; i < SALES; i += 5)
		OK(fx, store->sale_transition(store, seller, MOVE(all.sales[i].id, SALE_SHIPPED), &fx->arena, &sale,
					      &fx->err));
	do {
		struct sale_page part;
		OK(fx,
		   store->sale_list(store, seller, SALE_SHIPPED, NULL, page, &fx->arena, &part, &page.after, &fx->err));
		assert_true(part.sales_count <= page.limit);
		for (size_t i = 0; i < part.sales_count; i++, seen += 5)
			assert_string_equal(part.sales[i].id, all.sales[seen].id);
		page.limit = page.limit % 7 + 1;
	} while (suite_more(fx, page.after));
	assert_int_equal(seen, SALES);
	for (size_t limit = 1; limit < 30; limit += 9) {
		const struct sale_page found =
		    suite_list_sales(fx, seller, -1, NULL, &(struct suite_span){.limit = limit});
		assert_int_equal(found.sales_count, SALES);
		for (size_t i = 0; i < SALES; i++)
			assert_string_equal(found.sales[i].id, all.sales[i].id);
	}
}

enum { MANY = 1500, RARE = 90 }; /* so many sales, and one in so many that is shipped */

/* Puts sales behind the store's back, a batch at a time: their ids, the oldest first. */
static const char **put_sales(struct world *world, const char *seller)
{
	struct fixture *fx = &world->fx;
	const char **ids = arena_array(&fx->arena, MANY, sizeof *ids);
	const struct attr line[] = {ATTR_TEXT("p", suite_id(fx)), ATTR_TEXT("n", "Lamp"), ATTR_NUMBER("pr", 5),
				    ATTR_NUMBER("q", 1)};
	const struct attr lines_of = ATTR_MAP(NULL, line, 4);
	struct dynamo_write *writes = arena_array(&fx->arena, MANY, sizeof *writes);

	assert_true(ids && writes);
	for (size_t i = 0; i < MANY; i++) {
		const struct attr own[] = {ATTR_TEXT("pid", suite_id(fx)),
					   ATTR_TEXT("client", "nobody"),
					   ATTR_TEXT("name", "Ada"),
					   ATTR_NUMBER("st", i % RARE ? SALE_PLACED : SALE_SHIPPED),
					   ATTR_NUMBER("total", 5),
					   ATTR_LIST("lines", &lines_of, 1)};

		ids[i] = suite_id(fx);
		writes[i] = (struct dynamo_write){.op = DYNAMO_PUT,
						  .key = ddb_key_sale(&fx->arena, seller, ids[i]),
						  .attrs = arena_memdup(&fx->arena, own, sizeof own),
						  .attrs_count = sizeof own / sizeof *own};
	}
	OK(fx, dynamo_put_many(world->table->dynamo, writes, MANY, &fx->err));
	return ids;
}

/* A page looks at a third of these at most. What it finds is few and lies anywhere: none is passed over, none comes
 * twice. */
static void a_page_that_ends_early_passes_over_nothing(void **state)
{
	struct world *world = *state;
	struct fixture *fx = &world->fx;
	struct store *store = fx->store;
	const char *seller = suite_seller(fx, "Grace"), **ids = put_sales(world, seller);
	static const size_t limits[] = {3, 100};

	for (size_t i = 0; i < 2; i++) {
		struct store_page page = {.limit = limits[i]};
		size_t left = (MANY + RARE - 1) / RARE, pages = 0;

		do {
			struct sale_page part;
			OK(fx, store->sale_list(store, seller, SALE_SHIPPED, NULL, page, &fx->arena, &part, &page.after,
						&fx->err));
			for (size_t j = 0; j < part.sales_count; j++) {
				assert_true(left-- > 0);
				assert_string_equal(part.sales[j].id, ids[left * RARE]);
			}
			pages++;
		} while (suite_more(fx, page.after));
		assert_int_equal(left, 0);
		assert_true(pages >= 3);
	}
	const struct sale_page found = suite_list_sales(fx, seller, -1, ids[7], NULL);
	assert_int_equal(found.sales_count, 1);
	assert_string_equal(found.sales[0].id, ids[7]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WORLD_TEST(a_purchase_is_kept_as_the_table_s_design_says),
	    WORLD_TEST(a_step_is_kept_in_both_places),
	    WORLD_TEST(a_late_end_keeps_no_delivery_longer),
	    WORLD_TEST(the_largest_purchase_fits_one_transaction),
	    WORLD_TEST(a_key_that_has_expired_is_a_new_one),
	    WORLD_TEST(a_delivery_whose_time_is_up_is_gone),
	    WORLD_TEST(a_damaged_order_is_said_to_be_one),
	    WORLD_TEST(sales_are_one_list),
	    WORLD_TEST(a_page_that_ends_early_passes_over_nothing),
	};

	if (!crypt_init())
		return 1;
	engine_start();
	return cmocka_run_group_tests_name("orders in DynamoDB", tests, NULL, NULL);
}
