/* buying.h: what of a cart can be bought, what it costs, and what the reply to a purchase means. Only this file decides
 * whether the end of a purchase is known. Nothing here fails.
 */
#ifndef VITRINE_SHOP_BUYING_H
#define VITRINE_SHOP_BUYING_H

#include "net/pending.h"
#include "shop/cart.h"

/* How many units of a row a purchase takes: no more than are in stock. 0: it is no longer sold, it is sold out, or it
 * may be bought already; or its price is none, or more than LIMIT_PRICE. */
int64_t buying_quantity(const struct cart_row *row);

/* What these units cost. */
int64_t buying_amount(const struct cart_row *row);
int64_t buying_total(const struct cart_rows *rows);

enum buying_end {
	BUYING_UNKNOWN, /* perhaps it was made: ask again */
	BUYING_DONE,
	BUYING_REFUSED, /* nothing was bought */
	BUYING_DIFFERS, /* nothing was bought, because prices or stock have changed: call buying_learn */
	BUYING_PARTLY,  /* base profile: reply->recorded says what was bought */
};

/* What this reply means for the purchase. `again`: it was asked for before. */
enum buying_end buying_end_of(const struct net_reply *reply, enum net_profile profile, bool again);

/* After BUYING_DIFFERS: the cart gets the prices and the stock of now. */
void buying_learn(struct cart_model *cart, const struct pending *pending, struct net_reply *reply);

/* Takes out of the cart what was recorded (BUYING_PARTLY), or all that was bought. */
void buying_take_recorded(struct cart_model *cart, const struct net_reply *reply);
void buying_take_bought(struct cart_model *cart, const struct pending *pending);

#endif
