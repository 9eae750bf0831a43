/* fakes.h: a store and an identity that keep nothing: every operation answers the same sample, or fails as it is told
 * to. With them dispatch() can be tested by itself.
 */
#ifndef VITRINE_TESTS_UNIT_FAKES_H
#define VITRINE_TESTS_UNIT_FAKES_H

#include "platform/dispatch.h"

/* The access tokens that fake identity knows, and whose they are. */
#define FAKE_CLIENT_TOKEN "client-token"
#define FAKE_CLIENT_ID "C1"
#define FAKE_SELLER_TOKEN "seller-token"
#define FAKE_SELLER_ID "S1"
#define FAKE_SEEN 4711 /* the place of what change_list tells */
#define FAKE_OTHER_TOKEN "other-token" /* another client's */
#define FAKE_OTHER_ID "C2"
#define FAKE_GHOST_TOKEN "ghost-token" /* of an account that is gone */
#define FAKE_GHOST_ID "G1"
#define FAKE_ADDRESS "127.0.0.1" /* where all requests come from */

struct fake {
	struct store store;
	struct identity identity;
	struct platform platform;

	struct err fail;    /* what operations fail with; ERR_NONE: they succeed. account_get and verify always work */
	int retry_after;    /* given with it by sign_in and change_password */
	bool unmailed;	    /* identity needs no confirmation */
	bool throttled;	    /* what admit says, with retry_after */
	bool existed;	    /* what sign_up says */
	/* until remove, sign_up says that and gives FAKE_GHOST_ID, which no account may have any more */
	bool left_over;
	const char *kept;   /* the bytes that purchase_create answers; NULL: those of its purchase */
	bool replayed;
	size_t faults; /* of a purchase that fails */
	const char *next; /* of listings: the next place, or NULL */

	/* What happened. */
	int calls;
	const char *called; /* the last operation: "product_list" */
	struct store_page page;
	struct product_change change;
	struct store_purchase purchase;
	struct product_query query;
	const char *q; /* of purchases and sales */
	struct sale_move move;
	size_t batch;
	int status;
	int64_t days;
	const char *token;  /* the access token that change_password was given */
	const char *secret; /* the password, the code or the refresh token that identity was given, where it stands */
};

/* Fills the tables; `fake` must stay where it is. */
void fake_init(struct fake *fake);

#endif
