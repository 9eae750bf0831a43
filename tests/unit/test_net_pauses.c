/* When a request is sent again: how long the pauses are, how much of them is chance, and when there is no further
 * attempt. The clock and what an attempt meets with are the test's, so nothing is waited for. */
#include "base/clock.h"
#include "net/exchange.h"
#include "tests/unit/unit.h"

enum { PAUSE_MS = 400, PAUSE_MAX_MS = 8000, ATTEMPT_MS = 15000, CLIENTS = 64 };

/* ---- the clock and the wire ---- */

static int64_t now;
static transfer_done *attempt; /* the one that is under way, or NULL */
static void *attempt_context;
static int attempts; /* in all */
static long attempt_timeout;

int64_t __wrap_clock_monotonic(void);
int64_t __wrap_clock_monotonic(void)
{
	return now;
}

struct transfer *__wrap_transfer_new(struct engine *engine, const struct transfer_request *request, transfer_done *done,
				     void *context, struct err *err);
struct transfer *__wrap_transfer_new(struct engine *engine, const struct transfer_request *request, transfer_done *done,
				     void *context, struct err *err)
{
	(void)engine, (void)err;
	assert_null(attempt);
	attempt = done;
	attempt_context = context;
	attempt_timeout = request->timeout_ms;
	attempts++;
	return (struct transfer *)&attempts; /* nobody looks into it */
}

struct transfer *__wrap_transfer_free(struct transfer *transfer);
struct transfer *__wrap_transfer_free(struct transfer *transfer)
{
	(void)transfer;
	return NULL;
}

/* The attempt under way ends without an answer. */
static void break_attempt(enum err_kind kind)
{
	transfer_done *done = attempt;
	struct transfer_answer none = {0};
	struct err err;

	assert_non_null(done);
	attempt = NULL;
	err_set(&err, kind, "The test wants it so");
	done(attempt_context, &none, &err);
}

/* It is answered so. */
static void answer_attempt(int status, int retry_after_s, const char *code)
{
	transfer_done *done = attempt;
	struct transfer_answer answer = {.status = status, .retry_after_s = retry_after_s, .sent = true};

	assert_non_null(done);
	attempt = NULL;
	snprintf(answer.media_type, sizeof answer.media_type, "application/problem+json");
	buf_init(&answer.body, 1024);
	buf_printf(&answer.body, "{\"code\":\"%s\",\"detail\":\"So.\"}", code);
	done(attempt_context, &answer, NULL);
	buf_done(&answer.body);
}

/* ---- an exchange ---- */

struct world {
	struct url url;
	struct exchanges exchanges;
	int ended, again;
	struct err why;
};

static void ended(void *context, struct answer *answer, const struct err *err)
{
	struct world *world = context;

	(void)answer;
	world->ended++;
	world->why = err ? *err : (struct err){0};
}

static void tried_again(void *context, const struct err *err)
{
	struct world *world = context;

	assert_int_not_equal(err->kind, ERR_NONE);
	world->again++;
}

static int set_up(void **state)
{
	static struct world world;

	now = 1000 * 1000;
	attempt = NULL;
	attempts = 0;
	world = (struct world){.exchanges = {.from.url = &world.url, .pause_ms = PAUSE_MS, .attempt_ms = ATTEMPT_MS}};
	assert_true(url_parse("http://127.0.0.1:9", &world.url, NULL));
	exchange_init(&world.exchanges);
	*state = &world;
	return 0;
}

static int tear_down(void **state)
{
	struct world *world = *state;

	exchange_done(&world->exchanges);
	url_done(&world->url);
	return 0;
}

/* Another client. */
static struct world *renew(void **state)
{
	tear_down(state);
	assert_int_equal(set_up(state), 0);
	return *state;
}

/* Starts one and sends it for the first time. */
static void start(struct world *world, struct exchange_request request)
{
	request.method = METHOD_GET;
	request.path = "/Product";
	request.answer_max = 1000;
	request.done = ended;
	request.again = tried_again;
	request.context = world;
	world->ended = world->again = 0;
	attempts = 0;
	assert_non_null(exchange_start(&world->exchanges, &request, NULL));
	assert_int_equal(exchange_next(&world->exchanges), 0);
	exchange_run(&world->exchanges);
	assert_int_equal(attempts, 1);
}

