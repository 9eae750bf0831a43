/* Calls about carts, purchases, sales and changes. */
#include <string.h>

#include "models/limits.h"
#include "tests/contract/differential.h"

/* ---- carts ---- */

static void cart(struct game *game)
{
	const struct human *who = a_client(game);
	const struct goods *one = some_goods(game), *other = some_goods(game);

	ASK(game, .who = who, .method = "GET", .target = "/Cart");
	EXPECT(game, 200);
	const int64_t version = number_at(&game->answers[0], "version");
	const bool two = one != other && below(game, 2);
	ASK(game, .who = who, .method = "PUT", .target = "/Cart",
	    .body = game_text(game,
			      "{\"version\": %lld, \"items\": [{\"product_id\": \"$0\", \"quantity\": %zu,"
			      " \"price\": \"1.00\"}%s]}",
			      (long long)version, 1 + below(game, 5),
			      two ? ", {\"product_id\": \"$1\", \"quantity\": 2}" : ""),
	    .refs = {&one->product, &other->product});
	EXPECT(game, 200);
	ASK(game, .who = who, .method = "PUT", .target = "/Cart",
	    .body = game_text(game, "{\"version\": %lld, \"items\": []}", (long long)version));
	EXPECT(game, 409);
	ASK(game, .who = who, .method = "PUT", .target = "/Cart",
	    .body = game_text(game,
			      "{\"version\": %lld, \"items\": [{\"product_id\": \"01JD8ZQ4T7M3XK2V9B6N5C0RHE\","
			      " \"quantity\": 1}]}",
			      (long long)version + 1));
	EXPECT(game, 400);
	ASK(game, .who = a_seller(game), .method = "GET", .target = "/Cart");
	EXPECT(game, 403);
}

/* ---- purchases ---- */

static const char *fresh_key(struct game *game)
{
	return game_text(game, "key-%u", ++game->names);
}

static int buy_one(struct game *game, const struct human *who, const struct goods *goods, const char *key, int quantity,
		   const char *price)
{
	return ASK(game, .who = who, .method = "POST", .target = "/Purchase", .name = "Idempotency-Key", .value = key,
		   .body =
		       game_text(game, "{\"items\": [{\"product_id\": \"$0\", \"quantity\": %d, \"price\": \"%s\"}]}",
				 quantity, price),
		   .refs = {&goods->product});
}

/* Of up to four different products, of which some may be gone, or dearer, or too few. */
static void buy_many(struct game *game)
{
	const struct thing *refs[4];
	const char *body = "{\"items\": [";
	size_t count = 1 + below(game, 4), start = below(game, game->goods_count);
	struct ask purchase = {.who = a_client(game),
			       .method = "POST",
			       .target = "/Purchase",
			       .name = "Idempotency-Key",
			       .value = fresh_key(game)};

	for (size_t i = 0; i < count && i < game->goods_count; i++) {
		const struct goods *goods = &game->goods[(start + i * 7) % game->goods_count];

		for (size_t j = 0; j < i; j++)
			if (refs[j] == &goods->product)
				return;
		refs[i] = purchase.refs[i] = &goods->product;
		body = game_text(game, "%s%s{\"product_id\": \"$%zu\", \"quantity\": %zu, \"price\": \"%s\"}", body,
				 i ? ", " : "", i, 1 + below(game, 3), goods->price);
	}
	purchase.body =
	    game_text(game, "%s]%s%s}", body, below(game, 2) ? ", \"note\": \"Ring\\ntwice\"" : "",
		      below(game, 2) ? ", \"delivery\": {\"full_name\": \"Ada at work\", \"address\": [\"1 Quay\","
				       " \"Here\"], \"mobile\": \"+34600123456\"}"
				     : "");
	ask(game, &purchase);
}

static void buy_again(struct game *game)
{
	const struct human *who = a_client(game);
	const struct goods *goods = goods_new(game, a_seller(game));
	const char *key = fresh_key(game);

	assert_int_equal(buy_one(game, who, goods, key, 2, goods->price), 201);
	assert_int_equal(buy_one(game, who, goods, key, 2, goods->price), 201); /* replayed, as its header says */
	assert_int_equal(buy_one(game, who, goods, key, 1, goods->price), 422);
	assert_int_equal(buy_one(game, who, goods, fresh_key(game), 500, goods->price), 409);
	assert_int_equal(buy_one(game, who, goods, fresh_key(game), 1, "77.77"), 409);
	assert_int_equal(buy_one(game, a_seller(game), goods, key, 1, goods->price), 403);
}

