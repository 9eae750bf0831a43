/* Calls about accounts, and what everybody may ask. */
#include <string.h>

#include "tests/contract/differential.h"

static void service(struct game *game)
{
	ASK(game, .method = "GET", .target = "/");
	EXPECT(game, 200);
}

static void health(struct game *game)
{
	ASK(game, .method = "GET", .target = "/Health");
	EXPECT(game, 200);
}

static void jwks(struct game *game)
{
	ASK(game, .method = "GET", .target = "/.well-known/jwks.json");
	EXPECT(game, 200);
}

static void no_such_path(struct game *game)
{
	static const char *const paths[] = {"/Nothing", "/Product/$0/Nothing", "/product", "/Purchase/"};

	ASK(game, .method = "GET", .target = paths[below(game, 4)], .refs = {&some_goods(game)->product});
	EXPECT(game, 404);
}

static void no_such_method(struct game *game)
{
	static const char *const methods[] = {"DELETE", "PATCH", "OPTIONS"};

	ASK(game, .method = methods[below(game, 3)], .target = below(game, 2) ? "/Product" : "/Login");
	EXPECT(game, 405);
}

/* ---- signing in and out ---- */

static void login(struct game *game)
{
	human_sign_in(game, below(game, 2) ? a_client(game) : a_seller(game));
}

static void login_refused(struct game *game)
{
	const char *body = game_text(game, "{\"email\": \"%s\", \"password\": \"Wrong-2026\"}",
				     below(game, 2) ? a_client(game)->email : "nobody@example.com");

	ASK(game, .method = "POST", .target = "/Login", .body = body);
	EXPECT(game, 401);
}

static void login_throttled(struct game *game)
{
	const char *body =
	    game_text(game, "{\"email\": \"victim%u@example.com\", \"password\": \"Wrong-2026\"}", game->names);

	for (int i = 0; i < 5; i++) {
		ASK(game, .method = "POST", .target = "/Login", .body = body);
		EXPECT(game, 401);
	}
	ASK(game, .method = "POST", .target = "/Login", .body = body);
	ASK(game, .method = "POST", .target = "/Login", .body = body);
	EXPECT(game, 429);
}

static void refresh(struct game *game)
{
	struct human *who = a_client(game);

	for (size_t side = 0; side < SIDES; side++)
		assert_non_null(who->refresh_token[side]);
	ASK(game, .method = "POST", .target = "/Login/Refresh", .body = "{\"refresh_token\": \"$0\"}",
	    .refs = {&(const struct thing){{who->refresh_token[0], who->refresh_token[1]}}});
	EXPECT(game, 200);
	texts_at(game, "access_token", who->token);
	texts_at(game, "refresh_token", who->refresh_token);
}

static void refresh_refused(struct game *game)
{
	ASK(game, .method = "POST", .target = "/Login/Refresh", .body = "{\"refresh_token\": \"made-up\"}");
	EXPECT(game, 401);
}

static void logout(struct game *game)
{
	struct human *who = a_seller(game);

	ASK(game, .method = "POST", .target = "/Logout", .body = "{\"refresh_token\": \"$0\"}",
	    .refs = {&(const struct thing){{who->refresh_token[0], who->refresh_token[1]}}});
	EXPECT(game, 204);
	human_sign_in(game, who);
}

static void unknown_token(struct game *game)
{
	static const char *const token[SIDES] = {"eyJ.made.up", "eyJ.made.up"};

	ASK(game, .method = "GET", .target = below(game, 2) ? "/Cart" : "/Sale", .token = token);
	EXPECT(game, 401);
}

static void nobody(struct game *game)
{
	static const char *const targets[] = {"/Cart", "/Sale", "/Purchase", "/Changes", "/Client/x"};

	ASK(game, .method = "GET", .target = targets[below(game, 5)]);
	EXPECT(game, 401);
}

/* ---- codes and passwords ---- */

static void sign_up_refused(struct game *game)
{
	static const char *const bodies[] = {
	    "{\"email\": \"x\", \"password\": \"Vitrine-2026\", \"full_name\": \"X\"}",
	    "{\"email\": \"x@example.com\", \"password\": \"weak\", \"full_name\": \"X\"}",
	    "{\"email\": \"x@example.com\", \"password\": \"Vitrine-2026\"}",
	    "{\"email\": \"x@example.com\", \"password\": \"Vitrine-2026\", \"full_name\": \"\", \"more\": 1}"};

	ASK(game, .method = "POST", .target = below(game, 2) ? "/Client" : "/Seller", .body = bodies[below(game, 4)]);
	EXPECT(game, 400);
}

