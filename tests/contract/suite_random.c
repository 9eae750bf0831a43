/* A seeded random sequence of calls: what must always hold holds after it, and two stores answer it alike. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store_suite.h"

enum { SELLERS = 3, CLIENTS = 4, PRODUCTS_MAX = 40, PURCHASES_MAX = 400, STEPS = 600 };

struct game {
	struct fixture *fx;
	struct store *store;
	uint64_t chance;
	struct buf *log;
	const char *sellers[SELLERS], *clients[CLIENTS];
	const char *followed[SELLERS + CLIENTS]; /* how far each has been told of changes; NULL: they never asked */
	const char *products[PRODUCTS_MAX];
	int64_t supplied[PRODUCTS_MAX];
	size_t products_count;
	const char *purchases[PURCHASES_MAX], *keys[PURCHASES_MAX], *answers[PURCHASES_MAX];
	size_t purchase_client[PURCHASES_MAX];
	size_t purchases_count;
};

static size_t below(struct game *game, size_t bound)
{
	return chance_below(&game->chance, bound);
}

/* Ids are random, and so is nothing else: the log holds no ids. */
static void note(struct game *game, const char *what, bool done)
{
	const struct err *err = &game->fx->err;

	if (done)
		buf_printf(game->log, "%s ok", what);
	else
		buf_printf(game->log, "%s %s", what, err->code);
}

static void note_product(struct game *game, const struct product *product)
{
	buf_printf(game->log, " %s/%s %" PRId64 " x%" PRId64 " v%" PRId64, product->name, product->category,
		   product->price, product->stock, product->version);
}

static size_t seller_of(size_t product)
{
	return product % SELLERS;
}

static void make_product(struct game *game)
{
	static const char *const names[] = {"Lamp", "Red lamp", "Café crème", "煎茶"};
	static const char *const categories[] = {"Lights", "Kitchen", "茶"};
	const char *name = names[below(game, 4)], *category = categories[below(game, 3)];
	int64_t price = (int64_t)below(game, 5) * 100 + 100;
	struct product_change change = suite_change(name, category, NULL, price, (int64_t)below(game, 20));
	struct product product;

	if (game->products_count == PRODUCTS_MAX)
		return;
	change.seller_id = game->sellers[seller_of(game->products_count)];
	bool done = game->store->product_create(game->store, &change, &game->fx->arena, &product, &game->fx->err);
	note(game, "make", done);
	assert_true(done);
	note_product(game, &product);
	game->supplied[game->products_count] = product.stock;
	game->products[game->products_count++] = product.id;
}

static void change_product(struct game *game)
{
	size_t index = below(game, game->products_count);
	size_t seller = below(game, 8) ? seller_of(index) : below(game, SELLERS);
	bool stocks = below(game, 2);
	struct product before, product;
	const char *name = below(game, 3) ? NULL : "Renamed lamp";
	const char *category = below(game, 4) ? NULL : "Moved";
	int64_t price = below(game, 2) ? (int64_t)below(game, 5) * 100 + 100 : -1;
	struct product_change change =
	    suite_change(name, category, NULL, price, stocks ? (int64_t)below(game, 20) : -1);

	if (below(game, 4) == 0) {
		change.version = (int64_t)below(game, 4) + 1;
		shape_give(&product_batch_item_shape, &change, "version");
	}
	bool there =
	    game->store->product_get(game->store, game->products[index], &game->fx->arena, &before, &game->fx->err);
	bool done = game->store->product_update(game->store, game->sellers[seller], game->products[index], &change,
						&game->fx->arena, &product, &game->fx->err);
	note(game, "change", done);
	if (!done)
		return;
	assert_true(there);
	note_product(game, &product);
	if (stocks)
		game->supplied[index] += product.stock - before.stock;
}

static void archive_product(struct game *game)
{
	size_t index = below(game, game->products_count);
	size_t seller = below(game, 4) ? seller_of(index) : below(game, SELLERS);

	if (below(game, 4) == 0)
		note(game, "archive",
		     game->store->product_archive(game->store, game->sellers[seller], game->products[index],
						  &game->fx->err));
}

