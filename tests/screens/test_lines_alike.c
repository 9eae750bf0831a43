/* The two faces say the same: every word that the full screen shows of a screen is said by the lines of the same
 * screen. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/screens/spoken.h"

/* As many columns as there may be without a pane beside, and so few rows that there is no strip: these show what
 * another screen says. */
enum { WIDTH = 108, HEIGHT = 19, WORDS_MAX = 4000, WORD_SIZE = 64, CHROME_ABOVE = 2, CHROME_BELOW = 3 };

struct words {
	char words[WORDS_MAX][WORD_SIZE];
	size_t count;
};

/* Bytes of the first character. */
static size_t length_of_one(const char *at)
{
	size_t length = 1;

	while (((unsigned char)at[length] & 0xC0) == 0x80)
		length++;
	return length;
}

/* Is it a sign that is only there to be seen? Charts and pictures are made of U+2580 to U+259F. */
static bool is_drawn(const char *at)
{
	static const char *const drawn[] = {"•", "·", "–", "─", "│", "┃", "┄", "✓", "←",
					    "→", "▲", "▼", "›", "●", "\xE2\x96"};

	for (size_t i = 0; i < COUNT_OF(drawn); i++)
		if (!strncmp(at, drawn[i], strlen(drawn[i])))
			return true;
	return false;
}

static bool is_of_word(char byte)
{
	return (unsigned char)byte >= 0x80 || (byte >= '0' && byte <= '9') ||
	       ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z');
}

/* The words of a text, without the signs around them; what was cut is none. */
static void add_words(struct words *words, const char *text)
{
	static char copy[STAGE_TEXT * 4];

	snprintf(copy, sizeof copy, "%s", text);
	for (char *at = copy; *at; at += length_of_one(at))
		if (is_drawn(at))
			memset(at, ' ', length_of_one(at));
	for (const char *at = copy + strspn(copy, " \n"); *at;) {
		const char *word = at, *end = at + strcspn(at, " \n");

		at = end + strspn(end, " \n");
		while (word < end && !is_of_word(*word))
			word++;
		while (end > word && !is_of_word(end[-1]))
			end--;
		size_t length = (size_t)(end - word);
		if (!length || length >= WORD_SIZE || memmem(word, length, "…", strlen("…")))
			continue;
		assert_true(words->count < WORDS_MAX);
		snprintf(words->words[words->count++], WORD_SIZE, "%.*s", (int)length, word);
	}
}

static bool has_word(const struct words *words, const char *word)
{
	for (size_t i = 0; i < words->count; i++)
		if (!strcmp(words->words[i], word))
			return true;
	return false;
}

struct state {
	const char *keys;  /* to get there on the full screen */
	const char *lines; /* and by lines */
	const char *drawn; /* words that lines say otherwise, a blank on each side: keys that can't be typed in a line,
			    * axes */
};

static bool is_among(const char *words, const char *word)
{
	char wanted[WORD_SIZE + 2];

	snprintf(wanted, sizeof wanted, " %s ", word);
	return words && strstr(words, wanted);
}

static void compare(const struct state *state)
{
	static struct words shown, said;
	struct stage *stage = world.stage;
	char input[512];

	shown.count = said.count = 0;
	world_start(stage, &(struct stage_options){.width = WIDTH, .height = HEIGHT});
	stage_press(stage, state->keys);
	for (int y = CHROME_ABOVE; y < HEIGHT - CHROME_BELOW; y++)
		add_words(&shown, stage_row(stage, y, false));
	stage_leave(stage);
	snprintf(input, sizeof input, "%sshow\n\n\n\n\n\n\n\n", state->lines);
	const char *text = spoken(stage, NULL, SPOKEN_ENDED, input);
	for (const char *at = text; (at = strstr(at, "show\n")); at++)
		text = at;
	add_words(&said, text);
	assert_in_range(shown.count, 4, WORDS_MAX); /* there is something to compare */
	for (size_t i = 0; i < shown.count; i++)
		if (!has_word(&said, shown.words[i]) && !is_among(state->drawn, shown.words[i]))
			fail_msg("after \"%s\" \"%s\" is shown, but not said: %s", state->lines, shown.words[i], text);
}

static void compare_all(const char *email, const struct state *states, size_t count)
{
	struct stage *stage = world.stage;

	world_demo();
	world_start(stage, NULL);
	if (email)
		world_sign_in(stage, email);
	stage_leave(stage);
	for (size_t i = 0; i < count; i++)
		compare(&states[i]);
}

static void test_guests(void **state)
{
	static const struct state states[] = {
	    {":welcome" K_ENTER, "welcome\n", NULL},
	    {":sign in" K_ENTER, "sign in\n:", " N R G "},
	    {":sign up" K_ENTER, "sign up\n:", NULL},
	    {":platform" K_ENTER, "platform\n:", " O "},
	    {"", "", NULL},
	    {"/sencha" K_ENTER, "search sencha\n", NULL},
	    {"/nothing of that name" K_ENTER, "search nothing of that name\n", NULL},
	    {"/yirga" K_ENTER K_ENTER, "search yirga\n1\n", NULL},
	    {"c", "cart\n", NULL},
	    {"f", "f\n:", NULL},
	};

	(void)state;
	compare_all(NULL, states, COUNT_OF(states));
}

static void test_clients(void **state)
{
	static const struct state states[] = {
	    {"a" K_DOWN "a" K_DOWN "ac", "cart\n", NULL},
	    {"c" K_ENTER, "cart\ncheckout\n", NULL},
	    {":purchases" K_ENTER, "purchases\n", NULL},
	    {":purchases" K_ENTER K_DOWN K_ENTER, "purchases\n2\n", NULL},
	    {":account" K_ENTER, "account\n", NULL},
	};

	(void)state;
	compare_all(WORLD_CLIENT, states, COUNT_OF(states));
}

static void test_sellers(void **state)
{
	static const struct state states[] = {
	    {":dashboard" K_ENTER, "dashboard\n", " 0 "},
	    {"", "", NULL},
	    {" " K_DOWN " b", "tag 1,2\nb\n:", NULL},
	    {K_ENTER, "open 1\n:", NULL},
	    {"e" "9" K_ENTER "w", "e 1 9\nw\n", NULL},
	    {":account" K_ENTER, "account\n", NULL},
	    {":sales" K_ENTER, "sales\n", NULL},
	    {":sales" K_ENTER K_DOWN K_ENTER, "sales\n2\n", NULL},
	};

	(void)state;
	compare_all(WORLD_SELLER, states, COUNT_OF(states));
}

int main(void)
{
	const struct CMUnitTest tests[] = {WORLD_TEST(test_guests), WORLD_TEST(test_clients), WORLD_TEST(test_sellers)};

	return world_run(tests);
}
