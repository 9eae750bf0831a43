/* What is kept for finding a product, brought to what it is by several at once, by one who is killed on the way, and
 * again and again: in the end every row is there that should be, and nobody is told what isn't so. */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "models/normal.h"
#include "models/search.h"
#include "platform/store/dynamodb/search.h"
#include "tests/contract/dynamodb_world.h"

enum { FOLLOWERS = 4, CHANGES = 60, KILLS = 60, KILL_US = 12000 };

static const char *const names[] = {"Red lamp of brass", "Blue lamp", "Red-blue candle, small", "Lamp",
				    "Blue red brass bowl"};
enum { NAMES = sizeof names / sizeof *names };

/* A product that is changed, in a world of its own. */
struct scene {
	struct world *world;
	struct fixture *fx;
	const char *seller;
	struct product product;
	uint64_t seed;
};

static struct scene begin(void **state)
{
	struct world *world = *state;
	struct scene scene = {.world = world, .fx = &world->fx, .seed = chance_seed()};

	scene.seller = suite_seller(scene.fx, "Maker");
	scene.product = suite_product(scene.fx, scene.seller, names[0], 100, 1);
	return scene;
}

static void follow(struct scene *scene)
{
	OK(scene->fx, dynamodb_search_follow(ddb_of(scene->fx->store), scene->product.id, &scene->fx->err));
}

static void change(struct scene *scene)
{
	struct store *store = scene->fx->store;
	const struct product_change change =
	    suite_change(names[chance_below(&scene->seed, NAMES)], NULL, NULL,
			 100 + (int64_t)chance_below(&scene->seed, 3), (int64_t)chance_below(&scene->seed, 2));

	OK(scene->fx, store->product_update(store, scene->seller, scene->product.id, &change, &scene->fx->arena,
					    &scene->product, &scene->fx->err));
}

/* ---- what should be there ---- */

struct rows {
	struct scene *scene;
	size_t missing, wanted;
};

static bool is_there(struct scene *scene, struct dynamo_key key)
{
	struct dynamo_items items;

	OK(scene->fx, dynamo_get(scene->world->table->dynamo, key, true, &scene->fx->arena, &items, &scene->fx->err));
	const bool there = items.items[0] != NULL;
	dynamo_items_done(&items);
	return there;
}

static bool check_term(void *context, const char *term, size_t length)
{
	struct rows *rows = context;

	rows->wanted++;
	rows->missing +=
	    !is_there(rows->scene, ddb_key_posting(&rows->scene->fx->arena, term, length, rows->scene->product.id));
	return true;
}

/* The lists of what is in stock; both by date and by price. */
static size_t count_lists(struct scene *scene, int64_t price)
{
	struct arena *arena = &scene->fx->arena;
	const char *const of[DDB_LISTINGS] = {[DDB_CATEGORY] = normal_category_key(arena, scene->product.category),
					      [DDB_SELLER] = scene->seller};
	size_t count = 0;

	for (enum ddb_listing along = DDB_ALL; along < DDB_LISTINGS; along++) {
		const char *newest = ddb_pk_in_stock(arena, ddb_pk_newest(arena, along, of[along]));
		const char *priced = ddb_pk_in_stock(arena, ddb_pk_price(arena, along, of[along]));

		count += is_there(scene, (struct dynamo_key){newest, scene->product.id});
		count += is_there(scene, (struct dynamo_key){priced, ddb_sk_price(arena, price, scene->product.id)});
	}
	return count;
}

static size_t find(struct scene *scene, const char *q, bool in_stock)
{
	struct product_query query = {.q = q, .in_stock = in_stock, .sort = -1};

	if (in_stock)
		shape_give(&product_query_shape, &query, "in_stock");
	scene->fx->pages = 0;
	return suite_list_products(scene->fx, &query, NULL).products_count;
}

/* `strays`: there may be rows too many, of somebody who was killed while they put them. */
static void check(struct scene *scene, bool strays)
{
	const struct product *product = &scene->product;
	const struct search_product texts = {product->name, product->category, product->seller_name,
					     product->description};
	struct rows rows = {.scene = scene};

	assert_true(search_terms(&scene->fx->arena, &texts, check_term, &rows));
	assert_true(rows.wanted > 10);
	assert_int_equal(rows.missing, 0);
	if (product->stock || !strays)
		assert_int_equal(count_lists(scene, product->price), product->stock ? 6 : 0);
	for (size_t i = 0; i < NAMES; i++) {
		struct search_query query;
		enum search_place place;

		OK(scene->fx, search_query_read(&scene->fx->arena, names[i], &query, &scene->fx->err));
		assert_true(search_find(&query, &texts, &scene->fx->arena, &place));
		assert_int_equal(find(scene, names[i], false), place < SEARCH_PLACES);
		assert_int_equal(find(scene, names[i], true), place < SEARCH_PLACES && product->stock);
	}
}

/* ---- the tests ---- */

