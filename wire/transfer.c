#include "wire/transfer.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <curl/curl.h>

#include "base/clock.h"
#include "wire/reason.h"
#include "wire/sign.h"

enum { HEADERS_MAX = 64 * 1024, CONNECTIONS_MAX = 8, CONNECTIONS_KEPT = 4, FDS_MAX = 16 };

struct engine {
	CURLM *multi;
	struct engine_options options;
	char *user_agent, *ca_file;
	struct curl_slist *resolve;
	struct transfer *transfers; /* in no order */
	/* an address was passed over: curl takes the next once it is called again, for which nothing wakes us */
	bool again;
};

enum { RACERS_MAX = 4, ADDRESSES_MAX = 16, RACE_MS = 250 };

/* One try at a connection. A host may have several addresses, and one that says nothing would be waited for until the
 * connection's time is half over; so after RACE_MS without a connection a second racer tries the next address, and so
 * on. Whoever is about to send first has won, and sends; the others end unheard. So a request is on the wire once at
 * most. */
struct racer {
	struct transfer *transfer;
	CURL *easy; /* NULL: it has ended, or was never there */
	unsigned opened; /* addresses it has tried */
	char detail[CURL_ERROR_SIZE];
};

struct transfer {
	struct transfer *next;
	struct engine *engine;
	struct transfer_request request;
	struct racer racers[RACERS_MAX];
	size_t racers_count;
	struct racer *winner; /* NULL: nobody has sent yet */
	int64_t started;
	int64_t race_at; /* by clock_monotonic: the next racer starts; INT64_MAX: none will */
	struct {
		struct sockaddr_storage address;
		const struct racer *by;
	} tried[ADDRESSES_MAX];
	size_t tried_count;

	struct curl_slist *headers;
	char *url;
	size_t secret; /* length of the first header, which is overwritten at the end */
	size_t headers_seen;
	struct transfer_answer answer;
	const char *broken; /* what is too large, or NULL */
	struct err failure; /* of the first racer that ended without a connection */
	transfer_done *done;
	void *context;
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
	if (options->resolve && !(engine->resolve = curl_slist_append(NULL, options->resolve)))
		goto memory;
	return engine;
memory:
	err_memory(err, "starting the network");
	return engine_free(engine);
}

/* Once for all threads, each of which has an engine. */
static CURLcode started;

static void start_curl(void)
{
	started = curl_global_init(CURL_GLOBAL_DEFAULT);
}

/* Before its first transfer: libcurl and what it stands on take a millisecond to start, and the first frame needs
 * none. */
static bool start(struct engine *engine, struct err *err)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	if (engine->multi)
		return true;
	pthread_once(&once, start_curl);
	if (started != CURLE_OK)
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
	curl_slist_free_all(engine->resolve);
	free(engine->user_agent);
	free(engine->ca_file);
	free(engine);
	return NULL;
}

/* Milliseconds until another racer starts, or as many as were asked for (-1: no end). */
static int until_race(const struct engine *engine, int timeout_ms)
{
	int64_t next = INT64_MAX;

	for (const struct transfer *transfer = engine->transfers; transfer; transfer = transfer->next)
		next = transfer->race_at < next ? transfer->race_at : next;
	if (next == INT64_MAX)
		return timeout_ms;
	int64_t left = next - clock_monotonic();
	left = left < 0 ? 0 : left;
	return timeout_ms < 0 || left < timeout_ms ? (int)left : timeout_ms;
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
	timeout_ms = until_race(engine, timeout_ms);
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

	if (length > transfer->request.answer_max - body->length)
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

static void take_wanted(const struct transfer_request *request, const char *line, size_t length)
{
	const char *value;
	size_t value_length;

	for (size_t i = 0; i < request->wanted_count; i++) {
		const struct transfer_wanted *wanted = &request->wanted[i];

		if (is_header(line, length, wanted->name, &value, &value_length) && value_length < wanted->size)
			snprintf(wanted->value, wanted->size, "%.*s", (int)value_length, value);
	}
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
	if (transfer->request.flag && is_header(line, length, transfer->request.flag, &value, &value_length))
		answer->flagged = value_length == 4 && !strncasecmp(value, "true", 4);
	if (is_header(line, length, "Content-Type", &value, &value_length))
		snprintf(answer->media_type, sizeof answer->media_type, "%.*s", (int)value_length, value);
	if (is_header(line, length, "Location", &value, &value_length) && value_length < sizeof answer->location)
		snprintf(answer->location, sizeof answer->location, "%.*s", (int)value_length, value);
	take_wanted(&transfer->request, line, length);
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
	} else if (request->signer && request->signer->token) {
		add_header(transfer, "X-Amz-Security-Token", request->signer->token);
	}
	transfer->secret = transfer->headers ? strlen(transfer->headers->data) : 0;
	/* Nobody is asked for leave to send a body: that would cost a round trip, or a second when it isn't answered. A
	 * header without a value can't be signed (sign.h). */
	struct curl_slist *longer = request->signer ? NULL : curl_slist_append(transfer->headers, "Expect:");
	transfer->headers = longer ? longer : transfer->headers;
	if (request->body)
		add_header(transfer, "Content-Type", request->media_type);
	for (size_t i = 0; i < request->headers_count; i++)
		if (request->headers[i].value)
			add_header(transfer, request->headers[i].name, request->headers[i].value);
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

/* What holds for all of them: see transfer.h. */
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
	if (engine->ca_file) { /* these, and not the system's folder besides */
		curl_easy_setopt(easy, CURLOPT_CAINFO, engine->ca_file);
		curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
	}
	if (engine->resolve)
		curl_easy_setopt(easy, CURLOPT_RESOLVE, engine->resolve);
	if (engine->options.url->loopback || engine->options.direct)
		curl_easy_setopt(easy, CURLOPT_PROXY, "");
	if (engine->options.url->socket)
		curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, engine->options.url->socket);
}

