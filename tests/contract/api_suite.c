/* api_suite.c: the suite's own works: requests, the transcript, what holds for all answers, people. */
#include "tests/contract/api_suite.h"

#include <dirent.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/text.h"

enum { ARENA_MAX = 256 * 1024 * 1024, LINE_MAX_BYTES = 64 * 1024 * 1024, SHOWN = 600 };

/* ---- texts ---- */

static void *needed(void *memory)
{
	assert_non_null(memory);
	return memory;
}

const char *say(struct suite *suite, const char *format, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, format);
	int length = vasprintf(&text, format, args);
	va_end(args);
	assert_true(length >= 0);
	const char *kept = needed(arena_strndup(&suite->arena, text, (size_t)length));
	free(text);
	return kept;
}

const char *repeat(struct suite *suite, const char *unit, size_t count)
{
	size_t length = strlen(unit);
	char *text = needed(arena_alloc(&suite->arena, length * count + 1));

	for (size_t i = 0; i < count; i++)
		memcpy(text + i * length, unit, length);
	return text;
}

const char *fresh(struct suite *suite, const char *stem)
{
	return say(suite, "%s%u", stem, ++suite->names);
}

const char *encoded(struct suite *suite, const char *text)
{
	char *out = needed(arena_alloc(&suite->arena, strlen(text) * 3 + 1));
	char *end = out;

	for (; *text; text++)
		end += snprintf(end, 4, "%%%02X", (unsigned char)*text);
	return out;
}

/* ---- the transcript ---- */

static void write_pairs(struct json *json, const char *name, const struct pair *pairs, size_t count)
{
	json_name(json, name);
	json_open(json, '[');
	for (size_t i = 0; i < count; i++) {
		json_open(json, '[');
		json_string(json, pairs[i].name);
		json_string(json, text_valid(pairs[i].value, strlen(pairs[i].value)) ? pairs[i].value : "?");
		json_close(json, ']');
	}
	json_close(json, ']');
}

/* A body that is no text is noted by its length only. */
static void write_body(struct json *json, const char *name, const char *length_name, const void *body, size_t length)
{
	json_name(json, name);
	if (length && text_valid(body, length) && length < LINE_MAX_BYTES / 8) {
		char *copy = needed(strndup(body, length));
		json_string(json, copy);
		free(copy);
	} else {
		json_string(json, NULL);
	}
	json_name(json, length_name);
	json_int(json, (int64_t)length);
}

static void note(struct suite *suite, const struct api_request *request, const struct api_response *response)
{
	struct buf line;
	buf_init(&line, LINE_MAX_BYTES);
	struct json json = json_writer(&line);

	json_open(&json, '{');
	json_name(&json, "method");
	json_string(&json, request->method);
	json_name(&json, "target");
	json_string(&json, request->target);
	write_pairs(&json, "request_headers", request->headers, request->headers_count);
	write_body(&json, "request_body", "request_length", request->body, request->body_length);
	json_name(&json, "status");
	json_int(&json, response->status);
	write_pairs(&json, "headers", response->headers, response->headers_count);
	write_body(&json, "body", "length", response->body, response->body_length);
	json_close(&json, '}');
	buf_add_char(&line, '\n');
	assert_false(line.failed);
	assert_int_equal(fwrite(line.bytes, 1, line.length, suite->transcript), line.length);
	buf_done(&line);
}

static void note_success(struct suite *suite, const struct api_request *request, int status)
{
	char path[4096];
	enum api_op op;
	const char *id;
	size_t id_length;
	unsigned allowed;

	snprintf(path, sizeof path, "%.*s", (int)strcspn(request->target, "?"), request->target);
	if (api_match(request->method, path, &op, &id, &id_length, &allowed) && status == api_rows[op].status)
		suite->succeeded[op] = true;
}

/* ---- requests ---- */

const char *header_of(const struct answer *answer, const char *name)
{
	for (size_t i = 0; i < answer->response.headers_count; i++)
		if (!strcasecmp(answer->response.headers[i].name, name))
			return answer->response.headers[i].value;
	return NULL;
}

static void show(const struct answer *answer)
{
	print_error("    %s answered %d\n    %.*s\n", answer->asked, answer->status, SHOWN, answer->response.body);
}

static bool is_json(const struct answer *answer)
{
	const char *type = header_of(answer, "Content-Type");

	return type && (!strcmp(type, "application/json") || !strcmp(type, "application/problem+json"));
}

