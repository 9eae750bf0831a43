#include "platform/http/arguments.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "platform/page_cache.h"

enum kind {
	KIND_ON,
	KIND_OFF,
	KIND_TEXT,
	KIND_PLACE,
	KIND_COUNT,
	KIND_SECONDS,
	KIND_MIB
};

static const struct option_row {
	const char *name, *argument, *help;
	enum kind kind;
	size_t offset; /* in struct arguments */
	unsigned min, max;
} rows[] = {
#define AT(member) .offset = offsetof(struct arguments, member)
    {"listen", "PLACE", "ADDRESS:PORT or unix:PATH, repeatable; 127.0.0.1:3000; port 0 picks one", KIND_PLACE,
     AT(places)},
    {"demo", NULL, "a shop full of things, in memory unless --db is given", KIND_ON, AT(demo)},
    {"tls-cert", "FILE", "serve HTTPS with this certificate and chain (PEM)", KIND_TEXT, AT(server.tls_certificate)},
    {"tls-key", "FILE", "the certificate's private key (PEM)", KIND_TEXT, AT(server.tls_key)},
    {"threads", "N", "event loops; one per processor", KIND_COUNT, AT(server.threads), 1, 256},
    {"workers", "N", "threads for what waits for the disk; 64", KIND_COUNT, AT(server.workers), 1, 1024},
    {"log", "FILE", "access log, reopened at SIGHUP; standard error", KIND_TEXT, AT(server.log_path)},
    {"no-log", NULL, "no access log", KIND_OFF, AT(server.log)},
    {"metrics-public", NULL, "GET /Metrics for everybody, not only this machine", KIND_ON, AT(server.metrics_public)},
    {"max-connections", "N", "open at once; 8192", KIND_COUNT, AT(server.connections_max), 1, 1000000},
    {"page-cache", "MIB", "for pages of the catalogue asked for lately; 0: none; 8", KIND_MIB, AT(page_bytes), 0, 4096},
    {"body-memory", "MIB", "for large requests under way, together; 64", KIND_MIB, AT(server.bodies_bytes), 1, 65536},
    {"header-timeout", "SECONDS", "for a request's header; 10", KIND_SECONDS, AT(server.head_ms), 0, 3600},
    {"request-timeout", "SECONDS", "for a whole request to arrive; 30", KIND_SECONDS, AT(server.request_ms), 0, 3600},
    {"idle-timeout", "SECONDS", "between requests; 60", KIND_SECONDS, AT(server.idle_ms), 0, 86400},
    {"write-timeout", "SECONDS", "for a reader who stalls; 30", KIND_SECONDS, AT(server.write_ms), 0, 3600},
    {"wait-timeout", "SECONDS", "for GET /Changes to have something to tell; 25", KIND_SECONDS, AT(server.wait_ms), 0,
     3600},
    {"drain-timeout", "SECONDS", "for requests under way at SIGTERM; 10", KIND_SECONDS, AT(server.drain_ms), 0, 3600},
    {"version", NULL, "print the version", KIND_ON, AT(version)},
    {"help", NULL, "print this", KIND_ON, AT(help)},
#undef AT
};
enum { ROWS = sizeof rows / sizeof rows[0], OPTIONS_MAX = 64 };

/* The options in order: the shop's, then those of this table. */
static size_t count_shop(void)
{
	size_t count = 0;

	while (shop_setting_at(count))
		count++;
	return count;
}

const char *arguments_option(size_t index)
{
	const struct shop_setting *setting = shop_setting_at(index);
	size_t own = index - (setting ? 0 : count_shop());

	if (setting)
		return setting->names[SHOP_OPTION];
	return own < ROWS ? rows[own].name : NULL;
}

static const struct command_row {
	enum command command;
	const char *words[2]; /* the second may be NULL */
	const char *operand; /* what it takes; NULL: nothing */
	const char *help;
} commands[] = {
    {COMMAND_BACKUP, {"backup"}, "FILE", "copies the shop, which may be in use meanwhile, to a new file"},
    {COMMAND_EXPORT, {"export"}, "FILE", "writes the shop to a new file, for another shop to import; no passwords"},
    {COMMAND_IMPORT, {"import"}, "FILE", "moves the shop of such a file into a new one; broken off, goes on"},
    {COMMAND_ACCOUNT_LIST,
     {"account", "list"},
     NULL,
     "lists the accounts: id, client or seller, made when, e-mail, name"},
    {COMMAND_ACCOUNT_CLOSE, {"account", "close"}, "ID", "ends an account, as its owner could"},
    {COMMAND_PRODUCT_ARCHIVE, {"product", "archive"}, "ID", "takes a product off sale, as its seller could"},
};
enum { COMMANDS = sizeof commands / sizeof commands[0], COMMAND_NAME = 32 };

