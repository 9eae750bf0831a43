/* faults.h: the test's side of fault.h: has vitrined started with one of the libraries, and says which call fails.
 */
#ifndef VITRINE_TESTS_FAULT_FAULTS_H
#define VITRINE_TESTS_FAULT_FAULTS_H

#include "tests/fault/fault.h"
#include "tests/fault/shop.h"

struct faults {
	struct fault_control *control; /* NULL: not prepared */
	char library[512], path[128];
};

/* From its next start on the shop's vitrined has the library ("failio.so") loaded. Once prepared, nothing happens.
 * (main) */
void faults_prepare(struct faults *faults, struct shop *shop, const char *library);
void faults_done(struct faults *faults);

/* How many calls there were, in all. */
int64_t faults_calls(const struct faults *faults);

/* Of the calls from now on, the `first` (counted from 1) to the `last` fail. */
void faults_arm(struct faults *faults, int64_t first, int64_t last, int error);

/* None fails any more; says how many did. */
int64_t faults_disarm(struct faults *faults);

#endif
