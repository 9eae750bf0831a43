/* chance.h: random numbers that a seed makes, for tests of the screens.
 */
#ifndef VITRINE_TESTS_SCREENS_CHANCE_H
#define VITRINE_TESTS_SCREENS_CHANCE_H

#include <stddef.h>
#include <stdint.h>

/* The seed of this run: VITRINE_SEED, or drawn; printed once. */
uint64_t chance_seed(void);

/* A number from the environment, for longer runs by hand; otherwise the usual one. */
int chance_rounds(const char *name, int usual);

uint64_t chance_next(uint64_t *state);
size_t chance_below(uint64_t *state, size_t limit);

#endif
