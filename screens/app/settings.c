#include "screens/app/settings.h"

#include <getopt.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "net/state.h"
#include "wire/url.h"
#include "tui/paint/theme.h"

#define SETTINGS_FILE "vitrine.ini"
#define API_OPTION "--api"
/* The setting: an http address, a blank, and the https address in its place. It may be there many times. */
#define SECURED "https"
enum { FILE_MAX = 64 * 1024 };

/* ---- the command line ---- */

/* One row per option. The help is made from it, and a test compares the man page with it. */
static const struct {
	int letter;
	const char *name;
	const char *argument; /* what it takes, or NULL */
	const char *help;
} rows[] = {
    {'a', "api", "URL", "speak to this platform; also VITRINE_API"},
    {'c', "ca-file", "FILE", "trust the authorities in this file (PEM) only; also SSL_CERT_FILE"},
    {'t', "theme", "NAME", "dark, light, high-contrast or mono"},
    {'k', "kiosk", NULL, "for SSH: no files, no suspending, session in memory only, idle time-out"},
    {'i', "idle", "SECONDS", "the kiosk's idle time-out (600)"},
    {'l', "linear", NULL, "say all by lines, and read lines: for screen readers, braille and pipes"},
    {'f', "no-linear", NULL, "on the full screen, whatever vitrine.ini says"},
    {'m', "no-mouse", NULL, "leave the mouse to the terminal"},
    {'V', "version", NULL, "print the version and end"},
    {'h', "help", NULL, "print this and end"},
};
enum { ROWS = sizeof rows / sizeof *rows };

const char *settings_help(void)
{
	static char text[2048];
	int length = snprintf(text, sizeof text, "%s",
			      "Usage: vitrine [OPTION...] [demo | info]\n"
			      "Shop, and sell, in the terminal.\n\n"
			      "  demo               open a shop of one's own with a demonstration catalogue\n"
			      "  info               print paths and settings in force\n\n");

	for (size_t i = 0; i < ROWS; i++) {
		char left[32];
		snprintf(left, sizeof left, "--%s %s", rows[i].name, rows[i].argument ? rows[i].argument : "");
		length += snprintf(text + length, sizeof text - (size_t)length, "  %-18s %s\n", left, rows[i].help);
	}
	return text;
}

static bool copy(char *to, size_t size, const char *from, const char *what, struct err *err)
{
	if ((size_t)snprintf(to, size, "%s", from) >= size)
		return err_set(err, ERR_INVALID, "%s is too long", what);
	return true;
}

static bool set_api(struct settings *settings, const char *url, const char *from, struct err *err)
{
	snprintf(settings->api_from, sizeof settings->api_from, "%s", from);
	return copy(settings->api, sizeof settings->api, url, "The platform's URL", err);
}

static bool set_theme(struct settings *settings, const char *name, struct err *err)
{
	if (*name && !theme_find(name))
		return err_set(err, ERR_INVALID,
			       "There is no theme \"%.40s\": it is dark, light, high-contrast or mono", name);
	return copy(settings->theme, sizeof settings->theme, name, "The theme", err);
}

static bool set_linear(struct settings *settings, const char *value, struct err *err)
{
	settings->linear = !strcmp(value, "yes");
	return settings->linear || !strcmp(value, "no") ||
	       err_set(err, ERR_INVALID, "linear is yes or no, not \"%.40s\"", value);
}

/* The style is given by an example: "1.234,50". */
static bool set_money(struct settings *settings, const char *example, struct err *err)
{
	if (amount_style_of_example(example, &settings->money))
		return true;
	return err_set(err, ERR_INVALID,
		       "\"%.40s\" is no way to write an amount: show it by 1234 and a half, as in 1,234.50 or 1.234,50",
		       example);
}

