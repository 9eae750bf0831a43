#include "platform/demo/demo.h"

#include "base/clock.h"
#include "base/id.h"
#include "models/limits.h"
#include "platform/demo/assets.h"
#include "platform/demo/past.h"

static const char password[] = "Vitrine-2026";
const char demo_payment[] = "This shop is a demonstration: nothing is charged, and nothing is sent.";
static const char client_email[] = "ada@example.com";

/* The demo's client, and shops and offices that buy too; only the first can sign in. */
enum { CLIENT_LINES = 3 };
static const struct {
	const char *email, *full_name, *mobile;
	const char *address[CLIENT_LINES];
	const char *note; /* that comes with some of their purchases */
} clients[PAST_CLIENTS] = {
    {client_email, "Ada", "+34600123456", {"12 Lantern Street", "08003 Barcelona", "Spain"}, "Please ring twice."},
    {"kitchen@example.com",
     "Harbour Hotel",
     "+34600100200",
     {"Kitchen, Harbour Hotel", "1 Quay Road", "46011 Valencia"},
     "Deliveries by the back door,\nbefore noon."},
    {"bar@example.com",
     "Corner Bakery",
     "+34600100201",
     {"5 Mill Corner", "41004 Seville", "Spain"},
     "From 5 in the morning."},
    {"office@example.com",
     "Studio Nord",
     "+34600100202",
     {"Studio Nord, third floor", "80 North Avenue", "48001 Bilbao"},
     "The lift is out of order, sorry."},
    {"desk@example.com",
     "The Reading Room",
     "+34600100203",
     {"The Reading Room", "22 Old Market", "37008 Salamanca"},
     "Leave it at the desk."},
};

/* What demo_fill works on. */
struct demo {
	struct platform *platform;
	struct store *store;
	struct arena arena;
	struct id_source ids;
	int64_t now;
	struct goods goods;
	struct past past;
	const char *client_ids[PAST_CLIENTS];
	const char **seller_ids;
	struct product *products;
	int parcels; /* shipped so far */
};

/* ---- accounts ---- */

/* An account that can sign in. */
static bool add_login(struct demo *demo, const char *email, enum group group, const char **ret_id, bool *ret_existed,
		      struct err *err)
{
	struct identity *identity = demo->platform->identity;

	return identity->sign_up(identity, email, password, group, &demo->arena, ret_id, ret_existed, err);
}

/* An account that only has a name. */
static bool add_id(struct demo *demo, const char **ret_id, struct err *err)
{
	struct id id = id_next(&demo->ids);

	*ret_id = arena_strdup(&demo->arena, id.text);
	return *ret_id || err_memory(err, "filling the demo");
}

static bool add_address(struct demo *demo, size_t client, struct err *err)
{
	const struct account_patch patch = {.address = clients[client].address, .address_count = CLIENT_LINES};
	struct account account;

	return demo->store->account_update(demo->store, GROUP_CLIENTS, demo->client_ids[client], &patch, &demo->arena,
					   &account, err);
}

static bool add_accounts(struct demo *demo, bool *ret_existed, struct err *err)
{
	struct store *store = demo->store;

	for (size_t i = 0; i < demo->goods.sellers_count; i++) {
		const struct goods_seller *seller = &demo->goods.sellers[i];
		const char **id = &demo->seller_ids[i];

		if (i == 0 ? !add_login(demo, seller->email, GROUP_SELLERS, id, ret_existed, err)
			   : !add_id(demo, id, err))
			return false;
		if (*ret_existed)
			return true;
		const struct account account = {
		    .id = *id, .group = GROUP_SELLERS, .email = seller->email, .full_name = seller->full_name};
		if (!store->account_create(store, &account, err))
			return false;
	}
	for (size_t i = 0; i < PAST_CLIENTS; i++) {
		const char **id = &demo->client_ids[i];
		bool existed;

		if (i == 0 ? !add_login(demo, clients[i].email, GROUP_CLIENTS, id, &existed, err)
			   : !add_id(demo, id, err))
			return false;
		const struct account account = {.id = *id,
						.group = GROUP_CLIENTS,
						.email = clients[i].email,
						.full_name = clients[i].full_name,
						.mobile = clients[i].mobile};
		if (!store->account_create(store, &account, err) || !add_address(demo, i, err))
			return false;
	}
	return true;
}

/* ---- products ---- */

static bool add_picture(struct demo *demo, const char *name, struct product *product, struct err *err)
{
	struct asset asset;

	if (!asset_find(name, &asset))
		return err_set(err, ERR_INTERNAL, "The demo's picture %s is not part of this program", name);
	const struct store_picture picture = {
	    .media_type = "image/png", .bytes = asset.bytes, .length = asset.length};
	return demo->store->picture_put(demo->store, product->seller_id, product->id, &picture, &demo->arena, product,
					err);
}

/* With as much more stock as the two months will sell. */
static bool add_products(struct demo *demo, struct err *err)
{
	for (size_t i = 0; i < demo->goods.products_count; i++) {
		const struct goods_product *row = &demo->goods.products[i];
		struct product *product = &demo->products[i];
		struct product_change change = {.seller_id = demo->seller_ids[row->seller],
						.name = row->name,
						.description = row->description,
						.price = row->price,
						.category = row->category,
						.stock = row->stock + demo->past.sold[i]};
		static const char *const given[] = {"seller_id", "name", "description", "price", "category", "stock"};

		for (size_t member = 0; member < sizeof given / sizeof *given; member++)
			shape_give(&product_batch_item_shape, &change, given[member]);
		if (!demo->store->product_create(demo->store, &change, &demo->arena, product, err) ||
		    (row->picture && !add_picture(demo, row->picture, product, err)))
			return false;
	}
	return true;
}

