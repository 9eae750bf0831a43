#include "platform/lambda/settings.h"

#include <string.h>

#include "base/text.h"
#include "models/limits.h"
#include "models/money.h"

typedef bool check_fn(const char *name, const char *text, void *place, struct err *err);

static bool take_text(const char *name, const char *text, void *place, struct err *err)
{
	(void)name, (void)err;
	*(const char **)place = text;
	return true;
}

static bool take_currency(const char *name, const char *text, void *place, struct err *err)
{
	return money_currency_valid(text)
		   ? take_text(name, text, place, err)
		   : err_set(err, ERR_INVALID, "%s takes the ISO 4217 code of a currency with two decimals, such as EUR",
			     name);
}

static bool take_sentence(const char *name, const char *text, void *place, struct err *err)
{
	size_t length = strlen(text);

	if (!text_valid(text, length) || text_has_control(text, length) || text_count(text, length) > LIMIT_PAYMENT)
		return err_set(err, ERR_INVALID, "%s takes a sentence of 1 to %d characters, without control characters",
			       name, LIMIT_PAYMENT);
	return take_text(name, text, place, err);
}

static bool take_delivery(const char *name, const char *text, void *place, struct err *err)
{
	for (int rule = 0; delivery_rule_names[rule]; rule++) {
		if (strcmp(delivery_rule_names[rule], text) != 0)
			continue;
		*(int *)place = rule;
		return true;
	}
	return err_set(err, ERR_INVALID, "%s takes none, optional or required", name);
}

static const struct variable {
	const char *name;
	check_fn *take;
	size_t offset;
	bool needed;
} variables[] = {
#define AT(member) offsetof(struct lambda_settings, member)
    {"_HANDLER", take_text, AT(handler), true},
    {"VITRINE_DB", take_text, AT(db), true},
    {"VITRINE_CURRENCY", take_currency, AT(currency), false},
    {"VITRINE_DELIVERY", take_delivery, AT(delivery), false},
    {"VITRINE_PAYMENT", take_sentence, AT(payment), false},
    {"VITRINE_ISSUER", take_text, AT(issuer), false},
    {"VITRINE_OUTBOX", take_text, AT(outbox), false},
#undef AT
};
enum { VARIABLES = sizeof variables / sizeof *variables };

const char *lambda_settings_variable(size_t index)
{
	return index < VARIABLES ? variables[index].name : NULL;
}

bool lambda_settings_read(char *(*look_up)(const char *name), struct lambda_settings *ret_settings, struct err *err)
{
	struct lambda_settings settings = {.delivery = DELIVERY_OPTIONAL};

	for (size_t i = 0; i < VARIABLES; i++) {
		const char *text = look_up(variables[i].name);

		/* A template can't leave a variable out, only empty. */
		if (!text || !*text) {
			if (variables[i].needed)
				return err_set(err, ERR_INVALID, "The environment variable %s is missing", variables[i].name);
			continue;
		}
		if (!variables[i].take(variables[i].name, text, (char *)&settings + variables[i].offset, err))
			return false;
	}
	*ret_settings = settings;
	return true;
}