static bool set_idle(struct settings *settings, const char *text, struct err *err)
{
	char *end;
	long seconds = strtol(text, &end, 10);

	if (end == text || *end || seconds < 1 || seconds > 86400)
		return err_set(err, ERR_INVALID, "--idle takes 1 to 86400 seconds");
	settings->idle_s = (int)seconds;
	return true;
}

static bool read_option(struct settings *settings, int letter, const char *argument, struct err *err)
{
	switch (letter) {
	case 'a':
		return set_api(settings, argument, API_OPTION, err);
	case 'c':
		return copy(settings->ca_file, sizeof settings->ca_file, argument,
			    "The name of the file of authorities", err);
	case 't':
		return set_theme(settings, argument, err);
	case 'i':
		return set_idle(settings, argument, err);
	case 'k':
		settings->kiosk = true;
		return true;
	case 'l':
	case 'f':
		settings->linear = letter == 'l';
		return true;
	case 'm':
		settings->mouse = false;
		return true;
	case 'V':
		settings->command = COMMAND_VERSION;
		return true;
	case 'h':
		settings->command = COMMAND_HELP;
		return true;
	default:
		return false;
	}
}

/* Says what is wrong with the option that getopt stopped at. */
static bool refuse_option(int letter, const char *option, struct err *err)
{
	for (size_t i = 0; letter == ':' && i < ROWS; i++)
		if (rows[i].letter == optopt)
			return err_set(err, ERR_INVALID, "--%s needs a value (%s); see vitrine --help", rows[i].name,
				       rows[i].argument);
	return err_set(err, ERR_INVALID, "There is no option \"%.60s\"; see vitrine --help", option);
}

static bool read_arguments(struct settings *settings, int argc, char **argv, struct err *err)
{
	static const struct {
		const char *word;
		int command;
	} commands[] = {{"demo", COMMAND_DEMO}, {"info", COMMAND_INFO}};
	enum { COMMANDS = sizeof commands / sizeof *commands };
	const char *command = NULL;
	struct option options[ROWS + 1] = {{NULL, 0, NULL, 0}};
	int letter;

	for (size_t i = 0; i < ROWS; i++)
		options[i] = (struct option){rows[i].name, rows[i].argument ? required_argument : no_argument, NULL,
					     rows[i].letter};
	opterr = 0;
	optind = 0; /* getopt begins anew, even if it was used before */
	while ((letter = getopt_long(argc, argv, ":hV", options, NULL)) != -1) {
		if (letter == '?' || letter == ':')
			return refuse_option(letter, argv[optind - 1], err);
		if (!read_option(settings, letter, optarg, err))
			return false;
	}
	for (; optind < argc; optind++) {
		size_t i = 0;
		while (i < COMMANDS && strcmp(argv[optind], commands[i].word) != 0)
			i++;
		if (i == COMMANDS)
			return err_set(err, ERR_INVALID, "There is no command \"%.60s\"; see vitrine --help",
				       argv[optind]);
		if (command)
			return err_set(err, ERR_INVALID, "One command at a time: %s or %s", command, argv[optind]);
		command = commands[i].word;
		if (settings->command == COMMAND_SHOP)
			settings->command = (unsigned)commands[i].command;
	}
	if (settings->command == COMMAND_DEMO && !strcmp(settings->api_from, API_OPTION))
		return err_set(err, ERR_INVALID,
			       "The demo brings its platform along: demo or " API_OPTION ", not both");
	return true;
}

/* ---- files ---- */

static bool config_path(const struct settings *settings, const char *name, char path[PATH_MAX])
{
	return settings->config_dir[0] && snprintf(path, PATH_MAX, "%s/%s", settings->config_dir, name) < PATH_MAX;
}

/* The path and the text of one of the person's files; `text` stays empty when there is none. */
static bool read_file(const struct settings *settings, const char *name, char path[PATH_MAX], struct buf *text,
		      struct err *err)
{
	struct err why = {.kind = ERR_NONE};

