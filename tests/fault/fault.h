/* fault.h: how a test tells the libraries that it preloads into vitrined (failio.c, failmem.c) which call is to fail:
 * by memory that both see (tests/shared.h).
 */
#ifndef VITRINE_TESTS_FAULT_FAULT_H
#define VITRINE_TESTS_FAULT_FAULT_H

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

#include "tests/shared.h"

struct fault_control {
	_Atomic int64_t calls;  /* so far */
	_Atomic int64_t first;  /* the number of the first call that fails, counted from 1; 0: none does */
	_Atomic int64_t last;   /* and of the last one that does */
	_Atomic int64_t failed; /* how many did */
	_Atomic int error;      /* what they fail with: an errno */
};

/* Counts a call; is it one that fails? */
static inline _Bool fault_strikes(struct fault_control *control)
{
	int64_t number = atomic_fetch_add(&control->calls, 1) + 1;
	int64_t first = atomic_load(&control->first);

	if (!first || number < first || number > atomic_load(&control->last))
		return 0;
	atomic_fetch_add(&control->failed, 1);
	return 1;
}

#endif
