/* The disk is full, or fails: what was acknowledged stays, what can't be kept is answered 507 or 5xx, reading goes on,
 * and afterwards everything works again.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/fault/attempt.h"
#include "tests/fault/books.h"
#include "tests/fault/faults.h"

enum { CLIENTS = 2, GOODS = 4, FULL_ROUNDS = 5, FILL_MAX = 3000, MOUNT_BYTES = 4 * 1024 * 1024 };
enum { ATTEMPTS = 4, TURNS_MAX = 1000, STRIDE_ONCE = SHOP_SANITIZED ? 3 : 1, STRIDE_ALWAYS = 4 };

static struct shop shop;
static struct faults faults;
static uint64_t chance;
static int keys;
static char ballast[128], mounted[128]; /* of the file system of a few megabytes */

static int open_shop(void **state)
{
	(void)state;
	shop_init(&shop);
	chance = chance_seed();
	shop.ignore_file_size_signal = true;
	shop_start(&shop);
	shop_sign_up(&shop, CLIENTS, 2);
	for (size_t i = 0; i < GOODS; i++)
		shop_add_product(&shop, i % 2, 1000 + (int64_t)i, 1000000);
	return 0;
}

static int close_shop(void **state)
{
	(void)state;
	if (mounted[0])
		umount2(mounted, MNT_DETACH);
	shop_done(&shop);
	faults_done(&faults);
	return 0;
}

static void plan(struct attempt *attempt)
{
	char key[64];

	snprintf(key, sizeof key, "disk-%d", keys++);
	attempt_plan(&shop, attempt, chance_below(&chance, CLIENTS), key, GOODS, &chance);
}

/* ---- full ---- */

/* Buys until the disk is full; all of that is returned for the caller to free. */
static size_t buy_until_full(struct caller *caller, struct attempt **ret_attempts)
{
	struct attempt *attempts = calloc(FILL_MAX, sizeof *attempts);
	struct reply reply = {.status = 201};
	size_t count = 0;
	bool right = true;

	assert_non_null(attempts);
	while (right && count < FILL_MAX && reply.status == 201) {
		plan(&attempts[count]);
		right = attempt_buy(&shop, caller, &attempts[count++], &reply);
	}
	if (!reply_is(&reply, 507, "storage_full")) {
		print_error("a full disk is answered with %ld %s\n", reply.status, reply.body);
		shop_print_log(&shop);
	}
	*ret_attempts = attempts;
	assert_true(right && reply_is(&reply, 507, "storage_full"));
	return count;
}

/* What writes is answered 507, unless it is small enough for the room there is; what reads goes on. */
static void use_while_full(const struct attempt *bought)
{
	char product[64], client[64], purchase[64], login[128];
	const char *token = shop.clients[0].token;

	snprintf(product, sizeof product, "/Product/%s", shop.products[0].id);
	snprintf(client, sizeof client, "/Client/%s", shop.clients[0].id);
	snprintf(purchase, sizeof purchase, "/Purchase/%s", bought->id);
	snprintf(login, sizeof login, "{\"email\":\"%s\",\"password\":\"%s\"}", shop.clients[0].email, SHOP_PASSWORD);
	const struct {
		struct ask ask;
		bool writes;
	} calls[] = {
	    {{"GET", product, NULL, NULL, NULL}, false},
	    {{"PATCH", product, shop.sellers[0].token, NULL, "{\"description\":\"full\"}"}, true},
	    {{"GET", "/Product?q=product&limit=2", NULL, NULL, NULL}, false},
	    {{"PATCH", client, token, NULL, "{\"full_name\":\"Full Disk\"}"}, true},
	    {{"GET", "/Purchase", token, NULL, NULL}, false},
	    {{"POST", "/Login", NULL, NULL, login}, true},
	    {{"GET", "/Sale", shop.sellers[0].token, NULL, NULL}, false},
	    {{"GET", purchase, shop.clients[bought->client].token, NULL, NULL}, false},
	    {{"GET", "/Health", NULL, NULL, NULL}, false},
	};
	struct caller *caller = caller_new(&shop);
	size_t wrong = 0;

	assert_non_null(caller);
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
		struct reply reply;

		caller_ask(caller, &calls[i].ask, &reply);
		if (reply.status == 200 || (calls[i].writes && reply_is(&reply, 507, "storage_full")))
			continue;
		print_error("%s %s: %ld %s\n", calls[i].ask.method, calls[i].ask.path, reply.status, reply.body);
		wrong++;
	}
	caller_free(caller);
	assert_int_equal(wrong, 0);
}

