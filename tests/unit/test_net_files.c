/* URLs, state files, and purchases that are pending when the program is killed. */
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/crypt.h"
#include "net/pending.h"
#include "wire/url.h"
#include "tests/unit/net_world.h"

static void urls(void **state)
{
	static const struct {
		const char *text, *shown, *prefix;
		bool loopback, encrypted;
	} good[] = {
	    {"http://127.0.0.1:3000", "http://127.0.0.1:3000", "http://127.0.0.1:3000", true, false},
	    {"http://127.0.0.1:3001/Prod/", "http://127.0.0.1:3001/Prod", "http://127.0.0.1:3001/Prod", true, false},
	    {"https://api.example.com/Prod", "https://api.example.com/Prod", "https://api.example.com/Prod", false,
	     true},
	    {"HTTP://Example.com//", "HTTP://Example.com", "HTTP://Example.com", false, false},
	    {"http://[::1]:80", "http://[::1]:80", "http://[::1]:80", true, false},
	    {"unix:/run/shop", "unix:/run/shop", "http://localhost", true, false},
	    /* An address of this machine is one at the beginning only. */
	    {"http://127.example.com", "http://127.example.com", "http://127.example.com", false, false},
	};
	static const char *const bad[] = {
	    "",
	    "shop",
	    "ftp://example.com",
	    "file:///etc/passwd",
	    "http://",
	    "http://a:b@example.com",
	    "http://a@example.com",
	    "http://example.com/?q",
	    "http://example.com/#f",
	    "http://example.com/Prod?",
	    "http://example.com#",
	    "http://@example.com",
	    "http:/example.com",
	    "http:///example.com",
	    "unix:relative",
	    "unix:",
	    "http://exa mple.com",
	    "http://example.com/\r\nX: y",
	    "javascript:alert(1)",
	    "gopher://x",
	    "http://example.com:99999",
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		struct url url;
		assert_true(url_parse(good[i].text, &url, NULL));
		assert_string_equal(url.text, good[i].shown);
		assert_string_equal(url.prefix, good[i].prefix);
		assert_int_equal(url.loopback, good[i].loopback);
		assert_int_equal(url.encrypted, good[i].encrypted);
		url_done(&url);
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct url url;
		struct err err = {0};
		if (url_parse(bad[i], &url, &err))
			fail_msg("taken: %s", bad[i]);
		assert_int_equal(err.kind, ERR_INVALID);
		assert_null(net_new(&(struct net_options){.url = bad[i]}, &err));
	}
	struct net *net = world_net("http://shop.example.com", NULL);
	assert_true(net_insecure(net));
	net_free(net);
}

static void directories(void **state)
{
	char path[256], small[8];

	(void)state;
	setenv("XDG_STATE_HOME", "/somewhere", 1);
	assert_true(state_directory(path, sizeof path, NULL));
	assert_string_equal(path, "/somewhere/vitrine");
	assert_false(state_directory(small, sizeof small, NULL));
	setenv("XDG_STATE_HOME", "relative", 1);
	setenv("HOME", "/person", 1);
	assert_true(state_directory(path, sizeof path, NULL));
	assert_string_equal(path, "/person/.local/state/vitrine");
	unsetenv("XDG_STATE_HOME");
}

