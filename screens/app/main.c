#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/crypt.h"
#include "base/process.h"
#include "base/text.h"
#include "screens/app/demo_server.h"
#include "shop/number.h"
#include "screens/app/reach.h"
#include "screens/app/run.h"
#include "tui/terminal/terminal.h"

enum { EXIT_FINE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, LINE_MAX_BYTES = 64 * 1024, REACH_MS = 10000 };

/* Arguments, files and the environment may hold anything: the text is shown, but control characters are not sent. */
static void print_line(FILE *file, const char *name, const char *text)
{
	struct buf clean;

	buf_init(&clean, LINE_MAX_BYTES);
	text_sanitise(&clean, text, strnlen(text, LINE_MAX_BYTES / 4));
	fprintf(file, "%s %s\n", name, buf_str(&clean));
	buf_done(&clean);
}

static int say(const struct err *err, int code)
{
	print_line(stderr, "vitrine:", err->message);
	return code;
}

static void print_row(const char *name, const char *value)
{
	char padded[32];

	snprintf(padded, sizeof padded, "%-26s", name);
	print_line(stdout, padded, value);
}

/* How amounts are written: as the person has set it, otherwise as the locale has it. */
static void choose_money(const struct settings *settings)
{
	struct amount_style style = settings->money;

	if (!style.decimal[0])
		amount_style_of_locale(&style);
	number_set_style(&style);
}

static void print_info(const struct settings *settings)
{
	char amount[AMOUNT_SIZE];
	const struct {
		const char *name, *value;
	} rows[] = {
	    {"platform", settings->api},
	    {"platform from", settings->api_from},
	    {"by https instead of", settings->api_asked},
	    {"authorities", settings->ca_file[0] ? settings->ca_file : "the system's"},
	    {"theme", settings->theme[0] ? settings->theme : "by terminal"},
	    {"amounts like", amount_write(number_style(), 123450, amount)},
	    {"shown", settings->linear ? "by lines" : "on the full screen, where there is a terminal for it"},
	    {"mouse", settings->mouse ? "yes" : "no"},
	    {"kiosk", settings->kiosk ? "yes" : "no"},
	    {"settings and keys in", settings->config_dir[0] ? settings->config_dir : "nowhere"},
	    {"sessions and purchases in", settings->state_dir[0] ? settings->state_dir : "nowhere"},
	};
	char space[REACH_TEXT];

	printf("vitrine %s\n", VITRINE_VERSION);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (*rows[i].value)
			print_row(rows[i].name, rows[i].value);
	fflush(stdout); /* what follows may take a while */
	print_row("reached", reach_try(settings, REACH_MS, space));
}

/* Ends the program by that signal, now that the terminal is as it was. */
static void end_by(int number)
{
	const struct sigaction usual = {.sa_handler = SIG_DFL};
	sigset_t set;

	sigaction(number, &usual, NULL);
	sigemptyset(&set);
	sigaddset(&set, number);
	raise(number);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

/* The full screen if possible, unless people want lines. */
static bool run_app(const struct settings *settings, int *ret_signal, struct err *err)
{
	struct err why;

	if (!settings->linear && isatty(STDOUT_FILENO)) {
		if (app_run(settings, &face_cells, ret_signal, &why))
			return true;
		*err = why;
		if (why.kind != ERR_UNAVAILABLE)
			return false;
	}
	return app_run(settings, &face_lines, ret_signal, err);
}

static int run(struct settings *settings)
{
	struct demo_server demo = {.pid = 0};
	struct err err;
	int ended_by = 0;

	if (settings->command == COMMAND_DEMO) {
		if (!demo_server_start(&demo, &err))
			return say(&err, EXIT_FAILED);
		snprintf(settings->api, sizeof settings->api, "%s", demo.url);
		settings->state_dir[0] = '\0'; /* what is kept there makes no sense without this shop */
	}
	bool good = run_app(settings, &ended_by, &err);
	demo_server_stop(&demo);
	if (!good)
		return say(&err, EXIT_FAILED);
	if (ended_by)
		end_by(ended_by);
	return EXIT_FINE;
}

int main(int argc, char **argv)
{
	struct settings settings;
	struct err err;

	process_harden();
	terminal_locale();
	if (!settings_read(&settings, argc, argv, &err))
		return say(&err, EXIT_USAGE);
	choose_money(&settings);
	switch (settings.command) {
	case COMMAND_HELP:
		fputs(settings_help(), stdout);
		return EXIT_FINE;
	case COMMAND_VERSION:
		puts("vitrine " VITRINE_VERSION);
		return EXIT_FINE;
	case COMMAND_INFO:
		print_info(&settings);
		return EXIT_FINE;
	default:
		break;
	}
	if (!crypt_init()) {
		fputs("vitrine: there is no source of randomness\n", stderr);
		return EXIT_FAILED;
	}
	return run(&settings);
}

/* libcurl loads GnuTLS for protocols that are not used here; TLS is done by OpenSSL. A program with this function stops
 * GnuTLS from reading its tables at each start (GNUTLS_SKIP_GLOBAL_INIT in gnutls/gnutls.h). That saves some 60 KiB in
 * each session, and half a MiB of libraries that are then never read. */
int gnutls_is_not_used(void) __asm__("_gnutls_global_init_skip") __attribute__((visibility("default")));
int gnutls_is_not_used(void)
{
	return 1;
}
