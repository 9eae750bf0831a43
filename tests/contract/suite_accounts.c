/* Accounts, and the list of sellers. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "models/limits.h"
#include "store_suite.h"

static void a_new_store_answers_and_is_empty(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;

	OK(fx, store->check(store, &fx->err));
	assert_int_equal(suite_list_sellers(fx, NULL).sellers_count, 0);
	assert_int_equal(suite_list_products(fx, NULL, NULL).products_count, 0);
	assert_int_equal(suite_list_categories(fx, NULL).categories_count, 0);
}

static void an_account_is_kept_as_it_was_given(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	const struct account given = {.id = "7c9e6679-7425-40de-944b-e07fc1f90ae7",
				      .group = GROUP_CLIENTS,
				      .email = "ana@example.com",
				      .full_name = "Ana Núñez",
				      .mobile = "+34600123456"};
	struct account found;
	int64_t before = clock_now();

	OK(fx, store->account_create(store, &given, &fx->err));
	OK(fx, store->account_get(store, GROUP_CLIENTS, given.id, &fx->arena, &found, &fx->err));
	assert_string_equal(found.id, given.id);
	assert_int_equal(found.group, GROUP_CLIENTS);
	assert_string_equal(found.email, given.email);
	assert_string_equal(found.full_name, given.full_name);
	assert_string_equal(found.mobile, given.mobile);
	assert_true(found.created_at >= before && found.created_at <= clock_now());
}

static void an_account_is_found_in_its_group_only(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	const char *seller = suite_seller(fx, "Grace");
	struct account account = {.id = "untouched"};

	assert_false(store->account_get(store, GROUP_CLIENTS, seller, &fx->arena, &account, &fx->err));
	suite_expect(fx, ERR_NOT_FOUND, NULL);
	assert_false(store->account_get(store, GROUP_SELLERS, "nobody", &fx->arena, &account, &fx->err));
	suite_expect(fx, ERR_NOT_FOUND, NULL);
	assert_string_equal(account.id, "untouched");
	OK(fx, store->account_get(store, GROUP_SELLERS, seller, &fx->arena, &account, &fx->err));
	assert_null(account.mobile);
}

static void an_id_is_taken_once(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	const char *id = suite_client(fx, "Ada");
	const struct account again = {
	    .id = id, .group = GROUP_SELLERS, .email = "other@example.com", .full_name = "Other"};
	struct account found;

	assert_false(store->account_create(store, &again, &fx->err));
	suite_expect(fx, ERR_CONFLICT, NULL);
	OK(fx, store->account_get(store, GROUP_CLIENTS, id, &fx->arena, &found, &fx->err));
	assert_string_equal(found.full_name, "Ada");
	OK(fx, store->account_delete(store, GROUP_CLIENTS, id, &fx->err));
	assert_false(store->account_create(store, &again, &fx->err));
	suite_expect(fx, ERR_CONFLICT, NULL);
}

static void an_update_sets_what_is_given(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	const char *id = suite_client(fx, "Ada");
	struct account account;

	OK(fx, store->account_update(store, GROUP_CLIENTS, id, &(struct account_patch){.full_name = "Ada L."},
				     &fx->arena, &account, &fx->err));
	assert_string_equal(account.full_name, "Ada L.");
	assert_string_equal(account.mobile, "+34600123456");
	OK(fx, store->account_update(store, GROUP_CLIENTS, id, &(struct account_patch){.mobile = "+4912345678"},
				     &fx->arena, &account, &fx->err));
	assert_string_equal(account.full_name, "Ada L.");
	assert_string_equal(account.mobile, "+4912345678");
	OK(fx, store->account_get(store, GROUP_CLIENTS, id, &fx->arena, &account, &fx->err));
	assert_string_equal(account.full_name, "Ada L.");
	assert_string_equal(account.mobile, "+4912345678");

	assert_false(store->account_update(store, GROUP_SELLERS, id, &(struct account_patch){.full_name = "No"},
					   &fx->arena, &account, &fx->err));
	suite_expect(fx, ERR_NOT_FOUND, NULL);
	assert_string_equal(account.full_name, "Ada L.");
}

static void a_sellers_new_name_shows_everywhere_but_in_purchases(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	const char *seller = suite_seller(fx, "Old name"), *client = suite_client(fx, "Ada");
	struct product product = suite_product(fx, seller, "Lamp", 500, 5);
	struct purchase purchase = suite_buy_one(fx, client, &product, 1);
	const char *other = suite_seller(fx, "Next");
	struct account account;

	assert_string_equal(product.seller_name, "Old name");
	OK(fx, store->account_update(store, GROUP_SELLERS, seller, &(struct account_patch){.full_name = "New name"},
				     &fx->arena, &account, &fx->err));
	OK(fx, store->product_get(store, product.id, &fx->arena, &product, &fx->err));
	assert_string_equal(product.seller_name, "New name");
	const struct product_page page = suite_list_products(fx, NULL, NULL);
	assert_int_equal(page.products_count, 1);
	assert_string_equal(page.products[0].seller_name, "New name");
	const struct seller_page sellers = suite_list_sellers(fx, NULL);
	assert_int_equal(sellers.sellers_count, 2);
	assert_string_equal(sellers.sellers[0].id, seller);
	assert_string_equal(sellers.sellers[0].full_name, "New name");
	assert_string_equal(sellers.sellers[1].id, other);
	OK(fx, store->purchase_get(store, client, purchase.id, &fx->arena, &purchase, &fx->err));
	assert_string_equal(purchase.lines[0].seller_name, "Old name");
}

static void sellers_are_listed_by_folded_name_then_id(void **state)
{
	static const char *const names[] = {"zeta", "Émile", "emil", "EMILE", "Ångström", "angstrom", "Zeta", "éMiLe"};
	static const char *const order[] = {"Ångström", "angstrom", "emil", "Émile", "EMILE", "éMiLe", "zeta", "Zeta"};
	struct fixture *fx = *state;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		suite_seller(fx, names[i]);
	suite_client(fx, "Not a seller");
	const struct seller_page sellers = suite_list_sellers(fx, &(struct suite_span){.limit = 3});
	assert_int_equal(sellers.sellers_count, sizeof order / sizeof *order);
	for (size_t i = 0; i < sellers.sellers_count; i++) {
		assert_string_equal(sellers.sellers[i].full_name, order[i]);
		assert_true(id_valid(sellers.sellers[i].id));
		assert_int_equal(sellers.sellers[i].group, GROUP_SELLERS);
	}
}

static void sellers_with_long_names_page_too(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	struct store_page page = {.limit = 1};
	char name[1 + 4 * 119 + 1] = "x";
	const char *last = "";
	size_t seen = 0;

	/* 119 characters of 4 bytes after one of 1, so that a cut at an even byte is inside one; they differ, if at
	 * all, at the end. */
	for (size_t i = 0; i < 119; i++)
		memcpy(name + 1 + 4 * i, "\xF0\x9F\x90\x8C", 5);
	for (int i = 0; i < 5; i++) {
		memcpy(name + 1 + 4 * 118, i % 2 ? "\xF0\x9F\x90\x8A" : "\xF0\x9F\x90\x8C", 5);
		suite_seller(fx, name);
	}
	do {
		struct seller_page sellers;
		OK(fx, store->seller_list(store, page, &fx->arena, &sellers, &page.after, &fx->err));
		assert_true(sellers.sellers_count <= 1);
		for (size_t i = 0; i < sellers.sellers_count; i++, seen++) {
			assert_true(strcmp(sellers.sellers[i].id, last) > 0);
			last = sellers.sellers[i].id;
		}
		assert_true(!page.after || strlen(page.after) <= 256);
	} while (suite_more(fx, page.after));
	assert_int_equal(seen, 5);
}

