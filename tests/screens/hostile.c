#include "tests/screens/hostile.h"

#include <stdio.h>
#include <string.h>

#include "models/api.h"

enum { NAMES_MAX = 128, RULE_MAX = 8192, DEPTH_MAX = 8 };

struct names {
	const char *list[NAMES_MAX];
	size_t count;
	unsigned types;
};

static bool is_read(const char *name)
{
	static const char *const list[] = {"currency", "next_cursor", "profile", "group_name", "code", "status"};

	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		if (!strcmp(name, list[i]))
			return true;
	return false;
}

static unsigned type_of(const struct shape_field *field)
{
	return field->type == FIELD_TEXT && is_read(field->name) ? HOSTILE_READ : 1U << field->type;
}

static void add(struct names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (!strcmp(names->list[i], name))
			return;
	if (names->count < NAMES_MAX)
		names->list[names->count++] = name;
}

static void collect(struct names *names, const struct shape *shape, int depth)
{
	for (size_t i = 0; shape && depth < DEPTH_MAX && i < shape->count; i++) {
		const struct shape_field *field = &shape->fields[i];

		if (field->of)
			collect(names, field->of, depth + 1);
		else if (names->types & type_of(field) && !field->secret)
			add(names, field->name);
	}
}

const char *hostile_names(unsigned types, size_t *ret_count)
{
	static char rule[RULE_MAX];
	struct names names = {.types = types};
	size_t length;

	for (size_t row = 0; row < API_OPS; row++)
		collect(&names, api_rows[row].answer, 0);
	length = (size_t)snprintf(rule, sizeof rule, "\"names\":[");
	for (size_t i = 0; i < names.count && length < sizeof rule; i++)
		length +=
		    (size_t)snprintf(rule + length, sizeof rule - length, "%s\"%s\"", i ? "," : "", names.list[i]);
	snprintf(rule + length, sizeof rule - length, "],");
	if (ret_count)
		*ret_count = names.count;
	return rule;
}
