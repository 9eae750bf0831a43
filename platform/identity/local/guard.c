/* What all of local identity stands on: ids, addresses as they are compared, who may try how often, and the hashing of
 * passwords, a few at a time. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "base/text.h"
#include "platform/identity/local/internal.h"

/* A person who mistypes never waits; one who guesses gets a try a minute, and a stranger can keep nobody out for longer than
 * that. */
static const struct throttle_rule account_rule = {
    .kind = THROTTLE_BACKOFF, .free = 5, .step = 1000, .longest = 60 * 1000, .forget = 15 * 60 * 1000};

/* Many people may share an address. */
static const struct throttle_rule address_rule = {
    .kind = THROTTLE_BUCKET, .free = 30, .step = 2 * 1000, .forget = 60 * 1000};

/* What anybody may ask for: a whole school signs up and confirms together, and then a script has a tenth of a core. */
static const struct throttle_rule stranger_rule = {.kind = THROTTLE_BUCKET, .free = 1000, .step = 1000};

/* The mails that anybody can have sent to somebody: one, and the next after a minute, two, four; a code lives longer than
 * the longest wait, so that whoever is flooded holds one that works. */
static const struct throttle_rule mail_rule = {
    .kind = THROTTLE_BACKOFF, .free = 0, .step = 60 * 1000, .longest = 15 * 60 * 1000, .forget = 6 * 60 * 60 * 1000};

void local_guard_init(struct local *local)
{
	local->gate_places = HASHES_MAX;
	pthread_mutex_init(&local->ids_lock, NULL);
	pthread_mutex_init(&local->gate_lock, NULL);
	pthread_cond_init(&local->gate_opened, NULL);
	pthread_mutex_init(&local->throttle_lock, NULL);
	crypt_random(local->throttle_key, sizeof local->throttle_key);
	throttle_init(&local->accounts, &account_rule);
	throttle_init(&local->addresses, &address_rule);
	throttle_init(&local->strangers, &stranger_rule);
	throttle_init(&local->mails, &mail_rule);
}

void local_guard_done(struct local *local)
{
	pthread_mutex_destroy(&local->ids_lock);
	pthread_mutex_destroy(&local->gate_lock);
	pthread_cond_destroy(&local->gate_opened);
	pthread_mutex_destroy(&local->throttle_lock);
}

/* ---- ids and addresses ---- */

struct id local_id(struct local *local)
{
	pthread_mutex_lock(&local->ids_lock);
	struct id id = id_next(&local->ids);
	pthread_mutex_unlock(&local->ids_lock);
	return id;
}

/* ---- throttling ---- */

static uint64_t throttled(const struct local *local, const void *bytes, size_t length)
{
	uint8_t hash[CRYPT_HASH_SIZE];
	uint64_t key;

	crypt_hash(bytes, length, local->throttle_key, hash);
	memcpy(&key, hash, sizeof key);
	return key;
}

/* Whoever has an IPv6 address has 2^64 of them: the network counts. */
static uint64_t throttled_address(const struct local *local, const char *address)
{
	struct in6_addr ipv6;

	if (inet_pton(AF_INET6, address, &ipv6) == 1 && !IN6_IS_ADDR_V4MAPPED(&ipv6))
		return throttled(local, &ipv6, sizeof ipv6 / 2);
	return throttled(local, address, strlen(address));
}

struct local_suspect local_suspect(struct local *local, const char *email_key, const char *address)
{
	return (struct local_suspect){
	    .account = throttled(local, email_key, strlen(email_key)),
	    .address = throttled_address(local, address),
	    .has_address = *address != '\0',
	};
}

static int seconds_of(int64_t milliseconds)
{
	return (int)((milliseconds + 999) / 1000);
}

static bool too_many(const char *what, int64_t wait, int *ret_retry_after, struct err *err)
{
	if (ret_retry_after)
		*ret_retry_after = seconds_of(wait);
	return err_set(err, ERR_THROTTLED, "Too many %s: try again in %d s", what, seconds_of(wait));
}

bool local_admit(struct identity *identity, const char *address, int *ret_retry_after, struct err *err)
{
	struct local *local = local_of(identity);
	int64_t now = local->now();

	if (!*address)
		return true;
	uint64_t key = throttled_address(local, address);
	pthread_mutex_lock(&local->throttle_lock);
	int64_t wait = throttle_wait(&local->strangers, key, now);
	if (!wait)
		throttle_fail(&local->strangers, key, now);
	pthread_mutex_unlock(&local->throttle_lock);
	return !wait || too_many("requests from this address", wait, ret_retry_after, err);
}

/* Must it wait? Says so. */
static bool may_try(struct local *local, const struct local_suspect *suspect, int *ret_retry_after, struct err *err)
{
	int64_t now = local->now();

	pthread_mutex_lock(&local->throttle_lock);
	int64_t wait = throttle_wait(&local->accounts, suspect->account, now);
	int64_t other = suspect->has_address ? throttle_wait(&local->addresses, suspect->address, now) : 0;
	pthread_mutex_unlock(&local->throttle_lock);

	if (other > wait)
		wait = other;
	return !wait || too_many("failed attempts", wait, ret_retry_after, err);
}

static void record_try(struct local *local, const struct local_suspect *suspect, bool right)
{
	int64_t now = local->now();

	pthread_mutex_lock(&local->throttle_lock);
	if (right)
		throttle_forgive(&local->accounts, suspect->account);
	else
		throttle_fail(&local->accounts, suspect->account, now);
	if (!right && suspect->has_address)
		throttle_fail(&local->addresses, suspect->address, now);
	pthread_mutex_unlock(&local->throttle_lock);
}

void local_forgive(struct local *local, const char *email_key)
{
	uint64_t account = throttled(local, email_key, strlen(email_key));

	pthread_mutex_lock(&local->throttle_lock);
	throttle_forgive(&local->accounts, account);
	pthread_mutex_unlock(&local->throttle_lock);
}

bool local_may_mail(struct local *local, const char *email_key, int purpose)
{
	uint64_t key = throttled(local, email_key, strlen(email_key)) + (uint64_t)purpose;
	int64_t now = local->now();

	pthread_mutex_lock(&local->throttle_lock);
	bool may = throttle_wait(&local->mails, key, now) == 0;
	if (may)
		throttle_fail(&local->mails, key, now);
	pthread_mutex_unlock(&local->throttle_lock);
	return may;
}

void local_unmail(struct local *local, const char *email_key, int purpose)
{
	uint64_t key = throttled(local, email_key, strlen(email_key)) + (uint64_t)purpose;

	pthread_mutex_lock(&local->throttle_lock);
	throttle_forgive(&local->mails, key);
	pthread_mutex_unlock(&local->throttle_lock);
}

/* ---- passwords ---- */

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

bool local_try_password(struct local *local, const struct local_suspect *suspect, const char *hash,
			const char *password, bool *ret_right, int *ret_retry_after, struct err *err)
{
	if (!may_try(local, suspect, ret_retry_after, err))
		return false;

	/* Those that waited here look again: a hundred guesses at once get hardly more tries than a hundred in a row. */
	gate_enter(local);
	bool tried = may_try(local, suspect, ret_retry_after, err) && check_password(hash, password, ret_right, err);
	if (tried)
		record_try(local, suspect, *ret_right);
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
