#include "models/shape_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { ID_MAX = 64, MOBILE_DIGITS_MIN = 7, MOBILE_DIGITS_MAX = 15 };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static const char *id_fault(const char *text)
{
	size_t length = 0;

	while (is_digit(text[length]) || is_letter(text[length]) || text[length] == '-')
		length++;
	return length && length <= ID_MAX && !text[length] ? NULL : "is not an id";
}

/* The dot-atom form of RFC 5321, 4.1.2, or any UTF-8 (RFC 6531), without quoting and address literals: one '@', a local
 * part of at most 64 bytes, a domain with a dot. */
static const char *email_fault(const char *text)
{
	const char *fault = "is not an e-mail address";
	const char *at = strchr(text, '@');

	if (!at || at == text || at - text > 64 || strchr(at + 1, '@') || strpbrk(text, " \"(),:;<>[\\]"))
		return fault;
	if (text[0] == '.' || at[-1] == '.' || strstr(text, ".."))
		return fault;

	const char *domain = at + 1;
	const char *dot = strrchr(domain, '.');
	return dot && dot != domain && dot[1] && domain[0] != '.' && domain[0] != '-' ? NULL : fault;
}

static const char *password_fault(const char *text)
{
	bool lower = false, upper = false, digit = false;

	for (; *text; text++) {
		lower = lower || (*text >= 'a' && *text <= 'z');
		upper = upper || (*text >= 'A' && *text <= 'Z');
		digit = digit || is_digit(*text);
	}
	return lower && upper && digit ? NULL
				       : "must have a lower-case letter, an upper-case letter and a digit";
}

static const char *mobile_fault(const char *text)
{
	size_t digits = 0;

	if (*text == '+' && text[1] != '0')
		while (is_digit(text[1 + digits]))
			digits++;
	return digits >= MOBILE_DIGITS_MIN && digits <= MOBILE_DIGITS_MAX && !text[1 + digits]
		   ? NULL
		   : "must be a number in international form, such as +34600123456";
}

static const char *(*const format_faults[])(const char *text) = {
    [FIELD_ID] = id_fault,
    [FIELD_EMAIL] = email_fault,
    [FIELD_PASSWORD] = password_fault,
    [FIELD_MOBILE] = mobile_fault,
};

const char *shape_text_fault(const struct shape_field *field, const char *text, char space[160])
{
	size_t length = strlen(text);

	if (!text_valid(text, length))
		return "must be valid UTF-8";
	if (text_has_control(text, length))
		return "must not contain control characters";

	int64_t characters = (int64_t)text_count(text, length);
	if (field->max && (characters < field->min || characters > field->max)) {
		snprintf(space, 160, "must be %" PRId64 " to %" PRId64 " characters", field->min, field->max);
		return space;
	}
	return field->type < sizeof format_faults / sizeof *format_faults && format_faults[field->type]
		   ? format_faults[field->type](text)
		   : NULL;
}

int shape_choice(const char *const *choices, const char *text)
{
	for (int i = 0; choices[i]; i++)
		if (!strcmp(choices[i], text))
			return i;
	return -1;
}
