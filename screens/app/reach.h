/* reach.h: can the platform be reached, and if not, why? For the platform chooser and for `vitrine info`.
 */
#ifndef VITRINE_SCREENS_APP_REACH_H
#define VITRINE_SCREENS_APP_REACH_H

#include "net/net.h"
#include "screens/app/settings.h"

enum { REACH_TEXT = 512 };

/* A sentence in `space`, which is returned: who answers and what it offers, or what is wrong and what to do about
 * it. */
const char *reach_sentence(const struct net *net, char space[REACH_TEXT]);

/* Asks the platform of the settings who it is, for so many milliseconds at most, and tells the result. */
const char *reach_try(const struct settings *settings, int milliseconds, char space[REACH_TEXT]);

#endif
