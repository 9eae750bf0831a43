/* The base profile, against the stand-in for the first platform: everything it offers, and what it can't. */
#include "models/product.h"
#include "models/purchase.h"
#include "net/first/reading.h"
#include "tests/unit/net_world.h"

struct world {
	struct server shop;
	struct net *net;
};

static int set_up(void **state)
{
	struct world *world = calloc(1, sizeof *world);

	server_start(&world->shop, "firstplatform/firstplatform.py",
		     (const char *const[]){"--base-path", "/Prod", NULL});
	world->net = world_net(world->shop.url, NULL);
	*state = world;
	return 0;
}

static int tear_down(void **state)
{
	struct world *world = *state;

	net_free(world->net);
	server_stop(&world->shop);
	free(world);
	return 0;
}

static const struct product *find(const struct product_page *page, const char *name)
{
	for (size_t i = 0; i < page->products_count; i++)
		if (!strcmp(page->products[i].name, name))
			return &page->products[i];
	fail_msg("no %s", name);
	return NULL;
}

/* The one product that the search for its name finds; the reply is the caller's. */
static struct net_reply *search(struct world *world, struct product_query query, const struct product_page **ret_page)
{
	struct net_reply *reply = call_ok(world->net, API_product_list, &(struct net_args){.query = &query});

	*ret_page = reply->answer;
	return reply;
}

static void profile(void **state)
{
	struct world *world = *state;

	assert_true(net_offers(world->net, API_picture_get));
	net_reply_free(call_ok(world->net, API_product_list, NULL));
	assert_int_equal(net_profile(world->net), NET_PROFILE_BASE);
	assert_null(net_service(world->net));
	assert_string_equal(net_currency(world->net), "");
	assert_true(net_offers(world->net, API_product_list));

	static const enum api_op missing[] = {API_product_delete, API_picture_get,     API_picture_put,
					      API_picture_delete, API_sale_list,       API_sale_ship,
					      API_seller_stats,   API_cart_get,        API_cart_put,
					      API_client_update,  API_purchase_cancel, API_password_change};
	for (size_t i = 0; i < COUNT_OF(missing); i++)
		assert_false(net_offers(world->net, missing[i]));
	call_fails(world->net, API_picture_get, &(struct net_args){.id = "1"}, ERR_METHOD, "not_offered");
	call_fails(world->net, API_purchase_list, NULL, ERR_UNAUTHENTICATED, "unauthenticated");

	/* The path of the base URL is kept, and nothing of the full profile was tried. */
	assert_int_equal(request_count(world->net, &world->shop, "GET", "/Product*"), 1);
	assert_int_equal(request_count(world->net, &world->shop, "GET", "/Health"), 0);
}

static void catalogue(void **state)
{
	struct world *world = *state;
	const struct product_page *page;
	struct net_reply *reply = search(world, (struct product_query){.limit = 100}, &page);

	assert_int_equal(page->products_count, 9);
	const struct product *product = find(page, "Huila decaf, 250 g");
	assert_int_equal(product->price, 1300);
	assert_string_equal(product->price_text, "13");
	assert_string_equal(product->seller_name, "Grace Roasters");
	assert_string_equal(product->category, "Coffee");
	assert_int_equal(product->stock, -1);
	assert_int_equal(find(page, "京都 煎茶 sencha, 100 g")->price, 1980);
	assert_int_equal(find(page, "Advice")->price, -1);
	assert_string_equal(find(page, "Advice")->price_text, "free");
	assert_int_equal(find(page, "Old grinder")->price, -1);
	assert_string_equal(find(page, "Old grinder")->price_text, "12.345");
	assert_int_equal(find(page, "Beans by the pound")->price, 1250);
	assert_string_equal(find(page, "Beans by the pound")->price_text, "12,50");
	/* The newest first: here the oldest was. */
	assert_string_equal(page->products[0].name, "Beans by the pound");
	assert_string_equal(page->products[8].name, "Yirgacheffe, washed, 250 g");

	char *id = strdup(product->id);
	net_reply_free(reply);
	reply = call_ok(world->net, API_product_get, &(struct net_args){.id = id});
	assert_string_equal(((const struct product *)reply->answer)->name, "Huila decaf, 250 g");
	net_reply_free(reply);
	free(id);
	call_fails(world->net, API_product_get, &(struct net_args){.id = "none"}, ERR_NOT_FOUND, "not_found");

	reply = call_ok(world->net, API_category_list, NULL);
	const struct category_page *categories = reply->answer;
	/* One product has none: that is no category. */
	assert_int_equal(categories->categories_count, 4);
	assert_string_equal(categories->categories[0].name, "Coffee");
	assert_string_equal(categories->categories[1].name, "Kitchen");
	assert_int_equal(categories->categories[1].products, 4);
	net_reply_free(reply);

	reply = call_ok(world->net, API_seller_list, NULL);
	const struct seller_page *sellers = reply->answer;
	assert_int_equal(sellers->sellers_count, 2);
	net_reply_free(reply);

	/* One fetch has served all of that. */
	assert_int_equal(request_count(world->net, &world->shop, "GET", "/Product"), 1);
	net_reply_free(call_ok(world->net, API_product_list, &(struct net_args){.fresh = true}));
	assert_int_equal(request_count(world->net, &world->shop, "GET", "/Product"), 2);
}

