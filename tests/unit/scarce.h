/* scarce.h: memory that ends when the test says so. A program that links scarce.c with $(WRAP_MEMORY) has every
 * allocation of our own code counted; cJSON's by its hooks, utf8proc's at its door. With scarce_curl.c and
 * $(WRAP_CURL), too, what libcurl gives us; with scarce_arena.c and $(WRAP_ARENA) what an arena gives us.
 */
#ifndef VITRINE_TESTS_UNIT_SCARCE_H
#define VITRINE_TESTS_UNIT_SCARCE_H

#include <stdbool.h>
#include <stddef.h>

/* From now on the allocation number `fail_at` (the first is 0) fails, and when `for_good` all that follow it, too. */
void scarce_begin(size_t fail_at, bool for_good);

/* Of cJSON's allocations, which are many and all alike, only one in so many is counted; at first all. */
void scarce_json(size_t every);

/* Memory is plenty again. True when an allocation has failed. What was allocated since scarce_begin and not freed is a
 * failure of the test. */
bool scarce_end(void);

/* The same for a program that is no test: says how many allocations there were, and how many pieces are not freed. */
void scarce_stop(size_t *ret_count, size_t *ret_live);

/* For those who wrap more: counts an allocation. True when it has to fail. */
bool scarce_strikes(void);

#endif
