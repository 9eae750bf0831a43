/* Calls about products. */
#include <string.h>

#include "models/limits.h"
#include "tests/contract/differential.h"

static const char *const names[] = {"Lamp", "Red lamp", "Café crème", "煎茶", "Łódź A-100/B", "Straße", "lamp, large"};
static const char *const categories[] = {"Lights", "lights", "Kitchen", "Tea & more", "Ærø"};
static const char *const prices[] = {"1.00", "2.50", "14.99", "0.01", "999999999.99"};
enum { NAMES = 7, CATEGORIES = 5, PRICES = 5 };

struct goods *goods_new(struct game *game, const struct human *seller)
{
	struct goods goods = {.seller = seller, .price = prices[below(game, PRICES)]};

	ASK(game, .who = seller, .method = "POST", .target = "/Product",
	    .body = game_text(game,
			      "{\"name\": \"%s\", \"price\": \"%s\", \"category\": \"%s\", \"stock\": %zu,"
			      " \"description\": \"Nr. %u of the lamps\"}",
			      names[below(game, NAMES)], goods.price, categories[below(game, CATEGORIES)],
			      3 + below(game, 12), ++game->names));
	EXPECT(game, 201);
	goods.product = thing_at(game, "id");
	assert_true(game->goods_count < PRODUCTS_MAX);
	game->goods[game->goods_count] = goods;
	return &game->goods[game->goods_count++];
}

static void create(struct game *game)
{
	goods_new(game, a_seller(game));
}

static void create_refused(struct game *game)
{
	static const char *const bodies[] = {"{\"name\": \"X\", \"price\": \"0\", \"category\": \"Y\"}",
					     "{\"name\": \" \", \"price\": \"1\", \"category\": \"Y\"}",
					     "{\"name\": \"X\", \"price\": \"1\"}", "[]", "{\"name\""};

	ASK(game, .who = a_seller(game), .method = "POST", .target = "/Product", .body = bodies[below(game, 5)]);
	EXPECT(game, 400);
	ASK(game, .who = a_client(game), .method = "POST", .target = "/Product",
	    .body = "{\"name\": \"X\", \"price\": \"1\", \"category\": \"Y\"}");
	EXPECT(game, 403);
}

static void get(struct game *game)
{
	const struct goods *goods = goods_new(game, a_seller(game));

	ASK(game, .method = "GET", .target = "/Product/$0", .refs = {&goods->product});
	EXPECT(game, 200);
	ASK(game, .method = "GET", .target = "/Product/01JD8ZQ4T7M3XK2V9B6N5C0RHE");
	EXPECT(game, 404);
	ASK(game, .method = "GET", .target = "/Product/$0", .refs = {&some_goods(game)->product});
}

/* Whatever becomes of it: 200, 404, 409. */
static void change(struct game *game)
{
	struct goods *goods = some_goods(game);
	const char *price = prices[below(game, PRICES)];
	const char *members[] = {
	    game_text(game, "\"name\": \"%s\"", names[below(game, NAMES)]),
	    game_text(game, "\"category\": \"%s\"", categories[below(game, CATEGORIES)]),
	    game_text(game, "\"stock\": %zu", below(game, 30)), game_text(game, "\"version\": %zu", 1 + below(game, 4)),
	    "\"description\": \"Other words\""};
	const char *other = members[below(game, 5)];

	int status = ASK(game, .who = goods->seller, .method = "PATCH", .target = "/Product/$0",
			 .body = game_text(game, "{\"price\": \"%s\", %s}", price, other), .refs = {&goods->product});
	if (status == 200)
		goods->price = price;
}

static void change_refused(struct game *game)
{
	struct goods *goods = goods_new(game, &game->sellers[0]);

	ASK(game, .who = goods->seller, .method = "PATCH", .target = "/Product/$0",
	    .body = "{\"stock\": 4, \"version\": 9}", .refs = {&goods->product});
	EXPECT(game, 409);
	ASK(game, .who = &game->sellers[1], .method = "PATCH", .target = "/Product/$0", .body = "{\"stock\": 4}",
	    .refs = {&goods->product});
	EXPECT(game, 403);
	ASK(game, .who = goods->seller, .method = "PATCH", .target = "/Product/$0", .body = "{}",
	    .refs = {&goods->product});
	EXPECT(game, 400);
}

static void archive(struct game *game)
{
	const struct goods *goods = goods_new(game, a_seller(game));

	ASK(game, .who = goods->seller, .method = "DELETE", .target = "/Product/$0", .refs = {&goods->product});
	EXPECT(game, 204);
	ASK(game, .who = goods->seller, .method = "DELETE", .target = "/Product/$0", .refs = {&goods->product});
	EXPECT(game, 404);
	/* It stays among the others, for them to meet it. */
}

