/* scarce_main.h: how a test tells vitrine_scarce (a vitrine that is linked with scarce_main.c) when its memory ends,
 * and is told what became of it: by memory that both see (tests/shared.h).
 */
#ifndef VITRINE_TESTS_SCREENS_SCARCE_MAIN_H
#define VITRINE_TESTS_SCREENS_SCARCE_MAIN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "tests/shared.h"

#define SCARCE_VARIABLE "VITRINE_TEST_SCARCE" /* in its environment: the file's path */

struct scarce_control {
	_Atomic int64_t fail_at; /* the number of the allocation that fails, counted from 1; 0: none does */
	_Atomic bool for_good;   /* and so do all that follow it */
	_Atomic int64_t count;   /* told at the end: how many allocations there were */
	_Atomic int64_t live;    /* and how many pieces were not freed; the test makes it -1 before */
};

#endif
