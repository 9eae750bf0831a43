/* One full purchase, from the first frame to the receipt and among the purchases, with every access to memory
 * watched. */
#include <stdio.h>
#include <unistd.h>

#include "tests/screens/world.h"

static const char valgrind[] = "/usr/bin/valgrind";

static void test_a_purchase(void **state)
{
	struct stage *stage = world.stage;
	char log[64];
	struct stage_options options = {.width = 120,
					.height = 40,
					.wrap = {valgrind, "--quiet", "--error-exitcode=99", "--leak-check=full",
						 "--errors-for-leak-kinds=definite", "--track-fds=no", log, NULL}};

	(void)state;
	if (STAGE_SANITIZED || access(valgrind, X_OK) != 0) {
		print_message("skipped: %s\n",
			      STAGE_SANITIZED ? "the sanitizers watch memory already" : "no valgrind here");
		skip();
	}
	world_demo();
	snprintf(log, sizeof log, "--log-file=%s/valgrind.log", world.folder);
	world_start(stage, &options);
	world_sign_in(stage, WORLD_CLIENT);
	stage_press(stage, "/coffee" K_ENTER);
	stage_press(stage, K_ESC K_DOWN K_ENTER);
	stage_press(stage, K_ESC "ac" K_ENTER);
	stage_expect(stage, "buy for");
	stage_press(stage, "y");
	stage_expect(stage, "Bought");
	stage_press(stage, K_ENTER);
	stage_press(stage, K_ENTER);
	stage_expect(stage, "placed");
	stage_press(stage, "?" K_ESC);
	/* What was found ends it with 99. */
	stage_type(stage, K_CTRL_C);
	int status = stage_wait_end(stage);
	FILE *file = fopen(log + strlen("--log-file="), "r");
	char line[512];
	while (file && fgets(line, sizeof line, file))
		fputs(line, stderr);
	if (file)
		fclose(file);
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WORLD_TEST(test_a_purchase),
	};

	return world_run(tests);
}
