/* Linked into a vitrine whose memory ends (tests/unit/scarce.h) when a test says so. */
#include "tests/screens/scarce_main.h"

#include <stdlib.h>

#include "tests/unit/scarce.h"

enum { JSON_EVERY = 16 };

static struct scarce_control *control;

__attribute__((constructor)) static void begin(void)
{
	control = shared_map(getenv(SCARCE_VARIABLE), sizeof *control);
	if (!control)
		return;
	int64_t fail_at = atomic_load(&control->fail_at);
	scarce_json(JSON_EVERY);
	scarce_begin(fail_at ? (size_t)fail_at - 1 : SIZE_MAX, atomic_load(&control->for_good));
}

__attribute__((destructor)) static void end(void)
{
	size_t count, live;

	if (!control)
		return;
	scarce_stop(&count, &live);
	atomic_store(&control->count, (int64_t)count);
	atomic_store(&control->live, (int64_t)live);
}
