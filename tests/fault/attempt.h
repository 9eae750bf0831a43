/* attempt.h: a purchase that somebody tries to make while things fail, and what is known of it. What was acknowledged
 * must be there once whatever happens then; what got no answer, or a 5xx, may be there or not, and is settled by
 * sending it again.
 */
#ifndef VITRINE_TESTS_FAULT_ATTEMPT_H
#define VITRINE_TESTS_FAULT_ATTEMPT_H

#include "tests/fault/shop.h"

struct attempt {
	size_t client;
	char key[64];
	char body[SHOP_BODY_SIZE];
	char id[SHOP_ID_SIZE];                             /* once it is known */
	enum { ATTEMPT_OPEN, ATTEMPT_BOUGHT } end;         /* open: no answer, or a failure */
	enum { ATTEMPT_KEPT, ATTEMPT_CANCEL_OPEN, ATTEMPT_CANCELLED } cancel;
};

/* Plans to buy one to three of the shop's first `goods` products. */
void attempt_plan(struct shop *shop, struct attempt *attempt, size_t client, const char *key, size_t goods,
		  uint64_t *random);

/* Sends it; cancels it. Both fill the reply, and note in the attempt what they learn. They return false for an answer
 * that makes no sense, which they print; a 5xx or none at all makes sense. */
bool attempt_buy(struct shop *shop, struct caller *caller, struct attempt *attempt, struct reply *ret_reply);
bool attempt_cancel(struct shop *shop, struct caller *caller, struct attempt *attempt, struct reply *ret_reply);

/* Nothing fails any more: sends again what is open. Then looks whether the purchase is there, as it was left, and its
 * key still gives its first answer. False, and printed, when not. */
bool attempt_settle(struct shop *shop, struct caller *caller, struct attempt *attempt);

#endif
