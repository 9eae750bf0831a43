/* features.h: what a platform of the full profile names in its service document, and what it isn't sent otherwise.
 *
 * What isn't named is not offered: the call fails without being sent. What only makes a call better (the price that was
 * seen, an order of listings) is left out instead. A purchase goes as it is, since it may have been sent before with
 * the same key: whoever makes one asks net_has_feature for `delivery` first.
 */
#ifndef VITRINE_NET_FEATURES_H
#define VITRINE_NET_FEATURES_H

#include "models/account.h"
#include "net/call.h"

/* Is the feature named? Can the whole call be made? */
bool features_name(const struct service *service, const char *feature);
bool features_offer(const struct service *service, enum api_op op);

/* Makes the call such as the platform can have it. False when it has something in it that the platform doesn't offer:
 * ERR_METHOD with code "not_offered"; ERR_MEMORY. */
bool features_fit(struct call *call, const struct service *service, struct err *err);

#endif
