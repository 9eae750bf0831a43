/* db_file.h: a database on the disk for a test, in a folder of its own that must be empty again when the test has
 * ended: no log, no temporary copy left behind.
 */
#ifndef VITRINE_TESTS_UNIT_DB_FILE_H
#define VITRINE_TESTS_UNIT_DB_FILE_H

#include "tests/unit/unit.h"

#include "platform/db/internal.h"

struct fixture {
	char folder[64], path[96], other[96]; /* `other` for a copy */
	struct db *db;
	struct arena arena;
	struct err err;
};

/* What it is opened with: each test program says it. */
extern const struct db_schema *const db_file_schemas[];

/* Without opening it, and with. */
int db_file_set_up_closed(void **state);
int db_file_set_up(void **state);
int db_file_tear_down(void **state);

void db_file_open(struct fixture *fx);

#endif
