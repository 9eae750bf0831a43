/* What follows from the table's changes happens once: whoever follows is killed behind each of their writes, refused or left
 * without an answer at each, and is handed the same changes again, and again in another order of the items. Then the whole
 * table must be as it is where nothing ever went wrong, and the counters what the sales say.
 */
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "models/limits.h"
#include "platform/store/dynamodb/internal.h"
#include "store_suite.h"
#include "tests/contract/table_copy.h"

enum { DIED = 9, WRITES_MAX = 2000 };

/* ---- what goes wrong ---- */

enum how { REFUSED, UNANSWERED, KILLED, HOWS };
static struct {
	bool armed;
	enum how how;
	long writes, at; /* so far; the one that it happens at, counted from 0 */
} fault;

static bool is_struck(void)
{
	return fault.armed && fault.writes++ == fault.at;
}

static bool strike(bool done, struct err *err)
{
	if (fault.how == KILLED)
		_exit(DIED);
	return err_set(err, ERR_UNAVAILABLE, done ? "There was no answer" : "It was refused");
}

bool __real_dynamo_write(struct dynamo *dynamo, const struct dynamo_write *writes, size_t count, struct arena *arena,
			 struct dynamo_cancelled *ret_cancelled, struct err *err);
bool __wrap_dynamo_write(struct dynamo *dynamo, const struct dynamo_write *writes, size_t count, struct arena *arena,
			 struct dynamo_cancelled *ret_cancelled, struct err *err);
bool __wrap_dynamo_write(struct dynamo *dynamo, const struct dynamo_write *writes, size_t count, struct arena *arena,
			 struct dynamo_cancelled *ret_cancelled, struct err *err)
{
	if (!is_struck())
		return __real_dynamo_write(dynamo, writes, count, arena, ret_cancelled, err);
	bool done = fault.how != REFUSED && __real_dynamo_write(dynamo, writes, count, arena, NULL, err);
	return strike(done, err);
}

bool __real_dynamo_put_many(struct dynamo *dynamo, const struct dynamo_write *writes, size_t count, struct err *err);
bool __wrap_dynamo_put_many(struct dynamo *dynamo, const struct dynamo_write *writes, size_t count, struct err *err);
bool __wrap_dynamo_put_many(struct dynamo *dynamo, const struct dynamo_write *writes, size_t count, struct err *err)
{
	if (!is_struck())
		return __real_dynamo_put_many(dynamo, writes, count, err);
	/* Some of them. */
	bool done = fault.how == REFUSED ? count > 1 && __real_dynamo_put_many(dynamo, writes, count / 2, err)
					 : __real_dynamo_put_many(dynamo, writes, count, err);
	return strike(done, err);
}

/* ---- a shop where all happens that something follows from ---- */

enum { SELLERS = 3, CLIENTS = 2, PRODUCTS = 5, PURCHASES = 6 };

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
		world->products[i] = suite_product(fx, world->sellers[i % SELLERS], arena_printf(&fx->arena, "Thing %zu", i),
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
			items[wanted.items_count++] = (struct purchase_item){
			    world->products[i].id, 1 + (int64_t)chance_below(&world->chance, 3), world->products[i].price};
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
								  MOVE(sales.sales[j].id, SALE_SHIPPED), &fx->arena, &sale,
								  &fx->err));
			if (end != SALE_PLACED)
				OK(fx, fx->store->sale_transition(fx->store, world->sellers[i], MOVE(sales.sales[j].id, end),
								  &fx->arena, &sale, &fx->err));
		}
	}
}

/* A client takes back what may be taken back. */
static void cancel_purchases(struct fixture *fx, struct world *world, const char *client)
{
	const struct purchase_page purchases = suite_list_purchases(fx, client, NULL, NULL);

	(void)world;
	for (size_t i = 0; i < purchases.purchases_count; i++) {
		struct purchase purchase;

		if (!fx->store->purchase_cancel(fx->store, client, purchases.purchases[i].id, "My own words", &fx->arena,
						&purchase, &fx->err))
			suite_expect(fx, ERR_CONFLICT, "illegal_transition");
	}
}