static void check_names(struct world *world, struct product_query query, const char *const *names)
{
	const struct product_page *page;
	struct net_reply *reply = search(world, query, &page);
	size_t count = 0;

	for (; names[count]; count++) {
		assert_true(count < page->products_count);
		assert_string_equal(page->products[count].name, names[count]);
	}
	assert_int_equal(page->products_count, count);
	net_reply_free(reply);
}

static void searching(void **state)
{
	struct world *world = *state;
	struct product_query query = {.q = "CAFE crem"};

	check_names(world, query, (const char *const[]){"Café crème cups, set of 6", NULL});
	query.q = "250 decaf";
	check_names(world, query, (const char *const[]){"Huila decaf, 250 g", NULL});
	query.q = "煎";
	check_names(world, query, (const char *const[]){"京都 煎茶 sencha, 100 g", NULL});
	query.q = "eca";
	check_names(world, query, (const char *const[]){NULL});
	query = (struct product_query){.category = "Kitchen", .sort = SORT_PRICE};
	check_names(world, query,
		    (const char *const[]){"Filter papers, 100", "Café crème cups, set of 6", "Tin with a dent",
					  "Old grinder", NULL});
	query.sort = SORT_PRICE_DOWN;
	check_names(world, query,
		    (const char *const[]){"Tin with a dent", "Café crème cups, set of 6", "Filter papers, 100",
					  "Old grinder", NULL});
	query = (struct product_query){.min_price = 1300, .max_price = 1450, .sort = SORT_PRICE};
	shape_give(&product_query_shape, &query, "min_price");
	shape_give(&product_query_shape, &query, "max_price");
	check_names(world, query, (const char *const[]){"Huila decaf, 250 g", "Yirgacheffe, washed, 250 g", NULL});
}

static void paging(void **state)
{
	struct world *world = *state;
	struct product_query query = {.limit = 3};
	char cursor[64] = "";
	size_t seen = 0, pages = 0;

	do {
		const struct product_page *page;
		query.cursor = *cursor ? cursor : NULL;
		struct net_reply *reply = search(world, query, &page);
		seen += page->products_count;
		pages++;
		snprintf(cursor, sizeof cursor, "%s", page->next_cursor ? page->next_cursor : "");
		net_reply_free(reply);
	} while (*cursor);
	assert_int_equal(seen, 9);
	assert_int_equal(pages, 3);
	query.cursor = "12x";
	call_fails(world->net, API_product_list, &(struct net_args){.query = &query}, ERR_INVALID, "invalid");
}

