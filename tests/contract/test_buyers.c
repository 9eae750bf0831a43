/* Many buyers at once on one table: nothing is sold twice, nothing is lost, whatever happens on the way.
 *
 * Each client is two threads, which ask for the same under the same keys at the same moment, and cancel the same; in
 * between they move on what sellers have sold. Two more threads, each with a store of its own as another process would
 * have, follow all that up. A call that ends with ERR_UNAVAILABLE may have been done or not: usually it is repeated
 * with its key, sometimes given up. In the end what was acknowledged is there once, what was given up is there once or
 * not at all, and the books agree.
 *
 * With VITRINE_TROUBLE it says "begin" once the shop is there, and "end" before it looks at the books, and waits for a
 * line each time: test_buyers_trouble.py makes the trouble in between. Then nobody who buys or follows has much
 * patience, so that many calls end without anybody knowing what became of them.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/crypt.h"
#include "platform/store/dynamodb/dynamodb.h"
#include "tests/contract/engine.h"
#include "tests/contract/store_suite.h"

enum {
	CLIENTS = 6,
	BUYERS = 2 * CLIENTS,
	FOLLOWERS = 2,
	SELLERS = 3,
	PRODUCTS = 6,
	STOCK = 25,
	TURNS = 16,
	TRIES = 400
};
/* what everybody wants at once, in the first turn, and keeps */
enum { LAST = PRODUCTS, LAST_STOCK = 8, LAST_QUANTITY = 2 };
enum { TROUBLED_TRY_MS = 150, TROUBLED_DEADLINE_MS = 400 };

struct product_of {
	const char *id;
	int64_t price;
};

struct shop {
	struct store *store;
	const char *sellers[SELLERS + 1]; /* the last product has a seller of its own, who moves nothing */
	struct product_of products[PRODUCTS + 1];
};

struct key {
	char text[32];
	struct purchase_item items[3];
	size_t count;
	bool acknowledged, refused, given_up;
	char purchase[ID_SIZE];
};

struct buyer {
	const struct shop *shop;
	const char *client;
	uint64_t chance, own;       /* what both threads of a client do, and what each does for itself */
	pthread_barrier_t *start, *together; /* of all; of both */
	struct key keys[TURNS];
	size_t keys_count;
	int moved, cancelled, unknown; /* unknown: calls that ended so */
	char wrong[512]; /* what must not be */
};

static size_t below(struct buyer *buyer, size_t bound)
{
	return chance_below(&buyer->chance, bound);
}

static void note(struct buyer *buyer, const char *what, const struct err *err)
{
	if (!buyer->wrong[0])
		snprintf(buyer->wrong, sizeof buyer->wrong, "%s: %s: %s", what, err->code, err->message);
}

static bool ask_for(struct buyer *buyer, const struct key *key, const struct err *refused, struct arena *arena,
		    struct store_purchase_result *ret_result, struct err *err)
{
	static const char *const lines[] = {"1 Quay"};
	static const struct delivery delivery = {
	    .full_name = "Ada", .address = lines, .address_count = 1, .mobile = "+34600123456"};
	struct store *store = buyer->shop->store;
	struct store_purchase purchase = {.client_id = buyer->client,
					  .client_name = "A buyer",
					  .key = key->text,
					  .items = key->items,
					  .items_count = key->count,
					  .delivery = &delivery,
					  .refused = refused};

	memset(purchase.digest, 7, sizeof purchase.digest);
	return store->purchase_create(store, &purchase, arena, ret_result, err);
}

/* ---- what a buyer does ---- */

static void choose(struct buyer *buyer, struct key *key)
{
	const struct product_of *products = buyer->shop->products;
	const size_t start = below(buyer, PRODUCTS - 2);

	snprintf(key->text, sizeof key->text, "key-%zu", buyer->keys_count);
	key->count = 1 + below(buyer, 3);
	for (size_t i = 0; i < key->count; i++)
		key->items[i] = (struct purchase_item){products[start + i].id, 1 + (int64_t)below(buyer, 2),
						       products[start + i].price};
	if (buyer->keys_count > 1)
		return;
	key->count = 1;
	key->items[0] = (struct purchase_item){products[LAST].id, LAST_QUANTITY, products[LAST].price};
}