/* ---- racing ---- */

/* Has another racer tried this address already? If not, it is this one's. */
static bool take_address(struct transfer *transfer, const struct racer *racer, const struct curl_sockaddr *address)
{
	size_t length = address->addrlen;

	if (length > sizeof(struct sockaddr_storage))
		return false;
	for (size_t i = 0; i < transfer->tried_count; i++)
		if (!memcmp(&transfer->tried[i].address, &address->addr, length))
			return transfer->tried[i].by == racer;
	if (transfer->tried_count == ADDRESSES_MAX)
		return racer == transfer->racers; /* the first one goes on alone */
	memcpy(&transfer->tried[transfer->tried_count].address, &address->addr, length);
	transfer->tried[transfer->tried_count++].by = racer;
	return true;
}

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct racer *racer = context;
	struct transfer *transfer = racer->transfer;
	(void)purpose;

	if (!take_address(transfer, racer, address)) {
		transfer->engine->again = true;
		return CURL_SOCKET_BAD;
	}
	racer->opened++;
	/* A kept connection was dead, and curl makes a new one: whoever is first may send again. */
	if (transfer->winner == racer)
		transfer->winner = NULL;
	if (!transfer->engine->options.url->socket && transfer->racers_count < RACERS_MAX)
		transfer->race_at = clock_monotonic() + RACE_MS;
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* curl asks before it sends: who is first, sends. */
static int may_send(void *context, char *theirs, char *ours, int their_port, int our_port)
{
	struct racer *racer = context;
	struct transfer *transfer = racer->transfer;
	(void)theirs, (void)ours, (void)their_port, (void)our_port;

	if (transfer->winner && transfer->winner != racer)
		return CURL_PREREQFUNC_ABORT;
	transfer->winner = racer;
	transfer->race_at = INT64_MAX;
	return CURL_PREREQFUNC_OK;
}

static bool set_up(struct racer *racer)
{
	struct transfer *transfer = racer->transfer;
	const struct transfer_request *request = &transfer->request;
	CURL *easy = racer->easy;
	int64_t left = request->timeout_ms - (clock_monotonic() - transfer->started);
	bool first = racer == transfer->racers;

	set_limits(easy, transfer->engine);
	set_method(easy, request);
	curl_easy_setopt(easy, CURLOPT_URL, transfer->url);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, left > 0 ? (long)left : 1L);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, racer->detail);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, racer);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, racer);
	curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, may_send);
	curl_easy_setopt(easy, CURLOPT_PREREQDATA, racer);
	/* When a kept connection is closed before an answer begins, curl sends again by itself on a new one, POST or
	 * not. Where that must not happen, the connection is a new one at once. */
	curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, request->repeatable && first ? 0L : 1L);
	return !request->signer || sign_set(easy, request->signer);
}

static void stop_racer(struct racer *racer)
{
	if (!racer->easy)
		return;
	curl_multi_remove_handle(racer->transfer->engine->multi, racer->easy);
	curl_easy_cleanup(racer->easy);
	racer->easy = NULL;
}

static bool start_racer(struct transfer *transfer)
{
	struct racer *racer = &transfer->racers[transfer->racers_count];

	racer->transfer = transfer;
	racer->easy = curl_easy_init();
	if (!racer->easy)
		return false;
	if (!set_up(racer) || curl_multi_add_handle(transfer->engine->multi, racer->easy) != CURLM_OK) {
		curl_easy_cleanup(racer->easy);
		racer->easy = NULL;
		return false;
	}
	transfer->racers_count++;
	return true;
}

/* Somebody is connected, and may be agreeing on keys. */
static bool is_connected(const struct transfer *transfer)
{
	curl_off_t connected;

	for (size_t i = 0; i < transfer->racers_count; i++) {
		connected = 0;
		if (transfer->racers[i].easy)
			curl_easy_getinfo(transfer->racers[i].easy, CURLINFO_CONNECT_TIME_T, &connected);
		if (connected > 0)
			return true;
	}
	return false;
}

static void run_races(struct engine *engine)
{
	int64_t now = clock_monotonic();

	for (struct transfer *transfer = engine->transfers; transfer; transfer = transfer->next) {
		for (size_t i = 0; transfer->winner && i < transfer->racers_count; i++)
			if (&transfer->racers[i] != transfer->winner)
				stop_racer(&transfer->racers[i]);
		if (transfer->race_at > now)
			continue;
		transfer->race_at = INT64_MAX;
		if (!is_connected(transfer))
			start_racer(transfer); /* without memory for it the others go on */
	}
}

