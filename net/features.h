/* features.h: the features that a platform of the full profile names in its service document. What needs a feature that
 * isn't named isn't sent.
 *
 * A call that needs a feature which isn't named fails without being sent. A part that only makes a call better (the
 * price that was seen, an order of listings) is left out instead. A purchase is sent as it is, since it may have been
 * sent before with the same key: its caller asks net_has_feature for `delivery` first.
 */
#ifndef VITRINE_NET_FEATURES_H
#define VITRINE_NET_FEATURES_H

#include "models/account.h"
#include "net/call.h"

/* Is the feature named? Can the whole call be made? */
bool features_name(const struct service *service, const char *feature);
bool features_offer(const struct service *service, enum api_op op);

/* Makes the call fit what the platform offers. False when it needs something that isn't offered: ERR_METHOD with code
 * "not_offered"; ERR_MEMORY. */
bool features_fit(struct call *call, const struct service *service, struct err *err);

#endif