static void settle_all(struct caller *caller, struct attempt *attempts, size_t count)
{
	size_t wrong = 0;

	for (size_t i = 0; i < count; i++)
		wrong += !attempt_settle(&shop, caller, &attempts[i]);
	assert_int_equal(wrong, 0);
}

/* What becomes full, and how it gets room again. */
static void fill_and_free(void (*make_full)(void), void (*make_room)(void))
{
	struct caller *caller = caller_new(&shop);
	struct attempt *attempts;
	struct attempt before;
	struct reply reply;

	assert_non_null(caller);
	plan(&before);
	assert_true(attempt_buy(&shop, caller, &before, &reply) && before.end == ATTEMPT_BOUGHT);
	make_full();
	size_t count = buy_until_full(caller, &attempts);
	use_while_full(&before);
	make_room();
	/* The same process writes again. */
	settle_all(caller, attempts, count);
	settle_all(caller, &before, 1);
	books_check(&shop);
	/* And another one finds it all. */
	shop_signal(&shop, SIGKILL);
	shop_wait(&shop);
	shop_start(&shop);
	settle_all(caller, attempts, count);
	books_check(&shop);
	caller_free(caller);
	free(attempts);
}

static void limit_files(rlim_t bytes)
{
	const struct rlimit limit = {.rlim_cur = bytes, .rlim_max = RLIM_INFINITY};

	assert_int_equal(prlimit(shop.pid, RLIMIT_FSIZE, &limit, NULL), 0);
}

/* Files may grow a little further; never beyond what they are, in one round of some. */
static void limit_log(void)
{
	char path[128];
	struct stat log = {0};
	size_t room = chance_below(&chance, 2) ? chance_below(&chance, 100000) : 0;

	snprintf(path, sizeof path, "%s-wal", shop.db);
	stat(path, &log);
	limit_files((rlim_t)log.st_size + room);
}

static void lift_limit(void)
{
	limit_files(RLIM_INFINITY);
}

static void a_file_that_cannot_grow_loses_nothing(void **state)
{
	(void)state;
	for (int round = 0; round < FULL_ROUNDS; round++)
		fill_and_free(limit_log, lift_limit);
}

/* ---- a file system of a few megabytes ---- */

static void put_ballast(void)
{
	static const char zeros[4096];
	int file = open(ballast, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	/* Up to the last page, or leaving a little. */
	size_t left = chance_below(&chance, 40) * sizeof zeros;

	assert_true(file >= 0);
	off_t size = 0;
	for (; size < MOUNT_BYTES && write(file, zeros, sizeof zeros) == (ssize_t)sizeof zeros;
	     size += (off_t)sizeof zeros)
		;
	assert_int_equal(errno, ENOSPC);
	assert_int_equal(ftruncate(file, size > (off_t)left ? size - (off_t)left : 0), 0);
	close(file);
}

static void drop_ballast(void)
{
	unlink(ballast);
}

static bool write_file(const char *path, const char *text)
{
	int file = open(path, O_WRONLY | O_CLOEXEC);
	bool written = file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text);

	if (file >= 0)
		close(file);
	return written;
}

/* This user is root in a name space of its own: where that is allowed, mounting needs no more. */
static bool become_root(void)
{
	char users[64], groups[64];

	snprintf(users, sizeof users, "0 %u 1", (unsigned)getuid());
	snprintf(groups, sizeof groups, "0 %u 1", (unsigned)getgid());
	return !unshare(CLONE_NEWUSER) && write_file("/proc/self/uid_map", users) &&
	       write_file("/proc/self/setgroups", "deny") && write_file("/proc/self/gid_map", groups);
}

/* A file system that only this process and its children see. */
static bool mount_small(const char *folder)
{
	char options[32];

	snprintf(options, sizeof options, "size=%d", MOUNT_BYTES);
	return (getuid() == 0 || become_root()) && !unshare(CLONE_NEWNS) &&
	       !mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) && !mount("tmpfs", folder, "tmpfs", 0, options);
}

/* Moves the shop onto it. */
static void a_full_file_system_loses_nothing(void **state)
{
	char old_db[96];

	(void)state;
	snprintf(mounted, sizeof mounted, "%s/small", shop.folder);
	assert_int_equal(mkdir(mounted, 0700), 0);
	shop_stop(&shop); /* a user namespace is for processes of one thread */
	if (!mount_small(mounted)) {
		print_message("skipped: no file system may be mounted here (%m)\n");
		skip();
	}
	snprintf(old_db, sizeof old_db, "%s", shop.db);
	snprintf(shop.db, sizeof shop.db, "%s/small/shop.db", shop.folder);
	snprintf(ballast, sizeof ballast, "%s/small/ballast", shop.folder);
	assert_int_equal(shop_command(&shop, (const char *const[]){"--db", old_db, "backup", shop.db, NULL}), 0);
	shop_start(&shop);
	for (int round = 0; round < FULL_ROUNDS; round++)
		fill_and_free(put_ballast, drop_ballast);
	shop_stop(&shop);
	snprintf(shop.db, sizeof shop.db, "%s", old_db);
	/* Its accounts and products are the same; the purchases of this test stay where they were made. */
	shop_start(&shop);
	books_check(&shop);
}

