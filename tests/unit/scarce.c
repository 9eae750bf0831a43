#include "tests/unit/scarce.h"

#include "tests/unit/unit.h"

#include <cjson/cJSON.h>
#include <utf8proc.h>

enum { LIVE_MAX = 4096 };

static struct {
	bool on, for_good, failed;
	size_t count, fail_at;
	void *live[LIVE_MAX]; /* allocated since scarce_begin, not yet freed */
	size_t live_count;
} scarce;

static bool fails(void)
{
	if (!scarce.on)
		return false;

	size_t number = scarce.count++;
	bool now = number == scarce.fail_at || (scarce.for_good && number > scarce.fail_at);
	scarce.failed = scarce.failed || now;
	return now;
}

static void *born(void *memory)
{
	if (!scarce.on || !memory)
		return memory;
	if (scarce.live_count == LIVE_MAX)
		abort();
	scarce.live[scarce.live_count++] = memory;
	return memory;
}

static void dead(const void *memory)
{
	for (size_t i = 0; scarce.on && i < scarce.live_count; i++)
		if (scarce.live[i] == memory)
			scarce.live[i--] = scarce.live[--scarce.live_count];
}

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : born(__real_malloc(size));
}

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : born(__real_calloc(count, size));
}

void *__real_realloc(void *memory, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void *__wrap_realloc(void *memory, size_t size)
{
	if (fails())
		return NULL;
	dead(memory);
	return born(__real_realloc(memory, size));
}

void __real_free(void *memory);
void __wrap_free(void *memory);
void __wrap_free(void *memory)
{
	dead(memory);
	__real_free(memory);
}

utf8proc_ssize_t __real_utf8proc_map(const utf8proc_uint8_t *text, utf8proc_ssize_t length, utf8proc_uint8_t **ret_text,
				     utf8proc_option_t options);
utf8proc_ssize_t __wrap_utf8proc_map(const utf8proc_uint8_t *text, utf8proc_ssize_t length, utf8proc_uint8_t **ret_text,
				     utf8proc_option_t options);
utf8proc_ssize_t __wrap_utf8proc_map(const utf8proc_uint8_t *text, utf8proc_ssize_t length, utf8proc_uint8_t **ret_text,
				     utf8proc_option_t options)
{
	if (fails())
		return UTF8PROC_ERROR_NOMEM;
	utf8proc_ssize_t size = __real_utf8proc_map(text, length, ret_text, options);
	if (size >= 0)
		born(*ret_text);
	return size;
}

void scarce_begin(size_t fail_at, bool for_good)
{
	cJSON_InitHooks(&(cJSON_Hooks){.malloc_fn = __wrap_malloc, .free_fn = __wrap_free});
	scarce.for_good = for_good;
	scarce.failed = false;
	scarce.count = 0;
	scarce.fail_at = fail_at;
	scarce.live_count = 0;
	scarce.on = true;
}

bool scarce_end(void)
{
	scarce.on = false;
	cJSON_InitHooks(NULL);
	if (scarce.live_count)
		fail_msg("allocation %zu failed, and %zu pieces were not freed", scarce.fail_at, scarce.live_count);
	return scarce.failed;
}
