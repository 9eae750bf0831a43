/* vitrined: the platform on one machine. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/crypt.h"
#include "base/process.h"
#include "platform/demo/demo.h"
#include "platform/http/admin.h"
#include "platform/http/settings.h"
#include "platform/identity/local/local.h"
#include "platform/page_cache.h"
#include "platform/setting.h"
#include "platform/store/sqlite/sqlite.h"

enum { EXIT_USAGE = 2 };

/* What is open while the platform runs. */
struct shop {
	struct db *db;
	struct arena arena; /* for what the platform's texts are made of */
	struct platform platform;
};

/* The file; NULL: in memory. */
static bool find_db(const struct settings *settings, char buffer[PATH_MAX], const char **ret_path, struct err *err)
{
	const char *path = settings->db;

	if (!path && !settings->demo) {
		if (!settings_default_db(buffer, PATH_MAX, err))
			return false;
		path = buffer;
	}
	*ret_path = path;
	return true;
}

/* Without an outbox, so that nobody has to confirm the demo's accounts. On a file that takes a while, and whoever stops it
 * meanwhile must not be left with half a shop. */
static bool fill_with_demo(struct shop *shop, struct err *err)
{
	struct platform platform = shop->platform;
	struct store *store = platform.store;
	const char *state;

	if (!store->setting_get(store, "demo", &shop->arena, &state, err))
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

static const struct db_schema *const schemas[] = {&store_sqlite_schema, &identity_local_schema, NULL};

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
	const struct identity_local_options identity = {
	    .issuer = settings->issuer, .outbox = settings->outbox, .cheap_hash = settings->demo};
	char buffer[PATH_MAX];
	const char *path;

	if (!find_db(settings, buffer, &path, err) || !db_open(path, schemas, &shop->db, err))
		return false;
	shop->platform.store = store_sqlite_new(shop->db, settings->currency, err);
	if (!shop->platform.store || !setting_cursor_key(&shop->platform, err) ||
	    (settings->demo && !fill_with_demo(shop, err)))
		return false;
	shop->platform.identity = identity_local_new(shop->db, &identity, err);
	if (settings->page_bytes)
		shop->platform.pages = page_cache_new(settings->page_bytes);
	return shop->platform.identity && identity_local_spelled(shop->db, tell_spelled, err) &&
	       (shop->platform.pages || !settings->page_bytes || err_memory(err, "starting"));
}

static void close_shop(struct shop *shop)
{
	if (shop->platform.identity)
		shop->platform.identity->close(shop->platform.identity);
	if (shop->platform.store)
		shop->platform.store->close(shop->platform.store);
	page_cache_free(shop->platform.pages);
	db_close(shop->db);
	arena_done(&shop->arena);
}

static bool serve(struct settings *settings, struct err *err)
{
	struct shop shop = {.platform = {.name = "Vitrine",
					 .version = VITRINE_VERSION,
					 .delivery = (enum delivery_rule)settings->delivery,
					 .payment = settings->payment}};

	if (settings->demo && !settings->payment)
		shop.platform.payment = demo_payment;
	arena_init(&shop.arena, 64 * 1024);
	settings->server.places = settings->places;
	settings->server.places_count = settings->places_count;
	bool good = open_shop(&shop, settings, err);
	shop.platform.waits = good && shop.platform.store->change_news && shop.platform.store->local;
	good = good && server_run(&shop.platform, &settings->server, err);
	close_shop(&shop);
	return good;
}

static bool back_up(const struct settings *settings, struct err *err)
{
	char buffer[PATH_MAX];
	const char *path;

	return find_db(settings, buffer, &path, err) && db_backup(path, settings->argument, err);
}

/* A command on a shop that is there, and may be served by another process. */
static bool administer(const struct settings *settings, struct err *err)
{
	struct shop shop = {.platform = {.name = "Vitrine", .version = VITRINE_VERSION}};
	char buffer[PATH_MAX];
	const char *path;

	if (!find_db(settings, buffer, &path, err) || !db_check_present(path, schemas, err))
		return false;
	arena_init(&shop.arena, 64 * 1024);
	bool good = open_shop(&shop, settings, err);
	if (good && settings->command == COMMAND_ACCOUNT_LIST)
		good = admin_list_accounts(&shop.platform, stdout, err);
	else if (good && settings->command == COMMAND_ACCOUNT_CLOSE)
		good = admin_close_account(&shop.platform, settings->argument, stdout, err);
	else if (good)
		good = admin_archive_product(&shop.platform, settings->argument, stdout, err);
	close_shop(&shop);
	return good;
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
	if (settings.command == COMMAND_HELP) {
		settings_help(stdout);
	} else if (settings.command == COMMAND_VERSION) {
		puts("vitrined " VITRINE_VERSION);
	} else if (!crypt_init()) {
		good = err_set(&err, ERR_INTERNAL, "There is no source of randomness");
	} else {
		good = settings.command == COMMAND_SERVE    ? serve(&settings, &err)
		       : settings.command == COMMAND_BACKUP ? back_up(&settings, &err)
							    : administer(&settings, &err);
	}
	if (!good)
		fprintf(stderr, "vitrined: %s\n", err.message);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
