/* A unit that nobody acknowledged, and what the list of purchases says of it: what counts is what was acknowledged,
 * whose purchase it is, and its moment. */
#include "base/clock.h"
#include "models/purchase.h"
#include "tests/unit/late_world.h"

/* The rows of that purchase, one of them (from 0 on) or (-1) all, become so. */
static void change_rows(struct world *world, const struct pending *pending, int which, const char *row)
{
	cJSON *answer = order(world->net, &world->shop, "{\"do\":\"rows\",\"what\":\"purchases\"}");
	const cJSON *one;
	char date[CLOCK_RFC3339_SIZE];
	int count = 0;

	clock_format(pending->started_at, date);
	cJSON_ArrayForEach (one, cJSON_GetObjectItem(answer, "rows")) {
		if (strcmp(date, cJSON_GetStringValue(cJSON_GetObjectItem(one, "pruchase_date"))) != 0)
			continue;
		if (which < 0 || which == count)
			order_done(world->net, &world->shop,
				   "{\"do\":\"change\",\"what\":\"purchases\",\"id\":\"%s\",\"row\":{%s}}",
				   cJSON_GetStringValue(cJSON_GetObjectItem(one, "id")), row);
		count++;
	}
	cJSON_Delete(answer);
	assert_true(count > which);
}

/* What was acknowledged is recorded, even if the list doesn't say so (any more). */
static void fewer_than_acknowledged(void **state)
{
	struct world *world = *state;

	late_open_net(world, SHORT_MS);
	struct pending *pending = late_record(world, QUANTITY);
	late_fault(world, QUANTITY, "\"status\":504");
	late_check(late_buy(world, pending, false), "not_known", QUANTITY - 1, 1);
	change_rows(world, pending, 0, "\"client_name\":\"Somebody else\"");
	late_check(late_buy(world, pending, true), "partly_recorded", QUANTITY - 1, 0);
	late_settle(world, pending);
}

/* More than were wanted (of a program that sends again what was lost) are all that were wanted. */
static void more_than_wanted(void **state)
{
	struct world *world = *state;
	struct pending *pending = late_record(world, 1);
	char date[CLOCK_RFC3339_SIZE];

	late_fault(world, 1, "\"status\":504,\"late\":true");
	late_check(late_buy(world, pending, false), "not_known", 0, 1);
	order_done(world->net, &world->shop, "{\"do\":\"record\"}");
	clock_format(pending->started_at, date);
	order_done(world->net, &world->shop,
		   "{\"do\":\"add\",\"what\":\"purchases\",\"row\":{\"id\":\"twice\",\"client_name\":\"Ada Example\","
		   "\"seller_name\":\"\",\"product_name\":\"\",\"price\":\"1\",\"pruchase_date\":\"%s\"}}",
		   date);
	late_check(late_buy(world, pending, true), "", 1, 0);
	late_settle(world, pending);
}

/* The platform may give the date back in other words; another moment is another purchase. */
static void dates_in_other_words(void **state)
{
	struct world *world = *state;
	struct pending *pending = late_record(world, 1);
	char date[CLOCK_RFC3339_SIZE], row[128];

	late_open_net(world, SHORT_MS);
	late_fault(world, 1, "\"status\":504,\"record\":true");
	net_reply_free(late_buy(world, pending, false));
	clock_format(pending->started_at, date);
	snprintf(row, sizeof row, "\"pruchase_date\":\"%.10s %.12s\"", date, date + 11);
	change_rows(world, pending, -1, row);
	late_check(late_buy(world, pending, true), "", 1, 0);

	pending->started_at++;
	late_check(late_buy(world, pending, true), "not_recorded", 0, 0);
	late_settle(world, pending);
}

/* The product is gone when it is asked about: it has no name any more, which is no reason not to tell of it. */
static void product_gone(void **state)
{
	struct world *world = *state;
	struct pending *pending = late_record(world, 2);

	late_fault(world, 2, "\"status\":504,\"record\":true");
	late_check(late_buy(world, pending, false), "", 2, 0);
	order_done(world->net, &world->shop,
		   "{\"do\":\"change\",\"what\":\"products\",\"id\":\"%s\",\"row\":{\"id\":\"another\"}}", world->id);
	struct net_reply *reply = late_buy(world, pending, true);
	assert_int_equal(reply->recorded_count, 1);
	assert_string_equal(reply->recorded[0].product_id, world->id);
	assert_string_equal(reply->recorded[0].product_name, "");
	assert_string_equal(((const struct purchase *)reply->answer)->lines[0].product_name, "");
	late_check(reply, "", 2, 0);
	late_settle(world, pending);
}

