/* must.h: what a fuzz target expects of what it has found.
 */
#ifndef VITRINE_TESTS_FUZZ_MUST_H
#define VITRINE_TESTS_FUZZ_MUST_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static inline void must(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "not so: %s\n", what);
	abort();
}

#endif
