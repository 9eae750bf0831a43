#include "platform/shop_settings.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "models/limits.h"
#include "models/money.h"

static const char *const store_names[] = {[SHOP_SQLITE] = "sqlite", [SHOP_DYNAMODB] = "dynamodb", NULL};
static const char *const identity_names[] = {[SHOP_LOCAL] = "local", [SHOP_COGNITO] = "cognito", NULL};

/* When a setting means something. */
enum use { ALWAYS, WITH_FILE, WITH_DYNAMODB, WITH_LOCAL, WITH_COGNITO };

enum { NAME_SIZE = 64 };

struct row;
typedef bool take_fn(const struct row *row, const char *name, const char *text, void *place, struct err *err);
static take_fn take_text, take_choice, take_currency, take_sentence;

static const struct row {
	struct shop_setting setting;
	take_fn *take;
	size_t offset;
	enum use use;
	bool needed;                /* where it means something */
	const char *const *choices; /* of take_choice, NULL behind the last */
} rows[] = {
#define ROW(option, variable, argument_, help_)                                                                        \
	.setting = {.names = {[SHOP_OPTION] = (option), [SHOP_VARIABLE] = (variable)},                                 \
		    .argument = (argument_),                                                                           \
		    .help = (help_)}
#define AT(member) .offset = offsetof(struct shop_settings, member)
    {ROW("store", "VITRINE_STORE", "ENGINE", "where the shop is kept: sqlite or dynamodb; sqlite"), take_choice,
     AT(store), .choices = store_names},
    {ROW("db", "VITRINE_DB", "FILE", "the file of sqlite; $XDG_DATA_HOME/vitrine/vitrine.db"), take_text, AT(db),
     .use = WITH_FILE},
    {ROW("table", "VITRINE_TABLE", "NAME", "the table of dynamodb"), take_text, AT(table), .use = WITH_DYNAMODB,
     .needed = true},
    {ROW("identity", "VITRINE_IDENTITY", "ENGINE", "who knows the passwords: local or cognito; local"), take_choice,
     AT(identity), .choices = identity_names},
    {ROW("user-pool", "VITRINE_USER_POOL", "ID", "the user pool of cognito"), take_text, AT(user_pool),
     .use = WITH_COGNITO, .needed = true},
    {ROW("user-pool-client", "VITRINE_USER_POOL_CLIENT", "ID", "its app client, one without a secret"), take_text,
     AT(user_pool_client), .use = WITH_COGNITO, .needed = true},
    {ROW("jwks", "VITRINE_JWKS", "URL", "where the user pool's public keys are; where it puts them"), take_text,
     AT(jwks), .use = WITH_COGNITO},
    {ROW("issuer", "VITRINE_ISSUER", "URL", "what access tokens name as their issuer"), take_text, AT(issuer)},
    {ROW("outbox", "VITRINE_OUTBOX", "DIRECTORY", "where mail is left; without it, sign-ups need no confirmation"),
     take_text, AT(outbox), .use = WITH_LOCAL},
    {ROW("currency", "VITRINE_CURRENCY", "CODE", "of a new shop; EUR; must fit an old one"), take_currency,
     AT(currency)},
    {ROW("delivery", "VITRINE_DELIVERY", "RULE", "none, optional or required: where a purchase goes; optional"),
     take_choice, AT(delivery), .choices = delivery_rule_names},
    {ROW("payment", "VITRINE_PAYMENT", "SENTENCE", "how to pay, for checkouts and receipts; nothing"), take_sentence,
     AT(payment)},
#undef AT
#undef ROW
};
enum { ROWS = sizeof rows / sizeof *rows };

const struct shop_settings shop_settings_default = {.delivery = DELIVERY_OPTIONAL};

const struct shop_setting *shop_setting_at(size_t index)
{
	return index < ROWS ? &rows[index].setting : NULL;
}

/* As it is called there: "--table", "VITRINE_TABLE". */
static const char *called(const struct row *row, enum shop_spelling spelling, char name[NAME_SIZE])
{
	snprintf(name, NAME_SIZE, "%s%s", spelling == SHOP_OPTION ? "--" : "", row->setting.names[spelling]);
	return name;
}

/* ---- values ---- */

static bool take_text(const struct row *row, const char *name, const char *text, void *place, struct err *err)
{
	if (!*text)
		return err_set(err, ERR_INVALID, "%s takes a %s", name, row->setting.argument);
	*(const char **)place = text;
	return true;
}