static void empty_shop(void **state)
{
	struct world *world = *state;

	sign_in(world->net, "ada@example.com");
	order_done(world->net, &world->shop, "{\"do\":\"requests\"}");
	struct net_reply *reply = call_ok(world->net, API_purchase_list, NULL);
	assert_int_equal(((const struct purchase_page *)reply->answer)->purchases_count, 0);
	net_reply_free(reply);
	order_done(world->net, &world->shop, "{\"do\":\"empty\"}");
	reply = call_ok(world->net, API_product_list, NULL);
	assert_int_equal(((const struct product_page *)reply->answer)->products_count, 0);
	net_reply_free(reply);
	reply = call_ok(world->net, API_category_list, NULL);
	assert_int_equal(((const struct category_page *)reply->answer)->categories_count, 0);
	net_reply_free(reply);
	reply = call_ok(world->net, API_seller_list, NULL);
	assert_int_equal(((const struct seller_page *)reply->answer)->sellers_count, 0);
	net_reply_free(reply);
}

static void bad_rows(void **state)
{
	struct world *world = *state;
	static const char *const rows[] = {"17",
					   "null",
					   "{\"id\":5}",
					   "{\"id\":\"\",\"name\":\"x\"}",
					   "{\"id\":\"n\",\"name\":\"Number\",\"price\":12.5,\"category\":null}",
					   "{\"id\":\"m\",\"name\":\"Minus\",\"price\":\"-3\",\"seller_id\":{}}"};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		order_done(world->net, &world->shop, "{\"do\":\"add\",\"what\":\"products\",\"row\":%s}", rows[i]);
	const struct product_page *page;
	struct net_reply *reply = search(world, (struct product_query){.limit = 100}, &page);
	assert_int_equal(page->products_count, 11);
	assert_int_equal(find(page, "Number")->price, 1250);
	assert_string_equal(find(page, "Number")->seller_name, "");
	assert_int_equal(find(page, "Minus")->price, -1);
	net_reply_free(reply);
}

static void signing_in(void **state)
{
	struct world *world = *state;
	struct login_request wrong = {.email = "ada@example.com", .password = "nonsense"};

	call_fails(world->net, API_login, &(struct net_args){.body = &wrong}, ERR_UNAUTHENTICATED, "unauthenticated");
	sign_in(world->net, "ada@example.com");
	const struct session *session = net_session(world->net);
	assert_int_equal(session->group, GROUP_CLIENTS);
	assert_string_equal(session->email, "ada@example.com");
	assert_true(session->expires_at > 0);

	char *id = strdup(session->user_id);
	struct net_reply *reply = call_ok(world->net, API_client_get, &(struct net_args){.id = id});
	const struct account *account = reply->answer;
	assert_string_equal(account->full_name, "Ada Example");
	assert_string_equal(account->mobile, "+34600123456");
	net_reply_free(reply);
	free(id);

	net_sign_out(world->net);
	assert_null(net_session(world->net));
	assert_int_equal(request_count(world->net, &world->shop, "POST", "/Logout"), 0);
}

static bool session_is_gone;

static void session_ended(void *context, const struct err *why)
{
	(void)context;
	assert_int_equal(why->kind, ERR_UNAUTHENTICATED);
	session_is_gone = true;
}

