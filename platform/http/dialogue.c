#include "platform/http/dialogue.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "models/limits.h"
#include "platform/target.h"

enum {
	LINE_MAX_BYTES = DIALOGUE_METHOD_MAX + 1 + DIALOGUE_TARGET_MAX + sizeof " HTTP/1.1\r",
	CHUNK_LINE_MAX = 256, /* a size and its extensions; a trailer */
	TEXT_MAX = LINE_MAX_BYTES + DIALOGUE_FIELDS_BYTES + CHUNK_LINE_MAX,
	TEXT_KEPT = 4096,
	EMPTY_LINES_MAX = 64, /* bytes of them before a request */
};

static const char too_large_head[] = "The request line may have 8 KiB at most, the header fields 16 KiB and be 100";
static const char too_large_body[] = "The body may have 1 MiB at most";
static const char no_memory[] = "Too busy just now; try again later";

struct dialogue *dialogue_new(void)
{
	struct dialogue *dialogue = calloc(1, sizeof *dialogue);

	if (!dialogue)
		return NULL;
	buf_init(&dialogue->text, TEXT_MAX);
	buf_init(&dialogue->body, LIMIT_BODY);
	dialogue->text.secret = dialogue->body.secret = true; /* tokens, passwords */
	buf_init(&dialogue->answer.head, SIZE_MAX / 2);
	dialogue_reset(dialogue);
	return dialogue;
}

struct dialogue *dialogue_free(struct dialogue *dialogue)
{
	if (!dialogue)
		return NULL;
	dialogue_reset(dialogue);
	buf_done(&dialogue->text);
	buf_done(&dialogue->answer.head);
	free(dialogue);
	return NULL;
}

void dialogue_reset(struct dialogue *dialogue)
{
	buf_wipe(&dialogue->body);
	if (dialogue->text.capacity > TEXT_KEPT)
		buf_wipe(&dialogue->text);
	else if (dialogue->text.bytes)
		explicit_bzero(dialogue->text.bytes, dialogue->text.length);
	buf_reset(&dialogue->text);
	if (dialogue->answer.head.capacity > TEXT_KEPT)
		buf_done(&dialogue->answer.head);
	buf_reset(&dialogue->answer.head);
	free(dialogue->answer.body);
	dialogue->answer.body = NULL;
	dialogue->answer.body_length = 0;
	dialogue->answer.op = "none";
	dialogue->answer.cause.kind = ERR_NONE;

	dialogue->phase = PHASE_START;
	dialogue->fields_count = 0;
	dialogue->line = dialogue->target = dialogue->wire_bytes = dialogue->remaining = 0;
	dialogue->minor = 1;
	dialogue->path = dialogue->query = NULL;
	dialogue->head_only = dialogue->asterisk = dialogue->expects_continue = dialogue->keep_alive = false;
	dialogue->request_id[0] = '\0';
	dialogue->refused = ERR_NONE;
	dialogue->refused_why = dialogue->allow = NULL;
	dialogue->charged = 0;
}

size_t dialogue_memory(const struct dialogue *dialogue)
{
	return sizeof *dialogue + dialogue->text.capacity + dialogue->body.capacity;
}

const char *dialogue_method(const struct dialogue *dialogue)
{
	return dialogue->phase > PHASE_LINE && dialogue->text.bytes ? dialogue->text.bytes : "";
}

enum dialogue_step dialogue_refuse(struct dialogue *dialogue, enum err_kind kind, const char *why)
{
	if (dialogue->phase <= PHASE_LINE) /* it may be half a method */
		buf_reset(&dialogue->text);
	dialogue->phase = PHASE_REFUSED;
	dialogue->refused = kind;
	dialogue->refused_why = why;
	dialogue->keep_alive = false;
	return DIALOGUE_REFUSED;
}

static enum dialogue_step refuse_invalid(struct dialogue *dialogue, const char *why)
{
	return dialogue_refuse(dialogue, ERR_INVALID, why);
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
static enum line take_line(struct dialogue *dialogue, const char *bytes, size_t length, size_t limit, size_t *ret_used)
{
	struct buf *text = &dialogue->text;
	const char *end = memchr(bytes, '\n', length);
	size_t part = end ? (size_t)(end - bytes) : length;

