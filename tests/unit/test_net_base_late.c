/* Units of a purchase whose end nobody knows: answered too late, by the gateway instead of the platform, not at all or
 * by somebody else. What is told is true, and nothing is bought twice, whatever happens to each POST. */
#include "base/clock.h"
#include "shop/buying.h"
#include "tests/chance.h"
#include "tests/unit/late_world.h"

/* ---- one by one ---- */

/* The answer comes, only later than to other questions. */
static void slow(void **state)
{
	struct world *world = *state;
	struct pending *pending = late_record(world, 1);
	const struct net_args args = late_args(pending, false);
	struct waiting waiting;

	net_free(world->net);
	world->net = world_net(world->shop.url, &(struct net_options){.attempt_ms = 2000, .unit_ms = 20000});
	sign_in(world->net, "ada@example.com");
	late_fault(world, 1, "\"hold\":true");
	call_later(world->net, API_purchase_create, &args, NULL, &waiting);
	int64_t sent = clock_monotonic();
	order_done(world->net, &world->shop, "{\"do\":\"held\",\"count\":1}");
	while (clock_monotonic() - sent < 2500) {
		assert_true(net_wait(world->net, NULL, 0, 100));
		net_run(world->net);
	}
	assert_false(waiting.done);
	order_done(world->net, &world->shop, "{\"do\":\"release\"}");
	run_until(world->net, &waiting.done);
	late_check(waiting.reply, "", 1, 0);
	assert_int_equal(late_posts(world), 1);
	pending_free(pending);
}

/* Recorded after nobody waited any longer: at first it isn't known, then it is. */
static void too_late(void **state)
{
	static const char *const ways[] = {"\"hold\":true",
					   "\"status\":504,\"late\":true",
					   "\"status\":0,\"late\":true",
					   "\"status\":502,\"text\":\"<html>\",\"late\":true",
					   "\"status\":500,\"message\":null,\"late\":true",
					   "\"status\":200,\"text\":\"<html>Sign in to this network\",\"late\":true",
					   "\"status\":403,\"text\":\"<html>Forbidden\",\"late\":true",
					   "\"status\":200,\"text\":\"\",\"late\":true",
					   "\"status\":408,\"late\":true"};
	struct world *world = *state;

	for (size_t i = 0; i < COUNT_OF(ways); i++) {
		struct pending *pending = late_record(world, QUANTITY);
		const struct net_args args = late_args(pending, true);
		struct waiting waiting;

		order_done(world->net, &world->shop, "{\"do\":\"clear\"}");
		late_fault(world, 2, ways[i]);
		late_check(late_buy(world, pending, false), "not_known", 1, 1);
		assert_int_equal(late_rows(world, pending), 1);
		call_later(world->net, API_purchase_create, &args, NULL, &waiting);
		int lists = request_count(world->net, &world->shop, "GET", "/Purchase");
		while (request_count(world->net, &world->shop, "GET", "/Purchase") < lists + 2)
			assert_true(net_wait(world->net, NULL, 0, 10));
		assert_false(waiting.done);
		order_done(world->net, &world->shop, "{\"do\":\"%s\"}", i ? "record" : "release");
		run_until(world->net, &waiting.done);
		late_check(waiting.reply, "partly_recorded", 2, 0);
		assert_int_equal(late_rows(world, pending), 2);
		assert_int_equal(late_posts(world), 2);
		late_settle(world, pending);
	}
}

/* Never recorded: that is said once it is sure, and not before. */
static void never(void **state)
{
	struct world *world = *state;

	late_open_net(world, SHORT_MS);
	struct pending *pending = late_record(world, 1);
	late_fault(world, 1, "\"status\":504");
	int64_t before = clock_now();
	late_check(late_buy(world, pending, false), "not_known", 0, 1);
	assert_true(pending->known_at >= before + SHORT_MS);
	late_check(late_buy(world, pending, true), "not_recorded", 0, 0);
	assert_true(clock_now() >= pending->known_at);
	assert_int_equal(late_posts(world), 1);
	late_settle(world, pending);
}