/* Half of them go somewhere; of those that come again half have another body. */
static bool try_to_buy(struct game *game, const char *client, const char *key, const struct purchase_item *items,
		       size_t count, bool again, struct store_purchase_result *ret_result)
{
	static const char *const lines[] = {"1 Quay", "Here"};
	static const struct delivery delivery = {
	    .full_name = "Ada", .address = lines, .address_count = 2, .mobile = "+34600123456"};
	struct store_purchase purchase = {
	    .client_id = client, .client_name = "A buyer", .key = key, .items = items, .items_count = count};

	if (below(game, 2))
		purchase.delivery = &delivery;
	if (below(game, 2))
		purchase.note = "A note\nof two lines";
	memset(purchase.digest, 1 + (again && below(game, 2)), sizeof purchase.digest);
	return game->store->purchase_create(game->store, &purchase, &game->fx->arena, ret_result, &game->fx->err);
}

/* Some prices are guessed, some quantities too many, some keys used before. */
static void buy(struct game *game)
{
	struct purchase_item items[4];
	size_t count = 0, client = below(game, CLIENTS), wanted = 1 + below(game, 4);
	struct store_purchase_result result = {.faults_count = 0};

	if (game->purchases_count == PURCHASES_MAX)
		return;
	for (size_t start = below(game, game->products_count); count < wanted && count < game->products_count;
	     count++) {
		size_t index = (start + count) % game->products_count;
		struct product product = {.price = 100};

		game->store->product_get(game->store, game->products[index], &game->fx->arena, &product,
					 &game->fx->err);
		items[count] = (struct purchase_item){game->products[index], 1 + (int64_t)below(game, 6),
						      below(game, 8) ? product.price : 300};
	}
	bool again = game->purchases_count && below(game, 6) == 0;
	size_t old = again ? below(game, game->purchases_count) : 0;
	const char *key = again ? game->keys[old] : suite_id(game->fx);

	client = again ? game->purchase_client[old] : client;
	bool done = try_to_buy(game, game->clients[client], key, items, count, again, &result);
	note(game, again ? "buy again" : "buy", done);
	for (size_t i = 0; i < result.faults_count; i++)
		buf_printf(game->log, " %zu:%d", result.faults[i].item, (int)result.faults[i].reason);
	if (!done)
		return;
	assert_int_equal(result.replayed, again);
	struct purchase purchase = result.purchase;
	buf_printf(game->log, " %" PRId64, purchase.total);
	if (again) {
		assert_string_equal(suite_answer(game->fx, &result), game->answers[old]);
		return;
	}
	game->keys[game->purchases_count] = key;
	game->answers[game->purchases_count] = suite_answer(game->fx, &result);
	game->purchase_client[game->purchases_count] = client;
	game->purchases[game->purchases_count++] = purchase.id;
}

static void note_progress(struct game *game, const struct progress *progress)
{
	buf_printf(game->log, " %s/%s/%d/%d%d", progress->tracking ? progress->tracking : "",
		   progress->reason ? progress->reason : "", progress->cancelled_by, progress->shipped_at > 0,
		   progress->delivered_at > 0);
}

static void cancel(struct game *game)
{
	size_t index = game->purchases_count ? below(game, game->purchases_count) : 0;
	struct purchase purchase;

	if (!game->purchases_count)
		return;
	size_t client = below(game, 8) ? game->purchase_client[index] : below(game, CLIENTS);
	bool done = game->store->purchase_cancel(game->store, game->clients[client], game->purchases[index],
						 below(game, 2) ? "Changed my mind" : NULL, &game->fx->arena, &purchase,
						 &game->fx->err);
	note(game, "cancel", done);
	if (!done)
		return;
	buf_printf(game->log, " %" PRId64 " %d %s", purchase.total, purchase.status, purchase.delivery ? "goes" : "");
	for (size_t i = 0; i < purchase.parts_count; i++)
		note_progress(game, &purchase.parts[i].progress);
}

