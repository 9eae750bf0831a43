#include "platform/http/exchange.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "models/limits.h"
#include "platform/target.h"

enum {
	LINE_MAX_BYTES = EXCHANGE_METHOD_MAX + 1 + EXCHANGE_TARGET_MAX + sizeof " HTTP/1.1\r",
	CHUNK_LINE_MAX = 256, /* a size and its extensions; a trailer */
	TEXT_MAX = LINE_MAX_BYTES + EXCHANGE_FIELDS_BYTES + CHUNK_LINE_MAX,
	TEXT_KEPT = 4096,
	EMPTY_LINES_MAX = 64, /* bytes of them before a request */
};

static const char too_large_head[] = "The request line may have 8 KiB at most, the header fields 16 KiB and be 100";
static const char too_large_body[] = "The body may have 1 MiB at most";
static const char no_memory[] = "Too busy just now; try again later";

struct exchange *exchange_new(void)
{
	struct exchange *exchange = calloc(1, sizeof *exchange);

	if (!exchange)
		return NULL;
	buf_init(&exchange->text, TEXT_MAX);
	buf_init(&exchange->body, LIMIT_BODY);
	exchange->text.secret = exchange->body.secret = true; /* tokens, passwords */
	buf_init(&exchange->answer.head, SIZE_MAX / 2);
	exchange_reset(exchange);
	return exchange;
}

struct exchange *exchange_free(struct exchange *exchange)
{
	if (!exchange)
		return NULL;
	exchange_reset(exchange);
	buf_done(&exchange->text);
	buf_done(&exchange->answer.head);
	free(exchange);
	return NULL;
}

void exchange_reset(struct exchange *exchange)
{
	buf_wipe(&exchange->body);
	if (exchange->text.capacity > TEXT_KEPT)
		buf_wipe(&exchange->text);
	else if (exchange->text.bytes)
		explicit_bzero(exchange->text.bytes, exchange->text.length);
	buf_reset(&exchange->text);
	if (exchange->answer.head.capacity > TEXT_KEPT)
		buf_done(&exchange->answer.head);
	buf_reset(&exchange->answer.head);
	free(exchange->answer.body);
	exchange->answer.body = NULL;
	exchange->answer.body_length = 0;
	exchange->answer.op = "none";
	exchange->answer.cause.kind = ERR_NONE;

	exchange->phase = PHASE_START;
	exchange->fields_count = 0;
	exchange->line = exchange->target = exchange->wire_bytes = exchange->remaining = 0;
	exchange->minor = 1;
	exchange->path = exchange->query = NULL;
	exchange->head_only = exchange->asterisk = exchange->expects_continue = exchange->keep_alive = false;
	exchange->request_id[0] = '\0';
	exchange->refused = ERR_NONE;
	exchange->refused_why = exchange->allow = NULL;
	exchange->charged = 0;
}

size_t exchange_memory(const struct exchange *exchange)
{
	return sizeof *exchange + exchange->text.capacity + exchange->body.capacity;
}

const char *exchange_method(const struct exchange *exchange)
{
	return exchange->phase > PHASE_LINE && exchange->text.bytes ? exchange->text.bytes : "";
}

enum exchange_step exchange_refuse(struct exchange *exchange, enum err_kind kind, const char *why)
{
	if (exchange->phase <= PHASE_LINE) /* it may be half a method */
		buf_reset(&exchange->text);
	exchange->phase = PHASE_REFUSED;
	exchange->refused = kind;
	exchange->refused_why = why;
	exchange->keep_alive = false;
	return EXCHANGE_REFUSED;
}

static enum exchange_step refuse_invalid(struct exchange *exchange, const char *why)
{
	return exchange_refuse(exchange, ERR_INVALID, why);
}

/* ---- lines ---- */

/* RFC 9110, 5.6.2: what a method and a field's name are made of. */
static const bool token_bytes[256] = {
    ['!'] = true,	  ['#' ... '\''] = true, ['*'] = true,		['+'] = true, ['-'] = true, ['.'] = true,
    ['0' ... '9'] = true, ['A' ... 'Z'] = true,	 ['^' ... 'z'] = true, ['|'] = true, ['~'] = true,
};