	if (!config_path(settings, name, path) || file_read(path, text, &why) || why.kind == ERR_NOT_FOUND)
		return true;
	if (err)
		*err = why;
	return false;
}

#define BLANKS " \t\v\f\r" /* inih skips these at the beginning of a line */

struct ini_lines {
	const char *at;
	int count;
	bool too_long; /* the last line so far is too long */
};

/* The next line, for inih. An indented line is a line of its own, not the rest of the one before. A line that is too
 * long for inih is not cut in two. */
static char *next_line(char *to, int size, void *context)
{
	struct ini_lines *lines = context;
	const char *line = lines->at + strspn(lines->at, BLANKS);
	size_t length = strcspn(line, "\n");

	if (!*line)
		return NULL;
	lines->count++;
	lines->too_long = length + 2 > (size_t)size;
	if (lines->too_long)
		return NULL;
	memcpy(to, line, length);
	memcpy(to + length, "\n", 2);
	lines->at = line + length + (line[length] == '\n');
	return to;
}

/* When the handler refuses a line, `why_line` holds the reason. */
static bool parse_ini(const char *path, const char *text, ini_handler handler, void *context,
		      const struct err *why_line, struct err *err)
{
	struct ini_lines lines = {.at = text};
	int line = ini_parse_stream(next_line, &lines, handler, context);

	if (line > 0)
		return err_set(err, ERR_INVALID, "%s: line %d%s%s", path, line,
			       why_line->kind != ERR_NONE ? ": " : " makes no sense", why_line->message);
	return !lines.too_long || err_set(err, ERR_INVALID, "%s: line %d is too long", path, lines.count);
}

struct setting_reader {
	struct settings *settings;
	struct err err; /* about the first wrong line */
};

static int read_setting(void *context, const char *section, const char *name, const char *value)
{
	struct setting_reader *reader = context;
	struct err err = {.kind = ERR_NONE};
	bool good;

	(void)section;
	if (!strcmp(name, "api"))
		good = set_api(reader->settings, value, SETTINGS_FILE, &err);
	else if (!strcmp(name, "theme"))
		good = set_theme(reader->settings, value, &err);
	else if (!strcmp(name, "linear"))
		good = set_linear(reader->settings, value, &err);
	else if (!strcmp(name, "money"))
		good = set_money(reader->settings, value, &err);
	else if (!strcmp(name, SECURED))
		good = strchr(value, ' ') || err_set(&err, ERR_INVALID, "It takes two addresses");
	else
		good = err_set(&err, ERR_INVALID,
			       "There is no setting \"%.40s\": it is api, theme, linear, money or " SECURED, name);
	if (!good && reader->err.kind == ERR_NONE)
		reader->err = err;
	return good;
}

bool settings_parse(struct settings *settings, const char *path, const char *text, struct err *err)
{
	struct setting_reader reader = {.settings = settings, .err = {.kind = ERR_NONE}};

	return parse_ini(path, text, read_setting, &reader, &reader.err, err);
}

static bool read_settings_file(struct settings *settings, struct err *err)
{
	char path[PATH_MAX];
	struct buf text;

	buf_init(&text, FILE_MAX);
	bool good = read_file(settings, SETTINGS_FILE, path, &text, err) &&
		    settings_parse(settings, path, buf_str(&text), err);
	buf_done(&text);
	return good;
}

/* ---- http addresses that are to be https ---- */

struct secured_reader {
	char *api; /* the address to look for, and the place for the answer */
	bool found;
};

/* The length of an address without its final slashes. */
static size_t address_length(const char *address)
{
	size_t length = strcspn(address, " ");

	while (length && address[length - 1] == '/')
		length--;
	return length;
}

static bool same_address(const char *one, const char *other)
{
	size_t length = address_length(one);

	return length == address_length(other) && !strncmp(one, other, length);
}