/* The platform's own refusal, and what could not even be sent, are known at once. */
static void known_at_once(void **state)
{
	struct world *world = *state;
	struct pending *pending = late_record(world, QUANTITY);

	late_fault(world, 2, "\"status\":400");
	late_check(late_buy(world, pending, false), "partly_recorded", 1, 0);
	late_settle(world, pending);

	/* Nobody takes connections any more after the answers to its questions. */
	pending = late_record(world, QUANTITY);
	order_done(world->net, &world->shop, "{\"do\":\"clear\"}");
	order_done(world->net, &world->shop,
		   "{\"do\":\"fail\",\"method\":\"POST\",\"path\":\"*\",\"nth\":1,\"shut\":true}");
	struct net_reply *reply = late_buy(world, pending, false);
	assert_int_equal(reply->err.kind, ERR_NETWORK);
	late_check(reply, "partly_recorded", 1, 0);
	assert_int_equal(late_rows(world, pending), 1);
	late_settle(world, pending);
}

/* The program is killed while a unit is on its way; the product has another name and price when it comes back. */
static void killed(void **state)
{
	struct world *world = *state;
	struct pending *pending = late_record(world, QUANTITY);
	const struct net_args args = late_args(pending, false);
	struct waiting waiting;

	late_fault(world, 2, "\"hold\":true");
	call_later(world->net, API_purchase_create, &args, NULL, &waiting);
	order_done(world->net, &world->shop, "{\"do\":\"held\",\"count\":1}");
	char *user = strdup(net_session(world->net)->user_id);
	world->net = net_free(world->net);
	pending_free(pending);
	order_done(
	    NULL, &world->shop,
	    "{\"do\":\"change\",\"what\":\"products\",\"id\":\"%s\",\"row\":{\"name\":\"Anew\",\"price\":\"1\"}}",
	    world->id);
	late_open_net(world, LATE_MS);
	pending = pending_load(net_state(world->net), user);
	assert_non_null(pending);
	assert_int_equal(pending->sent, 2);
	assert_true(pending->known_at > pending->started_at);
	free(user);

	const struct net_args again = late_args(pending, true);
	call_later(world->net, API_purchase_create, &again, NULL, &waiting);
	while (!request_count(world->net, &world->shop, "GET", "/Purchase"))
		assert_true(net_wait(world->net, NULL, 0, 10));
	assert_false(waiting.done);
	order_done(world->net, &world->shop, "{\"do\":\"release\"}");
	run_until(world->net, &waiting.done);
	late_check(waiting.reply, "partly_recorded", 2, 0);
	assert_int_equal(late_rows(world, pending), 2);
	late_settle(world, pending);
}

/* Whoever signs out isn't told any more; whoever comes back is. */
static void signed_out(void **state)
{
	struct world *world = *state;
	struct pending *pending = late_record(world, 1);
	const struct net_args args = late_args(pending, true);
	struct waiting waiting;

	late_fault(world, 1, "\"status\":504,\"late\":true");
	late_check(late_buy(world, pending, false), "not_known", 0, 1);
	call_later(world->net, API_purchase_create, &args, NULL, &waiting);
	net_run(world->net);
	net_sign_out(world->net);
	run_until(world->net, &waiting.done);
	assert_int_equal(waiting.reply->err.kind, ERR_UNAUTHENTICATED);
	assert_int_equal(buying_end_of(waiting.reply, NET_PROFILE_BASE, true), BUYING_UNKNOWN);
	net_reply_free(waiting.reply);
	sign_in(world->net, "ada@example.com");
	order_done(world->net, &world->shop, "{\"do\":\"record\"}");
	late_check(late_buy(world, pending, true), "", 1, 0);
	late_settle(world, pending);
}

/* A unit that can't be noted isn't sent. */
static void without_a_record(void **state)
{
	struct world *world = *state;
	struct pending *pending = late_record(world, 1);

	temp_remove(world->folder);
	struct net_reply *reply = late_buy(world, pending, false);
	assert_int_equal(reply->err.kind, ERR_FILE);
	late_check(reply, "not_recorded", 0, 0);
	assert_int_equal(late_posts(world), 0);
	pending_free(pending);
	temp_new(world->folder);
}