/* ---- failing, call by call ---- */

static bool ended_well(int status)
{
	return WIFEXITED(status) || (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

/* Buys and cancels while a call fails. */
static void trade(struct attempt *attempts)
{
	struct caller *caller = caller_new(&shop);
	struct reply reply;
	bool right = true;

	assert_non_null(caller);
	for (size_t i = 0; i < ATTEMPTS; i++) {
		plan(&attempts[i]);
		right = attempt_buy(&shop, caller, &attempts[i], &reply) && right;
		if (i % 2 && attempts[i].end == ATTEMPT_BOUGHT)
			right = attempt_cancel(&shop, caller, &attempts[i], &reply) && right;
	}
	caller_free(caller);
	assert_true(right);
}

/* One turn: calls `first` to `last` fail while it trades and while it ends. True when there was such a call. */
static bool take_turn(int64_t first, int64_t last, int error)
{
	struct attempt attempts[ATTEMPTS];
	int status;

	faults_arm(&faults, first, last, error);
	trade(attempts);
	if (!shop_has_ended(&shop, &status)) {
		shop_signal(&shop, first % 3 ? SIGTERM : SIGKILL);
		status = shop_wait(&shop);
	}
	int64_t failed = faults_disarm(&faults);
	if (!ended_well(status))
		fail_msg("vitrined ended with status %#x when call %lld failed", (unsigned)status, (long long)first);

	shop_start(&shop);
	struct caller *caller = caller_new(&shop);
	assert_non_null(caller);
	settle_all(caller, attempts, ATTEMPTS);
	caller_free(caller);
	assert_int_equal(books_check_file(&shop), 0);
	return failed > 0;
}

/* `last` of each turn is `span` calls on. */
static void take_turns(int64_t stride, int64_t span)
{
	static const int errors[] = {EIO, ENOSPC, EDQUOT};
	int64_t turn = 0, first = 1;

	faults_prepare(&faults, &shop, "failio.so");
	shop_stop(&shop);
	shop_start(&shop);
	while (turn < TURNS_MAX && take_turn(first, first + span, errors[turn % 3])) {
		turn++;
		first += stride;
	}
	print_message("%lld turns, %lld calls\n", (long long)turn, (long long)first);
	assert_true(turn > 5);
	books_check(&shop);
}

static void each_write_and_flush_may_fail_once(void **state)
{
	(void)state;
	take_turns(STRIDE_ONCE, 0);
}

static void a_disk_may_fail_from_any_call_on(void **state)
{
	(void)state;
	take_turns(STRIDE_ALWAYS, INT32_MAX);
}

/* The first start on a new file, and one on an old file, with each call failing: the next start works. */
static void a_start_may_fail_at_any_call(void **state)
{
	struct shop other;
	bool struck = true;
	int64_t first = 1;

	(void)state;
	faults_prepare(&faults, &shop, "failio.so");
	shop_init(&other);
	other.preload = shop.preload;
	other.control = shop.control;
	for (; struck && first < TURNS_MAX; first += STRIDE_ONCE) {
		int status = 0;

		snprintf(other.db, sizeof other.db, "%s/%lld.db", other.folder, (long long)first);
		faults_arm(&faults, first, first, first % 2 ? EIO : ENOSPC);
		bool started = shop_try_start(&other, &status);
		struck = faults_disarm(&faults) > 0;
		if (started)
			shop_stop(&other);
		else if (!WIFEXITED(status) || !WEXITSTATUS(status))
			fail_msg("a start that failed ended with status %#x", (unsigned)status);
		shop_start(&other);
		shop_stop(&other);
		assert_int_equal(books_check_file(&other), 0);
	}
	print_message("%lld calls\n", (long long)first);
	assert_true(first > 5);
	shop_done(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_file_that_cannot_grow_loses_nothing),
	    cmocka_unit_test(each_write_and_flush_may_fail_once),
	    cmocka_unit_test(a_disk_may_fail_from_any_call_on),
	    cmocka_unit_test(a_start_may_fail_at_any_call),
	    cmocka_unit_test(a_full_file_system_loses_nothing),
	};

	return cmocka_run_group_tests_name("the disk", tests, open_shop, close_shop);
}
