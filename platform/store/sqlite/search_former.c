/* The index of files from before, until search_build.c has built the one that is used now and taken this one away.
 *
 * It holds every beginning of every word of name, category and description ("c co cof …"), and the tags that the other
 * one has. Nothing here changes any more: what was put in has to be taken out by the same tokens.
 */
#include "platform/store/sqlite/search_former.h"

#include <string.h>
#include <utf8proc.h>

#include "base/buf.h"
#include "base/text.h"
#include "platform/store/sqlite/search.h"

enum { WORD_MAX = 48 };

/* Letters and numbers of every script; text_fold has taken the marks away. */
static bool is_word_part(utf8proc_int32_t code)
{
	if (code < 0x80)
		return (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z');

	utf8proc_category_t category = utf8proc_category(code);
	return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

static bool split(struct arena *arena, const char *text, bool (*word)(void *context, const char *word, size_t length),
		  void *context)
{
	const char *folded = text_fold(arena, text, strlen(text));

	if (!folded)
		return false;

	const char *start = folded; /* of the word that is being read */
	size_t kept = 0;            /* its bytes within WORD_MAX */
	for (const char *at = folded;;) {
		utf8proc_int32_t code = 0;
		utf8proc_ssize_t size = *at ? utf8proc_iterate((const utf8proc_uint8_t *)at, -1, &code) : 0;

		if (size > 0 && is_word_part(code)) {
			at += size;
			if ((size_t)(at - start) <= WORD_MAX)
				kept = (size_t)(at - start);
			continue;
		}
		if (kept && !word(context, start, kept))
			return true;
		if (!*at)
			return true;
		at += size > 0 ? size : 1;
		start = at;
		kept = 0;
	}
}

/* ---- documents ---- */

/* The words of a product that were seen, so that each is put into the document once: open addressing over copies. */
struct document {
	struct buf tokens;
	struct arena arena;
	const char **seen;
	size_t seen_size, seen_count;
	bool failed;
};

static const char **find_seen(const char **seen, size_t size, const char *word, size_t length)
{
	uint64_t hash = UINT64_C(0xCBF29CE484222325);

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)word[i]) * UINT64_C(0x100000001B3);
	for (size_t at = (size_t)hash & (size - 1);; at = (at + 1) & (size - 1))
		if (!seen[at] || (!strncmp(seen[at], word, length) && !seen[at][length]))
			return &seen[at];
}

static bool grow_seen(struct document *document)
{
	size_t size = document->seen_size ? document->seen_size * 2 : 64;
	const char **seen = arena_array(&document->arena, size, sizeof *seen);

	for (size_t i = 0; seen && i < document->seen_size; i++)
		if (document->seen[i])
			*find_seen(seen, size, document->seen[i], strlen(document->seen[i])) = document->seen[i];
	if (seen) {
		document->seen = seen;
		document->seen_size = size;
	}
	return seen;
}

/* Every beginning of the word that ends with a character. */
static bool add_word(void *context, const char *word, size_t length)
{
	struct document *document = context;

	if (document->seen_count * 2 >= document->seen_size && !grow_seen(document))
		return document->failed = true, false;
	const char **place = find_seen(document->seen, document->seen_size, word, length);
	if (*place)
		return true;
	*place = arena_strndup(&document->arena, word, length);
	document->seen_count++;
	for (size_t end = 1; end <= length; end++) {
		if (end < length && ((unsigned char)word[end] & 0xC0) == 0x80)
			continue;
		buf_add(&document->tokens, word, end);
		buf_add_char(&document->tokens, ' ');
	}
	document->failed = !*place || document->tokens.failed;
	return !document->failed;
}

static bool write_document(struct document *document, const struct product_row *row)
{
	const char *const texts[] = {row->product.name, row->product.category, row->product.description};
	char tag[SEARCH_TAG_SIZE];

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (!split(&document->arena, texts[i], add_word, document) || document->failed)
			return false;
	search_category_tag(row->product.category, tag);
	buf_add_str(&document->tokens, tag);
	buf_add_char(&document->tokens, ' ');
	search_seller_tag(row->seller, tag);
	buf_add_str(&document->tokens, tag);
	return !document->tokens.failed;
}

static bool change_index(struct db_connection *connection, const char *sql, const struct product_row *row,
			 struct err *err)
{
	struct document document = {.failed = false};

