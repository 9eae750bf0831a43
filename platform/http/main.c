/* vitrined: the platform on one machine. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/crypt.h"
#include "base/process.h"
#include "platform/db/db.h"
#include "platform/demo/demo.h"
#include "platform/http/admin.h"
#include "platform/http/settings.h"
#include "platform/identity/local/local.h"
#include "platform/move/move.h"
#include "platform/open/open.h"
#include "platform/page_cache.h"

enum { EXIT_USAGE = 2 };

/* Where the file is that nobody named; without one the demo's shop is in memory. */
static bool find_db(struct settings *settings, char buffer[PATH_MAX], struct err *err)
{
	if (settings->shop.db || settings->demo || !shop_settings_use_file(&settings->shop))
		return true;
	if (!settings_default_db(buffer, PATH_MAX, err))
		return false;
	settings->shop.db = buffer;
	return true;
}

/* Without an outbox, so that nobody has to confirm the demo's accounts. On a file that takes a while, and whoever stops it
 * meanwhile must not be left with half a shop. */
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
		return err_set(err, ERR_FILE, "This shop's demo was stopped while it was being filled: take a new file");
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
	fprintf(stderr,
		"vitrined: The address %s of account %s is an older account's, too, as addresses are compared now;"
		" this account signs in by exactly that spelling\n",
		email, account_id);
}

static bool open_shop(struct shop *shop, const struct settings *settings, struct err *err)
{
	shop->cheap_hash = settings->demo;
	if (!shop_open(shop, &settings->shop, err) ||
	    (settings->command != COMMAND_IMPORT && !move_is_whole(shop->platform.store, err)) ||
	    (settings->demo && !fill_with_demo(shop, err)))
		return false;
	if (settings->shop.identity == SHOP_LOCAL && !identity_local_spelled(shop->db, tell_spelled, err))
		return false;
	if (settings->page_bytes)
		shop->platform.pages = page_cache_new(settings->page_bytes);
	return shop->platform.pages || !settings->page_bytes || err_memory(err, "starting");
}

static void close_shop(struct shop *shop)
{
	struct page_cache *pages = shop->platform.pages;

	shop_close(shop);
	page_cache_free(pages);
}

static bool serve(struct settings *settings, struct err *err)
{
	struct shop shop = {.db = NULL};

	if (settings->demo && !settings->shop.payment)
		settings->shop.payment = demo_payment;
	settings->server.places = settings->places;
	settings->server.places_count = settings->places_count;
	bool good = open_shop(&shop, settings, err);
	shop.platform.waits = good && shop.platform.store->change_news && shop.platform.store->local;
	good = good && server_run(&shop.platform, &settings->server, err);
	close_shop(&shop);
	return good;
}

/* A command on a shop that is there, and may be served by another process. */
static bool administer(const struct settings *settings, struct err *err)
{
	struct shop shop = {.db = NULL};

	if (shop_settings_use_file(&settings->shop) && !shop_check_file(&settings->shop, err))
		return false;
	bool good = open_shop(&shop, settings, err);
	if (good && settings->command == COMMAND_EXPORT)
		good = admin_export(&shop.platform, settings->argument, stdout, err);
	else if (good && settings->command == COMMAND_ACCOUNT_LIST)
		good = admin_list_accounts(&shop.platform, stdout, err);
	else if (good && settings->command == COMMAND_ACCOUNT_CLOSE)
		good = admin_close_account(&shop.platform, settings->argument, stdout, err);
	else if (good)
		good = admin_archive_product(&shop.platform, settings->argument, stdout, err);
	close_shop(&shop);
	return good;
}

/* Into a new shop, or one that an import was begun in. */
static bool move_in(struct settings *settings, struct err *err)
{
	struct shop shop = {.db = NULL};
	static char currency[MOVE_CURRENCY_SIZE]; /* for as long as the settings name it */

	if (!move_currency(settings->argument, currency, err))
		return false;
	if (!settings->shop.currency)
		settings->shop.currency = currency;
	bool good = open_shop(&shop, settings, err) && admin_import(&shop.platform, settings->argument, stdout, err);
	close_shop(&shop);
	return good;
}

static bool run(struct settings *settings, struct err *err)
{
	static char path[PATH_MAX]; /* for as long as the settings name it */

	if (!crypt_init())
		return err_set(err, ERR_INTERNAL, "There is no source of randomness");
	if (!find_db(settings, path, err))
		return false;
	return settings->command == COMMAND_SERVE    ? serve(settings, err)
	       : settings->command == COMMAND_BACKUP ? db_backup(settings->shop.db, settings->argument, err)
	       : settings->command == COMMAND_IMPORT ? move_in(settings, err)
						     : administer(settings, err);
}

/* What is on AWS is in a program of its own beside this one, since it brings as many libraries again, which would double the
 * start for everybody. Doesn't return when that is started. */
static bool become_other(char **argv, struct err *err)
{
	static const char other[] = "-aws";
	char path[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", path, sizeof path - sizeof other);

	if (length < 0 || (size_t)length == sizeof path - sizeof other)
		return err_set(err, ERR_FILE, "It can't be found where vitrined is, and so not where vitrined-aws is");
	memcpy(path + length, other, sizeof other);
	execv(path, argv);
	return err_set(err, ERR_FILE, "That store or identity is in a program of its own, %s, which can't be started: %m",
		       path);
}

int main(int argc, char **argv)
{
	struct settings settings;
	struct err err = {.kind = ERR_NONE};
	bool good = true;

	process_harden();
	if (!settings_parse(argc, argv, &settings, &err)) {
		fprintf(stderr, "vitrined: %s\nvitrined --help lists the options\n", err.message);
		return EXIT_USAGE;
	}
	if (settings.command == COMMAND_HELP)
		settings_help(stdout);
	else if (settings.command == COMMAND_VERSION)
		puts("vitrined " VITRINE_VERSION);
	else if (settings.command != COMMAND_BACKUP && !shop_can_open(&settings.shop))
		good = become_other(argv, &err);
	else
		good = run(&settings, &err);
	if (!good)
		fprintf(stderr, "vitrined: %s\n", err.message);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
