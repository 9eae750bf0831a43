/* store_suite.h: what every store must do, as tests. It knows store.h and nothing of what is behind it.
 */
#ifndef VITRINE_TESTS_CONTRACT_STORE_SUITE_H
#define VITRINE_TESTS_CONTRACT_STORE_SUITE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/id.h"
#include "platform/store/store.h"
#include "tests/chance.h"

/* A kind of store. */
struct suite_target {
	const char *name;
	/* An empty store, or NULL. Its currency is "EUR". */
	struct store *(*open)(void *context);
	/* Closes it and removes its data. */
	void (*close)(struct store *store, void *context);
	/* Closes it and opens it again, with its data. NULL where that can't be. */
	struct store *(*reopen)(struct store *store, void *context);
	void *context;
};

/* Runs all tests over a target, each on a fresh store. How many failed. */
int store_suite_run(const struct suite_target *target);

/* What a seeded random sequence of calls answered, as text that holds nothing random but what the seed made, for one
 * store to be compared with another. The caller frees it. */
char *store_suite_transcript(struct store *store, uint64_t seed, int steps);

/* The same sequence on both, each opened afresh: fails unless they answer the same. */
void store_suite_compare(const struct suite_target *one, const struct suite_target *other, uint64_t seed, int steps);

/* ---- for the suite's files ---- */

struct fixture {
	const struct suite_target *target;
	struct store *store;
	struct arena arena;
	struct err err;
	int pages; /* read so far: a listing that doesn't end must not keep the test from ending */
};

int suite_set_up(void **state);
int suite_tear_down(void **state);
#define SUITE_TEST(function) cmocka_unit_test_setup_teardown(function, suite_set_up, suite_tear_down)

/* Each file's tests. */
int suite_accounts(const char *name);
int suite_products(const char *name);
int suite_listing(const char *name);
int suite_search(const char *name);
int suite_best(const char *name);
int suite_carts(const char *name);
int suite_purchases(const char *name);
int suite_sales(const char *name);
int suite_orders(const char *name);
int suite_changes(const char *name);
int suite_threads(const char *name);
int suite_random(const char *name);

/* The last error is of this kind, with this code (NULL: whatever). */
void suite_expect(const struct fixture *fixture, enum err_kind kind, const char *code);

/* `call` must succeed; prints the error otherwise. */
#define OK(fixture, call) suite_ok(fixture, call, #call, __FILE__, __LINE__)
void suite_ok(const struct fixture *fixture, bool done, const char *call, const char *file, int line);

/* Is there a further page? */
bool suite_more(struct fixture *fixture, const char *after);

/* Listings are read as the join of all their pages, since a page may be short, even empty: from the place `after` on
 * (NULL: the beginning) by pages of `limit` rows (0: LIMIT_PAGE), to the end or until `most` rows are read (0: all),
 * and no page has more than was asked for. `after` becomes the place behind what was read. No span: all. */
struct suite_span {
	const char *after;
	size_t limit, most;
};
struct seller_page suite_list_sellers(struct fixture *fx, struct suite_span *span);
struct store_accounts suite_list_accounts(struct fixture *fx, struct suite_span *span);
/* No query: everything. */
struct product_page suite_list_products(struct fixture *fx, const struct product_query *query,
					struct suite_span *span);
struct category_page suite_list_categories(struct fixture *fx, struct suite_span *span);
struct purchase_page suite_list_purchases(struct fixture *fx, const char *client, const char *q,
					  struct suite_span *span);
struct sale_page suite_list_sales(struct fixture *fx, const char *seller, int status, const char *q,
				  struct suite_span *span);

/* A seller's newest sale; there must be one. */
struct sale suite_newest_sale(struct fixture *fx, const char *seller);

/* Has the store do all that is due. */
void suite_tend(struct fixture *fixture);

/* A new id. */
const char *suite_id(struct fixture *fixture);

/* New accounts; their ids. */
const char *suite_seller(struct fixture *fixture, const char *full_name);
const char *suite_client(struct fixture *fixture, const char *full_name);

/* A change that sets what is not NULL, and numbers that are not negative. */
struct product_change suite_change(const char *name, const char *category, const char *description, int64_t price,
				   int64_t stock);

/* A new product of category "Things". */
struct product suite_product(struct fixture *fixture, const char *seller, const char *name, int64_t price,
			     int64_t stock);

/* An id that nothing has, above this one and below all that are made in a later millisecond; NULL if there is none. */
const char *suite_id_after(struct fixture *fixture, const char *id);

/* Buys `count` items with a key of its own; the purchase as it was answered. Must succeed. */
struct purchase suite_buy(struct fixture *fixture, const char *client, const struct purchase_item *items, size_t count);
struct purchase suite_buy_one(struct fixture *fixture, const char *client, const struct product *product,
			      int64_t quantity);

/* Tries to; the digest is `digest` repeated. */
bool suite_try(struct store *store, const char *client, const char *key, uint8_t digest,
	       const struct purchase_item *items, size_t count, struct arena *arena,
	       struct store_purchase_result *ret_result, struct err *err);

/* Where a sale is to go, and nothing said of it. */
#define MOVE(sale_id, to) (&(struct sale_move){.id = (sale_id), .status = (int)(to)})

/* The answer that a result stands for. */
const char *suite_answer(struct fixture *fixture, const struct store_purchase_result *result);

/* What must hold at any time, by what the store tells: for each product, what was supplied is what is there and what
 * was sold and not cancelled; each purchase's total is its lines', and its sales' together; each seller's revenue is
 * that of their sales. */
struct suite_world {
	const char **sellers, **clients, **products;
	int64_t *supplied; /* of each product: all stock it was ever given */
	size_t sellers_count, clients_count, products_count;
};
void suite_invariants(struct fixture *fixture, const struct suite_world *world);

#endif
