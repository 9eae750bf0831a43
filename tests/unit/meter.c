#include "tests/unit/meter.h"

enum { STEPS_EACH = 100 };

static int count_steps(void *context)
{
	((struct meter *)context)->now.steps += STEPS_EACH;
	return 0;
}

static void raise_to(int64_t *most, int64_t number)
{
	*most = number > *most ? number : *most;
}

/* Pages that were written since this was asked last: those of the unit that has ended, for the most part. */
static int64_t take_pages(struct meter *meter)
{
	int pages = 0, greatest;

	sqlite3_db_status(meter->db->writer.sqlite, SQLITE_DBSTATUS_CACHE_WRITE, &pages, &greatest, 1);
	return pages;
}

static int end_unit(void *context)
{
	struct meter *meter = context;
	int64_t rows = sqlite3_total_changes64(meter->db->writer.sqlite);

	meter->units++;
	raise_to(&meter->most.steps, meter->now.steps);
	raise_to(&meter->most.rows, rows - meter->rows_before);
	raise_to(&meter->most.pages, take_pages(meter));
	meter->now.steps = 0;
	meter->rows_before = rows;
	return 0;
}

void meter_start(struct meter *meter, struct db *db)
{
	*meter = (struct meter){.db = db, .rows_before = sqlite3_total_changes64(db->writer.sqlite)};
	take_pages(meter);
	sqlite3_progress_handler(db->writer.sqlite, STEPS_EACH, count_steps, meter);
	sqlite3_commit_hook(db->writer.sqlite, end_unit, meter);
}

void meter_stop(struct meter *meter)
{
	raise_to(&meter->most.pages, take_pages(meter));
	sqlite3_progress_handler(meter->db->writer.sqlite, 0, NULL, NULL);
	sqlite3_commit_hook(meter->db->writer.sqlite, NULL, NULL);
}
