/* meter.h: how much the units of work of a database do, each: what they cost whatever machine they run on.
 *
 * One thread only, so that a unit is a transaction.
 */
#ifndef VITRINE_TESTS_UNIT_METER_H
#define VITRINE_TESTS_UNIT_METER_H

#include "platform/db/internal.h"

struct work_done {
	int64_t steps; /* of SQLite's machine */
	int64_t rows;  /* changed, those of its own tables too */
	int64_t pages; /* written to the log */
};

struct meter {
	struct db *db;
	int64_t units;
	struct work_done most; /* of any unit: each column for itself */
	struct work_done now;  /* of the unit under way */
	int64_t rows_before;
};

/* Counts what the writer commits from here on; and no longer. */
void meter_start(struct meter *meter, struct db *db);
void meter_stop(struct meter *meter);

#endif
