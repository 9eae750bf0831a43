/* run.h: the whole app as one call, for main.
 */
#ifndef VITRINE_SCREENS_APP_RUN_H
#define VITRINE_SCREENS_APP_RUN_H

#include "screens/app/face.h"
#include "screens/app/settings.h"

/* Opens the face, runs until the person leaves, closes it. *ret_signal is the signal that ended it, or 0. False when it
 * could not start; the terminal is then as it was. */
bool app_run(const struct settings *settings, const struct face *face, int *ret_signal, struct err *err);

#endif
