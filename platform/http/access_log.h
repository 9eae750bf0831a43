/* access_log.h: one line of JSON per request. A thread of its own writes them, a few times a second, so that a sink
 * that is stuck never holds up an event loop: what doesn't fit into its buffer meanwhile is dropped and counted, and so
 * is what can't be written. The next line that can be says how many are missing; that the log fails, and that it works
 * again, is said on standard error.
 *
 * Nothing personal gets in: addresses lose their last part (IPv4 keeps 24 bits, IPv6 48), paths, query strings, header
 * fields and bodies are not there at all.
 */
#ifndef VITRINE_PLATFORM_HTTP_ACCESS_LOG_H
#define VITRINE_PLATFORM_HTTP_ACCESS_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct access_log;

struct access_entry {
	const char *request_id, *op, *method;
	int status;
	size_t bytes;         /* of the answer's body */
	int64_t microseconds; /* from the request's first byte to the answer */
	const char *address;  /* the peer's, whole; "": a Unix socket */
	const char *cause;    /* of a 5xx; NULL otherwise */
};

/* `path` NULL: standard error. Waits for nobody: a FIFO may find its reader later. ERR_FILE. */
bool access_log_open(const char *path, struct access_log **ret_log, struct err *err);

/* From any thread. `log` NULL: nothing happens. */
void access_log_add(struct access_log *log, const struct access_entry *entry);

/* Opens the file again, under its name: after somebody moved it away. Keeps the old one when that fails. */
void access_log_reopen(struct access_log *log);

/* Lines dropped so far. */
uint64_t access_log_dropped(struct access_log *log);

/* Writes what is left, and frees. NULL-safe; returns NULL. */
struct access_log *access_log_close(struct access_log *log);

/* The address as it is logged. */
void access_log_shorten(const char *address, char ret_text[46]);

#endif