static int read_secured(void *context, const char *section, const char *name, const char *value)
{
	struct secured_reader *reader = context;
	const char *blank = strchr(value, ' ');

	(void)section;
	if (reader->found || strcmp(name, SECURED) != 0 || !blank || !same_address(value, reader->api) ||
	    strlen(blank + 1) >= SETTINGS_URL)
		return 1;
	snprintf(reader->api, SETTINGS_URL, "%s", blank + 1);
	reader->found = true;
	return 1;
}

bool settings_follow(const struct settings *settings, char api[SETTINGS_URL])
{
	static const struct err no_reason = {.kind = ERR_NONE};
	struct secured_reader reader = {.api = api};
	char path[PATH_MAX];
	struct buf text;

	buf_init(&text, FILE_MAX);
	if (!settings->kiosk && read_file(settings, SETTINGS_FILE, path, &text, NULL))
		parse_ini(path, buf_str(&text), read_secured, &reader, &no_reason, NULL);
	buf_done(&text);
	return reader.found;
}

/* A wrong address is told before the terminal is taken. */
static bool check_api(const struct settings *settings, struct err *err)
{
	struct url url;
	struct err why;

	if (!url_parse(settings->api, &url, &why))
		return err_set(err, ERR_INVALID, "%s: %s", settings->api_from, why.message);
	url_done(&url);
	return true;
}

bool settings_read(struct settings *ret_settings, int argc, char **argv, struct err *err)
{
	struct settings settings = {.mouse = true, .idle_s = SETTINGS_IDLE_S};
	struct settings first = settings; /* the options decide whether files are read at all */
	const char *environment = getenv("VITRINE_API"), *authorities = getenv("SSL_CERT_FILE");

	set_api(&settings, SETTINGS_API_DEFAULT, "default", NULL);
	if (!read_arguments(&first, argc, argv, err))
		return false;
	if (first.command == COMMAND_HELP || first.command == COMMAND_VERSION) {
		*ret_settings = first;
		return true;
	}
	if (!first.kiosk) {
		if (!file_person_folder("XDG_CONFIG_HOME", ".config", settings.config_dir, sizeof settings.config_dir,
					NULL))
			settings.config_dir[0] = '\0';
		if (!state_directory(settings.state_dir, sizeof settings.state_dir, NULL))
			settings.state_dir[0] = '\0';
		if (!read_settings_file(&settings, err))
			return false;
	}
	if (environment && *environment && !set_api(&settings, environment, "VITRINE_API", err))
		return false;
	if (authorities && *authorities &&
	    !copy(settings.ca_file, sizeof settings.ca_file, authorities, "SSL_CERT_FILE", err))
		return false;
	if (!read_arguments(&settings, argc, argv, err))
		return false;
	memcpy(settings.api_asked, settings.api, sizeof settings.api_asked);
	if (!settings_follow(&settings, settings.api))
		settings.api_asked[0] = '\0';
	if (!check_api(&settings, err))
		return false;
	*ret_settings = settings;
	return true;
}

/* Is this line "name = START..."? */
static bool is_about(const char *line, const char *name, const char *start)
{
	size_t length = strlen(name);

	line += strspn(line, BLANKS);
	if (strncmp(line, name, length) != 0)
		return false;
	line += length + strspn(line + length, BLANKS);
	if (*line != '=' && *line != ':')
		return false;
	line++;
	line += strspn(line, BLANKS);
	return !strncmp(line, start, strlen(start));
}

/* Copies the text without the lines "name = START...". */
static void copy_others(struct buf *to, const char *text, const char *name, const char *start)
{
	/* Some editors write it at the beginning of a file. After a new first line it would be in the wrong place. */
	static const char bom[] = "\xEF\xBB\xBF";

	if (!strncmp(text, bom, sizeof bom - 1))
		text += sizeof bom - 1;
	while (*text) {
		size_t length = strcspn(text, "\n");
		if (!is_about(text, name, start))
			buf_printf(to, "%.*s\n", (int)length, text);
		text += length + (text[length] == '\n');
	}
}

