#include "platform/identity/verified.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 1024, SHARDS = 16 };

struct verified_tokens {
	pthread_mutex_t locks[SHARDS];
	atomic_uint removals;
	struct verified slots[SLOTS];
};

enum group verified_group(const char *name)
{
	for (int group = GROUP_CLIENTS; name && group <= GROUP_SELLERS; group++)
		if (strcmp(group_names[group], name) == 0)
			return (enum group)group;
	return GROUP_NONE;
}

bool verified_fill(struct verified *verified, const char *account_id, const char *username, const char *group_name,
		   int64_t expires_at)
{
	if (strlen(account_id) >= VERIFIED_ID_SIZE || strlen(username) >= VERIFIED_ID_SIZE)
		return false;
	memcpy(verified->account_id, account_id, strlen(account_id) + 1);
	memcpy(verified->username, username, strlen(username) + 1);
	verified->group = verified_group(group_name);
	verified->expires_at = expires_at;
	return true;
}

bool verified_claims(const struct verified *verified, struct arena *arena, struct identity_claims *ret_claims,
		     struct err *err)
{
	const char *account_id = arena_strdup(arena, verified->account_id);
	const char *username = arena_strdup(arena, verified->username);

	if (!account_id || !username)
		return err_memory(err, "reading a token");
	*ret_claims = (struct identity_claims){.account_id = account_id,
					       .username = username,
					       .group = verified->group,
					       .expires_at = verified->expires_at};
	return true;
}

/* ---- what is kept ---- */

struct verified_tokens *verified_tokens_new(void)
{
	struct verified_tokens *tokens = calloc(1, sizeof *tokens);

	for (int shard = 0; tokens && shard < SHARDS; shard++)
		pthread_mutex_init(&tokens->locks[shard], NULL);
	return tokens;
}

struct verified_tokens *verified_tokens_free(struct verified_tokens *tokens)
{
	for (int shard = 0; tokens && shard < SHARDS; shard++)
		pthread_mutex_destroy(&tokens->locks[shard]);
	free(tokens);
	return NULL;
}

static size_t slot_of(const uint8_t hash[CRYPT_HASH_SIZE])
{
	return ((size_t)hash[0] << 8 | hash[1]) % SLOTS;
}

unsigned verified_removals(const struct verified_tokens *tokens)
{
	return atomic_load(&tokens->removals);
}

bool verified_recall(struct verified_tokens *tokens, const uint8_t hash[CRYPT_HASH_SIZE], int64_t now,
		     struct verified *ret_verified)
{
	size_t at = slot_of(hash);

	pthread_mutex_lock(&tokens->locks[at % SHARDS]);
	const struct verified *slot = &tokens->slots[at];
	bool found = slot->expires_at > now && crypt_equal(slot->hash, hash, CRYPT_HASH_SIZE);
	if (found)
		*ret_verified = *slot;
	pthread_mutex_unlock(&tokens->locks[at % SHARDS]);
	return found;
}

void verified_keep(struct verified_tokens *tokens, const struct verified *verified, unsigned removals)
{
	size_t at = slot_of(verified->hash);

	pthread_mutex_lock(&tokens->locks[at % SHARDS]);
	if (atomic_load(&tokens->removals) == removals)
		tokens->slots[at] = *verified;
	pthread_mutex_unlock(&tokens->locks[at % SHARDS]);
}

/* Whoever is verifying meanwhile sees the count and keeps nothing. */
void verified_forget(struct verified_tokens *tokens, const char *account_id)
{
	atomic_fetch_add(&tokens->removals, 1);
	for (size_t at = 0; at < SLOTS; at++) {
		pthread_mutex_lock(&tokens->locks[at % SHARDS]);
		if (strcmp(tokens->slots[at].account_id, account_id) == 0)
			tokens->slots[at] = (struct verified){0};
		pthread_mutex_unlock(&tokens->locks[at % SHARDS]);
	}
}
