#include "wire/transfer.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <curl/curl.h>

enum { HEADERS_MAX = 64 * 1024, CONNECTIONS_MAX = 8, CONNECTIONS_KEPT = 4, FDS_MAX = 16 };

struct engine {
	CURLM *multi;
	struct engine_options options;
	char *user_agent, *ca_file;
	size_t running;
};

struct transfer {
	struct engine *engine;
	CURL *easy;
	struct curl_slist *headers;
	char *url;
	size_t secret; /* length of the first header, which is overwritten at the end */
	size_t answer_max, headers_seen;
	struct transfer_answer answer;
	const char *broken; /* what is too large, or NULL */
	transfer_done *done;
	void *context;
	char detail[CURL_ERROR_SIZE];
};

/* ---- the engine ---- */

struct engine *engine_new(const struct engine_options *options, struct err *err)
{
	struct engine *engine = calloc(1, sizeof *engine);

	if (!engine)
		goto memory;
	engine->options = *options;
	engine->user_agent = strdup(options->user_agent);
	engine->ca_file = options->ca_file ? strdup(options->ca_file) : NULL;
	if (!engine->user_agent || (options->ca_file && !engine->ca_file))
		goto memory;
	return engine;
memory:
	err_memory(err, "starting the network");
	return engine_free(engine);
}

/* Before its first transfer: libcurl and what it stands on take a millisecond to start, and the first frame needs none. */
static bool start(struct engine *engine, struct err *err)
{
	if (engine->multi)
		return true;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return err_set(err, ERR_INTERNAL, "libcurl can't be started");
	/* Names must be looked up beside the loop, not in it. */
	if (!(curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_ASYNCHDNS))
		return err_set(err, ERR_INTERNAL, "This libcurl would stop the program while it looks up names");
	engine->multi = curl_multi_init();
	if (!engine->multi)
		return err_memory(err, "starting the network");
	curl_multi_setopt(engine->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)CONNECTIONS_MAX);
	curl_multi_setopt(engine->multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS_KEPT);
	return true;
}

struct engine *engine_free(struct engine *engine)
{
	if (!engine)
		return NULL;
	if (engine->multi)
		curl_multi_cleanup(engine->multi);
	free(engine->user_agent);
	free(engine->ca_file);
	free(engine);
	return NULL;
}

bool engine_wait(struct engine *engine, struct pollfd *fds, size_t count, int timeout_ms)
{
	struct curl_waitfd extra[FDS_MAX];

	if (count > FDS_MAX)
		return false;
	if (!engine->multi)
		return poll(fds, (nfds_t)count, timeout_ms) >= 0 || errno == EINTR;
	for (size_t i = 0; i < count; i++)
		extra[i] = (struct curl_waitfd){.fd = fds[i].fd,
						.events = (short)((fds[i].events & POLLIN ? CURL_WAIT_POLLIN : 0) |
								  (fds[i].events & POLLPRI ? CURL_WAIT_POLLPRI : 0) |
								  (fds[i].events & POLLOUT ? CURL_WAIT_POLLOUT : 0))};
	CURLMcode code =
	    curl_multi_poll(engine->multi, extra, (unsigned)count, timeout_ms < 0 ? INT_MAX : timeout_ms, NULL);
	for (size_t i = 0; i < count; i++)
		fds[i].revents = code ? 0
				      : (short)((extra[i].revents & CURL_WAIT_POLLIN ? POLLIN : 0) |
						(extra[i].revents & CURL_WAIT_POLLPRI ? POLLPRI : 0) |
						(extra[i].revents & CURL_WAIT_POLLOUT ? POLLOUT : 0));
	return code == CURLM_OK;
}

/* ---- what a server sends ---- */

static size_t too_large(struct transfer *transfer, const char *what)
{
	transfer->broken = what;
	return 0;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
	struct transfer *transfer = context;
	struct buf *body = &transfer->answer.body;
	size_t length = size * count;

	if (length > transfer->answer_max - body->length)
		return too_large(transfer, "answer");
	buf_add(body, bytes, length);
	return body->failed ? 0 : length;
}

/* "Name: value" with this name? Its value, without blanks around it. */
static bool is_header(const char *line, size_t length, const char *name, const char **ret_value, size_t *ret_length)
{
	size_t width = strlen(name);

	if (length <= width || line[width] != ':' || strncasecmp(line, name, width) != 0)
		return false;
	line += width + 1;
	length -= width + 1;
	while (length && strchr(" \t\r\n", line[length - 1]))
		length--;
	while (length && (*line == ' ' || *line == '\t'))
		line++, length--;
	*ret_value = line;
	*ret_length = length;
	return true;
}