/* Just before the pause is over nothing is sent, and when it is the next attempt is. How long it was. */
static int64_t sit_out(struct world *world)
{
	int64_t wake = exchange_next(&world->exchanges), pause = wake - now;
	int before = attempts;

	assert_int_not_equal(wake, INT64_MAX);
	assert_false(world->ended);
	now = wake - 1;
	exchange_run(&world->exchanges);
	assert_int_equal(attempts, before);
	now = wake;
	exchange_run(&world->exchanges);
	assert_int_equal(attempts, before + 1);
	assert_int_equal(exchange_next(&world->exchanges), INT64_MAX);
	return pause;
}

/* ---- the tests ---- */

/* Each pause is up to twice as long as the one before, to an end; none is shorter than half of what it may be. */
static void pauses_double(void **state)
{
	struct world *world = *state;
	int64_t longest = PAUSE_MS;

	start(world, (struct exchange_request){.repeatable = true, .patient = true, .deadline = INT64_MAX});
	for (int i = 1; i <= 80; i++) {
		break_attempt(ERR_NETWORK);
		assert_in_range(sit_out(world), longest / 2, longest);
		longest = 2 * longest < PAUSE_MAX_MS ? 2 * longest : PAUSE_MAX_MS;
		assert_int_equal(world->again, i);
	}
	answer_attempt(404, 0, "not_found");
	assert_int_equal(world->ended, 1);
	assert_int_equal(world->why.kind, ERR_NOT_FOUND);
}

/* Clients that failed together come back one by one: their pauses are spread over all that a pause may be. */
static void pauses_differ(void **state)
{
	const int quarters = 4, half = PAUSE_MS / 2;
	int in_quarter[4] = {0}, same = 0;
	int64_t before = 0;

	for (int i = 0; i < CLIENTS; i++) {
		struct world *world = renew(state);

		start(world, (struct exchange_request){.repeatable = true, .deadline = INT64_MAX});
		break_attempt(ERR_NETWORK);
		int64_t pause = exchange_next(&world->exchanges) - now;
		assert_in_range(pause, half, PAUSE_MS);
		in_quarter[pause == PAUSE_MS ? quarters - 1 : (pause - half) * quarters / half]++;
		same += pause == before;
		before = pause;
	}
	for (int i = 0; i < quarters; i++)
		assert_true(in_quarter[i] > 0); /* by chance not so: once in twenty million runs */
	assert_true(same < CLIENTS / 2);
}

/* So do the pauses of one client. */
static void pauses_differ_in_one(void **state)
{
	struct world *world = *state;
	int64_t least = INT64_MAX, most = 0;

	for (int i = 0; i < CLIENTS; i++) {
		start(world, (struct exchange_request){.repeatable = true, .deadline = INT64_MAX});
		break_attempt(ERR_NETWORK);
		int64_t pause = sit_out(world);
		least = pause < least ? pause : least;
		most = pause > most ? pause : most;
		answer_attempt(404, 0, "not_found");
	}
	assert_true(most - least > PAUSE_MS / 4);
}

static void as_long_as_the_platform_asks(void **state)
{
	static const struct {
		int status, asked_s;
		int64_t least, most;
	} rows[] = {
	    {429, 1, 1000, 1000},
	    {429, 59, 59000, 59000},
	    {429, 60, 60000, 60000},
	    {503, 2, 2000, 2000},
	    {429, 3000, 60000, 60000}, /* nobody waits that long */
	    {429, 0, PAUSE_MS / 2, PAUSE_MS},
	};
	struct world *world = *state;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		start(world, (struct exchange_request){.repeatable = true, .deadline = INT64_MAX});
		answer_attempt(rows[i].status, rows[i].asked_s, rows[i].status == 429 ? "throttled" : "unavailable");
		assert_in_range(sit_out(world), rows[i].least, rows[i].most);
		answer_attempt(404, 0, "not_found");
		assert_int_equal(world->ended, 1);
	}
}

