/* Logins for accounts that were made elsewhere, whose passwords did not come along. */
#include <string.h>

#include "models/normal.h"
#include "platform/identity/local/internal.h"

/* The hash of a password that nobody ever saw. One for all: it is as much work to be wrong about as any other, and
 * making one takes a tenth of a second. */
static bool nobodys_password(struct local *local, const char **ret_hash, struct err *err)
{
	uint8_t random[CRYPT_HASH_SIZE];
	char password[CRYPT_BASE64_SIZE(sizeof random)];
	bool good = true;

	pthread_mutex_lock(&local->key_lock);
	if (!*local->nobodys_password) {
		crypt_random(random, sizeof random);
		crypt_base64(random, sizeof random, password);
		good = local_hash_password(local, password, local->nobodys_password, err);
		crypt_wipe(random, sizeof random);
		crypt_wipe(password, sizeof password);
	}
	pthread_mutex_unlock(&local->key_lock);
	*ret_hash = local->nobodys_password;
	return good;
}

/* The key of the address; where an older account has that, the exact spelling, as it was where they come from. */
static bool find_key(struct local *local, const char *email, struct arena *scratch, const char **ret_key,
		     struct err *err)
{
	const char *key = normal_email_key(scratch, email);
	const char *spelled = arena_printf(scratch, "%s%s", LOGIN_SPELLED, email);
	struct login login = {0};

	if (!key || !spelled)
		return err_memory(err, "making a login");
	if (!local_login_by_email(local, key, scratch, &login, err))
		return false;
	*ret_key = login.id ? spelled : key;
	return true;
}

static bool adopt(struct local *local, struct newcomer *newcomer, struct arena *scratch, struct err *err)
{
	struct login login = {0};

	if (!local_login_by_id(local, newcomer->login.id, scratch, &login, err))
		return false;
	return login.id || (find_key(local, newcomer->login.email, scratch, &newcomer->email_key, err) &&
			    nobodys_password(local, &newcomer->login.password, err) &&
			    db_write(local->db, local_insert_login, newcomer, err));
}

bool local_adopt(struct identity *identity, const char *account_id, enum group group, const char *email,
		 struct err *err)
{
	struct local *local = local_of(identity);
	struct newcomer newcomer = {.local = local,
				    .login = {.id = account_id, .email = email, .group = group, .confirmed = true},
				    .now = local->now()};
	struct err cause = {.kind = ERR_NONE};
	struct arena scratch;

	arena_init(&scratch, SCRATCH_SIZE);
	bool done = adopt(local, &newcomer, &scratch, &cause);
	arena_done(&scratch);
	if (!done && cause.kind == ERR_CONFLICT)
		return err_code(err, ERR_CONFLICT, "email_taken", "The address of account %.64s is another account's",
				account_id);
	if (!done && err)
		*err = cause;
	return done;
}
