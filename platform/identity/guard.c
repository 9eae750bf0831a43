#include "platform/identity/guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "base/crypt.h"

/* A person who mistypes never waits; one who guesses gets a try a minute, and a stranger can keep nobody out for longer
 * than that. */
static const struct throttle_rule account_rule = {
    .kind = THROTTLE_BACKOFF, .free = 5, .step = 1000, .longest = 60 * 1000, .forget = 15 * 60 * 1000};

/* Many people may share an address. */
static const struct throttle_rule address_rule = {
    .kind = THROTTLE_BUCKET, .free = 30, .step = 2 * 1000, .forget = 60 * 1000};

/* What anybody may ask for: a whole school signs up and confirms together, and then a script has a tenth of a core. */
static const struct throttle_rule stranger_rule = {.kind = THROTTLE_BUCKET, .free = 1000, .step = 1000};

/* The mails that anybody can have sent to somebody: one, and the next after a minute, two, four; a code lives longer
 * than the longest wait, so that whoever is flooded holds one that works. */
static const struct throttle_rule mail_rule = {
    .kind = THROTTLE_BACKOFF, .free = 0, .step = 60 * 1000, .longest = 15 * 60 * 1000, .forget = 6 * 60 * 60 * 1000};

void guard_init(struct guard *guard, int64_t (*now)(void))
{
	pthread_mutex_init(&guard->lock, NULL);
	crypt_random(guard->key, sizeof guard->key);
	guard->now = now;
	throttle_init(&guard->accounts, &account_rule);
	throttle_init(&guard->addresses, &address_rule);
	throttle_init(&guard->strangers, &stranger_rule);
	throttle_init(&guard->mails, &mail_rule);
}

void guard_done(struct guard *guard)
{
	pthread_mutex_destroy(&guard->lock);
}

/* ---- whose turn it is ---- */

static uint64_t throttled(const struct guard *guard, const void *bytes, size_t length)
{
	uint8_t hash[CRYPT_HASH_SIZE];
	uint64_t key;

	crypt_hash(bytes, length, guard->key, hash);
	memcpy(&key, hash, sizeof key);
	return key;
}

/* Whoever has an IPv6 address has 2^64 of them: the network counts. */
static uint64_t throttled_address(const struct guard *guard, const char *address)
{
	struct in6_addr ipv6;

	if (inet_pton(AF_INET6, address, &ipv6) == 1 && !IN6_IS_ADDR_V4MAPPED(&ipv6))
		return throttled(guard, &ipv6, sizeof ipv6 / 2);
	return throttled(guard, address, strlen(address));
}

struct guard_suspect guard_suspect(const struct guard *guard, const char *email_key, const char *address)
{
	return (struct guard_suspect){
	    .account = throttled(guard, email_key, strlen(email_key)),
	    .address = throttled_address(guard, address),
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

bool guard_admit(struct guard *guard, const char *address, int *ret_retry_after, struct err *err)
{
	int64_t now = guard->now();

	if (!*address)
		return true;
	uint64_t key = throttled_address(guard, address);
	pthread_mutex_lock(&guard->lock);
	int64_t wait = throttle_wait(&guard->strangers, key, now);
	if (!wait)
		throttle_fail(&guard->strangers, key, now);
	pthread_mutex_unlock(&guard->lock);
	return !wait || too_many("requests from this address", wait, ret_retry_after, err);
}

bool guard_may_try(struct guard *guard, const struct guard_suspect *suspect, int *ret_retry_after, struct err *err)
{
	int64_t now = guard->now();

	pthread_mutex_lock(&guard->lock);
	int64_t wait = throttle_wait(&guard->accounts, suspect->account, now);
	int64_t other = suspect->has_address ? throttle_wait(&guard->addresses, suspect->address, now) : 0;
	pthread_mutex_unlock(&guard->lock);

	if (other > wait)
		wait = other;
	return !wait || too_many("failed attempts", wait, ret_retry_after, err);
}

void guard_record(struct guard *guard, const struct guard_suspect *suspect, bool right)
{
	int64_t now = guard->now();

	pthread_mutex_lock(&guard->lock);
	if (right)
		throttle_forgive(&guard->accounts, suspect->account);
	else
		throttle_fail(&guard->accounts, suspect->account, now);
	if (!right && suspect->has_address)
		throttle_fail(&guard->addresses, suspect->address, now);
	pthread_mutex_unlock(&guard->lock);
}

void guard_forgive(struct guard *guard, const char *email_key)
{
	uint64_t account = throttled(guard, email_key, strlen(email_key));

	pthread_mutex_lock(&guard->lock);
	throttle_forgive(&guard->accounts, account);
	pthread_mutex_unlock(&guard->lock);
}

bool guard_may_mail(struct guard *guard, const char *email_key, int purpose)
{
	uint64_t key = throttled(guard, email_key, strlen(email_key)) + (uint64_t)purpose;
	int64_t now = guard->now();

	pthread_mutex_lock(&guard->lock);
	bool may = throttle_wait(&guard->mails, key, now) == 0;
	if (may)
		throttle_fail(&guard->mails, key, now);
	pthread_mutex_unlock(&guard->lock);
	return may;
}

void guard_unmail(struct guard *guard, const char *email_key, int purpose)
{
	uint64_t key = throttled(guard, email_key, strlen(email_key)) + (uint64_t)purpose;

	pthread_mutex_lock(&guard->lock);
	throttle_forgive(&guard->mails, key);
	pthread_mutex_unlock(&guard->lock);
}