static void move_sale(struct game *game)
{
	const char *seller = game->sellers[below(game, SELLERS)];
	enum sale_status status = (enum sale_status)below(game, SALE_STATUSES);
	const struct sale_page sales = suite_list_sales(game->fx, seller, (int)below(game, SALE_STATUSES + 1) - 1, NULL,
							&(struct suite_span){.most = 20});
	struct sale sale;

	buf_printf(game->log, "sales %zu; ", sales.sales_count);
	if (!sales.sales_count)
		return;
	const struct sale *chosen = &sales.sales[below(game, sales.sales_count)];
	bool done = game->store->sale_transition(game->store, seller, MOVE(chosen->id, status), &game->fx->arena, &sale,
						 &game->fx->err);
	note(game, "move", done);
	buf_printf(game->log, " %d %" PRId64, chosen->status, chosen->total);
}

/* Up to nine sales of a seller, some of them twice, wherever chance wants them. */
static void move_many(struct game *game)
{
	const char *seller = game->sellers[below(game, SELLERS)];
	struct sale_move moves[9];
	struct sale moved[9];
	struct err errs[9];
	size_t count = 1 + below(game, 9);
	const struct sale_page sales = suite_list_sales(game->fx, seller, -1, below(game, 2) ? "lamp" : NULL,
							&(struct suite_span){.most = 20});

	buf_printf(game->log, "found %zu; ", sales.sales_count);
	for (size_t i = 0; i < count; i++)
		moves[i] = (struct sale_move){
		    .id = sales.sales_count ? sales.sales[below(game, sales.sales_count)].id : "none",
		    .status = 1 + (int)below(game, SALE_STATUSES - 1),
		    .tracking = below(game, 2) ? "T 1" : NULL,
		    .reason = below(game, 2) ? "Broken" : NULL};
	OK(game->fx, game->store->sale_batch(game->store, seller, moves, count, &game->fx->arena, moved, errs,
					     &game->fx->err));
	for (size_t i = 0; i < count; i++) {
		buf_printf(game->log, " %s", errs[i].kind == ERR_NONE ? "moved" : errs[i].code);
		if (errs[i].kind == ERR_NONE)
			note_progress(game, &moved[i].progress);
	}
}

static void list_purchases(struct game *game)
{
	static const char *const words[] = {NULL, "lamp", "re la", "?", "zzzz"};
	const char *q = words[below(game, 5)];
	struct suite_span span = {.limit = 1 + below(game, 12)};
	const char *client = game->clients[below(game, CLIENTS)];

	buf_printf(game->log, "purchases %zu", suite_list_purchases(game->fx, client, q, &span).purchases_count);
}

static void list_products(struct game *game)
{
	static const char *const words[] = {NULL, "lamp", "re la", "cafe", "茶"};
	const struct product_query query = {.q = words[below(game, 5)],
					    .category = below(game, 3) ? NULL : "Lights",
					    .sort = (int)below(game, 4) - 1};
	struct suite_span span = {.limit = 1 + below(game, 12)};
	const struct product_page found = suite_list_products(game->fx, &query, &span);

	for (size_t i = 0; i < found.products_count; i++)
		note_product(game, &found.products[i]);
}

static void put_cart(struct game *game)
{
	const char *client = game->clients[below(game, CLIENTS)];
	struct cart_item items[2] = {{.product_id = game->products[below(game, game->products_count)], .quantity = 1},
				     {.product_id = game->products[0], .quantity = 2}};
	struct cart cart = {.items = items, .items_count = 1 + (strcmp(items[0].product_id, items[1].product_id) != 0)},
		    now;

	OK(game->fx, game->store->cart_get(game->store, client, &game->fx->arena, &now, &game->fx->err));
	cart.version = now.version - (below(game, 5) == 0);
	bool done = game->store->cart_put(game->store, client, &cart, &game->fx->arena, &now, &game->fx->err);
	note(game, "cart", done);
	buf_printf(game->log, " v%" PRId64 " %zu", now.version, now.items_count);
	for (size_t i = 0; i < now.items_count; i++)
		buf_printf(game->log, " %s x%" PRId64 "%s", now.items[i].name, now.items[i].stock,
			   now.items[i].available ? "" : " gone");
}

