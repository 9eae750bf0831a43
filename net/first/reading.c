#include "net/first/reading.h"

#include <string.h>

#include "base/buf.h"
#include "models/money.h"

const cJSON *reading_list(const struct transfer_answer *answer, const char *name, cJSON **ret_json, struct err *err)
{
	struct err cause;
	cJSON *json = json_parse(buf_str(&answer->body), answer->body.length, JSON_VALUES_ANSWER, &cause);

	if (!json) {
		err_set(err, cause.kind == ERR_MEMORY ? ERR_MEMORY : ERR_PROTOCOL, "The shop's answer: %s",
			cause.message);
		return NULL;
	}
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(json, name);
	if (!cJSON_IsArray(list)) {
		cJSON_Delete(json);
		err_set(err, ERR_PROTOCOL, "The shop's answer has no %s", name);
		return NULL;
	}
	*ret_json = json;
	return list;
}

const char *reading_text(const cJSON *object, const char *name, struct arena *arena)
{
	const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, name);

	if (cJSON_IsNumber(value))
		return arena_printf(arena, "%.15g", value->valuedouble);
	return arena_strdup(arena, cJSON_GetStringValue(value));
}

/* Sellers there type prices as they like. This counts the digits from `at` on. */
static size_t digits_at(const char *at)
{
	return strspn(at, "0123456789");
}

/* "1,234" or "1 234 567", with one kind of sign, as digits alone in `out`; also without any sign. */
static bool read_groups(const char *text, size_t length, char sign, struct buf *out)
{
	size_t at = digits_at(text);

	if (!at || at > length)
		return false;
	buf_add(out, text, at);
	if (at < length && at > 3)
		return false;
	while (at < length) {
		if (text[at] != sign || digits_at(text + at + 1) != 3)
			return false;
		buf_add(out, text + at + 1, 3);
		at += 4;
	}
	return at == length;
}

/* The sign between the thousands: the first of two kinds, or the only kind if it is there more than once. '\0':
 * none. */
static char group_sign(const char *text, const char *last)
{
	const char *first = strpbrk(text, ".,' ");

	return first && first != last ? *first : '\0';
}

int64_t reading_price(const char *text)
{
	const char *dot = strrchr(text, '.'), *comma = strrchr(text, ',');
	const char *last = !dot || (comma && comma > dot) ? comma : dot;
	size_t end = strlen(text);
	size_t decimals = last ? digits_at(last + 1) : 0;
	bool has_cents = last && (decimals == 1 || decimals == 2) && !last[1 + decimals];
	char sign = group_sign(text, has_cents ? last : NULL);
	struct buf plain;
	int64_t price;

	/* One sign before three digits may mean either: 1,234 is no amount here. And cents can't have the sign of the
	 * thousands. */
	if ((has_cents && sign == *last) || (!has_cents && sign && strchr(".,", sign) && strchr(text, sign) == last))
		return -1;
	buf_init(&plain, MONEY_SIZE);
	bool good = read_groups(text, has_cents ? (size_t)(last - text) : end, sign, &plain);
	if (has_cents)
		buf_printf(&plain, ".%s", last + 1);
	good = good && !plain.failed && money_parse(buf_str(&plain), &price);
	buf_done(&plain);
	return good ? price : -1;
}