static bool is_token(const char *text)
{
	const char *at = text;

	while (token_bytes[(unsigned char)*at])
		at++;
	return at > text && !*at;
}

/* Takes bytes up to the line's end into `text`, from offset `line` on, where they end as a string without their CR LF.
 * LINE_MORE: the end isn't there yet. LINE_BAD: a bare line feed, or a NUL. LINE_LONG: more than `limit` bytes. */
enum line { LINE_MORE, LINE_WHOLE, LINE_BAD, LINE_LONG, LINE_NO_MEMORY };
static enum line take_line(struct exchange *exchange, const char *bytes, size_t length, size_t limit, size_t *ret_used)
{
	struct buf *text = &exchange->text;
	const char *end = memchr(bytes, '\n', length);
	size_t part = end ? (size_t)(end - bytes) : length;

	*ret_used = part + (end ? 1 : 0);
	if (text->length - exchange->line + part > limit)
		return LINE_LONG;
	buf_add(text, bytes, part);
	if (text->failed)
		return LINE_NO_MEMORY;
	if (!end)
		return LINE_MORE;

	size_t size = text->length - exchange->line;
	if (!size || text->bytes[text->length - 1] != '\r')
		return LINE_BAD;
	text->bytes[text->length - 1] = '\0'; /* counted, so that the next line begins behind it */
	return strlen(text->bytes + exchange->line) == size - 1 ? LINE_WHOLE : LINE_BAD;
}

/* The line has been used up. */
static void drop_line(struct exchange *exchange)
{
	exchange->text.length = exchange->line;
}

/* What to do about a line that isn't whole. */
static enum exchange_step line_step(struct exchange *exchange, enum line line, enum err_kind long_kind, const char *why)
{
	switch (line) {
	case LINE_MORE:
	case LINE_WHOLE: return EXCHANGE_MORE;
	case LINE_BAD: return refuse_invalid(exchange, "A line is malformed: it must end with CR LF and hold no NUL");
	case LINE_LONG: return exchange_refuse(exchange, long_kind, why);
	case LINE_NO_MEMORY: break;
	}
	return exchange_refuse(exchange, ERR_UNAVAILABLE, no_memory);
}

/* ---- the request line ---- */

/* METHOD SP TARGET SP HTTP/1.x, taken apart in place. An unknown method is the contract's to refuse. */
static enum exchange_step judge_line(struct exchange *exchange)
{
	static const char malformed[] = "The request line is malformed", prefix[] = "HTTP/1.";
	char *method = exchange->text.bytes;
	char *target = strchr(method, ' ');
	char *version = target ? strchr(target + 1, ' ') : NULL;

	if (!version)
		return refuse_invalid(exchange, malformed);
	*target++ = *version++ = '\0';
	if (!is_token(method) || target - method > EXCHANGE_METHOD_MAX + 1 || !*target)
		return refuse_invalid(exchange, malformed);
	if (version - target > EXCHANGE_TARGET_MAX + 1)
		return exchange_refuse(exchange, ERR_HEADERS_TOO_LARGE, too_large_head);

	const char minor = strlen(version) < sizeof prefix ? '\0' : version[sizeof prefix - 1];
	if (strncmp(version, prefix, sizeof prefix - 1) != 0 || !minor || !strchr("0123456789", minor) ||
	    version[sizeof prefix])
		return refuse_invalid(exchange, "The request line must end with HTTP/1.1 or HTTP/1.0");

	exchange->minor = minor != '0'; /* a later one is spoken to as 1.1 (RFC 9110, 2.5) */
	exchange->target = (size_t)(target - method);
	exchange->head_only = !strcmp(method, "HEAD");
	exchange->line = exchange->text.length;
	exchange->phase = PHASE_FIELDS;
	return EXCHANGE_MORE;
}

