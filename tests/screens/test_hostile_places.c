/* Hostile bytes from everywhere else: headers, the first platform, the environment, the command line, files, and
 * pastes. Every byte that the terminal is sent is held against the repertoire by the stage, here as in all tests. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/file.h"
#include "tests/screens/repaint.h"
#include "tests/screens/world.h"

#define TEN(text) text text text text text text text text text text
/* A title, the clipboard, a jump, colours, C1 in both its forms, bidirectional controls, zero width, marks, no
 * UTF-8. */
#define EVIL \
	"\033]0;owned\007\033]52;c;aGFja2Vk\007\033[2J\033[13;37H\033[35m\302\2331m\233\220q\234\342\200\256" \
	"evil\342\201\246" \
	"\342\200\213\342\200\215e" TEN("\314\201\314\247") "\303\377\355\240\200\b\r\177"
#define EVIL_JSON \
	"\\u001b]0;owned\\u0007\\u001b]52;c;aGFja2Vk\\u0007\\u001b[2J\\u001b[13;37H\\u009b31m\\u0090q\\u009c" \
	"\\u202eevil\\u2066\\u200b\\u200de" TEN("\\u0301\\u0327") "\\b\\r\\u007f"

/* ---- the command line and the environment ---- */

/* Whatever it says, it says without them. */
static void run(const struct stage_options *options)
{
	struct stage *stage = world.stage;

	stage_open(stage, options);
	stage_wait_end(stage);
	assert_true(WIFEXITED(stage->status));
	assert_true(WEXITSTATUS(stage->status) <= 2);
}

static void test_command_line(void **state)
{
	static const char *const lines[][3] = {
	    {EVIL}, {"--" EVIL}, {"--theme", EVIL}, {"--api", EVIL}, {"--api", "http://127.0.0.1:1/" EVIL, "info"},
	    {"--api", "ftp://" EVIL}, {"--idle", EVIL}, {"--api", "unix:/tmp/" EVIL, "info"}, {"demo", EVIL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		struct stage_options options = {.width = 0};
		for (size_t j = 0; j < 3 && lines[i][j]; j++)
			options.args[j] = lines[i][j];
		run(&options);
	}
}

static void test_environment(void **state)
{
	static const char *const lines[] = {"VITRINE_API=" EVIL, "VITRINE_API=http://127.0.0.1:1/" EVIL,
					    "XDG_CONFIG_HOME=/tmp/" EVIL, "XDG_STATE_HOME=/tmp/" EVIL, "NO_COLOR=" EVIL,
					    "COLORTERM=" EVIL};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(lines); i++)
		run(&(struct stage_options){.args = {"info"}, .env = {lines[i]}});
	/* Unknown languages are C's, unknown terminals like most. */
	world_demo();
	world_start(world.stage, &(struct stage_options){.locale = EVIL});
	stage_expect(world.stage, "Yirgacheffe");
	stage_leave(world.stage);
	world_start(world.stage, &(struct stage_options){.term = EVIL});
	stage_expect(world.stage, "Yirgacheffe");
	stage_leave(world.stage);
}

static void write_config(const struct stage *stage, const char *name, const char *text)
{
	char path[512];
	struct err err;

	snprintf(path, sizeof path, "%s/.config/vitrine", stage->home);
	assert_true(file_make_folder(path, &err));
	snprintf(path, sizeof path, "%s/.config/vitrine/%s", stage->home, name);
	assert_true(file_write(path, text, strlen(text), &err));
}

static void test_files(void **state)
{
	static const char *const keys[] = {"[" EVIL "]\nadd = p\n", "[shop]\n" EVIL " = p\n",
					   "[shop]\nadd = " EVIL "\n", "[shop]\nadd = \342\200\256 \302\233\n", EVIL};
	static const char *const settings[] = {"theme = " EVIL "\n", EVIL " = 1\n", EVIL, "api = " EVIL "\n"};
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		world_start(stage, NULL); /* makes the home folder, the first time */
		stage_press(stage, "?");
		repaint_expect_same(stage);
		stage_leave(stage);
		write_config(stage, "keys.ini", keys[i]);
	}
	world_start(stage, NULL);
	stage_leave(stage);
	for (size_t i = 0; i < COUNT_OF(settings); i++) {
		write_config(stage, "vitrine.ini", settings[i]);
		run(&(struct stage_options){.args = {"info"}});
		run(&(struct stage_options){.args = {"--version"}});
	}
}