static void what_is_kept_follows_each_change(void **state)
{
	struct scene scene = begin(state);

	for (int i = 0; i < CHANGES; i++) {
		follow(&scene);
		check(&scene, false);
		follow(&scene);
		change(&scene);
	}
	OK(scene.fx, scene.fx->store->product_archive(scene.fx->store, scene.seller, scene.product.id, &scene.fx->err));
	follow(&scene);
	assert_false(is_there(&scene, ddb_key_indexed(&scene.fx->arena, scene.product.id)));
	for (int64_t price = 100; price < 103; price++)
		assert_int_equal(count_lists(&scene, price), 0);
	for (size_t i = 0; i < NAMES; i++)
		assert_int_equal(find(&scene, names[i], false), 0);
}

static atomic_bool ends;

static void *follow_all_the_time(void *context)
{
	struct scene *scene = context;
	struct err err;
	size_t failed = 0;

	while (!atomic_load(&ends))
		failed += !dynamodb_search_follow(ddb_of(scene->fx->store), scene->product.id, &err) &&
			  err.kind != ERR_UNAVAILABLE;
	return (void *)failed;
}

static void several_at_once_lose_nothing(void **state)
{
	struct scene scene = begin(state);
	pthread_t threads[FOLLOWERS];

	for (int round = 0; round < 4; round++) {
		struct scene theirs = scene;

		atomic_store(&ends, false);
		for (int i = 0; i < FOLLOWERS; i++)
			assert_false(pthread_create(&threads[i], NULL, follow_all_the_time, &theirs));
		for (int i = 0; i < CHANGES / 4; i++)
			change(&scene);
		atomic_store(&ends, true);
		for (int i = 0; i < FOLLOWERS; i++) {
			void *failed;

			assert_false(pthread_join(threads[i], &failed));
			assert_null(failed);
		}
		follow(&scene);
		check(&scene, false);
	}
}

/* In a process of its own, over a connection of its own, which ends wherever it is after so many microseconds. */
static void follow_in_child(const struct scene *scene, long most)
{
	const struct itimerval timer = {.it_value = {.tv_usec = most}};
	struct err err;

	setitimer(ITIMER_REAL, &timer, NULL);
	struct aws *aws = aws_new(NULL, &err);
	struct dynamo *dynamo = aws ? dynamo_new(aws, scene->world->table->name, false, &err) : NULL;
	struct store *store = dynamo ? store_dynamodb_new(dynamo, "EUR", &err) : NULL;

	_exit(store && dynamodb_search_follow(ddb_of(store), scene->product.id, &err) ? 0 : 1);
}

static void who_is_killed_on_the_way_loses_nothing(void **state)
{
	struct scene scene = begin(state);
	int killed = 0;

	for (int i = 0; i < KILLS; i++) {
		const long most = 1 + (long)chance_below(&scene.seed, KILL_US);
		int status;

		change(&scene);
		fflush(NULL);
		const pid_t child = fork();
		assert_true(child >= 0);
		if (!child)
			follow_in_child(&scene, most);
		assert_int_equal(waitpid(child, &status, 0), child);
		killed += WIFSIGNALED(status);
		if (i % 3 == 2) {
			follow(&scene);
			check(&scene, false);
		}
	}
	assert_true(killed > 0);
}

/* ---- overtaken ---- */

static long rest; /* microseconds that a child has left once it goes on */

static void stop_once(int number)
{
	const struct itimerval timer = {.it_value = {.tv_usec = rest}};
	const struct sigaction usual = {.sa_handler = SIG_DFL};

	raise(SIGSTOP);
	sigaction(number, &usual, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
}

/* Stops wherever it is, goes on with what it knew then, and is killed soon after. */
static void who_was_overtaken_takes_nothing_away(void **state)
{
	const struct sigaction stops = {.sa_handler = stop_once};
	struct scene scene = begin(state);
	int overtaken = 0;

	for (int i = 0; i < KILLS; i++) {
		const long most = 1 + (long)chance_below(&scene.seed, KILL_US);
		int status;

		rest = 1 + (long)chance_below(&scene.seed, KILL_US);
		change(&scene);
		fflush(NULL);
		const pid_t child = fork();
		assert_true(child >= 0);
		if (!child) {
			sigaction(SIGALRM, &stops, NULL);
			follow_in_child(&scene, most);
		}
		assert_int_equal(waitpid(child, &status, WUNTRACED), child);
		if (WIFSTOPPED(status)) {
			change(&scene);
			follow(&scene);
			kill(child, SIGCONT);
			assert_int_equal(waitpid(child, &status, 0), child);
			overtaken++;
		} else {
			follow(&scene);
		}
		check(&scene, true);
	}
	assert_true(overtaken > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WORLD_TEST(what_is_kept_follows_each_change),
	    WORLD_TEST(several_at_once_lose_nothing),
	    WORLD_TEST(who_is_killed_on_the_way_loses_nothing),
	    WORLD_TEST(who_was_overtaken_takes_nothing_away),
	};

	chance_seed();
	engine_start();
	return cmocka_run_group_tests_name("search", tests, NULL, NULL) ? 1 : 0;
}
