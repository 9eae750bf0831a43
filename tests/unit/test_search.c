/* The tokenizer, what an index keeps of a product, and how well a product is found. */
#include "tests/unit/unit.h"

#include "base/buf.h"
#include "base/text.h"
#include "models/search.h"

struct words {
	struct buf text; /* "[one][two]"; a chunk of several words "[a b=ab]" */
	size_t left;	 /* how many chunks more are wanted */
};

static bool collect(void *context, const struct search_chunk *chunk)
{
	struct words *words = context;

	buf_add_char(&words->text, '[');
	for (size_t i = 0; i < chunk->count; i++) {
		assert_in_range(chunk->words[i].length, 1, SEARCH_WORD_MAX);
		assert_true(text_valid(chunk->words[i].text, chunk->words[i].length));
		buf_printf(&words->text, "%s%.*s", i ? " " : "", (int)chunk->words[i].length, chunk->words[i].text);
	}
	assert_in_range(chunk->joined.length, 1, SEARCH_WORD_MAX);
	assert_true(text_valid(chunk->joined.text, chunk->joined.length));
	if (chunk->count > 1)
		buf_printf(&words->text, "=%.*s", (int)chunk->joined.length, chunk->joined.text);
	buf_add_char(&words->text, ']');
	return --words->left > 0;
}

static void check(const char *text, size_t wanted, const char *expected)
{
	struct words words = {.left = wanted};
	struct arena arena;

	arena_init(&arena, 1024 * 1024);
	buf_init(&words.text, 100000);
	assert_true(search_chunks(&arena, text, collect, &words));
	assert_string_equal(buf_str(&words.text), expected);
	buf_done(&words.text);
	arena_done(&arena);
}

static void splits_and_folds(void **state)
{
	(void)state;
	check("", 100, "");
	check(" \t.,;-–— ", 100, "");
	check("Yirgacheffe, washed, 250 g", 100, "[yirgacheffe][washed][250][g]");
	check("Café-crème CUPS (set of 6)", 100, "[cafe creme=cafecreme][cups][set][of][6]");
	check("cafe\xCC\x81", 100, "[cafe]");
	check("京都 煎茶 sencha", 100, "[京都][煎茶][sencha]");
	check("it's x2 A4", 100, "[it s=its][x2][a4]");
	check("L’Oréal men's", 100, "[l oreal=loreal][men s=mens]");
	check("A-100/B, a_100.b", 100, "[a 100 b=a100b][a 100 b=a100b]");
	check("Straße ½ ①", 100, "[strasse][1 2=12][1]");
	check("Łódź Ærø Þór Œuvre đường ħ", 100, "[lodz][aero][thor][oeuvre][duong][h]");
	check("ｆｕｌｌ ﬁne", 100, "[full][fine]");
	check("Lego™ Coca-Cola®", 100, "[lego][coca cola=cocacola]");
	check("Ёлка", 100, "[елка]");
	check("a🛒b", 100, "[a][b]");
	check("_under_score_", 100, "[under score=underscore]");
	check("soft\u00ADly", 100, "[softly]");
	/* Vowels of India and voiced kana are letters; points and harakat are left out. */
	check("की कि", 100, "[की][कि]");
	check("ガラス", 100, "[ガラス]");
	check("שָׁלוֹם كِتَابـ", 100, "[שלום][كتاب]");
	check("한국", 100, "[한국]");
}

static void stops_when_told(void **state)
{
	(void)state;
	check("one two three", 1, "[one]");
	check("one two three", 2, "[one][two]");
}

/* Of a long word so many bytes as fit, whole characters only; the rest of it is no word of its own. */
static void cuts_long_words(void **state)
{
	static const char *const characters[] = {"a", "я", "京", "𐐨"};

	(void)state;
	for (size_t kind = 0; kind < COUNT_OF(characters); kind++) {
		size_t size = strlen(characters[kind]);

		for (size_t count = SEARCH_WORD_MAX / size - 1; count < SEARCH_WORD_MAX / size + 40; count++) {
			struct buf text, expected;

			buf_init(&text, 1000);
			buf_init(&expected, 1000);
			buf_add_char(&expected, '[');
			for (size_t i = 0; i < count; i++) {
				buf_add_str(&text, characters[kind]);
				if ((i + 1) * size <= SEARCH_WORD_MAX)
					buf_add_str(&expected, characters[kind]);
			}
			buf_add_str(&text, " end");
			buf_add_str(&expected, "][end]");
			check(buf_str(&text), 100, buf_str(&expected));
			buf_done(&text);
			buf_done(&expected);
		}
	}
}

static size_t utf8(uint32_t code, char *to)
{
	if (code < 0x80)
		return to[0] = (char)code, 1;
	if (code < 0x800)
		return to[0] = (char)(0xC0 | code >> 6), to[1] = (char)(0x80 | (code & 0x3F)), 2;
	if (code < 0x10000)
		return to[0] = (char)(0xE0 | code >> 12), to[1] = (char)(0x80 | (code >> 6 & 0x3F)),
		       to[2] = (char)(0x80 | (code & 0x3F)), 3;
	return to[0] = (char)(0xF0 | code >> 18), to[1] = (char)(0x80 | (code >> 12 & 0x3F)),
	       to[2] = (char)(0x80 | (code >> 6 & 0x3F)), to[3] = (char)(0x80 | (code & 0x3F)), 4;
}