static void edit(struct buf *after, const char *text, const char *name, const char *start, const char *value)
{
	if (*value) /* as the first line, so that it is in no section */
		buf_printf(after, "%s = %s\n", name, value);
	copy_others(after, text, name, start);
}

void settings_edit(struct buf *after, const char *text, const char *name, const char *value)
{
	edit(after, text, name, "", value);
}

/* Writes "name = value" in place of all lines "name = START...". */
static bool save_line(const struct settings *settings, const char *name, const char *start, const char *value,
		      struct err *err)
{
	char path[PATH_MAX];
	struct buf before, after;
	struct err why = {.kind = ERR_NONE};

	if (settings->kiosk || !config_path(settings, SETTINGS_FILE, path))
		return true;
	if (strlen(name) + strlen(" = ") + strlen(value) + 2 > INI_MAX_LINE) /* it couldn't be read at the next start */
		return err_set(err, ERR_INVALID, "This holds until the end, but is too long to be kept in %s", path);
	buf_init(&before, FILE_MAX);
	buf_init(&after, FILE_MAX);
	bool good = file_read(path, &before, &why) || why.kind == ERR_NOT_FOUND;
	edit(&after, buf_str(&before), name, start, value);
	if (!good)
		*err = why;
	else if (after.failed)
		good = err_set(err, ERR_FILE, "%s is too long", path);
	else
		good = file_make_folder(settings->config_dir, err) &&
		       file_write(path, buf_str(&after), after.length, err);
	buf_done(&before);
	buf_done(&after);
	return good;
}

bool settings_save(const struct settings *settings, const char *name, const char *value, struct err *err)
{
	return save_line(settings, name, "", value, err);
}

bool settings_secure(const struct settings *settings, const char *http, const char *https, struct err *err)
{
	char start[SETTINGS_URL + 1], value[2 * SETTINGS_URL];

	snprintf(start, sizeof start, "%.*s ", (int)address_length(http), http);
	snprintf(value, sizeof value, "%s%s", start, https);
	return save_line(settings, SECURED, start, value, err);
}

struct key_reader {
	struct keymap *keymaps;
	size_t count;
	struct err err; /* about the first wrong key */
};

static int read_key(void *context, const char *section, const char *name, const char *value)
{
	struct key_reader *reader = context;
	const char *wanted = strcmp(section, "everywhere") == 0 ? "" : section;
	struct err err = {.kind = ERR_NONE};

	for (size_t i = 0; i < reader->count; i++) {
		if (strcmp(reader->keymaps[i].name, wanted) != 0)
			continue;
		if (!keymap_override(&reader->keymaps[i], name, value, &err) && reader->err.kind == ERR_NONE)
			err_set(&reader->err, ERR_INVALID, "keys.ini: [%s] %s: %s", section, name, err.message);
		return 1;
	}
	if (reader->err.kind == ERR_NONE)
		err_set(&reader->err, ERR_INVALID, "keys.ini: there is no screen [%s]", section);
	return 1;
}

bool settings_parse_keys(struct keymap *keymaps, size_t count, const char *path, const char *text, struct err *err)
{
	static const struct err no_reason = {.kind = ERR_NONE};
	struct key_reader reader = {.keymaps = keymaps, .count = count, .err = {.kind = ERR_NONE}};

	if (!parse_ini(path, text, read_key, &reader, &no_reason, err))
		return false;
	if (reader.err.kind == ERR_NONE)
		return true;
	if (err)
		*err = reader.err;
	return false;
}

bool settings_keys(const struct settings *settings, struct keymap *keymaps, size_t count, struct err *err)
{
	char path[PATH_MAX];
	struct buf text;

	buf_init(&text, FILE_MAX);
	bool good = read_file(settings, "keys.ini", path, &text, err) &&
		    settings_parse_keys(keymaps, count, path, buf_str(&text), err);
	buf_done(&text);
	return good;
}
