#include "platform/dispatch.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "models/limits.h"
#include "platform/call.h"
#include "platform/image.h"
#include "platform/problem.h"

typedef bool handle_fn(struct call *call, struct err *err);
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

bool request_id_fits(const char *id)
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

const char *request_token(const char *value)
{
	if (!value || !*value)
		return NULL;
	if (!strncasecmp(value, "Bearer ", 7))
		value += 7;
	while (*value == ' ')
		value++;
	return value;
}

static bool authenticate(struct call *call, const char *token, struct err *err)
{
	struct identity *identity = call->platform->identity;
	struct store *store = call->platform->store;

	if (!identity->verify(identity, token, call->arena, &call->who, err))
		return false;
	if (store->account_get(store, call->who.group, call->who.account_id, call->arena, &call->account, err))
		return true;
	return err->kind == ERR_NOT_FOUND ? call_account_gone(err) : false;
}

static bool not_of_group(enum group group, struct err *err)
{
	err_set(err, ERR_FORBIDDEN, "Only %s may do this", group == GROUP_CLIENTS ? "clients" : "sellers");
	if (err)
		err_params_text(&err->params, "group_name", group_names[group]);
	return false;
}

static bool authorise(struct call *call, struct err *err)
{
	const enum api_who who = call->row->who;
	const char *sent = call_request_header(call, "Authorization");
	const char *token = demands[who].token == TOKEN_IGNORED ? NULL : request_token(sent);

	call->token = token;

	if (token && !authenticate(call, token, err))
		return false;
	if (!token && demands[who].token == TOKEN_NEEDED)
		return err_set(err, ERR_UNAUTHENTICATED, "Sign in first: this needs an access token");
	if (!demands[who].allowed)
		return err_set(err, ERR_FORBIDDEN, "Nobody may do this");
	if (demands[who].group != GROUP_NONE && call->who.group != demands[who].group)
		return not_of_group(demands[who].group, err);
	if (demands[who].self &&
	    (call->who.group != path_group(call->row) || strcmp(call->who.account_id, call->id) != 0))
		return err_set(err, ERR_FORBIDDEN, "This belongs to another account");
	return true;
}

/* ---- what is asked ---- */

static bool route(struct call *call, struct err *err)
{
	const struct request *request = call->request;
	enum api_op op;
	const char *id;
	size_t id_length;
	unsigned allowed;

	if (api_match(request->method, request->path, &op, &id, &id_length, &allowed)) {
		call->row = &api_rows[op];
		call->response->op = call->row->name;
		call->id = arena_strndup(call->arena, id, id_length);
		return call->id || err_memory(err, "reading the path");
	}
	if (!allowed)
		return err_set(err, ERR_NOT_FOUND, "There is nothing at this path");

	struct buf list;
	buf_init(&list, 64);
	for (unsigned method = 0; method < METHODS; method++)
		if (allowed >> method & 1)
			buf_printf(&list, "%s%s%s", list.length ? ", " : "", api_method_names[method],
				   method == METHOD_GET ? ", HEAD" : ""); /* front ends make HEAD of GET */
	call_header(call, "Allow", arena_strdup(call->arena, buf_str(&list)));
	buf_done(&list);
	return err_set(err, ERR_METHOD, "This path does not take this method");
}

/* No coding is undone here, so a body must come as it is. */
static bool check_coding(struct call *call, struct err *err)
{
	const char *coding = call_request_header(call, "Content-Encoding");

	if (!call->request->body_length || !coding || !*coding || !strcasecmp(coding, "identity"))
		return true;
	call_header(call, "Accept-Encoding", "identity");
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

static bool check_image(struct call *call, struct err *err)
{
	static const struct {
		const char *type;
		image_look *look;
	} images[] = {{"image/png", image_png}, {"image/jpeg", image_jpeg}};
	const struct request *request = call->request;
	const char *type = call_request_header(call, "Content-Type");

	for (size_t i = 0; type && i < sizeof images / sizeof *images; i++) {
		if (!media_type_is(type, images[i].type))
			continue;
		if (request->body_length > LIMIT_PICTURE)
			return too_large(err);
		enum image_state state = images[i].look(request->body, request->body_length);
		if (state != IMAGE_WHOLE)
			return call_invalid(call, err, "", state == IMAGE_CUT ? VIOLATION_image_cut : VIOLATION_not_image);
		call->body = images[i].type;
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

static bool decode_body(struct call *call, struct err *err)
{
	const struct request *request = call->request;
	const struct shape *shape = call->row->body;
	const char *type = call_request_header(call, "Content-Type");

	if (!shape)
		return !request->body_length || call_invalid(call, err, "", VIOLATION_body_unwanted);
	if (!check_coding(call, err))
		return false;
	if (shape == &picture_shape)
		return check_image(call, err);
	if (!request->body_length && !shape->bodiless)
		return call_invalid(call, err, "", VIOLATION_body_missing);
	if (request->body_length && (!type || !media_type_is(type, "application/json")))
		return err_set(err, ERR_MEDIA_TYPE, "The body must be application/json");

	void *object = arena_alloc(call->arena, shape->size);
	if (!object)
		return err_memory(err, "reading the body");
	cJSON *json = parse_body(request, err);
	if (!json)
		return false;
	bool good = shape_decode(shape, json, call->arena, object, call->violations, err);
	if (shape_has_secrets(shape))
		json_wipe(json);
	cJSON_Delete(json);
	call->body = object;
	if (good || !call->row->once || err->kind != ERR_INVALID)
		return good;
	call->invalid = *err;
	return true;
}

/* Passwords, codes and tokens that the request's body held. Its bytes are the front end's to overwrite. */
static void wipe_body(const struct call *call)
{
	if (call->body && call->row->body != &picture_shape)
		shape_wipe(call->row->body, call->body);
}

static bool decode_query(struct call *call, struct err *err)
{
	static const struct shape nothing;
	const struct shape *shape = call->row->query ? call->row->query : &nothing;
	void *object = arena_alloc(call->arena, shape->size ? shape->size : 1);

	if (!object)
		return err_memory(err, "reading the query");
	call->query = object;
	return shape_decode_query(shape, call->request->query, call->request->query_count, object, call->violations,
				  err);
}

static bool serve(struct call *call, struct err *err)
{
	if (call->request->allow)
		call_header(call, "Allow", call->request->allow);
	if (call->request->refused != ERR_NONE)
		return err_set(err, call->request->refused, "%s",
			       call->request->refused_why ? call->request->refused_why
							  : err_kind_title(call->request->refused));
	return route(call, err) && authorise(call, err) && decode_query(call, err) && decode_body(call, err) &&
	       handlers[call->row - api_rows](call, err);
}

void dispatch(struct platform *platform, const struct request *request, struct arena *arena,
	      struct response *ret_response, struct err *ret_cause)
{
	struct violations violations; /* large, and of most requests there are none: only its count is set */
	struct call call = {.platform = platform,
			    .request = request,
			    .arena = arena,
			    .response = ret_response,
			    .id = "",
			    .violations = &violations};
	struct err err = {.kind = ERR_NONE};

	violations.count = 0;
	*ret_response = (struct response){.op = "none"};
	buf_init(&ret_response->body, RESPONSE_BODY);
	call_header(&call, "X-Request-Id", request->request_id);
	if (!serve(&call, &err))
		problem_answer(&call, &err, ret_cause);
	wipe_body(&call);
}
