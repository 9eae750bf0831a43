/* sqlite_target.h: SQLite in memory, for what is held against it. One store at a time.
 */
#ifndef VITRINE_TESTS_CONTRACT_SQLITE_TARGET_H
#define VITRINE_TESTS_CONTRACT_SQLITE_TARGET_H

#include "tests/contract/store_suite.h"

struct store *sqlite_target_open(void *unused);
void sqlite_target_close(struct store *store, void *unused);
extern const struct suite_target sqlite_target;

#endif
