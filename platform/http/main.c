/* vitrined: the platform on one machine. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/crypt.h"
#include "base/process.h"
#include "platform/complain.h"
#include "platform/db/db.h"
#include "platform/demo/demo.h"
#include "platform/http/admin.h"
#include "platform/http/arguments.h"
#include "platform/identity/local/local.h"
#include "platform/move/move.h"
#include "platform/open/open.h"
#include "platform/page_cache.h"

enum { EXIT_USAGE = 2 };

/* Where the file is that nobody named; without one the demo's shop is in memory. */
static bool find_db(struct arguments *arguments, char buffer[PATH_MAX], struct err *err)
{
	if (arguments->shop.db || arguments->demo || !shop_settings_use_file(&arguments->shop))
		return true;
	if (!arguments_default_db(buffer, PATH_MAX, err))
		return false;
	arguments->shop.db = buffer;
	return true;
}

/* Without an outbox, so that nobody has to confirm the demo's accounts. On a file that takes a while, and whoever stops
 * it meanwhile must not be left with half a shop. */
static bool fill(struct shop *shop, struct arena *scratch, struct err *err)
{
	struct platform platform = shop->platform;
	struct store *store = platform.store;
	const char *state;

	if (!store->setting_get(store, "demo", scratch, &state, err))
		return false;
	if (state && !strcmp(state, "filled"))
		return true;
	if (state)
		return err_set(err, ERR_FILE,
			       "This shop's demo was stopped while it was being filled: take a new file");
	if (!store->setting_put(store, "demo", NULL, "filling", err))
		return false;
	platform.identity = identity_local_new(shop->db, &(struct identity_local_options){.cheap_hash = true}, err);
	if (!platform.identity)
		return false;
	bool good = demo_fill(&platform, err) && store->setting_put(store, "demo", "filling", "filled", err);
	platform.identity->close(platform.identity);
	return good;
}

static bool fill_with_demo(struct shop *shop, struct err *err)
{
	struct arena scratch;

	arena_init(&scratch, 64 * 1024);
	bool good = fill(shop, &scratch, err);
	arena_done(&scratch);
	return good;
}

/* For whoever runs the shop, at each start while there are such accounts. */
static void tell_spelled(const char *account_id, const char *email)
{
	complain("vitrined",
		 "The address %s of account %s is an older account's, too, as addresses are compared now;"
		 " this account signs in by exactly that spelling",
		 email, account_id);
}

static bool open_shop(struct shop *shop, const struct arguments *arguments, struct err *err)
{
	shop->cheap_hash = arguments->demo;
	if (!shop_open(shop, &arguments->shop, err) ||
	    (arguments->command != COMMAND_IMPORT && !move_is_whole(shop->platform.store, err)) ||
	    (arguments->demo && !fill_with_demo(shop, err)))
		return false;
	if (arguments->shop.identity == SHOP_LOCAL && !identity_local_spelled(shop->db, tell_spelled, err))
		return false;
	if (arguments->page_bytes)
		shop->platform.pages = page_cache_new(arguments->page_bytes);
	return shop->platform.pages || !arguments->page_bytes || err_memory(err, "starting");
}

static void close_shop(struct shop *shop)
{
	struct page_cache *pages = shop->platform.pages;

	shop_close(shop);
	page_cache_free(pages);
}

static bool serve(struct arguments *arguments, struct err *err)
{
	struct shop shop = {.db = NULL};

	if (arguments->demo && !arguments->shop.payment)
		arguments->shop.payment = demo_payment;
	arguments->server.places = arguments->places;
	arguments->server.places_count = arguments->places_count;
	bool good = open_shop(&shop, arguments, err);
	shop.platform.waits = good && shop.platform.store->change_news && shop.platform.store->local;
	good = good && server_run(&shop.platform, &arguments->server, err);
	close_shop(&shop);
	return good;
}

/* A command on a shop that is there, and may be served by another process. */
static bool administer(const struct arguments *arguments, struct err *err)
{
	struct shop shop = {.db = NULL};

	if (shop_settings_use_file(&arguments->shop) && !shop_check_file(&arguments->shop, err))
		return false;
	bool good = open_shop(&shop, arguments, err);
	if (good && arguments->command == COMMAND_EXPORT)
		good = admin_export(&shop.platform, arguments->operand, stdout, err);
	else if (good && arguments->command == COMMAND_ACCOUNT_LIST)
		good = admin_list_accounts(&shop.platform, stdout, err);
	else if (good && arguments->command == COMMAND_ACCOUNT_CLOSE)
		good = admin_close_account(&shop.platform, arguments->operand, stdout, err);
	else if (good)
		good = admin_archive_product(&shop.platform, arguments->operand, stdout, err);
	close_shop(&shop);
	return good;
}

/* Into a new shop, or one that an import was begun in. */
static bool move_in(struct arguments *arguments, struct err *err)
{
	struct shop shop = {.db = NULL};
	static char currency[MOVE_CURRENCY_SIZE]; /* for as long as the arguments name it */

	if (!move_currency(arguments->operand, currency, err))
		return false;
	if (!arguments->shop.currency)
		arguments->shop.currency = currency;
	bool good = open_shop(&shop, arguments, err) && admin_import(&shop.platform, arguments->operand, stdout, err);
	close_shop(&shop);
	return good;
}

static bool run(struct arguments *arguments, struct err *err)
{
	static char path[PATH_MAX]; /* for as long as the arguments name it */

	if (!crypt_init())
		return err_set(err, ERR_INTERNAL, "There is no source of randomness");
	if (!find_db(arguments, path, err))
		return false;
	return arguments->command == COMMAND_SERVE    ? serve(arguments, err)
	       : arguments->command == COMMAND_BACKUP ? db_backup(arguments->shop.db, arguments->operand, err)
	       : arguments->command == COMMAND_IMPORT ? move_in(arguments, err)
						     : administer(arguments, err);
}

/* What is on AWS is in a program of its own beside this one, since it brings as many libraries again, which would
 * double the start for everybody. Doesn't return when that is started. */
static bool become_other(char **argv, struct err *err)
{
	static const char other[] = "-aws";
	char path[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", path, sizeof path - sizeof other);

	if (length < 0 || (size_t)length == sizeof path - sizeof other)
		return err_set(err, ERR_FILE, "It can't be found where vitrined is, and so not where vitrined-aws is");
	memcpy(path + length, other, sizeof other);
	execv(path, argv);
	return err_set(err, ERR_FILE,
		       "That store or identity is in a program of its own, %s, which can't be started: %m", path);
}

int main(int argc, char **argv)
{
	struct arguments arguments;
	struct err err = {.kind = ERR_NONE};
	bool good = true;

	process_harden();
	if (!arguments_parse(argc, argv, &arguments, &err)) {
		complain("vitrined", "%s", err.message);
		fputs("vitrined --help lists the options\n", stderr);
		return EXIT_USAGE;
	}
	if (arguments.command == COMMAND_HELP)
		arguments_help(stdout);
	else if (arguments.command == COMMAND_VERSION)
		puts("vitrined " VITRINE_VERSION);
	else if (arguments.command != COMMAND_BACKUP && !shop_can_open(&arguments.shop))
		good = become_other(argv, &err);
	else
		good = run(&arguments, &err);
	if (!good)
		complain("vitrined", "%s", err.message);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