/* What ends how, when every attempt meets with the same; 0: it goes on as long as it may. */
static void how_often(void **state)
{
	static const struct {
		enum err_kind broken; /* or, ERR_NONE, answered: */
		int status;
		const char *code;
		bool once, patient; /* once: not repeatable */
		int attempts;
	} rows[] = {
	    {.broken = ERR_NETWORK},
	    {.broken = ERR_NETWORK, .once = true, .attempts = 1},
	    {.broken = ERR_TLS, .attempts = 1},
	    {.broken = ERR_PROTOCOL, .attempts = 4},
	    {.broken = ERR_PROTOCOL, .patient = true},
	    {.status = 429, .code = "throttled"},
	    {.status = 429, .code = "throttled", .once = true, .attempts = 1},
	    {.status = 500, .code = "internal", .attempts = 4},
	    {.status = 500, .code = "internal", .patient = true},
	    {.status = 503, .code = "unavailable", .attempts = 4},
	    {.status = 503, .code = "unavailable", .patient = true},
	    {.status = 504, .code = "timeout", .attempts = 4},
	    {.status = 409, .code = "in_flight"},
	    {.status = 409, .code = "price_changed", .patient = true, .attempts = 1},
	    {.status = 404, .code = "not_found", .patient = true, .attempts = 1},
	    {.status = 400, .code = "invalid", .patient = true, .attempts = 1},
	};
	struct world *world = *state;
	const int many = 30;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		int wanted = rows[i].attempts ? rows[i].attempts : many;

		start(world, (struct exchange_request){
				 .repeatable = !rows[i].once, .patient = rows[i].patient, .deadline = INT64_MAX});
		for (int made = 1;; made++) {
			if (rows[i].broken)
				break_attempt(rows[i].broken);
			else
				answer_attempt(rows[i].status, 0, rows[i].code);
			if (world->ended || made == many)
				break;
			sit_out(world);
		}
		if (attempts != wanted || world->ended != (rows[i].attempts > 0))
			fail_msg("row %zu: %d attempts, not %d", i, attempts, wanted);
		assert_int_equal(world->again, rows[i].attempts ? wanted - 1 : many);
		renew(state);
	}
}

/* No attempt is begun at the deadline or after it, and none is given more time than there is until then. */
static void until_the_deadline(void **state)
{
	struct world *world = *state;
	const int64_t length = 20 * PAUSE_MAX_MS, deadline = now + length;

	start(world, (struct exchange_request){
			 .repeatable = true, .patient = true, .deadline = deadline, .attempt_ms = 1000 * 1000});
	assert_int_equal(attempt_timeout, length);
	for (int i = 0; i < 100 && !world->ended; i++) {
		break_attempt(ERR_NETWORK);
		if (world->ended)
			break;
		sit_out(world);
		assert_true(now < deadline);
		assert_int_equal(attempt_timeout, deadline - now);
	}
	assert_int_equal(world->ended, 1);
	assert_int_equal(world->why.kind, ERR_NETWORK);
	assert_true(deadline - now <= PAUSE_MAX_MS);

	/* To the millisecond: a pause of a second ends before a deadline that is later, and no pause is begun
	 * otherwise. */
	for (int more = 0; more < 2; more++) {
		start(world,
		      (struct exchange_request){.repeatable = true, .deadline = now + 1000 + more, .attempt_ms = 700});
		assert_int_equal(attempt_timeout, 700);
		answer_attempt(429, 1, "throttled");
		assert_int_equal(world->ended, !more);
		if (!world->ended)
			sit_out(world);
	}
	assert_int_equal(attempt_timeout, 1);
	answer_attempt(404, 0, "not_found");
}

/* When the platform can be reached again, whoever waited for that does so for a first pause at most; others as they
 * were told. */
static void in_a_hurry(void **state)
{
	struct world *world = *state;

	start(world, (struct exchange_request){.repeatable = true, .patient = true, .deadline = INT64_MAX});
	for (int i = 0; i < 8; i++) {
		break_attempt(ERR_NETWORK);
		sit_out(world);
	}
	break_attempt(ERR_NETWORK);
	assert_true(exchange_next(&world->exchanges) - now > PAUSE_MS);
	exchange_hurry(&world->exchanges);
	assert_int_equal(exchange_next(&world->exchanges) - now, PAUSE_MS);
	now += PAUSE_MS / 2;
	exchange_hurry(&world->exchanges); /* nor later, when it is said again */
	assert_int_equal(exchange_next(&world->exchanges) - now, PAUSE_MS / 2);
	sit_out(world);
	answer_attempt(429, 30, "throttled");
	exchange_hurry(&world->exchanges);
	assert_int_equal(exchange_next(&world->exchanges) - now, 30000);
}

#define PAUSE_TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PAUSE_TEST(pauses_double),
	    PAUSE_TEST(pauses_differ),
	    PAUSE_TEST(pauses_differ_in_one),
	    PAUSE_TEST(as_long_as_the_platform_asks),
	    PAUSE_TEST(how_often),
	    PAUSE_TEST(until_the_deadline),
	    PAUSE_TEST(in_a_hurry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
