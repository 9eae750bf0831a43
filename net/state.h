/* state.h: the few files the client keeps: $XDG_STATE_HOME/vitrine, one set of files for each platform.
 *
 * A file is written whole or not at all: to a temporary name, flushed, renamed, and the directory flushed. It is
 * readable by its owner only, and one that somebody else owns or may write is not read. Not thread-safe, but other
 * processes may use the same directory.
 */
#ifndef VITRINE_NET_STATE_H
#define VITRINE_NET_STATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

struct state;

/* The directory for state: $XDG_STATE_HOME/vitrine when that is absolute, otherwise ~/.local/state/vitrine. False with
 * ERR_FILE when neither is known or it doesn't fit. */
bool state_directory(char *ret_path, size_t size, struct err *err);

/* Opens (and creates, 0700, with its parents) a directory for the files of one platform. ERR_FILE, ERR_MEMORY. */
struct state *state_new(const char *directory, const char *url, struct err *err);
struct state *state_free(struct state *state);

/* Files are named by a kind ("session") and a name within it ("" when there is but one; otherwise letters, digits, '-'
 * and '_'). All: ERR_FILE. state_read: ERR_NOT_FOUND when there is none; ERR_FILE also when it isn't a private file of
 * ours or longer than `out` may become. state_remove: no error when it is gone already. */
bool state_write(struct state *state, const char *kind, const char *name, const void *bytes, size_t length,
		 struct err *err);
bool state_read(struct state *state, const char *kind, const char *name, struct buf *out, struct err *err);
bool state_remove(struct state *state, const char *kind, const char *name, struct err *err);

/* Takes the lock of that name, which only one program at a time can have; close *ret_lock to give it back (it also ends
 * with the program). False at once with ERR_CONFLICT when another program has it; ERR_FILE when there can't be one. */
bool state_lock(struct state *state, const char *kind, int *ret_lock, struct err *err);

/* Calls `found` with the name of each file of a kind, in no order. */
bool state_list(struct state *state, const char *kind, void (*found)(void *context, const char *name), void *context,
		struct err *err);

#endif
