/* The tokenizer, and what an index keeps of a product. */
#include "models/search.h"

#include <string.h>
#include <utf8proc.h>

#include "base/buf.h"
#include "base/text.h"

/* ---- chunks and words ---- */

enum sign { SIGN_WORD, SIGN_JOINS, SIGN_ENDS };

/* What people write into codes and between the halves of a word: apostrophes, hyphens, slashes, dots. */
static bool joins(utf8proc_int32_t code)
{
	static const utf8proc_int32_t others[] = {0x00B4, 0x00B7, 0x02B9, 0x02BB, 0x02BC, 0x02BD, 0x05BE,
						  0x05F3, 0x05F4, 0x2010, 0x2011, 0x2012, 0x2013, 0x2018,
						  0x2019, 0x201B, 0x2032, 0x2044, 0x2212, 0x30FB};

	if (code < 0x80)
		return code && strchr("'`-/\\._+&:#", code);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (others[i] == code)
			return true;
	return false;
}

/* Letters, numbers, and what is left of marks, of every script. */
static enum sign sign_of(utf8proc_int32_t code)
{
	if (joins(code))
		return SIGN_JOINS;
	if (code < 0x80)
		return (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z') ? SIGN_WORD : SIGN_ENDS;

	utf8proc_category_t category = utf8proc_category(code);
	return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO ? SIGN_WORD : SIGN_ENDS;
}

/* The next sign and its bytes; 0 bytes at the end. */
static size_t next_sign(const char *at, enum sign *ret_sign)
{
	utf8proc_int32_t code = (unsigned char)*at;
	utf8proc_ssize_t size = *at != 0;

	if (code >= 0x80)
		size = utf8proc_iterate((const utf8proc_uint8_t *)at, -1, &code);
	*ret_sign = size > 0 ? sign_of(code) : SIGN_ENDS;
	return size > 0 ? (size_t)size : *at != 0;
}

/* Reads the word at `at`; its bytes, all of them. */
static size_t read_word(const char *at, struct search_word *ret_word)
{
	size_t length = 0, kept = 0, size;
	enum sign sign;

	while ((size = next_sign(at + length, &sign)) && sign == SIGN_WORD) {
		length += size;
		if (length <= SEARCH_WORD_MAX)
			kept = length;
	}
	*ret_word = (struct search_word){at, kept};
	return length;
}

/* All words as one, cut as a word is. */
static bool join(struct arena *arena, struct search_chunk *chunk)
{
	char joined[SEARCH_WORD_MAX];
	size_t length = 0;

	if (chunk->count == 1) {
		chunk->joined = chunk->words[0];
		return true;
	}
	for (size_t i = 0; i < chunk->count; i++) {
		const struct search_word *word = &chunk->words[i];
		size_t most = sizeof joined - length, fits = word->length < most ? word->length : most;

		while (fits < word->length && fits && ((unsigned char)word->text[fits] & 0xC0) == 0x80)
			fits--;
		memcpy(joined + length, word->text, fits);
		length += fits;
		if (fits < word->length)
			break;
	}
	chunk->joined = (struct search_word){arena_memdup(arena, joined, length), length};
	return chunk->joined.text;
}

bool search_chunks(struct arena *arena, const char *text, search_chunk_fn *chunk, void *context)
{
	const char *at = search_fold(arena, text);
	struct search_chunk read = {.count = 0};
	enum sign sign;
	size_t size;

	if (!at)
		return false;
	do {
		size = next_sign(at, &sign);
		if (sign == SIGN_WORD && read.count < SEARCH_CHUNK_WORDS) {
			at += read_word(at, &read.words[read.count++]);
			continue;
		}
		if (read.count && sign != SIGN_JOINS) {
			if (!join(arena, &read))
				return false;
			if (!chunk(context, &read))
				return true;
			read.count = 0;
		}
		if (sign != SIGN_WORD)
			at += size;
	} while (size);
	return true;
}

static bool add_whole(void *context, const struct search_chunk *chunk)
{
	struct buf *whole = context;

	buf_printf(whole, "%s%.*s", whole->length ? "=" : "", (int)chunk->joined.length, chunk->joined.text);
	return !whole->failed;
}

char *search_whole(struct arena *arena, const char *text)
{
	struct buf whole;

	buf_init(&whole, SIZE_MAX);
	bool good = search_chunks(arena, text, add_whole, &whole) && !whole.failed;
	char *copy = good ? arena_strdup(arena, buf_str(&whole)) : NULL;
	buf_done(&whole);
	return copy;
}

/* ---- what an index keeps ---- */

/* The words that were told already: open addressing over copies, each with its place before it. */
struct terms {
	struct arena *arena;
	const char **seen;
	size_t size, count;
	char place; /* of the words that come now */
	bool beginnings;
	size_t most; /* how many words more */
	search_term_fn *term;
	void *context;
	bool failed;
};

static const char **find_seen(const char **seen, size_t size, const char *word, size_t length)
{
	uint64_t hash = UINT64_C(0xCBF29CE484222325);

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)word[i]) * UINT64_C(0x100000001B3);
	for (size_t at = (size_t)hash & (size - 1);; at = (at + 1) & (size - 1))
		if (!seen[at] || (!strncmp(seen[at] + 1, word, length) && !seen[at][1 + length]))
			return &seen[at];
}

