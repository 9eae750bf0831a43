#include "tests/screens/stage.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>

#include "tests/vterm_title.h"

enum { RAW_MAX = 256 * 1024 * 1024, QUIET_FROM = 2000000, ENVIRONMENT_MAX = 48 };

static int child_signals = -1; /* tells when a child has changed */

int64_t stage_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* ---- the grid ---- */

static int on_property(VTermProp property, VTermValue *value, void *user)
{
	struct stage *stage = user;

	if (property == VTERM_PROP_ALTSCREEN)
		stage->alternate = value->boolean;
	if (property == VTERM_PROP_CURSORVISIBLE)
		stage->cursor_visible = value->boolean;
	if (property == VTERM_PROP_MOUSE)
		stage->mouse = value->number;
	if (property == VTERM_PROP_TITLE)
		vterm_title_take(stage->title, sizeof stage->title, value);
	return 1;
}

static int on_cursor(VTermPos position, VTermPos before, int visible, void *user)
{
	(void)before;
	(void)visible;
	((struct stage *)user)->cursor = position;
	return 1;
}

static const VTermScreenCallbacks callbacks = {.settermprop = on_property, .movecursor = on_cursor};

static void make_grid(struct stage *stage)
{
	stage->vterm = vterm_new(stage->height, stage->width);
	assert_non_null(stage->vterm);
	vterm_set_utf8(stage->vterm, 1);
	stage->screen = vterm_obtain_screen(stage->vterm);
	vterm_screen_enable_altscreen(stage->screen, 1);
	vterm_screen_set_callbacks(stage->screen, &callbacks, stage);
	vterm_screen_reset(stage->screen, 1);
	stage->cursor_visible = true;
}

/* ---- starting ---- */

static void make_home(struct stage *stage)
{
	if (stage->home[0])
		return;
	/* Not in TMPDIR, which may be long: a socket's path must be short, and goldens show paths. */
	snprintf(stage->home, sizeof stage->home, "/tmp/vitrine-stage-XXXXXX");
	assert_non_null(mkdtemp(stage->home));
}

struct environment {
	char texts[ENVIRONMENT_MAX][PATH_MAX];
	char *list[ENVIRONMENT_MAX + STAGE_ENV_MAX + 1];
	size_t count;
};

static void add(struct environment *environment, const char *name, const char *value)
{
	char *text = environment->texts[environment->count];

	assert_true(environment->count < ENVIRONMENT_MAX);
	snprintf(text, PATH_MAX, "%s=%s", name, value);
	environment->list[environment->count++] = text;
}

