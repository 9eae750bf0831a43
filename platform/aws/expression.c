#include <string.h>

#include "platform/aws/internal.h"

/* "#x" and ":x" as they stand in an expression, each once. */
struct names {
	struct name {
		const char *text; /* its sign, and its name behind that */
		size_t length;
	} list[EXPRESSION_NAMES_MAX];
	size_t count;
};

static size_t name_length(const char *text)
{
	return strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
}

static bool has_name(const struct names *names, struct name name)
{
	for (size_t i = 0; i < names->count; i++)
		if (names->list[i].length == name.length && !memcmp(names->list[i].text, name.text, name.length))
			return true;
	return false;
}

/* An expression has no texts of its own: whatever begins so is a name. */
static bool collect(struct names *names, const char *expression, struct err *err)
{
	for (const char *at = expression + strcspn(expression, "#:"); *at; at += strcspn(at, "#:")) {
		struct name name = {at, 1 + name_length(at + 1)};

		if (name.length == 1)
			return err_set(err, ERR_INTERNAL, "An expression for DynamoDB has '%c' without a name", *at);
		at += name.length;
		if (has_name(names, name))
			continue;
		if (names->count == EXPRESSION_NAMES_MAX)
			return err_set(err, ERR_INTERNAL, "An expression for DynamoDB has more than %d names",
				       EXPRESSION_NAMES_MAX);
		names->list[names->count++] = name;
	}
	return true;
}

static bool is_named(const struct attr *attr, struct name name)
{
	const char *own = attr->name ? attr->name + (*attr->name == ':') : "";

	return strlen(own) == name.length - 1 && !memcmp(own, name.text + 1, name.length - 1) &&
	       (attr->type != ATTR_S || attr->text);
}

static const struct attr *find_value(const struct expression *expression, struct name name)
{
	for (size_t i = 0; i < sizeof expression->values / sizeof *expression->values; i++)
		for (size_t j = 0; j < expression->values[i].count; j++)
			if (is_named(&expression->values[i].attrs[j], name))
				return &expression->values[i].attrs[j];
	return NULL;
}

static bool write_name(struct json *json, const struct expression *expression, struct name name, struct err *err)
{
	char key[64];
	const struct attr *value = *name.text == ':' ? find_value(expression, name) : NULL;

	if (name.length >= sizeof key)
		return err_set(err, ERR_INTERNAL, "An expression for DynamoDB has a name that is too long");
	memcpy(key, name.text, name.length);
	key[name.length] = '\0';
	if (*key == ':' && !value)
		return err_set(err, ERR_INTERNAL, "An expression for DynamoDB names %s, which has no value", key);
	json_name(json, key);
	if (value)
		attr_write(json, value);
	else
		json_string(json, key + 1);
	return true;
}

static bool write_names(struct json *json, const char *member, char sign, const struct expression *expression,
			const struct names *names, struct err *err)
{
	bool open = false;

	for (size_t i = 0; i < names->count; i++) {
		if (*names->list[i].text != sign)
			continue;
		if (!open)
			json_member_open(json, member, '{');
		open = true;
		if (!write_name(json, expression, names->list[i], err))
			return false;
	}
	if (open)
		json_close(json, '}');
	return true;
}

bool expression_write(struct json *json, const struct expression *expression, struct err *err)
{
	struct names names = {.count = 0};

	for (size_t i = 0; i < sizeof expression->texts / sizeof *expression->texts; i++)
		if (expression->texts[i] && !collect(&names, expression->texts[i], err))
			return false;
	return write_names(json, "ExpressionAttributeNames", '#', expression, &names, err) &&
	       write_names(json, "ExpressionAttributeValues", ':', expression, &names, err);
}
