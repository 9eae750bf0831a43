/* api_http.c: the API suite through real HTTP: starts vitrined, on a port of its choice and a database of its own, and
 * sends with libcurl.
 *
 *     api_http TRANSCRIPT DIRECTORY
 *
 * DIRECTORY is empty and for the database, the mail and what the platform logs (DIRECTORY/log). The program is the one
 * in the environment's VITRINED. A second transcript, TRANSCRIPT.plain, is of a platform that sends no mail.
 */
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "tests/contract/api_suite.h"

enum { ANSWER_MAX = 64 * 1024 * 1024, TIMEOUT = 60 };

struct remote {
	struct api_transport transport; /* first: the one is a pointer to the other */
	CURL *curl;
	pid_t process;
	FILE *output;  /* of the process */
	char url[256]; /* without a slash at its end */
	/* The answer that is being read. */
	struct arena *arena;
	struct api_response *response;
	struct buf body;
};

/* ---- sending ---- */

static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
	struct remote *remote = context;

	buf_add(&remote->body, bytes, size * count);
	return remote->body.failed ? 0 : size * count;
}

static char *trimmed(struct arena *arena, const char *text, size_t length)
{
	while (length && strchr(" \t\r\n", text[length - 1]))
		length--;
	while (length && strchr(" \t", *text))
		text++, length--;
	return arena_strndup(arena, text, length);
}

static size_t take_header(char *bytes, size_t size, size_t count, void *context)
{
	struct remote *remote = context;
	struct api_response *response = remote->response;
	size_t length = size * count;
	const char *colon = memchr(bytes, ':', length);

	if (length > 5 && !strncmp(bytes, "HTTP/", 5)) /* the last status line counts: "100 Continue" comes before it */
		response->headers_count = 0;
	else if (colon && response->headers_count < API_HEADERS_MAX)
		response->headers[response->headers_count++] =
		    (struct pair){trimmed(remote->arena, bytes, (size_t)(colon - bytes)),
				  trimmed(remote->arena, colon + 1, (size_t)(bytes + length - colon - 1))};
	return length;
}

static struct curl_slist *header_list(const struct api_request *request, struct arena *arena)
{
	struct curl_slist *list = NULL;
	bool typed = false;

	for (size_t i = 0; i < request->headers_count; i++) {
		const struct pair *header = &request->headers[i];
		/* libcurl's way to write a header without a value. */
		list = curl_slist_append(
		    list, arena_printf(arena, *header->value ? "%s: %s" : "%s;%s", header->name, header->value));
		typed = typed || !strcasecmp(header->name, "Content-Type");
	}
	if (!typed) /* it would make one up */
		list = curl_slist_append(list, "Content-Type:");
	return list;
}

static bool remote_send(struct api_transport *transport, const struct api_request *request, struct arena *arena,
			struct api_response *ret_response)
{
	struct remote *remote = (struct remote *)transport;
	struct curl_slist *headers = header_list(request, arena);
	long status = 0;