/* ---- clocks, and records from before ---- */

static struct pending *load(struct world *world, const char *rest)
{
	char text[512];
	struct state *files = net_state(world->net);
	const char *user = net_session(world->net)->user_id;

	snprintf(text, sizeof text,
		 "{\"user_id\":\"%s\",\"request\":{\"items\":[{\"product_id\":\"a\",\"quantity\":2,\"price\":\"1.00\"},"
		 "{\"product_id\":\"b\",\"quantity\":3,\"price\":\"1.00\"}]},%s}",
		 user, rest);
	assert_true(state_write(files, "pending", "key", text, strlen(text), NULL));
	return pending_load(files, user);
}

static void clocks(void **state)
{
	struct world *world = *state;
	char rest[256];
	int64_t now = clock_now();

	snprintf(rest, sizeof rest, "\"started_at\":%" PRId64 ",\"sent\":2,\"known_at\":%" PRId64, now - 5000,
		 now + 3000);
	struct pending *pending = load(world, rest);
	assert_int_equal(pending->sent, 2);
	assert_in_range(pending_wait(pending, PENDING_LATE_MS), 1, 3000);
	pending_free(pending);

	snprintf(rest, sizeof rest, "\"started_at\":%" PRId64 ",\"sent\":2,\"known_at\":%" PRId64, now - 5000, now - 1);
	pending = load(world, rest);
	assert_int_equal(pending_wait(pending, PENDING_LATE_MS), 0);
	/* It goes on by a clock that nobody sets. */
	assert_true(pending_sends(pending, NULL, PENDING_LATE_MS, NULL));
	pending->known_at = now - 1;
	assert_in_range(pending_wait(pending, PENDING_LATE_MS), PENDING_LATE_MS - 5000, PENDING_LATE_MS);
	pending_free(pending);

	/* The clock was a year ahead when it was written: not a year, but once more. */
	snprintf(rest, sizeof rest, "\"started_at\":1,\"sent\":1,\"known_at\":%" PRId64,
		 now + INT64_C(365) * CLOCK_DAY_MS);
	pending = load(world, rest);
	assert_in_range(pending_wait(pending, PENDING_LATE_MS), PENDING_LATE_MS - 5000, PENDING_LATE_MS);
	/* from now on it gets less */
	assert_in_range(pending->known_at, now + PENDING_LATE_MS, clock_now() + PENDING_LATE_MS);
	pending_free(pending);

	/* An older version counted nothing: all may have left, until it surely had ended. */
	snprintf(rest, sizeof rest, "\"started_at\":%" PRId64, now);
	pending = load(world, rest);
	assert_int_equal(pending->sent, 5);
	assert_true(pending->known_at >= now + PENDING_LATE_MS);
	pending_free(pending);
}

/* ---- whatever happens ---- */

static const char *const faults[] = {
    NULL, /* none */
    NULL,
    "\"status\":400",
    "\"status\":429",
    "\"status\":500",
    "\"status\":500,\"record\":true",
    "\"status\":500,\"late\":true",
    "\"status\":502,\"text\":\"<html>\",\"late\":true",
    "\"status\":504",
    "\"status\":504,\"record\":true",
    "\"status\":504,\"late\":true",
    "\"status\":0",
    "\"status\":0,\"record\":true",
    "\"status\":0,\"late\":true",
    "\"status\":200,\"text\":\"nonsense\"",
    "\"status\":200,\"text\":\"nonsense\",\"record\":true",
    "\"hold\":true",
};

static void draw_faults(struct world *world, uint64_t *chance)
{
	order_done(world->net, &world->shop, "{\"do\":\"clear\"}");
	for (int nth = 1; nth <= QUANTITY; nth++) {
		const char *drawn = faults[chance_below(chance, COUNT_OF(faults))];

		if (drawn)
			late_fault(world, nth, drawn);
	}
}

/* Time passes, in which (until known_at, and not after that) what was late may be recorded, the list fail, and the
 * program be killed. True: it was. */