	*ret_used = part + (end ? 1 : 0);
	if (text->length - dialogue->line + part > limit)
		return LINE_LONG;
	buf_add(text, bytes, part);
	if (text->failed)
		return LINE_NO_MEMORY;
	if (!end)
		return LINE_MORE;

	size_t size = text->length - dialogue->line;
	if (!size || text->bytes[text->length - 1] != '\r')
		return LINE_BAD;
	text->bytes[text->length - 1] = '\0'; /* counted, so that the next line begins behind it */
	return strlen(text->bytes + dialogue->line) == size - 1 ? LINE_WHOLE : LINE_BAD;
}

/* The line has been used up. */
static void drop_line(struct dialogue *dialogue)
{
	dialogue->text.length = dialogue->line;
}

/* What to do about a line that isn't whole. */
static enum dialogue_step line_step(struct dialogue *dialogue, enum line line, enum err_kind long_kind, const char *why)
{
	switch (line) {
	case LINE_MORE:
	case LINE_WHOLE: return DIALOGUE_MORE;
	case LINE_BAD: return refuse_invalid(dialogue, "A line is malformed: it must end with CR LF and hold no NUL");
	case LINE_LONG: return dialogue_refuse(dialogue, long_kind, why);
	case LINE_NO_MEMORY: break;
	}
	return dialogue_refuse(dialogue, ERR_UNAVAILABLE, no_memory);
}

/* ---- the request line ---- */

/* METHOD SP TARGET SP HTTP/1.x, taken apart in place. An unknown method is the contract's to refuse. */
static enum dialogue_step judge_line(struct dialogue *dialogue)
{
	static const char malformed[] = "The request line is malformed", prefix[] = "HTTP/1.";
	char *method = dialogue->text.bytes;
	char *target = strchr(method, ' ');
	char *version = target ? strchr(target + 1, ' ') : NULL;

	if (!version)
		return refuse_invalid(dialogue, malformed);
	*target++ = *version++ = '\0';
	if (!is_token(method) || target - method > DIALOGUE_METHOD_MAX + 1 || !*target)
		return refuse_invalid(dialogue, malformed);
	if (version - target > DIALOGUE_TARGET_MAX + 1)
		return dialogue_refuse(dialogue, ERR_HEADERS_TOO_LARGE, too_large_head);

	const char minor = strlen(version) < sizeof prefix ? '\0' : version[sizeof prefix - 1];
	if (strncmp(version, prefix, sizeof prefix - 1) != 0 || !minor || !strchr("0123456789", minor) ||
	    version[sizeof prefix])
		return refuse_invalid(dialogue, "The request line must end with HTTP/1.1 or HTTP/1.0");

	dialogue->minor = minor != '0'; /* a later one is spoken to as 1.1 (RFC 9110, 2.5) */
	dialogue->target = (size_t)(target - method);
	dialogue->head_only = !strcmp(method, "HEAD");
	dialogue->line = dialogue->text.length;
	dialogue->phase = PHASE_FIELDS;
	return DIALOGUE_MORE;
}

/* RFC 9112, 2.2: some clients send an empty line after a body. */
static enum dialogue_step feed_start(struct dialogue *dialogue, const char *bytes, size_t length, size_t *ret_used)
{
	size_t at = 0;

	while (at < length && (bytes[at] == '\r' || bytes[at] == '\n'))
		at++;
	*ret_used = at;
	dialogue->wire_bytes += at;
	if (dialogue->wire_bytes > EMPTY_LINES_MAX)
		return refuse_invalid(dialogue, "There is nothing but empty lines");
	if (at == length)
		return DIALOGUE_MORE;
	if (!token_bytes[(unsigned char)bytes[at]]) /* such as TLS: there may never be a line's end */
		return refuse_invalid(dialogue, "This is not HTTP");
	dialogue->wire_bytes = 0;
	dialogue->phase = PHASE_LINE;
	return DIALOGUE_MORE;
}

static enum dialogue_step feed_line(struct dialogue *dialogue, const char *bytes, size_t length, size_t *ret_used)
{
	enum line line = take_line(dialogue, bytes, length, LINE_MAX_BYTES, ret_used);