static void sellers_who_come_and_go_between_pages_disturb_nobody(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	struct suite_span span = {.most = 2};
	const char *ids[6];
	struct seller_page sellers;

	for (size_t i = 0; i < 6; i++)
		ids[i] = suite_seller(fx, arena_printf(&fx->arena, "Seller %zu", i));
	sellers = suite_list_sellers(fx, &span);
	assert_int_equal(sellers.sellers_count, 2);
	assert_string_equal(sellers.sellers[1].id, ids[1]);
	/* The place's own row goes, one comes before it, and one after it. */
	OK(fx, store->account_delete(store, GROUP_SELLERS, ids[1], &fx->err));
	suite_seller(fx, "Seller 0a");
	const char *fresh = suite_seller(fx, "Seller 2a");
	sellers = suite_list_sellers(fx, &span);
	assert_int_equal(sellers.sellers_count, 2);
	assert_string_equal(sellers.sellers[0].id, ids[2]);
	assert_string_equal(sellers.sellers[1].id, fresh);
	sellers = suite_list_sellers(fx, &span);
	assert_int_equal(sellers.sellers_count, 2);
	assert_string_equal(sellers.sellers[0].id, ids[3]);
	assert_string_equal(sellers.sellers[1].id, ids[4]);
	span.most = 0;
	sellers = suite_list_sellers(fx, &span);
	assert_int_equal(sellers.sellers_count, 1);
	assert_string_equal(sellers.sellers[0].id, ids[5]);
}

