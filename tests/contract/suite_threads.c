/* Many at once. Threads don't assert, since cmocka's assertions belong to the thread that runs the test: they note what
 * happened, and the test looks at it afterwards. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "store_suite.h"

enum { THREADS_MAX = 64 };

/* One thread's task. */
struct task {
	struct store *store;
	const char *client, *key;
	const struct purchase_item *items;
	size_t items_count;
	int times;
	pthread_barrier_t *start;
	struct arena arena;
	/* What happened. */
	int bought, out_of_stock, in_flight, other;
	struct store_purchase_result last;
	struct err err;
};

static void *buy(void *context)
{
	struct task *task = context;

	pthread_barrier_wait(task->start);
	for (int i = 0; i < task->times; i++) {
		char key[64];

		snprintf(key, sizeof key, "%s %d", task->key, i);
		if (suite_try(task->store, task->client, key, 1, task->items, task->items_count, &task->arena,
			      &task->last, &task->err))
			task->bought++;
		else if (task->err.kind == ERR_CONFLICT && !strcmp(task->err.code, "out_of_stock"))
			task->out_of_stock++;
		else if (task->err.kind == ERR_CONFLICT && !strcmp(task->err.code, "in_flight"))
			task->in_flight++;
		else
			task->other++;
	}
	return NULL;
}