	arena_init(&document.arena, SEARCH_DOCUMENT_MAX);
	buf_init(&document.tokens, SEARCH_DOCUMENT_MAX);
	bool done = write_document(&document, row)
			? sql_run(connection, err, sql, "it", row->n, buf_str(&document.tokens))
			: err_memory(err, "indexing a product");
	buf_done(&document.tokens);
	arena_done(&document.arena);
	return done;
}

bool former_add(struct db_connection *connection, const struct product_row *row, struct err *err)
{
	return change_index(connection, "INSERT INTO search (rowid, tokens) VALUES (?, ?)", row, err);
}

bool former_remove(struct db_connection *connection, const struct product_row *row, struct err *err)
{
	return change_index(connection, "INSERT INTO search (search, rowid, tokens) VALUES ('delete', ?, ?)", row, err);
}

/* ---- queries ---- */

struct query_reader {
	struct arena *arena;
	struct former_words words;
	bool failed, too_many;
};

static bool begins(const char *text, size_t text_length, const char *start, size_t length)
{
	return length <= text_length && !memcmp(text, start, length);
}

static bool take_word(void *context, const char *word, size_t length)
{
	struct query_reader *reader = context;
	struct former_words *words = &reader->words;

	for (size_t i = 0; i < words->count; i++)
		if (words->list[i].length == length && begins(words->list[i].text, length, word, length))
			return true;
	if (words->count == LIMIT_QUERY_WORDS)
		return reader->too_many = true, false;
	words->list[words->count].text = arena_strndup(reader->arena, word, length);
	words->list[words->count].length = length;
	reader->failed = !words->list[words->count].text;
	words->count++;
	return !reader->failed;
}

/* Who asks for "coffee" needn't ask for "cof". */
static void drop_beginnings(struct former_words *words)
{
	const struct former_words all = *words;

	words->count = 0;
	for (size_t i = 0; i < all.count; i++) {
		bool needed = true;

		for (size_t j = 0; j < all.count; j++)
			needed = needed && (j == i || !begins(all.list[j].text, all.list[j].length, all.list[i].text,
							      all.list[i].length));
		if (needed)
			words->list[words->count++] = all.list[i];
	}
}

bool former_query(struct arena *arena, const char *q, struct former_words *ret_words, struct err *err)
{
	struct query_reader reader = {.arena = arena};

	if (q && (!split(arena, q, take_word, &reader) || reader.failed))
		return err_memory(err, "searching");
	if (reader.too_many)
		return err_set(err, ERR_INVALID, "A search has %d words at most", LIMIT_QUERY_WORDS) ||
		       err_at(err, "q");
	drop_beginnings(&reader.words);
	*ret_words = reader.words;
	return true;
}

static void add_term(struct buf *expression, const char *term)
{
	buf_printf(expression, "%s\"%s\"", expression->length ? " AND " : "", term);
}

const char *former_expression(struct arena *arena, const struct former_words *words, const char *category,
			      int64_t seller, struct err *err)
{
	struct buf expression;
	char tag[SEARCH_TAG_SIZE];

	buf_init(&expression, SEARCH_DOCUMENT_MAX);
	for (size_t i = 0; i < words->count; i++)
		add_term(&expression, words->list[i].text);
	if (category) {
		search_category_tag(category, tag);
		add_term(&expression, tag);
	}
	if (seller) {
		search_seller_tag(seller, tag);
		add_term(&expression, tag);
	}
	const char *text = expression.failed ? NULL : arena_strdup(arena, buf_str(&expression));
	buf_done(&expression);
	if (!text)
		err_memory(err, "searching");
	return text;
}

struct matcher {
	const struct former_words *words;
	uint32_t missing; /* bit i: word i begins no word so far */
};

static bool match_word(void *context, const char *word, size_t length)
{
	struct matcher *matcher = context;

	for (size_t i = 0; i < matcher->words->count; i++)
		if (begins(word, length, matcher->words->list[i].text, matcher->words->list[i].length))
			matcher->missing &= ~(UINT32_C(1) << i);
	return matcher->missing;
}

bool former_matches(const struct former_words *words, const char *const *texts, size_t texts_count,
		    struct arena *scratch, bool *ret_match, struct err *err)
{
	struct matcher matcher = {.words = words, .missing = (UINT32_C(1) << words->count) - 1};

	arena_reset(scratch);
	for (size_t i = 0; i < texts_count && matcher.missing; i++)
		if (!split(scratch, texts[i], match_word, &matcher))
			return err_memory(err, "searching");
	*ret_match = !matcher.missing;
	return true;
}
