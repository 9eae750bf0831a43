/* open.h: opens a shop as its settings say: any store with any identity. The one place besides the tests that knows
 * which ones there are; main programs say what they want by settings.
 *
 * A program has the engines that its tables name. Those of platform/open/all.c are all of them; a program that brings
 * tables of its own is linked with no more than these need.
 */
#ifndef VITRINE_PLATFORM_OPEN_OPEN_H
#define VITRINE_PLATFORM_OPEN_OPEN_H

#include "platform/shop_settings.h"
#include "platform/stream.h"

struct db;
struct aws;
struct dynamo;

/* What is open. The store and the identity are in `platform`; the rest is for shop_close and for whoever needs an
 * engine itself. */
struct shop {
	struct platform platform; /* all but `pages` and `waits` */
	bool cheap_hash;          /* of local identity: for the demo and tests */
	/* somebody hands over what the store's table streams, so it needn't read that itself */
	bool fed;
	struct db *db;            /* the shop's file; NULL: nothing is in one */
	struct aws *aws;          /* NULL: nothing is on AWS */
	struct dynamo *dynamo;    /* the store's table; NULL: it is in none */
	stream_follow_fn *follow; /* what follows from a change of that table; NULL: there is none */
	void *follow_context;
	void (*close_file)(struct shop *shop), (*close_aws)(struct shop *shop);
};

/* Opens one of them into `shop`. */
typedef bool shop_open_fn(struct shop *shop, const struct shop_settings *settings, struct err *err);
shop_open_fn shop_open_sqlite, shop_open_local;     /* file.c */
shop_open_fn shop_open_dynamodb, shop_open_cognito; /* aws.c */

/* This program's; NULL: it has none of that kind. */
extern shop_open_fn *const shop_stores[SHOP_STORES];
extern shop_open_fn *const shop_identities[SHOP_IDENTITIES];

/* Fills in `shop`, which is zeroed but for `cheap_hash` and `fed`; to be closed in any case, with shop_close. The
 * settings' texts must stay. A file that is NULL is memory. ERR_INVALID, ERR_FILE, and what the engines say. */
bool shop_open(struct shop *shop, const struct shop_settings *settings, struct err *err);
void shop_close(struct shop *shop);

/* Has this program the store and the identity that the settings name? */
bool shop_can_open(const struct shop_settings *settings);

/* Is there a shop in the file (which is named), of this program's version? For who must neither make nor migrate one.
 * ERR_FILE. */
bool shop_check_file(const struct shop_settings *settings, struct err *err);

#endif