static void buy(struct buyer *buyer, struct arena *arena)
{
	struct key *key = &buyer->keys[buyer->keys_count++];
	const size_t patience = chance_below(&buyer->own, 4) ? TRIES : 1;
	struct store_purchase_result result;
	struct err err;

	choose(buyer, key);
	for (size_t i = 0; i < patience; i++) {
		arena_reset(arena);
		if (ask_for(buyer, key, NULL, arena, &result, &err)) {
			key->acknowledged = true;
			snprintf(key->purchase, sizeof key->purchase, "%s", result.purchase.id);
			return;
		}
		key->refused = err.kind == ERR_CONFLICT && !strcmp(err.code, "out_of_stock");
		if (key->refused)
			return;
		if (err.kind != ERR_UNAVAILABLE) {
			note(buyer, "buying", &err);
			return;
		}
		buyer->unknown++;
	}
	key->given_up = true;
	if (patience > 1)
		note(buyer, "buying again and again", &err);
}

/* Of one that was acknowledged. Done, or too late. */
static void cancel(struct buyer *buyer, struct arena *arena)
{
	const struct key *key = &buyer->keys[buyer->keys_count - 1];
	struct store *store = buyer->shop->store;
	struct purchase purchase;
	struct err err;

	for (int i = 0; key->acknowledged && i < TRIES; i++) {
		arena_reset(arena);
		if (store->purchase_cancel(store, buyer->client, key->purchase, "Changed my mind", arena, &purchase,
					   &err)) {
			buyer->cancelled++;
			return;
		}
		if (err.kind == ERR_CONFLICT)
			return;
		if (err.kind != ERR_UNAVAILABLE) {
			note(buyer, "cancelling", &err);
			return;
		}
	}
}

/* A sale that somebody else may be moving, too. */
static void move(struct buyer *buyer, struct arena *arena)
{
	const char *seller = buyer->shop->sellers[chance_below(&buyer->own, SELLERS)];
	struct store *store = buyer->shop->store;
	struct sale_page page;
	struct sale sale;
	const char *next;
	struct err err;

	arena_reset(arena);
	if (!store->sale_list(store, seller, SALE_PLACED, NULL, (struct store_page){.limit = 3}, arena, &page,
			      &next, &err)) {
		if (err.kind != ERR_UNAVAILABLE)
			note(buyer, "listing sales", &err);
		return;
	}
	if (!page.sales_count)
		return;
	const struct sale_move wanted = {.id = page.sales[chance_below(&buyer->own, page.sales_count)].id,
					 .status = chance_below(&buyer->own, 2) ? SALE_CANCELLED : SALE_SHIPPED};
	if (store->sale_transition(store, seller, &wanted, arena, &sale, &err))
		buyer->moved++;
	else if (err.kind != ERR_UNAVAILABLE && err.kind != ERR_CONFLICT)
		note(buyer, "moving a sale", &err);
}

static void *run(void *context)
{
	struct buyer *buyer = context;
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	pthread_barrier_wait(buyer->start);
	for (int i = 0; i < TURNS; i++) {
		pthread_barrier_wait(buyer->together);
		buy(buyer, &arena);
		pthread_barrier_wait(buyer->together);
		if (i && below(buyer, 2) == 0)
			cancel(buyer, &arena);
		else if (chance_below(&buyer->own, 2) == 0)
			move(buyer, &arena);
	}
	arena_done(&arena);
	return NULL;
}

/* ---- who follows ---- */

struct follower {
	struct store *store;
	const bool *stop;
	char wrong[512];
};

static void *follow(void *context)
{
	struct follower *follower = context;
	struct err err;
	bool more;

	while (!__atomic_load_n(follower->stop, __ATOMIC_ACQUIRE))
		if (!follower->store->tend(follower->store, clock_now(), 100, &more, &err) &&
		    err.kind != ERR_UNAVAILABLE)
			snprintf(follower->wrong, sizeof follower->wrong, "following: %s: %s", err.code, err.message);
	return NULL;
}

/* ---- the books ---- */

/* A known key is answered before any rule: so it can be asked for without buying. */
static bool was_bought(struct fixture *fx, struct buyer *buyer, const struct key *key, const char **ret_id)
{
	struct store_purchase_result result;
	struct err rule;

	err_code(&rule, ERR_INVALID, "asked", "It was only asked for");
	bool known = ask_for(buyer, key, &rule, &fx->arena, &result, &fx->err);
	if (!known)
		suite_expect(fx, ERR_INVALID, "asked");
	*ret_id = known ? result.purchase.id : NULL;
	return known;
}

