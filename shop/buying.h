/* buying.h: what of a cart can be bought, what that costs, and what the reply to a purchase means. The one place that
 * decides whether it is known what became of a purchase. Nothing here fails.
 */
#ifndef VITRINE_SHOP_BUYING_H
#define VITRINE_SHOP_BUYING_H

#include "net/pending.h"
#include "shop/cart.h"

/* How much of a row a purchase takes: what is left of it; 0: it isn't sold any more, or sold out, or bought already
 * perhaps. */
int64_t buying_quantity(const struct cart_row *row);

/* What that costs. */
int64_t buying_amount(const struct cart_row *row);
int64_t buying_total(const struct cart_rows *rows);

enum buying_end {
	BUYING_UNKNOWN, /* it may have been made: ask again */
	BUYING_DONE,
	BUYING_REFUSED, /* nothing was bought */
	BUYING_DIFFERS, /* nothing was bought, since prices or stock are others now: buying_learn */
	BUYING_PARTLY,  /* base profile: reply->recorded says what was */
};

/* What became of a purchase by this reply. `again`: it had been asked for before. */
enum buying_end buying_end_of(const struct net_reply *reply, enum net_profile profile, bool again);

/* The cart learns from BUYING_DIFFERS what the products are like now. */
void buying_learn(struct cart_model *cart, const struct pending *pending, struct net_reply *reply);

/* The cart loses what was recorded (BUYING_PARTLY), or all that was bought. */
void buying_take_recorded(struct cart_model *cart, const struct net_reply *reply);
void buying_take_bought(struct cart_model *cart, const struct pending *pending);

#endif