/* "a, b or c". */
static bool no_choice(const struct row *row, const char *name, struct err *err)
{
	char list[128] = "";
	size_t used = 0;

	for (size_t i = 0; row->choices[i] && used < sizeof list; i++)
		used += (size_t)snprintf(list + used, sizeof list - used, "%s%s",
					 !i                    ? ""
					 : row->choices[i + 1] ? ", "
							       : " or ",
					 row->choices[i]);
	return err_set(err, ERR_INVALID, "%s takes %s", name, list);
}

static bool take_choice(const struct row *row, const char *name, const char *text, void *place, struct err *err)
{
	for (int i = 0; row->choices[i]; i++) {
		if (strcmp(row->choices[i], text) != 0)
			continue;
		*(int *)place = i;
		return true;
	}
	return no_choice(row, name, err);
}

static bool take_currency(const struct row *row, const char *name, const char *text, void *place, struct err *err)
{
	return money_currency_valid(text)
		   ? take_text(row, name, text, place, err)
		   : err_set(err, ERR_INVALID,
			     "%s takes the ISO 4217 code of a currency with two decimals, such as EUR", name);
}

static bool take_sentence(const struct row *row, const char *name, const char *text, void *place, struct err *err)
{
	size_t length = strlen(text);

	if (!length || !text_valid(text, length) || text_has_control(text, length) ||
	    text_count(text, length) > LIMIT_PAYMENT)
		return err_set(err, ERR_INVALID,
			       "%s takes a sentence of 1 to %d characters, without control characters", name,
			       LIMIT_PAYMENT);
	return take_text(row, name, text, place, err);
}

bool shop_settings_take(struct shop_settings *settings, size_t index, enum shop_spelling spelling, const char *text,
			struct err *err)
{
	const struct row *row = &rows[index];
	char name[NAME_SIZE];

	return row->take(row, called(row, spelling, name), text, (char *)settings + row->offset, err);
}

/* ---- all of them ---- */

bool shop_settings_use_file(const struct shop_settings *settings)
{
	return settings->store == SHOP_SQLITE || settings->identity == SHOP_LOCAL;
}

static bool is_in_use(const struct shop_settings *settings, enum use use)
{
	switch (use) {
	case ALWAYS: return true;
	case WITH_FILE: return shop_settings_use_file(settings);
	case WITH_DYNAMODB: return settings->store == SHOP_DYNAMODB;
	case WITH_LOCAL: return settings->identity == SHOP_LOCAL;
	case WITH_COGNITO: return settings->identity == SHOP_COGNITO;
	}
	return true;
}

/* What has to be said for it: "--store dynamodb", "VITRINE_STORE=dynamodb". */
static const char *partner(enum use use, enum shop_spelling spelling, char text[NAME_SIZE])
{
	static const struct {
		const char *options[SHOP_SPELLINGS], *value;
	} partners[] = {
	    [WITH_FILE] = {{"--store", "VITRINE_STORE"}, "sqlite"},
	    [WITH_DYNAMODB] = {{"--store", "VITRINE_STORE"}, "dynamodb"},
	    [WITH_LOCAL] = {{"--identity", "VITRINE_IDENTITY"}, "local"},
	    [WITH_COGNITO] = {{"--identity", "VITRINE_IDENTITY"}, "cognito"},
	};

	snprintf(text, NAME_SIZE, "%s%c%s", partners[use].options[spelling], spelling == SHOP_OPTION ? ' ' : '=',
		 partners[use].value);
	return text;
}

bool shop_settings_check(const struct shop_settings *settings, enum shop_spelling spelling, struct err *err)
{
	char name[NAME_SIZE], other[NAME_SIZE];

	for (size_t i = 0; i < ROWS; i++) {
		const struct row *row = &rows[i];

		if (row->use == ALWAYS)
			continue;
		bool said = *(const char *const *)((const char *)settings + row->offset) != NULL;
		bool used = is_in_use(settings, row->use);
		if (said && !used)
			return err_set(err, ERR_INVALID, "%s goes with %s", called(row, spelling, name),
				       partner(row->use, spelling, other));
		if (!said && used && row->needed)
			return err_set(err, ERR_INVALID, "%s needs %s", partner(row->use, spelling, other),
				       called(row, spelling, name));
	}
	return true;
}
