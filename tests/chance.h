/* chance.h: random numbers that a seed makes, for all tests in C. A generator (splitmix64) is its state; any will do as
 * a start.
 */
#ifndef VITRINE_TESTS_CHANCE_H
#define VITRINE_TESTS_CHANCE_H

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

/* The seed of this run: VITRINE_SEED, or drawn; it is printed, and in the environment from then on. */
static inline uint64_t chance_seed(void)
{
	enum { DRAWN_MAX = 1000000000 };
	static bool told;
	const char *given = getenv("VITRINE_SEED");
	char text[24];
	uint64_t seed = 0;

	if (given && *given) {
		seed = strtoull(given, NULL, 10);
	} else {
		seed = getrandom(&seed, sizeof seed, 0) == (ssize_t)sizeof seed ? seed % DRAWN_MAX : 1;
		snprintf(text, sizeof text, "%" PRIu64, seed);
		setenv("VITRINE_SEED", text, 1);
	}
	if (!told)
		printf("VITRINE_SEED=%" PRIu64 "\n", seed);
	fflush(stdout);
	told = true;
	return seed;
}

static inline uint64_t chance_next(uint64_t *state)
{
	uint64_t number = *state += UINT64_C(0x9E3779B97F4A7C15);

	number = (number ^ (number >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	number = (number ^ (number >> 27)) * UINT64_C(0x94D049BB133111EB);
	return number ^ (number >> 31);
}

/* 0 to limit - 1. */
static inline uint64_t chance_below(uint64_t *state, uint64_t limit)
{
	return chance_next(state) % limit;
}

/* A number from the environment, for longer runs by hand; otherwise the usual one. */
static inline int chance_rounds(const char *name, int usual)
{
	const char *given = getenv(name);

	return given && *given ? (int)strtol(given, NULL, 10) : usual;
}

#endif