/* Nothing of the person who runs the tests but where programs are and what a sanitizer was told. */
static void make_environment(const struct stage *stage, const struct stage_options *options,
			     struct environment *environment)
{
	static const char *const kept[] = {"PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "LD_LIBRARY_PATH"};

	/* The first of a name counts. */
	for (size_t i = 0; i < STAGE_ENV_MAX && options->env[i]; i++)
		environment->list[environment->count++] = (char *)(uintptr_t)options->env[i];
	for (size_t i = 0; i < COUNT_OF(kept); i++)
		if (getenv(kept[i]))
			add(environment, kept[i], getenv(kept[i]));
	add(environment, "HOME", stage->home);
	add(environment, "TERM", options->term ? options->term : "xterm-256color");
	add(environment, "LC_ALL", options->locale ? options->locale : "C.UTF-8");
	add(environment, "TZ", "UTC");
	add(environment, "VITRINE_TEST_SYNC", "1");
}

static void run(struct stage *stage, const struct stage_options *options)
{
	static struct environment environment;
	const char *program = getenv("VITRINE");
	const char *list[2 * STAGE_ARGS_MAX + 2] = {NULL};
	size_t count = 0;
	sigset_t none;

	make_environment(stage, options, &environment);
	for (size_t i = 0; i < STAGE_ARGS_MAX && options->wrap[i]; i++)
		list[count++] = options->wrap[i];
	list[count++] = program ? program : "vitrine";
	for (size_t i = 0; i < STAGE_ARGS_MAX && options->args[i]; i++)
		list[count++] = options->args[i];
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* nothing outlives the tests */
	close(stage->master);
	if (login_tty(stage->slave) == 0 && chdir(stage->home) == 0)
		execvpe(list[0], (char *const *)(uintptr_t)list, environment.list);
	_exit(127);
}

/* Before main: cmocka puts back the signals that a test began with. */
__attribute__((constructor)) static void watch_children(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	child_signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

void stage_open(struct stage *stage, const struct stage_options *options)
{
	stage_close(stage);
	make_home(stage);
	assert_true(child_signals >= 0);
	stage->width = options->width ? options->width : 80;
	stage->height = options->height ? options->height : 24;
	stage->any_bytes = options->any_bytes;
	stage->answered = stage->marked = 0;
	stage->tail_length = stage->csi_length = 0;
	stage->alternate = false;
	stage->mouse = 0;
	stage->title[0] = '\0';
	repertoire_init(&stage->repertoire, options->locale && !strcmp(options->locale, "C"));
	buf_init(&stage->raw, RAW_MAX);

	const struct winsize size = {.ws_col = (unsigned short)stage->width, .ws_row = (unsigned short)stage->height};
	assert_int_equal(openpty(&stage->master, &stage->slave, NULL, NULL, &size), 0);
	assert_int_equal(fcntl(stage->master, F_SETFL, O_NONBLOCK), 0);
	fcntl(stage->master, F_SETFD, FD_CLOEXEC);
	fcntl(stage->slave, F_SETFD, FD_CLOEXEC);
	assert_int_equal(tcgetattr(stage->slave, &stage->before), 0);
	make_grid(stage);
	stage->open = true;
	stage->pid = fork();
	assert_true(stage->pid >= 0);
	if (!stage->pid)
		run(stage, options);
}

void stage_start(struct stage *stage, const struct stage_options *options)
{
	stage_open(stage, options);
	stage_quiet(stage);
}

void stage_close(struct stage *stage)
{
	if (stage->pid > 0) {
		kill(stage->pid, SIGKILL);
		kill(stage->pid, SIGCONT);
		waitpid(stage->pid, &stage->status, 0);
		stage->pid = 0;
	}
	if (!stage->open)
		return;
	stage->open = false;
	close(stage->master);
	close(stage->slave);
	vterm_free(stage->vterm);
	buf_done(&stage->raw);
}

void stage_remove_folder(const char *path)
{
	DIR *directory = opendir(path);
	char name[PATH_MAX];

	if (!directory)
		return;
	for (struct dirent *entry; (entry = readdir(directory));) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
		if (unlink(name) != 0)
			stage_remove_folder(name);
	}
	closedir(directory);
	rmdir(path);
}

void stage_done(struct stage *stage)
{
	stage_close(stage);
	if (stage->home[0])
		stage_remove_folder(stage->home);
	stage->home[0] = '\0';
}

/* ---- reading ---- */

/* The number in the last answer that begins so ("\033]7777;"), if it is complete within the tail. */
static void look_for(const struct stage *stage, const char *start, uint32_t *number)
{
	const char *at = stage->tail, *end = stage->tail + stage->tail_length;

	while ((at = memmem(at, (size_t)(end - at), start, strlen(start)))) {
		uint32_t value = 0;

		for (at += strlen(start); at < end && *at >= '0' && *at <= '9'; at++)
			value = value * 10 + (uint32_t)(*at - '0');
		if (at < end && *at == '\a')
			*number = value;
	}
}

static void note(struct stage *stage, const char *bytes, size_t length)
{
	/* In pieces, so that no answer slips through between two tails. */
	for (size_t at = 0; at < length;) {
		size_t take = length - at < sizeof stage->tail / 2 ? length - at : sizeof stage->tail / 2;
		size_t keep = stage->tail_length < sizeof stage->tail / 2 ? stage->tail_length : sizeof stage->tail / 2;

		memmove(stage->tail, stage->tail + stage->tail_length - keep, keep);
		memcpy(stage->tail + keep, bytes + at, take);
		stage->tail_length = keep + take;
		at += take;
		uint32_t before = stage->answered;
		look_for(stage, "\033]7777;", &stage->answered);
		look_for(stage, "\033]7778;", &stage->marked);
		if (stage->answered != before)
			stage->answered_ns = stage_now_ns();
	}
}

static bool read_some(struct stage *stage)
{
	char bytes[65536];
	ssize_t got = read(stage->master, bytes, sizeof bytes);

	if (got <= 0)
		return false;
	note(stage, bytes, (size_t)got);
	buf_add(&stage->raw, bytes, (size_t)got);
	stage_feed(stage, bytes, (size_t)got);
	if (!stage->any_bytes && !repertoire_feed(&stage->repertoire, bytes, (size_t)got)) {
		stage->any_bytes = true; /* once is enough */
		stage_fail(stage, "the terminal was sent %s", stage->repertoire.why);
	}
	return true;
}

/* Takes note of its end, or that it was stopped (*ret_stopped, may be NULL). */
static void check_child(struct stage *stage, bool *ret_stopped)
{
	struct signalfd_siginfo info;
	int status;

	while (read(child_signals, &info, sizeof info) == (ssize_t)sizeof info)
		continue;
	while (stage->pid > 0 && waitpid(stage->pid, &status, WNOHANG | WUNTRACED) == stage->pid) {
		if (WIFSTOPPED(status)) {
			if (ret_stopped)
				*ret_stopped = true;
			continue;
		}
		stage->status = status;
		stage->pid = 0;
	}
}

void stage_check(struct stage *stage)
{
	check_child(stage, NULL);
}

/* What a terminal says when it is asked: libvterm answers what it knows. (Nobody reads it once the program has
 * ended.) */
static void answer(struct stage *stage)
{
	char bytes[256];
	size_t length = vterm_output_read(stage->vterm, bytes, sizeof bytes);

	if (length && stage->pid > 0)
		assert_int_equal(write(stage->master, bytes, length), length);
}

bool stage_pump(struct stage *stage, int wait_ms)
{
	struct pollfd fds[] = {{.fd = stage->master, .events = POLLIN}, {.fd = child_signals, .events = POLLIN}};
	bool any = false;

	if (poll(fds, 2, wait_ms) > 0 && fds[0].revents & POLLIN)
		while (read_some(stage))
			any = true;
	answer(stage);
	return any;
}

/* Pumps once, until `end` (ns) at the latest. */
static void pump_until(struct stage *stage, int64_t end, const char *what)
{
	int64_t left = (end - stage_now_ns()) / 1000000;

	if (left <= 0)
		stage_fail(stage, "%s: it did not happen in %d s", what, STAGE_MS / 1000);
	stage_pump(stage, (int)left);
}

static int64_t deadline(void)
{
	return stage_now_ns() + (int64_t)STAGE_MS * 1000000;
}

void stage_settle(struct stage *stage)
{
	enum { AGAIN_MS = 500 };
	static uint32_t marks;
	int64_t end = deadline(), again = 0;

	for (uint32_t first = marks + 1; stage->marked < first;) {
		int64_t now = stage_now_ns();
		char mark[32];

		if (now > end)
			stage_fail(stage, "what was written can't be read");
		/* The echo of a key may come in the middle of a mark: then another. */
		if (now > again) {
			int length = snprintf(mark, sizeof mark, "\033]7778;%u\a", (unsigned)++marks);
			assert_int_equal(write(stage->slave, mark, (size_t)length), length);
			again = now + (int64_t)AGAIN_MS * 1000000;
		}
		stage_pump(stage, AGAIN_MS);
	}
}

/* ---- keys and time ---- */

void stage_type_bytes(struct stage *stage, const char *bytes, size_t length)
{
	int64_t end = deadline();

	for (size_t at = 0; at < length;) {
		ssize_t written = write(stage->master, bytes + at, length - at);

		if (written > 0) {
			at += (size_t)written;
			continue;
		}
		assert_true(written < 0 && (errno == EAGAIN || errno == EINTR));
		struct pollfd wait = {.fd = stage->master, .events = POLLIN | POLLOUT};
		poll(&wait, 1, 1000);
		while (read_some(stage))
			continue;
		if (stage_now_ns() > end)
			stage_fail(stage, "it does not read its keys");
	}
}

void stage_type(struct stage *stage, const char *keys)
{
	stage_type_bytes(stage, keys, strlen(keys));
}

static void type_question(struct stage *stage, uint32_t number)
{
	char question[32];

	snprintf(question, sizeof question, "\033[7777;%u~", (unsigned)number);
	stage_type(stage, question);
}

static void ask(struct stage *stage, uint32_t number)
{
	int64_t end = deadline();

	type_question(stage, number);
	while (stage->answered != number) {
		check_child(stage, NULL);
		if (!stage->pid) {
			stage_settle(stage);
			if (stage->answered == number)
				return;
			fprintf(stderr, "%.*s\n", (int)(stage->raw.length < 4000 ? stage->raw.length : 4000),
				buf_str(&stage->raw) + (stage->raw.length < 4000 ? 0 : stage->raw.length - 4000));
			stage_fail(stage, "vitrine has ended, status %x", (unsigned)stage->status);
		}
		pump_until(stage, end, number < QUIET_FROM ? "painting" : "coming to rest");
	}
}

void stage_sync(struct stage *stage)
{
	static uint32_t number;

	ask(stage, ++number);
}

static uint32_t quiet_number = QUIET_FROM;

void stage_quiet(struct stage *stage)
{
	ask(stage, ++quiet_number);
}

bool stage_quiet_within(struct stage *stage, int wait_ms)
{
	int64_t end = stage_now_ns() + (int64_t)wait_ms * 1000000, left;

	type_question(stage, ++quiet_number);
	while (stage->answered != quiet_number && (left = end - stage_now_ns()) > 0)
		stage_pump(stage, (int)(left / 1000000) + 1);
	return stage->answered == quiet_number;
}

void stage_press(struct stage *stage, const char *keys)
{
	stage_type(stage, keys);
	stage_quiet(stage);
}

void stage_mouse(struct stage *stage, int button, int x, int y)
{
	char report[64];

	snprintf(report, sizeof report, "\033[<%d;%d;%dM", button, x + 1, y + 1);
	stage_type(stage, report);
	if (button >= 64)
		return;
	snprintf(report, sizeof report, "\033[<%d;%d;%dm", button, x + 1, y + 1);
	stage_type(stage, report);
}

static void wait_for(struct stage *stage, const char *text, bool there)
{
	int64_t end = deadline();
	char what[256];

	snprintf(what, sizeof what, "%s\"%s\"", there ? "" : "the end of ", text);
	stage_sync(stage);
	while (stage_shows(stage, text) != there) {
		check_child(stage, NULL);
		if (!stage->pid)
			stage_fail(stage, "vitrine has ended, status %x, without %s", (unsigned)stage->status, what);
		pump_until(stage, end, what);
	}
	stage_sync(stage);
	if (stage_shows(stage, text) != there) /* it was half a frame */
		wait_for(stage, text, there);
}

void stage_until(struct stage *stage, const char *text)
{
	wait_for(stage, text, true);
}

void stage_until_gone(struct stage *stage, const char *text)
{
	wait_for(stage, text, false);
}

void stage_until_saw(struct stage *stage, const char *bytes)
{
	int64_t end = deadline();

	while (!stage_saw(stage, bytes))
		pump_until(stage, end, bytes);
}

int stage_wait_end(struct stage *stage)
{
	int64_t end = deadline();

	for (;;) {
		check_child(stage, NULL);
		if (!stage->pid)
			break;
		pump_until(stage, end, "the end");
	}
	stage_settle(stage);
	return stage->status;
}

void stage_wait_stop(struct stage *stage)
{
	int64_t end = deadline();
	bool stopped = false;

	for (;;) {
		check_child(stage, &stopped);
		if (stopped || !stage->pid)
			break;
		pump_until(stage, end, "being stopped");
	}
	assert_true(stopped);
	stage_settle(stage);
}

void stage_signal(struct stage *stage, int number)
{
	assert_true(stage->pid > 0);
	assert_int_equal(kill(stage->pid, number), 0);
}

void stage_resize(struct stage *stage, int width, int height)
{
	const struct winsize size = {.ws_col = (unsigned short)width, .ws_row = (unsigned short)height};

	stage->width = width;
	stage->height = height;
	vterm_set_size(stage->vterm, height, width);
	assert_int_equal(ioctl(stage->master, TIOCSWINSZ, &size), 0);
}

/* Until it has ended, or asks whether it shall. */
static bool ended_or_asks(struct stage *stage)
{
	enum { PATIENCE_MS = 3000 }; /* under the leak check an end takes longer than a question */
	int64_t end = stage_now_ns() + (int64_t)PATIENCE_MS * 1000000;

	while (stage->pid && !stage_shows(stage, "leave Vitrine") && stage_now_ns() < end) {
		stage_pump(stage, PATIENCE_MS);
		check_child(stage, NULL);
	}
	return !stage->pid || stage_shows(stage, "leave Vitrine");
}

/* One Esc after another closes what is open; ^C then leaves, and may ask first. */
void stage_leave(struct stage *stage)
{
	enum { TRIES = 24 };

	check_child(stage, NULL);
	if (stage->width < 40 || stage->height < 12) /* its questions can't be seen */
		stage_resize(stage, 80, 24);
	for (int i = 0; i < TRIES && stage->pid; i++) {
		stage_type(stage, K_ESC);
		if (i % 3 != 2) { /* an odd number, should Esc open and close the same question */
			stage_sync(stage);
			continue;
		}
		stage_type(stage, K_CTRL_C);
		if (ended_or_asks(stage) && stage->pid) {
			stage_type(stage, "y");
			stage_wait_end(stage);
		}
	}
	if (stage->pid)
		stage_fail(stage, "it can't be left");
	stage_settle(stage);
	if (stage->status) {
		fprintf(stderr, "%.*s\n", (int)stage->raw.length, buf_str(&stage->raw));
		fail_msg("vitrine ended with status %x", (unsigned)stage->status);
	}
}