static bool live(struct world *world, struct pending *pending, uint64_t *chance, const bool *done)
{
	for (int turn = 0; !*done; turn++) {
		assert_true(turn < 100000);
		switch (chance_below(chance, 60)) {
		case 0:
			order_done(world->net, &world->shop, "{\"do\":\"record\",\"count\":1,\"before\":%lld}",
				   (long long)pending->known_at);
			break;
		case 1:
			order_done(world->net, &world->shop, "{\"do\":\"release\",\"before\":%lld}",
				   (long long)pending->known_at);
			break;
		case 2:
			order_done(
			    world->net, &world->shop,
			    "{\"do\":\"fail\",\"method\":\"GET\",\"path\":\"/Purchase\",\"status\":503,\"count\":2}");
			break;
		case 3:
			return !*done;
		default:
			assert_true(net_wait(world->net, NULL, 0, 20));
			net_run(world->net);
			break;
		}
	}
	return false;
}

static struct pending *kill_and_return(struct world *world, struct pending *pending)
{
	char *user = strdup(net_session(world->net)->user_id);
	char key[PENDING_KEY_SIZE];

	memcpy(key, pending->key, sizeof key);
	late_open_net(world, SHORT_MS);
	pending_free(pending);
	pending = pending_load(net_state(world->net), user);
	assert_non_null(pending);
	assert_null(pending->next);
	assert_string_equal(pending->key, key);
	free(user);
	return pending;
}

/* One purchase to its end, as the screens do it: asked about until it is known. The units that are recorded. */
static int64_t purchase(struct world *world, uint64_t *chance, int64_t quantity)
{
	struct pending *pending = late_record(world, quantity);
	enum buying_end end = BUYING_UNKNOWN;
	int64_t recorded = 0;

	for (bool again = false; end == BUYING_UNKNOWN; again = true) {
		const struct net_args args = late_args(pending, again);
		struct waiting waiting;

		call_later(world->net, API_purchase_create, &args, NULL, &waiting);
		if (live(world, pending, chance, &waiting.done)) {
			pending = kill_and_return(world, pending);
			continue;
		}
		struct net_reply *reply = waiting.reply;
		end = buying_end_of(reply, NET_PROFILE_BASE, again);
		assert_int_equal(reply->recorded_count, 1);
		recorded = reply->recorded[0].recorded;
		/* Never more than what the buyer was told. */
		assert_in_range(late_rows(world, pending), recorded, recorded + reply->recorded[0].unknown);
		assert_int_equal(reply->recorded[0].unknown, end == BUYING_UNKNOWN);
		net_reply_free(reply);
	}
	/* The platform ends what it began as late as it may. */
	order_done(world->net, &world->shop, "{\"do\":\"record\",\"before\":%lld}", (long long)pending->known_at);
	order_done(world->net, &world->shop, "{\"do\":\"release\",\"before\":%lld}", (long long)pending->known_at);
	order_done(world->net, &world->shop, "{\"do\":\"drop\"}");
	assert_int_equal(late_rows(world, pending), recorded);
	assert_true(end == BUYING_DONE ? recorded == quantity : recorded < quantity);
	assert_int_equal(end == BUYING_REFUSED, recorded == 0);
	late_settle(world, pending);
	return recorded;
}

static void whatever_happens(void **state)
{
	struct world *world = *state;
	uint64_t chance = chance_seed();
	int rounds = chance_rounds("VITRINE_PURCHASES", 10);
	int64_t all = 0;

	late_open_net(world, SHORT_MS);
	for (int round = 0; round < rounds; round++) {
		int64_t wanted = 1 + (int64_t)chance_below(&chance, QUANTITY);

		/* What was told not to be bought is bought again. */
		for (int64_t left = wanted; left;) {
			draw_faults(world, &chance);
			left -= purchase(world, &chance, left);
		}
		all += wanted;
		assert_int_equal(late_rows(world, NULL), all);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, late_set_up, late_tear_down)
	    TEST(slow),       TEST(too_late),         TEST(never),  TEST(known_at_once),    TEST(killed),
	    TEST(signed_out), TEST(without_a_record), TEST(clocks), TEST(whatever_happens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
