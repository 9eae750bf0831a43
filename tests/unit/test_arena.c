/* Arenas: zeroed, aligned, apart from each other, and never more than the limit. */
#include "tests/unit/unit.h"

#include <stdalign.h>

#include "base/arena.h"

static int set_up(void **state)
{
	struct arena *arena = test_malloc(sizeof *arena);

	arena_init(arena, 1024 * 1024);
	*state = arena;
	return 0;
}

static int tear_down(void **state)
{
	arena_done(*state);
	test_free(*state);
	return 0;
}

static void memory_is_zeroed_and_aligned(void **state)
{
	for (size_t size = 0; size < 300; size++) {
		unsigned char *bytes = arena_alloc(*state, size);

		assert_non_null(bytes);
		assert_int_equal((uintptr_t)bytes % alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(bytes[i], 0);
		if (size)
			memset(bytes, 0xAA, size);
	}
	/* Also what was used before a reset. */
	arena_reset(*state);
	unsigned char *again = arena_alloc(*state, 4000);
	for (size_t i = 0; i < 4000; i++)
		assert_int_equal(again[i], 0);
}

/* Random sizes: what was written to one piece is still there when all others have been written. */
static void pieces_dont_overlap(void **state)
{
	enum { PIECES = 400 };
	uint64_t draw = chance_seed();
	unsigned char *pieces[PIECES];
	size_t sizes[PIECES];

	for (size_t i = 0; i < PIECES; i++) {
		sizes[i] = chance_below(&draw, i % 50 == 0 ? 20000 : 900);
		pieces[i] = arena_alloc(*state, sizes[i]);
		assert_non_null(pieces[i]);
		memset(pieces[i], (int)(i & 0xFF), sizes[i]);
	}
	for (size_t i = 0; i < PIECES; i++)
		for (size_t byte = 0; byte < sizes[i]; byte++)
			assert_int_equal(pieces[i][byte], i & 0xFF);
}

static void keeps_its_limit(void **state)
{
	struct arena *arena = *state;
	size_t pieces = 0;

	arena->limit = 10000;
	while (arena_alloc(arena, 100))
		pieces++;
	assert_in_range(pieces, 10000 / 112 - 1, 100);
	assert_true(arena->used <= 10000);
	assert_null(arena_alloc(arena, 10001));
	assert_null(arena_alloc(arena, SIZE_MAX));
	assert_null(arena_alloc(arena, SIZE_MAX - 8));
	assert_null(arena_array(arena, SIZE_MAX / 2, 3));
	assert_null(arena_array(arena, SIZE_MAX, SIZE_MAX));
	assert_null(arena_strndup(arena, "", SIZE_MAX));
	arena_reset(arena);
	assert_int_equal(arena->used, 0);
	assert_non_null(arena_alloc(arena, 9984));
	assert_null(arena_alloc(arena, 100));
}

static void copies_are_terminated(void **state)
{
	assert_string_equal(arena_strndup(*state, "abcdef", 3), "abc");
	assert_string_equal(arena_strndup(*state, "abc", 0), "");
	assert_string_equal(arena_strdup(*state, "price"), "price");
	assert_null(arena_strdup(*state, NULL));
	assert_string_equal(arena_printf(*state, "%s-%03d", "a", 7), "a-007");
	assert_string_equal(arena_printf(*state, "%s", ""), "");

	char *copy = arena_memdup(*state, "\0\1\2", 3);
	assert_memory_equal(copy, "\0\1\2", 3);
	assert_non_null(arena_memdup(*state, NULL, 0));

	/* Longer than a block. */
	char long_text[9001];
	memset(long_text, 'z', sizeof long_text - 1);
	long_text[sizeof long_text - 1] = '\0';
	assert_string_equal(arena_printf(*state, "%s", long_text), long_text);
}

static void may_be_used_again(void **state)
{
	struct arena *arena = *state;

	arena_done(NULL);
	arena_reset(arena); /* nothing in it yet */
	assert_non_null(arena_alloc(arena, 100000));
	arena_done(arena);
	assert_int_equal(arena->used, 0);
	assert_null(arena->head);
	assert_non_null(arena_alloc(arena, 10));
	arena_done(arena);
	arena_done(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(memory_is_zeroed_and_aligned, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(pieces_dont_overlap, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(keeps_its_limit, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(copies_are_terminated, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(may_be_used_again, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
