/* move.h: a whole shop in a file (file.h), out of any store and into any other: `vitrined export` and `vitrined
 * import`.
 *
 * The first line says what shop it is, then come its rows (store/rows.h), kind after kind in the order of their ids,
 * and the last line counts and adds them up. Passwords and sign-ins are not in it; what accounts were told of changes
 * isn't either.
 */
#ifndef VITRINE_PLATFORM_MOVE_MOVE_H
#define VITRINE_PLATFORM_MOVE_MOVE_H

#include "platform/dispatch.h"
#include "platform/move/rows.h"

/* Writes the shop to a new file (0600: personal data is in it), which is there whole or not at all. What is due is done
 * first. ERR_FILE, also when there is such a file; ERR_METHOD when the store can't. */
bool move_export(struct platform *platform, const char *path, struct tally *ret_tally, struct err *err);

/* The currency of the shop in a file: that of the shop it is moved into. ERR_FILE, ERR_INVALID. */
enum { MOVE_CURRENCY_SIZE = 4 };
bool move_currency(const char *path, char ret_currency[MOVE_CURRENCY_SIZE], struct err *err);

/* Moves the shop of a file into an empty one. The whole file is looked at before anything is written, and in the end
 * what is in the shop is compared with what the file says. Broken off, it goes on where it was when it is called again
 * with the same file. Every account gets a login that nobody knows the password of (identity's adopt). ERR_INVALID: the
 * file is damaged, with the line; ERR_CONFLICT: the shop isn't empty, or another file was begun with; ERR_METHOD when
 * store or identity can't. */
bool move_import(struct platform *platform, const char *path, struct tally *ret_tally, struct err *err);

/* False with ERR_FILE when a shop is only half moved in: it must not be served. */
bool move_is_whole(struct store *store, struct err *err);

#endif
