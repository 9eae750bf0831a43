#include "platform/lambda/event.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/crypt.h"
#include "base/text.h"
#include "models/limits.h"
#include "platform/target.h"

static const char no_memory[] = "There is no memory for this request now: try again later";

static void refuse(struct event *event, enum err_kind kind, const char *why)
{
	if (event->request.refused != ERR_NONE)
		return;
	event->request.refused = kind;
	event->request.refused_why = why;
}

/* ---- members of the event ---- */

static bool not_an_event(struct err *err, const char *member)
{
	return err_set(err, ERR_INVALID, "This is no event of API Gateway: there is something wrong with its %s",
		       member);
}

/* A text, or NULL when it is missing or null. False when it is something else. */
static bool read_text(const cJSON *object, const char *name, size_t max, char **ret_text, struct err *err)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, name);

	if (member && !cJSON_IsNull(member) && (!cJSON_IsString(member) || strlen(member->valuestring) > max))
		return not_an_event(err, name);
	*ret_text = member && cJSON_IsString(member) ? member->valuestring : NULL;
	return true;
}

/* An object, or NULL when it is missing or null. */
static bool read_object(const cJSON *object, const char *name, const cJSON **ret_member, struct err *err)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, name);

	if (member && !cJSON_IsNull(member) && !cJSON_IsObject(member))
		return not_an_event(err, name);
	*ret_member = cJSON_IsObject(member) ? member : NULL;
	return true;
}

/* ---- names with values ---- */

struct pairs {
	struct pair *list;
	size_t count;
};

/* {"name": ["value", …]}, or {"name": "value"} where the gateway sends only these. A name without a value has none. */
static bool read_pairs(const cJSON *object, const char *name, struct arena *arena, struct pairs *ret_pairs,
		       struct err *err)
{
	const cJSON *member, *value;
	size_t count = 0;

	cJSON_ArrayForEach(member, object)
		count += cJSON_IsArray(member) ? (size_t)cJSON_GetArraySize(member) : 1;
	struct pair *list = arena_array(arena, count + 1, sizeof *list);
	if (!list)
		return err_memory(err, "reading an event");
	count = 0;
	cJSON_ArrayForEach(member, object) {
		if (cJSON_IsString(member))
			list[count++] = (struct pair){member->string, member->valuestring};
		else if (!cJSON_IsArray(member))
			return not_an_event(err, name);
		for (value = cJSON_IsArray(member) ? member->child : NULL; value; value = value->next) {
			if (!cJSON_IsString(value))
				return not_an_event(err, name);
			list[count++] = (struct pair){member->string, value->valuestring};
		}
	}
	*ret_pairs = (struct pairs){list, count};
	return true;
}

/* The list with all values; where it is missing, the one with the last value of each. */
static bool read_either(const cJSON *json, const char *name, const char *lesser, struct arena *arena,
			struct pairs *ret_pairs, struct err *err)
{
	const cJSON *object = NULL;

	if (!read_object(json, name, &object, err))
		return false;
	if (object)
		return read_pairs(object, name, arena, ret_pairs, err);
	return read_object(json, lesser, &object, err) && read_pairs(object, lesser, arena, ret_pairs, err);
}

static bool fits_header(const char *text)
{
	for (; *text; text++)
		if (((unsigned char)*text < ' ' && *text != '\t') || *text == 0x7F)
			return false;
	return true;
}

static const char *find_header(const struct request *request, const char *name)
{
	for (size_t i = 0; i < request->headers_count; i++)
		if (!strcasecmp(request->headers[i].name, name))
			return request->headers[i].value;
	return NULL;
}

static bool read_headers(struct event *event, struct arena *arena, struct err *err)
{
	struct pairs headers = {0};
	size_t bytes = 0;

	if (!read_either(event->json, "multiValueHeaders", "headers", arena, &headers, err))
		return false;
	for (size_t i = 0; i < headers.count; i++) {
		bytes += strlen(headers.list[i].name) + strlen(headers.list[i].value);
		if (!*headers.list[i].name || !fits_header(headers.list[i].name) || !fits_header(headers.list[i].value))
			refuse(event, ERR_INVALID, "A header field is malformed");
	}
	if (headers.count > EVENT_HEADERS_MAX || bytes > EVENT_HEADERS_BYTES)
		refuse(event, ERR_HEADERS_TOO_LARGE, "The request's header is too large");
	event->request.headers = headers.list;
	event->request.headers_count = headers.count;
	return true;
}

