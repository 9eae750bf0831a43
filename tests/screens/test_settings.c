/* The command line, the files a person may write, and a terminal for strangers. */
#include <ctype.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "tests/screens/world.h"

#define FIRST "Yirgacheffe, washed, 250 g"

static void write_config(const struct stage *stage, const char *name, const char *text)
{
	char path[512];
	struct err err;

	snprintf(path, sizeof path, "%s/.config/vitrine", stage->home);
	assert_true(file_make_folder(path, &err));
	snprintf(path, sizeof path, "%s/.config/vitrine/%s", stage->home, name);
	assert_true(file_write(path, text, strlen(text), &err));
}

static bool exists(const struct stage *stage, const char *name)
{
	char path[512];
	struct stat status;

	snprintf(path, sizeof path, "%s/%s", stage->home, name);
	return stat(path, &status) == 0;
}

/* Runs it to its end, in a high window so that all it prints is seen. */
static void run(const char *const *args, int exit_status)
{
	struct stage *stage = world.stage;
	struct stage_options options = {.width = 150, .height = 60};

	for (size_t i = 0; args[i]; i++)
		options.args[i] = args[i];
	stage_open(stage, &options);
	int status = stage_wait_end(stage);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != exit_status)
		stage_fail(stage, "it ended with status %x", (unsigned)status);
}

#define RUN(exit_status, ...) run((const char *const[]){__VA_ARGS__, NULL}, exit_status)

/* ---- the command line ---- */

static void test_version_and_help(void **state)
{
	(void)state;
	RUN(0, "--version");
	stage_expect(world.stage, "vitrine 1");
	RUN(0, "--help");
	stage_expect(world.stage, "Usage: vitrine");
	assert_false(stage_saw(world.stage, "\033[?1049h"));
}

static void test_bad_arguments(void **state)
{
	(void)state;
	RUN(2, "--nonsense");
	stage_expect(world.stage, "vitrine: There is no option");
	RUN(2, "--theme", "beige");
	stage_expect(world.stage, "There is no theme \"beige\"");
	RUN(2, "--idle", "0");
	RUN(2, "--idle", "soon");
	stage_expect(world.stage, "--idle takes");
	RUN(2, "nonsense");
	stage_expect(world.stage, "There is no command \"nonsense\"");
	RUN(2, "demo", "info");
	stage_expect(world.stage, "One command at a time: demo or info");
	RUN(2, "demo", "--api", "http://127.0.0.1:3000");
	stage_expect(world.stage, "demo or --api, not both");
	RUN(2, "--api");
	RUN(2, "--api", "ftp://nowhere");
	stage_expect(world.stage, "neither http nor https");
	assert_false(stage_saw(world.stage, "\033[?1049h"));
}

static void test_info(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	RUN(0, "info");
	stage_expect(stage, "http://127.0.0.1:3000");
	stage_expect(stage, "default");
	stage_expect(stage, "/.config/vitrine");
	stage_expect(stage, "/.local/state/vitrine");
	RUN(0, "--kiosk", "info");
	stage_expect(stage, "nowhere");
	write_config(stage, "vitrine.ini", "api = https://127.0.0.1:1/Prod\ntheme = light\n");
	RUN(0, "info");
	stage_expect(stage, "https://127.0.0.1:1/Prod");
	stage_expect(stage, "vitrine.ini");
	stage_expect(stage, "light");
	RUN(0, "--api", "http://127.0.0.1:1", "info");
	stage_expect(stage, "http://127.0.0.1:1");
	write_config(stage, "vitrine.ini", "theme = beige\n");
	RUN(2, "info");
	stage_expect(stage, "vitrine.ini: line 1: There is no theme \"beige\"");
	write_config(stage, "vitrine.ini", "color = red\n");
	RUN(2, "info");
	stage_expect(stage, "vitrine.ini: line 1: There is no setting \"color\"");
	write_config(stage, "vitrine.ini", "nonsense\n");
	RUN(2, "info");
	stage_expect(stage, "line 1 makes no sense");
}

/* Options in the text, each once: "--name", or "-name" after Fl in the page. */
static size_t collect(const char *text, const char *mark, char names[32][32])
{
	size_t count = 0;

	for (const char *at = text; (at = strstr(at, mark)) && count < 32;) {
		char name[32];
		size_t length = 0;
		at += strlen(mark);
		while (length < sizeof name - 1 && (islower((unsigned char)at[length]) || at[length] == '-')) {
			name[length] = at[length];
			length++;
		}
		name[length] = '\0';
		bool seen = length == 0;
		for (size_t i = 0; i < count; i++)
			seen = seen || !strcmp(names[i], name);
		if (!seen)
			memcpy(names[count++], name, sizeof name);
	}
	return count;
}