static void make_world(struct fixture *fx, struct world *world)
{
	const struct store_picture picture = {.media_type = "image/png", .bytes = "png", .length = 3};
	struct product_change change = suite_change(NULL, NULL, NULL, -1, 2);
	struct account account;
	struct product product;

	make_people(fx, world);
	for (size_t i = 0; i < PURCHASES / 2; i++)
		buy(fx, world, i);
	move_sales(fx, world);
	for (size_t i = PURCHASES / 2; i < PURCHASES; i++)
		buy(fx, world, i);
	cancel_purchases(fx, world, world->clients[0]);
	OK(fx, fx->store->picture_put(fx->store, world->sellers[0], world->products[0].id, &picture, &fx->arena, &product,
				      &fx->err));
	OK(fx, fx->store->product_update(fx->store, world->sellers[1], world->products[1].id, &change, &fx->arena, &product,
					 &fx->err));
	OK(fx, fx->store->product_archive(fx->store, world->sellers[1], world->products[4].id, &fx->err));
	OK(fx, fx->store->account_update(fx->store, GROUP_SELLERS, world->sellers[1],
					 &(struct account_patch){.full_name = "A new name"}, &fx->arena, &account, &fx->err));
	OK(fx, fx->store->account_delete(fx->store, GROUP_SELLERS, world->sellers[0], &fx->err));
	OK(fx, fx->store->account_delete(fx->store, GROUP_CLIENTS, world->clients[0], &fx->err));
}

/* ---- following it ---- */

/* The shop before anything followed, and its changes. */
static struct {
	cJSON *items, *records;
	struct arena arena;
	struct stream stream;
	size_t *first; /* of each record: the first one of the same item */
} shop;

static void find_items(void)
{
	const struct stream_record *records = shop.stream.records;

	shop.first = arena_array(&shop.arena, shop.stream.count, sizeof *shop.first);
	assert_non_null(shop.first);
	for (size_t i = 0; i < shop.stream.count; i++)
		while (shop.first[i] < i && !cJSON_Compare(records[shop.first[i]].keys, records[i].keys, true))
			shop.first[i]++;
}

/* A copy of the shop, and a store on it whose own stream begins behind the copying. */
static struct store *open_copy(struct engine_table **ret_table)
{
	struct engine_table *table = engine_table(false);
	struct arena arena;
	const char *shard, *last;
	struct err err;

	arena_init(&arena, SIZE_MAX);
	assert_non_null(table);
	assert_true(table_fill(table, shop.items));
	cJSON *records = table_records(table, &arena, &shard, &last);
	assert_non_null(records);
	cJSON_Delete(records);
	const struct attr place = ATTR_TEXT("seq", last);
	const struct dynamo_write put = {
	    .op = DYNAMO_PUT, .key = ddb_key_follow(&arena, shard), .attrs = &place, .attrs_count = 1};
	assert_true(dynamo_put_many(table->dynamo, &put, 1, &err));
	struct store *store = store_dynamodb_new(table->dynamo, "EUR", &err);
	assert_non_null(store);
	arena_done(&arena);
	*ret_table = table;
	return store;
}

/* As Lambda does: what fails comes again, with all that is behind it. False: it never ends. */
static bool feed(struct store *store, const size_t *order)
{
	struct err err;
	int failures = 0;

	for (size_t i = 0; i < shop.stream.count && failures < 3;) {
		if (store_dynamodb_follow(store, &shop.stream.records[order ? order[i] : i], &err))
			i++;
		else if (++failures == 3)
			print_error("%s\n", err.message);
	}
	return failures < 3;
}

static bool settle(struct store *store)
{
	struct err err = {.kind = ERR_NONE};
	int failures = 0;
	bool more = true;

	for (int i = 0; more && i < 10000 && failures < 3; i++)
		if (!store->tend(store, clock_now(), 0, &more, &err) && ++failures == 3)
			print_error("%s\n", err.message);
	return !more && failures < 3;
}

