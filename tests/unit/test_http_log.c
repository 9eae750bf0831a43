/* The access log: what a line holds, and that it is never in anybody's way. */
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "platform/http/access_log.h"

static void shortens_addresses(void **state)
{
	static const char *const cases[][2] = {
	    {"192.0.2.77", "192.0.2.0"}, {"2001:db8:1:2:3:4:5:6", "2001:db8:1::"}, {"::1", "::"}, {"", "unix"}};
	char text[46];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		access_log_shorten(cases[i][0], text);
		assert_string_equal(text, cases[i][1]);
	}
}

static const struct access_entry entry = {
    .request_id = "01ARZ3NDEKTSV4RRFFQ69G5FAV",
    .op = "purchase_create",
    .method = "POST",
    .status = 503,
    .bytes = 17,
    .microseconds = 1204567,
    .address = "192.0.2.77",
    .cause = "a \"cause\"\n",
};

static struct access_log *open_in(const char *folder, const char *name, char path[256])
{
	struct access_log *log;
	struct err err;

	snprintf(path, 256, "%s/%s", folder, name);
	assert_true(access_log_open(path, &log, &err));
	return log;
}

static char *read_all(const char *path)
{
	char *text = calloc(1, 4 << 20);
	FILE *file = fopen(path, "re");

	assert_non_null(file);
	assert_non_null(text);
	assert_true(fread(text, 1, (4 << 20) - 1, file) > 0);
	fclose(file);
	return text;
}

static void writes_lines(void **state)
{
	char path[256], moved[256];
	struct access_log *log = open_in(*state, "log", path);

	access_log_add(log, &entry);
	struct access_entry other = entry;
	other.method = "BREW";
	other.cause = NULL;
	access_log_add(log, &other);
	access_log_close(log);

	char *text = read_all(path);
	char *second = strchr(text, '\n');
	assert_non_null(second);
	*second++ = '\0';
	cJSON *json = cJSON_Parse(text);
	assert_non_null(json);
	assert_string_equal(cJSON_GetObjectItem(json, "request_id")->valuestring, entry.request_id);
	assert_string_equal(cJSON_GetObjectItem(json, "op")->valuestring, "purchase_create");
	assert_string_equal(cJSON_GetObjectItem(json, "method")->valuestring, "POST");
	assert_string_equal(cJSON_GetObjectItem(json, "address")->valuestring, "192.0.2.0");
	assert_string_equal(cJSON_GetObjectItem(json, "cause")->valuestring, entry.cause);
	assert_int_equal(cJSON_GetObjectItem(json, "status")->valueint, 503);
	assert_int_equal(cJSON_GetObjectItem(json, "bytes")->valueint, 17);
	assert_non_null(strstr(text, "\"ms\":1204.567,"));
	cJSON_Delete(json);
	assert_non_null(strstr(second, "\"method\":\"other\""));
	assert_null(strstr(second, "BREW"));
	assert_null(strstr(second, "cause"));
	free(text);
	unlink(path);

	/* Moved away and told: the next lines go to a new file. */
	log = open_in(*state, "log", path);
	access_log_add(log, &entry);
	assert_true(snprintf(moved, sizeof moved, "%s.1", path) < (int)sizeof moved);
	assert_int_equal(rename(path, moved), 0);
	access_log_reopen(log);
	while (access(path, F_OK) != 0)
		access_log_add(log, &entry);
	access_log_close(log);
	unlink(path);
	unlink(moved);
}

/* A pipe that nobody reads: adding must not wait for it, and what is lost must be counted. */
static void drops_lines(void **state)
{
	char path[256], text[65536];
	struct access_log *log;
	struct err err;

	snprintf(path, sizeof path, "%s/pipe", (char *)*state);
	assert_int_equal(mkfifo(path, 0600), 0);
	int reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	assert_true(reader >= 0);
	assert_true(access_log_open(path, &log, &err));
	for (int i = 0; i < 100000 && !access_log_dropped(log); i++)
		access_log_add(log, &entry);
	assert_true(access_log_dropped(log) > 0);

	/* Read now, it goes on, and tells how many are missing. */
	bool told = false;
	size_t kept = 0;
	while (!told) {
		ssize_t length = read(reader, text + kept, sizeof text - 1 - kept);
		if (length <= 0)
			continue;
		text[kept + (size_t)length] = '\0';
		told = strstr(text, "{\"dropped\":") != NULL;
		kept = kept + (size_t)length > 32 ? 32 : kept + (size_t)length; /* it may be cut in two */
		memmove(text, text + strlen(text) - kept, kept);
	}
	close(reader);
	access_log_close(log);
	unlink(path);
}

/* Standard error goes into a file of the folder until end_stderr, which says what was written there. */
static int begin_stderr(const char *folder, char path[256])
{
	int before = dup(STDERR_FILENO);

	snprintf(path, 256, "%s/stderr", folder);
	int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(before >= 0 && file >= 0);
	fflush(stderr);
	assert_true(dup2(file, STDERR_FILENO) >= 0);
	close(file);
	return before;
}

static char *end_stderr(int before, const char *path)
{
	assert_true(dup2(before, STDERR_FILENO) >= 0);
	close(before);
	char *text = read_all(path);
	unlink(path);
	return text;
}

