/* pictures.c: a product's picture. dispatch() has checked type, size and first bytes. */
#include <string.h>

#include "base/crypt.h"
#include "platform/call.h"

/* The digest of the picture that a client has already, if the header names one alone. */
static bool read_known(const char *header, uint8_t ret_digest[STORE_DIGEST])
{
	char text[CRYPT_BASE64_SIZE(STORE_DIGEST)];
	const size_t length = sizeof text - 1;
	size_t bytes;

	if (!header || strlen(header) != length + 2 || header[0] != '"' || header[length + 1] != '"')
		return false;
	memcpy(text, header + 1, length);
	text[length] = '\0';
	return crypt_unbase64(text, ret_digest, STORE_DIGEST, &bytes) && bytes == STORE_DIGEST;
}

bool handle_picture_get(struct call *call, struct err *err)
{
	struct store *store = call->platform->store;
	const char *header = call_request_header(call, "If-None-Match");
	uint8_t known[STORE_DIGEST];
	char text[CRYPT_BASE64_SIZE(STORE_DIGEST)];
	struct store_picture picture;

	if (!store->picture_get(store, call->id, read_known(header, known) ? known : NULL, call->arena, &picture, err))
		return false;

	crypt_base64(picture.digest, sizeof picture.digest, text);
	const char *tag = arena_printf(call->arena, "\"%s\"", text);
	if (!tag)
		return err_memory(err, "reading a picture");
	call_header(call, "ETag", tag);
	call_header(call, "Cache-Control", "no-cache");
	if (header && (!strcmp(header, "*") || strstr(header, tag))) {
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
