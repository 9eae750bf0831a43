#include "screens/app/words.h"

#include <stdio.h>
#include <string.h>

struct words {
	const char *code, *sentence;
};

static const struct words problems[] = {
#define PROBLEM(code, sentence) {#code, sentence},
#define FAULT(code, sentence)
#include "screens/app/words.def"
#undef PROBLEM
#undef FAULT
};
static const struct words faults[] = {
#define PROBLEM(code, sentence)
#define FAULT(code, sentence) {#code, sentence},
#include "screens/app/words.def"
#undef PROBLEM
#undef FAULT
};

static const char *find(const struct words *words, size_t count, const char *code)
{
	for (size_t i = 0; code && i < count; i++)
		if (!strcmp(words[i].code, code))
			return words[i].sentence;
	return NULL;
}

/* The value of "{name}"; `name` ends at the brace. NULL: the platform sent none. */
static const char *value_of(const char *name, size_t length, const struct err_params *params, const char *message)
{
	static const char own[] = "message";

	if (length == sizeof own - 1 && !memcmp(name, own, length))
		return message;
	for (size_t i = 0; i < params->count; i++)
		if (strlen(params->list[i].name) == length && !memcmp(params->list[i].name, name, length))
			return params->list[i].text;
	return NULL;
}

/* False when a value is missing: an old platform sends none. */
static bool fill(const char *sentence, const struct err_params *params, const char *message, char space[WORDS_TEXT])
{
	size_t used = 0;

	space[0] = '\0';
	while (*sentence && used < WORDS_TEXT - 1) {
		size_t plain = strcspn(sentence, "{"), name = strcspn(sentence + plain, "}");
		const char *value =
		    sentence[plain] ? value_of(sentence + plain + 1, name - 1, params, message) : "";

		if (!value)
			return false;
		used += (size_t)snprintf(space + used, WORDS_TEXT - used, "%.*s%s", (int)plain, sentence, value);
		sentence += plain + (sentence[plain] ? name + 1 : 0);
	}
	return true;
}

static const char *say(const char *sentence, const struct err_params *params, const char *message,
		       char space[WORDS_TEXT])
{
	if (!message)
		message = "";
	if (!sentence || !fill(sentence, params, message, space))
		snprintf(space, WORDS_TEXT, "%s", message);
	return space;
}

const char *words_of(const struct err *err, char space[WORDS_TEXT])
{
	const char *sentence =
	    err->http_status ? find(problems, sizeof problems / sizeof *problems, err->code) : NULL;

	return say(sentence, &err->params, err->message, space);
}

const char *words_of_fault(const struct outcome_error *fault, char space[WORDS_TEXT])
{
	return say(find(faults, sizeof faults / sizeof *faults, fault->code), &fault->params, fault->detail, space);
}

const char *words_of_item(const struct outcome_problem *problem, char space[WORDS_TEXT])
{
	if (problem->errors_count == 1)
		return words_of_fault(&problem->errors[0], space);
	return say(find(problems, sizeof problems / sizeof *problems, problem->code), &problem->params,
		   problem->message, space);
}
