/* pictures.c: a product's picture. dispatch() has checked type, size and first bytes. */
#include <string.h>

#include "base/crypt.h"
#include "platform/task.h"

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

bool handle_picture_get(struct task *task, struct err *err)
{
	struct store *store = task->platform->store;
	const char *header = task_request_header(task, "If-None-Match");
	uint8_t known[STORE_DIGEST];
	char text[CRYPT_BASE64_SIZE(STORE_DIGEST)];
	struct store_picture picture;

	if (!store->picture_get(store, task->id, read_known(header, known) ? known : NULL, task->arena, &picture, err))
		return false;

	crypt_base64(picture.digest, sizeof picture.digest, text);
	const char *tag = arena_printf(task->arena, "\"%s\"", text);
	if (!tag)
		return err_memory(err, "reading a picture");
	task_header(task, "ETag", tag);
	task_header(task, "Cache-Control", "no-cache");
	if (header && (!strcmp(header, "*") || strstr(header, tag))) {
		task->response->status = 304;
		return true;
	}
	task_header(task, "X-Content-Type-Options", "nosniff");
	return task_answer_bytes(task, task->row->status, picture.media_type, picture.bytes, picture.length, err);
}

static bool put_picture(struct task *task, const struct store_picture *picture, struct err *err)
{
	struct store *store = task->platform->store;
	struct product product;

	return store->picture_put(store, task->who.account_id, task->id, picture, task->arena, &product, err) &&
	       task_answer(task, &product, err);
}

bool handle_picture_put(struct task *task, struct err *err)
{
	const struct store_picture picture = {
	    .media_type = task->body, .bytes = task->request->body, .length = task->request->body_length};

	return put_picture(task, &picture, err);
}

bool handle_picture_delete(struct task *task, struct err *err)
{
	return put_picture(task, NULL, err);
}
