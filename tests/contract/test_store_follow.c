/* What follows from the table's changes happens once: whoever follows is killed behind each of their writes, refused or
 * left without an answer at each, and is handed the same changes again, and again in another order of the items. Then
 * the whole table must be as it is where nothing ever went wrong, and the counters what the sales say.
 */
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "models/limits.h"
#include "platform/store/dynamodb/internal.h"
#include "tests/contract/busy_shop.h"
#include "tests/contract/table_copy.h"

enum { DIED = 9, WRITES_MAX = 2000 };

/* ---- what goes wrong ---- */

enum how { REFUSED, UNANSWERED, KILLED, HOWS };
static struct {
	bool armed;
	enum how how;
	long writes, at; /* so far; the one that it happens at, counted from 0 */
} fault;

/* The writes by which what takes several slices begins, moves on and ends, in the plain run. */
enum { MOVES_MAX = 64 };
static struct {
	long writes[MOVES_MAX];
	size_t count;
} moves;

static bool is_struck(const struct dynamo_write *writes, size_t count)
{
	if (!fault.armed)
		return false;
	for (size_t i = 0; i < count; i++)
		if (fault.at < 0 && moves.count < MOVES_MAX &&
		    (!strcmp(writes[i].key.pk, "END") || !strcmp(writes[i].key.pk, "RENAMED")))
			moves.writes[moves.count++] = fault.writes;
	return fault.writes++ == fault.at;
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
	if (!is_struck(writes, count))
		return __real_dynamo_write(dynamo, writes, count, arena, ret_cancelled, err);
	bool done = fault.how != REFUSED && __real_dynamo_write(dynamo, writes, count, arena, NULL, err);
	return strike(done, err);
}

bool __real_dynamo_put_many(struct dynamo *dynamo, const struct dynamo_write *writes, size_t count, struct err *err);
bool __wrap_dynamo_put_many(struct dynamo *dynamo, const struct dynamo_write *writes, size_t count, struct err *err);
bool __wrap_dynamo_put_many(struct dynamo *dynamo, const struct dynamo_write *writes, size_t count, struct err *err)
{
	if (!is_struck(writes, count))
		return __real_dynamo_put_many(dynamo, writes, count, err);
	/* Some of them. */
	bool done = fault.how == REFUSED ? count > 1 && __real_dynamo_put_many(dynamo, writes, count / 2, err)
					 : __real_dynamo_put_many(dynamo, writes, count, err);
	return strike(done, err);
}

/* ---- following it ---- */

/* The shop before anything followed, and its changes. */
static struct {
	cJSON *items, *records;
	struct arena arena;
	struct stream stream;
	size_t *first; /* of each record: the first one of the same item */
	size_t *place; /* the record that is being followed, as all processes see it */
	uint64_t chance;
} shop;

/* What was followed before is no record any more. */
static void skip_followed(void)
{
	const char *last = NULL;
	size_t skipped = 0;

	for (const cJSON *item = shop.items->child; item; item = item->next)
		if (!strcmp(table_attribute(item, "pk"), "SET#follow"))
			last = table_attribute(item, "seq");
	while (last && skipped < shop.stream.count && strcmp(shop.stream.records[skipped++].sequence, last) != 0)
		continue;
	shop.stream.records += skipped;
	shop.stream.count -= skipped;
}

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

/* From record `first` on, as Lambda does: what fails comes again, with all that is behind it. False: it never ends. */
static bool feed_from(struct store *store, const size_t *order, size_t first)
{
	struct err err;
	int failures = 0;

	for (size_t i = first; i < shop.stream.count && failures < 3; i += failures < 3) {
		*shop.place = i;
		while (failures < 3 && !store_dynamodb_follow(store, &shop.stream.records[order ? order[i] : i], &err))
			if (++failures == 3)
				print_error("%s\n", err.message);
	}
	*shop.place = shop.stream.count;
	return failures < 3;
}