/* Once is enough, whatever the text. */
static void folds_once(void **state)
{
	uint64_t seed = chance_seed();

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct arena arena;
		char text[64];
		size_t length = 0;

		while (length < 40) {
			uint32_t code = (uint32_t)chance_below(&seed, round % 2 ? 0x3000 : 0x11000);

			if (code && (code < 0xD800 || code > 0xDFFF))
				length += utf8(code, text + length);
		}
		text[length] = '\0';
		arena_init(&arena, 100000);
		const char *once = search_fold(&arena, text);
		assert_non_null(once);
		assert_string_equal(search_fold(&arena, once), once);
		arena_done(&arena);
	}
}

/* A chunk ends after SEARCH_CHUNK_WORDS words; what joins them ends at SEARCH_WORD_MAX bytes, at a character. */
static void joins_what_fits(void **state)
{
	(void)state;
	check("a-b-c-d-e-f-g-h-i-j-k-l-m-n-o-p-q-r", 100,
	      "[a b c d e f g h i j k l m n o p=abcdefghijklmnop][q r=qr]");
	check("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-яяя", 100,
	      "[aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa яяя=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaя]");
	check(
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-яяя-b", 100,
	    "[aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa яяя b=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]");
}

static void fails_without_memory(void **state)
{
	struct words words = {.left = 10};
	struct arena arena;

	(void)state;
	arena_init(&arena, 2);
	buf_init(&words.text, 100);
	assert_false(search_chunks(&arena, "word", collect, &words));
	assert_false(search_chunks(&arena, "wörd", collect, &words));
	assert_string_equal(buf_str(&words.text), "");
	arena_done(&arena);
}

/* ---- how well a product is found ---- */

static const struct search_product lodz = {.name = "Lamp A-100/B from Łódź",
					   .category = "Lights & Co",
					   .seller_name = "Men's Aura",
					   .description = "Glows in the dark: don't touch. See http://lamp.example/x"};

static enum search_place place_of(const char *q, const struct search_product *product)
{
	struct search_query query;
	enum search_place place;
	struct arena arena;
	struct err err;

	arena_init(&arena, 1024 * 1024);
	assert_true(search_query_read(&arena, q, &query, &err));
	assert_true(search_find(&query, product, &arena, &place));
	arena_done(&arena);
	return place;
}