/* ---- one transfer, from outside ---- */

struct transfer *transfer_new(struct engine *engine, const struct transfer_request *request, transfer_done *done,
			      void *context, struct err *err)
{
	struct transfer *transfer;

	assert(*request->path == '/' && !(request->authorization && request->signer));
	if (!start(engine, err))
		return NULL;
	transfer = calloc(1, sizeof *transfer);
	if (!transfer)
		goto memory;
	transfer->engine = engine;
	transfer->next = engine->transfers;
	engine->transfers = transfer;
	transfer->request = *request;
	transfer->done = done;
	transfer->context = context;
	transfer->started = clock_monotonic();
	transfer->race_at = INT64_MAX;
	buf_init(&transfer->answer.body, request->answer_max);
	transfer->answer.body.secret = request->secret;
	if (asprintf(&transfer->url, "%s%s", engine->options.url->prefix, request->path) < 0) {
		transfer->url = NULL;
		goto memory;
	}
	for (size_t i = 0; i < request->wanted_count; i++)
		request->wanted[i].value[0] = '\0';
	add_headers(transfer, request);
	if (!transfer->broken && start_racer(transfer))
		return transfer;
memory:
	err_memory(err, "sending a request");
	return transfer_free(transfer);
}

struct transfer *transfer_free(struct transfer *transfer)
{
	if (!transfer)
		return NULL;
	struct transfer **place = &transfer->engine->transfers;
	while (*place != transfer)
		place = &(*place)->next;
	*place = transfer->next;
	for (size_t i = 0; i < transfer->racers_count; i++)
		stop_racer(&transfer->racers[i]);
	if (transfer->secret)
		explicit_bzero(transfer->headers->data, transfer->secret);
	curl_slist_free_all(transfer->headers);
	free(transfer->url);
	buf_wipe(&transfer->answer.body); /* it may hold tokens */
	free(transfer);
	return NULL;
}

/* ---- the end of a transfer ---- */

static void explain(const struct racer *racer, CURLcode code, struct err *ret_err)
{
	const struct transfer *transfer = racer->transfer;
	const struct engine *engine = transfer->engine;
	const struct reason_of of = {racer->easy, code, racer->detail, engine->options.url, engine->ca_file};

	if (transfer->broken)
		err_code(ret_err, ERR_PROTOCOL, "too_large", "The %s of %s is too large", transfer->broken,
			 engine->options.url->host);
	else if (transfer->answer.body.failed)
		err_memory(ret_err, "reading an answer");
	else
		reason_explain(&of, ret_err);
}

static void finish(struct racer *racer, CURLcode code)
{
	struct transfer *transfer = racer->transfer;
	struct transfer_answer *answer = &transfer->answer;
	long status = 0;
	curl_off_t retry_after = 0;
	struct err err = {.kind = ERR_NONE};

	curl_easy_getinfo(racer->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(racer->easy, CURLINFO_RETRY_AFTER, &retry_after);
	answer->sent = transfer->winner != NULL;
	answer->status = (int)status;
	answer->retry_after_s = retry_after > INT_MAX / 1000 ? INT_MAX / 1000 : retry_after < 0 ? 0 : (int)retry_after;
	if (code != CURLE_OK && transfer->failure.kind != ERR_NONE && !racer->opened)
		err = transfer->failure; /* this one had nothing to try, so it knows nothing */
	else if (code != CURLE_OK)
		explain(racer, code, &err);
	transfer->done(transfer->context, answer, code == CURLE_OK ? NULL : &err);
	transfer_free(transfer);
}

/* A racer has ended before it could send: the others may still get there. True when there are others. */
static bool give_up(struct racer *racer, CURLcode code)
{
	struct transfer *transfer = racer->transfer;
	bool others = false;

	for (size_t i = 0; i < transfer->racers_count; i++)
		others = others || (&transfer->racers[i] != racer && transfer->racers[i].easy);
	if (transfer->winner == racer || !others)
		return false;
	if (transfer->failure.kind == ERR_NONE && racer->opened)
		explain(racer, code, &transfer->failure);
	if (!racer->opened)
		transfer->race_at = INT64_MAX; /* no address is left for another one */
	stop_racer(racer);
	return true;
}

void engine_run(struct engine *engine)
{
	int running, left, turns = 0;
	CURLMsg *message;

	if (!engine->transfers)
		return;
	do {
		engine->again = false;
		curl_multi_perform(engine->multi, &running);
	} while (engine->again && turns++ < ADDRESSES_MAX);
	run_races(engine);
	/* Ending one transfer may start or cancel others, so the next message is asked for each time. */
	while ((message = curl_multi_info_read(engine->multi, &left))) {
		struct racer *racer = NULL;
		CURLcode code = message->data.result;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &racer);
		if (code == CURLE_OK || !give_up(racer, code))
			finish(racer, code);
	}
}
