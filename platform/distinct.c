#include "platform/distinct.h"

#include <string.h>

bool distinct_products(struct task *task, const void *items, size_t count, size_t size, size_t offset, struct err *err)
{
	const char *first = (const char *)items + offset;
	bool good = true;

	for (size_t i = 1; i < count; i++) {
		const char *id = *(const char *const *)(const void *)(first + i * size);
		bool seen = false;

		for (size_t before = 0; before < i && !seen; before++)
			seen = !strcmp(id, *(const char *const *)(const void *)(first + before * size));
		if (seen) {
			const char *pointer = arena_printf(task->arena, "/items/%zu/product_id", i);
			good = task_invalid(task, err, pointer ? pointer : "/items", VIOLATION_twice);
		}
	}
	return good;
}
