/* vitrine by lines: through pipes, and on a terminal that can do nothing else. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "tests/screens/golden.h"
#include "tests/screens/spoken.h"

#define LINEAR .args = {"--linear"}

/* ---- what a line may be ---- */

static void test_welcome(void **state)
{
	(void)state;
	world_demo();
	golden_lines(spoken(world.stage, NULL, 0, "welcome\nhelp\n\nfoo\nsign\n99\nshow\n"), "lines-welcome");
	golden_done();
	assert_string_equal(spoken_errors(), "");
}

/* What is no text is refused, what is too long, too; the next line is read. */
static void test_no_text(void **state)
{
	struct buf input;

	(void)state;
	world_demo();
	buf_init(&input, 1 << 20);
	buf_add_str(&input, "welcome\nwel\001come\n");
	buf_add(&input, "wel\0come\n", 9);
	for (int i = 0; i < 20000; i++)
		buf_add_char(&input, 'x');
	buf_add_str(&input, "\n\xFF\xC3\x28 nowhere\r\n\twelcome\nshow");
	spoken_bytes(world.stage, NULL, 0, input.bytes, input.length);
	spoken_expect("> \nThat line has a control character in it, and was left out.\n> \nThat line has");
	spoken_expect("That line is too long, and was left out: 4096 bytes at most.\n> \xEF\xBF\xBD");
	spoken_expect("Nothing is called");
	spoken_expect("> show\nWelcome.");
	buf_done(&input);
}

/* ---- which face there is ---- */

static void leave_lines(struct stage *stage, const struct stage_options *options)
{
	world_open(stage, options);
	stage_until_saw(stage, "> ");
	assert_false(stage->alternate);
	stage_type(stage, "quit\r");
	int status = stage_wait_end(stage);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void write_setting(const struct stage *stage, const char *line)
{
	char path[128];

	snprintf(path, sizeof path, "%s/.config/vitrine", stage->home);
	assert_true(file_make_folder(path, NULL));
	snprintf(path, sizeof path, "%s/.config/vitrine/vitrine.ini", stage->home);
	assert_true(file_write(path, line, strlen(line), NULL));
}

static void test_faces(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	leave_lines(stage, &(struct stage_options){LINEAR});
	leave_lines(stage, &(struct stage_options){.term = "dumb"});
	write_setting(stage, "linear = yes\n");
	leave_lines(stage, NULL);
	world_start(stage, &(struct stage_options){.args = {"--no-linear"}});
	assert_true(stage->alternate);
	stage_leave(stage);
	/* Nobody reads what it says, and nobody types. */
	world_open(stage,
		   &(struct stage_options){.wrap = {"/bin/sh", "-c", "exec \"$@\" </dev/null | head -c 1", "sh"}});
	int status = stage_wait_end(stage);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* What ends a program ends this one, too, with the terminal as it was. */
static void test_signals(void **state)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	for (size_t i = 0; i < COUNT_OF(signals); i++) {
		world_open(stage, &(struct stage_options){LINEAR});
		stage_until_saw(stage, "> ");
		if (signals[i] == SIGINT)
			stage_type(stage, K_CTRL_C);
		else
			stage_signal(stage, signals[i]);
		int status = stage_wait_end(stage);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), signals[i]);
	}
}

/* Its pages are what is read of it. */
static void test_nobody_reads(void **state)
{
	struct stage *stage = world.stage;
	const struct stage_options options = {
	    LINEAR,
	    .wrap = {"/bin/bash", "-c",
		     "(yes help | \"$@\"; echo $? >status) | head -n 3 >/dev/null; cat status", "sh"}};

	(void)state;
	world_demo();
	world_open(stage, &options);
	stage_until_saw(stage, "141");
	(void)stage_wait_end(stage);
}

#define SIGN_IN(email) "sign in\n" email "\n" WORLD_PASSWORD "\n"

/* What people do first, without an account; what they would lose is said at the end. */
static void test_guest(void **state)
{
	(void)state;
	world_demo();
	golden_lines(spoken(world.stage, NULL, 1, "search sencha\na 1\ncart\n"), "lines-guest");
	golden_done();
	assert_string_equal(spoken_errors(),
			    "vitrine: What is in the cart is kept only as long as this runs. The input ended here.\n");
}

static void test_customer(void **state)
{
	(void)state;
	world_demo();
	golden_lines(spoken(world.stage, NULL, 0,
			    SIGN_IN(WORLD_CLIENT) "search sencha\na 1\ncart\nmore 1\n1 12\n1 2\n1\ncheck out\ny\n"
						  "purchases\n1\nX\nn\na\nback\nback\nsign out\ny\n"),
		     "lines-customer");
	golden_done();
	assert_int_equal(world_stock("京都 煎茶 sencha, 100 g"), 10);
}