static void places_that_no_store_made_are_refused(void **state)
{
	static const char *const places[] = {"", "x", ",", ",name", "\xFF,a", "' OR 1=1 --"};
	struct fixture *fx = *state;
	struct store *store = fx->store;
	struct seller_page sellers;
	const char *next;

	suite_seller(fx, "Somebody");
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		assert_false(store->seller_list(store, (struct store_page){places[i], 5}, &fx->arena, &sellers, &next,
						&fx->err));
		suite_expect(fx, ERR_INVALID, NULL);
	}
}

static void a_deleted_client_is_forgotten_but_his_purchases_stay(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	const char *seller = suite_seller(fx, "Shop"), *client = suite_client(fx, "Ada");
	struct product product = suite_product(fx, seller, "Lamp", 500, 5);
	struct cart_item item = {.product_id = product.id, .quantity = 2};
	struct cart cart = {.items = &item, .items_count = 1};
	struct account account;
	struct sale_page sales;

	suite_buy_one(fx, client, &product, 2);
	OK(fx, store->cart_put(store, client, &cart, &fx->arena, &cart, &fx->err));
	OK(fx, store->account_delete(store, GROUP_CLIENTS, client, &fx->err));
	suite_tend(fx);

	assert_false(store->account_get(store, GROUP_CLIENTS, client, &fx->arena, &account, &fx->err));
	suite_expect(fx, ERR_NOT_FOUND, NULL);
	assert_false(store->account_delete(store, GROUP_CLIENTS, client, &fx->err));
	suite_expect(fx, ERR_NOT_FOUND, NULL);
	OK(fx, store->cart_get(store, client, &fx->arena, &cart, &fx->err));
	assert_int_equal(cart.items_count, 0);
	sales = suite_list_sales(fx, seller, -1, NULL, NULL);
	assert_int_equal(sales.sales_count, 1);
	assert_string_equal(sales.sales[0].client_name, "Former client");
	assert_int_equal(sales.sales[0].status, SALE_PLACED);
	assert_int_equal(sales.sales[0].total, 1000);
}

static void a_deleted_client_buys_nothing_more(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	struct product product = suite_product(fx, suite_seller(fx, "Shop"), "Lamp", 500, 5);
	const char *client = suite_client(fx, "Ada");
	const struct purchase_item item = {product.id, 1, 500};
	struct cart_item cart_item = {.product_id = product.id, .quantity = 1};
	struct cart cart = {.items = &cart_item, .items_count = 1};
	struct store_purchase_result result;

	OK(fx, suite_try(store, client, "key", 1, &item, 1, &fx->arena, &result, &fx->err));
	OK(fx, store->account_delete(store, GROUP_CLIENTS, client, &fx->err));
	/* Not even the answer to what they did before. */
	assert_false(suite_try(store, client, "key", 1, &item, 1, &fx->arena, &result, &fx->err));
	suite_expect(fx, ERR_NOT_FOUND, NULL);
	assert_false(store->cart_put(store, client, &cart, &fx->arena, &cart, &fx->err));
	suite_expect(fx, ERR_NOT_FOUND, NULL);
}

