/* starts.h: how each call of the base profile begins; the table that names them is in first.c. Each settles its call.
 */
#ifndef VITRINE_NET_FIRST_STARTS_H
#define VITRINE_NET_FIRST_STARTS_H

#include "net/call.h"

void first_login(struct call *call);
void first_sign_up(struct call *call);
void first_client_get(struct call *call);
void first_seller_get(struct call *call);
void first_product_list(struct call *call);
void first_product_get(struct call *call);
void first_category_list(struct call *call);
void first_seller_list(struct call *call);
void first_seller_lookup(struct call *call);
void first_product_create(struct call *call);
void first_product_update(struct call *call);
void first_product_batch(struct call *call);
void first_purchase_create(struct call *call);
void first_purchase_list(struct call *call);
void first_purchase_get(struct call *call);

#endif