/* What holds for all answers, whatever was asked. */
static void check_answer(const struct answer *answer)
{
	const char *id = header_of(answer, "X-Request-Id");
	bool good = id && *id;

	if (answer->status >= 400)
		good = good && answer->json && is_json(answer);
	if (answer->status == 204 || answer->status == 304)
		good = good && !answer->response.body_length;
	if (!good) {
		show(answer);
		fail_msg("this answer breaks a rule that all answers keep");
	}
}

struct answer suite_send(struct suite *suite, const struct api_request *request)
{
	struct answer answer = {.asked = say(suite, "%s %.200s", request->method, request->target)};

	if (!suite->transport->send(suite->transport, request, &suite->arena, &answer.response))
		fail_msg("%s got no answer", answer.asked);
	answer.status = answer.response.status;
	note(suite, request, &answer.response);
	note_success(suite, request, answer.status);
	if (is_json(&answer)) {
		struct err err;
		cJSON *json = json_parse(answer.response.body, answer.response.body_length, JSON_VALUES_ANSWER, &err);

		if (!json) {
			show(&answer);
			fail_msg("the answer is no JSON: %s", err.message);
		}
		assert_true(suite->parsed_count < PARSED_MAX);
		suite->parsed[suite->parsed_count++] = json;
		answer.json = json;
	}
	check_answer(&answer);
	return answer;
}

void request_header(struct api_request *request, const char *name, const char *value)
{
	assert_true(request->headers_count < API_HEADERS_MAX);
	request->headers[request->headers_count++] = (struct pair){name, value};
}

struct api_request request_new(struct suite *suite, const struct person *who, const char *method, const char *target,
			       const char *body)
{
	struct api_request request = {.method = method, .target = target};

	if (who)
		request_header(&request, "Authorization", say(suite, "Bearer %s", who->token));
	if (body) {
		request_header(&request, "Content-Type", "application/json");
		request.body = body;
		request.body_length = strlen(body);
	}
	return request;
}

struct answer call(struct suite *suite, const struct person *who, const char *method, const char *target,
		   const char *body, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, body);
	assert_true(!body || vasprintf(&text, body, args) >= 0);
	va_end(args);
	const char *kept = text ? needed(arena_strdup(&suite->arena, text)) : NULL;
	free(text);

	struct api_request request = request_new(suite, who, method, target, kept);
	return suite_send(suite, &request);
}

struct answer call_with(struct suite *suite, const struct person *who, const char *method, const char *target,
			const char *name, const char *value, const char *body)
{
	struct api_request request = request_new(suite, who, method, target, body);

	request_header(&request, name, value);
	return suite_send(suite, &request);
}

/* ---- listings ---- */

/* An answer's JSON, to be changed. */
static cJSON *owned(const struct suite *suite, const struct answer *answer)
{
	for (size_t i = suite->parsed_count; i--;)
		if (suite->parsed[i] == answer->json)
			return suite->parsed[i];
	fail_msg("%s was answered in another test", answer->asked);
	return NULL;
}

static cJSON *rows_of(cJSON *json)
{
	for (cJSON *member = json->child; member; member = member->next)
		if (cJSON_IsArray(member))
			return member;
	fail_msg("this is no listing");
	return NULL;
}

void answer_join(struct suite *suite, struct answer *whole, const struct answer *page)
{
	cJSON *json = owned(suite, whole), *other = owned(suite, page);
	cJSON *rows = rows_of(json), *more = rows_of(other), *row;

	while ((row = cJSON_DetachItemFromArray(more, 0)))
		assert_true(cJSON_AddItemToArray(rows, row));
	for (cJSON *member = json->child, *next; member; member = next) {
		next = member->next;
		if (member != rows)
			cJSON_Delete(cJSON_DetachItemViaPointer(json, member));
	}
	for (cJSON *member = other->child, *next; member; member = next) {
		next = member->next;
		if (member != more)
			assert_true(
			    cJSON_AddItemToObject(json, member->string, cJSON_DetachItemViaPointer(other, member)));
	}
}

/* The target with another cursor. */
static const char *go_on(struct suite *suite, const char *target, const char *cursor)
{
	const char *former = strstr(target, "cursor=");
	size_t before = former ? (size_t)(former - target) : strlen(target);
	const char *after = former ? former + strcspn(former, "&") : "";
	const char *joint = former ? "" : strchr(target, '?') ? "&" : "?";

	return say(suite, "%.*s%scursor=%s%s", (int)before, target, joint, encoded(suite, cursor), after);
}

