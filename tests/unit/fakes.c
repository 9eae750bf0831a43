#include "tests/unit/fakes.h"

#include <string.h>

static const struct product sample_product = {.id = "P1", .name = "Huila decaf", .description = "", .price = 1300,
					      .currency = "EUR", .category = "Coffee", .seller_id = FAKE_SELLER_ID,
					      .seller_name = "Grace", .stock = 4, .version = 2};
static const struct account sample_client = {.id = FAKE_CLIENT_ID, .group = GROUP_CLIENTS, .email = "ada@example.com",
					     .full_name = "Ada", .mobile = "+34600123456"};
static const struct account sample_seller = {
    .id = FAKE_SELLER_ID, .group = GROUP_SELLERS, .email = "grace@example.com", .full_name = "Grace"};
static struct purchase_line sample_line = {.product_id = "P1", .product_name = "Huila decaf",
					   .seller_id = FAKE_SELLER_ID, .seller_name = "Grace", .price = 1300,
					   .quantity = 2, .status = SALE_PLACED};
static struct sale_line sample_sale_line = {
    .product_id = "P1", .product_name = "Huila decaf", .price = 1300, .quantity = 2};
static const struct purchase sample_purchase = {.id = "U1", .client_id = FAKE_CLIENT_ID, .client_name = "Ada",
						.currency = "EUR", .total = 2600, .lines = &sample_line,
						.lines_count = 1};
static const struct sale sample_sale = {.id = "E1", .purchase_id = "U1", .client_name = "Ada",
					.seller_id = FAKE_SELLER_ID, .currency = "EUR", .total = 2600,
					.lines = &sample_sale_line, .lines_count = 1,
					.progress = {.cancelled_by = -1}};

static struct fake *of_store(struct store *store)
{
	return (struct fake *)(void *)((char *)store - offsetof(struct fake, store));
}

static struct fake *of_identity(struct identity *identity)
{
	return (struct fake *)(void *)((char *)identity - offsetof(struct fake, identity));
}

/* Notes the call; says whether it succeeds. */
static bool note(struct fake *fake, const char *called, struct err *err)
{
	fake->calls++;
	fake->called = called;
	if (fake->fail.kind == ERR_NONE)
		return true;
	*err = fake->fail;
	return false;
}

#define STORE_OP(name, ...) static bool store_##name(struct store *store, __VA_ARGS__, struct err *err)

/* ---- accounts ---- */

static void store_close(struct store *store)
{
	(void)store;
}

static bool store_check(struct store *store, struct err *err)
{
	return note(of_store(store), "check", err);
}

STORE_OP(tend, int64_t now, int64_t budget, bool *ret_more)
{
	(void)now, (void)budget;
	*ret_more = false;
	return note(of_store(store), "tend", err);
}

STORE_OP(setting_get, const char *name, struct arena *arena, const char **ret_value)
{
	(void)name, (void)arena;
	*ret_value = NULL;
	return note(of_store(store), "setting_get", err);
}

STORE_OP(setting_put, const char *name, const char *before, const char *value)
{
	(void)name, (void)before, (void)value;
	return note(of_store(store), "setting_put", err);
}

STORE_OP(account_create, const struct account *account)
{
	if (!strcmp(account->id, FAKE_GHOST_ID))
		return err_set(err, ERR_CONFLICT, "There was such an account");
	return note(of_store(store), "account_create", err);
}

STORE_OP(account_get, enum group group, const char *id, struct arena *arena, struct account *ret_account)
{
	const struct account *account = group == GROUP_CLIENTS ? &sample_client : &sample_seller;

	(void)store, (void)arena;
	if (strcmp(id, account->id) != 0 && strcmp(id, FAKE_OTHER_ID) != 0)
		return err_set(err, ERR_NOT_FOUND, "There is no such account");
	*ret_account = *account;
	ret_account->id = id;
	return true;
}

STORE_OP(account_update, enum group group, const char *id, const struct account_patch *patch, struct arena *arena,
	 struct account *ret_account)
{
	(void)id, (void)patch, (void)arena;
	*ret_account = group == GROUP_CLIENTS ? sample_client : sample_seller;
	return note(of_store(store), "account_update", err);
}

STORE_OP(account_delete, enum group group, const char *id)
{
	(void)group, (void)id;
	return note(of_store(store), "account_delete", err);
}

STORE_OP(seller_list, struct store_page page, struct arena *arena, struct seller_page *ret_page, const char **ret_next)
{
	static struct account sellers[1];

	(void)arena;
	sellers[0] = sample_seller;
	of_store(store)->page = page;
	*ret_page = (struct seller_page){.sellers = sellers, .sellers_count = 1};
	*ret_next = of_store(store)->next;
	return note(of_store(store), "seller_list", err);
}

/* ---- products ---- */

