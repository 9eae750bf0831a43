/* Passwords of local identity: hashed a few at a time, tried as often as the guard allows; and ids. */
#include "platform/identity/local/internal.h"

void local_passwords_init(struct local *local)
{
	local->gate_places = HASHES_MAX;
	pthread_mutex_init(&local->ids_lock, NULL);
	pthread_mutex_init(&local->gate_lock, NULL);
	pthread_cond_init(&local->gate_opened, NULL);
	guard_init(&local->guard, local->now);
}

void local_passwords_done(struct local *local)
{
	pthread_mutex_destroy(&local->ids_lock);
	pthread_mutex_destroy(&local->gate_lock);
	pthread_cond_destroy(&local->gate_opened);
	guard_done(&local->guard);
}

struct id local_id(struct local *local)
{
	pthread_mutex_lock(&local->ids_lock);
	struct id id = id_next(&local->ids);
	pthread_mutex_unlock(&local->ids_lock);
	return id;
}

bool local_admit(struct identity *identity, const char *address, int *ret_retry_after, struct err *err)
{
	return guard_admit(&local_of(identity)->guard, address, ret_retry_after, err);
}

/* ---- the hashing ---- */

static void gate_enter(struct local *local)
{
	pthread_mutex_lock(&local->gate_lock);
	while (!local->gate_places)
		pthread_cond_wait(&local->gate_opened, &local->gate_lock);
	local->gate_places--;
	pthread_mutex_unlock(&local->gate_lock);
}

static void gate_leave(struct local *local)
{
	pthread_mutex_lock(&local->gate_lock);
	local->gate_places++;
	pthread_cond_signal(&local->gate_opened);
	pthread_mutex_unlock(&local->gate_lock);
}

/* Without an account a hash is made and thrown away, so that the time doesn't tell. */
static bool check_password(const char *hash, const char *password, bool *ret_right, struct err *err)
{
	char unused[CRYPT_PASSWORD_SIZE];

	if (hash ? !crypt_password_check(hash, password, ret_right) : !crypt_password_hash(password, unused))
		return err_memory(err, "checking a password");
	if (!hash) {
		crypt_wipe(unused, sizeof unused);
		*ret_right = false;
	}
	return true;
}

bool local_try_password(struct local *local, const struct guard_suspect *suspect, const char *hash,
			const char *password, bool *ret_right, int *ret_retry_after, struct err *err)
{
	if (!guard_may_try(&local->guard, suspect, ret_retry_after, err))
		return false;

	/* Those that waited here look again: a hundred guesses at once get hardly more tries than a hundred in a
	 * row. */
	gate_enter(local);
	bool tried = guard_may_try(&local->guard, suspect, ret_retry_after, err) &&
		     check_password(hash, password, ret_right, err);
	if (tried)
		guard_record(&local->guard, suspect, *ret_right);
	gate_leave(local);
	return tried;
}

bool local_hash_password(struct local *local, const char *password, char ret_hash[CRYPT_PASSWORD_SIZE], struct err *err)
{
	gate_enter(local);
	bool ok = crypt_password_hash(password, ret_hash);
	gate_leave(local);
	return ok || err_memory(err, "hashing a password");
}