static void a_deleted_sellers_shop_is_cleared(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	const char *seller = suite_seller(fx, "Grace"), *other = suite_seller(fx, "Other");
	const char *client = suite_client(fx, "Ada");
	struct product lamp = suite_product(fx, seller, "Lamp", 500, 5),
		       chair = suite_product(fx, seller, "Chair", 900, 9);
	struct product cup = suite_product(fx, other, "Cup", 100, 7), found;
	const struct store_picture picture = {.media_type = "image/png", .bytes = "png", .length = 3};
	const struct purchase_item both[] = {{lamp.id, 2, 500}, {cup.id, 3, 100}};
	struct store_picture kept;
	struct sale_page sales;
	struct sale sale;

	OK(fx, store->picture_put(store, seller, lamp.id, &picture, &fx->arena, &found, &fx->err));
	struct purchase shipped = suite_buy_one(fx, client, &chair, 1), placed = suite_buy(fx, client, both, 2);
	sales = suite_list_sales(fx, seller, -1, NULL, NULL);
	OK(fx,
	   store->sale_transition(store, seller, MOVE(sales.sales[1].id, SALE_SHIPPED), &fx->arena, &sale, &fx->err));
	OK(fx, store->account_delete(store, GROUP_SELLERS, seller, &fx->err));
	suite_tend(fx);

	assert_false(store->product_get(store, lamp.id, &fx->arena, &found, &fx->err));
	suite_expect(fx, ERR_NOT_FOUND, NULL);
	assert_false(store->picture_get(store, lamp.id, NULL, &fx->arena, &kept, &fx->err));
	suite_expect(fx, ERR_NOT_FOUND, NULL);
	assert_false(store->account_delete(store, GROUP_SELLERS, seller, &fx->err));
	suite_expect(fx, ERR_NOT_FOUND, NULL);

	/* His placed sale is cancelled, the other seller's part of that purchase is not, what was shipped stays so. */
	OK(fx, store->purchase_get(store, client, placed.id, &fx->arena, &placed, &fx->err));
	assert_int_equal(placed.lines[0].status, SALE_CANCELLED);
	assert_string_equal(placed.lines[0].seller_name, "Former seller");
	assert_string_equal(placed.lines[0].product_name, "Lamp");
	assert_int_equal(placed.lines[1].status, SALE_PLACED);
	assert_string_equal(placed.lines[1].seller_name, "Other");
	OK(fx, store->purchase_get(store, client, shipped.id, &fx->arena, &shipped, &fx->err));
	assert_int_equal(shipped.lines[0].status, SALE_SHIPPED);
	assert_string_equal(shipped.lines[0].seller_name, "Former seller");

	/* Restocked, by what a cart still tells of it. */
	struct cart_item item = {.product_id = lamp.id, .quantity = 1};
	struct cart cart = {.items = &item, .items_count = 1};
	OK(fx, store->cart_put(store, client, &cart, &fx->arena, &cart, &fx->err));
	assert_int_equal(cart.items[0].stock, 5);
	assert_false(cart.items[0].available);
	assert_string_equal(cart.items[0].name, "Lamp");
	assert_string_equal(cart.items[0].seller_name, "Former seller");

	assert_int_equal(suite_list_products(fx, NULL, NULL).products_count, 1);
	assert_int_equal(suite_list_sellers(fx, NULL).sellers_count, 1);
	const struct category_page categories = suite_list_categories(fx, NULL);
	assert_int_equal(categories.categories_count, 1);
	assert_int_equal(categories.categories[0].products, 1);
}

/* Whatever is asked for, in whatever order, this one alone is found. */
static void assert_alone(struct fixture *fx, const char *seller, const struct product *kept)
{
	struct product_query queries[] = {{.sort = -1},
					  {.sort = SORT_PRICE},
					  {.sort = -1, .q = "thing"},
					  {.sort = SORT_PRICE, .q = "thing"},
					  {.sort = -1, .category = "Things"},
					  {.sort = -1, .seller_id = seller}};

	for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
		const struct product_page found =
		    suite_list_products(fx, &queries[i], &(struct suite_span){.limit = 5});

		assert_int_equal(found.products_count, queries[i].seller_id ? 0 : 1);
		for (size_t j = 0; j < found.products_count; j++)
			assert_string_equal(found.products[j].id, kept->id);
	}
}

