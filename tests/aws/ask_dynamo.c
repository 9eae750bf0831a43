/* ask_dynamo.c: does with platform/aws what it is told by the lines of its input, and tells a line of what came of
 * each: `ok` and what was given, or the kind of the error (err.def) and its message. For tests whose DynamoDB is a
 * strange one.
 *
 * VITRINE_TRY_MS and VITRINE_DEADLINE_MS say how patient it is.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypt.h"
#include "platform/aws/aws.h"
#include "platform/aws/dynamo.h"
#include "tests/chance.h"

enum {
	LINE_MAX_BYTES = 64 * 1024,
	WORDS_MAX = 5,
	ARENA_MAX = 64 * 1024 * 1024,
	MANY_MAX = 300,
	NAME_SIZE = 128,
	TRY_MS = 400,
	DEADLINE_MS = 1500,
};

struct world {
	struct aws *aws;
	struct dynamo *dynamo;
	struct arena arena;
	struct dynamo_place place;
	char shard[NAME_SIZE], after[NAME_SIZE]; /* of that place */
};

/* Prints what was given, and frees it. */
static void tell(cJSON *json, const char *more)
{
	char *text = json ? cJSON_PrintUnformatted(json) : NULL;

	printf("ok %s %s\n", text ? text : "-", more ? more : "-");
	cJSON_free(text);
	cJSON_Delete(json);
}

static bool do_get(struct world *world, char **words, struct err *err)
{
	struct dynamo_items got;

	if (!dynamo_get(world->dynamo, (struct dynamo_key){words[1], words[2]}, true, &world->arena, &got, err))
		return false;
	tell(got.json, got.items[0] ? "item" : "none");
	return true;
}

/* `many COUNT`: keys m/0, m/1 … */
static bool do_many(struct world *world, char **words, struct err *err)
{
	struct dynamo_key keys[MANY_MAX];
	struct dynamo_items got;
	size_t count = strtoul(words[1], NULL, 10), found = 0;

	for (size_t i = 0; i < count && i < MANY_MAX; i++)
		keys[i] = (struct dynamo_key){"m", arena_printf(&world->arena, "%zu", i)};
	if (!dynamo_get_many(world->dynamo, keys, count, true, &world->arena, &got, err))
		return false;
	for (size_t i = 0; i < count; i++)
		found += got.items[i] != NULL;
	dynamo_items_done(&got);
	tell(NULL, arena_printf(&world->arena, "%zu", found));
	return true;
}

/* `query PK AFTER` */
static bool do_query(struct world *world, char **words, struct err *err)
{
	const struct dynamo_query query = {.pk = words[1], .after = words[2], .limit = 10};
	struct dynamo_items got;

	if (!dynamo_query(world->dynamo, &query, &world->arena, &got, err))
		return false;
	tell(got.json, got.next_sk);
	return true;
}

/* `scan PK SK`: behind that key. */
static bool do_scan(struct world *world, char **words, struct err *err)
{
	const struct dynamo_scan scan = {.after = {words[1], words[2]}};
	struct dynamo_items got;
	struct dynamo_key next;

	if (!dynamo_scan(world->dynamo, &scan, &world->arena, &got, &next, err))
		return false;
	tell(got.json, next.sk);
	return true;
}

/* `write PK`: two items on condition that the second isn't there. */
static bool do_write(struct world *world, char **words, struct err *err)
{
	const struct attr one[] = {ATTR_NUMBER("n", 1)};
	const struct dynamo_write writes[] = {
	    {.op = DYNAMO_UPDATE, .key = {words[1], "count"}, .attrs = one, .attrs_count = 1, .update = "ADD #n :n"},
	    {.op = DYNAMO_PUT,
	     .key = {words[1], "b"},
	     .attrs = one,
	     .attrs_count = 1,
	     .condition = "attribute_not_exists(pk)"},
	};
	struct dynamo_cancelled cancelled;

	if (dynamo_write(world->dynamo, writes, 2, &world->arena, &cancelled, err)) {
		tell(NULL, NULL);
		return true;
	}
	if (err->kind != ERR_CONFLICT)
		return false;
	printf("conflict %zu %d%d %d%d\n", cancelled.first, cancelled.failed[0], cancelled.failed[1],
	       cancelled.items[0] != NULL, cancelled.items[1] != NULL);
	dynamo_cancelled_done(&cancelled);
	return true;
}

/* `put COUNT`: items m/0, m/1 … */
static bool do_put(struct world *world, char **words, struct err *err)
{
	struct dynamo_write writes[MANY_MAX] = {{.op = DYNAMO_PUT}};
	size_t count = strtoul(words[1], NULL, 10);

	for (size_t i = 0; i < count && i < MANY_MAX; i++)
		writes[i] =
		    (struct dynamo_write){.op = DYNAMO_PUT, .key = {"m", arena_printf(&world->arena, "%zu", i)}};
	if (!dynamo_put_many(world->dynamo, writes, count, err))
		return false;
	tell(NULL, NULL);
	return true;
}

