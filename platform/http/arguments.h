/* arguments.h: what vitrined was asked for on its command line. Two tables hold every option, the shop's
 * (platform/shop_settings.h) and vitrined's own: they drive the parsing, the help and a test that compares them with
 * the manual. No option takes a secret: arguments are for everybody on a machine to see.
 */
#ifndef VITRINE_PLATFORM_HTTP_ARGUMENTS_H
#define VITRINE_PLATFORM_HTTP_ARGUMENTS_H

#include <stdio.h>

#include "platform/http/server.h"
#include "platform/shop_settings.h"

struct arguments {
	enum command {
		COMMAND_SERVE,
		COMMAND_HELP,
		COMMAND_VERSION,
		COMMAND_BACKUP,
		COMMAND_EXPORT,
		COMMAND_IMPORT,
		COMMAND_ACCOUNT_LIST,
		COMMAND_ACCOUNT_CLOSE,
		COMMAND_PRODUCT_ARCHIVE,
	} command;
	const char *operand; /* of the command: a file, an id; NULL: it has none */
	struct shop_settings shop; /* shop.db NULL: the default, or memory for the demo */
	bool demo;
	bool help, version;
	const char *places[SERVER_LISTENERS_MAX];
	size_t places_count;
	size_t page_bytes; /* of the page cache; 0: none */
	struct server_options server; /* all but places */
};

/* Fills in the defaults, then what is given. The strings are argv's. ERR_INVALID with a sentence for the user. */
bool arguments_parse(int argc, char **argv, struct arguments *ret_arguments, struct err *err);

void arguments_help(FILE *out);

/* The options' names in order, NULL after the last. */
const char *arguments_option(size_t index);

/* Where the shop is kept when nobody says: $XDG_DATA_HOME/vitrine/vitrine.db. Makes the folders (0700). ERR_FILE. */
bool arguments_default_db(char *ret_path, size_t size, struct err *err);

#endif