struct answer listed(struct suite *suite, const struct person *who, const char *target, int most)
{
	struct answer whole = call(suite, who, "GET", target, NULL);

	for (int pages = 1; whole.status == 200; pages++) {
		assert_true(pages < PARSED_MAX);
		if (cJSON_IsNull(at(&whole, "next_cursor")) ||
		    (most && cJSON_GetArraySize(rows_of(owned(suite, &whole))) >= most))
			break;
		struct answer page =
		    call(suite, who, "GET", go_on(suite, target, text_at(&whole, "next_cursor")), NULL);
		if (page.status != 200)
			return page;
		answer_join(suite, &whole, &page);
	}
	return whole;
}

/* ---- answers ---- */

void suite_expect_status(const struct answer *answer, int wanted, const char *file, int line)
{
	if (answer->status == wanted)
		return;
	show(answer);
	print_error("%s:%d: expected %d\n", file, line, wanted);
	fail();
}

void suite_expect_problem(const struct answer *answer, int wanted, const char *code, const char *file, int line)
{
	suite_expect_status(answer, wanted, file, line);
	if (!strcmp(text_at(answer, "code"), code))
		return;
	show(answer);
	print_error("%s:%d: expected the code %s\n", file, line, code);
	fail();
}

void suite_expect_invalid(const struct answer *answer, const char *pointer, const char *file, int line)
{
	suite_expect_problem(answer, 400, "invalid", file, line);
	if (count_at(answer, "errors") == 1 && !strcmp(text_at(answer, "errors.0.pointer"), pointer))
		return;
	show(answer);
	print_error("%s:%d: expected one error at %s\n", file, line, pointer);
	fail();
}

static const cJSON *find(const struct answer *answer, const char *place)
{
	const cJSON *node = answer->json;

	while (node && *place) {
		char part[64];
		size_t length = strcspn(place, ".");

		snprintf(part, sizeof part, "%.*s", (int)length, place);
		node = cJSON_IsArray(node) ? cJSON_GetArrayItem(node, (int)strtol(part, NULL, 10))
					   : cJSON_GetObjectItemCaseSensitive(node, part);
		place += length + (place[length] == '.');
	}
	return node;
}

bool has(const struct answer *answer, const char *place)
{
	return find(answer, place) != NULL;
}

const cJSON *at(const struct answer *answer, const char *place)
{
	const cJSON *node = find(answer, place);

	if (!node) {
		show(answer);
		fail_msg("there is no %s in the answer", place);
	}
	return node;
}

static const cJSON *typed(const struct answer *answer, const char *place, cJSON_bool (*is)(const cJSON *node))
{
	const cJSON *node = at(answer, place);

	if (!is(node)) {
		show(answer);
		fail_msg("%s is of another type", place);
	}
	return node;
}

const char *text_at(const struct answer *answer, const char *place)
{
	return typed(answer, place, cJSON_IsString)->valuestring;
}

int64_t number_at(const struct answer *answer, const char *place)
{
	return (int64_t)typed(answer, place, cJSON_IsNumber)->valuedouble;
}

bool flag_at(const struct answer *answer, const char *place)
{
	return cJSON_IsTrue(typed(answer, place, cJSON_IsBool));
}

int count_at(const struct answer *answer, const char *place)
{
	return cJSON_GetArraySize(typed(answer, place, cJSON_IsArray));
}

/* ---- mail ---- */

static char *read_file(struct suite *suite, const char *path)
{
	FILE *file = needed(fopen(path, "r"));
	char *text = needed(arena_alloc(&suite->arena, 64 * 1024));

	text[fread(text, 1, 64 * 1024 - 1, file)] = '\0';
	fclose(file);
	return text;
}

/* The newest mail to an address, by its name, which is a ULID; and how many there are. */
static const char *newest_mail(struct suite *suite, const char *email, size_t *ret_count)
{
	const char *to = say(suite, "To: <%s>", email);
	const char *newest = "", *found = NULL;
	DIR *directory = needed(opendir(suite->transport->outbox));

	*ret_count = 0;
	for (const struct dirent *entry; (entry = readdir(directory));) {
		if (!strstr(entry->d_name, ".eml"))
			continue;
		const char *text = read_file(suite, say(suite, "%s/%s", suite->transport->outbox, entry->d_name));
		if (!strcasestr(text, to))
			continue;
		++*ret_count;
		if (strcmp(entry->d_name, newest) > 0) {
			newest = say(suite, "%s", entry->d_name);
			found = text;
		}
	}
	closedir(directory);
	return found;
}