static bool feed(struct store *store, const size_t *order)
{
	return feed_from(store, order, 0);
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

static bool begins(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

/* The search's rows, of which there may be one too many where several are at it: readers look at the products. */
static bool is_of_search(const cJSON *item)
{
	const char *pk = table_attribute(item, "pk"), *sk = table_attribute(item, "sk");

	return begins(pk, "W#") || begins(pk, "IL") || (begins(pk, "P#") && !strcmp(sk, "X"));
}

static char *text_of(struct engine_table *table, bool search)
{
	cJSON *items = table_items(table);
	struct buf text;

	assert_non_null(items);
	for (cJSON *item = items->child, *next; item && !search; item = next) {
		next = item->next;
		if (is_of_search(item))
			cJSON_Delete(cJSON_DetachItemViaPointer(items, item));
	}
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
			print_error("%s at write %ld:\n%.*s\ninstead of\n%.*s\n", what, at, (int)length, text,
				    (int)other, plain);
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

/* Nothing is left of those whose accounts have ended. */
static void check_end(const cJSON *item, const char *ended)
{
	static const struct {
		const char *pk, *sk; /* how they begin, with the account's id behind that of pk; NULL: any */
	} gone[] = {{"L#S#", NULL}, {"IL#S#", NULL}, {"CH#", NULL}, {"C#", "CART"}, {"C#", "K#"}, {"C#", "D#"}};
	const char *pk = table_attribute(item, "pk"), *sk = table_attribute(item, "sk");

	for (size_t i = 0; i < sizeof gone / sizeof *gone; i++)
		if (begins(pk, gone[i].pk) && !strcmp(pk + strlen(gone[i].pk), ended) &&
		    (!gone[i].sk || begins(sk, gone[i].sk)))
			fail_msg("%s %s is left", pk, sk);
	if (begins(pk, "C#") && !strcmp(pk + 2, ended))
		assert_string_equal(table_attribute(item, "name"), "Former client");
	if (begins(pk, "S#") && begins(pk + 2, ended))
		assert_true(number_of(item, "st", 0) != SALE_PLACED);
	const cJSON *line = begins(pk, "C#") ? item_list(item, "lines") : NULL;
	for (line = line ? line->child : NULL; line; line = line->next)
		if (!strcmp(table_attribute(element_map(line), "s"), ended))
			assert_string_equal(table_attribute(element_map(line), "sn"), "Former seller");
}

static void check_ends(const cJSON *items)
{
	size_t ends = 0;

	for (const cJSON *account = items->child; account; account = account->next) {
		if (!begins(table_attribute(account, "pk"), "A#") || !cJSON_GetObjectItem(account, "closed"))
			continue;
		ends++;
		for (const cJSON *item = items->child; item; item = item->next)
			check_end(item, table_attribute(account, "pk") + 2);
	}
	assert_int_equal(ends, 2);
}

/* The counters are what the sales say, and changes are numbered without a gap. */
static void check_sums(struct engine_table *table)
{
	cJSON *items = table_items(table);
	struct sums sums = {.sales = 0};

	assert_non_null(items);
	for (const cJSON *item = items->child; item; item = item->next)
		add_item(item, &sums);
	check_ends(items);
	cJSON_Delete(items);
	print_message("%zu sales, %zu products that are low, %" PRId64 " changes told\n", sums.sales, sums.low,
		      sums.told);
	assert_true(sums.sales > 3 && sums.low > 0 && sums.told > 0);
	assert_int_equal(sums.counted_open, sums.placed);
	assert_int_equal(sums.counted_revenue, sums.revenue);
	assert_int_equal(sums.product_revenue, sums.revenue);
	assert_int_equal(sums.low_counted, sums.low);
	assert_int_equal(sums.told, sums.news);
}

/* How many writes it took. */
static long run_plain(bool search, char **ret_text)
{
	struct engine_table *table;
	struct store *store = open_copy(&table);

	moves.count = 0;
	fault = (typeof(fault)){.armed = true, .at = -1};
	assert_true(feed(store, NULL) && settle(store));
	fault.armed = false;
	check_sums(table);
	*ret_text = text_of(table, search);
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

/* What was broken off goes on at the record that it broke off at. */
static void break_off(struct engine_table *table, struct store *store, enum how how, long at)
{
	if (how == KILLED) {
		follow_and_die(table->name, at);
		assert_true(feed_from(store, NULL, *shop.place));
	} else {
		fault = (typeof(fault)){.armed = true, .how = how, .at = at};
		assert_true(feed(store, NULL) && settle(store));
		assert_true(fault.writes > at);
		fault.armed = false;
	}
	assert_true(settle(store));
}

static void compare(struct engine_table *table, const char *plain, const char *what, long at)
{
	char *text = text_of(table, true);

	assert_same(text, plain, what, at);
	free(text);
}

static void run_struck(enum how how, long at, const char *plain)
{
	static const char *const names[HOWS] = {"refused", "unanswered", "killed"};
	struct engine_table *table;
	struct store *store = open_copy(&table);
	size_t *order = calloc(shop.stream.count, sizeof *order);

	assert_non_null(order);
	break_off(table, store, how, at);
	compare(table, plain, names[how], at);
	/* And all of it again, and once more in another order. */
	assert_true(feed(store, NULL));
	shuffle(order, &shop.chance);
	assert_true(feed(store, order) && settle(store));
	compare(table, plain, names[how], at);
	free(order);
	store->close(store);
	engine_drop(table);
}

/* ---- several at once ---- */

enum { FOLLOWERS = 3 };

struct follower {
	struct store *store;
	size_t *order;
	bool good;
};

static void *follow_along(void *context)
{
	struct follower *follower = context;

	follower->good = feed(follower->store, follower->order) && settle(follower->store);
	return NULL;
}

static void run_together(uint64_t *chance, char **ret_text)
{
	struct engine_table *table;
	struct store *store = open_copy(&table);
	struct follower followers[FOLLOWERS];
	pthread_t threads[FOLLOWERS];

	for (size_t i = 0; i < FOLLOWERS; i++) {
		followers[i] = (struct follower){.store = store, .order = calloc(shop.stream.count, sizeof(size_t))};
		assert_non_null(followers[i].order);
		shuffle(followers[i].order, chance);
		assert_int_equal(pthread_create(&threads[i], NULL, follow_along, &followers[i]), 0);
	}
	for (size_t i = 0; i < FOLLOWERS; i++) {
		pthread_join(threads[i], NULL);
		assert_true(followers[i].good);
		free(followers[i].order);
	}
	check_sums(table);
	*ret_text = text_of(table, false);
	store->close(store);
	engine_drop(table);
}

/* ---- the tests ---- */

static int make_shop(bool large)
{
	struct fixture fixture = {.target = NULL}, *fx = &fixture;
	struct engine_table *table = engine_table(false);
	const char *shard, *last;

	assert_non_null(table);
	arena_init(&fx->arena, SIZE_MAX);
	arena_init(&shop.arena, SIZE_MAX);
	fx->store = store_dynamodb_new(table->dynamo, "EUR", &fx->err);
	assert_non_null(fx->store);
	shop.chance = chance_seed();
	busy_shop(fx, &shop.chance, large);
	shop.items = table_items(table);
	shop.records = table_records(table, &shop.arena, &shard, &last);
	assert_true(shop.items && shop.records);
	OK(fx, stream_read(shop.records, &shop.arena, &shop.stream, &fx->err));
	skip_followed();
	find_items();
	shop.place = mmap(NULL, sizeof *shop.place, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(shop.place, MAP_FAILED);
	fx->store->close(fx->store);
	arena_done(&fx->arena);
	engine_drop(table);
	return 0;
}

static int make_small_shop(void **state)
{
	(void)state;
	return make_shop(false);
}

static int make_large_shop(void **state)
{
	(void)state;
	return make_shop(true);
}

static int forget_shop(void **state)
{
	(void)state;
	munmap(shop.place, sizeof *shop.place);
	cJSON_Delete(shop.items);
	cJSON_Delete(shop.records);
	arena_done(&shop.arena);
	return 0;
}

static void all_follows_once(void **state)
{
	const bool all = chance_rounds("VITRINE_FOLLOW_ALL", 0);
	char *plain;

	(void)state;
	const long writes = run_plain(true, &plain);
	print_message("%zu changes, %ld writes follow\n", shop.stream.count, writes);
	assert_true(writes > 20 && writes < WRITES_MAX);
	for (long at = 0; at < writes; at++)
		for (int how = 0; how < HOWS; how++)
			if (all || how == at % HOWS)
				run_struck((enum how)how, at, plain);
	free(plain);
}

static void several_follow_at_once(void **state)
{
	char *plain, *text;

	(void)state;
	run_plain(false, &plain);
	for (int i = 0; i < chance_rounds("VITRINE_FOLLOW_ROUNDS", 5); i++) {
		run_together(&shop.chance, &text);
		assert_same(text, plain, "together", i);
		free(text);
	}
	free(plain);
}

/* Ends of accounts, which take several slices, and a new name. */
static void an_end_goes_on_where_it_broke_off(void **state)
{
	char *plain;

	(void)state;
	const long writes = run_plain(true, &plain);
	print_message("%ld writes, %zu of them move on what takes several slices\n", writes, moves.count);
	assert_true(moves.count > 8);
	/* At each of them, and at what comes right behind it. */
	for (size_t i = 0; i < 2 * moves.count; i++) {
		const long at = moves.writes[i / 2] + (long)(i % 2);

		if (at < writes)
			run_struck((enum how)chance_below(&shop.chance, HOWS), at, plain);
	}
	free(plain);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(all_follows_once, make_small_shop, forget_shop),
	    cmocka_unit_test_setup_teardown(several_follow_at_once, make_small_shop, forget_shop),
	    cmocka_unit_test_setup_teardown(an_end_goes_on_where_it_broke_off, make_large_shop, forget_shop),
	};

	engine_start();
	return cmocka_run_group_tests_name("following", tests, NULL, NULL);
}