STORE_OP(product_create, const struct product_change *change, struct arena *arena, struct product *ret_product)
{
	(void)arena;
	of_store(store)->change = *change;
	*ret_product = sample_product;
	return note(of_store(store), "product_create", err);
}

STORE_OP(product_get, const char *id, struct arena *arena, struct product *ret_product)
{
	(void)id, (void)arena;
	*ret_product = sample_product;
	return note(of_store(store), "product_get", err);
}

STORE_OP(product_update, const char *seller_id, const char *id, const struct product_change *change,
	 struct arena *arena, struct product *ret_product)
{
	(void)seller_id, (void)id, (void)arena;
	of_store(store)->change = *change;
	*ret_product = sample_product;
	return note(of_store(store), "product_update", err);
}

STORE_OP(product_archive, const char *seller_id, const char *id)
{
	(void)seller_id, (void)id;
	return note(of_store(store), "product_archive", err);
}

/* The second change of a batch is refused. */
STORE_OP(product_batch, const char *seller_id, const struct product_change *changes, size_t count, struct arena *arena,
	 struct product *ret_products, struct err *errs)
{
	(void)seller_id, (void)changes, (void)arena;
	of_store(store)->batch = count;
	for (size_t i = 0; i < count; i++) {
		ret_products[i] = sample_product;
		errs[i].kind = ERR_NONE;
		if (i == 1)
			err_code(&errs[i], ERR_CONFLICT, "version_conflict", "It has changed since");
	}
	return note(of_store(store), "product_batch", err);
}

STORE_OP(product_list, const struct product_query *query, struct store_page page, struct arena *arena,
	 struct product_page *ret_page, const char **ret_next)
{
	static struct product products[1];

	(void)arena;
	products[0] = sample_product;
	of_store(store)->page = page;
	of_store(store)->query = *query;
	*ret_page = (struct product_page){.products = products, .products_count = 1};
	*ret_next = of_store(store)->next;
	return note(of_store(store), "product_list", err);
}

STORE_OP(category_list, struct store_page page, struct arena *arena, struct category_page *ret_page,
	 const char **ret_next)
{
	static struct category categories[] = {{"Coffee", 2}};

	(void)arena;
	of_store(store)->page = page;
	*ret_page = (struct category_page){.categories = categories, .categories_count = 1};
	*ret_next = of_store(store)->next;
	return note(of_store(store), "category_list", err);
}

STORE_OP(picture_get, const char *product_id, const uint8_t *known, struct arena *arena,
	 struct store_picture *ret_picture)
{
	(void)product_id, (void)arena;
	*ret_picture = (struct store_picture){.media_type = "image/png", .digest = {255}};
	if (!known || memcmp(known, ret_picture->digest, sizeof ret_picture->digest) != 0) {
		ret_picture->bytes = "\x89PNG\r\n\x1A\n";
		ret_picture->length = 8;
	}
	return note(of_store(store), "picture_get", err);
}

STORE_OP(picture_put, const char *seller_id, const char *product_id, const struct store_picture *picture,
	 struct arena *arena, struct product *ret_product)
{
	(void)seller_id, (void)product_id, (void)arena;
	*ret_product = sample_product;
	return note(of_store(store), picture ? "picture_put" : "picture_delete", err);
}

/* ---- carts, purchases, sales ---- */

STORE_OP(cart_get, const char *client_id, struct arena *arena, struct cart *ret_cart)
{
	(void)client_id, (void)arena;
	*ret_cart = (struct cart){.currency = "EUR"};
	return note(of_store(store), "cart_get", err);
}

STORE_OP(cart_put, const char *client_id, const struct cart *cart, struct arena *arena, struct cart *ret_cart)
{
	(void)client_id, (void)cart, (void)arena;
	*ret_cart = (struct cart){.currency = "EUR", .version = 8};
	return note(of_store(store), "cart_put", err);
}

STORE_OP(purchase_create, const struct store_purchase *purchase, struct arena *arena,
	 struct store_purchase_result *ret_result)
{
	static struct store_fault faults[3];
	struct fake *fake = of_store(store);

	(void)arena;
	fake->purchase = *purchase;
	if (purchase->refused && !fake->replayed) {
		*err = *purchase->refused;
		return false;
	}
	for (size_t i = 0; i < fake->faults; i++) {
		faults[i] = (struct store_fault){.item = i, .product = sample_product};
		faults[i].reason = i % 3 == 0 ? FAULT_GONE : i % 3 == 1 ? FAULT_PRICE : FAULT_STOCK;
	}
	*ret_result = (struct store_purchase_result){.replayed = fake->replayed,
						     .purchase = sample_purchase,
						     .kept = fake->kept,
						     .kept_length = fake->kept ? strlen(fake->kept) : 0,
						     .faults = faults,
						     .faults_count = fake->faults};
	return note(fake, "purchase_create", err);
}