/* Every line that a full disk took is counted, and whoever looks at the terminal is told, once. */
static void counts_what_a_full_disk_takes(void **state)
{
	char path[256];
	struct access_log *log;
	struct err err;

	int before = begin_stderr(*state, path);
	assert_true(access_log_open("/dev/full", &log, &err));
	for (int i = 0; i < 1500; i++)
		access_log_add(log, &entry);
	while (access_log_dropped(log) < 1500) /* ends, or the test's time does */
		sched_yield();
	for (int i = 0; i < 1500; i++)
		access_log_add(log, &entry);
	while (access_log_dropped(log) < 3000)
		sched_yield();
	assert_int_equal(access_log_dropped(log), 3000);
	access_log_close(log);
	char *text = end_stderr(before, path);
	assert_non_null(strstr(text, "vitrined: can't write the log /dev/full (No space left on device)"));
	assert_string_equal(strchr(text, '\n'), "\n"); /* one line */
	free(text);
}

static uint64_t lines_in(const char *path)
{
	FILE *file = fopen(path, "re");
	uint64_t lines = 0;
	int byte;

	assert_non_null(file);
	while ((byte = fgetc(file)) != EOF)
		lines += byte == '\n';
	fclose(file);
	return lines;
}

/* A file that may grow again goes on with whole lines, tells what is missing, and so does standard error. */
static void goes_on_when_there_is_room_again(void **state)
{
	char path[256], errors[256];
	struct rlimit limit, small;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	int before = begin_stderr(*state, errors);
	struct access_log *log = open_in(*state, "log", path);
	small = (struct rlimit){.rlim_cur = 1000, .rlim_max = limit.rlim_max}; /* in the middle of a line */
	assert_int_equal(sigaction(SIGXFSZ, &(struct sigaction){.sa_handler = SIG_IGN}, NULL), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	for (int i = 0; i < 100; i++)
		access_log_add(log, &entry);
	uint64_t lost = 0;
	while (!lost || lost + lines_in(path) < 100) {
		sched_yield();
		lost = access_log_dropped(log);
	}
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	access_log_add(log, &entry);
	access_log_close(log);

	char *text = read_all(path), *errors_text = end_stderr(before, errors);
	char notice[64];
	int64_t kept = 0, whole = 0;
	for (char *line = text, *end; (end = strchr(line, '\n')) != NULL; line = end + 1, kept++) {
		*end = '\0';
		cJSON *json = cJSON_Parse(line);

		whole += json && cJSON_HasObjectItem(json, "op");
		if (json && cJSON_HasObjectItem(json, "dropped"))
			assert_int_equal(cJSON_GetObjectItem(json, "dropped")->valueint, lost);
		cJSON_Delete(json);
	}
	assert_int_equal(whole + (int64_t)lost, 101);
	assert_int_equal(kept, whole + 2); /* one that is cut, and the notice, each on a line of its own */
	assert_non_null(strstr(errors_text, "File too large"));
	snprintf(notice, sizeof notice, "is written again; %d lines were lost", (int)lost);
	assert_non_null(strstr(errors_text, notice));
	free(text);
	free(errors_text);
	unlink(path);
}

/* Opening a FIFO waits for nobody; a reader who comes later gets what was said meanwhile. */
static void needs_no_reader(void **state)
{
	char path[256], text[4096];
	struct access_log *log;
	struct err err;

	snprintf(path, sizeof path, "%s/pipe", (char *)*state);
	assert_int_equal(mkfifo(path, 0600), 0);
	alarm(60); /* if it waits, it ends here */
	assert_true(access_log_open(path, &log, &err));
	alarm(0);
	access_log_add(log, &entry);
	int reader = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(reader >= 0);
	assert_true(read(reader, text, sizeof text) > 0);
	assert_memory_equal(text, "{\"time\":", 8);
	close(reader);
	access_log_add(log, &entry); /* nobody reads any more, which is no fault */
	access_log_close(log);
	unlink(path);
}

/* Somebody moved it, and what is there now can't be opened: that is said, and the old file goes on. */
static void keeps_the_old_file(void **state)
{
	char path[256], errors[256], moved[256 + 2];
	int before = begin_stderr(*state, errors);
	struct access_log *log = open_in(*state, "log", path);
	struct stat status;

	snprintf(moved, sizeof moved, "%s.1", path);
	assert_int_equal(rename(path, moved), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	access_log_reopen(log);
	while (stat(errors, &status) != 0 || !status.st_size)
		sched_yield();
	access_log_add(log, &entry);
	access_log_close(log);
	char *text = read_all(moved), *errors_text = end_stderr(before, errors);
	assert_non_null(strstr(text, "purchase_create"));
	assert_non_null(strstr(errors_text, "the old file is still written to"));
	free(text);
	free(errors_text);
	unlink(moved);
	rmdir(path);
}

static void refuses_a_bad_place(void **state)
{
	struct access_log *log = NULL;
	struct err err = {.kind = ERR_NONE};

	(void)state;
	assert_false(access_log_open("/nowhere/at/all", &log, &err));
	assert_int_equal(err.kind, ERR_FILE);
	assert_null(log);
	access_log_add(NULL, &entry);
	access_log_reopen(NULL);
	assert_null(access_log_close(NULL));
}

static int make_folder(void **state)
{
	static char folder[256];
	const char *base = getenv("TMPDIR");

	snprintf(folder, sizeof folder, "%s/vitrine-log-XXXXXX", base ? base : "/tmp");
	*state = mkdtemp(folder);
	return *state ? 0 : -1;
}

static int remove_folder(void **state)
{
	return rmdir(*state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(shortens_addresses),
	    cmocka_unit_test(writes_lines),
	    cmocka_unit_test(drops_lines),
	    cmocka_unit_test(counts_what_a_full_disk_takes),
	    cmocka_unit_test(goes_on_when_there_is_room_again),
	    cmocka_unit_test(needs_no_reader),
	    cmocka_unit_test(keeps_the_old_file),
	    cmocka_unit_test(refuses_a_bad_place),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