/* What a seller who has left had on sale is there for nobody. */
static void assert_gone(struct fixture *fx, const char *seller, const char *client, const struct product *product)
{
	const struct purchase_item item = {product->id, 1, product->price};
	struct product_change change = suite_change("Thing", "Things", NULL, 1, 5);
	struct store *store = fx->store;
	struct store_purchase_result result;
	struct store_picture picture;
	struct product found;
	struct cart cart;

	assert_false(store->product_get(store, product->id, &fx->arena, &found, &fx->err));
	suite_expect(fx, ERR_NOT_FOUND, NULL);
	assert_false(store->picture_get(store, product->id, NULL, &fx->arena, &picture, &fx->err));
	suite_expect(fx, ERR_NOT_FOUND, NULL);
	assert_false(suite_try(store, client, suite_id(fx), 1, &item, 1, &fx->arena, &result, &fx->err));
	suite_expect(fx, ERR_CONFLICT, "out_of_stock");
	assert_int_equal(result.faults[0].reason, FAULT_GONE);
	OK(fx, store->cart_get(store, client, &fx->arena, &cart, &fx->err));
	assert_false(cart.items[0].available);
	change.seller_id = seller;
	assert_false(store->product_create(store, &change, &fx->arena, &found, &fx->err));
	suite_expect(fx, ERR_NOT_FOUND, NULL);
	assert_false(store->account_delete(store, GROUP_SELLERS, seller, &fx->err));
	suite_expect(fx, ERR_NOT_FOUND, NULL);
}

static struct cart_item in_cart(struct fixture *fx, const char *client, const struct product *product)
{
	struct cart_item item = {.product_id = product->id, .quantity = 1};
	struct cart cart;

	OK(fx, fx->store->cart_get(fx->store, client, &fx->arena, &cart, &fx->err));
	cart.items = &item;
	cart.items_count = 1;
	OK(fx, fx->store->cart_put(fx->store, client, &cart, &fx->arena, &cart, &fx->err));
	return cart.items[0];
}

/* As much as makes its tidying take a while: what it leaves behind is closed at once all the same. */
static void an_end_closes_at_once(void **state)
{
	enum { MANY = 3 * LIMIT_BATCH, SOLD = 40 };
	struct fixture *fx = *state;
	struct store *store = fx->store;
	const char *seller = suite_seller(fx, "Grace"), *other = suite_seller(fx, "Other"),
		   *client = suite_client(fx, "Ada");
	struct product kept = suite_product(fx, other, "Thing", 1, 1), found;
	static struct product_change changes[LIMIT_BATCH];
	static struct product products[MANY];
	static struct err errs[LIMIT_BATCH];
	const struct store_picture picture = {.media_type = "image/png", .bytes = "png", .length = 3};
	struct category_page categories;
	struct purchase_page purchases;

	for (size_t start = 0; start < MANY; start += LIMIT_BATCH) {
		for (size_t i = 0; i < LIMIT_BATCH; i++)
			changes[i] = suite_change("Thing", "Things", NULL, 1, 5);
		OK(fx, store->product_batch(store, seller, changes, LIMIT_BATCH, &fx->arena, &products[start], errs,
					    &fx->err));
	}
	OK(fx, store->picture_put(store, seller, products[MANY - 1].id, &picture, &fx->arena, &found, &fx->err));
	for (size_t i = 0; i < SOLD; i++)
		suite_buy_one(fx, client, &products[i], 2);
	assert_true(in_cart(fx, client, &products[MANY - 1]).available);
	OK(fx, store->account_delete(store, GROUP_SELLERS, seller, &fx->err));
	for (int tidy = 0; tidy < 2; tidy++) {
		assert_alone(fx, seller, &kept);
		assert_gone(fx, seller, client, &products[MANY - 1]);
		suite_tend(fx);
	}

	/* Each thing is done, and once. */
	categories = suite_list_categories(fx, NULL);
	assert_int_equal(categories.categories_count, 1);
	assert_int_equal(categories.categories[0].products, 1);
	purchases = suite_list_purchases(fx, client, NULL, NULL);
	assert_int_equal(purchases.purchases_count, SOLD);
	for (size_t i = 0; i < SOLD; i++) {
		assert_int_equal(purchases.purchases[i].status, SALE_CANCELLED);
		assert_string_equal(purchases.purchases[i].lines[0].seller_name, "Former seller");
		assert_int_equal(in_cart(fx, client, &products[i]).stock, 5);
	}
}