static void follow(struct game *game)
{
	size_t who = below(game, SELLERS + CLIENTS), kinds[CHANGE_KINDS] = {0};
	bool sells = who < SELLERS;
	const size_t limit = 1 + below(game, 9);
	struct store_changes changes;

	buf_printf(game->log, "told");
	do {
		const struct store_page page = {.after = game->followed[who], .limit = limit};
		OK(game->fx, game->store->change_list(game->store, sells ? GROUP_SELLERS : GROUP_CLIENTS,
						      sells ? game->sellers[who] : game->clients[who - SELLERS], page,
						      &game->fx->arena, &changes, &game->fx->err));
		game->followed[who] = changes.next;
		for (size_t i = 0; i < changes.count; i++)
			kinds[changes.changes[i].kind]++;
		buf_printf(game->log, "%s", changes.reset ? " to read all" : "");
	} while (changes.count && suite_more(game->fx, changes.next));
	for (size_t i = 0; i < CHANGE_KINDS; i++)
		buf_printf(game->log, " %zu", kinds[i]);
}

static void play(struct game *game, int steps)
{
	static void (*const moves[])(struct game *game) = {
	    make_product, change_product, archive_product, buy,    buy,   buy, cancel, move_sale, list_products,
	    put_cart,     move_many,      list_purchases,  follow, follow};

	for (size_t i = 0; i < SELLERS; i++)
		game->sellers[i] = suite_seller(game->fx, "Seller");
	for (size_t i = 0; i < CLIENTS; i++)
		game->clients[i] = suite_client(game->fx, "Client");
	for (int i = 0; i < 6; i++)
		make_product(game);
	for (int i = 0; i < steps; i++) {
		moves[below(game, sizeof moves / sizeof *moves)](game);
		buf_add_char(game->log, '\n');
	}
	for (size_t i = 0; i < SELLERS; i++) {
		struct seller_stats stats;
		OK(game->fx, game->store->seller_stats(game->store, game->sellers[i], 3, &game->fx->arena, &stats,
						       &game->fx->err));
		buf_printf(game->log, "stats %" PRId64 " %" PRId64 " %" PRId64 " %zu %zu\n", stats.revenue, stats.units,
			   stats.open_sales, stats.best_products_count, stats.low_stock_count);
	}
}

static void run(struct fixture *fx, uint64_t seed, int steps, struct buf *log)
{
	struct game *game = calloc(1, sizeof *game);

	assert_non_null(game);
	game->fx = fx;
	game->store = fx->store;
	game->chance = seed;
	game->log = log;
	play(game, steps);
	suite_invariants(fx, &(struct suite_world){.sellers = game->sellers,
						   .sellers_count = SELLERS,
						   .clients = game->clients,
						   .clients_count = CLIENTS,
						   .products = game->products,
						   .products_count = game->products_count,
						   .supplied = game->supplied});
	free(game);
}

char *store_suite_transcript(struct store *store, uint64_t seed, int steps)
{
	struct fixture fx = {.store = store};
	struct buf log;

	arena_init(&fx.arena, SIZE_MAX);
	buf_init(&log, 64 * 1024 * 1024);
	run(&fx, seed, steps, &log);
	arena_done(&fx.arena);
	assert_false(log.failed);
	return buf_steal(&log);
}

static char *transcript_of(const struct suite_target *target, uint64_t seed, int steps)
{
	struct store *store = target->open(target->context);

	assert_non_null(store);
	char *transcript = store_suite_transcript(store, seed, steps);
	target->close(store, target->context);
	assert_non_null(transcript);
	return transcript;
}

void store_suite_compare(const struct suite_target *one, const struct suite_target *other, uint64_t seed, int steps)
{
	char *first = transcript_of(one, seed, steps), *second = transcript_of(other, seed, steps);

	assert_string_equal(first, second);
	free(first);
	free(second);
}

static void what_must_hold_holds_after_anything(void **state)
{
	struct fixture *fx = *state;
	struct buf log;

	buf_init(&log, 64 * 1024 * 1024);
	run(fx, chance_seed(), STEPS, &log);
	buf_done(&log);
}

int suite_random(const char *name)
{
	const struct CMUnitTest tests[] = {SUITE_TEST(what_must_hold_holds_after_anything)};

	print_message("random, %s\n", name);
	return cmocka_run_group_tests_name("random", tests, NULL, NULL);
}