/* RFC 9112, 2.2: some clients send an empty line after a body. */
static enum exchange_step feed_start(struct exchange *exchange, const char *bytes, size_t length, size_t *ret_used)
{
	size_t at = 0;

	while (at < length && (bytes[at] == '\r' || bytes[at] == '\n'))
		at++;
	*ret_used = at;
	exchange->wire_bytes += at;
	if (exchange->wire_bytes > EMPTY_LINES_MAX)
		return refuse_invalid(exchange, "There is nothing but empty lines");
	if (at == length)
		return EXCHANGE_MORE;
	if (!token_bytes[(unsigned char)bytes[at]]) /* such as TLS: there may never be a line's end */
		return refuse_invalid(exchange, "This is not HTTP");
	exchange->wire_bytes = 0;
	exchange->phase = PHASE_LINE;
	return EXCHANGE_MORE;
}

static enum exchange_step feed_line(struct exchange *exchange, const char *bytes, size_t length, size_t *ret_used)
{
	enum line line = take_line(exchange, bytes, length, LINE_MAX_BYTES, ret_used);

	return line == LINE_WHOLE ? judge_line(exchange)
				  : line_step(exchange, line, ERR_HEADERS_TOO_LARGE, too_large_head);
}

/* ---- header fields ---- */

/* Cuts the line at `line` into a name and a value without the blanks around it. NULL when it isn't a field. */
static char *split_field(char *line)
{
	char *colon = strchr(line, ':');

	if (!colon)
		return NULL;
	*colon = '\0';
	if (!is_token(line))
		return NULL;

	char *value = colon + 1 + strspn(colon + 1, " \t");
	char *end = value;
	for (char *at = value; *at; at++) {
		unsigned char byte = (unsigned char)*at;

		if ((byte < ' ' && byte != '\t') || byte == 0x7F)
			return NULL;
		if (byte != ' ' && byte != '\t')
			end = at + 1;
	}
	*end = '\0';
	return value;
}

/* The fields that this layer acts on. */
enum known { KNOWN_HOST, KNOWN_LENGTH, KNOWN_ENCODING, KNOWN_EXPECT, KNOWN_CONNECTION, KNOWN_ID, KNOWN_COUNT };
static const struct {
	const char *name;
	size_t length;
} known_names[KNOWN_COUNT] = {
#define NAME(text) {(text), sizeof(text) - 1}
    [KNOWN_HOST] = NAME("Host"),
    [KNOWN_LENGTH] = NAME("Content-Length"),
    [KNOWN_ENCODING] = NAME("Transfer-Encoding"),
    [KNOWN_EXPECT] = NAME("Expect"),
    [KNOWN_CONNECTION] = NAME("Connection"),
    [KNOWN_ID] = NAME("X-Request-Id"),
#undef NAME
};

struct head {
	unsigned counts[KNOWN_COUNT];
	const char *values[KNOWN_COUNT]; /* the last one's */
	bool close, keep_alive;          /* what Connection says */
};

/* Is the word in a list with commas? */
static bool lists(const char *value, const char *word)
{
	const size_t length = strlen(word);

	for (const char *at = value; *at; at += strcspn(at, ",")) {
		at += strspn(at, ", \t");
		if (!strncasecmp(at, word, length) && (!at[length] || strchr(", \t", at[length])))
			return true;
	}
	return false;
}

static void read_fields(const struct exchange *exchange, struct head *head)
{
	for (size_t i = 0; i < exchange->fields_count; i++) {
		const char *name = exchange->text.bytes + exchange->fields[i].name;
		const char *value = exchange->text.bytes + exchange->fields[i].value;
		size_t length = strlen(name);

		for (int known = 0; known < KNOWN_COUNT; known++) {
			if (known_names[known].length != length || strcasecmp(known_names[known].name, name) != 0)
				continue;
			head->counts[known]++;
			head->values[known] = value;
			if (known == KNOWN_CONNECTION) {
				head->close = head->close || lists(value, "close");
				head->keep_alive = head->keep_alive || lists(value, "keep-alive");
			}
		}
	}
}

