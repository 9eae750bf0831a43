/* test_identity_time.c: how long an answer takes must not tell whether an address has an account. What is compared is
 * the work: of SQLite, of the disk, of the outbox; on a file, where a write that one of two answers needs would be a
 * hundred times as long as the rest of it.
 */
#include "tests/unit/identity_world.h"
#include "tests/unit/meter.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "platform/identity/local/internal.h"

/* Who is asked about. */
enum who { NOBODY, NEW, CONFIRMED, FORGETFUL, LATE, USED_UP, WHO };
static const char *const emails[WHO] = {"nobody@example.com",    "new@example.com",  "confirmed@example.com",
					"forgetful@example.com", "late@example.com", "used-up@example.com"};

static bool ask_confirm(const char *email, struct err *err)
{
	return world.identity->confirm(world.identity, email, "x", err);
}

static bool ask_reset(const char *email, struct err *err)
{
	return world.identity->reset(world.identity, email, "x", OTHER_PASSWORD, err);
}

static bool ask_forgot(const char *email, struct err *err)
{
	return world.identity->forgot(world.identity, email, err);
}

static const struct question {
	const char *name;
	bool (*ask)(const char *email, struct err *err);
	int times;
} questions[] = {
    {"confirm", ask_confirm, 7}, /* five wrong ones end a code: also then it goes on as before */
    {"reset", ask_reset, 7},
    {"forgot", ask_forgot, 1},
};

static void forget(const char *email)
{
	struct err err = {0};

	if (!world.identity->forgot(world.identity, email, &err))
		fail_msg("forgot: %s", err.message);
	world_tend();
}

static void people(void)
{
	struct err err = {0};

	world_sign_up(emails[LATE], PASSWORD, GROUP_CLIENTS);
	forget(emails[LATE]);
	world_now += 25 * 3600 * 1000; /* both its codes are late, and nothing has tidied up */
	for (enum who who = NEW; who < WHO; who++)
		if (who != LATE)
			world_sign_up(emails[who], PASSWORD, GROUP_CLIENTS);
	world_sign_up("last@example.com", PASSWORD, GROUP_SELLERS);
	forget(emails[USED_UP]);
	for (int i = 0; i < 5; i++) {
		assert_false(ask_reset(emails[USED_UP], &err));
		assert_false(ask_confirm(emails[USED_UP], &err));
	}
	assert_int_equal(sqlite3_exec(world.db->writer.sqlite,
				      "DELETE FROM code WHERE account_id IN"
				      " (SELECT account_id FROM login WHERE email_key LIKE 'confirmed%');"
				      "UPDATE login SET confirmed = 1 WHERE email_key LIKE 'confirmed%'",
				      NULL, NULL, NULL),
			 SQLITE_OK);
	forget(emails[FORGETFUL]);
	world_now += 60 * 1000; /* everybody may be mailed again */
}

/* What the outbox has seen: any file made or removed in it changes this. */
static struct timespec outbox_touched(void)
{
	struct stat status;

	assert_int_equal(stat(world.outbox, &status), 0);
	return status.st_mtim;
}

struct work {
	int64_t units, rows, pages;
	struct timespec outbox;
};

static struct work work_of(const struct question *question, const char *email)
{
	struct err err = {0};
	struct meter meter;

	meter_start(&meter, world.db);
	bool done = question->ask(email, &err);
	meter_stop(&meter);
	if (!done)
		world_assert_err(&err, ERR_INVALID, "invalid_code");
	return (struct work){
	    .units = meter.units, .rows = meter.most.rows, .pages = meter.most.pages, .outbox = outbox_touched()};
}

static void test_work_tells_nothing(void **state)
{
	(void)state;
	people();
	const struct timespec outbox = outbox_touched();
	for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
		const struct question *question = &questions[i];
		struct work first = {0};

		for (enum who who = NOBODY; who < WHO; who++) {
			for (int time = 0; time < question->times; time++) {
				struct work work = work_of(question, emails[who]);

				if (who == NOBODY && !time)
					first = work;
				if (work.units != first.units || work.rows != first.rows || work.pages != first.pages)
					fail_msg(
					    "%s, %s, time %d: %d writes of %d rows and %d pages, not %d of %d and %d",
					    question->name, emails[who], time, (int)work.units, (int)work.rows,
					    (int)work.pages, (int)first.units, (int)first.rows, (int)first.pages);
				assert_memory_equal(&work.outbox, &outbox, sizeof outbox);
			}
		}
		assert_int_equal(first.units, 1);
		assert_true(first.rows > 0 && first.pages > 0);
	}
}

/* What was left for later is the same work, too, whoever watches how busy the machine is; and then the mail is
 * there. */
static void test_tending_tells_nothing(void **state)
{
	struct meter meters[2];

	(void)state;
	people();
	int before = world_mails();
	for (int known = 0; known < 2; known++) {
		for (int warm = 0; warm < 2; warm++) { /* the first of each makes its row */
			assert_true(ask_forgot(emails[known ? NEW : NOBODY], &(struct err){0}));
			meter_start(&meters[known], world.db);
			world_tend();
			meter_stop(&meters[known]);
			world_now += 2 * 60 * 1000; /* it may be mailed again, and no code is late */
		}
	}
	assert_int_equal(world_mails(), before + 2);
	assert_int_equal(meters[0].units, meters[1].units);
	assert_int_equal(meters[0].most.rows, meters[1].most.rows);
	assert_int_equal(meters[0].most.pages, meters[1].most.pages);
}

/* So many may wait, and no more; who is refused may ask again at once. */
static void test_few_wait(void **state)
{
	enum { MAX = 1024 };
	struct err err = {0};
	char email[64];

	(void)state;
	for (int i = 0; i < MAX; i++) {
		snprintf(email, sizeof email, "%d@example.com", i);
		assert_true(ask_forgot(email, &err));
	}
	world_sign_up(ADA, PASSWORD, GROUP_CLIENTS);
	int before = world_mails();
	assert_false(ask_forgot(ADA, &err));
	world_assert_err(&err, ERR_UNAVAILABLE, "unavailable");
	world_tend();
	assert_int_equal(world_mails(), before);
	assert_true(ask_forgot(ADA, &err));
	world_tend();
	assert_int_equal(world_mails(), before + 1);
}

/* What waited when the program ended is sent by the next one. */
static void test_waiting_outlives_the_program(void **state)
{
	(void)state;
	world_sign_up(ADA, PASSWORD, GROUP_CLIENTS);
	assert_true(ask_forgot(ADA, &(struct err){0}));
	world.identity->close(world.identity);
	world.identity = world_open(&(struct identity_local_options){.outbox = world.outbox});
	int before = world_mails();
	world_tend();
	assert_int_equal(world_mails(), before + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_work_tells_nothing, world_on_file_with_mail, world_end),
	    cmocka_unit_test_setup_teardown(test_tending_tells_nothing, world_on_file_with_mail, world_end),
	    cmocka_unit_test_setup_teardown(test_few_wait, world_with_mail, world_end),
	    cmocka_unit_test_setup_teardown(test_waiting_outlives_the_program, world_on_file_with_mail, world_end),
	};

	return cmocka_run_group_tests_name("identity_time", tests, NULL, NULL);
}
