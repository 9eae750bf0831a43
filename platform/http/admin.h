/* admin.h: what whoever runs a shop may do on its machine without signing in: `vitrined account` and `vitrined
 * product`.
 *
 * The shop may be served meanwhile, since each of these is made of small writes like any other. All of them block.
 */
#ifndef VITRINE_PLATFORM_HTTP_ADMIN_H
#define VITRINE_PLATFORM_HTTP_ADMIN_H

#include <stdio.h>

#include "platform/dispatch.h"

/* A line per account: id, client or seller, when it was made, e-mail, full name; parted by tabs, safe for a terminal.
 * ERR_FILE when `out` takes no more; ERR_METHOD when the store can't list them. */
bool admin_list_accounts(struct platform *platform, FILE *out, struct err *err);

/* Closes an account, its login included, and tidies up, for some seconds at most: the rest is done by whoever serves
 * the shop. ERR_NOT_FOUND. */
bool admin_close_account(struct platform *platform, const char *id, FILE *out, struct err *err);

/* Takes a product off sale, whoever's it is. ERR_NOT_FOUND. */
bool admin_archive_product(struct platform *platform, const char *id, FILE *out, struct err *err);

/* Writes the shop to a new file, and moves the shop of such a file into this one, which has to be empty or to have been
 * begun with (platform/move/move.h, which says what may fail); then says what was moved. */
bool admin_export(struct platform *platform, const char *path, FILE *out, struct err *err);
bool admin_import(struct platform *platform, const char *path, FILE *out, struct err *err);

#endif