/* A client's own id is kept when it can't hurt a log. */
static void take_request_id(struct exchange *exchange, const char *value)
{
	if (value && request_id_fits(value))
		memcpy(exchange->request_id, value, strlen(value) + 1);
}

/* How long the body is must be said once, in one way: whoever reads it in another way than a proxy before us is a hole.
 * Sets phase and remaining. */
static enum exchange_step judge_framing(struct exchange *exchange, const struct head *head)
{
	const char *length = head->values[KNOWN_LENGTH];

	if (head->counts[KNOWN_LENGTH] + head->counts[KNOWN_ENCODING] > 1)
		return refuse_invalid(exchange, "The body's length must be said once");
	if (head->counts[KNOWN_ENCODING]) {
		if (!exchange->minor || strcasecmp(head->values[KNOWN_ENCODING], "chunked") != 0)
			return refuse_invalid(exchange, "Transfer-Encoding must be chunked, in HTTP/1.1");
		exchange->phase = PHASE_CHUNK_SIZE;
		return EXCHANGE_HEAD;
	}
	exchange->phase = PHASE_WHOLE;
	if (!length)
		return EXCHANGE_WHOLE;
	if (!*length || length[strspn(length, "0123456789")])
		return refuse_invalid(exchange, "Content-Length must be a number");
	exchange->remaining = strlen(length) > 18 ? SIZE_MAX : strtoull(length, NULL, 10);
	if (exchange->remaining > LIMIT_BODY)
		return exchange_refuse(exchange, ERR_TOO_LARGE, too_large_body);
	if (!exchange->remaining)
		return EXCHANGE_WHOLE;
	exchange->phase = PHASE_BODY;
	return EXCHANGE_HEAD;
}

/* NULL, or what is wrong. `*` is the server as a whole, which only OPTIONS asks about. */
static const char *judge_target(struct exchange *exchange)
{
	char *target = exchange->text.bytes + exchange->target;

	if (!strcmp(target, "*") && !strcmp(exchange_method(exchange), "OPTIONS")) {
		exchange->asterisk = true;
		exchange->path = target;
		*target = '/';
		return NULL;
	}
	const char *fault = target_split(target, &exchange->path, &exchange->query);
	if (!fault && !target_decode_path(exchange->path))
		fault = "The path is malformed";
	if (fault)
		exchange->path = exchange->query = NULL;
	return fault;
}

static enum exchange_step judge_head(struct exchange *exchange)
{
	struct head head = {.close = false};

	/* From here on pointers lead into the text, so what is still to be added, lines of a chunked body, must not move it. */
	if (!buf_reserve(&exchange->text, CHUNK_LINE_MAX))
		return exchange_refuse(exchange, ERR_UNAVAILABLE, no_memory);
	read_fields(exchange, &head);
	take_request_id(exchange, head.values[KNOWN_ID]);
	if (head.counts[KNOWN_HOST] > 1 || (exchange->minor && !head.counts[KNOWN_HOST]))
		return refuse_invalid(exchange, "There must be one Host header field");
	const char *host = head.values[KNOWN_HOST];
	if (host && *host && !target_authority_valid(host, strlen(host)))
		return refuse_invalid(exchange, "The Host header field must be a host, and perhaps a port");
	const char *fault = judge_target(exchange);
	if (fault)
		return refuse_invalid(exchange, fault);
	exchange->keep_alive = !head.close && (exchange->minor || head.keep_alive);
	exchange->expects_continue =
	    exchange->minor && head.counts[KNOWN_EXPECT] && lists(head.values[KNOWN_EXPECT], "100-continue");
	return judge_framing(exchange, &head);
}

static enum exchange_step feed_fields(struct exchange *exchange, const char *bytes, size_t length, size_t *ret_used)
{
	enum line line = take_line(exchange, bytes, length, EXCHANGE_FIELDS_BYTES, ret_used);