static void raw_token(void **state)
{
	struct world *world = *state;
	struct net_options options = {.events.session_ended = session_ended};

	net_free(world->net);
	world->net = world_net(world->shop.url, &options);
	sign_in(world->net, "grace@example.com");
	char *id = strdup(net_session(world->net)->user_id);
	char *token = strdup(net_session(world->net)->access_token);
	struct net_reply *reply = call_ok(world->net, API_seller_get, &(struct net_args){.id = id});
	assert_string_equal(((const struct account *)reply->answer)->email, "grace@example.com");
	net_reply_free(reply);

	/* The token as it is in that one request, and in no other. */
	cJSON *answer = order(world->net, &world->shop, "{\"do\":\"requests\"}");
	const cJSON *request;
	int with_token = 0;
	cJSON_ArrayForEach (request, cJSON_GetObjectItem(answer, "requests")) {
		const char *sent = cJSON_GetStringValue(cJSON_GetObjectItem(request, "authorization"));
		with_token += !strcmp(sent, token);
		assert_true(!*sent || !strcmp(sent, token));
	}
	assert_int_equal(with_token, 1);
	cJSON_Delete(answer);

	/* Others' names come from the list. */
	reply = call_ok(world->net, API_seller_list, NULL);
	const struct seller_page *page = reply->answer;
	for (size_t i = 0; i < page->sellers_count; i++)
		if (strcmp(page->sellers[i].id, id) != 0) {
			struct net_reply *other =
			    call_ok(world->net, API_seller_get, &(struct net_args){.id = page->sellers[i].id});
			assert_string_equal(((const struct account *)other->answer)->full_name, "Kintaro");
			net_reply_free(other);
		}
	net_reply_free(reply);

	/* No refresh here: a 401 is the end of the session, and so is what the authorizer makes of a token that it
	 * can't read or that is another's. It is asked once. */
	static const char *const refusals[] = {
	    "\"status\":401", "\"status\":500,\"message\":null", "\"status\":403,\"member\":\"Message\""};
	for (size_t i = 0; i < COUNT_OF(refusals); i++) {
		if (i)
			sign_in(world->net, "grace@example.com");
		session_is_gone = false;
		order_done(world->net, &world->shop, "{\"do\":\"clear\"}");
		order_done(world->net, &world->shop,
			   "{\"do\":\"fail\",\"method\":\"GET\",\"path\":\"/Seller/%s\",\"count\":-1,%s}", id,
			   refusals[i]);
		call_fails(world->net, API_seller_get, &(struct net_args){.id = id}, ERR_UNAUTHENTICATED,
			   "unauthenticated");
		assert_true(session_is_gone);
		assert_null(net_session(world->net));
		assert_int_equal(request_count(world->net, &world->shop, "GET", "/Seller/*"), 1);
	}

	/* A 500 with words is another matter. */
	sign_in(world->net, "grace@example.com");
	order_done(world->net, &world->shop, "{\"do\":\"clear\"}");
	order_done(world->net, &world->shop,
		   "{\"do\":\"fail\",\"method\":\"GET\",\"path\":\"/Seller/%s\",\"count\":-1,\"status\":500}", id);
	call_fails(world->net, API_seller_get, &(struct net_args){.id = id}, ERR_INTERNAL, "internal");
	assert_non_null(net_session(world->net));

	/* The stand-in's authorizer by itself. */
	order_done(world->net, &world->shop, "{\"do\":\"clear\"}");
	order_done(world->net, &world->shop, "{\"do\":\"expire\"}");
	call_fails(world->net, API_seller_get, &(struct net_args){.id = id}, ERR_UNAUTHENTICATED, "unauthenticated");
	assert_null(net_session(world->net));
	free(id);
	free(token);
}

static void confirm(struct world *world, const char *email)
{
	order_done(world->net, &world->shop, "{\"do\":\"confirm\",\"email\":\"%s\"}", email);
}

/* What its identity says comes through in any status, as a text. */
static void identity_says(void **state)
{
	static const struct {
		const char *message;
		enum err_kind kind;
		const char *code;
	} rows[] = {
	    {"cognito error: (UserNotConfirmedException) when calling", ERR_FORBIDDEN, "not_confirmed"},
	    {"(UsernameExistsException)", ERR_CONFLICT, "conflict"},
	    {"(InvalidPasswordException)", ERR_INVALID, "easy_password"},
	    {"(NotAuthorizedException)", ERR_UNAUTHENTICATED, "unauthenticated"},
	    {"(UserNotFoundException)", ERR_UNAUTHENTICATED, "unauthenticated"},
	    {"(TooManyRequestsException)", ERR_THROTTLED, "throttled"},
	    {"(LimitExceededException)", ERR_THROTTLED, "throttled"},
	    {"(SomethingElse)", ERR_INTERNAL, "internal"},
	};
	struct world *world = *state;
	struct login_request login = {.email = "ada@example.com", .password = "Vitrine-2026"};
	struct sign_up_request request = {
	    .email = "new@example.com", .password = "Vitrine-2026", .full_name = "New", .mobile = "+34600000001"};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		order_done(world->net, &world->shop, "{\"do\":\"clear\"}");
		for (int call = 0; call < 2; call++)
			order_done(
			    world->net, &world->shop,
			    "{\"do\":\"fail\",\"method\":\"POST\",\"path\":\"%s\",\"status\":500,\"message\":\"%s\"}",
			    call ? "/Client" : "/Login", rows[i].message);
		call_fails(world->net, API_login, &(struct net_args){.body = &login}, rows[i].kind, rows[i].code);
		call_fails(world->net, API_client_create, &(struct net_args){.body = &request}, rows[i].kind,
			   rows[i].code);
	}
}

