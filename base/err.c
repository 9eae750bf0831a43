#include "base/err.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct {
	int status;
	const char *code;
	const char *title;
} kinds[ERR_KINDS] = {
#define ERR(kind, status, code, title) [ERR_##kind] = {status, code, title},
#include "base/err.def"
#undef ERR
};

/* Cuts a text that vsnprintf truncated in the middle of a UTF-8 sequence back to the last whole character. */
static void cut_at_character(char *text)
{
	size_t length = strlen(text);
	size_t tail = 0;

	while (tail < length && tail < 3 && ((unsigned char)text[length - 1 - tail] & 0xC0) == 0x80)
		tail++;
	if (tail >= length)
		return;

	unsigned char lead = (unsigned char)text[length - 1 - tail];
	size_t want = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
	if (want != tail)
		text[length - 1 - tail] = '\0';
}

static void fill(struct err *err, enum err_kind kind, const char *code, const char *format, va_list args)
{
	*err = (struct err){.kind = kind, .http_status = kinds[kind].status};
	snprintf(err->code, sizeof err->code, "%s", code);
	vsnprintf(err->message, sizeof err->message, format, args);
	cut_at_character(err->message);
}

bool err_set(struct err *err, enum err_kind kind, const char *format, ...)
{
	va_list args;

	if (!err)
		return false;
	va_start(args, format);
	fill(err, kind, kinds[kind].code, format, args);
	va_end(args);
	return false;
}

bool err_code(struct err *err, enum err_kind kind, const char *code, const char *format, ...)
{
	va_list args;

	if (!err)
		return false;
	va_start(args, format);
	fill(err, kind, code, format, args);
	va_end(args);
	return false;
}

bool err_at(struct err *err, const char *field)
{
	if (err)
		snprintf(err->field, sizeof err->field, "%s", field);
	return false;
}

void err_params_text(struct err_params *params, const char *name, const char *text)
{
	assert(params->count < ERR_PARAMS_MAX);

	struct err_param *param = &params->list[params->count++];
	*param = (struct err_param){.number = false};
	snprintf(param->name, sizeof param->name, "%s", name);
	snprintf(param->text, sizeof param->text, "%s", text);
	cut_at_character(param->text);
}

void err_params_number(struct err_params *params, const char *name, int64_t number)
{
	char text[sizeof params->list[0].text];

	snprintf(text, sizeof text, "%" PRId64, number);
	err_params_text(params, name, text);
	params->list[params->count - 1].number = true;
}

bool err_memory(struct err *err, const char *what)
{
	return err_set(err, ERR_MEMORY, "Out of memory while %s", what);
}

int err_kind_status(enum err_kind kind)
{
	return kinds[kind].status;
}

const char *err_kind_code(enum err_kind kind)
{
	return kinds[kind].code;
}

const char *err_kind_title(enum err_kind kind)
{
	return kinds[kind].title;
}

enum err_kind err_kind_from_status(int http_status)
{
	for (int kind = ERR_INVALID; kind < ERR_KINDS; kind++)
		if (kinds[kind].status == http_status)
			return (enum err_kind)kind;
	return http_status >= 400 && http_status < 500 ? ERR_INVALID : ERR_INTERNAL;
}
