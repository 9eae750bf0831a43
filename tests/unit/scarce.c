#include "tests/unit/scarce.h"

#include "tests/unit/unit.h"

#include <cjson/cJSON.h>
#include <utf8proc.h>

/* What is live is kept in a table of places, each at the first free one from its hash on. */
enum { LIVE_PLACES = 1 << 16, LIVE_MAX = LIVE_PLACES / 2 };

static struct {
	bool on, for_good, failed;
	size_t count, fail_at;
	const void *live[LIVE_PLACES]; /* allocated since scarce_begin, not yet freed */
	size_t live_count;
	size_t json_every, json_count;
} scarce = {.json_every = 1};

bool scarce_strikes(void)
{
	if (!scarce.on)
		return false;

	size_t number = scarce.count++;
	bool now = number == scarce.fail_at || (scarce.for_good && number > scarce.fail_at);
	scarce.failed = scarce.failed || now;
	return now;
}

static size_t place_of(const void *memory)
{
	return (size_t)((uintptr_t)memory >> 4) * 2654435761U % LIVE_PLACES;
}

/* Where it is, or the free place that ends the search. */
static size_t find(const void *memory)
{
	size_t place = place_of(memory);

	while (scarce.live[place] && scarce.live[place] != memory)
		place = (place + 1) % LIVE_PLACES;
	return place;
}

static void *born(void *memory)
{
	if (!scarce.on || !memory)
		return memory;
	if (scarce.live_count == LIVE_MAX)
		abort();
	scarce.live[find(memory)] = memory;
	scarce.live_count++;
	return memory;
}

static void dead(const void *memory)
{
	size_t hole = memory && scarce.on ? find(memory) : 0;

	if (!memory || !scarce.on || !scarce.live[hole])
		return;
	scarce.live[hole] = NULL;
	scarce.live_count--;
	/* What stands behind it may have been meant for the hole. */
	for (size_t at = (hole + 1) % LIVE_PLACES; scarce.live[at]; at = (at + 1) % LIVE_PLACES) {
		const void *moved = scarce.live[at];

		scarce.live[at] = NULL;
		scarce.live[find(moved)] = moved;
	}
}

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
	return scarce_strikes() ? NULL : born(__real_malloc(size));
}

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size)
{
	return scarce_strikes() ? NULL : born(__real_calloc(count, size));
}

void *__real_realloc(void *memory, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void *__wrap_realloc(void *memory, size_t size)
{
	if (scarce_strikes())
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

/* glibc's own functions call its malloc, not ours. */
char *__real_strdup(const char *text);
char *__wrap_strdup(const char *text);
char *__wrap_strdup(const char *text)
{
	return scarce_strikes() ? NULL : born(__real_strdup(text));
}

char *__real_strndup(const char *text, size_t length);
char *__wrap_strndup(const char *text, size_t length);
char *__wrap_strndup(const char *text, size_t length)
{
	return scarce_strikes() ? NULL : born(__real_strndup(text, length));
}

static int print_new(char **ret_text, const char *format, va_list args) __attribute__((format(printf, 2, 0)));
static int print_new(char **ret_text, const char *format, va_list args)
{
	if (scarce_strikes())
		return -1;
	int length = vasprintf(ret_text, format, args);
	if (length >= 0)
		born(*ret_text);
	return length;
}

int __wrap_asprintf(char **ret_text, const char *format, ...) __attribute__((format(printf, 2, 3)));
int __wrap_asprintf(char **ret_text, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	int length = print_new(ret_text, format, args);
	va_end(args);
	return length;
}

/* What _FORTIFY_SOURCE makes of it. */
int __wrap___asprintf_chk(char **ret_text, int flag, const char *format, ...) __attribute__((format(printf, 3, 4)));
int __wrap___asprintf_chk(char **ret_text, int flag, const char *format, ...)
{
	va_list args;

	(void)flag;
	va_start(args, format);
	int length = print_new(ret_text, format, args);
	va_end(args);
	return length;
}

utf8proc_ssize_t __real_utf8proc_map(const utf8proc_uint8_t *text, utf8proc_ssize_t length, utf8proc_uint8_t **ret_text,
				     utf8proc_option_t options);
utf8proc_ssize_t __wrap_utf8proc_map(const utf8proc_uint8_t *text, utf8proc_ssize_t length, utf8proc_uint8_t **ret_text,
				     utf8proc_option_t options);
utf8proc_ssize_t __wrap_utf8proc_map(const utf8proc_uint8_t *text, utf8proc_ssize_t length, utf8proc_uint8_t **ret_text,
				     utf8proc_option_t options)
{
	if (scarce_strikes())
		return UTF8PROC_ERROR_NOMEM;
	utf8proc_ssize_t size = __real_utf8proc_map(text, length, ret_text, options);
	if (size >= 0)
		born(*ret_text);
	return size;
}

static void *json_malloc(size_t size)
{
	return scarce.json_count++ % scarce.json_every ? born(__real_malloc(size)) : __wrap_malloc(size);
}

void scarce_json(size_t every)
{
	scarce.json_every = every;
}

void scarce_begin(size_t fail_at, bool for_good)
{
	cJSON_InitHooks(&(cJSON_Hooks){.malloc_fn = json_malloc, .free_fn = __wrap_free});
	scarce.for_good = for_good;
	scarce.failed = false;
	scarce.count = scarce.json_count = 0;
	scarce.fail_at = fail_at;
	scarce.live_count = 0;
	memset(scarce.live, 0, sizeof scarce.live);
	scarce.on = true;
}

void scarce_stop(size_t *ret_count, size_t *ret_live)
{
	scarce.on = false;
	cJSON_InitHooks(NULL);
	*ret_count = scarce.count;
	*ret_live = scarce.live_count;
}

bool scarce_end(void)
{
	size_t count, live;

	scarce_stop(&count, &live);
	if (live)
		fail_msg("allocation %zu failed%s, and %zu pieces were not freed", scarce.fail_at,
			 scarce.for_good ? " and all after it" : "", live);
	return scarce.failed;
}