	return line == LINE_WHOLE ? judge_line(dialogue)
				  : line_step(dialogue, line, ERR_HEADERS_TOO_LARGE, too_large_head);
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

static void read_fields(const struct dialogue *dialogue, struct head *head)
{
	for (size_t i = 0; i < dialogue->fields_count; i++) {
		const char *name = dialogue->text.bytes + dialogue->fields[i].name;
		const char *value = dialogue->text.bytes + dialogue->fields[i].value;
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
static void take_request_id(struct dialogue *dialogue, const char *value)
{
	if (value && dispatch_id_fits(value))
		memcpy(dialogue->request_id, value, strlen(value) + 1);
}

/* How long the body is must be said once, in one way: whoever reads it in another way than a proxy before us is a hole.
 * Sets phase and remaining. */
static enum dialogue_step judge_framing(struct dialogue *dialogue, const struct head *head)
{
	const char *length = head->values[KNOWN_LENGTH];

	if (head->counts[KNOWN_LENGTH] + head->counts[KNOWN_ENCODING] > 1)
		return refuse_invalid(dialogue, "The body's length must be said once");
	if (head->counts[KNOWN_ENCODING]) {
		if (!dialogue->minor || strcasecmp(head->values[KNOWN_ENCODING], "chunked") != 0)
			return refuse_invalid(dialogue, "Transfer-Encoding must be chunked, in HTTP/1.1");
		dialogue->phase = PHASE_CHUNK_SIZE;
		return DIALOGUE_HEAD;
	}
	dialogue->phase = PHASE_WHOLE;
	if (!length)
		return DIALOGUE_WHOLE;
	if (!*length || length[strspn(length, "0123456789")])
		return refuse_invalid(dialogue, "Content-Length must be a number");
	dialogue->remaining = strlen(length) > 18 ? SIZE_MAX : strtoull(length, NULL, 10);
	if (dialogue->remaining > LIMIT_BODY)
		return dialogue_refuse(dialogue, ERR_TOO_LARGE, too_large_body);
	if (!dialogue->remaining)
		return DIALOGUE_WHOLE;
	dialogue->phase = PHASE_BODY;
	return DIALOGUE_HEAD;
}

/* NULL, or what is wrong. `*` is the server as a whole, which only OPTIONS asks about. */
static const char *judge_target(struct dialogue *dialogue)
{
	char *target = dialogue->text.bytes + dialogue->target;

	if (!strcmp(target, "*") && !strcmp(dialogue_method(dialogue), "OPTIONS")) {
		dialogue->asterisk = true;
		dialogue->path = target;
		*target = '/';
		return NULL;
	}
	const char *fault = target_split(target, &dialogue->path, &dialogue->query);
	if (!fault && !target_decode_path(dialogue->path))
		fault = "The path is malformed";
	if (fault)
		dialogue->path = dialogue->query = NULL;
	return fault;
}

static enum dialogue_step judge_head(struct dialogue *dialogue)
{
	struct head head = {.close = false};

	/* From here on pointers lead into the text, so what is still to be added, lines of a chunked body, must not
	 * move it. */
	if (!buf_reserve(&dialogue->text, CHUNK_LINE_MAX))
		return dialogue_refuse(dialogue, ERR_UNAVAILABLE, no_memory);
	read_fields(dialogue, &head);
	take_request_id(dialogue, head.values[KNOWN_ID]);
	if (head.counts[KNOWN_HOST] > 1 || (dialogue->minor && !head.counts[KNOWN_HOST]))
		return refuse_invalid(dialogue, "There must be one Host header field");
	const char *host = head.values[KNOWN_HOST];
	if (host && *host && !target_authority_valid(host, strlen(host)))
		return refuse_invalid(dialogue, "The Host header field must be a host, and perhaps a port");
	const char *fault = judge_target(dialogue);
	if (fault)
		return refuse_invalid(dialogue, fault);
	dialogue->keep_alive = !head.close && (dialogue->minor || head.keep_alive);
	dialogue->expects_continue =
	    dialogue->minor && head.counts[KNOWN_EXPECT] && lists(head.values[KNOWN_EXPECT], "100-continue");
	return judge_framing(dialogue, &head);
}

static enum dialogue_step feed_fields(struct dialogue *dialogue, const char *bytes, size_t length, size_t *ret_used)
{
	enum line line = take_line(dialogue, bytes, length, DIALOGUE_FIELDS_BYTES, ret_used);

	dialogue->wire_bytes += *ret_used;
	if (dialogue->wire_bytes > DIALOGUE_FIELDS_BYTES)
		return dialogue_refuse(dialogue, ERR_HEADERS_TOO_LARGE, too_large_head);
	if (line != LINE_WHOLE)
		return line_step(dialogue, line, ERR_HEADERS_TOO_LARGE, too_large_head);

	char *name = dialogue->text.bytes + dialogue->line;
	if (!*name) {
		drop_line(dialogue);
		dialogue->wire_bytes = 0;
		return judge_head(dialogue);
	}
	char *value = split_field(name);
	if (!value)
		return refuse_invalid(dialogue, "A header field is malformed");
	if (dialogue->fields_count == DIALOGUE_FIELDS_MAX)
		return dialogue_refuse(dialogue, ERR_HEADERS_TOO_LARGE, too_large_head);
	dialogue->fields[dialogue->fields_count].name = (uint32_t)(name - dialogue->text.bytes);
	dialogue->fields[dialogue->fields_count++].value = (uint32_t)(value - dialogue->text.bytes);
	dialogue->line = dialogue->text.length;
	return DIALOGUE_MORE;
}

/* ---- the body ---- */

/* Takes what is there of `remaining` bytes. */
static enum dialogue_step take_body(struct dialogue *dialogue, const char *bytes, size_t length, size_t *ret_used,
				    enum dialogue_phase next)
{
	size_t part = length < dialogue->remaining ? length : dialogue->remaining;

	*ret_used = part;
	buf_add(&dialogue->body, bytes, part);
	if (dialogue->body.failed)
		return dialogue_refuse(dialogue, ERR_UNAVAILABLE, no_memory);
	dialogue->remaining -= part;
	if (!dialogue->remaining)
		dialogue->phase = next;
	return dialogue->phase == PHASE_WHOLE ? DIALOGUE_WHOLE : DIALOGUE_MORE;
}

static enum dialogue_step feed_body(struct dialogue *dialogue, const char *bytes, size_t length, size_t *ret_used)
{
	return take_body(dialogue, bytes, length, ret_used, PHASE_WHOLE);
}

static enum dialogue_step feed_chunk(struct dialogue *dialogue, const char *bytes, size_t length, size_t *ret_used)
{
	return take_body(dialogue, bytes, length, ret_used, PHASE_CHUNK_END);
}

/* A line between chunks; it isn't kept. False: *ret_step says how to go on. */
static bool take_chunk_line(struct dialogue *dialogue, const char *bytes, size_t length, size_t *ret_used,
			    enum dialogue_step *ret_step)
{
	enum line line = take_line(dialogue, bytes, length, CHUNK_LINE_MAX, ret_used);

	dialogue->wire_bytes += *ret_used;
	*ret_step = line_step(dialogue, line, ERR_INVALID, "A line of the chunked body is too long");
	if (*ret_step == DIALOGUE_MORE && dialogue->wire_bytes > (size_t)DIALOGUE_CHUNKS_FACTOR * LIMIT_BODY)
		*ret_step = dialogue_refuse(dialogue, ERR_TOO_LARGE, too_large_body);
	if (*ret_step != DIALOGUE_MORE || line != LINE_WHOLE)
		return false;
	drop_line(dialogue);
	return true;
}

static enum dialogue_step feed_chunk_size(struct dialogue *dialogue, const char *bytes, size_t length, size_t *ret_used)
{
	enum dialogue_step step;
	char *end;

	if (!take_chunk_line(dialogue, bytes, length, ret_used, &step))
		return step;
	const char *line = dialogue->text.bytes + dialogue->line;
	size_t digits = strspn(line, "0123456789abcdefABCDEF");
	if (!digits || digits > 8 || (line[digits] && line[digits] != ';'))
		return refuse_invalid(dialogue, "A chunk's size is malformed");
	dialogue->remaining = strtoul(line, &end, 16);
	if (dialogue->remaining > LIMIT_BODY - dialogue->body.length)
		return dialogue_refuse(dialogue, ERR_TOO_LARGE, too_large_body);
	dialogue->phase = dialogue->remaining ? PHASE_CHUNK : PHASE_TRAILERS;
	return DIALOGUE_MORE;
}

static enum dialogue_step feed_chunk_end(struct dialogue *dialogue, const char *bytes, size_t length, size_t *ret_used)
{
	enum dialogue_step step;

	if (!take_chunk_line(dialogue, bytes, length, ret_used, &step))
		return step;
	if (dialogue->text.bytes[dialogue->line])
		return refuse_invalid(dialogue, "A chunk is longer than its size");
	dialogue->phase = PHASE_CHUNK_SIZE;
	return DIALOGUE_MORE;
}

/* Fields after the body: checked, and passed over. */
static enum dialogue_step feed_trailers(struct dialogue *dialogue, const char *bytes, size_t length, size_t *ret_used)
{
	enum dialogue_step step;

	if (!take_chunk_line(dialogue, bytes, length, ret_used, &step))
		return step;
	char *line = dialogue->text.bytes + dialogue->line;
	if (*line)
		return split_field(line) ? DIALOGUE_MORE : refuse_invalid(dialogue, "A trailer is malformed");
	dialogue->phase = PHASE_WHOLE;
	return DIALOGUE_WHOLE;
}

typedef enum dialogue_step feed_fn(struct dialogue *dialogue, const char *bytes, size_t length, size_t *ret_used);
static feed_fn *const feeders[PHASES] = {
    [PHASE_START] = feed_start,		  [PHASE_LINE] = feed_line,	[PHASE_FIELDS] = feed_fields,
    [PHASE_BODY] = feed_body,		  [PHASE_CHUNK] = feed_chunk,	[PHASE_CHUNK_SIZE] = feed_chunk_size,
    [PHASE_CHUNK_END] = feed_chunk_end, [PHASE_TRAILERS] = feed_trailers,
};

enum dialogue_step dialogue_feed(struct dialogue *dialogue, const char *bytes, size_t length, size_t *ret_used)
{
	enum dialogue_step step = DIALOGUE_MORE;
	size_t used = 0;

	while (used < length && step == DIALOGUE_MORE) {
		size_t part = 0;

		step = feeders[dialogue->phase](dialogue, bytes + used, length - used, &part);
		used += part;
	}
	*ret_used = used;
	return step;
}

/* ---- for dispatch ---- */

static bool fill_pairs(struct dialogue *dialogue, struct arena *arena, struct request *request)
{
	struct pair *headers = arena_array(arena, dialogue->fields_count + 1, sizeof *headers);
	size_t capacity = dialogue->query ? target_count_parameters(dialogue->query) : 0;
	struct pair *query = NULL;
	/* decoded in place, and the request may be asked for again */
	char *text = arena_strdup(arena, dialogue->query);

	if (capacity > TARGET_PARAMETERS_MAX)
		capacity = TARGET_PARAMETERS_MAX;
	if (capacity)
		query = arena_array(arena, capacity, sizeof *query);
	if (!headers || (capacity && (!query || !text))) {
		dialogue->refused = ERR_UNAVAILABLE;
		dialogue->refused_why = no_memory;
		return false;
	}
	for (size_t i = 0; i < dialogue->fields_count; i++)
		headers[i] = (struct pair){.name = dialogue->text.bytes + dialogue->fields[i].name,
					   .value = dialogue->text.bytes + dialogue->fields[i].value};
	request->headers = headers;
	request->headers_count = dialogue->fields_count;
	if (capacity && !target_decode_query(text, query, capacity, &request->query_count)) {
		dialogue->refused = ERR_INVALID;
		dialogue->refused_why = "The query string is malformed, or has more than 64 parameters";
		return false;
	}
	request->query = query;
	return true;
}

void dialogue_request(struct dialogue *dialogue, const char *address, struct arena *arena, struct request *ret_request)
{
	struct request request = {
	    .method = dialogue->head_only ? "GET" : dialogue_method(dialogue),
	    .path = dialogue->path ? dialogue->path : "/",
	    .body = dialogue->body.bytes,
	    .body_length = dialogue->body.length,
	    .address = address,
	    .request_id = dialogue->request_id,
	};

	if (dialogue->refused == ERR_NONE)
		fill_pairs(dialogue, arena, &request);
	request.refused = dialogue->refused;
	request.refused_why = dialogue->refused_why;
	request.allow = dialogue->allow;
	*ret_request = request;
}