static void add_other(struct world *world)
{
	order_done(world->net, &world->shop,
		   "{\"do\":\"add\",\"what\":\"clients\",\"row\":{\"id\":\"other\",\"email\":\"other@example.com\","
		   "\"password\":\"Vitrine-2026\",\"full_name\":\"Other Client\",\"mobile\":\"\",\"confirmed\":true}}");
}

/* Ada's purchase is not known yet, and a look at the list is held, when another client signs in and looks at theirs. */
static struct pending *change_hands(struct world *world, const char *fault, struct waiting *waiting)
{
	struct pending *pending = late_record(world, 1);
	const struct net_args args = late_args(pending, true);

	order_done(world->net, &world->shop, "{\"do\":\"clear\"}");
	late_fault(world, 1, "\"status\":504,\"late\":true");
	late_check(late_buy(world, pending, false), "not_known", 0, 1);
	order_done(world->net, &world->shop,
		   "{\"do\":\"fail\",\"method\":\"GET\",\"path\":\"/Purchase\",\"hold\":true%s}", fault);
	call_later(world->net, API_purchase_create, &args, NULL, waiting);
	net_run(world->net);
	order_done(world->net, &world->shop, "{\"do\":\"held\",\"count\":1}");
	order_done(world->net, &world->shop, "{\"do\":\"record\"}");
	net_sign_out(world->net);
	sign_in(world->net, "other@example.com");
	struct net_reply *theirs = call_ok(world->net, API_purchase_list, NULL);
	assert_int_equal(((const struct purchase_page *)theirs->answer)->purchases_count, 0);
	net_reply_free(theirs);
	assert_false(waiting->done);
	return pending;
}

/* Somebody else signs in while it isn't known: they aren't told, and nothing is concluded from what is theirs. */
static void another_signs_in(void **state)
{
	struct world *world = *state;
	struct waiting waiting;

	add_other(world);
	struct pending *pending = change_hands(world, ",\"status\":500", &waiting);
	order_done(world->net, &world->shop,
		   "{\"do\":\"fail\",\"method\":\"GET\",\"path\":\"/Purchase\",\"count\":-1,\"status\":500}");
	order_done(world->net, &world->shop, "{\"do\":\"release\"}");
	run_until(world->net, &waiting.done);
	late_check(waiting.reply, "unauthenticated", 0, 1);
	net_sign_out(world->net);
	sign_in(world->net, "ada@example.com");
	order_done(world->net, &world->shop, "{\"do\":\"clear\"}");
	late_check(late_buy(world, pending, true), "", 1, 0);
	late_settle(world, pending);
}

/* When the list comes, its buyer has come back. */
static void another_in_between(void **state)
{
	struct world *world = *state;
	struct waiting waiting;

	add_other(world);
	struct pending *pending = change_hands(world, "", &waiting);
	net_sign_out(world->net);
	sign_in(world->net, "ada@example.com");
	order_done(world->net, &world->shop, "{\"do\":\"release\"}");
	run_until(world->net, &waiting.done);
	late_check(waiting.reply, "", 1, 0);
	late_settle(world, pending);
}

/* The name that one client asked for comes when another is signed in: it is not the name of that one. */
static void name_of_another(void **state)
{
	struct world *world = *state;
	struct waiting waiting;

	add_other(world);
	struct pending *pending = late_record(world, 1);
	late_check(late_buy(world, pending, false), "", 1, 0);
	late_settle(world, pending);
	late_open_net(world, LATE_MS);
	net_reply_free(call_ok(world->net, API_product_list, NULL));
	order_done(world->net, &world->shop,
		   "{\"do\":\"fail\",\"method\":\"GET\",\"path\":\"/Client/%s\",\"hold\":true}",
		   net_session(world->net)->user_id);
	call_later(world->net, API_purchase_list, NULL, NULL, &waiting);
	net_run(world->net);
	order_done(world->net, &world->shop, "{\"do\":\"held\",\"count\":1}");
	net_sign_out(world->net);
	sign_in(world->net, "other@example.com");
	order_done(world->net, &world->shop, "{\"do\":\"release\"}");
	run_until(world->net, &waiting.done);
	assert_int_equal(waiting.reply->err.kind, ERR_UNAUTHENTICATED);
	net_reply_free(waiting.reply);

	struct net_reply *theirs = call_ok(world->net, API_purchase_list, NULL);
	assert_int_equal(((const struct purchase_page *)theirs->answer)->purchases_count, 0);
	net_reply_free(theirs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, late_set_up, late_tear_down)
	    TEST(fewer_than_acknowledged),
	    TEST(more_than_wanted),
	    TEST(dates_in_other_words),
	    TEST(product_gone),
	    TEST(another_signs_in),
	    TEST(another_in_between),
	    TEST(name_of_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