static void files(void **state)
{
	char folder[256], deep[300];
	struct err err;
	struct buf text;

	(void)state;
	temp_new(folder);
	snprintf(deep, sizeof deep, "%s/a/b", folder);
	struct state *one = state_new(deep, "http://one", &err);
	struct state *two = state_new(deep, "http://two", &err);
	assert_non_null(one);
	assert_non_null(two);
	struct stat status;
	assert_int_equal(stat(deep, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0700);

	buf_init(&text, 16);
	assert_false(state_read(one, "thing", "", &text, &err));
	assert_int_equal(err.kind, ERR_NOT_FOUND);
	assert_true(state_write(one, "thing", "", "first", 5, &err));
	assert_true(state_write(one, "thing", "", "second", 6, &err));
	assert_true(state_read(one, "thing", "", &text, &err));
	assert_string_equal(buf_str(&text), "second");
	buf_reset(&text);
	assert_false(state_read(two, "thing", "", &text, &err));
	assert_true(state_write(one, "thing", "", "much longer than sixteen", 24, &err));
	assert_false(state_read(one, "thing", "", &text, &err));
	assert_int_equal(err.kind, ERR_FILE);
	assert_false(state_write(one, "thing", "../x", "y", 1, &err));
	assert_true(state_remove(one, "thing", "", &err));
	assert_true(state_remove(one, "thing", "", &err));
	buf_done(&text);
	state_free(one);
	state_free(two);

	/* A directory that others may write to is not ours. */
	assert_int_equal(chmod(deep, 0777), 0);
	assert_null(state_new(deep, "http://one", &err));
	assert_int_equal(err.kind, ERR_FILE);
	assert_null(state_new("/proc/nowhere", "http://one", &err));
	temp_remove(folder);
}

/* A disk without room: nothing is there, nothing is left behind, and it is said which it was. */
static void no_room(void **state)
{
	char folder[256];
	struct err err;

	(void)state;
	temp_new(folder);
	pid_t pid = fork();
	if (!pid) {
		struct rlimit none = {.rlim_cur = 3, .rlim_max = 3};
		struct state *files = state_new(folder, "http://one", &err);

		sigaction(SIGXFSZ, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
		setrlimit(RLIMIT_FSIZE, &none);
		bool written = state_write(files, "thing", "", "four", 4, &err);
		_exit(written || err.kind != ERR_FILE);
	}
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(rmdir(folder), 0); /* it is empty */
}

/* ---- pending purchases ---- */

static struct purchase_item items[] = {
    {.product_id = "p1", .quantity = 2, .price = 1450},
    {.product_id = "p2", .quantity = 1, .price = 9},
};
static const struct purchase_request request = {.items = items, .items_count = 2};

static void across_a_kill(void **state)
{
	char folder[256];
	int ends[2];
	char key[PENDING_KEY_SIZE] = "";
	struct err err;

	(void)state;
	temp_new(folder);
	assert_int_equal(pipe(ends), 0);
	pid_t pid = fork();
	if (!pid) {
		struct state *files = state_new(folder, "http://one", NULL);
		struct pending *pending = pending_new(files, "u1", &request, NULL);

		if (write(ends[1], pending->key, sizeof key) == sizeof key)
			kill(getpid(), SIGKILL);
		_exit(1);
	}
	assert_int_equal(read(ends[0], key, sizeof key), (int)sizeof key);
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));

	struct state *files = state_new(folder, "http://one", &err);
	assert_null(pending_load(files, "u2"));
	struct pending *pending = pending_load(files, "u1");
	assert_non_null(pending);
	assert_null(pending->next);
	assert_string_equal(pending->key, key);
	assert_true(pending->started_at > 0);
	assert_int_equal(pending->request.items_count, 2);
	assert_string_equal(pending->request.items[1].product_id, "p2");
	assert_int_equal(pending->request.items[0].quantity, 2);
	assert_int_equal(pending->request.items[0].price, 1450);
	assert_true(pending_settle(pending, files, &err));
	assert_true(pending_settle(pending, files, &err));
	pending_free(pending);
	assert_null(pending_load(files, "u1"));
	state_free(files);
	close(ends[0]);
	close(ends[1]);
	temp_remove(folder);
}

/* However many a file on the disk says: no sum that is less than its parts. */
static void units(void **state)
{
	struct purchase_item many[] = {{.product_id = "p1", .quantity = INT64_MAX},
				       {.product_id = "p2", .quantity = 2}};
	struct pending pending = {.request = request};

	(void)state;
	assert_int_equal(pending_units(&pending), 3);
	pending.request.items = many;
	assert_int_equal(pending_units(&pending), INT64_MAX);
}

static void several(void **state)
{
	char folder[256], path[512];
	char keys[20][PENDING_KEY_SIZE];

	(void)state;
	temp_new(folder);
	struct state *files = state_new(folder, "http://one", NULL);
	for (int i = 0; i < 20; i++) {
		struct pending *pending = pending_new(files, "u1", &request, NULL);
		snprintf(keys[i], sizeof keys[i], "%s", pending->key);
		for (int j = 0; j < i; j++)
			assert_string_not_equal(keys[i], keys[j]);
		pending_free(pending);
	}
	/* Nonsense beside them is left out; so is what others could have written. */
	state_write(files, "pending", "nonsense", "{\"user_id\":", 11, NULL);
	state_write(files, "pending", "empty", "", 0, NULL);
	state_write(files, "pending", "no.key", "{}", 2, NULL);
	struct pending *first = pending_load(files, "u1");
	size_t count = 0;
	int64_t last = 0;
	while (first) {
		struct pending *next = first->next;
		assert_true(first->started_at >= last);
		last = first->started_at;
		count++;
		pending_free(first);
		first = next;
	}
	assert_int_equal(count, 20);
	state_free(files);

	/* Without files, in memory only. */
	struct pending *pending = pending_new(NULL, "u1", &request, NULL);
	assert_non_null(pending);
	assert_true(pending_settle(pending, NULL, NULL));
	pending_free(pending);
	assert_null(pending_load(NULL, "u1"));

	/* Where nothing can be saved, nothing may be bought. */
	struct err err = {0};
	files = state_new(folder, "http://one", NULL);
	snprintf(path, sizeof path, "%s-gone", folder);
	assert_int_equal(rename(folder, path), 0);
	temp_remove(path);
	assert_null(pending_new(files, "u1", &request, &err));
	assert_int_equal(err.kind, ERR_FILE);
	state_free(files);
}

static int set_up(void **state)
{
	(void)state;
	return crypt_init() ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(urls),    cmocka_unit_test(directories),   cmocka_unit_test(files),
	    cmocka_unit_test(no_room), cmocka_unit_test(across_a_kill), cmocka_unit_test(several),
	    cmocka_unit_test(units),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
