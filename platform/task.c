#include "platform/task.h"

#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/crypt.h"
#include "models/limits.h"
#include "platform/page_cache.h"

void task_header(struct task *task, const char *name, const char *value)
{
	struct response *response = task->response;

	if (value && response->headers_count < RESPONSE_HEADERS_MAX)
		response->headers[response->headers_count++] = (struct pair){name, value};
}

const char *task_request_header(const struct task *task, const char *name)
{
	for (size_t i = 0; i < task->request->headers_count; i++)
		if (!strcasecmp(task->request->headers[i].name, name))
			return task->request->headers[i].value;
	return NULL;
}

void task_location(struct task *task, const char *path, const char *id)
{
	task_header(task, "Location", arena_printf(task->arena, "%s/%s", path, id));
}

static void head_json(struct task *task)
{
	task->response->status = task->row->status;
	task_header(task, "Content-Type", "application/json");
	task_header(task, "Cache-Control", "no-store");
}

bool task_answer(struct task *task, const void *object, struct err *err)
{
	struct response *response = task->response;
	struct json json = json_writer(&response->body);

	shape_write(task->row->answer, object, &json);
	if (response->body.failed)
		return err_memory(err, "writing the answer");
	head_json(task);
	return true;
}

/* What the answer depends on: the row and the query as it was sent. */
static void page_key(const struct task *task, uint8_t ret_key[CRYPT_HASH_SIZE])
{
	struct buf text;

	buf_init(&text, LIMIT_BODY);
	buf_add(&text, task->row->name, strlen(task->row->name) + 1);
	for (size_t i = 0; i < task->request->query_count; i++) {
		const struct pair *pair = &task->request->query[i];
		buf_add(&text, pair->name, strlen(pair->name) + 1);
		buf_add(&text, pair->value, strlen(pair->value) + 1);
	}
	crypt_hash(buf_str(&text), text.length, NULL, ret_key);
	if (text.failed) /* a key that nothing else has */
		crypt_random(ret_key, CRYPT_HASH_SIZE);
	buf_done(&text);
}

bool task_leave(struct task *task)
{
	task->response->unbegun = task->request->hurried;
	return task->response->unbegun;
}

bool task_account_gone(struct err *err)
{
	return err_code(err, ERR_UNAUTHENTICATED, "account_gone", "This account no longer exists");
}

bool task_wait(struct task *task, int64_t place)
{
	struct wait *wait = &task->response->wait;
	const size_t length = strlen(task->who.account_id);

	wait->waits = task->request->patient && task->platform->waits && length <= WAIT_ACCOUNT_MAX;
	if (!wait->waits)
		return false;
	memcpy(wait->account, task->who.account_id, length + 1);
	wait->place = place;
	return true;
}

bool task_recall(struct task *task)
{
	struct store *store = task->platform->store;

	if (!task->platform->pages || !store->generation)
		return false;
	task->generation = store->generation(store);
	if (!task->generation)
		return false;
	page_key(task, task->page_key);
	if (!page_cache_get(task->platform->pages, task->page_key, task->generation, clock_monotonic(),
			    &task->response->body)) {
		buf_reset(&task->response->body);
		return false;
	}
	head_json(task);
	return true;
}

void task_remember(struct task *task)
{
	if (task->generation)
		page_cache_put(task->platform->pages, task->page_key, task->generation, clock_monotonic(),
			       task->response->body.bytes, task->response->body.length);
}

bool task_answer_empty(struct task *task)
{
	task->response->status = task->row->status;
	return true;
}

bool task_answer_bytes(struct task *task, int status, const char *media_type, const void *bytes, size_t length,
		       struct err *err)
{
	struct response *response = task->response;

	buf_add(&response->body, bytes, length);
	if (response->body.failed)
		return err_memory(err, "writing the answer");
	response->status = status;
	task_header(task, "Content-Type", media_type);
	return true;
}

bool task_invalid_with(struct task *task, struct err *err, const char *pointer, enum violation_kind kind,
		       const struct err_params *params)
{
	char detail[VIOLATION_DETAIL];

	violations_add(task->violations, pointer, kind, params);
	violation_detail(kind, params, detail);
	return err_set(err, ERR_INVALID, "%s %s", violation_place(pointer), detail);
}

bool task_invalid(struct task *task, struct err *err, const char *pointer, enum violation_kind kind)
{
	return task_invalid_with(task, err, pointer, kind, NULL);
}

bool task_q_refused(struct task *task, struct err *err)
{
	struct err_params params = {.count = 0};

	if (err->kind != ERR_INVALID || strcmp(err->field, "q") != 0)
		return false;
	err_params_number(&params, "max", LIMIT_QUERY_WORDS);
	return task_invalid_with(task, err, "q", VIOLATION_words, &params);
}