/* From nothing to a receipt, with mistakes on the way, which are said again for as long as they are there. */
static void test_sign_up(void **state)
{
	(void)state;
	world_demo();
	golden_lines(spoken(world.stage, NULL, 0,
			    "a 3\nsign up\nbuy\nnew@example.com\nshort\nshort\nNew Person\n612\n\n:back\nn\n+34600123456\n"
			    "Vitrine-2026\n" WORLD_PASSWORD "\ncart\ncheckout\ny\npurchases\n1\n"),
		     "lines-sign-up");
	golden_done();
	assert_int_equal(world_purchases("new@example.com"), 1);
}

/* What is typed at a password isn't seen, and all else is. */
static void test_password(void **state)
{
	struct stage *stage = world.stage;
	struct termios now;

	(void)state;
	world_demo();
	world_open(stage, &(struct stage_options){LINEAR});
	stage_until_saw(stage, "> ");
	stage_type(stage, "sign in\r");
	stage_until_saw(stage, ":quit.\r\nE-mail: ");
	stage_type(stage, WORLD_CLIENT "\r");
	stage_until_saw(stage, WORLD_CLIENT "\r\nPassword: ");
	assert_int_equal(tcgetattr(stage->slave, &now), 0);
	assert_false(now.c_lflag & ECHO);
	stage_type(stage, WORLD_PASSWORD "\r");
	stage_until_saw(stage, "Signed in as " WORLD_CLIENT ".");
	assert_false(stage_saw(stage, WORLD_PASSWORD));
	assert_true(stage_saw(stage, "sign in\r\n"));
	assert_int_equal(tcgetattr(stage->slave, &now), 0);
	assert_true(now.c_lflag & ECHO);
	/* Left in the middle of one. */
	stage_type(stage, "sign out\r");
	stage_until_saw(stage, "Signed out.");
	stage_forget(stage);
	stage_type(stage, "sign in\r");
	stage_until_saw(stage, ":quit.\r\nE-mail: ");
	stage_type(stage, WORLD_CLIENT "\r");
	stage_until_saw(stage, WORLD_CLIENT "\r\nPassword: ");
	stage_signal(stage, SIGTERM);
	(void)stage_wait_end(stage);
	assert_int_equal(tcgetattr(stage->slave, &now), 0);
	assert_int_equal(now.c_lflag, stage->before.c_lflag);
}

/* How many sales are new is said as soon as it is known, which nobody waits for: left out of what is compared. */
static const char *without_count(const char *text)
{
	static char left[256 * 1024];
	size_t length = 0;

	while (*text && length + 1 < sizeof left) {
		size_t is_alone = length && left[length - 1] != '\n';
		if (!strncmp(text + is_alone, "Sales: ", strlen("Sales: ")) && strstr(text, " new.")) {
			text = strstr(text, " new.") + strlen(" new.");
			text += !is_alone && *text == '\n';
			continue;
		}
		left[length++] = *text++;
	}
	left[length] = '\0';
	return left;
}

static void test_seller(void **state)
{
	(void)state;
	world_demo();
	world_buy(WORLD_CLIENT, "Huila decaf, 250 g");
	const char *said =
	    spoken(world.stage, NULL, 0, SIGN_IN(WORLD_SELLER) "dashboard\nsales\n1\nS\nn\nS\ny\nback\n");
	golden_lines(without_count(strstr(said, "> dashboard")), "lines-sales");
	golden_done();
}

/* Prices and stock, many at once, what is wrong with one, and a product that is looked at. */
static void test_inventory(void **state)
{
	static const char input[] = SIGN_IN(WORLD_SELLER)
	    "help\ne 2 12,50\nTab\ne 2 x\n9\nw\ny\ntag 1,3\nb\n4\n10\n\n\nw\nx 1\ny\n"
	    "open 5\n\n\n1.234.5\n\n\n\n:back\ny\nd 6\nn\n";

	(void)state;
	world_demo();
	const char *said = spoken(world.stage, NULL, 0, input);
	golden_lines(without_count(strstr(said, "> help")), "lines-inventory");
	golden_done();
	assert_int_equal(world_stock("Huila decaf, 250 g"), 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WORLD_TEST(test_welcome),  WORLD_TEST(test_no_text),      WORLD_TEST(test_faces),
	    WORLD_TEST(test_signals),  WORLD_TEST(test_nobody_reads), WORLD_TEST(test_guest),
	    WORLD_TEST(test_customer), WORLD_TEST(test_sign_up),      WORLD_TEST(test_password),
	    WORLD_TEST(test_seller),   WORLD_TEST(test_inventory),
	};

	return world_run(tests);
}