/* The gateway has decoded names and values. */
static bool read_query(struct event *event, struct arena *arena, struct err *err)
{
	struct pairs query = {0};

	if (!read_either(event->json, "multiValueQueryStringParameters", "queryStringParameters", arena, &query, err))
		return false;
	if (query.count > TARGET_PARAMETERS_MAX)
		refuse(event, ERR_INVALID, "The query string is malformed, or has more than 64 parameters");
	event->request.query = query.list;
	event->request.query_count = query.count;
	return true;
}

/* ---- the path ---- */

static size_t count_slashes(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += *text == '/';
	return count;
}

/* How many slashes the path has within the API: as many as the resource that it was routed to, in which "{name+}"
 * stands for all that is left. 0: the event doesn't say. */
static size_t slashes_within(const cJSON *json, const char *resource)
{
	const char *greedy = resource ? strstr(resource, "+}") : NULL;
	const cJSON *parameters = cJSON_GetObjectItemCaseSensitive(json, "pathParameters");

	if (!resource)
		return 0;
	if (!greedy)
		return count_slashes(resource);
	const char *open = strrchr(resource, '{');
	for (const cJSON *member = parameters ? parameters->child : NULL; member && open; member = member->next)
		if (cJSON_IsString(member) && strlen(member->string) == (size_t)(greedy - open - 1) &&
		    !strncmp(member->string, open + 1, (size_t)(greedy - open - 1)))
			return count_slashes(resource) + count_slashes(member->valuestring);
	return 0;
}

/* What stands before the API's own path (a stage, the base path of a domain) is the gateway's business, not ours. */
static char *cut_prefix(char *path, const char *resource, size_t within)
{
	static char root[] = "/";
	size_t slashes = count_slashes(path);

	if (resource && !strcmp(resource, "/"))
		return root;
	for (; within && slashes > within; slashes--)
		path += strcspn(path + 1, "/") + 1;
	return path;
}

static bool read_path(struct event *event, struct err *err)
{
	char *path = NULL, *resource = NULL;

	if (!read_text(event->json, "path", SIZE_MAX, &path, err) ||
	    !read_text(event->json, "resource", EVENT_PATH_MAX, &resource, err))
		return false;
	if (!path || *path != '/')
		return not_an_event(err, "path");
	event->request.path = "/";
	if (strlen(path) > EVENT_PATH_MAX) {
		refuse(event, ERR_HEADERS_TOO_LARGE, "The request's header is too large");
		return true;
	}
	path = cut_prefix(path, resource, slashes_within(event->json, resource));
	if (target_decode_path(path))
		event->request.path = path;
	else
		refuse(event, ERR_INVALID, "The path is malformed");
	return true;
}

/* ---- the body ---- */

static bool decode_body(struct event *event, const char *text, struct err *err)
{
	size_t length = strlen(text);

	if (length > CRYPT_BASE64_PADDED_SIZE((size_t)LIMIT_BODY)) {
		refuse(event, ERR_TOO_LARGE, "The body is too large");
		return true;
	}
	event->body = malloc(length + 1);
	if (!event->body) {
		refuse(event, ERR_UNAVAILABLE, no_memory);
		return true;
	}
	return crypt_unbase64_padded(text, event->body, length, &event->request.body_length) ||
	       not_an_event(err, "body");
}

static bool read_body(struct event *event, struct err *err)
{
	const cJSON *base64 = cJSON_GetObjectItemCaseSensitive(event->json, "isBase64Encoded");
	char *text = NULL;

	if (!read_text(event->json, "body", SIZE_MAX, &text, err))
		return false;
	if (base64 && !cJSON_IsBool(base64) && !cJSON_IsNull(base64))
		return not_an_event(err, "isBase64Encoded");
	if (!text)
		return true;
	if (cJSON_IsTrue(base64)) {
		if (!decode_body(event, text, err))
			return false;
		event->request.body = event->body;
	} else {
		event->request.body = text;
		event->request.body_length = strlen(text);
	}
	if (event->request.body_length > LIMIT_BODY)
		refuse(event, ERR_TOO_LARGE, "The body is too large");
	return true;
}

