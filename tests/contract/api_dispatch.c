/* api_dispatch.c: the API suite on dispatch() itself, over SQLite in memory and local identity.
 *
 *     api_dispatch TRANSCRIPT DIRECTORY [short]
 *
 * DIRECTORY is empty and for the mail. A second transcript, TRANSCRIPT.plain, is of a platform that sends none.
 * "short": pages are short at random (short_pages.h).
 */
#include <stdio.h>
#include <string.h>

#include "base/crypt.h"
#include "platform/identity/local/local.h"
#include "platform/store/sqlite/sqlite.h"
#include "tests/chance.h"
#include "tests/contract/direct.h"
#include "tests/contract/short_pages.h"

struct side {
	struct direct direct;
	struct db *db;
};

static bool start(struct side *side, const char *outbox, bool shorten, struct err *err)
{
	static const struct db_schema *const schemas[] = {&store_sqlite_schema, &identity_local_schema, NULL};
	const struct identity_local_options options = {.cheap_hash = true, .outbox = outbox};

	struct direct *direct = &side->direct;

	*direct = (struct direct){.transport = {.send = direct_send,
						.tend = direct_tend,
						.outbox = outbox,
						.short_pages = shorten},
				  .platform = {.name = "Vitrine", .version = "0", .delivery = DELIVERY_OPTIONAL,
					       .payment = "By invoice."}};
	if (!db_open(NULL, schemas, &side->db, err))
		return false;
	direct->platform.store = store_sqlite_new(side->db, "EUR", err);
	if (!direct->platform.store)
		return false;
	if (shorten)
		short_pages(direct->platform.store, chance_seed());
	direct->platform.identity = identity_local_new(side->db, &options, err);
	crypt_random(direct->platform.cursor_key, sizeof direct->platform.cursor_key);
	return direct->platform.identity != NULL;
}

static void stop(struct side *side)
{
	const struct direct *direct = &side->direct;

	if (direct->platform.identity)
		direct->platform.identity->close(direct->platform.identity);
	if (direct->platform.store)
		direct->platform.store->close(direct->platform.store);
	db_close(side->db);
}

static int run(const char *outbox, const char *transcript, bool shorten)
{
	static struct side side;
	struct err err;
	int status = 1;

	if (!start(&side, outbox, shorten, &err))
		fprintf(stderr, "the platform doesn't start: %s\n", err.message);
	else
		status = (outbox ? api_suite_run : api_suite_run_plain)(&side.direct.transport, transcript);
	stop(&side);
	return status;
}

int main(int argc, char **argv)
{
	char plain[4096];

	bool shorten = argc == 4 && !strcmp(argv[3], "short");

	if ((argc != 3 && !shorten) || !crypt_init()) {
		fprintf(stderr, "usage: api_dispatch TRANSCRIPT DIRECTORY [short]\n");
		return 2;
	}
	snprintf(plain, sizeof plain, "%s.plain", argv[1]);
	int status = run(argv[2], argv[1], shorten);
	return run(NULL, plain, shorten) | status;
}
