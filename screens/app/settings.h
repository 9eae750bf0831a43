/* settings.h: the settings: from the command line, else from the environment, else from the person's files.
 */
#ifndef VITRINE_SCREENS_APP_SETTINGS_H
#define VITRINE_SCREENS_APP_SETTINGS_H

#include <limits.h>
#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "models/amount.h"
#include "tui/widgets/keymap.h"

#define SETTINGS_API_DEFAULT "http://127.0.0.1:3000"

enum { SETTINGS_URL = 1024, SETTINGS_NAME = 32, SETTINGS_IDLE_S = 600 };

struct settings {
	enum { COMMAND_SHOP, COMMAND_DEMO, COMMAND_INFO, COMMAND_HELP, COMMAND_VERSION } command;
	char api[SETTINGS_URL];
	char api_from[SETTINGS_NAME]; /* where it comes from: "--api", "VITRINE_API", "vitrine.ini", "default" */
	char api_asked[SETTINGS_URL]; /* the http address that was given, if its https address is used instead; or "" */
	char ca_file[PATH_MAX];       /* PEM file with the authorities to trust; "": the system's */
	char theme[SETTINGS_NAME];    /* "": what suits the terminal */
	struct amount_style money;    /* how amounts are written; empty decimal mark: as the locale has it */
	bool kiosk;                   /* no files, no suspending, no other platform; the session in memory only */
	bool mouse;
	bool linear; /* the face of lines, even if the terminal can do more */
	int idle_s; /* kiosk: ends after so many seconds without a key */
	char config_dir[PATH_MAX]; /* "": none */
	char state_dir[PATH_MAX];  /* "": none */
};

/* Reads the command line, the environment and vitrine.ini; only the command line when just help or the version is asked
 * for. ERR_INVALID with a sentence for standard error. */
bool settings_read(struct settings *ret_settings, int argc, char **argv, struct err *err);

/* The description of the options, made from their table. Static. */
const char *settings_help(void);

/* Keeps one setting ("api", "theme"; "" removes it) in vitrine.ini, but not in a kiosk. The rest of the file stays as
 * it is. */
bool settings_save(const struct settings *settings, const char *name, const char *value, struct err *err);

/* A platform at an http address has moved to https for good, and the person agrees: keeps that, so that nobody is asked
 * again. settings_follow replaces `api` by the https address that was kept; true when there was one. */
bool settings_secure(const struct settings *settings, const char *http, const char *https, struct err *err);
bool settings_follow(const struct settings *settings, char api[SETTINGS_URL]);

/* Applies keys.ini: a section for each keymap ("[shop]", "[everywhere]"), lines "action = keys". A wrong line is
 * skipped; the first one is told as the error. */
bool settings_keys(const struct settings *settings, struct keymap *keymaps, size_t count, struct err *err);

/* The same without files: reads the text of vitrine.ini and keys.ini (errors name `path`); and appends vitrine.ini with
 * one setting changed to `after`. */
bool settings_parse(struct settings *settings, const char *path, const char *text, struct err *err);
bool settings_parse_keys(struct keymap *keymaps, size_t count, const char *path, const char *text, struct err *err);
void settings_edit(struct buf *after, const char *text, const char *name, const char *value);

#endif
