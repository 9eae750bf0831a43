#include "models/order_search.h"

#include <string.h>
#include <strings.h>

#include "models/product.h"

enum { NUMBER_MIN = 4 };

struct reader {
	struct order_search search;
	struct arena *arena;
	bool failed, too_many;
};

static bool take_word(void *context, const char *word, size_t length)
{
	struct reader *reader = context;
	struct order_search *search = &reader->search;

	if (search->words_count == LIMIT_QUERY_WORDS)
		return reader->too_many = true, false;
	search->words[search->words_count].text = arena_strndup(reader->arena, word, length);
	search->words[search->words_count].length = length;
	reader->failed = !search->words[search->words_count].text;
	search->words_count++;
	return !reader->failed;
}

/* "# 01JD 8ZQ4" is a number, too: what stands between its letters and digits doesn't count. */
static void read_number(const char *q, struct order_search *search)
{
	size_t length = 0;

	for (; *q; q++) {
		bool letter = (*q >= 'a' && *q <= 'z') || (*q >= 'A' && *q <= 'Z');

		if (strchr(" #-", *q))
			continue;
		if ((!letter && (*q < '0' || *q > '9')) || length == sizeof search->number - 1) {
			length = 0;
			break;
		}
		search->number[length++] = *q;
	}
	search->number[length < NUMBER_MIN ? 0 : length] = '\0';
}

bool order_search_read(const char *q, struct arena *arena, struct order_search *ret_search, struct err *err)
{
	struct reader reader = {.arena = arena};

	if (!search_words(arena, q, take_word, &reader) || reader.failed)
		return err_memory(err, "searching");
	if (reader.too_many) {
		err_set(err, ERR_INVALID, "A search has %d words at most", LIMIT_QUERY_WORDS);
		return err_at(err, "q");
	}
	read_number(q, &reader.search);
	*ret_search = reader.search;
	return true;
}

bool order_search_is_number(const struct order_search *search, const char *id)
{
	size_t wanted = strlen(search->number), length = strlen(id);

	return wanted && wanted <= length && !strcasecmp(id + length - wanted, search->number);
}

struct matcher {
	const struct order_search *search;
	uint32_t missing; /* bit i: word i begins no word so far */
};

static bool match_word(void *context, const char *word, size_t length)
{
	struct matcher *matcher = context;

	for (size_t i = 0; i < matcher->search->words_count; i++)
		if (matcher->search->words[i].length <= length &&
		    !memcmp(word, matcher->search->words[i].text, matcher->search->words[i].length))
			matcher->missing &= ~(UINT32_C(1) << i);
	return matcher->missing;
}

bool order_search_in_name(const struct order_search *search, const char *name, struct arena *scratch, bool *ret_found,
			  struct err *err)
{
	struct matcher matcher = {.search = search, .missing = (UINT32_C(1) << search->words_count) - 1};

	arena_reset(scratch);
	if (!search_words(scratch, name, match_word, &matcher))
		return err_memory(err, "searching");
	*ret_found = search->words_count && !matcher.missing;
	return true;
}