/* A random order in which the changes of each item keep theirs. */
static void shuffle(size_t *order, uint64_t *chance)
{
	const size_t count = shop.stream.count;

	for (size_t i = 0; i < count; i++)
		order[i] = i;
	for (size_t i = count; i > 1; i--) {
		size_t j = chance_below(chance, i), at = order[i - 1];

		order[i - 1] = order[j];
		order[j] = at;
	}
	/* Each item's places stay; its changes come into them in order. */
	for (size_t i = 0; i < count; i++)
		for (size_t j = i + 1; j < count; j++)
			if (order[j] < order[i] && shop.first[order[i]] == shop.first[order[j]]) {
				size_t at = order[i];

				order[i] = order[j];
				order[j] = at;
			}
}

static char *text_of(struct engine_table *table)
{
	cJSON *items = table_items(table);
	struct buf text;

	assert_non_null(items);
	buf_init(&text, 64 * 1024 * 1024);
	table_text(items, &text);
	cJSON_Delete(items);
	return buf_steal(&text);
}

/* Where they differ, a line of each. */
static void assert_same(const char *text, const char *plain, const char *what, long at)
{
	while (*text && *plain) {
		const size_t length = strcspn(text, "\n"), other = strcspn(plain, "\n");

		if (length != other || memcmp(text, plain, length) != 0) {
			print_error("%s at write %ld:\n%.*s\ninstead of\n%.*s\n", what, at, (int)length, text, (int)other,
				    plain);
			fail();
		}
		text += length + 1;
		plain += other + 1;
	}
	if (*text || *plain)
		fail_msg("%s at write %ld: more, or fewer items: %.200s%.200s", what, at, text, plain);
}

/* ---- the plain run ---- */

static int64_t number_of(const cJSON *item, const char *name, int64_t otherwise)
{
	const char *text = table_attribute(item, name);

	return text ? strtoll(text, NULL, 10) : otherwise;
}

static bool begins(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

struct sums {
	int64_t placed, revenue, counted_open, counted_revenue, product_revenue;
	int64_t news, told; /* things that a seller or a client should be told; changes of theirs */
	size_t sales, low, low_counted;
};

/* What a sale should have told, and whom that reached: not those whose account has ended. */
static void add_item(const cJSON *item, struct sums *sums)
{
	const char *pk = table_attribute(item, "pk"), *sk = table_attribute(item, "sk");

	if (begins(pk, "S#")) {
		sums->sales++;
		sums->placed += number_of(item, "st", -1) == SALE_PLACED;
		sums->revenue += number_of(item, "st", -1) == SALE_CANCELLED ? 0 : number_of(item, "total", 0);
		assert_int_equal(number_of(item, "acc", -1), number_of(item, "st", -1));
	} else if (begins(pk, "ST#") && begins(sk, "D#")) {
		sums->counted_revenue += number_of(item, "rev", 0);
	} else if (begins(pk, "ST#") && begins(sk, "PD#")) {
		sums->product_revenue += number_of(item, "rev", 0);
	} else if (begins(pk, "ST#") && begins(sk, "LOW#")) {
		sums->low_counted++;
	} else if (begins(pk, "ST#")) {
		sums->counted_open += number_of(item, "n", 0);
	} else if (begins(pk, "P#") && !strcmp(sk, "H")) {
		sums->low += number_of(item, "stock", 99) <= LIMIT_LOW_STOCK && !cJSON_GetObjectItem(item, "arch");
	} else if (begins(pk, "CH#")) {
		sums->told++;
	} else if (begins(pk, "A#") && !strcmp(sk, "SEQ")) {
		sums->news += number_of(item, "n", 0);
	}
	assert_string_not_equal(pk, "END");
	assert_string_not_equal(pk, "RENAMED");
}

/* The counters are what the sales say, and changes are numbered without a gap. */
static void check_sums(struct engine_table *table)
{
	cJSON *items = table_items(table);
	struct sums sums = {.sales = 0};

	assert_non_null(items);
	for (const cJSON *item = items->child; item; item = item->next)
		add_item(item, &sums);
	cJSON_Delete(items);
	print_message("%zu sales, %zu products that are low, %" PRId64 " changes told\n", sums.sales, sums.low, sums.told);
	assert_true(sums.sales > 5 && sums.low > 0 && sums.told > 5);
	assert_int_equal(sums.counted_open, sums.placed);
	assert_int_equal(sums.counted_revenue, sums.revenue);
	assert_int_equal(sums.product_revenue, sums.revenue);
	assert_int_equal(sums.low_counted, sums.low);
	assert_int_equal(sums.told, sums.news);
}

/* How many writes it took. */
static long run_plain(char **ret_text)
{
	struct engine_table *table;
	struct store *store = open_copy(&table);

	fault = (typeof(fault)){.armed = true, .at = -1};
	assert_true(feed(store, NULL) && settle(store));
	fault.armed = false;
	check_sums(table);
	*ret_text = text_of(table);
	store->close(store);
	engine_drop(table);
	return fault.writes;
}

/* ---- the others ---- */

/* In a process of its own, which dies. */
static void follow_and_die(const char *name, long at)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (!child) {
		struct err err;
		struct aws *aws = aws_new(NULL, &err);
		struct dynamo *dynamo = aws ? dynamo_new(aws, name, false, &err) : NULL;
		struct store *store = dynamo ? store_dynamodb_new(dynamo, "EUR", &err) : NULL;

		fault = (typeof(fault)){.armed = true, .how = KILLED, .at = at};
		_exit(store && feed(store, NULL) && settle(store) ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), DIED);
}