static const char *command_name(const struct command_row *row, char name[COMMAND_NAME])
{
	snprintf(name, COMMAND_NAME, "%s%s%s", row->words[0], row->words[1] ? " " : "",
		 row->words[1] ? row->words[1] : "");
	return name;
}

static void help_line(FILE *out, const char *option, const char *argument, const char *help)
{
	char name[40];

	snprintf(name, sizeof name, "--%s %s", option, argument ? argument : "");
	fprintf(out, "  %-27s %s\n", name, help);
}

void arguments_help(FILE *out)
{
	fputs("usage: vitrined [OPTION]...\n"
	      "       vitrined COMMAND [OPTION]...\n\n"
	      "Serves a Vitrine shop over HTTP. Prints \"listening on URL\" when it is ready.\n"
	      "A command does one thing to a shop, which may be served meanwhile:\n\n",
	      out);
	for (size_t i = 0; i < COMMANDS; i++) {
		char name[COMMAND_NAME], line[2 * COMMAND_NAME];

		snprintf(line, sizeof line, "%s %s", command_name(&commands[i], name),
			 commands[i].operand ? commands[i].operand : "");
		fprintf(out, "  %-27s %s\n", line, commands[i].help);
	}
	fputs("\nThe options:\n\n", out);
	for (size_t i = 0; shop_setting_at(i); i++) {
		const struct shop_setting *setting = shop_setting_at(i);

		help_line(out, setting->names[SHOP_OPTION], setting->argument, setting->help);
	}
	for (size_t i = 0; i < ROWS; i++)
		help_line(out, rows[i].name, rows[i].argument, rows[i].help);
	fputs("\nDefaults are named last. Times are in seconds and may have a fraction.\n", out);
}

/* ---- values ---- */

static bool read_count(const struct option_row *row, const char *text, unsigned *ret_count, struct err *err)
{
	char *end;

	errno = 0;
	long value = strtol(text, &end, 10);
	if (errno || end == text || *end || value < (long)row->min || value > (long)row->max)
		return err_set(err, ERR_INVALID, "--%s takes a number from %u to %u", row->name, row->min, row->max);
	*ret_count = (unsigned)value;
	return true;
}

/* "1.5" to 1500. */
static bool read_seconds(const struct option_row *row, const char *text, int64_t *ret_ms, struct err *err)
{
	char *end;

	errno = 0;
	double value = strtod(text, &end);
	if (errno || end == text || *end || !(value >= 0.01) || value > row->max || !isdigit((unsigned char)*text))
		return err_set(err, ERR_INVALID, "--%s takes seconds, from 0.01 to %u", row->name, row->max);
	*ret_ms = (int64_t)(value * 1000 + 0.5);
	return true;
}

static bool set(const struct option_row *row, const char *text, struct arguments *arguments, struct err *err)
{
	void *place = (char *)arguments + row->offset;
	unsigned count = 0;

	switch (row->kind) {
	case KIND_ON: *(bool *)place = true; return true;
	case KIND_OFF: *(bool *)place = false; return true;
	case KIND_TEXT:
		if (!*text)
			return err_set(err, ERR_INVALID, "--%s takes a %s", row->name, row->argument);
		*(const char **)place = text;
		return true;
	case KIND_PLACE:
		if (arguments->places_count == SERVER_LISTENERS_MAX)
			return err_set(err, ERR_INVALID, "--listen may be given %d times", SERVER_LISTENERS_MAX);
		arguments->places[arguments->places_count++] = text;
		return true;
	case KIND_COUNT: return read_count(row, text, place, err);
	case KIND_SECONDS: return read_seconds(row, text, place, err);
	case KIND_MIB:
		if (!read_count(row, text, &count, err))
			return false;
		*(size_t *)place = (size_t)count << 20;
		return true;
	}
	return false;
}

/* ---- the line ---- */

/* How many of the words name this command; 0 when they don't. */
static int match_command(const struct command_row *row, int count, char **words)
{
	int length = row->words[1] ? 2 : 1;

	if (count < length)
		return 0;
	for (int i = 0; i < length; i++)
		if (strcmp(words[i], row->words[i]) != 0)
			return 0;
	return length;
}

static bool take_command(const struct command_row *row, int count, char **words, struct arguments *arguments,
			 struct err *err)
{
	char name[COMMAND_NAME];

	if (row->operand ? count != 1 || !*words[0] : count != 0)
		return err_set(err, ERR_INVALID, "%s takes %s", command_name(row, name),
			       row->operand ? row->operand : "nothing else");
	arguments->command = row->command;
	arguments->operand = row->operand ? words[0] : NULL;
	return true;
}