/* ---- purchases ---- */

enum { NOTE_EVERY = 4 }; /* every fourth purchase comes with a note */

static bool cancel(struct demo *demo, const char *client_id, const char *id, struct err *err)
{
	struct purchase purchase;

	return demo->store->purchase_cancel(demo->store, client_id, id, "Ordered twice by mistake.", &demo->arena,
					    &purchase, err);
}

static bool add_purchase(struct demo *demo, size_t index, struct err *err)
{
	const struct past_purchase *plan = &demo->past.purchases[index];
	const struct delivery delivery = {.full_name = clients[plan->client].full_name,
					  .address = clients[plan->client].address,
					  .address_count = CLIENT_LINES,
					  .mobile = clients[plan->client].mobile};
	struct purchase_item items[PAST_LINES];
	struct id key = id_next(&demo->ids);
	struct store_purchase purchase = {.client_id = demo->client_ids[plan->client],
					  .client_name = clients[plan->client].full_name,
					  .key = key.text,
					  .date = past_time(plan, demo->now),
					  .items = items,
					  .items_count = plan->lines_count,
					  .delivery = &delivery,
					  .note = index % NOTE_EVERY ? NULL : clients[plan->client].note};
	struct store_purchase_result result;

	for (size_t i = 0; i < plan->lines_count; i++) {
		const struct product *product = &demo->products[plan->lines[i].product];
		items[i] = (struct purchase_item){product->id, plan->lines[i].quantity, product->price};
	}
	if (!demo->store->purchase_create(demo->store, &purchase, &demo->arena, &result, err))
		return false;
	return !plan->cancelled || cancel(demo, purchase.client_id, result.purchase.id, err);
}

/* A step that was taken some days after the purchase. */
static bool advance_sale(struct demo *demo, const struct sale *sale, enum sale_status to, int days, struct err *err)
{
	const struct sale_move move = {
	    .id = sale->id,
	    .status = (int)to,
	    .tracking = to == SALE_SHIPPED ? arena_printf(&demo->arena, "VX %04d 0%03d 7 ES", 2600 + demo->parcels / 7,
							  demo->parcels % 1000)
					   : NULL,
	    .at = sale->purchase_date + days * (int64_t)CLOCK_DAY_MS};
	struct sale moved;

	demo->parcels += to == SALE_SHIPPED;
	return demo->store->sale_transition(demo->store, sale->seller_id, &move, &demo->arena, &moved, err);
}

/* What was bought some days ago has been shipped, and before that delivered. */
static bool advance_sales(struct demo *demo, const char *seller_id, struct err *err)
{
	static const struct {
		int days, after; /* so many days ago or more, and then it took so many */
		enum sale_status from, to;
	} steps[] = {{3, 1, SALE_PLACED, SALE_SHIPPED}, {6, 4, SALE_SHIPPED, SALE_DELIVERED}};
	struct store *store = demo->store;
	int32_t today = clock_day(demo->now);

	for (size_t step = 0; step < sizeof steps / sizeof *steps; step++) {
		struct store_page page = {.limit = LIMIT_PAGE};
		do {
			struct sale_page sales;
			if (!store->sale_list(store, seller_id, (int)steps[step].from, NULL, page, &demo->arena, &sales,
					      &page.after, err))
				return false;
			for (size_t i = 0; i < sales.sales_count; i++) {
				if (today - clock_day(sales.sales[i].purchase_date) < steps[step].days)
					continue;
				if (!advance_sale(demo, &sales.sales[i], steps[step].to, steps[step].after, err))
					return false;
			}
		} while (page.after);
	}
	return true;
}

static bool fill(struct demo *demo, struct err *err)
{
	bool existed = false;

	if (!goods_read(&demo->arena, &demo->goods, err) ||
	    !past_plan(&demo->goods, &demo->arena, &demo->past, err))
		return false;
	demo->seller_ids = arena_array(&demo->arena, demo->goods.sellers_count, sizeof *demo->seller_ids);
	demo->products = arena_array(&demo->arena, demo->goods.products_count, sizeof *demo->products);
	if (!demo->seller_ids || !demo->products)
		return err_memory(err, "filling the demo");
	if (!add_accounts(demo, &existed, err))
		return false;
	if (existed)
		return true;
	if (!add_products(demo, err))
		return false;
	for (size_t i = 0; i < demo->past.purchases_count; i++)
		if (!add_purchase(demo, i, err))
			return false;
	for (size_t i = 0; i < demo->goods.sellers_count; i++)
		if (!advance_sales(demo, demo->seller_ids[i], err))
			return false;
	return true;
}

bool demo_fill(struct platform *platform, struct err *err)
{
	struct demo demo = {.platform = platform, .store = platform->store, .now = clock_now()};

	arena_init(&demo.arena, DISPATCH_ARENA);
	bool good = fill(&demo, err);
	arena_done(&demo.arena);
	return good;
}
