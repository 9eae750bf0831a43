/* pictures.c: a product's picture. dispatch() has checked type, size and first bytes. */
#include <inttypes.h>
#include <string.h>

#include "platform/call.h"

bool handle_picture_get(struct call *call, struct err *err)
{
	struct store *store = call->platform->store;
	const char *known = call_request_header(call, "If-None-Match");
	struct store_picture picture;

	if (!store->picture_get(store, call->id, call->arena, &picture, err))
		return false;

	const char *tag = arena_printf(call->arena, "\"%" PRIx64 "-%zx\"", picture.updated_at, picture.length);
	if (!tag)
		return err_memory(err, "reading a picture");
	call_header(call, "ETag", tag);
	call_header(call, "Cache-Control", "no-cache");
	if (known && (!strcmp(known, "*") || strstr(known, tag))) {
		call->response->status = 304;
		return true;
	}
	call_header(call, "X-Content-Type-Options", "nosniff");
	return call_answer_bytes(call, call->row->status, picture.media_type, picture.bytes, picture.length, err);
}

static bool put_picture(struct call *call, const struct store_picture *picture, struct err *err)
{
	struct store *store = call->platform->store;
	struct product product;

	return store->picture_put(store, call->who.account_id, call->id, picture, call->arena, &product, err) &&
	       call_answer(call, &product, err);
}

bool handle_picture_put(struct call *call, struct err *err)
{
	const struct store_picture picture = {
	    .media_type = call->body, .bytes = call->request->body, .length = call->request->body_length};

	return put_picture(call, &picture, err);
}

bool handle_picture_delete(struct call *call, struct err *err)
{
	return put_picture(call, NULL, err);
}