/* Prices are whatever was typed there; what could mean two amounts is none. */
static void price_texts(void **state)
{
	static const struct {
		const char *text;
		int64_t price;
	} rows[] = {
	    {"79", 7900},	  {"12.5", 1250},	{"12,5", 1250},		 {"12,50", 1250},     {"0,99", 99},
	    {"1.234,50", 123450}, {"1,234.50", 123450}, {"1 234,50", 123450},	 {"1'234.50", 123450},
	    {"1'234", 123400},
	    {"1,234,567", 123456700},			{"1.234.567,89", 123456789}, {"12 345", 1234500},
	    {"1,234", -1},	  {"1.234", -1},	{"12.345", -1},		 {"1,2,34", -1},      {"1.2.34", -1},
	    {"1234,567.50", -1},  {"12,34.50", -1},	{"1,234,56", -1},	 {"1,50.", -1},	      {",50", -1},
	    {"12,", -1},	  {"-3", -1},		{"1e3", -1},		 {"12.50 EUR", -1},   {"free", -1},
	    {"", -1},		  {" ", -1},		{"99999999999999999999", -1}, {"1'2'3", -1},  {"1  234", -1},
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (reading_price(rows[i].text) != rows[i].price)
			fail_msg("\"%s\": %lld", rows[i].text, (long long)reading_price(rows[i].text));
}

static void signing_up(void **state)
{
	struct world *world = *state;
	struct sign_up_request request = {
	    .email = "new@example.com", .password = "Vitrine-2026", .full_name = "New One", .mobile = "+34600000001"};
	struct net_args args = {.body = &request};
	struct net_reply *reply = call_ok(world->net, API_client_create, &args);
	const struct account *account = reply->answer;

	assert_string_equal(account->id, "");
	assert_string_equal(account->full_name, "New One");
	net_reply_free(reply);

	/* It is no good before the link in the mail was opened. */
	struct login_request login = {.email = "new@example.com", .password = "Vitrine-2026"};
	call_fails(world->net, API_login, &(struct net_args){.body = &login}, ERR_FORBIDDEN, "not_confirmed");
	confirm(world, "new@example.com");
	sign_in(world->net, "new@example.com");
	net_sign_out(world->net);
	call_fails(world->net, API_client_create, &args, ERR_CONFLICT, "conflict");
	request.password = "weak";
	request.email = "other@example.com";
	call_fails(world->net, API_client_create, &args, ERR_INVALID, "invalid");

	/* 401 for a weak password is this platform's own idea. */
	reply = call_now(world->net, API_seller_create, &args);
	assert_false(reply->ok);
	assert_int_equal(reply->err.kind, ERR_INVALID);
	assert_string_equal(reply->err.field, "password");
	net_reply_free(reply);
	request.password = "Vitrine-2026";
	net_reply_free(call_ok(world->net, API_seller_create, &args));
	confirm(world, "other@example.com");
	sign_in(world->net, "other@example.com");
	assert_int_equal(net_session(world->net)->group, GROUP_SELLERS);

	/* Not repeatable: a failure is told at once, the request was sent once. */
	order_done(world->net, &world->shop,
		   "{\"do\":\"fail\",\"method\":\"POST\",\"path\":\"/Client\",\"status\":500}");
	int before = request_count(world->net, &world->shop, "POST", "/Client");
	call_fails(world->net, API_client_create, &args, ERR_INTERNAL, "internal");
	assert_int_equal(request_count(world->net, &world->shop, "POST", "/Client"), before + 1);
}

static struct product_change make_change(const struct shape *shape, const char *name, int64_t price)
{
	struct product_change change = {.name = name, .price = price, .category = "Tools"};

	shape_give(shape, &change, "name");
	shape_give(shape, &change, "price");
	shape_give(shape, &change, "category");
	return change;
}

static void changing(void **state)
{
	struct world *world = *state;
	struct product_change change = make_change(&product_create_shape, "New tool", 1250);
	struct net_args args = {.body = &change};
	const struct product_page *page;

	sign_in(world->net, "grace@example.com");
	struct net_reply *reply = call_ok(world->net, API_product_create, &args);
	assert_string_equal(((const struct product *)reply->answer)->name, "New tool");
	assert_string_equal(((const struct product *)reply->answer)->id, "");
	net_reply_free(reply);

	/* The list is asked for again after a change. */
	reply = search(world, (struct product_query){.q = "new tool"}, &page);
	assert_int_equal(page->products_count, 1);
	assert_int_equal(page->products[0].price, 1250);
	assert_string_equal(page->products[0].price_text, "12.50");
	assert_string_equal(page->products[0].seller_name, "Grace Roasters");
	char *id = strdup(page->products[0].id);
	net_reply_free(reply);

	struct product_change patch = {.price = 900};
	shape_give(&product_patch_shape, &patch, "price");
	reply = call_ok(world->net, API_product_update, &(struct net_args){.id = id, .body = &patch});
	assert_string_equal(((const struct product *)reply->answer)->name, "New tool");
	assert_int_equal(((const struct product *)reply->answer)->price, 900);
	net_reply_free(reply);
	reply = call_ok(world->net, API_product_get, &(struct net_args){.id = id});
	assert_int_equal(((const struct product *)reply->answer)->price, 900);
	net_reply_free(reply);

	call_fails(world->net, API_product_update, &(struct net_args){.id = "none", .body = &patch}, ERR_NOT_FOUND,
		   "not_found");
	change.stock = 5;
	shape_give(&product_create_shape, &change, "stock");
	call_fails(world->net, API_product_create, &args, ERR_INVALID, "not_offered");
	free(id);
}

static void batch(void **state)
{
	struct world *world = *state;
	struct product_change items[] = {
	    make_change(&product_batch_item_shape, "Batch one", 100),
	    make_change(&product_batch_item_shape, "Batch two", 200),
	    make_change(&product_batch_item_shape, "Batch three", 300),
	};
	struct product_batch request = {.items = items, .items_count = COUNT_OF(items)};

	sign_in(world->net, "grace@example.com");
	items[1].id = "none";
	shape_give(&product_batch_item_shape, &items[1], "id");
	struct net_reply *reply = call_ok(world->net, API_product_batch, &(struct net_args){.body = &request});
	const struct product_batch_answer *answer = reply->answer;
	assert_int_equal(answer->outcomes_count, 3);
	assert_int_equal(answer->outcomes[0].status, 201);
	assert_int_equal(answer->outcomes[1].status, 404);
	assert_int_equal(answer->outcomes[2].status, 201);
	assert_string_equal(answer->outcomes[2].product->name, "Batch three");
	net_reply_free(reply);

	/* The second reply is lost, or the gateway's: nobody knows, and no more is sent. */
	static const char *const ways[] = {"\"status\":0,\"record\":true", "\"status\":504,\"late\":true"};
	items[1].given &= ~UINT32_C(1);
	for (size_t i = 0; i < COUNT_OF(ways); i++) {
		order_done(world->net, &world->shop, "{\"do\":\"clear\"}");
		order_done(world->net, &world->shop,
			   "{\"do\":\"fail\",\"method\":\"POST\",\"path\":\"/Product\",\"nth\":2,%s}", ways[i]);
		reply = call_ok(world->net, API_product_batch, &(struct net_args){.body = &request});
		answer = reply->answer;
		assert_int_equal(answer->outcomes[0].status, 201);
		assert_string_equal(answer->outcomes[1].problem.code, "unknown");
		assert_string_equal(answer->outcomes[2].problem.code, "not_sent");
		net_reply_free(reply);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	    TEST(profile),    TEST(catalogue), TEST(searching),  TEST(paging),   TEST(empty_shop), TEST(bad_rows),
	    TEST(signing_in), TEST(raw_token), TEST(signing_up), TEST(changing), TEST(batch),
	    TEST(identity_says), cmocka_unit_test(price_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
