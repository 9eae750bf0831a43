#include "models/violation.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

static const struct {
	const char *code, *detail;
} kinds[VIOLATION_KINDS] = {
#define VIOLATION(name, detail) [VIOLATION_##name] = {#name, detail},
#include "models/violation.def"
#undef VIOLATION
};

const char *violation_code(enum violation_kind kind)
{
	return kinds[kind].code;
}

/* The value of the param that "{name}" stands for; what follows its name is the closing brace. */
static const char *value_of(const struct err_params *params, const char *name)
{
	for (size_t i = 0; params && i < params->count; i++) {
		const struct err_param *param = &params->list[i];
		size_t length = strlen(param->name);

		if (!strncmp(param->name, name, length) && name[length] == '}')
			return param->text;
	}
	return "";
}

void violation_detail(enum violation_kind kind, const struct err_params *params, char ret_detail[VIOLATION_DETAIL])
{
	const char *from = kinds[kind].detail;
	size_t length = 0;

	ret_detail[0] = '\0';
	while (from && *from && length < VIOLATION_DETAIL - 1) {
		size_t plain = strcspn(from, "{");
		const char *value = from[plain] ? value_of(params, from + plain + 1) : "";

		length += (size_t)snprintf(ret_detail + length, VIOLATION_DETAIL - length, "%.*s%s", (int)plain, from,
					   value);
		from += plain + strcspn(from + plain, "}");
		from += *from == '}';
	}
}

void violations_add(struct violations *violations, const char *pointer, enum violation_kind kind,
		    const struct err_params *params)
{
	static const struct err_params none;

	if (violations->count == VIOLATIONS_MAX)
		return;

	struct violation *violation = &violations->list[violations->count++];
	snprintf(violation->pointer, sizeof violation->pointer, "%.*s",
		 (int)text_cut(pointer, sizeof violation->pointer - 1), pointer);
	violation->kind = kind;
	violation->params = params ? *params : none;
	violation_detail(kind, params, violation->detail);
}

const char *violation_place(const char *pointer)
{
	return !*pointer ? "The body" : *pointer == '/' ? pointer + 1 : pointer;
}