/* ---- headers ---- */

static void answer_evil(const char *head)
{
	char more[8192];

	world_order(&world.proxy, "{\"do\":\"clear\"}");
	snprintf(more, sizeof more, "\"head\":\"%s\",\"chunk\":\"\",", head);
	world_rule(NULL, "*", 1, -1, "stream", more);
}

static void test_headers(void **state)
{
#define BODY \
	"{\\\"type\\\":\\\"" EVIL_TWICE "\\\",\\\"request_id\\\":\\\"" EVIL_TWICE \
	"\\\",\\\"message\\\":\\\"" EVIL_TWICE "\\\"}"
#define EVIL_TWICE "\\\\u001b]0;owned\\\\u0007\\\\u009b31m\\\\u202eevil"
#define EVIL_HEAD "\\u001b]0;owned\\u0007\\u009b31m\\u0080evil"
	static const char *const heads[] = {
	    "HTTP/1.1 400 " EVIL_HEAD "\\r\\nContent-Length: 2\\r\\n\\r\\n{}",
	    "HTTP/1.1 400 No\\r\\nX-Request-Id: " EVIL_HEAD "\\r\\nContent-Length: 2\\r\\n\\r\\n{}",
	    "HTTP/1.1 429 No\\r\\nRetry-After: " EVIL_HEAD "\\r\\nContent-Length: 2\\r\\n\\r\\n{}",
	    "HTTP/1.1 400 No\\r\\nContent-Type: " EVIL_HEAD "\\r\\nServer: " EVIL_HEAD "\\r\\nSet-Cookie: " EVIL_HEAD
	    "\\r\\nContent-Length: 2\\r\\n\\r\\n[]",
	    "HTTP/1.1 302 " EVIL_HEAD "\\r\\nLocation: http://" EVIL_HEAD "/\\r\\nContent-Length: 0\\r\\n\\r\\n",
	    "HTTP/1.1 200 No\\r\\nContent-Length: " EVIL_HEAD "\\r\\n\\r\\n{}",
	    EVIL_HEAD "\\r\\n\\r\\n",
	    "HTTP/1.1 403 No\\r\\nContent-Type: application/problem+json\\r\\n\\r\\n" BODY,
	};
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_proxy();
	world_start(stage, NULL);
	for (size_t i = 0; i < COUNT_OF(heads); i++) {
		answer_evil(heads[i]);
		stage_type(stage, ":sign in" K_ENTER WORLD_CLIENT K_TAB WORLD_PASSWORD K_ENTER);
		stage_quiet(stage);
		repaint_expect_same(stage);
		repaint_expect_frame(stage);
		stage_press(stage, K_ESC K_ESC K_ESC);
	}
	world_order(&world.proxy, "{\"do\":\"clear\"}");
}

/* ---- the first platform ---- */

static void test_first_platform(void **state)
{
	static const char *const places[] = {"shop", "cart", "purchases", "account"};
	struct stage *stage = world.stage;

	(void)state;
	world_first((const char *const[]){"--base-path", "/Prod", "--empty", NULL});
	world_order(&world.first,
		    "{\"do\":\"add\",\"what\":\"sellers\",\"row\":{\"id\":\"s1\",\"email\":\"" WORLD_SELLER
		    "\",\"password\":\"" WORLD_PASSWORD "\",\"full_name\":\"" EVIL_JSON "\"}}");
	world_order(&world.first,
		    "{\"do\":\"add\",\"what\":\"clients\",\"row\":{\"id\":\"c1\",\"email\":\"" WORLD_CLIENT
		    "\",\"password\":\"" WORLD_PASSWORD "\",\"full_name\":\"" EVIL_JSON "\",\"mobile\":\"" EVIL_JSON
		    "\"}}");
	for (int i = 0; i < 3; i++)
		world_order(&world.first,
			    "{\"do\":\"add\",\"what\":\"products\",\"row\":{\"id\":\"p%d\",\"name\":\"%d" EVIL_JSON
			    "\",\"price\":\"%s\",\"category\":\"" EVIL_JSON "\",\"seller_id\":\"s1\"}}",
			    i, i, i ? "12.5" : EVIL_JSON);
	world_order(&world.first,
		    "{\"do\":\"add\",\"what\":\"purchases\",\"row\":{\"id\":\"b1\",\"client_name\":\"" EVIL_JSON
		    "\",\"seller_name\":\"" EVIL_JSON "\",\"product_name\":\"" EVIL_JSON "\",\"price\":\"" EVIL_JSON
		    "\",\"pruchase_date\":\"" EVIL_JSON "\"}}");
	world_start(stage, NULL);
	stage_expect(stage, "owned"); /* it does come that far */
	for (int i = 0; i < 3; i++) {
		stage_press(stage, K_ENTER);
		repaint_expect_same(stage);
		repaint_expect_frame(stage);
		stage_press(stage, "a" K_ESC K_DOWN);
	}
	stage_press(stage, "f" K_RIGHT);
	repaint_expect_same(stage);
	stage_press(stage, K_ESC);
	world_sign_in(stage, WORLD_CLIENT);
	for (size_t i = 0; i < COUNT_OF(places); i++) {
		world_go(stage, places[i]);
		repaint_expect_same(stage);
		repaint_expect_frame(stage);
		stage_press(stage, K_ENTER);
		repaint_expect_same(stage);
		stage_press(stage, K_ESC);
	}
	world_go(stage, "sign out");
	world_sign_in(stage, WORLD_SELLER);
	repaint_expect_same(stage);
	stage_press(stage, K_ESC K_ENTER);
	repaint_expect_same(stage);
}