static void batch(struct game *game)
{
	const struct human *seller = a_seller(game);

	ASK(game, .who = seller, .method = "POST", .target = "/Product/Batch",
	    .body =
		game_text(game,
			  "{\"items\": [{\"name\": \"%s\", \"price\": \"%s\", \"category\": \"%s\"},"
			  " {\"id\": \"$0\", \"stock\": %zu}, {\"id\": \"$1\", \"name\": \"%s\", \"version\": %zu},"
			  " {\"id\": \"01JD8ZQ4T7M3XK2V9B6N5C0RHE\", \"stock\": 1}]}",
			  names[below(game, NAMES)], prices[below(game, PRICES)], categories[below(game, CATEGORIES)],
			  below(game, 30), names[below(game, NAMES)], 1 + below(game, 3)),
	    .refs = {&some_goods(game)->product, &some_goods(game)->product});
	EXPECT(game, 200);
}

/* ---- listing ---- */

static void list(struct game *game)
{
	static const char *const words[] = {"lamp",  "re la",   "cafe",    "%E8%8C%B6", "lodz",
					    "a100b", "strasse", "nothing", "?",         "lamps nr"};
	static const char *const sorts[] = {"best", "newest", "price", "-price"};
	const char *q = below(game, 2) ? game_text(game, "q=%s&", words[below(game, 10)]) : "";
	const char *category =
	    below(game, 3) ? "" : game_text(game, "category=%s&", below(game, 2) ? "LIGHTS" : "Kitchen");
	const char *seller = below(game, 4) ? "" : "seller_id=$0&";
	const char *range = below(game, 4) ? "" : "min_price=1&max_price=14.99&";
	const char *stock = below(game, 4) ? "" : "in_stock=true&";
	const char *sort = below(game, 3) ? game_text(game, "sort=%s&", sorts[below(game, 4)]) : "";

	ASK(game, .method = "GET",
	    .target = game_text(game, "/Product?%s%s%s%s%s%slimit=%zu", q, category, seller, range, stock, sort,
				5 + below(game, 60)),
	    .refs = {&a_seller(game)->account}, .list = true);
	EXPECT(game, 200);
}

static void list_refused(struct game *game)
{
	static const char *const targets[] = {"/Product?limit=0",
					      "/Product?sort=worst",
					      "/Product?cursor=x",
					      "/Product?a=b",
					      "/Product?q=a+b+c+d+e+f+g+h+i+j+k+l+m+n+o+p+r",
					      "/Category?limit=101"};

	ASK(game, .method = "GET", .target = targets[below(game, 6)]);
	EXPECT(game, 400);
}

static void list_categories(struct game *game)
{
	ASK(game, .method = "GET", .target = below(game, 2) ? "/Category" : "/Category?limit=2", .list = true);
	EXPECT(game, 200);
}

/* ---- pictures ---- */

static const char png[] = "\x89PNG\r\n\x1A\n"
			  "\0\0\0\x0DIHDR\0\0\0\1\0\0\0\1\x08\0\0\0\0\x3A\x7E\x9B\x55"
			  "\0\0\0\x0AIDAT\x78\x9C\x63\x60\0\0\0\2\0\1\x48\xAF\xA4\x71"
			  "\0\0\0\0IEND\xAE\x42\x60\x82";

static void picture(struct game *game)
{
	static char large[LIMIT_PICTURE];
	const struct goods *goods = goods_new(game, &game->sellers[0]);
	const size_t length = below(game, 2) ? sizeof png : sizeof png + below(game, sizeof large - sizeof png);
	const char *target = "/Product/$0/Picture";

	memcpy(large, png, sizeof png);
	memset(large + sizeof png, (int)below(game, 256), sizeof large - sizeof png);
	ASK(game, .method = "GET", .target = target, .refs = {&goods->product});
	EXPECT(game, 404);
	ASK(game, .who = goods->seller, .method = "PUT", .target = target, .refs = {&goods->product}, .bytes = large,
	    .length = length, .type = "image/png");
	EXPECT(game, 200);
	ASK(game, .method = "GET", .target = target, .refs = {&goods->product});
	EXPECT(game, 200);
	ASK(game, .method = "GET", .target = target, .refs = {&goods->product}, .name = "If-None-Match",
	    .value = header_of(&game->answers[0], "ETag"));
	EXPECT(game, 304);
	ASK(game, .who = &game->sellers[1], .method = "DELETE", .target = target, .refs = {&goods->product});
	EXPECT(game, 403);
	ASK(game, .who = goods->seller, .method = "DELETE", .target = target, .refs = {&goods->product});
	EXPECT(game, 200);
}

static void picture_refused(struct game *game)
{
	static char large[LIMIT_PICTURE + 1];
	const struct goods *goods = goods_new(game, a_seller(game));
	const struct ask put = {
	    .who = goods->seller, .method = "PUT", .target = "/Product/$0/Picture", .refs = {&goods->product}};
	struct ask next = put;

	memcpy(large, png, sizeof png);
	next.type = "image/png";
	next.bytes = large;
	next.length = sizeof large;
	ask(game, &next);
	EXPECT(game, 413);
	next.length = 20;
	ask(game, &next);
	EXPECT(game, 400);
	next.type = "image/gif";
	ask(game, &next);
	EXPECT(game, 415);
}

static act_fn *const acts[] = {
    create, create_refused, get,  change,       change,          change,  change_refused, archive,
    batch,  list,           list, list_refused, list_categories, picture, picture_refused};
const struct acts catalogue_acts = {acts, sizeof acts / sizeof *acts};
