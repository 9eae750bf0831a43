/* accounts.h: what clients' and sellers' accounts have in common.
 */
#ifndef VITRINE_PLATFORM_ACCOUNTS_H
#define VITRINE_PLATFORM_ACCOUNTS_H

#include "platform/task.h"

/* May whoever asks, without having signed in, do so once more? */
bool accounts_admit(struct task *task, struct err *err);

/* Signs up: first the login, then the account. When the second half fails, trying again completes it. */
bool accounts_create(struct task *task, enum group group, const char *path, struct err *err);

/* PATCH and DELETE of one's own account. */
bool accounts_update(struct task *task, struct err *err);
bool accounts_delete(struct task *task, struct err *err);

#endif
