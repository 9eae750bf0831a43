/* settings.h: what the command line, the environment and the files of the person say, in this order of weight.
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
	char api_from[SETTINGS_NAME]; /* where it was said: "--api", "VITRINE_API", "vitrine.ini", "default" */
	char api_asked[SETTINGS_URL]; /* what was said there, when the platform is spoken to by https instead; or "" */
	char ca_file[PATH_MAX];       /* PEM of the authorities to trust; "": the system's */
	char theme[SETTINGS_NAME];    /* "": what suits the terminal */
	struct amount_style money;    /* how amounts are written; with an empty decimal mark: as the locale has it */
	bool kiosk;                   /* no files, no suspending, no other platform; the session in memory only */
	bool mouse;
	bool linear; /* by lines, whatever the terminal can do */
	int idle_s; /* kiosk: ends after so long without a key */
	char config_dir[PATH_MAX]; /* "": none */
	char state_dir[PATH_MAX];  /* "": none */
};

/* Reads the command line, the environment and vitrine.ini, but only the command line when help or the version is all that
 * is asked for. ERR_INVALID with a sentence for standard error. */
bool settings_read(struct settings *ret_settings, int argc, char **argv, struct err *err);

/* The options' description, generated from their table. Static. */
const char *settings_help(void);

/* Keeps one setting ("api", "theme"; "" for none of one's own) in vitrine.ini, unless in a kiosk. Whatever else is written
 * there stays. */
bool settings_save(const struct settings *settings, const char *name, const char *value, struct err *err);

/* A platform at an http address has said for good that it wants https, and the person agrees: keeps that, so that nobody is
 * asked again. settings_follow puts the address that was kept so in place of `api`; true when there was one. */
bool settings_secure(const struct settings *settings, const char *http, const char *https, struct err *err);
bool settings_follow(const struct settings *settings, char api[SETTINGS_URL]);

/* Applies keys.ini to a keymap: a section for each keymap ("[shop]", "[everywhere]"), "action = keys". What it says that
 * makes no sense is told once, in the first error. */
bool settings_keys(const struct settings *settings, struct keymap *keymaps, size_t count, struct err *err);

/* The same for a text, without files: what vitrine.ini and keys.ini say, whose `path` errors name; and vitrine.ini with one
 * setting changed, appended to `after`. */
bool settings_parse(struct settings *settings, const char *path, const char *text, struct err *err);
bool settings_parse_keys(struct keymap *keymaps, size_t count, const char *path, const char *text, struct err *err);
void settings_edit(struct buf *after, const char *text, const char *name, const char *value);

#endif
