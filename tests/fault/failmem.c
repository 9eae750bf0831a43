/* Preloaded into vitrined: makes chosen allocations fail. VITRINE_FAULT names the control file. */
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

#include "tests/fault/fault.h"

/* glibc's own, behind the names that programs know. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);

/* What vitrined calls by those names. */
void *fail_malloc(size_t size) __asm__("malloc");
void *fail_calloc(size_t count, size_t size) __asm__("calloc");
void *fail_realloc(void *memory, size_t size) __asm__("realloc");

static struct fault_control *control;

__attribute__((constructor)) static void load(void)
{
	control = shared_map(getenv("VITRINE_FAULT"), sizeof *control);
}

static bool strikes(void)
{
	if (!control || !fault_strikes(control))
		return false;
	errno = ENOMEM;
	return true;
}

void *fail_malloc(size_t size)
{
	return strikes() ? NULL : __libc_malloc(size);
}

void *fail_calloc(size_t count, size_t size)
{
	return strikes() ? NULL : __libc_calloc(count, size);
}

void *fail_realloc(void *memory, size_t size)
{
	return strikes() ? NULL : __libc_realloc(memory, size);
}