static bool do_shards(struct world *world, char **words, struct err *err)
{
	struct dynamo_shard *shards;
	size_t count;
	struct buf text;
	(void)words;

	if (!dynamo_stream_shards(world->dynamo, &world->arena, &shards, &count, err))
		return false;
	buf_init(&text, LINE_MAX_BYTES);
	for (size_t i = 0; i < count; i++)
		buf_printf(&text, "%s<%s ", shards[i].id, shards[i].parent ? shards[i].parent : "");
	tell(NULL, buf_str(&text));
	buf_done(&text);
	return true;
}

/* `read SHARD AFTER` begins anew; `read` goes on. */
static bool do_read(struct world *world, char **words, struct err *err)
{
	cJSON *records;

	if (words[1]) {
		snprintf(world->shard, sizeof world->shard, "%s", words[1]);
		snprintf(world->after, sizeof world->after, "%s", words[2] ? words[2] : "");
		world->place = (struct dynamo_place){.shard = world->shard, .after = words[2] ? world->after : NULL};
	}
	if (!dynamo_stream_read(world->dynamo, &world->place, 10, &records, err))
		return false;
	tell(records, world->place.ended ? "ended" : "more");
	return true;
}

static bool do_table(struct world *world, char **words, struct err *err)
{
	(void)words;
	if (!dynamo_table_make(world->dynamo, err))
		return false;
	tell(NULL, NULL);
	return true;
}

/* `call SERVICE OPERATION FLAGS BODY`; flags: o open, 1 once, s secret. */
static bool do_call(struct world *world, char **words, struct err *err)
{
	const char *body = words[4] ? words[4] : "{}";
	const struct aws_call call = {.service = (enum aws_service)strtol(words[1], NULL, 10),
				      .operation = words[2],
				      .body = body,
				      .length = strlen(body),
				      .open = strchr(words[3], 'o'),
				      .once = strchr(words[3], '1'),
				      .secret = strchr(words[3], 's')};
	struct aws_answer answer;

	if (!aws_call(world->aws, &call, &answer, err))
		return false;
	char *text = cJSON_PrintUnformatted(answer.json);
	printf("ok %d %s %s %d\n", answer.status, *answer.error ? answer.error : "-", text, answer.tries);
	cJSON_free(text);
	if (call.secret)
		aws_answer_wipe(&answer);
	else
		aws_answer_done(&answer);
	return true;
}

static const struct {
	const char *name;
	bool (*run)(struct world *world, char **words, struct err *err);
	size_t words; /* it needs */
} commands[] = {
    {"get", do_get, 3},     {"many", do_many, 2}, {"query", do_query, 2},   {"write", do_write, 2},
    {"put", do_put, 2},     {"scan", do_scan, 3}, {"shards", do_shards, 1}, {"read", do_read, 1},
    {"table", do_table, 1}, {"call", do_call, 4},
};

static bool run(struct world *world, char **words, size_t count, struct err *err)
{
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		if (count >= commands[i].words && !strcmp(words[0], commands[i].name))
			return commands[i].run(world, words, err);
	fprintf(stderr, "unknown: %s\n", words[0]);
	exit(2);
}

/* Words are parted by tabs. */
static void take_line(struct world *world, char *line)
{
	char *words[WORDS_MAX] = {NULL};
	size_t count = 0;
	struct err err = {.kind = ERR_NONE};

	line[strcspn(line, "\n")] = '\0';
	while (line && count < WORDS_MAX)
		words[count++] = strsep(&line, "\t");
	arena_reset(&world->arena);
	if (!run(world, words, count, &err))
		printf("%s %s\n", err_kind_code(err.kind), err.message);
	fflush(stdout);
}

int main(void)
{
	static char line[LINE_MAX_BYTES];
	static struct world world;
	const struct aws_options options = {.try_ms = chance_rounds("VITRINE_TRY_MS", TRY_MS),
					    .deadline_ms = chance_rounds("VITRINE_DEADLINE_MS", DEADLINE_MS)};
	struct err err;

	arena_init(&world.arena, ARENA_MAX);
	world.aws = aws_new(&options, &err);
	world.dynamo = world.aws ? dynamo_new(world.aws, "strange", false, &err) : NULL;
	if (!world.dynamo) {
		fprintf(stderr, "%s\n", err.message);
		return 1;
	}
	while (fgets(line, sizeof line, stdin))
		take_line(&world, line);
	dynamo_free(world.dynamo);
	aws_free(world.aws);
	arena_done(&world.arena);
	return 0;
}
