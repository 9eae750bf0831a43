/* distinct.h: a rule that carts and purchases share: no product twice.
 */
#ifndef VITRINE_PLATFORM_DISTINCT_H
#define VITRINE_PLATFORM_DISTINCT_H

#include <stddef.h>

#include "platform/task.h"

/* `items` are `count` structs of `size` bytes, with their product's id (const char *) at `offset`. ERR_INVALID names
 * each that was there before. */
bool distinct_products(struct task *task, const void *items, size_t count, size_t size, size_t offset,
		       struct err *err);

#endif
