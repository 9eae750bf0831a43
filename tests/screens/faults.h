/* faults.h: a session of a buyer in which one reply goes wrong.
 */
#ifndef VITRINE_TESTS_SCREENS_FAULTS_H
#define VITRINE_TESTS_SCREENS_FAULTS_H

#include "tests/screens/world.h"

struct fault {
	const char *action; /* of the proxy */
	const char *more;   /* of its rule; may be NULL */
};

/* Plays the session once for every call that it makes, each time with that call's first reply going wrong so. The buyer
 * tries again what was refused, as the screen says; at its end there is exactly one purchase more each time. Needs a demo and
 * a proxy. */
void faults_play(const struct fault *fault);

#endif