static void email_taken(struct game *game)
{
	const struct human *who = below(game, 2) ? a_client(game) : a_seller(game);
	const char *body =
	    game_text(game, "{\"email\": \"%s\", \"password\": \"Another-2026\", \"full_name\": \"Another\"%s}",
		      who->email, who->sells ? "" : ", \"mobile\": \"+34600123456\"");

	ASK(game, .method = "POST", .target = who->sells ? "/Seller" : "/Client", .body = body);
	EXPECT(game, 409);
}

static void confirm_refused(struct game *game)
{
	ASK(game, .method = "POST", .target = "/Account/Confirm",
	    .body = game_text(game, "{\"email\": \"%s\", \"code\": \"00000000\"}", a_client(game)->email));
	EXPECT(game, 400);
}

static void not_confirmed(struct game *game)
{
	const char *email = game_text(game, "early%u@example.com", ++game->names);

	ASK(game, .method = "POST", .target = "/Seller",
	    .body = game_text(game, "{\"email\": \"%s\", \"password\": \"Vitrine-2026\", \"full_name\": \"Too Early\"}",
			      email));
	EXPECT(game, 201);
	ASK(game, .method = "POST", .target = "/Login",
	    .body = game_text(game, "{\"email\": \"%s\", \"password\": \"Vitrine-2026\"}", email));
	EXPECT(game, 403);
}

static void reset(struct game *game)
{
	struct human *who = below(game, 2) ? a_client(game) : a_seller(game);
	const char *codes[SIDES];

	ASK(game, .method = "POST", .target = "/Password/Forgot",
	    .body = game_text(game, "{\"email\": \"%s\"}", who->email));
	EXPECT(game, 200);
	codes_mailed(game, who->email, codes);
	who->password = game_text(game, "Reset-%u-pass", ++game->names);
	ASK(game, .method = "POST", .target = "/Password/Reset",
	    .body = game_text(game, "{\"email\": \"%s\", \"code\": \"$0\", \"password\": \"%s\"}", who->email,
			      who->password),
	    .refs = {&(const struct thing){{codes[0], codes[1]}}});
	EXPECT(game, 200);
	human_sign_in(game, who);
}

static void reset_refused(struct game *game)
{
	ASK(game, .method = "POST", .target = "/Password/Reset",
	    .body = game_text(game, "{\"email\": \"%s\", \"code\": \"00000000\", \"password\": \"Reset-2026\"}",
			      below(game, 2) ? a_client(game)->email : "nobody@example.com"));
	EXPECT(game, 400);
}

static void change_password(struct game *game)
{
	struct human *who = below(game, 2) ? a_client(game) : a_seller(game);
	const char *next = game_text(game, "Change-%u-pass", ++game->names);

	ASK(game, .who = who, .method = "POST", .target = "/Password",
	    .body = game_text(game, "{\"password\": \"Wrong-2026\", \"new_password\": \"%s\"}", next));
	EXPECT(game, 401);
	ASK(game, .who = who, .method = "POST", .target = "/Password",
	    .body = game_text(game, "{\"password\": \"%s\", \"new_password\": \"%s\"}", who->password, next));
	EXPECT(game, 200);
	who->password = next;
	human_sign_in(game, who);
}

/* ---- profiles ---- */

static const char *path_of(const struct human *human)
{
	return human->sells ? "/Seller/$0" : "/Client/$0";
}

static void profile(struct game *game)
{
	const struct human *const people[] = {a_client(game), a_seller(game)};

	for (size_t i = 0; i < 2; i++) {
		ASK(game, .who = people[i], .method = "GET", .target = path_of(people[i]),
		    .refs = {&people[i]->account});
		EXPECT(game, 200);
	}
}

static void profile_forbidden(struct game *game)
{
	const struct human *who = &game->clients[0], *other = &game->clients[1];

	ASK(game, .who = who, .method = below(game, 2) ? "GET" : "DELETE", .target = "/Client/$0",
	    .refs = {&other->account});
	EXPECT(game, 403);
}

static void seller_seen_by_others(struct game *game)
{
	ASK(game, .who = below(game, 2) ? a_client(game) : NULL, .method = "GET", .target = "/Seller/$0",
	    .refs = {&a_seller(game)->account});
	EXPECT(game, 200);
	ASK(game, .method = "GET", .target = "/Seller/$0", .refs = {&a_client(game)->account});
	EXPECT(game, 404);
}