/* Runs the tasks at once, a thread each. */
static void run(struct task *tasks, size_t count)
{
	pthread_t threads[THREADS_MAX];
	pthread_barrier_t start;

	assert_int_equal(pthread_barrier_init(&start, NULL, (unsigned)count), 0);
	for (size_t i = 0; i < count; i++) {
		tasks[i].start = &start;
		arena_init(&tasks[i].arena, SIZE_MAX);
		assert_int_equal(pthread_create(&threads[i], NULL, buy, &tasks[i]), 0);
	}
	for (size_t i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
	pthread_barrier_destroy(&start);
}

static void done(struct task *tasks, size_t count)
{
	for (size_t i = 0; i < count; i++)
		arena_done(&tasks[i].arena);
}

static void buyers_of_the_last_100_units_get_exactly_100(void **state)
{
	struct fixture *fx = *state;
	const char *seller = suite_seller(fx, "Grace"), *clients[THREADS_MAX];
	struct product lamp = suite_product(fx, seller, "Lamp", 500, 100);
	const struct purchase_item item = {lamp.id, 1, 500};
	static struct task tasks[THREADS_MAX];
	int64_t supplied = 100;
	int bought = 0, missed = 0;

	for (size_t i = 0; i < THREADS_MAX; i++) {
		clients[i] = suite_client(fx, "Buyer");
		tasks[i] = (struct task){
		    .store = fx->store, .client = clients[i], .key = "k", .items = &item, .items_count = 1, .times = 3};
	}
	run(tasks, THREADS_MAX);
	for (size_t i = 0; i < THREADS_MAX; i++) {
		if (tasks[i].other)
			fail_msg("%s: %s", tasks[i].err.code, tasks[i].err.message);
		bought += tasks[i].bought;
		missed += tasks[i].out_of_stock;
	}
	done(tasks, THREADS_MAX);
	assert_int_equal(bought, 100);
	assert_int_equal(missed, THREADS_MAX * 3 - 100);
	suite_invariants(fx, &(struct suite_world){.sellers = &seller,
						   .sellers_count = 1,
						   .clients = clients,
						   .clients_count = THREADS_MAX,
						   .products = &lamp.id,
						   .products_count = 1,
						   .supplied = &supplied});
}

/* Carts that overlap, half of them the other way round, with too little of everything: none waits for ever, and what is
 * sold out first is what most carts hold. */
static void carts_in_opposite_orders(void **state)
{
	enum { PRODUCTS = 6, LINES = 4, BUYERS = 24 };
	struct fixture *fx = *state;
	const char *sellers[2] = {suite_seller(fx, "One"), suite_seller(fx, "Two")}, *clients[BUYERS],
		   *products[PRODUCTS];
	struct purchase_item carts[BUYERS][LINES];
	int64_t supplied[PRODUCTS];
	static struct task tasks[BUYERS];
	int bought = 0;

	for (size_t i = 0; i < PRODUCTS; i++) {
		products[i] = suite_product(fx, sellers[i % 2], "Thing", 100, 60).id;
		supplied[i] = 60;
	}
	for (size_t i = 0; i < BUYERS; i++) {
		for (size_t line = 0; line < LINES; line++) {
			size_t place = i % 2 ? LINES - 1 - line : line;
			carts[i][place] = (struct purchase_item){products[(i / 2 + line) % PRODUCTS], 1, 100};
		}
		clients[i] = suite_client(fx, "Buyer");
		tasks[i] = (struct task){.store = fx->store,
					 .client = clients[i],
					 .key = "k",
					 .items = carts[i],
					 .items_count = LINES,
					 .times = 8};
	}
	run(tasks, BUYERS);
	for (size_t i = 0; i < BUYERS; i++) {
		if (tasks[i].other)
			fail_msg("%s: %s", tasks[i].err.code, tasks[i].err.message);
		bought += tasks[i].bought;
	}
	done(tasks, BUYERS);
	assert_in_range(bought, 60, PRODUCTS * 60 / LINES);
	suite_invariants(fx, &(struct suite_world){.sellers = sellers,
						   .sellers_count = 2,
						   .clients = clients,
						   .clients_count = BUYERS,
						   .products = products,
						   .products_count = PRODUCTS,
						   .supplied = supplied});
}

static void one_key_from_many_sides_buys_once(void **state)
{
	enum { SIDES = 16 };
	struct fixture *fx = *state;
	const char *seller = suite_seller(fx, "Grace"), *client = suite_client(fx, "Ada");
	struct product lamp = suite_product(fx, seller, "Lamp", 500, 100), found;
	const struct purchase_item item = {lamp.id, 2, 500};
	static struct task tasks[SIDES];
	struct store_purchase_result answer;
	int first = 0;

	for (size_t i = 0; i < SIDES; i++)
		tasks[i] = (struct task){
		    .store = fx->store, .client = client, .key = "same", .items = &item, .items_count = 1, .times = 1};
	run(tasks, SIDES);
	OK(fx, suite_try(fx->store, client, "same 0", 1, &item, 1, &fx->arena, &answer, &fx->err));
	assert_true(answer.replayed);
	for (size_t i = 0; i < SIDES; i++) {
		assert_int_equal(tasks[i].bought + tasks[i].in_flight, 1);
		if (!tasks[i].bought)
			continue;
		first += !tasks[i].last.replayed;
		assert_string_equal(suite_answer(fx, &tasks[i].last), suite_answer(fx, &answer));
	}
	done(tasks, SIDES);
	assert_int_equal(first, 1);
	OK(fx, fx->store->product_get(fx->store, lamp.id, &fx->arena, &found, &fx->err));
	assert_int_equal(found.stock, 98);
}

/* ---- readers beside writers ---- */

struct reader {
	struct fixture *fixture;
	const char *seller;
	const int *stop;
	int wrong, failed, rounds, both; /* both: products on one page */
	struct err err;
};

/* Two products always change together, by a purchase of one each: no reader may see one without the other. */
static void *read_on(void *context)
{
	struct reader *reader = context;
	struct store *store = reader->fixture->store;
	const struct product_query query = {.seller_id = reader->seller, .sort = -1};
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	do {
		struct product_page page;
		const char *next;

		arena_reset(&arena);
		if (!store->product_list(store, &query, (struct store_page){.limit = 10}, &arena, &page, &next,
					 &reader->err))
			reader->failed++;
		else if (page.products_count == 2 && ++reader->both)
			reader->wrong += page.products[0].stock != page.products[1].stock;
		else if (page.products_count > 2 || !next)
			reader->wrong++;
		reader->rounds++;
	} while (!__atomic_load_n(reader->stop, __ATOMIC_ACQUIRE));
	arena_done(&arena);
	return NULL;
}

static void readers_see_whole_purchases_only(void **state)
{
	enum { READERS = 12, BUYERS = 4, TIMES = 20 };
	struct fixture *fx = *state;
	const char *seller = suite_seller(fx, "Grace");
	struct product a = suite_product(fx, seller, "A", 1, 1000), b = suite_product(fx, seller, "B", 1, 1000);
	const struct purchase_item items[] = {{a.id, 1, 1}, {b.id, 1, 1}};
	static struct task tasks[BUYERS];
	static struct reader readers[READERS];
	pthread_t threads[READERS];
	int stop = 0, both = 0;

	for (size_t i = 0; i < READERS; i++) {
		readers[i] = (struct reader){.fixture = fx, .seller = seller, .stop = &stop};
		assert_int_equal(pthread_create(&threads[i], NULL, read_on, &readers[i]), 0);
	}
	for (size_t i = 0; i < BUYERS; i++)
		tasks[i] = (struct task){.store = fx->store,
					 .client = suite_client(fx, "Buyer"),
					 .key = "k",
					 .items = items,
					 .items_count = 2,
					 .times = TIMES};
	run(tasks, BUYERS);
	__atomic_store_n(&stop, 1, __ATOMIC_RELEASE);
	for (size_t i = 0; i < READERS; i++)
		pthread_join(threads[i], NULL);
	for (size_t i = 0; i < READERS; i++) {
		if (readers[i].failed)
			fail_msg("%s: %s", readers[i].err.code, readers[i].err.message);
		assert_int_equal(readers[i].wrong, 0);
		assert_true(readers[i].rounds > 0);
		both += readers[i].both;
	}
	assert_true(both > 0);
	for (size_t i = 0; i < BUYERS; i++)
		assert_int_equal(tasks[i].bought, TIMES);
	done(tasks, BUYERS);
}

/* ---- sellers who make products while others buy ---- */

struct maker {
	struct store *store;
	const char *seller;
	int made;
	struct err err;
};

static void *make(void *context)
{
	struct maker *maker = context;
	struct product_change change = suite_change("Made thing", "Made", NULL, 100, 1);
	struct arena arena;

	change.seller_id = maker->seller;
	arena_init(&arena, SIZE_MAX);
	for (int i = 0; i < 20; i++) {
		struct product product;

		if (maker->store->product_create(maker->store, &change, &arena, &product, &maker->err))
			maker->made++;
	}
	arena_done(&arena);
	return NULL;
}

static void products_made_at_once_have_ids_of_their_own(void **state)
{
	enum { MAKERS = 8 };
	struct fixture *fx = *state;
	static struct maker makers[MAKERS];
	pthread_t threads[MAKERS];
	const struct product_query query = {.q = "made", .sort = SORT_NEWEST};
	const char *last = NULL;

	for (size_t i = 0; i < MAKERS; i++) {
		makers[i] = (struct maker){.store = fx->store, .seller = suite_seller(fx, "Maker")};
		assert_int_equal(pthread_create(&threads[i], NULL, make, &makers[i]), 0);
	}
	for (size_t i = 0; i < MAKERS; i++)
		pthread_join(threads[i], NULL);
	for (size_t i = 0; i < MAKERS; i++)
		assert_int_equal(makers[i].made, 20);
	const struct product_page found = suite_list_products(fx, &query, NULL);
	assert_int_equal(found.products_count, MAKERS * 20);
	for (size_t i = 0; i < found.products_count; i++) {
		assert_true(!last || strcmp(found.products[i].id, last) < 0);
		last = found.products[i].id;
	}
}

int suite_threads(const char *name)
{
	const struct CMUnitTest tests[] = {
	    SUITE_TEST(buyers_of_the_last_100_units_get_exactly_100),
	    SUITE_TEST(carts_in_opposite_orders),
	    SUITE_TEST(one_key_from_many_sides_buys_once),
	    SUITE_TEST(readers_see_whole_purchases_only),
	    SUITE_TEST(products_made_at_once_have_ids_of_their_own),
	};

	print_message("threads, %s\n", name);
	return cmocka_run_group_tests_name("threads", tests, NULL, NULL);
}