/* What either of the two threads was told of a key is true, and both were told of the same purchase. */
static void check_key(struct fixture *fx, struct buyer twins[2], size_t index, const struct purchase_page *page)
{
	const char *id;
	size_t found = 0;

	bool bought = was_bought(fx, &twins[0], &twins[0].keys[index], &id);
	for (size_t i = 0; i < 2; i++)
		if (twins[i].keys[index].acknowledged) {
			assert_true(bought);
			assert_string_equal(id, twins[i].keys[index].purchase);
		}
	for (size_t i = 0; bought && i < page->purchases_count; i++)
		found += !strcmp(page->purchases[i].id, id);
	assert_int_equal(found, bought);
}

static void check_client(struct fixture *fx, struct buyer twins[2])
{
	const struct purchase_page page = suite_list_purchases(fx, twins[0].client, NULL, NULL);
	size_t bought = 0;

	for (size_t i = 0; i < 2; i++)
		if (twins[i].wrong[0])
			fail_msg("%s", twins[i].wrong);
	for (size_t i = 0; i < TURNS; i++) {
		const char *id;

		check_key(fx, twins, i, &page);
		bought += was_bought(fx, &twins[0], &twins[0].keys[i], &id);
	}
	assert_int_equal(page.purchases_count, bought);
}

static void check_books(struct fixture *fx, const struct shop *shop, struct buyer buyers[BUYERS])
{
	const char *clients[CLIENTS], *products[PRODUCTS + 1], *sellers[SELLERS + 1];
	int64_t supplied[PRODUCTS + 1];

	suite_tend(fx);
	for (size_t i = 0; i < CLIENTS; i++) {
		clients[i] = buyers[2 * i].client;
		check_client(fx, &buyers[2 * i]);
	}
	for (size_t i = 0; i < PRODUCTS + 1; i++) {
		struct product product;

		products[i] = shop->products[i].id;
		supplied[i] = i == LAST ? LAST_STOCK : STOCK;
		OK(fx, fx->store->product_get(fx->store, products[i], &fx->arena, &product, &fx->err));
		assert_in_range(product.stock, 0, supplied[i]);
	}
	memcpy(sellers, shop->sellers, sizeof sellers);
	suite_invariants(fx, &(struct suite_world){.sellers = sellers,
						   .sellers_count = SELLERS + 1,
						   .clients = clients,
						   .clients_count = CLIENTS,
						   .products = products,
						   .products_count = PRODUCTS + 1,
						   .supplied = supplied});
}

/* ---- the shop ---- */

/* A store of its own on the table, as another process has one. */
struct process {
	struct aws *aws;
	struct dynamo *dynamo;
	struct store *store;
};

static struct engine_table *table;
static struct process processes[FOLLOWERS]; /* buyers share the first */

static bool open_process(struct process *process)
{
	const bool troubled = getenv("VITRINE_TROUBLE");
	const struct aws_options options = {.try_ms = troubled ? TROUBLED_TRY_MS : 0,
					    .deadline_ms = troubled ? TROUBLED_DEADLINE_MS : 0};
	struct err err = {.kind = ERR_NONE};

	process->aws = aws_new(&options, &err);
	process->dynamo = process->aws ? dynamo_new(process->aws, table->name, false, &err) : NULL;
	/* A busy machine may take longer than its patience. */
	for (int i = 0; process->dynamo && !process->store && i < TRIES; i++)
		process->store = store_dynamodb_new(process->dynamo, NULL, &err);
	if (!process->store)
		print_error("%s\n", err.message);
	return process->store;
}

static void close_process(struct process *process)
{
	if (process->store)
		process->store->close(process->store);
	dynamo_free(process->dynamo);
	aws_free(process->aws);
}

static void open_shop(struct fixture *fx, struct shop *shop)
{
	shop->store = processes[0].store;
	for (size_t i = 0; i < SELLERS + 1; i++)
		shop->sellers[i] = suite_seller(fx, "Seller");
	for (size_t i = 0; i < PRODUCTS + 1; i++) {
		const char *seller = shop->sellers[i == LAST ? SELLERS : i % SELLERS];
		const struct product product =
		    suite_product(fx, seller, "Thing", 100 + (int64_t)i, i == LAST ? LAST_STOCK : STOCK);

		shop->products[i] = (struct product_of){product.id, product.price};
	}
}

