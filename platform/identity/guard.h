/* guard.h: who may try how often to sign in, to sign up, to have mail sent. What is remembered is this process's and
 * lost at its end. Any number of threads may ask at once.
 */
#ifndef VITRINE_PLATFORM_IDENTITY_GUARD_H
#define VITRINE_PLATFORM_IDENTITY_GUARD_H

#include <pthread.h>

#include "base/err.h"
#include "platform/identity/throttle.h"

struct guard {
	pthread_mutex_t lock;
	uint8_t key[32]; /* of this process */
	int64_t (*now)(void);
	struct throttle accounts, addresses, strangers, mails;
};

/* `now` says what time it is (ms). */
void guard_init(struct guard *guard, int64_t (*now)(void));
void guard_done(struct guard *guard);

/* As identity_admit_fn. */
bool guard_admit(struct guard *guard, const char *address, int *ret_retry_after, struct err *err);

/* Who is being tried: an account by the key of its address, and the network address that asks ("": unknown). */
struct guard_suspect {
	uint64_t account, address;
	bool has_address;
};
struct guard_suspect guard_suspect(const struct guard *guard, const char *email_key, const char *address);

/* May it be tried now? ERR_THROTTLED and *ret_retry_after (may be NULL) in seconds. */
bool guard_may_try(struct guard *guard, const struct guard_suspect *suspect, int *ret_retry_after, struct err *err);
/* How the try ended: failures are counted, a success forgives the account's. */
void guard_record(struct guard *guard, const struct guard_suspect *suspect, bool right);
/* The account showed who it is by other means than its password. */
void guard_forgive(struct guard *guard, const char *email_key);

/* May a mail of that purpose go to that account now? Counts it. And: it was not sent after all. */
bool guard_may_mail(struct guard *guard, const char *email_key, int purpose);
void guard_unmail(struct guard *guard, const char *email_key, int purpose);

#endif
