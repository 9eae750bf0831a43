/* buying.h: what the screens that buy have in common: what of a cart can be bought, the call that buys it, and what its reply
 * means. The one place that decides whether it is known what became of a purchase.
 */
#ifndef VITRINE_SCREENS_APP_BUYING_H
#define VITRINE_SCREENS_APP_BUYING_H

#include "net/pending.h"
#include "screens/app/app.h"

/* How much of a row a purchase takes: what is left of it; 0: it isn't sold any more, or sold out, or bought already perhaps. */
int64_t buying_quantity(const struct cart_row *row);

/* What that costs. */
int64_t buying_amount(const struct cart_row *row);
int64_t buying_total(const struct cart_rows *rows);

/* Asks for a purchase, or asks again: with the record's key and items, as long as it takes. `again`: it may have been sent
 * before; in the base profile nothing is sent then, only looked up. The record must outlive the call. */
struct net_args buying_args(struct app *app, struct pending *pending, bool again);

enum buying_end {
	BUYING_UNKNOWN, /* it may have been made: ask again */
	BUYING_DONE,
	BUYING_REFUSED, /* nothing was bought */
	BUYING_DIFFERS, /* nothing was bought, since prices or stock are others now: buying_learn */
	BUYING_PARTLY,  /* base profile: reply->recorded says what was */
};
enum buying_end buying_end_of(const struct net_reply *reply, enum net_profile profile, bool again);

/* The cart learns from BUYING_DIFFERS what the products are like now. */
void buying_learn(struct app *app, const struct pending *pending, struct net_reply *reply);

/* The cart loses what was recorded (BUYING_PARTLY), or all that was bought. */
void buying_take_recorded(struct app *app, const struct net_reply *reply);
void buying_take_bought(struct app *app, const struct pending *pending);

/* Another number once a purchase, or its refusal, has told that prices or stock of the catalogue aren't what they were: what
 * shows them asks for them again. */
unsigned buying_news(void);

#endif
