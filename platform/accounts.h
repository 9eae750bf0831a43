/* accounts.h: what clients' and sellers' accounts have in common.
 */
#ifndef VITRINE_PLATFORM_ACCOUNTS_H
#define VITRINE_PLATFORM_ACCOUNTS_H

#include "platform/call.h"

/* May whoever asks, without having signed in, do so once more? */
bool accounts_admit(struct call *call, struct err *err);

/* Signs up: first the login, then the account. When the second half fails, trying again completes it. */
bool accounts_create(struct call *call, enum group group, const char *path, struct err *err);

/* PATCH and DELETE of one's own account. */
bool accounts_update(struct call *call, struct err *err);
bool accounts_delete(struct call *call, struct err *err);

#endif
