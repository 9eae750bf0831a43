/* fuzz_text.c: arbitrary bytes as a text: made fit for a terminal, measured, folded, and split into words. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "models/normal.h"
#include "models/search.h"
#include "tests/fuzz/must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_MAX = 1024 * 1024 };

/* The clusters add up to the text, and text_fit stops between two of them. */
static void measure(const char *text, size_t length)
{
	struct text_cluster cluster;
	size_t at = 0;
	int width = 0, fitted;

	while (text_cluster_next(text + at, length - at, &cluster)) {
		must(cluster.length > 0 && cluster.length <= length - at, "a cluster is a part of the text");
		must(cluster.width >= 0 && cluster.width <= 8, "a cluster takes 0 to 8 columns");
		must(text_valid(text + at, cluster.length), "a cluster is of whole characters");
		if (length < 200) {
			size_t fit = text_fit(text, length, width, &fitted);
			must(fitted <= width && fit >= at, "what fits is what was counted");
		}
		at += cluster.length;
		width += cluster.width;
	}
	must(at == length, "the clusters are the text");
	must(text_width(text, length) == width, "widths add up");
}

static void sanitise(const char *text, size_t length)
{
	struct buf out, again;

	buf_init(&out, 3 * INPUT_MAX + 1);
	buf_init(&again, 3 * INPUT_MAX + 1);
	text_sanitise(&out, text, length);
	must(!out.failed && out.length <= 3 * length, "three bytes for one at most");
	must(text_valid(buf_str(&out), out.length), "it is valid text");
	must(!text_has_control(buf_str(&out), out.length), "there is no control character in it");
	for (size_t at = 0; at < out.length; at++)
		must((unsigned char)out.bytes[at] >= 0x20 && out.bytes[at] != 0x7F, "there is no control byte in it");
	text_sanitise(&again, buf_str(&out), out.length);
	must(out.length == again.length && !memcmp(buf_str(&out), buf_str(&again), out.length), "once is enough");
	measure(buf_str(&out), out.length);
	buf_done(&out);
	buf_done(&again);
}

static void check_word(struct search_word word)
{
	must(word.length > 0 && word.length <= SEARCH_WORD_MAX, "a word has its length");
	must(text_valid(word.text, word.length), "a word is of whole characters");
	must(!text_has_control(word.text, word.length), "a word has no control character");
	must(!memchr(word.text, ' ', word.length) && !memchr(word.text, '=', word.length), "a word has no sign");
}

static bool check_chunk(void *context, const struct search_chunk *chunk)
{
	size_t *words = context;

	for (size_t i = 0; i < chunk->count; i++)
		check_word(chunk->words[i]);
	check_word(chunk->joined);
	*words += chunk->count;
	return true;
}

static bool check_term(void *context, const char *term, size_t length)
{
	(void)context;
	must(length > 1 && term[0] >= '0' && term[0] <= '4', "a term begins with its place");
	must(!memchr(term, ' ', length) && !memchr(term, '"', length), "an index can take a term");
	return true;
}

/* What is kept and compared is the same when it goes in again. */
static void normalise(const char *text)
{
	static const char *(*const forms[])(struct arena *arena, const char *text) = {normal_name, normal_category_key,
										      normal_email_key};
	struct arena arena;

	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		arena_init(&arena, 64 * INPUT_MAX);
		const char *form = forms[i](&arena, text);
		must(form && text_valid(form, strlen(form)), "valid text has a form, which is valid text");
		const char *again = forms[i](&arena, form);
		must(again && !strcmp(form, again), "once is enough");
		arena_done(&arena);
	}
}

static void fold(const char *text, size_t length)
{
	struct arena arena;
	size_t words = 0, again = 0;

	arena_init(&arena, 64 * INPUT_MAX);
	const char *folded = text_fold(&arena, text, length);
	must(folded, "valid text can be folded");
	must(text_valid(folded, strlen(folded)), "folded, it is valid text");
	const char *twice = text_fold(&arena, folded, strlen(folded));
	must(twice && !strcmp(folded, twice), "once is enough");
	const char *searched = search_fold(&arena, text);
	must(searched && text_valid(searched, strlen(searched)), "it can be folded for a search");
	twice = search_fold(&arena, searched);
	must(twice && !strcmp(searched, twice), "once is enough");
	must(search_chunks(&arena, text, check_chunk, &words), "valid text has words");
	must(search_chunks(&arena, searched, check_chunk, &again), "so it has when it is folded");
	must(words == again, "the same words");
	const struct search_product product = {.name = text, .category = text, .description = text};
	must(length > 4000 || search_terms(&arena, &product, check_term, NULL), "it can be indexed");
	arena_done(&arena);
	normalise(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;

	if (size > INPUT_MAX)
		return 0;
	sanitise((const char *)data, size);

	arena_init(&arena, 2 * INPUT_MAX);
	const char *text = arena_strndup(&arena, (const char *)data, size);
	must(text, "there is memory");
	if (text_valid((const char *)data, size)) {
		must(text_count(text, size) <= size, "a character is a byte at least");
		for (size_t max = 0; max < size && max < 100; max++) {
			size_t cut = text_cut(text, max);
			must(cut <= max && max - cut < 4 && text_valid(text, cut), "cut between characters");
		}
		fold(text, size);
	} else {
		must(!text_fold(&arena, text, size) || strlen(text) < size, "ill-formed text can't be folded");
	}
	arena_done(&arena);
	return 0;
}
