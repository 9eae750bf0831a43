/* What a reply to a purchase means: bought, not bought, or not known. A mistake here is a purchase made twice. */
#include "net/net.h"
#include "shop/purchase_run.h"
#include "tests/unit/unit.h"

static struct net_reply reply_of(enum err_kind kind, const char *code, unsigned attempts, const cJSON *problem)
{
	struct net_reply reply = {.op = API_purchase_create, .attempts = attempts, .problem = problem};

	if (*code)
		err_code(&reply.err, kind, code, "why");
	else
		err_set(&reply.err, kind, "why");
	return reply;
}

static void full(void **state)
{
	static const struct {
		const char *what;
		enum err_kind kind;
		const char *code;
		unsigned attempts;
		bool problem, again;
		enum buying_end end;
	} cases[] = {
	    {"never left", ERR_UNAUTHENTICATED, "", 0, false, false, BUYING_REFUSED},
	    {"didn't leave this time", ERR_UNAUTHENTICATED, "", 0, false, true, BUYING_UNKNOWN},
	    {"no answer", ERR_NETWORK, "", 1, false, false, BUYING_UNKNOWN},
	    {"no answer, ever", ERR_NETWORK, "timeout", 40, false, true, BUYING_UNKNOWN},
	    {"nonsense", ERR_PROTOCOL, "", 3, false, false, BUYING_UNKNOWN},
	    {"no secure connection", ERR_TLS, "", 1, false, false, BUYING_UNKNOWN},
	    {"failed there", ERR_INTERNAL, "", 1, true, false, BUYING_UNKNOWN},
	    {"busy", ERR_UNAVAILABLE, "", 9, true, false, BUYING_UNKNOWN},
	    {"too many, at first", ERR_THROTTLED, "", 1, true, false, BUYING_REFUSED},
	    {"too many, after a lost reply", ERR_THROTTLED, "", 2, true, false, BUYING_UNKNOWN},
	    {"signed out, at first", ERR_UNAUTHENTICATED, "", 1, true, false, BUYING_REFUSED},
	    {"signed out, after a lost reply", ERR_UNAUTHENTICATED, "", 2, true, false, BUYING_UNKNOWN},
	    {"signed out, the second time", ERR_UNAUTHENTICATED, "", 1, true, true, BUYING_UNKNOWN},
	    {"price", ERR_CONFLICT, "price_changed", 1, true, false, BUYING_DIFFERS},
	    {"stock, after a lost reply", ERR_CONFLICT, "out_of_stock", 3, true, true, BUYING_DIFFERS},
	    {"still at it", ERR_CONFLICT, "in_flight", 30, true, false, BUYING_UNKNOWN},
	    {"another conflict", ERR_CONFLICT, "", 1, true, false, BUYING_REFUSED},
	    {"invalid", ERR_INVALID, "", 1, true, false, BUYING_REFUSED},
	    {"invalid, says somebody on the way", ERR_INVALID, "", 1, false, false, BUYING_UNKNOWN},
	    {"not found, says somebody on the way", ERR_NOT_FOUND, "", 2, false, true, BUYING_UNKNOWN},
	    {"full", ERR_STORAGE_FULL, "", 5, true, false, BUYING_REFUSED},
	    {"not theirs", ERR_FORBIDDEN, "", 1, true, false, BUYING_REFUSED},
	    {"another body", ERR_UNPROCESSABLE, "", 1, true, true, BUYING_REFUSED},
	};
	cJSON *problem = cJSON_CreateObject();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct net_reply reply = reply_of(cases[i].kind, cases[i].code, cases[i].attempts,
						  cases[i].problem ? problem : NULL);
		if (buying_end_of(&reply, NET_PROFILE_FULL, cases[i].again) != cases[i].end)
			fail_msg("%s", cases[i].what);
	}
	struct net_reply good = {.ok = true};
	assert_int_equal(buying_end_of(&good, NET_PROFILE_FULL, true), BUYING_DONE);
	assert_int_equal(buying_end_of(&good, NET_PROFILE_BASE, false), BUYING_DONE);
	cJSON_Delete(problem);
}