	exchange->wire_bytes += *ret_used;
	if (exchange->wire_bytes > EXCHANGE_FIELDS_BYTES)
		return exchange_refuse(exchange, ERR_HEADERS_TOO_LARGE, too_large_head);
	if (line != LINE_WHOLE)
		return line_step(exchange, line, ERR_HEADERS_TOO_LARGE, too_large_head);

	char *name = exchange->text.bytes + exchange->line;
	if (!*name) {
		drop_line(exchange);
		exchange->wire_bytes = 0;
		return judge_head(exchange);
	}
	char *value = split_field(name);
	if (!value)
		return refuse_invalid(exchange, "A header field is malformed");
	if (exchange->fields_count == EXCHANGE_FIELDS_MAX)
		return exchange_refuse(exchange, ERR_HEADERS_TOO_LARGE, too_large_head);
	exchange->fields[exchange->fields_count].name = (uint32_t)(name - exchange->text.bytes);
	exchange->fields[exchange->fields_count++].value = (uint32_t)(value - exchange->text.bytes);
	exchange->line = exchange->text.length;
	return EXCHANGE_MORE;
}

/* ---- the body ---- */

/* Takes what is there of `remaining` bytes. */
static enum exchange_step take_body(struct exchange *exchange, const char *bytes, size_t length, size_t *ret_used,
				    enum exchange_phase next)
{
	size_t part = length < exchange->remaining ? length : exchange->remaining;

	*ret_used = part;
	buf_add(&exchange->body, bytes, part);
	if (exchange->body.failed)
		return exchange_refuse(exchange, ERR_UNAVAILABLE, no_memory);
	exchange->remaining -= part;
	if (!exchange->remaining)
		exchange->phase = next;
	return exchange->phase == PHASE_WHOLE ? EXCHANGE_WHOLE : EXCHANGE_MORE;
}

static enum exchange_step feed_body(struct exchange *exchange, const char *bytes, size_t length, size_t *ret_used)
{
	return take_body(exchange, bytes, length, ret_used, PHASE_WHOLE);
}

static enum exchange_step feed_chunk(struct exchange *exchange, const char *bytes, size_t length, size_t *ret_used)
{
	return take_body(exchange, bytes, length, ret_used, PHASE_CHUNK_END);
}

/* A line between chunks; it isn't kept. False: *ret_step says how to go on. */
static bool take_chunk_line(struct exchange *exchange, const char *bytes, size_t length, size_t *ret_used,
			    enum exchange_step *ret_step)
{
	enum line line = take_line(exchange, bytes, length, CHUNK_LINE_MAX, ret_used);

	exchange->wire_bytes += *ret_used;
	*ret_step = line_step(exchange, line, ERR_INVALID, "A line of the chunked body is too long");
	if (*ret_step == EXCHANGE_MORE && exchange->wire_bytes > (size_t)EXCHANGE_CHUNKS_FACTOR * LIMIT_BODY)
		*ret_step = exchange_refuse(exchange, ERR_TOO_LARGE, too_large_body);
	if (*ret_step != EXCHANGE_MORE || line != LINE_WHOLE)
		return false;
	drop_line(exchange);
	return true;
}

static enum exchange_step feed_chunk_size(struct exchange *exchange, const char *bytes, size_t length, size_t *ret_used)
{
	enum exchange_step step;
	char *end;

	if (!take_chunk_line(exchange, bytes, length, ret_used, &step))
		return step;
	const char *line = exchange->text.bytes + exchange->line;
	size_t digits = strspn(line, "0123456789abcdefABCDEF");
	if (!digits || digits > 8 || (line[digits] && line[digits] != ';'))
		return refuse_invalid(exchange, "A chunk's size is malformed");
	exchange->remaining = strtoul(line, &end, 16);
	if (exchange->remaining > LIMIT_BODY - exchange->body.length)
		return exchange_refuse(exchange, ERR_TOO_LARGE, too_large_body);
	exchange->phase = exchange->remaining ? PHASE_CHUNK : PHASE_TRAILERS;
	return EXCHANGE_MORE;
}

static enum exchange_step feed_chunk_end(struct exchange *exchange, const char *bytes, size_t length, size_t *ret_used)
{
	enum exchange_step step;