static void the_worst_word_is_the_place(void **state)
{
	static const struct {
		const char *q;
		enum search_place place;
	} rows[] = {
	    {"lamp a-100/b from lodz", SEARCH_NAME},
	    {"LAMP a100b FROM Łódź", SEARCH_NAME},
	    {"Lamp, A.100.B: from \"Lodz\"", SEARCH_NAME},
	    {"lamp a 100 b from lodz", SEARCH_NAME_WORD},
	    {"lamp", SEARCH_NAME_WORD},
	    {"lodz lamp", SEARCH_NAME_WORD},
	    {"a100b", SEARCH_NAME_WORD},
	    {"A-100/B", SEARCH_NAME_WORD},
	    {"b/100", SEARCH_NAME_WORD},
	    {"a100", SEARCH_NAME_BEGINNING},
	    {"a10", SEARCH_NAME_BEGINNING},
	    {"lam", SEARCH_NAME_BEGINNING},
	    {"lamp lo", SEARCH_NAME_BEGINNING},
	    {"lights", SEARCH_BELONGS},
	    {"lamp lig", SEARCH_BELONGS},
	    {"mens", SEARCH_BELONGS},
	    {"men's aur", SEARCH_BELONGS},
	    {"glows", SEARCH_DESCRIPTION},
	    {"lamp dark lig", SEARCH_DESCRIPTION},
	    {"dont", SEARCH_DESCRIPTION},
	    {"glow", SEARCH_PLACES},
	    {"lamp glow", SEARCH_PLACES},
	    {"amp", SEARCH_PLACES},
	    {"", SEARCH_PLACES},
	    {" -*!☕ ", SEARCH_PLACES},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (place_of(rows[i].q, &lodz) != rows[i].place)
			fail_msg("%s: %d, not %d", rows[i].q, place_of(rows[i].q, &lodz), rows[i].place);
}

static void queries_have_their_limits(void **state)
{
	static const struct {
		const char *q;
		bool good;
	} rows[] = {
	    {"a b c d e f g h i j k l m n o p", true},
	    {"a b c d e f g h i j k l m n o p P O N", true},
	    {"a b c d e f g h i j k l m n o p q", false},
	    {"a-b c-d e-f g-h i-j k-l m-n o-p", true},
	    {"a-b-c-d-e-f-g-h-i-j-k-l-m-n-o-p-q", false},
	    {"a-a b-a a-b a-b-a b-a-b a-a-b b-b-a a-b-b b-a-a a-a-a b-b-b a-a-a-a b-b-b-b a-b-a-b b-a-b-a a b", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct search_query query;
		struct arena arena;
		struct err err = {.kind = ERR_NONE};

		arena_init(&arena, 1024 * 1024);
		if (search_query_read(&arena, rows[i].q, &query, &err) != rows[i].good)
			fail_msg("%s", rows[i].q);
		if (!rows[i].good) {
			assert_int_equal(err.kind, ERR_INVALID);
			assert_string_equal(err.field, "q");
		}
		arena_done(&arena);
	}
}

/* ---- an index says the same ---- */

struct index {
	char terms[4000][64];
	size_t count;
};

static bool keep(void *context, const char *term, size_t length)
{
	struct index *index = context;

	assert_true(index->count < COUNT_OF(index->terms) && length < sizeof *index->terms);
	snprintf(index->terms[index->count++], sizeof *index->terms, "%.*s", (int)length, term);
	return true;
}

static bool has(const struct index *index, char place, const char *word, size_t length)
{
	for (size_t i = 0; i < index->count; i++)
		if (index->terms[i][0] == place && strlen(index->terms[i]) == length + 1 &&
		    !memcmp(index->terms[i] + 1, word, length))
			return true;
	return false;
}

/* By the terms alone, as a store does it. */
static enum search_place place_by_index(const struct index *index, const struct search_query *query)
{
	struct search_match match = search_match_begin(query);
	size_t told;

	if (has(index, '0', query->whole, strlen(query->whole)) && query->units_count)
		return SEARCH_NAME;
	for (size_t i = 0; i < query->words_count; i++) {
		told = 0;
		for (int place = '1'; place <= '4'; place++)
			if (has(index, (char)place, query->words[i].text, query->words[i].length)) {
				match.places[i] = (uint8_t)(place - '0');
				told++;
			}
		assert_true(told <= 1); /* each word once, with its best place */
	}
	return search_match_place(&match);
}

/* A text of a few words out of few, joined in different ways. */
static void write_text(uint64_t *seed, char *text, size_t size, unsigned most)
{
	static const char *const words[] = {"Red", "red", "re", "réd", "rødt", "A", "100", "b", "b1", "Æ", "lamp"};
	static const char *const signs[] = {" ", " ", " ", "-", "/", "'", ", ", "’"};
	size_t length = 0;

	text[0] = '\0';
	for (uint64_t count = chance_below(seed, most + 1); count; count--)
		length +=
		    (size_t)snprintf(text + length, size - length, "%s%s", words[chance_below(seed, COUNT_OF(words))],
				     count > 1 ? signs[chance_below(seed, COUNT_OF(signs))] : "");
}

static void an_index_says_the_same(void **state)
{
	uint64_t seed = chance_seed();
	unsigned seen[SEARCH_PLACES + 1] = {0};

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char name[100], category[100], seller[100], description[100], q[100];
		const struct search_product product = {name, category, seller, description};
		struct search_query query;
		struct index index = {.count = 0};
		struct arena arena;
		struct err err;

		write_text(&seed, name, sizeof name, 4);
		write_text(&seed, category, sizeof category, 2);
		write_text(&seed, seller, sizeof seller, 2);
		write_text(&seed, description, sizeof description, 5);
		write_text(&seed, q, sizeof q, 4);
		if (round % 16 == 0)
			snprintf(q, sizeof q, "%s", name);
		arena_init(&arena, 4 * 1024 * 1024);
		assert_true(search_query_read(&arena, q, &query, &err));
		assert_true(search_terms(&arena, &product, keep, &index));
		enum search_place place = place_of(q, &product);
		if (place_by_index(&index, &query) != place)
			fail_msg("\"%s\" in \"%s\", \"%s\", \"%s\", \"%s\": %d, by the index %d", q, name, category,
				 seller, description, place, place_by_index(&index, &query));
		seen[place]++;
		arena_done(&arena);
	}
	for (size_t i = 0; i < COUNT_OF(seen); i++)
		assert_true(seen[i] > 100);
}

/* The first 200 words of a description count, each as often as it is there. */
static void descriptions_count_200_words(void **state)
{
	struct buf text;
	struct search_product product = {.name = "Book"};

	(void)state;
	buf_init(&text, 10000);
	for (int i = 0; i < SEARCH_DESCRIPTION_WORDS - 2; i++)
		buf_add_str(&text, i % 2 ? "word " : "x-");
	buf_add_str(&text, "last-one too late");
	product.description = buf_str(&text);
	assert_int_equal(place_of("last one", &product), SEARCH_DESCRIPTION);
	assert_int_equal(place_of("too", &product), SEARCH_PLACES);
	buf_done(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(splits_and_folds),
	    cmocka_unit_test(stops_when_told),
	    cmocka_unit_test(cuts_long_words),
	    cmocka_unit_test(joins_what_fits),
	    cmocka_unit_test(folds_once),
	    cmocka_unit_test(fails_without_memory),
	    cmocka_unit_test(the_worst_word_is_the_place),
	    cmocka_unit_test(queries_have_their_limits),
	    cmocka_unit_test(an_index_says_the_same),
	    cmocka_unit_test(descriptions_count_200_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