/* ---- what is pasted, and the names of files ---- */

#define PASTE(text) "\033[200~" text "\033[201~"

static void paste_everywhere(struct stage *stage, const char *open, int fields)
{
	stage_press(stage, open);
	for (int i = 0; i < fields; i++) {
		stage_type(stage, PASTE(EVIL "\nsecond line\t" EVIL));
		stage_type(stage, "\002\006\001\005"); /* the cursor goes about in it */
		repaint_expect_same(stage);
		stage_press(stage, K_TAB);
	}
	stage_press(stage, K_ENTER);
	repaint_expect_same(stage);
	stage_press(stage, K_ESC K_ESC K_ESC "y");
	stage_press(stage, K_ESC K_ESC);
}

static void test_pastes(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	stage_press(stage, "/" PASTE(EVIL));
	stage_expect(stage, "evil");
	paste_everywhere(stage, K_ESC "/", 1);
	paste_everywhere(stage, ":", 1);
	paste_everywhere(stage, "?", 1);
	paste_everywhere(stage, "f", 4);
	paste_everywhere(stage, ":sign in" K_ENTER, 2);
	paste_everywhere(stage, ":sign up" K_ENTER, 6);
	paste_everywhere(stage, ":sign in" K_ENTER "\007", 1);
	paste_everywhere(stage, ":platform" K_ENTER, 1);
	paste_everywhere(stage, "ac1", 1);
	world_go(stage, "shop");
	world_sign_in(stage, WORLD_SELLER);
	stage_press(stage, K_ESC);
	paste_everywhere(stage, "e", 1);
	paste_everywhere(stage, "   b" K_UP K_RIGHT K_TAB, 1);
	paste_everywhere(stage, "/", 1);
	paste_everywhere(stage, "n", 6);
	paste_everywhere(stage, ":account" K_ENTER "e", 2);
	paste_everywhere(stage, ":account" K_ENTER K_DOWN K_DOWN K_ENTER, 3);
}

/* A folder, a pipe and a file that isn't there, with such names, are no pictures. */
static void test_picture_names(void **state)
{
	static const char *const names[] = {"x\033]0;y\007.png", "\342\200\256gnp.png", "\303\377.png"};
	struct stage *stage = world.stage;
	char path[128];

	(void)state;
	world_demo();
	world_start(stage, NULL);
	world_sign_in(stage, WORLD_SELLER);
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		snprintf(path, sizeof path, "%s/%s", stage->home, names[i]);
		assert_int_equal(i ? mkfifo(path, 0600) : mkdir(path, 0700), 0);
		stage_press(stage, K_ESC "n" K_TAB K_TAB K_TAB K_TAB K_TAB);
		stage_type(stage, "\033[200~");
		stage_type(stage, path);
		stage_press(stage, "\033[201~" K_ENTER);
		repaint_expect_same(stage);
		stage_press(stage, K_ESC K_ESC "y");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WORLD_TEST(test_command_line),   WORLD_TEST(test_environment), WORLD_TEST(test_files),
	    WORLD_TEST(test_headers),	     WORLD_TEST(test_first_platform), WORLD_TEST(test_pastes),
	    WORLD_TEST(test_picture_names),
	};

	return world_run(tests);
}
