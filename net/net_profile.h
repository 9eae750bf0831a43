/* net_profile.h: the two ways in which a platform is spoken to: the full profile, and the base profile of the first
 * platform.
 */
#ifndef VITRINE_NET_NET_PROFILE_H
#define VITRINE_NET_NET_PROFILE_H

enum net_profile { NET_PROFILE_UNKNOWN, NET_PROFILE_FULL, NET_PROFILE_BASE };

#endif