	*ret_response = (struct api_response){.status = 0};
	remote->arena = arena;
	remote->response = ret_response;
	buf_reset(&remote->body);
	curl_easy_reset(remote->curl);
	curl_easy_setopt(remote->curl, CURLOPT_URL, arena_printf(arena, "%s%s", remote->url, request->target));
	curl_easy_setopt(remote->curl, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(remote->curl, CURLOPT_PROXY, "");
	curl_easy_setopt(remote->curl, CURLOPT_TIMEOUT, (long)TIMEOUT);
	curl_easy_setopt(remote->curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(remote->curl, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(remote->curl, CURLOPT_WRITEDATA, remote);
	curl_easy_setopt(remote->curl, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(remote->curl, CURLOPT_HEADERDATA, remote);
	if (request->body || strcmp(request->method, "GET") != 0) {
		curl_easy_setopt(remote->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_length);
		curl_easy_setopt(remote->curl, CURLOPT_POSTFIELDS, request->body ? request->body : "");
	}
	curl_easy_setopt(remote->curl, CURLOPT_CUSTOMREQUEST, request->method);
	CURLcode code = curl_easy_perform(remote->curl);
	curl_easy_getinfo(remote->curl, CURLINFO_RESPONSE_CODE, &status);
	curl_slist_free_all(headers);
	if (code != CURLE_OK) {
		print_error("    %s %.100s: %s\n", request->method, request->target, curl_easy_strerror(code));
		return false;
	}
	ret_response->status = (int)status;
	ret_response->body = arena_strndup(arena, buf_str(&remote->body), remote->body.length);
	ret_response->body_length = remote->body.length;
	return ret_response->body != NULL;
}

/* ---- the process ---- */

/* Reads what the program prints until it says where it listens. */
static bool read_url(struct remote *remote)
{
	static const char words[] = "listening on ";
	char line[512];

	while (fgets(line, sizeof line, remote->output)) {
		char *url = strstr(line, words);
		if (!url)
			continue;
		url += strlen(words);
		url[strcspn(url, " \r\n")] = '\0';
		size_t length = strlen(url);
		if (length && url[length - 1] == '/')
			url[length - 1] = '\0';
		snprintf(remote->url, sizeof remote->url, "%s", url);
		return true;
	}
	return false;
}

static bool spawn(struct remote *remote, const char *program, char *const *arguments, const char *log)
{
	posix_spawn_file_actions_t actions;
	int ends[2];

	if (pipe(ends) != 0)
		return false;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	posix_spawn_file_actions_addclose(&actions, ends[0]);
	posix_spawn_file_actions_addclose(&actions, ends[1]);
	int fault = posix_spawn(&remote->process, program, &actions, NULL, arguments, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	remote->output = fdopen(ends[0], "r");
	if (fault)
		remote->process = 0;
	return !fault && remote->output;
}

static bool start(struct remote *remote, const char *program, const char *directory, const char *outbox)
{
	char db[4096], log[4096];

	*remote = (struct remote){.transport = {.send = remote_send, .outbox = outbox}};
	buf_init(&remote->body, ANSWER_MAX);
	snprintf(db, sizeof db, "%s/%s.db", directory, outbox ? "mail" : "plain");
	snprintf(log, sizeof log, "%s/log", directory);
	/* Without mail the options end before the outbox. */
	const char *arguments[] = {program, "--listen", "127.0.0.1:0", "--db", db, outbox ? "--outbox" : NULL,
				   outbox,  NULL};
	remote->curl = curl_easy_init();
	return remote->curl && spawn(remote, program, (char *const *)arguments, log) && read_url(remote);
}

/* True when the program ends as it should. */
static bool stop(struct remote *remote)
{
	int status = 1;

	if (remote->process) {
		char rest[4096];

		kill(remote->process, SIGTERM);
		while (remote->output && fgets(rest, sizeof rest, remote->output))
			;
		waitpid(remote->process, &status, 0);
	}
	if (remote->output)
		fclose(remote->output);
	curl_easy_cleanup(remote->curl);
	buf_done(&remote->body);
	if (status)
		fprintf(stderr, "the platform ended with status %d\n", status);
	return status == 0;
}

static int run(const char *program, const char *directory, const char *outbox, const char *transcript)
{
	static struct remote remote;
	int status = 1;

	if (!start(&remote, program, directory, outbox))
		fprintf(stderr, "%s doesn't start\n", program);
	else
		status = (outbox ? api_suite_run : api_suite_run_plain)(&remote.transport, transcript);
	return stop(&remote) ? status : 1;
}

int main(int argc, char **argv)
{
	const char *program = getenv("VITRINED");
	char plain[4096], outbox[4096];

	if (argc != 3 || !program || curl_global_init(CURL_GLOBAL_DEFAULT)) {
		fprintf(stderr, "usage: VITRINED=PROGRAM api_http TRANSCRIPT DIRECTORY\n");
		return 2;
	}
	snprintf(plain, sizeof plain, "%s.plain", argv[1]);
	snprintf(outbox, sizeof outbox, "%s/outbox", argv[2]);
	if (mkdir(outbox, 0700) != 0) {
		fprintf(stderr, "%s: %s\n", outbox, strerrorname_np(errno));
		return 1;
	}
	int status = run(program, argv[2], outbox, argv[1]);
	status |= run(program, argv[2], NULL, plain);
	curl_global_cleanup();
	return status;
}