static bool read_command(int argc, char **argv, int at, struct arguments *arguments, struct err *err)
{
	arguments->command = arguments->help ? COMMAND_HELP : arguments->version ? COMMAND_VERSION : COMMAND_SERVE;
	if (at == argc || arguments->command != COMMAND_SERVE)
		return true;
	for (size_t i = 0; i < COMMANDS; i++) {
		int words = match_command(&commands[i], argc - at, argv + at);

		if (words)
			return take_command(&commands[i], argc - at - words, argv + at + words, arguments, err);
	}
	return err_set(err, ERR_INVALID, "%.100s is no command", argv[at]);
}

static bool check(const struct arguments *arguments, struct err *err)
{
	if (!arguments->server.tls_certificate != !arguments->server.tls_key)
		return err_set(err, ERR_INVALID, "--tls-cert and --tls-key go together");
	if (arguments->server.log_path && !arguments->server.log)
		return err_set(err, ERR_INVALID, "--log and --no-log contradict each other");
	if (arguments->command >= COMMAND_BACKUP && arguments->demo)
		return err_set(err, ERR_INVALID, "A command is for the shop in a file: say --db, not --demo");
	if (arguments->command == COMMAND_BACKUP && arguments->shop.store != SHOP_SQLITE)
		return err_set(
		    err, ERR_INVALID,
		    "backup copies the file of a shop that is kept in sqlite: for any other there is export");
	if (arguments->demo && (arguments->shop.store != SHOP_SQLITE || arguments->shop.identity != SHOP_LOCAL))
		return err_set(err, ERR_INVALID, "--demo fills a shop of --store sqlite and --identity local only");
	return shop_settings_check(&arguments->shop, SHOP_OPTION, err);
}

static const struct arguments defaults = {
    .page_bytes = PAGE_CACHE_BYTES,
    .server =
	{
	    .workers = 64,
	    .connections_max = 8192,
	    .head_ms = 10 * 1000,
	    .request_ms = 30 * 1000,
	    .idle_ms = 60 * 1000,
	    .write_ms = 30 * 1000,
	    .drain_ms = 10 * 1000,
	    .wait_ms = 25 * 1000,
	    .bodies_bytes = (size_t)64 << 20,
	    .log = true,
	},
};

/* The shop's options, and behind them those of this table. */
static void list_options(struct option options[OPTIONS_MAX + 1])
{
	size_t count = 0;

	assert(count_shop() + ROWS <= OPTIONS_MAX);
	for (; shop_setting_at(count); count++)
		options[count] = (struct option){
		    .name = shop_setting_at(count)->names[SHOP_OPTION], .has_arg = required_argument, .val = UCHAR_MAX};
	for (size_t i = 0; i < ROWS; i++, count++)
		options[count] = (struct option){.name = rows[i].name,
						 .has_arg = rows[i].argument ? required_argument : no_argument,
						 .val = UCHAR_MAX};
}

static bool take(size_t at, const char *text, struct arguments *arguments, struct err *err)
{
	return shop_setting_at(at) ? shop_settings_take(&arguments->shop, at, SHOP_OPTION, text, err)
				   : set(&rows[at - count_shop()], text, arguments, err);
}

bool arguments_parse(int argc, char **argv, struct arguments *ret_arguments, struct err *err)
{
	struct option options[OPTIONS_MAX + 1] = {{0}};
	struct arguments arguments = defaults;
	int found, at;

	arguments.shop = shop_settings_default;
	list_options(options);
	optind = 0; /* begin anew, also when this is called twice */
	opterr = 0; /* the caller tells */
	while ((found = getopt_long(argc, argv, ":", options, &at)) != -1) {
		if (found == ':')
			return err_set(err, ERR_INVALID, "%.100s takes a value", argv[optind - 1]);
		if (found != UCHAR_MAX)
			return err_set(err, ERR_INVALID, "%.100s is no option, or it takes no value", argv[optind - 1]);
		if (!take((size_t)at, optarg, &arguments, err))
			return false;
	}
	if (!read_command(argc, argv, optind, &arguments, err) || !check(&arguments, err))
		return false;
	*ret_arguments = arguments;
	return true;
}

bool arguments_default_db(char *ret_path, size_t size, struct err *err)
{
	static const char name[] = "/vitrine.db";

	if (size <= sizeof name ||
	    !file_person_folder("XDG_DATA_HOME", ".local/share", ret_path, size - sizeof name, err) ||
	    !file_make_folder(ret_path, err))
		return false;
	memcpy(ret_path + strlen(ret_path), name, sizeof name);
	return true;
}
