/* outbox.h: a directory that mail is left in, for whatever carries mail on this machine: each message is a file of its
 * own, `ID.eml`, 0600, complete and on the disk before it gets that name. Safe for use by many threads.
 */
#ifndef VITRINE_PLATFORM_IDENTITY_LOCAL_OUTBOX_H
#define VITRINE_PLATFORM_IDENTITY_LOCAL_OUTBOX_H

#include <stdint.h>

#include "base/err.h"

struct outbox;

/* Both texts are copied. `from` is an address. ERR_FILE, naming the path, when it is no directory that we can write
 * to. */
struct outbox *outbox_new(const char *path, const char *from, struct err *err);

/* Returns NULL. NULL-safe. */
struct outbox *outbox_free(struct outbox *outbox);

/* Can mail be sent to that address? */
bool outbox_fits(const char *address);

struct mail {
	const char *id;                  /* a ULID: the file's name and the message's */
	const char *to, *subject, *body; /* UTF-8; the body's lines end in \n */
	int64_t date;                    /* ms */
	bool withheld;                   /* do all of the work, and then take the message back */
};

/* ERR_INVALID for an address or subject that can't stand in a header, ERR_STORAGE_FULL, ERR_UNAVAILABLE. No message
 * names the address. */
bool outbox_post(struct outbox *outbox, const struct mail *mail, struct err *err);

#endif
