/* verified.h: access tokens that were verified lately, so that a signature is looked at once and not with every
 * request. An identity whose verification is quick enough by itself needs none of this. Any number of threads may ask
 * at once.
 *
 * A token is found by its hash, until it expires; a slot has its newest token only. What can't pass is never kept.
 */
#ifndef VITRINE_PLATFORM_IDENTITY_VERIFIED_H
#define VITRINE_PLATFORM_IDENTITY_VERIFIED_H

#include "base/crypt.h"
#include "platform/identity/identity.h"

enum { VERIFIED_ID_SIZE = 64 };

/* What a token says. */
struct verified {
	uint8_t hash[CRYPT_HASH_SIZE];
	char account_id[VERIFIED_ID_SIZE], username[VERIFIED_ID_SIZE];
	enum group group;
	int64_t expires_at; /* ms; 0: nothing is said */
};

/* False when the ids are longer than there is room for. The hash is left alone. */
bool verified_fill(struct verified *verified, const char *account_id, const char *username, const char *group_name,
		   int64_t expires_at);

/* As an answer, in the arena. ERR_MEMORY. */
bool verified_claims(const struct verified *verified, struct arena *arena, struct identity_claims *ret_claims,
		     struct err *err);

/* The group of that name. A token without a group that we know may do nothing that asks for one: GROUP_NONE. */
enum group verified_group(const char *name);

struct verified_tokens;

struct verified_tokens *verified_tokens_new(void); /* NULL: memory ended */
struct verified_tokens *verified_tokens_free(struct verified_tokens *tokens);

/* Accounts that were forgotten so far: to be asked before a token is looked at. */
unsigned verified_removals(const struct verified_tokens *tokens);

/* What is known of the token with that hash at `now` (ms). */
bool verified_recall(struct verified_tokens *tokens, const uint8_t hash[CRYPT_HASH_SIZE], int64_t now,
		     struct verified *ret_verified);

/* Keeps it, unless an account was forgotten since `removals` was asked. */
void verified_keep(struct verified_tokens *tokens, const struct verified *verified, unsigned removals);

/* An account is gone: its access tokens end, too. */
void verified_forget(struct verified_tokens *tokens, const char *account_id);

#endif