STORE_OP(purchase_list, const char *client_id, const char *q, struct store_page page, struct arena *arena,
	 struct purchase_page *ret_page, const char **ret_next)
{
	static struct purchase purchases[1];

	(void)client_id, (void)arena;
	purchases[0] = sample_purchase;
	of_store(store)->q = q;
	of_store(store)->page = page;
	*ret_page = (struct purchase_page){.purchases = purchases, .purchases_count = 1};
	*ret_next = of_store(store)->next;
	return note(of_store(store), "purchase_list", err);
}

STORE_OP(purchase_get, const char *client_id, const char *id, struct arena *arena, struct purchase *ret_purchase)
{
	(void)client_id, (void)id, (void)arena;
	*ret_purchase = sample_purchase;
	return note(of_store(store), "purchase_get", err);
}

STORE_OP(purchase_cancel, const char *client_id, const char *id, const char *reason, struct arena *arena,
	 struct purchase *ret_purchase)
{
	(void)client_id, (void)id, (void)arena;
	of_store(store)->move = (struct sale_move){.reason = reason};
	*ret_purchase = sample_purchase;
	return note(of_store(store), "purchase_cancel", err);
}

STORE_OP(sale_list, const char *seller_id, int status, const char *q, struct store_page page, struct arena *arena,
	 struct sale_page *ret_page, const char **ret_next)
{
	static struct sale sales[1];

	(void)seller_id, (void)arena;
	sales[0] = sample_sale;
	of_store(store)->q = q;
	of_store(store)->page = page;
	of_store(store)->status = status;
	*ret_page = (struct sale_page){.sales = sales, .sales_count = 1};
	*ret_next = of_store(store)->next;
	return note(of_store(store), "sale_list", err);
}

STORE_OP(sale_get, const char *seller_id, const char *id, struct arena *arena, struct sale *ret_sale)
{
	(void)seller_id, (void)id, (void)arena;
	*ret_sale = sample_sale;
	return note(of_store(store), "sale_get", err);
}

STORE_OP(sale_transition, const char *seller_id, const struct sale_move *move, struct arena *arena,
	 struct sale *ret_sale)
{
	(void)seller_id, (void)arena;
	of_store(store)->move = *move;
	of_store(store)->status = move->status;
	*ret_sale = sample_sale;
	return note(of_store(store), "sale_transition", err);
}

/* The second move of a batch is refused. */
STORE_OP(sale_batch, const char *seller_id, const struct sale_move *moves, size_t count, struct arena *arena,
	 struct sale *ret_sales, struct err *errs)
{
	(void)seller_id, (void)moves, (void)arena;
	of_store(store)->batch = count;
	for (size_t i = 0; i < count; i++) {
		ret_sales[i] = sample_sale;
		errs[i].kind = ERR_NONE;
		if (i == 1)
			err_code(&errs[i], ERR_CONFLICT, "illegal_transition", "It can't");
	}
	return note(of_store(store), "sale_batch", err);
}

STORE_OP(seller_stats, const char *seller_id, int64_t days, struct arena *arena, struct seller_stats *ret_stats)
{
	(void)seller_id, (void)arena;
	of_store(store)->days = days;
	*ret_stats = (struct seller_stats){.currency = "EUR", .days = days};
	return note(of_store(store), "seller_stats", err);
}

STORE_OP(change_list, enum group group, const char *account_id, struct store_page page, struct arena *arena,
	 struct store_changes *ret_changes)
{
	(void)group, (void)account_id, (void)arena;
	of_store(store)->page = page;
	*ret_changes = (struct store_changes){.next = "1,1", .seen = FAKE_SEEN};
	return note(of_store(store), "change_list", err);
}

/* ---- identity ---- */

static void identity_close(struct identity *identity)
{
	(void)identity;
}

static bool identity_needs_confirmation(struct identity *identity)
{
	return !of_identity(identity)->unmailed;
}

static bool identity_admit(struct identity *identity, const char *address, int *ret_retry_after, struct err *err)
{
	struct fake *fake = of_identity(identity);

	if (strcmp(address, FAKE_ADDRESS) != 0)
		return err_set(err, ERR_INTERNAL, "That is not where it came from");
	if (!fake->throttled)
		return true;
	*ret_retry_after = fake->retry_after;
	return err_set(err, ERR_THROTTLED, "Too many");
}

static bool identity_sign_up(struct identity *identity, const char *email, const char *password, enum group group,
			     struct arena *arena, const char **ret_id, bool *ret_existed, struct err *err)
{
	(void)email, (void)arena;
	of_identity(identity)->secret = password;
	*ret_existed = of_identity(identity)->existed || of_identity(identity)->left_over;
	*ret_id = of_identity(identity)->left_over ? FAKE_GHOST_ID
		  : group == GROUP_CLIENTS	   ? FAKE_CLIENT_ID
						   : FAKE_SELLER_ID;
	return of_identity(identity)->existed || note(of_identity(identity), "sign_up", err);
}

