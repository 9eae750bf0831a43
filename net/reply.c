#include "net/reply.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "net/answer.h"

/* A reply with the parts that callers don't see. */
struct reply {
	struct net_reply public;
	cJSON *problem;
	bool *kept; /* to be set when the callback keeps it */
};
static_assert(offsetof(struct reply, public) == 0, "what everybody sees is the beginning of the whole");

struct net_reply *reply_new(enum api_op op)
{
	struct reply *reply = calloc(1, sizeof *reply);

	if (!reply)
		return NULL;
	arena_init(&reply->public.arena, REPLY_ARENA);
	reply->public.op = op;
	reply->public.media_type = "";
	return &reply->public;
}

static struct reply *whole(struct net_reply *reply)
{
	return (struct reply *)(void *)reply;
}

struct net_reply *net_reply_free(struct net_reply *reply)
{
	if (!reply)
		return NULL;
	arena_done(&reply->arena);
	cJSON_Delete(whole(reply)->problem);
	free(whole(reply));
	return NULL;
}

void net_reply_keep(struct net_reply *reply)
{
	if (whole(reply)->kept)
		*whole(reply)->kept = true;
	whole(reply)->kept = NULL;
}

void reply_note_keep(struct net_reply *reply, bool *kept)
{
	whole(reply)->kept = kept;
}

void reply_set_problem(struct net_reply *reply, cJSON *problem)
{
	cJSON_Delete(whole(reply)->problem);
	whole(reply)->problem = problem;
	reply->problem = problem;
}

bool reply_read(struct net_reply *reply, struct transfer_answer *answer, struct err *err)
{
	const struct shape *shape = api_rows[reply->op].answer;

	reply->answer = reply->bytes = NULL;
	reply->length = 0;
	reply->media_type = "";
	arena_reset(&reply->arena);
	if (shape) {
		void *object = arena_alloc(&reply->arena, shape->size);

		if (!object)
			return err_memory(err, "reading an answer");
		if (!answer_decode(answer, shape, &reply->arena, object, err))
			return false;
		reply->answer = object;
		return true;
	}
	reply->media_type = arena_strdup(&reply->arena, answer->media_type);
	reply->bytes = arena_memdup(&reply->arena, buf_str(&answer->body), answer->body.length);
	reply->length = answer->body.length;
	return (reply->bytes && reply->media_type) || err_memory(err, "reading an answer");
}

/* ---- what a problem carries ---- */

bool net_reply_object(struct net_reply *reply, const char *member, const struct shape *shape, const void **ret_object)
{
	const cJSON *json = cJSON_GetObjectItemCaseSensitive(reply->problem, member);
	void *object = json ? arena_alloc(&reply->arena, shape->size) : NULL;

	if (!object || !shape_decode_answer(shape, json, &reply->arena, object, NULL))
		return false;
	*ret_object = object;
	return true;
}

bool net_reply_list(struct net_reply *reply, const char *member, const struct shape *shape, const void **ret_objects,
		    size_t *ret_count)
{
	const cJSON *json = cJSON_GetObjectItemCaseSensitive(reply->problem, member);
	size_t count = cJSON_IsArray(json) ? (size_t)cJSON_GetArraySize(json) : 0;
	char *objects = count ? arena_array(&reply->arena, count, shape->size) : NULL;
	size_t index = 0;

	if (!objects)
		return false;
	for (const cJSON *item = json->child; item; item = item->next, index++)
		if (!shape_decode_answer(shape, item, &reply->arena, objects + index * shape->size, NULL))
			return false;
	*ret_objects = objects;
	*ret_count = count;
	return true;
}

bool net_reply_fault(const struct net_reply *reply, size_t index, struct outcome_error *ret_fault)
{
	const cJSON *errors = cJSON_GetObjectItemCaseSensitive(reply->problem, "errors");
	const cJSON *fault = index < VIOLATIONS_MAX ? cJSON_GetArrayItem(errors, (int)index) : NULL;
	const char *pointer = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(fault, "pointer"));
	const char *code = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(fault, "code"));
	const char *detail = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(fault, "detail"));

	if (!pointer || !detail)
		return false;
	*ret_fault = (struct outcome_error){pointer, code ? code : "", answer_params(fault), detail};
	return true;
}
