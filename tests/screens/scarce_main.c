/* Linked into a vitrine whose memory ends when a test says so (tests/unit/scarce.h): VITRINE_FAULT names the file by
 * which the test says when, and is told at the end how many allocations there were and how many pieces were not
 * freed. */
#include "tests/fault/fault.h"
#include "tests/unit/scarce.h"

static struct fault_control *control;

__attribute__((constructor)) static void begin(void)
{
	control = fault_map(getenv("VITRINE_FAULT"));
	if (!control)
		return;
	int64_t first = atomic_load(&control->first);
	scarce_json(16);
	scarce_begin(first ? (size_t)first - 1 : SIZE_MAX, first && atomic_load(&control->last) > first);
}

__attribute__((destructor)) static void end(void)
{
	size_t count, live;

	if (!control)
		return;
	scarce_stop(&count, &live);
	atomic_store(&control->calls, (int64_t)count);
	atomic_store(&control->failed, (int64_t)live);
}