static size_t take_header(char *line, size_t size, size_t count, void *context)
{
	struct transfer *transfer = context;
	struct transfer_answer *answer = &transfer->answer;
	size_t length = size * count, value_length;
	const char *value;

	transfer->headers_seen += length;
	if (transfer->headers_seen > HEADERS_MAX)
		return too_large(transfer, "answer's header");
	if (is_header(line, length, "Idempotent-Replayed", &value, &value_length))
		answer->replayed = value_length == 4 && !strncasecmp(value, "true", 4);
	if (is_header(line, length, "Content-Type", &value, &value_length))
		snprintf(answer->media_type, sizeof answer->media_type, "%.*s", (int)value_length, value);
	return length;
}

/* ---- one transfer ---- */

static void add_header(struct transfer *transfer, const char *name, const char *value)
{
	size_t size = strlen(name) + strlen(value) + 3;
	char *line = malloc(size);

	if (!line) {
		transfer->broken = "memory";
		return;
	}
	snprintf(line, size, "%s: %s", name, value);
	struct curl_slist *longer = curl_slist_append(transfer->headers, line);
	explicit_bzero(line, size);
	free(line);
	if (longer)
		transfer->headers = longer;
	else
		transfer->broken = "memory";
}

static void add_headers(struct transfer *transfer, const struct transfer_request *request)
{
	if (request->authorization) {
		add_header(transfer, "Authorization", request->authorization);
		transfer->secret = transfer->headers ? strlen(transfer->headers->data) : 0;
	}
	add_header(transfer, "Accept", "application/json, application/problem+json, image/png, image/jpeg");
	/* Nobody is asked for leave to send a body: that would cost a round trip, or a second when it isn't answered. */
	struct curl_slist *longer = curl_slist_append(transfer->headers, "Expect:");
	transfer->headers = longer ? longer : transfer->headers;
	if (request->body)
		add_header(transfer, "Content-Type", request->media_type);
	if (request->key)
		add_header(transfer, "Idempotency-Key", request->key);
}

static void set_method(CURL *easy, const struct transfer_request *request)
{
	bool body = request->body || request->method == METHOD_POST;

	if (body) {
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->length);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body ? request->body : "");
	}
	if (request->method != METHOD_GET && !(body && request->method == METHOD_POST))
		curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, api_method_names[request->method]);
}

/* What holds for all of them: see net.h. */
static void set_limits(CURL *easy, const struct engine *engine)
{
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 0L);
	curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
	curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, engine->user_agent);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)engine->options.connect_ms);
	if (engine->ca_file)
		curl_easy_setopt(easy, CURLOPT_CAINFO, engine->ca_file);
	if (engine->options.url->loopback)
		curl_easy_setopt(easy, CURLOPT_PROXY, "");
	if (engine->options.url->socket)
		curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, engine->options.url->socket);
}

static void set_up(struct transfer *transfer, const struct transfer_request *request)
{
	CURL *easy = transfer->easy;

	set_limits(easy, transfer->engine);
	set_method(easy, request);
	curl_easy_setopt(easy, CURLOPT_URL, transfer->url);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, request->timeout_ms > 0 ? request->timeout_ms : 1L);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->detail);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
	/* When a kept connection is closed before an answer begins, curl sends again by itself on a new one, POST or not.
	 * Where that must not happen, the connection is a new one at once. */
	curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, request->repeatable ? 0L : 1L);
}

struct transfer *transfer_new(struct engine *engine, const struct transfer_request *request, transfer_done *done,
			      void *context, struct err *err)
{
	struct transfer *transfer;

	if (!start(engine, err))
		return NULL;
	transfer = calloc(1, sizeof *transfer);
	if (!transfer)
		goto memory;
	transfer->engine = engine;
	transfer->done = done;
	transfer->context = context;
	transfer->answer_max = request->answer_max;
	buf_init(&transfer->answer.body, request->answer_max);
	transfer->easy = curl_easy_init();
	if (!transfer->easy || asprintf(&transfer->url, "%s%s", engine->options.url->prefix, request->path) < 0)
		goto memory;
	add_headers(transfer, request);
	if (transfer->broken)
		goto memory;
	set_up(transfer, request);
	if (curl_multi_add_handle(engine->multi, transfer->easy) != CURLM_OK)
		goto memory;
	engine->running++;
	return transfer;
memory:
	err_memory(err, "sending a request");
	if (transfer)
		transfer->engine = NULL; /* it was never running */
	return transfer_free(transfer);
}