static void expect_all(char (*some)[32], size_t some_count, char (*all)[32], size_t all_count, const char *where)
{
	for (size_t i = 0; i < some_count; i++) {
		bool found = false;
		for (size_t j = 0; j < all_count; j++)
			found = found || !strcmp(some[i], all[j]);
		if (!found)
			fail_msg("--%s is not in %s", some[i], where);
	}
}

static void test_help_is_the_manual(void **state)
{
	char help[32][32], manual[32][32], path[512];
	const char *top = getenv("top_srcdir");
	struct buf text;

	(void)state;
	RUN(0, "--help");
	size_t help_count = collect(stage_text(world.stage), "--", help);
	snprintf(path, sizeof path, "%s/docs/vitrine.1", top ? top : ".");
	buf_init(&text, 1024 * 1024);
	assert_true(file_read(path, &text, NULL));
	size_t manual_count = collect(buf_str(&text), "Fl -", manual);
	buf_done(&text);
	assert_true(help_count >= 5);
	expect_all(help, help_count, manual, manual_count, "docs/vitrine.1");
	expect_all(manual, manual_count, help, help_count, "vitrine --help");
}

/* ---- files ---- */

static void test_own_keys(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	stage_leave(stage);
	write_config(stage, "keys.ini", "[shop]\nadd = F2 p\nundo = F3\n[everywhere]\nquit = Q\n");
	world_start(stage, NULL);
	stage_expect(stage, "F2 add");
	stage_press(stage, "a");
	stage_expect_not(stage, "Added");
	stage_press(stage, "p");
	stage_expect(stage, "Added");
	stage_press(stage, "\033OQ");
	stage_expect(stage, "Cart 2");
	stage_press(stage, "\033OR");
	stage_expect(stage, "Cart 1");
	/* The help tells what holds. */
	stage_press(stage, "?");
	stage_expect(stage, "F2 p");
	stage_press(stage, K_ESC "q");
	stage_expect(stage, FIRST);
	stage_type(stage, "Qy"); /* there is something in the cart */
	assert_int_equal(stage_wait_end(stage), 0);
}

/* Folders that can't be made: one may still look around, and is told. */
static void test_no_folders(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, &(struct stage_options){.env = {"XDG_STATE_HOME=/proc/none", "XDG_CONFIG_HOME=/dev/null"}});
	stage_expect(stage, "Nothing is kept here");
	stage_expect(stage, FIRST);
	world_sign_in(stage, WORLD_CLIENT);
	stage_expect(stage, WORLD_CLIENT);
	world_go(stage, "theme light");
	stage_expect(stage, "! ");
	stage_press(stage, K_ESC);
	stage_expect(stage, FIRST);
}

static void test_keys_that_make_no_sense(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	stage_leave(stage);
	write_config(stage, "keys.ini", "[shop]\nadd = p\nfly = f\n");
	world_start(stage, NULL);
	stage_expect(stage, "keys.ini: [shop] fly");
	stage_press(stage, "p");
	stage_expect(stage, "Cart 1");
}

static void test_theme_is_kept(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	world_sign_in(stage, WORLD_CLIENT);
	world_go(stage, "account");
	stage_press(stage, K_ENTER K_DOWN K_DOWN K_DOWN K_ENTER);
	VTermScreenCell cell = stage_cell(stage, 40, 10);
	assert_false(VTERM_COLOR_IS_DEFAULT_BG(&cell.bg));
	stage_leave(stage);
	world_start(stage, NULL);
	cell = stage_cell(stage, 40, 10);
	assert_false(VTERM_COLOR_IS_DEFAULT_BG(&cell.bg));
}

/* Another platform, chosen on screen, is spoken to the next time, too. */
static void test_platform_is_kept(void **state)
{
	struct stage *stage = world.stage;
	struct stage_options none = {.width = 0};

	(void)state;
	world_demo();
	stage_open(stage, &none);
	stage_until(stage, "! offline");
	stage_type(stage, ":platform" K_ENTER K_CTRL_U);
	stage_type(stage, world.api);
	stage_type(stage, K_ENTER);
	stage_until(stage, FIRST);
	stage_leave(stage);
	stage_open(stage, &none);
	stage_until(stage, FIRST);
}