	if (!take_chunk_line(exchange, bytes, length, ret_used, &step))
		return step;
	if (exchange->text.bytes[exchange->line])
		return refuse_invalid(exchange, "A chunk is longer than its size");
	exchange->phase = PHASE_CHUNK_SIZE;
	return EXCHANGE_MORE;
}

/* Fields after the body: checked, and passed over. */
static enum exchange_step feed_trailers(struct exchange *exchange, const char *bytes, size_t length, size_t *ret_used)
{
	enum exchange_step step;

	if (!take_chunk_line(exchange, bytes, length, ret_used, &step))
		return step;
	char *line = exchange->text.bytes + exchange->line;
	if (*line)
		return split_field(line) ? EXCHANGE_MORE : refuse_invalid(exchange, "A trailer is malformed");
	exchange->phase = PHASE_WHOLE;
	return EXCHANGE_WHOLE;
}

typedef enum exchange_step feed_fn(struct exchange *exchange, const char *bytes, size_t length, size_t *ret_used);
static feed_fn *const feeders[PHASES] = {
    [PHASE_START] = feed_start,		  [PHASE_LINE] = feed_line,	[PHASE_FIELDS] = feed_fields,
    [PHASE_BODY] = feed_body,		  [PHASE_CHUNK] = feed_chunk,	[PHASE_CHUNK_SIZE] = feed_chunk_size,
    [PHASE_CHUNK_END] = feed_chunk_end, [PHASE_TRAILERS] = feed_trailers,
};

enum exchange_step exchange_feed(struct exchange *exchange, const char *bytes, size_t length, size_t *ret_used)
{
	enum exchange_step step = EXCHANGE_MORE;
	size_t used = 0;

	while (used < length && step == EXCHANGE_MORE) {
		size_t part = 0;

		step = feeders[exchange->phase](exchange, bytes + used, length - used, &part);
		used += part;
	}
	*ret_used = used;
	return step;
}

/* ---- for dispatch ---- */

static bool fill_pairs(struct exchange *exchange, struct arena *arena, struct request *request)
{
	struct pair *headers = arena_array(arena, exchange->fields_count + 1, sizeof *headers);
	size_t capacity = exchange->query ? target_count_parameters(exchange->query) : 0;
	struct pair *query = NULL;
	char *text = arena_strdup(arena, exchange->query); /* decoded in place, and the request may be asked for again */

	if (capacity > TARGET_PARAMETERS_MAX)
		capacity = TARGET_PARAMETERS_MAX;
	if (capacity)
		query = arena_array(arena, capacity, sizeof *query);
	if (!headers || (capacity && (!query || !text))) {
		exchange->refused = ERR_UNAVAILABLE;
		exchange->refused_why = no_memory;
		return false;
	}
	for (size_t i = 0; i < exchange->fields_count; i++)
		headers[i] = (struct pair){.name = exchange->text.bytes + exchange->fields[i].name,
					   .value = exchange->text.bytes + exchange->fields[i].value};
	request->headers = headers;
	request->headers_count = exchange->fields_count;
	if (capacity && !target_decode_query(text, query, capacity, &request->query_count)) {
		exchange->refused = ERR_INVALID;
		exchange->refused_why = "The query string is malformed, or has more than 64 parameters";
		return false;
	}
	request->query = query;
	return true;
}

void exchange_request(struct exchange *exchange, const char *address, struct arena *arena, struct request *ret_request)
{
	struct request request = {
	    .method = exchange->head_only ? "GET" : exchange_method(exchange),
	    .path = exchange->path ? exchange->path : "/",
	    .body = exchange->body.bytes,
	    .body_length = exchange->body.length,
	    .address = address,
	    .request_id = exchange->request_id,
	};

	if (exchange->refused == ERR_NONE)
		fill_pairs(exchange, arena, &request);
	request.refused = exchange->refused;
	request.refused_why = exchange->refused_why;
	request.allow = exchange->allow;
	*ret_request = request;
}
