/* What the suite's files share. */
#include "store_suite.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

static const struct suite_target *suite_target;

static const struct {
	const char *name;
	int (*run)(const char *target);
} parts[] = {
    {"accounts", suite_accounts},   {"products", suite_products}, {"listing", suite_listing},
    {"search", suite_search},       {"best", suite_best},         {"carts", suite_carts},
    {"purchases", suite_purchases}, {"sales", suite_sales},       {"orders", suite_orders},
    {"changes", suite_changes},     {"threads", suite_threads},   {"random", suite_random},
};

/* VITRINE_PARTS names the parts that are wanted, with a comma behind each; all, when there is none. */
static bool is_wanted(const char *part)
{
	const char *wanted = getenv("VITRINE_PARTS");
	char name[32];

	snprintf(name, sizeof name, "%s,", part);
	return !wanted || !*wanted || strstr(wanted, name);
}

int store_suite_run(const struct suite_target *target)
{
	int failed = 0;

	suite_target = target;
	cmocka_set_test_filter(getenv("VITRINE_TEST"));
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (is_wanted(parts[i].name))
			failed += parts[i].run(target->name);
	return failed;
}

int suite_set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof *fixture);

	if (!fixture)
		return -1;
	fixture->target = suite_target;
	arena_init(&fixture->arena, SIZE_MAX);
	fixture->store = suite_target->open(suite_target->context);
	*state = fixture;
	return fixture->store ? 0 : -1;
}

int suite_tear_down(void **state)
{
	struct fixture *fixture = *state;

	if (fixture->store)
		suite_target->close(fixture->store, suite_target->context);
	arena_done(&fixture->arena);
	free(fixture);
	return 0;
}

void suite_expect(const struct fixture *fixture, enum err_kind kind, const char *code)
{
	if (fixture->err.kind != kind || (code && strcmp(fixture->err.code, code) != 0))
		fail_msg("expected %s %s, found %s %s: %s", err_kind_title(kind), code ? code : "",
			 err_kind_title(fixture->err.kind), fixture->err.code, fixture->err.message);
}

void suite_ok(const struct fixture *fixture, bool done, const char *call, const char *file, int line)
{
	if (!done) {
		print_error("%s: %s: %s\n", call, fixture->err.code, fixture->err.message);
		_fail(file, line);
	}
}

bool suite_more(struct fixture *fixture, const char *after)
{
	assert_true(fixture->pages++ < 100000);
	return after;
}

void suite_tend(struct fixture *fixture)
{
	bool more = true;

	for (int i = 0; more; i++) {
		assert_true(i < 100000);
		OK(fixture, fixture->store->tend(fixture->store, clock_now(), 0, &more, &fixture->err));
	}
}

/* ---- making things ---- */

const char *suite_id(struct fixture *fixture)
{
	static struct id_source source;
	struct id id = id_next(&source);

	return arena_strdup(&fixture->arena, id.text);
}

/* Ids of one millisecond follow upon each other, so none gets near one whose 21st digit is greater. */
const char *suite_id_after(struct fixture *fixture, const char *id)
{
	char *after = arena_strdup(&fixture->arena, id);

	assert_non_null(after);
	if (after[20] == 'Z')
		return NULL;
	after[20] = 'Z';
	return after;
}

static const char *add_account(struct fixture *fixture, enum group group, const char *full_name)
{
	struct account account = {.id = suite_id(fixture), .group = group, .full_name = full_name};

	account.email = arena_printf(&fixture->arena, "%s@example.com", account.id);
	account.mobile = group == GROUP_CLIENTS ? "+34600123456" : NULL;
	OK(fixture, fixture->store->account_create(fixture->store, &account, &fixture->err));
	return account.id;
}

const char *suite_seller(struct fixture *fixture, const char *full_name)
{
	return add_account(fixture, GROUP_SELLERS, full_name);
}

const char *suite_client(struct fixture *fixture, const char *full_name)
{
	return add_account(fixture, GROUP_CLIENTS, full_name);
}

struct product_change suite_change(const char *name, const char *category, const char *description, int64_t price,
				   int64_t stock)
{
	struct product_change change = {
	    .name = name, .category = category, .description = description, .price = price, .stock = stock};
	const struct {
		const char *member;
		bool given;
	} members[] = {{"name", name},
		       {"category", category},
		       {"description", description},
		       {"price", price >= 0},
		       {"stock", stock >= 0}};

	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		if (members[i].given)
			shape_give(&product_batch_item_shape, &change, members[i].member);
	return change;
}

struct product suite_product(struct fixture *fixture, const char *seller, const char *name, int64_t price,
			     int64_t stock)
{
	struct product_change change = suite_change(name, "Things", NULL, price, stock);
	struct product product;

	change.seller_id = seller;
	OK(fixture,
	   fixture->store->product_create(fixture->store, &change, &fixture->arena, &product, &fixture->err));
	return product;
}

/* ---- buying ---- */

bool suite_try(struct store *store, const char *client, const char *key, uint8_t digest,
	       const struct purchase_item *items, size_t count, struct arena *arena,
	       struct store_purchase_result *ret_result, struct err *err)
{
	struct store_purchase purchase = {
	    .client_id = client, .client_name = "A buyer", .key = key, .items = items, .items_count = count};

	memset(purchase.digest, digest, sizeof purchase.digest);
	return store->purchase_create(store, &purchase, arena, ret_result, err);
}