static void what_was_written_is_there_after_reopening(void **state)
{
	struct fixture *fx = *state;
	const char *seller = suite_seller(fx, "Grace"), *client = suite_client(fx, "Ada");
	struct product product = suite_product(fx, seller, "Lamp", 500, 5), found;
	struct purchase purchase = suite_buy_one(fx, client, &product, 2), kept;

	if (!fx->target->reopen) {
		skip();
		return;
	}
	fx->store = fx->target->reopen(fx->store, fx->target->context);
	assert_non_null(fx->store);
	OK(fx, fx->store->product_get(fx->store, product.id, &fx->arena, &found, &fx->err));
	assert_int_equal(found.stock, 3);
	OK(fx, fx->store->purchase_get(fx->store, client, purchase.id, &fx->arena, &kept, &fx->err));
	assert_int_equal(kept.total, 1000);
	/* New ids go on after the old ones. */
	assert_true(strcmp(suite_product(fx, seller, "Chair", 1, 1).id, purchase.id) > 0);
}

/* By id, both groups, none that is closed; for stores that can. */
static void all_accounts_are_listed(void **state)
{
	enum { COUNT = 7 };
	struct fixture *fx = *state;
	struct store *store = fx->store;
	const char *ids[COUNT];

	if (!store->account_list) {
		skip();
		return;
	}
	for (size_t i = 0; i < COUNT; i++)
		ids[i] = i % 2 ? suite_seller(fx, "Somebody") : suite_client(fx, "Somebody");
	OK(fx, store->account_delete(store, GROUP_SELLERS, ids[3], &fx->err));
	const struct store_accounts all = suite_list_accounts(fx, &(struct suite_span){.limit = 3});
	assert_int_equal(all.count, COUNT - 1);
	for (size_t i = 0; i < all.count; i++) {
		const size_t which = i + (i >= 3);
		assert_string_equal(all.accounts[i].id, ids[which]);
		assert_int_equal(all.accounts[i].group, which % 2 ? GROUP_SELLERS : GROUP_CLIENTS);
		assert_string_equal(all.accounts[i].full_name, "Somebody");
		assert_string_equal(all.accounts[i].email, arena_printf(&fx->arena, "%s@example.com", ids[which]));
		assert_true(all.accounts[i].created_at > 0);
	}
}

int suite_accounts(const char *name)
{
	const struct CMUnitTest tests[] = {
	    SUITE_TEST(a_new_store_answers_and_is_empty),
	    SUITE_TEST(an_account_is_kept_as_it_was_given),
	    SUITE_TEST(an_account_is_found_in_its_group_only),
	    SUITE_TEST(an_id_is_taken_once),
	    SUITE_TEST(an_update_sets_what_is_given),
	    SUITE_TEST(a_sellers_new_name_shows_everywhere_but_in_purchases),
	    SUITE_TEST(sellers_are_listed_by_folded_name_then_id),
	    SUITE_TEST(sellers_with_long_names_page_too),
	    SUITE_TEST(sellers_who_come_and_go_between_pages_disturb_nobody),
	    SUITE_TEST(places_that_no_store_made_are_refused),
	    SUITE_TEST(a_deleted_client_is_forgotten_but_his_purchases_stay),
	    SUITE_TEST(a_deleted_client_buys_nothing_more),
	    SUITE_TEST(a_deleted_sellers_shop_is_cleared),
	    SUITE_TEST(an_end_closes_at_once),
	    SUITE_TEST(all_accounts_are_listed),
	    SUITE_TEST(what_was_written_is_there_after_reopening),
	};

	print_message("accounts, %s\n", name);
	return cmocka_run_group_tests_name("accounts", tests, NULL, NULL);
}