static void base(void **state)
{
	static const struct {
		const char *what;
		enum err_kind kind;
		size_t count;
		struct net_recorded recorded[2];
		bool again;
		enum buying_end end;
	} cases[] = {
	    {"before the first unit", ERR_NETWORK, 0, {{0}}, false, BUYING_REFUSED},
	    {"other prices", ERR_CONFLICT, 0, {{0}}, false, BUYING_DIFFERS},
	    {"nobody could be asked", ERR_NETWORK, 0, {{0}}, true, BUYING_UNKNOWN},
	    {"none", ERR_INVALID, 2, {{.quantity = 1}, {.quantity = 2}}, false, BUYING_REFUSED},
	    {"some", ERR_INTERNAL, 2, {{.quantity = 1, .recorded = 1}, {.quantity = 2}}, false, BUYING_PARTLY},
	    {"perhaps one", ERR_NETWORK, 1, {{.quantity = 1, .unknown = 1}}, false, BUYING_UNKNOWN},
	    {"perhaps one, still", ERR_UNAUTHENTICATED, 1, {{.quantity = 1, .unknown = 1}}, true, BUYING_UNKNOWN},
	    {"none, found out later", ERR_CONFLICT, 1, {{.quantity = 1}}, true, BUYING_REFUSED},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct net_reply reply = reply_of(cases[i].kind, "", 3, NULL);
		reply.recorded = cases[i].recorded;
		reply.recorded_count = cases[i].count;
		if (buying_end_of(&reply, NET_PROFILE_BASE, cases[i].again) != cases[i].end)
			fail_msg("%s", cases[i].what);
	}
}

static void amounts(void **state)
{
	struct cart_rows rows = {.count = 5,
				 .row = {{.available = true, .price = 1450, .quantity = 3, .stock = 10},
					 {.available = true, .price = 1300, .quantity = 3, .stock = 2},
					 {.available = true, .price = 900, .quantity = 1, .stock = 0},
					 {.available = false, .price = 900, .quantity = 1, .stock = 9},
					 {.available = true, .price = 100, .quantity = 7, .stock = -1}}};
	static const int64_t wanted[] = {3, 2, 0, 0, 7};

	(void)state;
	for (size_t i = 0; i < rows.count; i++)
		assert_int_equal(buying_quantity(&rows.row[i]), wanted[i]);
	assert_int_equal(buying_total(&rows), 3 * 1450 + 2 * 1300 + 700);
	/* A price that is too large for a total: it is left out, and not bought without being counted. */
	rows.row[0] = (struct cart_row){.available = true, .price = LIMIT_PRICE, .quantity = 1, .stock = 3};
	assert_int_equal(buying_quantity(&rows.row[0]), 1);
	static const int64_t prices[] = {LIMIT_PRICE + 1, INT64_MAX / 2, INT64_MAX};
	for (size_t i = 0; i < COUNT_OF(prices); i++) {
		rows.row[0].price = prices[i];
		assert_int_equal(buying_quantity(&rows.row[0]), 0);
		assert_int_equal(buying_amount(&rows.row[0]), 0);
		assert_int_equal(buying_total(&rows), 2 * 1300 + 700);
	}
}

static void nothing(void *context)
{
	(void)context;
}