/* ---- the test ---- */

static void wait_for_trouble(const char *sign)
{
	char line[16];

	if (!getenv("VITRINE_TROUBLE"))
		return;
	printf("%s\n", sign);
	fflush(stdout);
	assert_non_null(fgets(line, sizeof line, stdin));
}

static void trade(struct buyer buyers[BUYERS])
{
	static struct follower followers[FOLLOWERS];
	pthread_t buying[BUYERS], following[FOLLOWERS];
	pthread_barrier_t start, together[CLIENTS];
	bool stop = false;

	assert_int_equal(pthread_barrier_init(&start, NULL, BUYERS), 0);
	for (size_t i = 0; i < CLIENTS; i++)
		assert_int_equal(pthread_barrier_init(&together[i], NULL, 2), 0);
	for (size_t i = 0; i < FOLLOWERS; i++) {
		followers[i] = (struct follower){.store = processes[i].store, .stop = &stop};
		assert_int_equal(pthread_create(&following[i], NULL, follow, &followers[i]), 0);
	}
	for (size_t i = 0; i < BUYERS; i++) {
		buyers[i].start = &start;
		buyers[i].together = &together[i / 2];
		assert_int_equal(pthread_create(&buying[i], NULL, run, &buyers[i]), 0);
	}
	for (size_t i = 0; i < BUYERS; i++)
		pthread_join(buying[i], NULL);
	__atomic_store_n(&stop, true, __ATOMIC_RELEASE);
	for (size_t i = 0; i < FOLLOWERS; i++)
		pthread_join(following[i], NULL);
	pthread_barrier_destroy(&start);
	for (size_t i = 0; i < CLIENTS; i++)
		pthread_barrier_destroy(&together[i]);
	for (size_t i = 0; i < FOLLOWERS; i++)
		if (followers[i].wrong[0])
			fail_msg("%s", followers[i].wrong);
}

static void nothing_is_sold_twice_and_nothing_is_lost(void **state)
{
	struct fixture *fx = *state;
	static struct buyer buyers[BUYERS];
	struct shop shop;
	const uint64_t seed = chance_seed();
	size_t acknowledged = 0, refused = 0, given_up = 0;
	int moved = 0, cancelled = 0, unknown = 0;

	open_shop(fx, &shop);
	for (size_t i = 0; i < BUYERS; i++)
		buyers[i] = (struct buyer){.shop = &shop,
					   .client = i % 2 ? buyers[i - 1].client : suite_client(fx, "Buyer"),
					   .chance = seed + i / 2,
					   .own = seed + BUYERS + i};
	wait_for_trouble("begin");
	trade(buyers);
	wait_for_trouble("end");
	for (size_t i = 0; i < BUYERS; i++) {
		for (size_t j = 0; j < buyers[i].keys_count; j++) {
			acknowledged += buyers[i].keys[j].acknowledged;
			refused += buyers[i].keys[j].refused;
			given_up += buyers[i].keys[j].given_up;
		}
		moved += buyers[i].moved;
		cancelled += buyers[i].cancelled;
		unknown += buyers[i].unknown;
	}
	printf("bought %zu, sold out %zu, given up %zu; moved %d, cancelled %d; unknown %d\n", acknowledged, refused,
	       given_up, moved, cancelled, unknown);
	shop.store = fx->store;
	check_books(fx, &shop, buyers);
	/* So that the test is one. */
	assert_true(acknowledged > 20 && refused > 0 && moved > 0 && cancelled > 0);
}

/* ---- around it ---- */

static int set_up(void **state)
{
	static struct fixture fx;

	arena_init(&fx.arena, SIZE_MAX);
	table = engine_table(false);
	if (!table || !(fx.store = store_dynamodb_new(table->dynamo, "EUR", &fx.err)))
		return -1;
	*state = &fx;
	for (size_t i = 0; i < FOLLOWERS; i++)
		if (!open_process(&processes[i]))
			return -1;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fx = *state;

	for (size_t i = 0; i < FOLLOWERS; i++)
		close_process(&processes[i]);
	if (fx && fx->store)
		fx->store->close(fx->store);
	if (fx)
		arena_done(&fx->arena);
	table = engine_drop(table);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_is_sold_twice_and_nothing_is_lost)};

	if (!crypt_init())
		return 2;
	engine_start();
	return cmocka_run_group_tests_name("buyers", tests, set_up, tear_down);
}