static void run_struck(enum how how, long at, const char *plain, uint64_t *chance)
{
	static const char *const names[HOWS] = {"refused", "unanswered", "killed"};
	struct engine_table *table;
	struct store *store = open_copy(&table);
	size_t *order = calloc(shop.stream.count, sizeof *order);

	assert_non_null(order);
	if (how == KILLED) {
		follow_and_die(table->name, at);
	} else {
		fault = (typeof(fault)){.armed = true, .how = how, .at = at};
		assert_true(feed(store, NULL) && settle(store));
		assert_true(fault.writes > at);
		fault.armed = false;
	}
	assert_true(feed(store, NULL));
	shuffle(order, chance);
	assert_true(feed(store, order));
	assert_true(settle(store));
	char *text = text_of(table);
	assert_same(text, plain, names[how], at);
	free(text);
	free(order);
	store->close(store);
	engine_drop(table);
}

static void all_follows_once(void **state)
{
	struct fixture fixture = {.target = NULL}, *fx = &fixture;
	struct engine_table *table = engine_table(false);
	struct world world = {.chance = chance_seed()};
	const bool all = chance_rounds("VITRINE_FOLLOW_ALL", 0);
	const char *shard, *last;
	char *plain;

	(void)state;
	assert_non_null(table);
	arena_init(&fx->arena, SIZE_MAX);
	arena_init(&shop.arena, SIZE_MAX);
	fx->store = store_dynamodb_new(table->dynamo, "EUR", &fx->err);
	assert_non_null(fx->store);
	make_world(fx, &world);
	shop.items = table_items(table);
	shop.records = table_records(table, &shop.arena, &shard, &last);
	assert_true(shop.items && shop.records);
	OK(fx, stream_read(shop.records, &shop.arena, &shop.stream, &fx->err));
	find_items();

	const long writes = run_plain(&plain);
	print_message("%zu changes, %ld writes follow\n", shop.stream.count, writes);
	assert_true(writes > 20 && writes < WRITES_MAX);
	for (long at = 0; at < writes; at++)
		for (int how = 0; how < HOWS; how++)
			if (all || (uint64_t)how == (uint64_t)at % HOWS)
				run_struck((enum how)how, at, plain, &world.chance);
	free(plain);
	cJSON_Delete(shop.items);
	cJSON_Delete(shop.records);
	arena_done(&shop.arena);
	fx->store->close(fx->store);
	arena_done(&fx->arena);
	engine_drop(table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(all_follows_once)};

	engine_start();
	return cmocka_run_group_tests_name("following", tests, NULL, NULL);
}
