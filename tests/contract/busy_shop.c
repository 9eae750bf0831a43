#include "tests/contract/busy_shop.h"

#include "base/clock.h"
#include "models/limits.h"

enum { SELLERS = 3, CLIENTS = 2, PRODUCTS = 5, PURCHASES = 6, MORE_PRODUCTS = 20, MORE_PURCHASES = 12 };

struct world {
	const char *sellers[SELLERS], *clients[CLIENTS];
	struct product products[PRODUCTS];
	uint64_t chance;
};

static void make_people(struct fixture *fx, struct world *world)
{
	for (size_t i = 0; i < SELLERS; i++)
		world->sellers[i] = suite_seller(fx, arena_printf(&fx->arena, "Seller %zu", i));
	for (size_t i = 0; i < CLIENTS; i++)
		world->clients[i] = suite_client(fx, arena_printf(&fx->arena, "Client %zu", i));
	for (size_t i = 0; i < PRODUCTS; i++)
		world->products[i] =
		    suite_product(fx, world->sellers[i % SELLERS], arena_printf(&fx->arena, "Thing %zu", i),
				  100 + (int64_t)i, LIMIT_LOW_STOCK + 2 + (int64_t)i);
}

/* Some of everything, now and then in the past. */
static void buy(struct fixture *fx, struct world *world, size_t number)
{
	struct purchase_item items[PRODUCTS];
	const int64_t past = clock_now() - 3 * (int64_t)CLOCK_DAY_MS;
	struct store_purchase wanted = {.client_id = world->clients[chance_below(&world->chance, CLIENTS)],
					.client_name = "Somebody",
					.key = suite_id(fx),
					.date = number == 2 ? past : 0,
					.items = items,
					.note = "Ring twice"};
	struct store_purchase_result result;

	for (size_t i = 0; i < PRODUCTS; i++)
		if (i == number % PRODUCTS || !chance_below(&world->chance, 3))
			items[wanted.items_count++] =
			    (struct purchase_item){world->products[i].id, 1 + (int64_t)chance_below(&world->chance, 3),
						   world->products[i].price};
	/* What is out of stock by now isn't bought. */
	if (!fx->store->purchase_create(fx->store, &wanted, &fx->arena, &result, &fx->err))
		suite_expect(fx, ERR_CONFLICT, "out_of_stock");
}

static void move_sales(struct fixture *fx, struct world *world)
{
	for (size_t i = 0; i < SELLERS; i++) {
		const struct sale_page sales = suite_list_sales(fx, world->sellers[i], SALE_PLACED, NULL, NULL);

		for (size_t j = 0; j < sales.sales_count; j++) {
			const enum sale_status to[] = {SALE_PLACED, SALE_SHIPPED, SALE_DELIVERED, SALE_CANCELLED};
			enum sale_status end = to[chance_below(&world->chance, 4)];
			struct sale sale;

			if (end == SALE_DELIVERED)
				OK(fx, fx->store->sale_transition(fx->store, world->sellers[i],
								  MOVE(sales.sales[j].id, SALE_SHIPPED), &fx->arena,
								  &sale, &fx->err));
			if (end != SALE_PLACED)
				OK(fx, fx->store->sale_transition(fx->store, world->sellers[i],
								  MOVE(sales.sales[j].id, end), &fx->arena, &sale,
								  &fx->err));
		}
	}
}

/* A client takes back what may be taken back. */
static void cancel_purchases(struct fixture *fx, const char *client)
{
	const struct purchase_page purchases = suite_list_purchases(fx, client, NULL, NULL);

	for (size_t i = 0; i < purchases.purchases_count; i++) {
		struct purchase purchase;

		if (!fx->store->purchase_cancel(fx->store, client, purchases.purchases[i].id, "My own words",
						&fx->arena, &purchase, &fx->err))
			suite_expect(fx, ERR_CONFLICT, "illegal_transition");
	}
}

/* More of what an account's end has to tidy up than a slice does. */
static void make_more(struct fixture *fx, const struct world *world)
{
	struct product product = suite_product(fx, world->sellers[0], "Sold often", 1, 1000);

	for (size_t i = 0; i < MORE_PURCHASES; i++)
		suite_buy_one(fx, world->clients[0], &product, 1);
	for (size_t i = 1; i < MORE_PRODUCTS; i++)
		suite_product(fx, world->sellers[0], "Never sold", 1, 1000);
}

static void do_everything(struct fixture *fx, struct world *world, bool followed)
{
	const struct store_picture picture = {.media_type = "image/png", .bytes = "png", .length = 3};
	struct product_change change = suite_change(NULL, NULL, NULL, -1, 2);
	struct account account;
	struct product product;

	for (size_t i = 0; i < PURCHASES / 2; i++)
		buy(fx, world, i);
	move_sales(fx, world);
	for (size_t i = PURCHASES / 2; i < PURCHASES; i++)
		buy(fx, world, i);
	cancel_purchases(fx, world->clients[0]);
	if (followed)
		suite_tend(fx);
	OK(fx, fx->store->picture_put(fx->store, world->sellers[0], world->products[0].id, &picture, &fx->arena,
				      &product, &fx->err));
	OK(fx, fx->store->product_update(fx->store, world->sellers[1], world->products[1].id, &change, &fx->arena,
					 &product, &fx->err));
	OK(fx, fx->store->product_archive(fx->store, world->sellers[1], world->products[4].id, &fx->err));
	OK(fx, fx->store->account_update(fx->store, GROUP_SELLERS, world->sellers[1],
					 &(struct account_patch){.full_name = "A new name"}, &fx->arena, &account,
					 &fx->err));
	OK(fx, fx->store->account_delete(fx->store, GROUP_SELLERS, world->sellers[0], &fx->err));
	OK(fx, fx->store->account_delete(fx->store, GROUP_CLIENTS, world->clients[0], &fx->err));
}

void busy_shop(struct fixture *fixture, uint64_t *chance, bool large)
{
	struct world world = {.chance = *chance};

	make_people(fixture, &world);
	if (large)
		make_more(fixture, &world);
	do_everything(fixture, &world, large);
	*chance = world.chance;
}