static bool grow_seen(struct terms *terms)
{
	size_t size = terms->size ? terms->size * 2 : 128;
	const char **seen = arena_array(terms->arena, size, sizeof *seen);

	for (size_t i = 0; seen && i < terms->size; i++)
		if (terms->seen[i])
			*find_seen(seen, size, terms->seen[i] + 1, strlen(terms->seen[i] + 1)) = terms->seen[i];
	if (seen) {
		terms->seen = seen;
		terms->size = size;
	}
	return seen;
}

/* Tells a word unless it has a better place. */
static bool tell(struct terms *terms, const char *word, size_t length)
{
	if (terms->count * 2 >= terms->size && !grow_seen(terms))
		return false;
	const char **place = find_seen(terms->seen, terms->size, word, length);
	if (*place)
		return true;
	char *copy = arena_alloc(terms->arena, length + 2);
	if (!copy)
		return false;
	copy[0] = terms->place;
	memcpy(copy + 1, word, length);
	*place = copy;
	terms->count++;
	return terms->term(terms->context, copy, length + 1);
}

static bool tell_word(struct terms *terms, const struct search_word *word)
{
	for (size_t end = terms->beginnings ? 1 : word->length; end <= word->length; end++) {
		bool parts_character = end < word->length && ((unsigned char)word->text[end] & 0xC0) == 0x80;

		if (!parts_character && !tell(terms, word->text, end))
			return terms->failed = true, false;
	}
	return true;
}

static bool tell_chunk(void *context, const struct search_chunk *chunk)
{
	struct terms *terms = context;

	for (size_t i = 0; i < chunk->count; i++) {
		if (!terms->most--)
			return false;
		if (!tell_word(terms, &chunk->words[i]))
			return false;
	}
	return chunk->count == 1 || tell_word(terms, &chunk->joined);
}

bool search_terms(struct arena *arena, const struct search_product *product, search_term_fn *term, void *context)
{
	const struct {
		const char *text;
		enum search_place place;
		bool beginnings;
		size_t most;
	} rows[] = {
	    {product->name, SEARCH_NAME_WORD, false, SIZE_MAX},
	    {product->name, SEARCH_NAME_BEGINNING, true, SIZE_MAX},
	    {product->category, SEARCH_BELONGS, true, SIZE_MAX},
	    {product->seller_name, SEARCH_BELONGS, true, SIZE_MAX},
	    {product->description, SEARCH_DESCRIPTION, false, SEARCH_DESCRIPTION_WORDS},
	};
	struct terms terms = {.arena = arena, .term = term, .context = context};
	const char *whole = product->name ? search_whole(arena, product->name) : "";
	const char *name = whole ? arena_printf(arena, "0%s", whole) : NULL;
	bool good = name && (!*whole || term(context, name, strlen(name)));

	for (size_t i = 0; good && i < sizeof rows / sizeof *rows; i++) {
		terms.place = (char)('0' + rows[i].place);
		terms.beginnings = rows[i].beginnings;
		terms.most = rows[i].most;
		good = !rows[i].text || (search_chunks(arena, rows[i].text, tell_chunk, &terms) && !terms.failed);
	}
	return good;
}
