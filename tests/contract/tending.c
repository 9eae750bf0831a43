#include "tests/contract/tending.h"

#include <stdatomic.h>

#include "base/clock.h"

static struct store usual; /* what the store does by itself */
static atomic_bool changed; /* something, since it was tended last */

/* ---- what changes something ---- */

static bool note(bool done)
{
	atomic_store(&changed, true);
	return done;
}

static bool create_account(struct store *store, const struct account *account, struct err *err)
{
	return note(usual.account_create(store, account, err));
}

static bool update_account(struct store *store, enum group group, const char *id, const struct account_patch *patch,
			   struct arena *arena, struct account *ret_account, struct err *err)
{
	return note(usual.account_update(store, group, id, patch, arena, ret_account, err));
}

static bool delete_account(struct store *store, enum group group, const char *id, struct err *err)
{
	return note(usual.account_delete(store, group, id, err));
}

static bool create_product(struct store *store, const struct product_change *change, struct arena *arena,
			   struct product *ret_product, struct err *err)
{
	return note(usual.product_create(store, change, arena, ret_product, err));
}

static bool update_product(struct store *store, const char *seller_id, const char *id,
			   const struct product_change *change, struct arena *arena, struct product *ret_product,
			   struct err *err)
{
	return note(usual.product_update(store, seller_id, id, change, arena, ret_product, err));
}

static bool archive_product(struct store *store, const char *seller_id, const char *id, struct err *err)
{
	return note(usual.product_archive(store, seller_id, id, err));
}

static bool change_products(struct store *store, const char *seller_id, const struct product_change *changes,
			    size_t count, struct arena *arena, struct product *ret_products, struct err *errs,
			    struct err *err)
{
	return note(usual.product_batch(store, seller_id, changes, count, arena, ret_products, errs, err));
}

static bool create_purchase(struct store *store, const struct store_purchase *purchase, struct arena *arena,
			    struct store_purchase_result *ret_result, struct err *err)
{
	return note(usual.purchase_create(store, purchase, arena, ret_result, err));
}

static bool cancel_purchase(struct store *store, const char *client_id, const char *id, const char *reason,
			    struct arena *arena, struct purchase *ret_purchase, struct err *err)
{
	return note(usual.purchase_cancel(store, client_id, id, reason, arena, ret_purchase, err));
}

static bool move_sale(struct store *store, const char *seller_id, const struct sale_move *move, struct arena *arena,
		      struct sale *ret_sale, struct err *err)
{
	return note(usual.sale_transition(store, seller_id, move, arena, ret_sale, err));
}

static bool move_sales(struct store *store, const char *seller_id, const struct sale_move *moves, size_t count,
		       struct arena *arena, struct sale *ret_sales, struct err *errs, struct err *err)
{
	return note(usual.sale_batch(store, seller_id, moves, count, arena, ret_sales, errs, err));
}

/* ---- what reads ---- */

/* All that is due; a store that never ends with it fails whoever asked. */
static bool tend(struct store *store, struct err *err)
{
	enum { SLICES = 100000 };
	bool more = atomic_exchange(&changed, false);

	for (int i = 0; more; i++) {
		if (i == SLICES)
			return err_set(err, ERR_INTERNAL, "The store's tending never ends");
		if (!usual.tend(store, clock_now(), 0, &more, err))
			return note(false);
	}
	return true;
}

static bool list_sellers(struct store *store, struct store_page page, struct arena *arena, struct seller_page *ret_page,
			 const char **ret_next, struct err *err)
{
	return tend(store, err) && usual.seller_list(store, page, arena, ret_page, ret_next, err);
}

static bool list_products(struct store *store, const struct product_query *query, struct store_page page,
			  struct arena *arena, struct product_page *ret_page, const char **ret_next, struct err *err)
{
	return tend(store, err) && usual.product_list(store, query, page, arena, ret_page, ret_next, err);
}

static bool list_categories(struct store *store, struct store_page page, struct arena *arena,
			    struct category_page *ret_page, const char **ret_next, struct err *err)
{
	return tend(store, err) && usual.category_list(store, page, arena, ret_page, ret_next, err);
}

static bool list_purchases(struct store *store, const char *client_id, const char *q, struct store_page page,
			   struct arena *arena, struct purchase_page *ret_page, const char **ret_next, struct err *err)
{
	return tend(store, err) && usual.purchase_list(store, client_id, q, page, arena, ret_page, ret_next, err);
}

static bool get_purchase(struct store *store, const char *client_id, const char *id, struct arena *arena,
			 struct purchase *ret_purchase, struct err *err)
{
	return tend(store, err) && usual.purchase_get(store, client_id, id, arena, ret_purchase, err);
}

static bool list_sales(struct store *store, const char *seller_id, int status, const char *q, struct store_page page,
		       struct arena *arena, struct sale_page *ret_page, const char **ret_next, struct err *err)
{
	return tend(store, err) && usual.sale_list(store, seller_id, status, q, page, arena, ret_page, ret_next, err);
}

static bool get_sale(struct store *store, const char *seller_id, const char *id, struct arena *arena,
		     struct sale *ret_sale, struct err *err)
{
	return tend(store, err) && usual.sale_get(store, seller_id, id, arena, ret_sale, err);
}

static bool get_cart(struct store *store, const char *client_id, struct arena *arena, struct cart *ret_cart,
		     struct err *err)
{
	return tend(store, err) && usual.cart_get(store, client_id, arena, ret_cart, err);
}

static bool get_stats(struct store *store, const char *seller_id, int64_t days, struct arena *arena,
		      struct seller_stats *ret_stats, struct err *err)
{
	return tend(store, err) && usual.seller_stats(store, seller_id, days, arena, ret_stats, err);
}

static bool list_changes(struct store *store, enum group group, const char *account_id, struct store_page page,
			 struct arena *arena, struct store_changes *ret_changes, struct err *err)
{
	return tend(store, err) && usual.change_list(store, group, account_id, page, arena, ret_changes, err);
}

void tending(struct store *store)
{
	usual = *store;
	atomic_store(&changed, true);
	store->account_create = create_account;
	store->account_update = update_account;
	store->account_delete = delete_account;
	store->product_create = create_product;
	store->product_update = update_product;
	store->product_archive = archive_product;
	store->product_batch = change_products;
	store->purchase_create = create_purchase;
	store->purchase_cancel = cancel_purchase;
	store->sale_transition = move_sale;
	store->sale_batch = move_sales;
	store->seller_list = list_sellers;
	store->product_list = list_products;
	store->category_list = list_categories;
	store->purchase_list = list_purchases;
	store->purchase_get = get_purchase;
	store->sale_list = list_sales;
	store->sale_get = get_sale;
	store->cart_get = get_cart;
	store->seller_stats = get_stats;
	store->change_list = list_changes;
}