static void buy_refused(struct game *game)
{
	static const char *const bodies[] = {
	    "{}", "{\"items\": []}", "{\"items\": [{\"product_id\": \"x\", \"quantity\": 0, \"price\": \"1\"}]}"};
	const struct human *who = a_client(game);

	ASK(game, .who = who, .method = "POST", .target = "/Purchase", .name = "Idempotency-Key",
	    .value = fresh_key(game), .body = bodies[below(game, 3)]);
	EXPECT(game, 400);
	ASK(game, .who = who, .method = "POST", .target = "/Purchase",
	    .body = "{\"items\": [{\"product_id\": \"x\", \"quantity\": 1, \"price\": \"1\"}]}");
	EXPECT(game, 400);
}

static const char *a_search(struct game *game)
{
	static const char *const searches[] = {"", "q=lamp&", "q=cafe&", "q=zzzz&", "q=%3F&"};

	return searches[below(game, 5)];
}

static void purchases(struct game *game)
{
	const struct human *who = a_client(game);

	ASK(game, .who = who, .method = "GET",
	    .target = game_text(game, "/Purchase?%slimit=%zu", a_search(game), 1 + below(game, 30)), .list = true);
	EXPECT(game, 200);
	const size_t count = (size_t)count_at(&game->answers[0], "purchases");
	if (!count)
		return;
	const struct thing purchase = thing_at(game, place(game, "purchases", below(game, count), "id"));
	ASK(game, .who = who, .method = "GET", .target = "/Purchase/$0", .refs = {&purchase});
	EXPECT(game, 200);
	ASK(game, .who = who == &game->clients[0] ? &game->clients[1] : &game->clients[0], .method = "GET",
	    .target = "/Purchase/$0", .refs = {&purchase});
	EXPECT(game, 404);
}

/* A purchase of something new: it and its sale. */
static const struct goods *sold(struct game *game, const struct human *who, struct thing *ret_purchase,
				struct thing *ret_sale)
{
	const struct goods *goods = goods_new(game, a_seller(game));

	buy_one(game, who, goods, fresh_key(game), 1, goods->price);
	EXPECT(game, 201);
	*ret_purchase = thing_at(game, "id");
	ASK(game, .who = goods->seller, .method = "GET", .target = "/Sale?limit=1");
	EXPECT(game, 200);
	*ret_sale = thing_at(game, "sales.0.id");
	return goods;
}

static void cancel_new(struct game *game)
{
	const struct human *who = a_client(game);
	struct thing purchase, sale;
	const struct goods *goods = sold(game, who, &purchase, &sale);

	ASK(game, .who = who, .method = "POST", .target = "/Purchase/$0/Cancel", .refs = {&purchase});
	EXPECT(game, 200);
	ASK(game, .who = who, .method = "POST", .target = "/Purchase/$0/Cancel", .refs = {&purchase});
	EXPECT(game, 409);
	ASK(game, .who = goods->seller, .method = "GET", .target = "/Sale/$0", .refs = {&sale});
	EXPECT(game, 200);
}

/* One goes its whole way, and another is cancelled by its seller. */
static void sell_new(struct game *game)
{
	static const char *const ways[][2] = {{"Ship", "Deliver"}, {"Cancel", "Ship"}};
	const struct human *who = a_client(game);
	struct thing purchase, sale;

	for (size_t way = 0; way < 2; way++) {
		const struct goods *goods = sold(game, who, &purchase, &sale);

		for (size_t step = 0; step < 2; step++) {
			ASK(game, .who = goods->seller, .method = "POST",
			    .target = game_text(game, "/Sale/$0/%s", ways[way][step]), .refs = {&sale});
			EXPECT(game, way && step ? 409 : 200);
		}
		ASK(game, .who = who, .method = "GET", .target = "/Purchase/$0", .refs = {&purchase});
		EXPECT(game, 200);
	}
}

/* As it comes: some may be cancelled, others are on their way, or were cancelled before. */
static void cancel(struct game *game)
{
	const struct human *who = a_client(game);
	const char *body = below(game, 2) ? "{\"reason\": \"Changed my mind\"}" : NULL;

	ASK(game, .who = who, .method = "GET", .target = "/Purchase", .list = true);
	const size_t count = (size_t)count_at(&game->answers[0], "purchases");
	if (!count)
		return;
	const struct thing purchase = thing_at(game, place(game, "purchases", below(game, count), "id"));
	ASK(game, .who = who, .method = "POST", .target = "/Purchase/$0/Cancel", .body = body, .refs = {&purchase});
	ASK(game, .who = who, .method = "GET", .target = "/Purchase/$0", .refs = {&purchase});
	EXPECT(game, 200);
}

