/* Local identity as a whole: its table of operations, opening and closing. */
#include "platform/identity/local/local.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "platform/identity/local/internal.h"

enum { ACCESS_TTL = 60 * 60, REFRESH_TTL = 30 * 24 * 60 * 60, KEY_SIZE = 32 };

void local_close(struct identity *identity)
{
	struct local *local = local_of(identity);

	if (!local)
		return;
	local->outbox = outbox_free(local->outbox);
	local->verified = verified_tokens_free(local->verified);
	local_key_done(local);
	local_passwords_done(local);
	pthread_mutex_destroy(&local->key_lock);
	free(local->issuer);
	free(local->client_id);
	crypt_wipe(local, sizeof *local);
	free(local);
}

bool local_needs_confirmation(struct identity *identity)
{
	return local_of(identity)->outbox != NULL;
}

static const struct identity operations = {
#define OPERATION(name) .name = local_##name,
    IDENTITY_OPERATIONS(OPERATION)
#undef OPERATION
    .adopt = local_adopt,
    .tend = local_tend,
    .rotates = true,
    .local = true,
};

/* The key that codes are hashed under: made at the first start, by one process. */
static bool load_code_key(struct local *local, struct err *err)
{
	char text[CRYPT_BASE64_SIZE(KEY_SIZE)];
	const char *kept = NULL;
	size_t length = 0;
	struct arena scratch;

	arena_init(&scratch, SCRATCH_SIZE);
	crypt_random(local->code_key, KEY_SIZE);
	crypt_base64(local->code_key, KEY_SIZE, text);
	bool ok = db_meta_settle(local->db, "code_key", text, &scratch, &kept, err);
	if (ok && (!crypt_unbase64(kept, local->code_key, KEY_SIZE, &length) || length != KEY_SIZE))
		ok = err_set(err, ERR_FILE, "The database's key for codes can't be read");
	crypt_wipe(text, sizeof text);
	arena_done(&scratch);
	return ok;
}

static struct local *local_alloc(struct db *db, const struct identity_local_options *options)
{
	struct local *local = calloc(1, sizeof *local);

	if (!local)
		return NULL;
	local->identity = operations;
	local->db = db;
	local->issuer = strdup(options->issuer ? options->issuer : "vitrine");
	local->client_id = strdup(options->client_id ? options->client_id : "vitrine");
	local->access_ttl = (options->access_ttl ? options->access_ttl : ACCESS_TTL) * 1000;
	local->refresh_ttl = (options->refresh_ttl ? options->refresh_ttl : REFRESH_TTL) * 1000;
	local->now = options->now ? options->now : clock_now;
	local_passwords_init(local);
	local->verified = verified_tokens_new();
	pthread_mutex_init(&local->key_lock, NULL);
	return local;
}

static bool local_open(struct local *local, const struct identity_local_options *options, struct err *err)
{
	const char *from = options->mail_from ? options->mail_from : "no-reply@localhost";

	if (!local->issuer || !local->client_id || !local->verified)
		return err_memory(err, "opening identity");
	if (options->outbox) {
		local->outbox = outbox_new(options->outbox, from, err);
		if (!local->outbox)
			return false;
	}
	return load_code_key(local, err) && local_key_load(local, err);
}

struct identity *identity_local_new(struct db *db, const struct identity_local_options *options, struct err *err)
{
	if (!crypt_init()) {
		err_set(err, ERR_INTERNAL, "There is no source of randomness");
		return NULL;
	}
	if (options->cheap_hash)
		crypt_password_cheap();

	struct local *local = local_alloc(db, options);
	if (!local) {
		err_memory(err, "opening identity");
		return NULL;
	}
	if (!local_open(local, options, err)) {
		local_close(&local->identity);
		return NULL;
	}
	return &local->identity;
}
