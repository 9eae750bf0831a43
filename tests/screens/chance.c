#include "tests/screens/chance.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

uint64_t chance_seed(void)
{
	static uint64_t seed;
	static int drawn;
	const char *given = getenv("VITRINE_SEED");

	if (drawn)
		return seed;
	if (given && *given)
		seed = strtoull(given, NULL, 10);
	else if (getrandom(&seed, sizeof seed, 0) != (ssize_t)sizeof seed)
		seed = (uint64_t)getpid();
	if (!given || !*given)
		seed %= 1000000000;
	drawn = 1;
	printf("VITRINE_SEED=%llu\n", (unsigned long long)seed);
	fflush(stdout);
	return seed;
}

int chance_rounds(const char *name, int usual)
{
	const char *given = getenv(name);

	return given && *given ? (int)strtol(given, NULL, 10) : usual;
}

/* splitmix64 */
uint64_t chance_next(uint64_t *state)
{
	uint64_t number = *state += UINT64_C(0x9E3779B97F4A7C15);

	number = (number ^ (number >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	number = (number ^ (number >> 27)) * UINT64_C(0x94D049BB133111EB);
	return number ^ (number >> 31);
}

size_t chance_below(uint64_t *state, size_t limit)
{
	return (size_t)(chance_next(state) % limit);
}
