/* shop_settings.h: what every front end is told about the shop that it serves: where it is kept, who knows its
 * passwords, its rules. One table says how each of them is called as an option and as a variable, and what it takes;
 * the front ends' own tables stand beside it, and tests compare both with the documentation.
 */
#ifndef VITRINE_PLATFORM_SHOP_SETTINGS_H
#define VITRINE_PLATFORM_SHOP_SETTINGS_H

#include "platform/dispatch.h"

enum shop_store { SHOP_SQLITE, SHOP_DYNAMODB, SHOP_STORES };
enum shop_identity { SHOP_LOCAL, SHOP_COGNITO, SHOP_IDENTITIES };

/* Texts are NULL where nothing is said. */
struct shop_settings {
	int store;                                       /* enum shop_store */
	int identity;                                    /* enum shop_identity */
	int delivery;                                    /* enum delivery_rule */
	const char *db;                                  /* the file of SQLite and of local identity */
	const char *table;                               /* of DynamoDB */
	const char *user_pool, *user_pool_client, *jwks; /* of Cognito */
	const char *issuer;                              /* what access tokens name */
	const char *outbox;                              /* of local identity */
	const char *currency, *payment;
};

/* What is in force when nothing is said. */
extern const struct shop_settings shop_settings_default;

/* How a setting is called where it is said. */
enum shop_spelling { SHOP_OPTION, SHOP_VARIABLE, SHOP_SPELLINGS };

struct shop_setting {
	const char *names[SHOP_SPELLINGS]; /* "user-pool", "VITRINE_USER_POOL" */
	const char *argument, *help;       /* of the option */
};

/* The settings in order; NULL after the last. */
const struct shop_setting *shop_setting_at(size_t index);

/* Takes what was said. ERR_INVALID with a sentence that names the setting as it was called. The text must stay. */
bool shop_settings_take(struct shop_settings *settings, size_t index, enum shop_spelling spelling, const char *text,
			struct err *err);

/* Do they go together, and is what they need there? ERR_INVALID. Whether there is a file is the caller's to see to. */
bool shop_settings_check(const struct shop_settings *settings, enum shop_spelling spelling, struct err *err);

/* Is anything of the shop in a file? */
bool shop_settings_use_file(const struct shop_settings *settings);

#endif