static void change_one(struct game *game, const struct human *who)
{
	static const char *const names[] = {"Ada Lovelace", "Zoë Åberg", "煎茶屋", "ada lovelace", "Ħal Far"};
	const char *name = names[below(game, 5)];

	ASK(game, .who = who, .method = "PATCH", .target = path_of(who), .refs = {&who->account},
	    .body = game_text(game, "{\"full_name\": \"%s\"%s}", name,
			      !who->sells && below(game, 2) ? ", \"address\": [\"1 Quay\", \"Here\"]" : ""));
	EXPECT(game, 200);
	ASK(game, .who = who, .method = "PATCH", .target = path_of(who), .refs = {&who->account},
	    .body = "{\"full_name\": 7}");
	EXPECT(game, 400);
}

static void change_profile(struct game *game)
{
	change_one(game, a_client(game));
	change_one(game, a_seller(game));
}

/* Somebody who goes, with whatever they did before. */
static void client_leaves(struct game *game)
{
	const struct human who = human_new(game, false);
	const struct goods *goods = goods_new(game, a_seller(game));

	ASK(game, .who = &who, .method = "POST", .target = "/Purchase", .name = "Idempotency-Key", .value = "k",
	    .body = game_text(game,
			      "{\"items\": [{\"product_id\": \"$0\", \"quantity\": 1, \"price\": \"%s\"}],"
			      " \"delivery\": {\"full_name\": \"Gone\", \"address\": [\"1 Quay\"],"
			      " \"mobile\": \"+34600123456\"}}",
			      goods->price),
	    .refs = {&goods->product});
	EXPECT(game, 201);
	ASK(game, .who = &who, .method = "DELETE", .target = "/Client/$0", .refs = {&who.account});
	EXPECT(game, 204);
	ASK(game, .who = &who, .method = "GET", .target = "/Cart");
	EXPECT(game, 401);
	ASK(game, .who = goods->seller, .method = "GET", .target = "/Sale", .list = true);
	EXPECT(game, 200);
}

static void seller_leaves(struct game *game)
{
	const struct human who = human_new(game, true);
	const struct human *client = a_client(game);
	const struct goods *goods = goods_new(game, &who);

	ASK(game, .who = client, .method = "POST", .target = "/Purchase", .name = "Idempotency-Key",
	    .value = game_text(game, "leaves-%u", ++game->names),
	    .body = game_text(game, "{\"items\": [{\"product_id\": \"$0\", \"quantity\": 1, \"price\": \"%s\"}]}",
			      goods->price),
	    .refs = {&goods->product});
	EXPECT(game, 201);
	const struct thing purchase = thing_at(game, "id");
	ASK(game, .who = &who, .method = "DELETE", .target = "/Seller/$0", .refs = {&who.account});
	EXPECT(game, 204);
	ASK(game, .method = "GET", .target = "/Product/$0", .refs = {&goods->product});
	EXPECT(game, 404);
	ASK(game, .who = client, .method = "GET", .target = "/Purchase/$0", .refs = {&purchase});
	EXPECT(game, 200);
	game->goods_count--; /* nobody may sell it any more */
}

static void list_sellers(struct game *game)
{
	ASK(game, .method = "GET", .target = below(game, 2) ? "/Seller" : "/Seller?limit=7", .list = true);
	EXPECT(game, 200);
}

static void stats(struct game *game)
{
	const struct human *who = a_seller(game);

	ASK(game, .who = who, .method = "GET",
	    .target = below(game, 2) ? "/Seller/$0/Stats" : "/Seller/$0/Stats?days=3", .refs = {&who->account});
	EXPECT(game, 200);
	ASK(game, .who = who, .method = "GET", .target = "/Seller/$0/Stats?days=0", .refs = {&who->account});
	EXPECT(game, 400);
}

static act_fn *const list[] = {service,       health,	      jwks,	    no_such_path,  no_such_method,
			       login,	      login_refused,  login_throttled, refresh,    refresh_refused,
			       logout,	      unknown_token,  nobody,	    sign_up_refused, email_taken,
			       confirm_refused, not_confirmed, reset,	    reset_refused, change_password,
			       profile,	      profile_forbidden, seller_seen_by_others, change_profile, client_leaves,
			       seller_leaves, list_sellers,   stats};
const struct acts account_acts = {list, sizeof list / sizeof *list};