const char *suite_answer(struct fixture *fixture, const struct store_purchase_result *result)
{
	struct buf buf;
	struct json json = json_writer(&buf);

	if (result->kept)
		return arena_strndup(&fixture->arena, result->kept, result->kept_length);
	buf_init(&buf, 1024 * 1024);
	shape_write(&purchase_shape, &result->purchase, &json);
	assert_false(buf.failed);
	const char *text = arena_strdup(&fixture->arena, buf_str(&buf));
	buf_done(&buf);
	assert_non_null(text);
	return text;
}

struct purchase suite_buy(struct fixture *fixture, const char *client, const struct purchase_item *items, size_t count)
{
	struct store_purchase_result result;

	OK(fixture, suite_try(fixture->store, client, suite_id(fixture), 1, items, count, &fixture->arena, &result,
			      &fixture->err));
	assert_false(result.replayed);
	return result.purchase;
}

struct purchase suite_buy_one(struct fixture *fixture, const char *client, const struct product *product,
			      int64_t quantity)
{
	const struct purchase_item item = {product->id, quantity, product->price};

	return suite_buy(fixture, client, &item, 1);
}

/* ---- invariants ---- */

/* Stock as carts tell it, since those know archived products too. */
static void read_stocks(struct fixture *fixture, const struct suite_world *world, int64_t *stocks)
{
	struct store *store = fixture->store;
	const char *probe = suite_client(fixture, "Probe");
	int64_t version = 0;

	for (size_t start = 0; start < world->products_count; start += 32) {
		struct cart_item items[32];
		struct cart cart = {.items = items, .version = version};

		while (cart.items_count < 32 && start + cart.items_count < world->products_count) {
			items[cart.items_count] =
			    (struct cart_item){.product_id = world->products[start + cart.items_count], .quantity = 1};
			cart.items_count++;
		}
		OK(fixture, store->cart_put(store, probe, &cart, &fixture->arena, &cart, &fixture->err));
		for (size_t i = 0; i < cart.items_count; i++)
			stocks[start + i] = cart.items[i].stock;
		version = cart.version;
	}
}

static size_t index_of(const char *const *ids, size_t count, const char *id)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(ids[i], id))
			return i;
	fail_msg("%s is none of the known ids", id);
	return 0;
}

struct sums {
	int64_t *sold;              /* of each product, cancelled not counted */
	int64_t purchases, cancelled; /* money: all lines of all purchases; those that are cancelled */
	int64_t *line_revenue;      /* of each seller, by the lines of purchases */
};

static void add_purchases(struct fixture *fixture, const struct suite_world *world, const char *client,
			  struct sums *sums)
{
	const struct purchase_page purchases =
	    suite_list_purchases(fixture, client, NULL, &(struct suite_span){.limit = 7});

	for (size_t i = 0; i < purchases.purchases_count; i++) {
		const struct purchase *purchase = &purchases.purchases[i];
		int64_t total = 0;

		for (size_t j = 0; j < purchase->lines_count; j++) {
			const struct purchase_line *line = &purchase->lines[j];
			int64_t amount = line->price * line->quantity;
			size_t seller = index_of(world->sellers, world->sellers_count, line->seller_id);

			total += amount;
			if (line->status == SALE_CANCELLED) {
				sums->cancelled += amount;
				continue;
			}
			sums->line_revenue[seller] += amount;
			sums->sold[index_of(world->products, world->products_count, line->product_id)] +=
			    line->quantity;
		}
		assert_int_equal(purchase->total, total);
		sums->purchases += total;
	}
}

/* A seller's sales agree with themselves and with the statistics; what they come to, cancelled ones included. */
static int64_t check_seller(struct fixture *fixture, const char *seller, int64_t line_revenue)
{
	struct store *store = fixture->store;
	const struct sale_page sales = suite_list_sales(fixture, seller, -1, NULL, &(struct suite_span){.limit = 7});
	struct seller_stats stats;
	int64_t all = 0, revenue = 0, open = 0, by_day = 0;

	for (size_t i = 0; i < sales.sales_count; i++) {
		const struct sale *sale = &sales.sales[i];
		int64_t total = 0;

		for (size_t j = 0; j < sale->lines_count; j++)
			total += sale->lines[j].price * sale->lines[j].quantity;
		assert_int_equal(sale->total, total);
		all += total;
		revenue += sale->status == SALE_CANCELLED ? 0 : total;
		open += sale->status == SALE_PLACED;
	}
	OK(fixture, store->seller_stats(store, seller, 366, &fixture->arena, &stats, &fixture->err));
	for (size_t i = 0; i < stats.per_day_count; i++)
		by_day += stats.per_day[i].revenue;
	assert_int_equal(revenue, line_revenue);
	assert_int_equal(stats.revenue, revenue);
	assert_int_equal(by_day, revenue);
	assert_int_equal(stats.open_sales, open);
	return all;
}

void suite_invariants(struct fixture *fixture, const struct suite_world *world)
{
	struct sums sums = {
	    .sold = arena_array(&fixture->arena, world->products_count + 1, sizeof(int64_t)),
	    .line_revenue = arena_array(&fixture->arena, world->sellers_count + 1, sizeof(int64_t)),
	};
	int64_t *stocks = arena_array(&fixture->arena, world->products_count + 1, sizeof *stocks);
	int64_t sales = 0;

	assert_true(sums.sold && sums.line_revenue && stocks);
	read_stocks(fixture, world, stocks);
	for (size_t i = 0; i < world->clients_count; i++)
		add_purchases(fixture, world, world->clients[i], &sums);
	for (size_t i = 0; i < world->products_count; i++)
		assert_int_equal(stocks[i] + sums.sold[i], world->supplied[i]);
	for (size_t i = 0; i < world->sellers_count; i++)
		sales += check_seller(fixture, world->sellers[i], sums.line_revenue[i]);
	assert_int_equal(sales, sums.purchases);
}