/* ---- cursors ---- */

/* A cursor is base64url of a tag and the store's place. The tag is a keyed hash of what the place belongs to, so that a
 * cursor can be neither made up nor taken to another listing. */
enum { TAG_SIZE = 16 };

/* Does the parameter say where in the listing one is, not which listing it is? */
static bool is_place(const char *name)
{
	return !strcmp(name, "limit") || !strcmp(name, "cursor") || !strcmp(name, "since");
}

/* All parameters that choose the listing, in any order. */
static bool hash_filter(struct task *task, struct err *err)
{
	memset(task->filter, 0, sizeof task->filter);
	for (size_t i = 0; i < task->request->query_count; i++) {
		const struct pair *pair = &task->request->query[i];
		const size_t name_size = strlen(pair->name) + 1, length = name_size + strlen(pair->value);
		uint8_t hash[CRYPT_HASH_SIZE];

		if (is_place(pair->name))
			continue;
		char *text = arena_alloc(task->arena, length);
		if (!text)
			return err_memory(err, "signing a cursor");
		memcpy(text, pair->name, name_size);
		memcpy(text + name_size, pair->value, length - name_size);
		crypt_hash(text, length, NULL, hash);
		for (size_t byte = 0; byte < CRYPT_HASH_SIZE; byte++)
			task->filter[byte] ^= hash[byte];
	}
	return true;
}

/* What the place belongs to, each part ended by its NUL or of a fixed length, then the place. */
static bool cursor_tag(const struct task *task, const char *place, size_t length, uint8_t ret_tag[TAG_SIZE],
		       struct err *err)
{
	const char *owner = task->who.account_id ? task->who.account_id : "";
	const size_t row_size = strlen(task->row->name) + 1, owner_size = strlen(owner) + 1;
	uint8_t tag[CRYPT_HASH_SIZE];
	uint8_t *bytes = arena_alloc(task->arena, row_size + owner_size + CRYPT_HASH_SIZE + length);

	if (!bytes)
		return err_memory(err, "signing a cursor");
	memcpy(bytes, task->row->name, row_size);
	memcpy(bytes + row_size, owner, owner_size);
	memcpy(bytes + row_size + owner_size, task->filter, CRYPT_HASH_SIZE);
	memcpy(bytes + row_size + owner_size + CRYPT_HASH_SIZE, place, length);
	crypt_hash(bytes, row_size + owner_size + CRYPT_HASH_SIZE + length, task->platform->cursor_key, tag);
	memcpy(ret_tag, tag, TAG_SIZE);
	return true;
}

bool task_place(struct task *task, const char *name, const char *cursor, const char **ret_place, struct err *err)
{
	const size_t capacity = cursor ? strlen(cursor) : 0;
	uint8_t *bytes = arena_alloc(task->arena, capacity + 1);
	uint8_t tag[TAG_SIZE];
	size_t length;

	if (!bytes)
		return err_memory(err, "reading the cursor");
	if (!hash_filter(task, err))
		return false;
	if (!cursor) {
		*ret_place = NULL;
		return true;
	}
	if (!crypt_unbase64(cursor, bytes, capacity, &length) || length <= TAG_SIZE)
		return task_invalid(task, err, name, VIOLATION_not_cursor);
	bytes[length] = '\0';
	const char *place = (char *)bytes + TAG_SIZE;
	if (!cursor_tag(task, place, length - TAG_SIZE, tag, err))
		return false;
	if (!crypt_equal(tag, bytes, TAG_SIZE))
		return task_invalid(task, err, name, VIOLATION_not_cursor);
	*ret_place = place;
	return true;
}

bool task_page(struct task *task, int64_t limit, const char *cursor, struct store_page *ret_page, struct err *err)
{
	struct store_page page = {.limit = limit ? (size_t)limit : LIMIT_PAGE_DEFAULT};

	if (!task_place(task, "cursor", cursor, &page.after, err))
		return false;
	*ret_page = page;
	return true;
}

bool task_cursor(struct task *task, const char *next, const char **ret_cursor, struct err *err)
{
	if (!next) {
		*ret_cursor = NULL;
		return true;
	}

	size_t length = strlen(next);
	uint8_t *bytes = arena_alloc(task->arena, TAG_SIZE + length);
	char *text = arena_alloc(task->arena, CRYPT_BASE64_SIZE(TAG_SIZE + length));
	if (!bytes || !text)
		return err_memory(err, "writing the cursor");
	if (!cursor_tag(task, next, length, bytes, err))
		return false;
	memcpy(bytes + TAG_SIZE, next, length);
	crypt_base64(bytes, TAG_SIZE + length, text);
	*ret_cursor = text;
	return true;
}
