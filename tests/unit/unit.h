/* unit.h: what the unit tests share: cmocka with what it needs, and numbers that are random but can be had again.
 */
#ifndef VITRINE_TESTS_UNIT_UNIT_H
#define VITRINE_TESTS_UNIT_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* A splitmix64 generator. Its seed is UNIT_SEED of the environment, or the clock's; it is printed. */
static inline uint64_t unit_seed(void)
{
	const char *given = getenv("UNIT_SEED");
	uint64_t seed = given ? strtoull(given, NULL, 0) : (uint64_t)time(NULL);

	print_message("UNIT_SEED=%llu\n", (unsigned long long)seed);
	return seed;
}

static inline uint64_t unit_draw(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

/* 0 to bound - 1. */
static inline uint64_t unit_below(uint64_t *state, uint64_t bound)
{
	return unit_draw(state) % bound;
}

#endif
