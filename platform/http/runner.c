#include "platform/http/runner.h"

#include <string.h>
#include <time.h>

void runner_init(struct runner *runner)
{
	*runner = (struct runner){.date_second = -1};
	arena_init(&runner->arena, DISPATCH_ARENA);
}

void runner_done(struct runner *runner)
{
	arena_done(&runner->arena);
}

int64_t runner_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void runner_identify(struct runner *runner, struct dialogue *dialogue)
{
	if (dialogue->request_id[0])
		return;
	struct id id = id_next(&runner->ids);
	memcpy(dialogue->request_id, id.text, sizeof id.text);
}

/* The Date field; made once per second. Days and months have these names whatever the locale, which vitrined never
 * sets. */
static const char *date_field(struct runner *runner)
{
	struct timespec now;
	struct tm parts;

	clock_gettime(CLOCK_REALTIME_COARSE, &now);
	if (now.tv_sec != runner->date_second) {
		runner->date_second = now.tv_sec;
		gmtime_r(&now.tv_sec, &parts);
		strftime(runner->date, sizeof runner->date, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
	}
	return runner->date;
}

/* The reason phrases of the statuses that the platform answers; a status may go without. */
static const char *reason(int status)
{
	static const struct {
		int status;
		const char *phrase;
	} reasons[] = {
	    {200, "OK"},
	    {201, "Created"},
	    {204, "No Content"},
	    {304, "Not Modified"},
	    {400, "Bad Request"},
	    {401, "Unauthorized"},
	    {403, "Forbidden"},
	    {404, "Not Found"},
	    {405, "Method Not Allowed"},
	    {408, "Request Timeout"},
	    {409, "Conflict"},
	    {413, "Content Too Large"},
	    {415, "Unsupported Media Type"},
	    {422, "Unprocessable Content"},
	    {429, "Too Many Requests"},
	    {431, "Request Header Fields Too Large"},
	    {500, "Internal Server Error"},
	    {503, "Service Unavailable"},
	    {507, "Insufficient Storage"},
	};

	for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
		if (reasons[i].status == status)
			return reasons[i].phrase;
	return "";
}

/* What is our own needs no check; what came from outside must not end its line early. */
static void add_field(struct buf *head, const struct pair *field)
{
	if (!field->value || field->value[strcspn(field->value, "\r\n")])
		return;
	buf_add_str(head, field->name);
	buf_add(head, ": ", 2);
	buf_add_str(head, field->value);
	buf_add(head, "\r\n", 2);
}

void runner_render(struct runner *runner, struct dialogue *dialogue, struct response *response, bool last)
{
	struct dialogue_answer *answer = &dialogue->answer;
	struct buf *head = &answer->head;
	const size_t length = response->body.length;
	const bool has_length = response->status >= 200 && response->status != 204 && response->status != 304;

	answer->status = response->status;
	answer->op = response->op;
	dialogue->keep_alive = dialogue->keep_alive && !last;

	buf_reserve(head, 512);
	buf_add(head, "HTTP/1.1 ", 9);
	buf_add_int(head, response->status);
	buf_add_char(head, ' ');
	buf_add_str(head, reason(response->status));
	buf_add(head, "\r\n", 2);
	for (size_t i = 0; i < response->headers_count; i++)
		add_field(head, &response->headers[i]);
	if (has_length) {
		buf_add(head, "Content-Length: ", 16);
		buf_add_int(head, (long long)length);
		buf_add(head, "\r\n", 2);
	}
	buf_add_str(head, date_field(runner));
	if (!dialogue->keep_alive)
		buf_add_str(head, "Connection: close\r\n");
	else if (!dialogue->minor)
		buf_add_str(head, "Connection: keep-alive\r\n");
	buf_add(head, "\r\n", 2);

	answer->body_length = has_length && !dialogue->head_only ? length : 0;
	if (answer->body_length)
		answer->body = buf_steal(&response->body);
}

/* How a request is asked: on an event loop, or with the patience to wait. */
struct manner {
	bool hurried, patient;
};

/* True when it is answered. Otherwise *ret_wait says for what it waits, if it does. */
static bool try_answer(struct runner *runner, struct platform *platform, struct dialogue *dialogue,
		       const char *address, bool last, struct manner manner, struct wait *ret_wait)
{
	struct request request;
	struct response response;

	runner_identify(runner, dialogue);
	dialogue_request(dialogue, address, &runner->arena, &request);
	request.hurried = manner.hurried;
	request.patient = manner.patient;
	dispatch(platform, &request, &runner->arena, &response, &dialogue->answer.cause);
	const bool answered = !response.unbegun && !response.wait.waits;
	if (answered)
		runner_render(runner, dialogue, &response, last);
	*ret_wait = response.wait;
	response_done(&response);
	arena_reset(&runner->arena);
	if (answered)
		buf_wipe(&dialogue->body);
	return answered;
}

void runner_answer(struct runner *runner, struct platform *platform, struct dialogue *dialogue, const char *address,
		   bool last)
{
	struct wait wait;

	try_answer(runner, platform, dialogue, address, last, (struct manner){.hurried = false}, &wait);
}

bool runner_try(struct runner *runner, struct platform *platform, struct dialogue *dialogue, const char *address,
		bool last)
{
	struct wait wait;

	return try_answer(runner, platform, dialogue, address, last, (struct manner){.hurried = true}, &wait);
}

bool runner_ask(struct runner *runner, struct platform *platform, struct dialogue *dialogue, const char *address,
		bool last, struct wait *ret_wait)
{
	return try_answer(runner, platform, dialogue, address, last, (struct manner){.patient = true}, ret_wait);
}

void runner_answer_options(struct runner *runner, struct dialogue *dialogue, bool last)
{
	runner_identify(runner, dialogue);
	struct response response = {
	    .status = 204,
	    .headers = {{"Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"},
			{"X-Request-Id", dialogue->request_id}},
	    .headers_count = 2,
	    .op = "none",
	};

	buf_init(&response.body, RESPONSE_BODY);
	runner_render(runner, dialogue, &response, last);
	response_done(&response);
}