size_t mails_count(struct suite *suite, const char *email)
{
	size_t count;

	newest_mail(suite, email, &count);
	return count;
}

void mails_await(struct suite *suite, const char *email, size_t count)
{
	enum { WAIT_MS = 60 * 1000 };
	struct api_transport *transport = suite->transport;
	struct pollfd outbox = {.fd = inotify_init1(IN_CLOEXEC), .events = POLLIN};
	char events[4096];

	assert_true(outbox.fd >= 0 && inotify_add_watch(outbox.fd, transport->outbox, IN_MOVED_TO) >= 0);
	assert_true(!transport->tend || transport->tend(transport));
	while (mails_count(suite, email) < count)
		if (poll(&outbox, 1, WAIT_MS) <= 0 || read(outbox.fd, events, sizeof events) < 0)
			fail_msg("no mail came");
	close(outbox.fd);
}

const char *mailed_code(struct suite *suite, const char *email)
{
	enum { DIGITS = 8 };
	size_t count;
	const char *mail = newest_mail(suite, email, &count);

	assert_non_null(mail);
	const char *body = needed(strstr(mail, "\r\n\r\n"));
	while (*body) {
		size_t digits = strspn(body, "0123456789");
		if (digits == DIGITS)
			return needed(arena_strndup(&suite->arena, body, DIGITS));
		body += digits ? digits : 1;
	}
	fail_msg("there is no code in the mail");
	return NULL;
}

/* ---- people and things ---- */

static const char *keep(struct suite *suite, const char *text)
{
	return needed(arena_strdup(&suite->people, text));
}

void person_sign_in(struct suite *suite, struct person *person)
{
	struct answer tokens = call(suite, NULL, "POST", "/Login", "{\"email\": \"%s\", \"password\": \"%s\"}",
				    person->email, person->password);

	expect_status(tokens, 200);
	person->token = keep(suite, text_at(&tokens, "access_token"));
	person->refresh_token = keep(suite, text_at(&tokens, "refresh_token"));
	person->id_token = keep(suite, text_at(&tokens, "id_token"));
	expect_text(tokens, "user_id", person->id);
}

struct person person_new(struct suite *suite, const char *group, const char *full_name)
{
	struct person person = {.full_name = keep(suite, full_name), .password = "Vitrine-2026"};
	bool client = !strcmp(group, "Client");

	person.email = keep(suite, say(suite, "%s@example.com", fresh(suite, "person")));
	struct answer made = call(suite, NULL, "POST", say(suite, "/%s", group),
				  "{\"email\": \"%s\", \"password\": \"%s\", \"full_name\": \"%s\"%s}", person.email,
				  person.password, full_name, client ? ", \"mobile\": \"+34600123456\"" : "");
	expect_status(made, 201);
	person.id = keep(suite, text_at(&made, "id"));
	if (suite->transport->outbox) {
		struct answer confirmed =
		    call(suite, NULL, "POST", "/Account/Confirm", "{\"email\": \"%s\", \"code\": \"%s\"}", person.email,
			 mailed_code(suite, person.email));
		expect_status(confirmed, 200);
	}
	person_sign_in(suite, &person);
	return person;
}

const char *product_new(struct suite *suite, const struct person *seller, const char *name, const char *price,
			int stock)
{
	struct answer made =
	    call(suite, seller, "POST", "/Product",
		 "{\"name\": \"%s\", \"price\": \"%s\", \"category\": \"Things\", \"stock\": %d}", name, price, stock);

	expect_status(made, 201);
	return text_at(&made, "id");
}

int64_t stock_of(struct suite *suite, const char *product_id)
{
	struct answer product = call(suite, NULL, "GET", say(suite, "/Product/%s", product_id), NULL);

	expect_status(product, 200);
	return number_at(&product, "stock");
}

struct answer buy(struct suite *suite, const struct person *client, const char *product_id, int quantity,
		  const char *price)
{
	const char *body = say(suite, "{\"items\": [{\"product_id\": \"%s\", \"quantity\": %d, \"price\": \"%s\"}]}",
			       product_id, quantity, price);
	struct answer bought =
	    call_with(suite, client, "POST", "/Purchase", "Idempotency-Key", fresh(suite, "key-"), body);

	expect_status(bought, 201);
	return bought;
}