/* ---- the whole ---- */

static bool read_method(struct event *event, struct err *err)
{
	char *method = NULL;

	if (!read_text(event->json, "httpMethod", EVENT_METHOD_MAX, &method, err))
		return false;
	if (!method || !*method || !fits_header(method))
		return not_an_event(err, "httpMethod");
	event->head_only = !strcmp(method, "HEAD");
	event->request.method = event->head_only ? "GET" : method;
	return true;
}

/* Who asks, and by which id: the client's own, where it can't hurt a log, or else the gateway's. */
static bool read_context(struct event *event, const char *id, struct err *err)
{
	const cJSON *context = NULL, *identity = NULL;
	char *address = NULL, *gateway = NULL;

	if (!read_object(event->json, "requestContext", &context, err) ||
	    !read_object(context, "identity", &identity, err) ||
	    !read_text(identity, "sourceIp", EVENT_ADDRESS_MAX, &address, err) ||
	    !read_text(context, "requestId", SIZE_MAX, &gateway, err))
		return false;
	event->request.address = address ? address : "";
	const char *client = find_header(&event->request, "X-Request-Id");
	event->request.request_id = dispatch_id_fits(client) ? client : dispatch_id_fits(gateway) ? gateway : id;
	return true;
}

bool event_read(const char *bytes, size_t length, const char *id, struct arena *arena, struct event *ret_event,
		struct err *err)
{
	struct event event = {.json = json_parse(bytes, length, EVENT_VALUES_MAX, err)};

	if (!event.json)
		return false;
	if (!cJSON_IsObject(event.json))
		not_an_event(err, "form");
	else if (read_method(&event, err) && read_headers(&event, arena, err) && read_query(&event, arena, err) &&
		 read_path(&event, err) && read_body(&event, err) && read_context(&event, id, err)) {
		*ret_event = event;
		return true;
	}
	event_done(&event);
	return false;
}

void event_done(struct event *event)
{
	if (event->body)
		explicit_bzero(event->body, event->request.body_length);
	free(event->body);
	json_wipe(event->json);
	cJSON_Delete(event->json);
	*event = (struct event){.json = NULL};
}

/* ---- the answer ---- */

/* A header of its name was written before. */
static bool was_before(const struct response *response, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (!strcasecmp(response->headers[i].name, response->headers[index].name))
			return true;
	return false;
}

/* What came from outside must not end a line early: as runner_render. */
static bool is_sendable(const struct pair *header)
{
	return header->value && fits_header(header->value) && text_valid(header->value, strlen(header->value));
}

static void write_headers(const struct response *response, struct json *json)
{
	json_member_open(json, "multiValueHeaders", '{');
	for (size_t i = 0; i < response->headers_count; i++) {
		if (was_before(response, i))
			continue;
		json_member_open(json, response->headers[i].name, '[');
		for (size_t j = i; j < response->headers_count; j++)
			if (!strcasecmp(response->headers[j].name, response->headers[i].name) &&
			    is_sendable(&response->headers[j]))
				json_string(json, response->headers[j].value);
		json_close(json, ']');
	}
	json_close(json, '}');
}

static bool write_base64(const struct buf *body, struct json *json)
{
	char *text = malloc(CRYPT_BASE64_PADDED_SIZE(body->length));

	if (!text)
		return false;
	crypt_base64_padded(body->bytes, body->length, text);
	json_member_string(json, "body", text);
	free(text);
	return true;
}

void event_answer(const struct event *event, const struct response *response, struct buf *out)
{
	const struct buf *body = &response->body;
	const bool text = event->head_only || text_valid(buf_str(body), body->length);
	struct json json = json_writer(out);

	json_open(&json, '{');
	json_member_int(&json, "statusCode", response->status);
	write_headers(response, &json);
	if (text)
		json_member_string(&json, "body", event->head_only ? "" : buf_str(body));
	else if (!write_base64(body, &json))
		out->failed = true;
	json_name(&json, "isBase64Encoded");
	json_bool(&json, !text);
	json_close(&json, '}');
}