/* ---- sales ---- */

static void sales(struct game *game)
{
	static const char *const statuses[] = {"", "status=placed&", "status=shipped&", "status=delivered&",
					       "status=cancelled&"};
	const struct human *who = a_seller(game);

	ASK(game, .who = who, .method = "GET",
	    .target =
		game_text(game, "/Sale?%s%slimit=%zu", statuses[below(game, 5)], a_search(game), 1 + below(game, 30)),
	    .list = true);
	EXPECT(game, 200);
	const size_t count = (size_t)count_at(&game->answers[0], "sales");
	if (!count)
		return;
	const struct thing sale = thing_at(game, place(game, "sales", below(game, count), "id"));
	ASK(game, .who = who, .method = "GET", .target = "/Sale/$0", .refs = {&sale});
	EXPECT(game, 200);
	ASK(game, .who = who == &game->sellers[0] ? &game->sellers[1] : &game->sellers[0], .method = "GET",
	    .target = "/Sale/$0", .refs = {&sale});
	EXPECT(game, 404);
}

static void step(struct game *game, const char *status, const char *verb, const char *body)
{
	const struct human *who = a_seller(game);

	ASK(game, .who = who, .method = "GET", .target = game_text(game, "/Sale%s", status), .list = true);
	const size_t count = (size_t)count_at(&game->answers[0], "sales");
	if (!count)
		return;
	const struct thing sale = thing_at(game, place(game, "sales", below(game, count), "id"));
	ASK(game, .who = who, .method = "POST", .target = game_text(game, "/Sale/$0/%s", verb), .body = body,
	    .refs = {&sale});
}

static void ship(struct game *game)
{
	step(game, "?status=placed", "Ship", below(game, 2) ? "{\"tracking\": \"T 1\"}" : NULL);
	EXPECT(game, 200);
	step(game, "", "Ship", NULL);
}

static void deliver(struct game *game)
{
	step(game, "?status=shipped", "Deliver", NULL);
	step(game, "", "Deliver", NULL);
}

static void cancel_sale(struct game *game)
{
	step(game, "?status=placed", "Cancel", below(game, 2) ? "{\"reason\": \"Broken\"}" : NULL);
	step(game, "?status=cancelled", "Cancel", NULL);
}

static void move_many(struct game *game)
{
	static const char *const statuses[] = {"shipped", "delivered", "cancelled"};
	const struct human *who = a_seller(game);
	struct thing chosen[8];
	struct ask batch = {.who = who, .method = "POST", .target = "/Sale/Batch"};
	const char *body = "{\"items\": [";

	ASK(game, .who = who, .method = "GET", .target = "/Sale", .list = true);
	const size_t count = (size_t)count_at(&game->answers[0], "sales");
	for (size_t i = 0; count && i < 8; i++) {
		chosen[i] = thing_at(game, place(game, "sales", below(game, count), "id"));
		batch.refs[i] = &chosen[i];
		body = game_text(game, "%s%s{\"id\": \"$%zu\", \"status\": \"%s\"}", body, i ? ", " : "", i,
				 statuses[below(game, 3)]);
	}
	batch.body = game_text(game, "%s]}", body);
	ask(game, &batch);
}

/* ---- changes ---- */

static void changes(struct game *game)
{
	struct human *who = below(game, 2) ? a_client(game) : a_seller(game);

	for (bool all = false; !all;) {
		const bool before = who->told[0];

		ASK(game, .who = who, .method = "GET", .target = before ? "/Changes?since=$0" : "/Changes",
		    .refs = {&(const struct thing){{who->told[0], who->told[1]}}});
		EXPECT(game, 200);
		texts_at(game, "since", who->told);
		all = !before || !count_at(&game->answers[0], "changes");
	}
}

static act_fn *const acts[] = {cart,        buy_many,   buy_many,  buy_many, buy_again, buy_refused,
			       purchases,   cancel_new, cancel,    sales,    ship,      deliver,
			       cancel_sale, sell_new,   move_many, changes,  changes};
const struct acts buying_acts = {acts, sizeof acts / sizeof *acts};
