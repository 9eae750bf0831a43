/* clock.h: how a test stops the clock of a vitrine that it runs, and moves it on: by memory that both see
 * (tests/shared.h). The library that is preloaded into vitrine for that is clock.c.
 */
#ifndef VITRINE_TESTS_SCREENS_CLOCK_H
#define VITRINE_TESTS_SCREENS_CLOCK_H

#include <stdatomic.h>
#include <stdint.h>

#include "tests/shared.h"

#define CLOCK_VARIABLE "VITRINE_TEST_CLOCK" /* in vitrine's environment: the file's path */

struct clock_control {
	_Atomic int64_t stopped_at; /* CLOCK_MONOTONIC, in ns; 0: it runs */
};

#endif