static bool identity_confirm(struct identity *identity, const char *email, const char *code, struct err *err)
{
	(void)email;
	of_identity(identity)->secret = code;
	return note(of_identity(identity), "confirm", err);
}

static void fill_tokens(struct identity_tokens *tokens, struct arena *arena)
{
	*tokens = (struct identity_tokens){.access_token = arena_strdup(arena, FAKE_CLIENT_TOKEN),
					   .refresh_token = arena_strdup(arena, "r"),
					   .id_token = arena_strdup(arena, "i"),
					   .expires_in = 3600, .account_id = FAKE_CLIENT_ID, .group = GROUP_CLIENTS};
}

static bool identity_sign_in(struct identity *identity, const char *email, const char *password, const char *address,
			     struct arena *arena, struct identity_tokens *ret_tokens, int *ret_retry_after,
			     struct err *err)
{
	(void)email, (void)address;
	of_identity(identity)->secret = password;
	fill_tokens(ret_tokens, arena);
	*ret_retry_after = of_identity(identity)->retry_after;
	return note(of_identity(identity), "sign_in", err);
}

static bool identity_refresh(struct identity *identity, const char *refresh_token, struct arena *arena,
			     struct identity_tokens *ret_tokens, struct err *err)
{
	of_identity(identity)->secret = refresh_token;
	fill_tokens(ret_tokens, arena);
	return note(of_identity(identity), "refresh", err);
}

static bool identity_sign_out(struct identity *identity, const char *refresh_token, struct err *err)
{
	of_identity(identity)->secret = refresh_token;
	return note(of_identity(identity), "sign_out", err);
}

static bool identity_forgot(struct identity *identity, const char *email, struct err *err)
{
	(void)email;
	return note(of_identity(identity), "forgot", err);
}

static bool identity_reset(struct identity *identity, const char *email, const char *code, const char *password,
			   struct err *err)
{
	(void)email, (void)code;
	of_identity(identity)->secret = password;
	return note(of_identity(identity), "reset", err);
}

static bool identity_change_password(struct identity *identity, const struct identity_claims *who,
				     const char *access_token, const char *password, const char *new_password,
				     int *ret_retry_after, struct err *err)
{
	(void)who, (void)password;
	of_identity(identity)->token = access_token;
	of_identity(identity)->secret = new_password;
	*ret_retry_after = of_identity(identity)->retry_after;
	return note(of_identity(identity), "change_password", err);
}

static bool identity_remove(struct identity *identity, const char *account_id, struct err *err)
{
	(void)account_id;
	of_identity(identity)->left_over = false;
	return note(of_identity(identity), "remove", err);
}

static bool identity_verify(struct identity *identity, const char *access_token, struct arena *arena,
			    struct identity_claims *ret_claims, struct err *err)
{
	static const struct {
		const char *token;
		struct identity_claims claims;
	} known[] = {
	    {FAKE_CLIENT_TOKEN, {.account_id = FAKE_CLIENT_ID, .group = GROUP_CLIENTS}},
	    {FAKE_OTHER_TOKEN, {.account_id = FAKE_OTHER_ID, .group = GROUP_CLIENTS}},
	    {FAKE_SELLER_TOKEN, {.account_id = FAKE_SELLER_ID, .group = GROUP_SELLERS}},
	    {FAKE_GHOST_TOKEN, {.account_id = FAKE_GHOST_ID, .group = GROUP_CLIENTS}},
	};

	(void)identity, (void)arena;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (strcmp(known[i].token, access_token) != 0)
			continue;
		*ret_claims = known[i].claims;
		return true;
	}
	return err_code(err, ERR_UNAUTHENTICATED, "invalid_token", "The access token is not valid");
}

static bool identity_jwks(struct identity *identity, struct arena *arena, const char **ret_json, struct err *err)
{
	(void)arena;
	*ret_json = "{\"keys\":[]}";
	return note(of_identity(identity), "jwks", err);
}

void fake_init(struct fake *fake)
{
	*fake = (struct fake){
#define OPERATION(name) .name = store_##name,
	    .store = {STORE_OPERATIONS(OPERATION).local = true, .currency = "EUR"},
#undef OPERATION
#define OPERATION(name) .name = identity_##name,
	    .identity = {IDENTITY_OPERATIONS(OPERATION).local = true},
#undef OPERATION
	    .called = "",
	};
	fake->platform = (struct platform){.store = &fake->store, .identity = &fake->identity, .name = "Vitrine",
					   .version = "1"};
	memset(fake->platform.cursor_key, 7, sizeof fake->platform.cursor_key);
}
