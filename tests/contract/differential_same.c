/* Are two answers the same, but for what each side makes for itself? */
#include <search.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/id.h"
#include "tests/contract/differential.h"

/* ---- ids of one side, and what stands for them on the other ---- */

struct pair_of_ids {
	char id[SIDES][ID_SIZE];
};
static void *trees[SIDES];
static struct arena *kept_ids;

static int compare_first(const void *a, const void *b)
{
	return strcmp(((const struct pair_of_ids *)a)->id[0], ((const struct pair_of_ids *)b)->id[0]);
}

static int compare_second(const void *a, const void *b)
{
	return strcmp(((const struct pair_of_ids *)a)->id[1], ((const struct pair_of_ids *)b)->id[1]);
}

static bool same_id(const char *a, const char *b)
{
	static int (*const compare[SIDES])(const void *, const void *) = {compare_first, compare_second};
	struct pair_of_ids wanted;

	snprintf(wanted.id[0], ID_SIZE, "%s", a);
	snprintf(wanted.id[1], ID_SIZE, "%s", b);
	void *found[SIDES];
	for (size_t side = 0; side < SIDES; side++)
		found[side] = tfind(&wanted, &trees[side], compare[side]);
	if (found[0] || found[1]) {
		const bool same = found[0] && found[1] && *(void **)found[0] == *(void **)found[1];

		for (size_t side = 0; side < SIDES && !same; side++)
			if (found[side])
				fprintf(stderr, "    %s stands for %s\n", (*(struct pair_of_ids **)found[side])->id[0],
					(*(struct pair_of_ids **)found[side])->id[1]);
		return same;
	}
	struct pair_of_ids *kept = arena_memdup(kept_ids, &wanted, sizeof wanted);
	assert_non_null(kept);
	for (size_t side = 0; side < SIDES; side++)
		assert_non_null(tsearch(kept, &trees[side], compare[side]));
	return true;
}

static void keep_node(void *node)
{
	(void)node; /* it lies in the arena */
}

void ids_forget(void)
{
	for (size_t side = 0; side < SIDES; side++)
		tdestroy(trees[side], keep_node);
}

/* ---- are two answers the same? ---- */

static bool is_one_of(const char *name, const char *const *names)
{
	for (; name && *names; names++)
		if (!strcmp(name, *names))
			return true;
	return false;
}

static bool same_text(const char *name, const char *a, const char *b)
{
	/* Secrets, what is signed, and keys that each side has made; days, since one side may see midnight first. */
	static const char *const own[] = {"access_token", "refresh_token", "id_token", "since", "request_id",
					  "kid", "n", "day", NULL};
	int64_t times[SIDES];

	if (is_one_of(name, own))
		return true;
	if (id_valid(a) && id_valid(b))
		return same_id(a, b);
	if (clock_parse(a, &times[0]) && clock_parse(b, &times[1]))
		return true;
	return !strcmp(a, b);
}

static bool same_json(const cJSON *a, const cJSON *b, char *where, size_t size);

static bool same_members(const cJSON *a, const cJSON *b, char *where, size_t size)
{
	const size_t length = strlen(where);
	int index = 0;

	for (a = a->child, b = b->child; a && b; a = a->next, b = b->next) {
		if (a->string)
			snprintf(where + length, size - length, ".%s", a->string);
		else
			snprintf(where + length, size - length, ".%d", index++);
		if ((a->string && strcmp(a->string, b->string) != 0) || !same_json(a, b, where, size))
			return false;
	}
	where[length] = '\0';
	return !a && !b;
}

/* `where` says where they differ. A page that is not joined may end elsewhere. */
static bool same_json(const cJSON *a, const cJSON *b, char *where, size_t size)
{
	if (a->string && !strcmp(a->string, "next_cursor"))
		return true;
	if ((a->type & 0xFF) != (b->type & 0xFF))
		return false;
	if (cJSON_IsString(a))
		return same_text(a->string, a->valuestring, b->valuestring);
	if (cJSON_IsNumber(a))
		return a->valuedouble == b->valuedouble;
	return same_members(a, b, where, size);
}

/* "/Product/<id>" */
static bool same_header(const char *name, const char *a, const char *b)
{
	const char *const ends[SIDES] = {strrchr(a, '/'), b ? strrchr(b, '/') : NULL};

	if (!strcasecmp(name, "X-Request-Id"))
		return true;
	if (!b)
		return false;
	if (!strcasecmp(name, "Location"))
		return ends[0] && ends[1] && ends[0] - a == ends[1] - b && !strncmp(a, b, (size_t)(ends[0] - a)) &&
		       same_id(ends[0] + 1, ends[1] + 1);
	return !strcmp(a, b);
}

bool same_answers(struct arena *ids, const struct answer answers[SIDES], char *where, size_t size)
{
	kept_ids = ids;
	const struct api_response *a = &answers[0].response, *b = &answers[1].response;

	snprintf(where, size, "status");
	if (a->status != b->status)
		return false;
	for (size_t i = 0; i < a->headers_count; i++) {
		snprintf(where, size, "header %s", a->headers[i].name);
		if (!same_header(a->headers[i].name, a->headers[i].value, header_of(&answers[1], a->headers[i].name)))
			return false;
	}
	snprintf(where, size, "body");
	if (answers[0].json && answers[1].json)
		return same_json(answers[0].json, answers[1].json, where, size);
	return a->headers_count == b->headers_count && a->body_length == b->body_length &&
	       !memcmp(a->body, b->body, a->body_length);
}