struct transfer *transfer_free(struct transfer *transfer)
{
	if (!transfer)
		return NULL;
	if (transfer->engine) {
		curl_multi_remove_handle(transfer->engine->multi, transfer->easy);
		transfer->engine->running--;
	}
	if (transfer->easy)
		curl_easy_cleanup(transfer->easy);
	if (transfer->secret)
		explicit_bzero(transfer->headers->data, transfer->secret);
	curl_slist_free_all(transfer->headers);
	free(transfer->url);
	buf_wipe(&transfer->answer.body); /* it may hold tokens */
	free(transfer);
	return NULL;
}

/* ---- the end of a transfer ---- */

static const struct {
	CURLcode code;
	enum err_kind kind;
	const char *code_text, *message;
} failures[] = {
    {CURLE_OPERATION_TIMEDOUT, ERR_NETWORK, "timeout", "The shop does not answer in time"},
    {CURLE_COULDNT_RESOLVE_HOST, ERR_NETWORK, "network", "The shop's address is not known"},
    {CURLE_COULDNT_RESOLVE_PROXY, ERR_NETWORK, "network", "The proxy's address is not known"},
    {CURLE_COULDNT_CONNECT, ERR_NETWORK, "network", "The shop can't be reached"},
    {CURLE_PEER_FAILED_VERIFICATION, ERR_TLS, "tls", "The shop can't prove that it is the one it says"},
    {CURLE_SSL_CONNECT_ERROR, ERR_TLS, "tls", "There is no secure connection to the shop"},
    {CURLE_SSL_CACERT_BADFILE, ERR_TLS, "tls", "The list of trusted authorities can't be read"},
    {CURLE_SSL_CERTPROBLEM, ERR_TLS, "tls", "The certificate can't be used"},
    {CURLE_SSL_CIPHER, ERR_TLS, "tls", "There is no secure connection to the shop"},
    {CURLE_SSL_ISSUER_ERROR, ERR_TLS, "tls", "The shop's certificate can't be trusted"},
    {CURLE_BAD_CONTENT_ENCODING, ERR_PROTOCOL, "protocol", "The shop's answer is damaged"},
    {CURLE_WEIRD_SERVER_REPLY, ERR_PROTOCOL, "protocol", "What answers is not a shop"},
    {CURLE_UNSUPPORTED_PROTOCOL, ERR_PROTOCOL, "protocol", "What answers is not a shop"},
    {CURLE_OUT_OF_MEMORY, ERR_MEMORY, "memory", "Out of memory while talking to the shop"},
};

static void explain(const struct transfer *transfer, CURLcode code, struct err *ret_err)
{
	const char *detail = *transfer->detail ? transfer->detail : curl_easy_strerror(code);

	if (transfer->broken) {
		err_code(ret_err, ERR_PROTOCOL, "too_large", "The shop's %s is too large", transfer->broken);
		return;
	}
	if (transfer->answer.body.failed) {
		err_memory(ret_err, "reading the shop's answer");
		return;
	}
	for (size_t i = 0; i < sizeof failures / sizeof *failures; i++)
		if (failures[i].code == code) {
			err_code(ret_err, failures[i].kind, failures[i].code_text, "%s (%s)", failures[i].message,
				 detail);
			return;
		}
	err_set(ret_err, ERR_NETWORK, "The connection to the shop broke (%s)", detail);
}

static void finish(struct transfer *transfer, CURLcode code)
{
	struct transfer_answer *answer = &transfer->answer;
	long status = 0;
	curl_off_t retry_after = 0;
	struct err err = {0};

	curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(transfer->easy, CURLINFO_RETRY_AFTER, &retry_after);
	answer->status = (int)status;
	answer->retry_after_s = retry_after > INT_MAX / 1000 ? INT_MAX / 1000 : retry_after < 0 ? 0 : (int)retry_after;
	if (code != CURLE_OK)
		explain(transfer, code, &err);
	transfer->done(transfer->context, answer, code == CURLE_OK ? NULL : &err);
	transfer_free(transfer);
}

void engine_run(struct engine *engine)
{
	int running, left;
	CURLMsg *message;

	if (!engine->running)
		return;
	curl_multi_perform(engine->multi, &running);
	/* Ending one transfer may start or cancel others, so the next message is asked for each time. */
	while ((message = curl_multi_info_read(engine->multi, &left))) {
		struct transfer *transfer = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
		finish(transfer, message->data.result);
	}
}