/* A 409 says which products are at fault, and how they are now; those that it doesn't show are gone. */
static void learns(void **state)
{
	static const char text[] =
	    "{\"errors\":[{\"pointer\":\"/items/0\",\"detail\":\"has another price now\"},"
	    "{\"pointer\":\"/items/2\",\"detail\":\"is no longer sold\"},{\"pointer\":\"/items/99\",\"detail\":\"x\"},"
	    "{\"pointer\":\"/else/1\",\"detail\":\"x\"}],"
	    "\"products\":[{\"id\":\"a\",\"name\":\"A\",\"description\":\"\",\"price\":\"9.00\",\"currency\":\"EUR\","
	    "\"category\":\"C\",\"seller_id\":\"s\",\"seller_name\":\"S\",\"stock\":4,\"version\":2,"
	    "\"has_picture\":false,\"created_at\":\"2026-11-22T00:00:00Z\",\"updated_at\":\"2026-11-22T00:00:00Z\"}]}";
	struct err err = {0};
	struct net *net = net_new(&(struct net_options){.url = "http://127.0.0.1:9"}, &err);
	struct purchase_item items[] = {{"a", 1, 700}, {"b", 1, 100}, {"c", 1, 100}};
	struct pending pending = {.request = {.items = items, .items_count = COUNT_OF(items)}};
	struct net_reply reply = {.problem = cJSON_Parse(text)};

	(void)state;
	assert_non_null(net);
	assert_non_null(reply.problem);
	arena_init(&reply.arena, 1024 * 1024);
	struct cart_model *cart = cart_model_new(net, &(struct cart_model_events){.changed = nothing});
	for (size_t i = 0; i < COUNT_OF(items); i++) {
		struct product product = {.id = items[i].product_id, .name = "P", .price = items[i].price, .stock = 5};
		assert_true(cart_model_add(cart, &product, 3, &err));
	}
	buying_learn(cart, &pending, &reply);
	const struct cart_rows *rows = cart_model_rows(cart);
	assert_int_equal(rows->row[0].price, 900);
	assert_int_equal(rows->row[0].seen_price, 700);
	assert_int_equal(rows->row[0].stock, 4);
	assert_true(rows->row[1].available);
	assert_false(rows->row[2].available);

	/* What was recorded leaves the cart, the rest stays. */
	struct net_recorded recorded[] = {{.product_id = "a", .quantity = 3, .recorded = 2},
					  {.product_id = "b", .quantity = 3, .recorded = 3},
					  {.product_id = "c", .quantity = 3, .unknown = 1},
					  {.product_id = "z", .quantity = 1, .recorded = 1}};
	struct net_reply partly = {.recorded = recorded, .recorded_count = COUNT_OF(recorded)};
	buying_take_recorded(cart, &partly);
	assert_int_equal(rows->count, 2);
	assert_string_equal(rows->row[0].product_id, "a");
	assert_int_equal(rows->row[0].quantity, 1);
	assert_string_equal(rows->row[1].product_id, "c");
	assert_int_equal(rows->row[1].quantity, 3);

	cart_model_free(cart);
	net_free(net);
	arena_done(&reply.arena);
	cJSON_Delete((cJSON *)(uintptr_t)reply.problem);
}

/* From state to state of a purchase under way, whatever happens. */
static void states(void **state)
{
	uint64_t chance = chance_seed();
	bool anew;

	(void)state;
	for (int from = 0; from < RUN_LIVE; from++) {
		enum run_state at = (enum run_state)from;
		bool calls = at == RUN_SENDING || at == RUN_CHECKING;

		/* Whose buyer isn't there is never asked about. */
		assert_int_equal(purchase_run_next(at, RUN_AWAY, &anew), RUN_WAITING);
		assert_false(anew);
		/* A call that is under way goes on whoever asks, and ends when nobody watches: then a new one looks. */
		assert_int_equal(purchase_run_next(at, RUN_ASKED, &anew), calls ? at : RUN_CHECKING);
		assert_int_equal(anew, !calls);
		if (at == RUN_WAITING)
			continue;
		assert_int_equal(purchase_run_next(at, RUN_LEFT, &anew), RUN_CHECKING);
		assert_true(anew);
	}
	assert_int_equal(purchase_run_next(RUN_PAUSING, RUN_DUE, &anew), RUN_CHECKING);
	assert_int_equal(purchase_run_next(RUN_WAITING, RUN_DUE, &anew), RUN_WAITING);
	assert_int_equal(purchase_run_next(RUN_CHECKING, RUN_LOST, &anew), RUN_PAUSING);
	assert_int_equal(purchase_run_next(RUN_CHECKING, RUN_LOST_FOR_NOW, &anew), RUN_WAITING);
	assert_int_equal(purchase_run_next(RUN_CHECKING, RUN_LOST_UNWATCHED, &anew), RUN_CHECKING);
	assert_true(anew);

	/* What was sent once is never taken for new again, and only a reply ends it. */
	for (int times = 0; times < 1000; times++) {
		enum run_state at = RUN_SENDING;
		for (int i = 0; i < 20; i++) {
			enum run_state next =
			    purchase_run_next(at, (enum run_event)chance_below(&chance, RUN_EVENTS), &anew);
			assert_true(next < RUN_LIVE);
			assert_true(next != RUN_SENDING || (at == RUN_SENDING && !anew));
			at = next;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(full), cmocka_unit_test(base), cmocka_unit_test(amounts),
					   cmocka_unit_test(learns), cmocka_unit_test(states)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
