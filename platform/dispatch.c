#include "platform/dispatch.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "models/limits.h"
#include "platform/task.h"
#include "platform/image.h"
#include "platform/problem.h"

typedef bool handle_fn(struct task *task, struct err *err);
static handle_fn *const handlers[API_OPS] = {
#define API(op, ...) [API_##op] = handle_##op,
#include "models/api.def"
#undef API
};

enum api_runs dispatch_runs(const struct platform *platform, const char *method, const char *path)
{
	const bool local = platform->store->local && platform->identity->local;
	enum api_op op;
	const char *id;
	size_t id_length;
	unsigned allowed;

	if (!api_match(method, path, &op, &id, &id_length, &allowed))
		return RUNS_INLINE;
	return local || api_rows[op].runs == RUNS_HASHER ? api_rows[op].runs : RUNS_WORKER;
}

bool dispatch_id_fits(const char *id)
{
	static const char fit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-";
	size_t length = id ? strspn(id, fit) : 0;

	return length && !id[length] && length <= REQUEST_ID_MAX;
}

void response_done(struct response *response)
{
	if (response)
		buf_done(&response->body);
}

/* ---- who asks ---- */

/* What each value of the table's column `who` demands. */
static const struct {
	enum { TOKEN_IGNORED, TOKEN_OPTIONAL, TOKEN_NEEDED } token;
	enum group group; /* GROUP_NONE: either */
	bool self;
	bool allowed; /* nobody gets past a row without */
} demands[] = {
    [WHO_NOBODY] = {.token = TOKEN_NEEDED, .group = GROUP_NONE},
    [WHO_ANYONE] = {.token = TOKEN_IGNORED, .group = GROUP_NONE, .allowed = true},
    [WHO_ANYONE_OR_SELF] = {.token = TOKEN_OPTIONAL, .group = GROUP_NONE, .allowed = true},
    [WHO_SIGNED_IN] = {.token = TOKEN_NEEDED, .group = GROUP_NONE, .allowed = true},
    [WHO_CLIENT] = {.token = TOKEN_NEEDED, .group = GROUP_CLIENTS, .allowed = true},
    [WHO_SELLER] = {.token = TOKEN_NEEDED, .group = GROUP_SELLERS, .allowed = true},
    [WHO_SELF] = {.token = TOKEN_NEEDED, .group = GROUP_NONE, .self = true, .allowed = true},
};

/* The group whose accounts live under a path: /Client/… or /Seller/… */
static enum group path_group(const struct api_row *row)
{
	return strncmp(row->path, "/Client", strlen("/Client")) == 0 ? GROUP_CLIENTS : GROUP_SELLERS;
}

const char *dispatch_token(const char *value)
{
	if (!value || !*value)
		return NULL;
	if (!strncasecmp(value, "Bearer ", 7))
		value += 7;
	while (*value == ' ')
		value++;
	return value;
}

static bool authenticate(struct task *task, const char *token, struct err *err)
{
	struct identity *identity = task->platform->identity;
	struct store *store = task->platform->store;

	if (!identity->verify(identity, token, task->arena, &task->who, err))
		return false;
	if (store->account_get(store, task->who.group, task->who.account_id, task->arena, &task->account, err))
		return true;
	return err->kind == ERR_NOT_FOUND ? task_account_gone(err) : false;
}

static bool not_of_group(enum group group, struct err *err)
{
	err_set(err, ERR_FORBIDDEN, "Only %s may do this", group == GROUP_CLIENTS ? "clients" : "sellers");
	if (err)
		err_params_text(&err->params, "group_name", group_names[group]);
	return false;
}

static bool authorise(struct task *task, struct err *err)
{
	const enum api_who who = task->row->who;
	const char *sent = task_request_header(task, "Authorization");
	const char *token = demands[who].token == TOKEN_IGNORED ? NULL : dispatch_token(sent);

	task->token = token;

	if (token && !authenticate(task, token, err))
		return false;
	if (!token && demands[who].token == TOKEN_NEEDED)
		return err_set(err, ERR_UNAUTHENTICATED, "Sign in first: this needs an access token");
	if (!demands[who].allowed)
		return err_set(err, ERR_FORBIDDEN, "Nobody may do this");
	if (demands[who].group != GROUP_NONE && task->who.group != demands[who].group)
		return not_of_group(demands[who].group, err);
	if (demands[who].self &&
	    (task->who.group != path_group(task->row) || strcmp(task->who.account_id, task->id) != 0))
		return err_set(err, ERR_FORBIDDEN, "This belongs to another account");
	return true;
}

/* ---- what is asked ---- */

static bool route(struct task *task, struct err *err)
{
	const struct request *request = task->request;
	enum api_op op;
	const char *id;
	size_t id_length;
	unsigned allowed;

	if (api_match(request->method, request->path, &op, &id, &id_length, &allowed)) {
		task->row = &api_rows[op];
		task->response->op = task->row->name;
		task->id = arena_strndup(task->arena, id, id_length);
		return task->id || err_memory(err, "reading the path");
	}
	if (!allowed)
		return err_set(err, ERR_NOT_FOUND, "There is nothing at this path");

	struct buf list;
	buf_init(&list, 64);
	for (unsigned method = 0; method < METHODS; method++)
		if (allowed >> method & 1)
			buf_printf(&list, "%s%s%s", list.length ? ", " : "", api_method_names[method],
				   method == METHOD_GET ? ", HEAD" : ""); /* front ends make HEAD of GET */
	task_header(task, "Allow", arena_strdup(task->arena, buf_str(&list)));
	buf_done(&list);
	return err_set(err, ERR_METHOD, "This path does not take this method");
}

