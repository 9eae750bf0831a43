/* dialogue.h: one request as it arrives, and its answer as it leaves.
 *
 * Bytes go in by dialogue_feed in pieces of any size; what is read is kept here, capped by construction: a request line
 * of 8 KiB, 16 KiB of header fields, 100 of them, a body of LIMIT_BODY. The grammar is RFC 9112's without what it
 * tolerates for the sake of old programs: a line ends with CR LF, nothing is folded, a length is said once. What two
 * programs could read in two ways is refused. A dialogue owns its memory; it belongs to one thread at a time.
 */
#ifndef VITRINE_PLATFORM_HTTP_DIALOGUE_H
#define VITRINE_PLATFORM_HTTP_DIALOGUE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "platform/dispatch.h"

enum {
	DIALOGUE_METHOD_MAX = 32,
	DIALOGUE_TARGET_MAX = 8 * 1024,
	DIALOGUE_FIELDS_BYTES = 16 * 1024,
	DIALOGUE_FIELDS_MAX = 100,
	/* A chunked body may cost this many times its greatest length on the wire: its chunks may be small, but not
	 * endless. */
	DIALOGUE_CHUNKS_FACTOR = 8,
};

/* What is sent back: the head is rendered, the body is as dispatch made it. */
struct dialogue_answer {
	int status;
	const char *op;     /* static */
	struct buf head;    /* status line and header fields */
	char *body;         /* from malloc, or NULL */
	size_t body_length; /* bytes of it that are sent: none for HEAD */
	struct err cause;   /* of a 5xx */
};

enum dialogue_phase {
	PHASE_START,
	PHASE_LINE,
	PHASE_FIELDS,
	PHASE_BODY, /* of a known length */
	PHASE_CHUNK_SIZE,
	PHASE_CHUNK,
	PHASE_CHUNK_END,
	PHASE_TRAILERS,
	PHASE_WHOLE,
	PHASE_REFUSED,
	PHASES,
};

struct dialogue {
	struct dialogue *next_free;
	enum dialogue_phase phase;
	/* method, target, names and values, each with its NUL; the fields' places are offsets into it */
	struct buf text;
	struct {
		uint32_t name, value;
	} fields[DIALOGUE_FIELDS_MAX];
	size_t fields_count;
	size_t line;       /* where the line that is being read begins in `text` */
	size_t target;     /* offset */
	size_t wire_bytes; /* of the head's fields, then of the chunked body */
	size_t remaining;  /* of the body, or of the chunk */
	struct buf body;

	/* Known once the head is whole. */
	char *path, *query; /* into text; the query is not decoded yet */
	int minor;          /* HTTP/1.0, or HTTP/1.1 and later */
	bool asterisk;      /* OPTIONS *: about the server; the path says nothing */
	bool head_only;     /* HEAD: answered as GET, without the body */
	bool expects_continue;
	bool keep_alive; /* may another request follow on this connection? */
	char request_id[REQUEST_ID_MAX + 1];

	enum err_kind refused;
	const char *refused_why; /* static */
	const char *allow;       /* static: with ERR_METHOD, the methods there are */

	int64_t started; /* µs, monotonic: its first byte */
	size_t charged;  /* bytes that its connection has accounted for it */
	struct dialogue_answer answer;
};

struct dialogue *dialogue_new(void);

/* NULL-safe; returns NULL. */
struct dialogue *dialogue_free(struct dialogue *dialogue);

/* Ready for the next request. Overwrites what might be secret and gives back all but a little memory. */
void dialogue_reset(struct dialogue *dialogue);

/* Reads on. *ret_used says how many of the bytes were taken: all of them, unless it stops at
 * HEAD (once, before the body if there is one: path, keep_alive and so on are known), WHOLE (the request is complete;
 * what follows belongs to the next one) or REFUSED (`refused` says why; nothing more can be read from this
 * connection). */
enum dialogue_step { DIALOGUE_MORE, DIALOGUE_HEAD, DIALOGUE_WHOLE, DIALOGUE_REFUSED };
enum dialogue_step dialogue_feed(struct dialogue *dialogue, const char *bytes, size_t length, size_t *ret_used);

/* Refuses from outside: a deadline, no memory, too many connections. No further request on this connection. */
enum dialogue_step dialogue_refuse(struct dialogue *dialogue, enum err_kind kind, const char *why);

/* The method as sent; "" when it isn't known yet. */
const char *dialogue_method(const struct dialogue *dialogue);

/* Bytes of memory it holds. */
size_t dialogue_memory(const struct dialogue *dialogue);

/* The request as dispatch wants it; decodes the query. Memory from `arena`, strings from the dialogue, which stays as
 * it is. A query that can't be decoded, and no memory, set `refused`. */
void dialogue_request(struct dialogue *dialogue, const char *address, struct arena *arena, struct request *ret_request);

#endif