static void test_environment(void **state)
{
	struct stage *stage = world.stage;
	char api[WORLD_URL + 16];
	struct stage_options options = {.env = {api, NULL}};

	(void)state;
	world_demo();
	snprintf(api, sizeof api, "VITRINE_API=%s", world.api);
	stage_start(stage, &options);
	stage_expect(stage, FIRST);
}

/* Tokens and purchases are nobody else's business. */
static void test_files_are_private(void **state)
{
	struct stage *stage = world.stage;
	char path[512];
	struct stat status;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	world_sign_in(stage, WORLD_CLIENT);
	snprintf(path, sizeof path, "%s/.local/state/vitrine", stage->home);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0700);
}

/* ---- the demo ---- */

/* The first child of a process. */
static pid_t child_of(pid_t parent)
{
	char path[64], text[64] = "";

	snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)parent, (int)parent);
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	if (!fgets(text, sizeof text, file))
		text[0] = '\0';
	fclose(file);
	return (pid_t)strtol(text, NULL, 10);
}

/* It ends, in time: its pidfd says when. */
static void expect_gone(int pidfd)
{
	struct pollfd ended = {.fd = pidfd, .events = POLLIN};

	assert_int_equal(poll(&ended, 1, STAGE_MS), 1);
	close(pidfd);
}

static void test_demo(void **state)
{
	struct stage *stage = world.stage;
	struct stage_options options = {.args = {"demo", NULL}};

	(void)state;
	stage_start(stage, &options);
	stage_expect(stage, FIRST);
	world_sign_in(stage, WORLD_CLIENT);
	stage_press(stage, "ac" K_ENTER "y");
	stage_expect(stage, "Bought");
	stage_leave(stage);
	/* It is all gone afterwards. */
	assert_false(exists(stage, ".local/state/vitrine/sessions"));
	stage_start(stage, &options);
	stage_expect(stage, "guest");
	/* Its platform ends with it, also when it is killed. */
	pid_t platform = child_of(stage->pid);
	assert_true(platform > 0);
	int pidfd = (int)syscall(SYS_pidfd_open, platform, 0);
	assert_true(pidfd >= 0);
	stage_signal(stage, SIGKILL);
	stage_wait_end(stage);
	expect_gone(pidfd);
}

/* ---- for strangers ---- */

static void test_kiosk_leaves_no_files(void **state)
{
	struct stage *stage = world.stage;
	struct stage_options options = {.args = {"--kiosk", NULL}};

	(void)state;
	world_demo();
	world_start(stage, &options);
	world_sign_in(stage, WORLD_CLIENT);
	stage_press(stage, "ac" K_ENTER "y");
	stage_expect(stage, "Bought");
	world_go(stage, "account");
	stage_press(stage, K_ENTER K_DOWN K_ENTER);
	stage_press(stage, ":");
	stage_expect_not(stage, "platform  server");
	stage_leave(stage);
	assert_false(exists(stage, ".local"));
	assert_false(exists(stage, ".config"));
	world_start(stage, &options);
	stage_expect(stage, "guest");
}

static void test_kiosk_ends_when_nobody_is_there(void **state)
{
	struct stage *stage = world.stage;
	struct stage_options options = {.args = {"--kiosk", "--idle", "2", NULL}};

	(void)state;
	world_demo();
	world_start(stage, &options);
	stage_press(stage, "a");
	int64_t last_key = stage_now_ns();
	int status = stage_wait_end(stage);
	int64_t took = (stage_now_ns() - last_key) / 1000000;
	assert_int_equal(status, 0);
	print_message("ended %lld ms after the last key\n", (long long)took);
	assert_true(took >= 1500);
	assert_false(stage->alternate);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WORLD_TEST(test_version_and_help),
	    WORLD_TEST(test_bad_arguments),
	    WORLD_TEST(test_info),
	    WORLD_TEST(test_help_is_the_manual),
	    WORLD_TEST(test_own_keys),
	    WORLD_TEST(test_no_folders),
	    WORLD_TEST(test_keys_that_make_no_sense),
	    WORLD_TEST(test_theme_is_kept),
	    WORLD_TEST(test_platform_is_kept),
	    WORLD_TEST(test_environment),
	    WORLD_TEST(test_files_are_private),
	    WORLD_TEST(test_demo),
	    WORLD_TEST(test_kiosk_leaves_no_files),
	    WORLD_TEST(test_kiosk_ends_when_nobody_is_there),
	};

	return world_run(tests);
}