/* No coding is undone here, so a body must come as it is. */
static bool check_coding(struct task *task, struct err *err)
{
	const char *coding = task_request_header(task, "Content-Encoding");

	if (!task->request->body_length || !coding || !*coding || !strcasecmp(coding, "identity"))
		return true;
	task_header(task, "Accept-Encoding", "identity");
	return err_set(err, ERR_MEDIA_TYPE, "The body must be sent without Content-Encoding");
}

/* Is this the media type of the header's value, whatever its parameters? */
static bool media_type_is(const char *value, const char *type)
{
	size_t length = strlen(type);

	return !strncasecmp(value, type, length) && (!value[length] || strchr("; \t", value[length]));
}

static bool too_large(struct err *err)
{
	err_set(err, ERR_TOO_LARGE, "A picture may have %d bytes at most", LIMIT_PICTURE);
	if (err)
		err_params_number(&err->params, "max", LIMIT_PICTURE);
	return false;
}

static bool check_image(struct task *task, struct err *err)
{
	static const struct {
		const char *type;
		image_look *look;
	} images[] = {{"image/png", image_png}, {"image/jpeg", image_jpeg}};
	const struct request *request = task->request;
	const char *type = task_request_header(task, "Content-Type");

	for (size_t i = 0; type && i < sizeof images / sizeof *images; i++) {
		if (!media_type_is(type, images[i].type))
			continue;
		if (request->body_length > LIMIT_PICTURE)
			return too_large(err);
		enum image_state state = images[i].look(request->body, request->body_length);
		if (state != IMAGE_WHOLE)
			return task_invalid(task, err, "",
					    state == IMAGE_CUT ? VIOLATION_image_cut : VIOLATION_not_image);
		task->body = images[i].type;
		return true;
	}
	return err_set(err, ERR_MEDIA_TYPE, "A picture must be image/png or image/jpeg");
}

/* The body as JSON; of a request that has none, and needs none, an object without members. */
static cJSON *parse_body(const struct request *request, struct err *err)
{
	cJSON *json = request->body_length
			  ? json_parse(request->body, request->body_length, JSON_VALUES_REQUEST, err)
			  : cJSON_CreateObject();

	if (!json && !request->body_length)
		err_memory(err, "reading the body");
	return json;
}

static bool decode_body(struct task *task, struct err *err)
{
	const struct request *request = task->request;
	const struct shape *shape = task->row->body;
	const char *type = task_request_header(task, "Content-Type");

	if (!shape)
		return !request->body_length || task_invalid(task, err, "", VIOLATION_body_unwanted);
	if (!check_coding(task, err))
		return false;
	if (shape == &picture_shape)
		return check_image(task, err);
	if (!request->body_length && !shape->bodiless)
		return task_invalid(task, err, "", VIOLATION_body_missing);
	if (request->body_length && (!type || !media_type_is(type, "application/json")))
		return err_set(err, ERR_MEDIA_TYPE, "The body must be application/json");

	void *object = arena_alloc(task->arena, shape->size);
	if (!object)
		return err_memory(err, "reading the body");
	cJSON *json = parse_body(request, err);
	if (!json)
		return false;
	bool good = shape_decode(shape, json, task->arena, object, task->violations, err);
	if (shape_has_secrets(shape))
		json_wipe(json);
	cJSON_Delete(json);
	task->body = object;
	if (good || !task->row->once || err->kind != ERR_INVALID)
		return good;
	task->invalid = *err;
	return true;
}

/* Passwords, codes and tokens that the request's body held. Its bytes are the front end's to overwrite. */
static void wipe_body(const struct task *task)
{
	if (task->body && task->row->body != &picture_shape)
		shape_wipe(task->row->body, task->body);
}

static bool decode_query(struct task *task, struct err *err)
{
	static const struct shape nothing;
	const struct shape *shape = task->row->query ? task->row->query : &nothing;
	void *object = arena_alloc(task->arena, shape->size ? shape->size : 1);

	if (!object)
		return err_memory(err, "reading the query");
	task->query = object;
	return shape_decode_query(shape, task->request->query, task->request->query_count, object, task->violations,
				  err);
}

static bool serve(struct task *task, struct err *err)
{
	if (task->request->allow)
		task_header(task, "Allow", task->request->allow);
	if (task->request->refused != ERR_NONE)
		return err_set(err, task->request->refused, "%s",
			       task->request->refused_why ? task->request->refused_why
							  : err_kind_title(task->request->refused));
	return route(task, err) && authorise(task, err) && decode_query(task, err) && decode_body(task, err) &&
	       handlers[task->row - api_rows](task, err);
}

void dispatch(struct platform *platform, const struct request *request, struct arena *arena,
	      struct response *ret_response, struct err *ret_cause)
{
	struct violations violations; /* large, and of most requests there are none: only its count is set */
	struct task task = {.platform = platform,
			    .request = request,
			    .arena = arena,
			    .response = ret_response,
			    .id = "",
			    .violations = &violations};
	struct err err = {.kind = ERR_NONE};

	violations.count = 0;
	*ret_response = (struct response){.op = "none"};
	buf_init(&ret_response->body, RESPONSE_BODY);
	task_header(&task, "X-Request-Id", request->request_id);
	if (!serve(&task, &err))
		problem_answer(&task, &err, ret_cause);
	wipe_body(&task);
}
