#include "models/shape_text.h"

#include <string.h>

#include "base/text.h"
#include "models/normal.h"

enum { ID_MAX = 64, MOBILE_DIGITS_MIN = 7, MOBILE_DIGITS_MAX = 15 };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static enum violation_kind id_fault(const char *text)
{
	size_t length = 0;

	while (is_digit(text[length]) || is_letter(text[length]) || text[length] == '-')
		length++;
	return length && length <= ID_MAX && !text[length] ? VIOLATION_NONE : VIOLATION_not_id;
}

/* The dot-atom form of RFC 5321, 4.1.2, or any UTF-8 (RFC 6531), without quoting and address literals: one '@', a local
 * part of at most 64 bytes, a domain with a dot. */
static enum violation_kind email_fault(const char *text)
{
	enum violation_kind fault = VIOLATION_not_email;
	const char *at = strchr(text, '@');

	if (!at || at == text || at - text > 64 || strchr(at + 1, '@') || strpbrk(text, "\"(),:;<>[\\]") ||
	    normal_has_unseen(text))
		return fault;
	if (text[0] == '.' || at[-1] == '.' || strstr(text, ".."))
		return fault;

	const char *domain = at + 1;
	const char *dot = strrchr(domain, '.');
	return dot && dot != domain && dot[1] && domain[0] != '.' && domain[0] != '-' ? VIOLATION_NONE : fault;
}

static enum violation_kind password_fault(const char *text)
{
	bool lower = false, upper = false, digit = false;

	for (; *text; text++) {
		lower = lower || (*text >= 'a' && *text <= 'z');
		upper = upper || (*text >= 'A' && *text <= 'Z');
		digit = digit || is_digit(*text);
	}
	return lower && upper && digit ? VIOLATION_NONE : VIOLATION_weak_password;
}

static enum violation_kind mobile_fault(const char *text)
{
	size_t digits = 0;

	if (*text == '+' && text[1] != '0')
		while (is_digit(text[1 + digits]))
			digits++;
	return digits >= MOBILE_DIGITS_MIN && digits <= MOBILE_DIGITS_MAX && !text[1 + digits]
		   ? VIOLATION_NONE
		   : VIOLATION_not_mobile;
}

static enum violation_kind (*const format_faults[])(const char *text) = {
    [FIELD_ID] = id_fault,
    [FIELD_EMAIL] = email_fault,
    [FIELD_PASSWORD] = password_fault,
    [FIELD_MOBILE] = mobile_fault,
};

/* Line after line, so that a line feed between two of them is none where it may be. */
static bool has_control(const char *text, size_t length, bool lines)
{
	size_t part = lines ? strcspn(text, "\n") : length;

	while (!text_has_control(text, part)) {
		if (part == length)
			return false;
		text += part + 1;
		length -= part + 1;
		part = strcspn(text, "\n");
	}
	return true;
}

enum violation_kind shape_text_fault(const struct shape_field *field, const char *text, struct err_params *ret_params)
{
	size_t length = strlen(text);

	if (!text_valid(text, length))
		return VIOLATION_not_utf8;
	if (has_control(text, length, field->lines))
		return VIOLATION_control;

	/* of a number too short to be one, its form tells more */
	int64_t characters = (int64_t)text_count(text, length);
	if (field->max && field->type != FIELD_MOBILE && (characters < field->min || characters > field->max)) {
		err_params_number(ret_params, "min", field->min);
		err_params_number(ret_params, "max", field->max);
		return VIOLATION_length;
	}
	return field->type < sizeof format_faults / sizeof *format_faults && format_faults[field->type]
		   ? format_faults[field->type](text)
		   : VIOLATION_NONE;
}

int shape_choice(const char *const *choices, const char *text)
{
	for (int i = 0; choices[i]; i++)
		if (!strcmp(choices[i], text))
			return i;
	return -1;
}
