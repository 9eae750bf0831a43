/* Every letter of every script reaches the terminal: of a product's name, and while it is being typed. */
#include <stdlib.h>

#include "tests/screens/world.h"

/* Words of shops, with whatever a script has that is no letter by itself: vowel signs with a column of their own and
 * without, signs above and below in stacks, letters that come apart into two, joiners and non-joiners. */
static const struct {
	const char *script, *text;
	bool typed_only; /* as a name it would be composed */
} texts[] = {
    {"Arabic", "قَهْوَةٌ عَرَبِيَّة", false},
    {"Persian, with a non-joiner", "می‌خواهم کتاب‌ها", false},
    {"Hebrew", "שׁוֹקוֹלָד מָרִיר", false},
    {"Devanagari", "हिन्दी किताब", false},
    {"Devanagari, with a joiner", "क्‍ष और र्‍य", false},
    {"Bengali", "বাংলা চা পাতা কৌটো", false},
    {"Gurmukhi", "ਪੰਜਾਬੀ ਜੁੱਤੀਆਂ", false},
    {"Gujarati", "ગુજરાતી નાસ્તો", false},
    {"Oriya", "ଓଡ଼ିଆ ମୋତିଆ ଲୌହ", false},
    {"Tamil", "தமிழ் காபி பொடி கௌ", false},
    {"Telugu", "తెలుగు పుస్తకాలు", false},
    {"Kannada", "ಕನ್ನಡ ಕಾಫಿ ಪುಡಿ ಕೋ", false},
    {"Malayalam", "മലയാളം ചായപ്പൊടി", false},
    {"Sinhala, with a joiner", "ශ්‍රී ලංකා තේ කෝ", false},
    {"Thai", "น้ำผึ้ง กาแฟ", false},
    {"Lao", "ນ້ຳເຜິ້ງ ກາເຟ", false},
    {"Tibetan", "བོད་ཇ་རྒྱུ་ཀཿ", false},
    {"Myanmar", "မြန်မာ လက်ဖက်ခြောက်", false},
    {"Khmer", "ខ្មែរ តែបៃតង ស្រ្តី", false},
    {"Javanese", "ꦗꦮ ꦏꦺꦴꦥꦶ", false},
    {"Hangul, in letters", "\u1112\u1161\u11ab\u1100\u116e\u11a8", true},
    {"Hangul", "한국 차 상자", false},
    {"Japanese", "京都 煎茶 か\u3099", true},
    {"Vietnamese, decomposed", "cà phê sữa đa\u0301 e\u0302\u0323", true},
    {"Greek, decomposed", "καφε\u0301ς ω\u0314\u0301\u0345", true},
    {"Georgian", "ქართული ჩაი", false},
    {"Ethiopic", "የኢትዮጵያ ቡና", false},
};

/* What came since stage_forget, without the sequences in between. */
static const char *letters(struct stage *stage)
{
	static char text[256 * 1024];
	const char *bytes = buf_str(&stage->raw);
	size_t length = stage->raw.length, used = 0;

	for (size_t at = 0; at < length; at++) {
		if (bytes[at] != '\033') {
			if ((unsigned char)bytes[at] >= ' ' && used + 1 < sizeof text)
				text[used++] = bytes[at];
			continue;
		}
		char kind = at + 1 < length ? bytes[at + 1] : 0;
		for (at += 2; at < length; at++)
			if (kind == ']' ? bytes[at] == '\a' : kind != '[' || (bytes[at] >= 0x40 && bytes[at] < 0x7F))
				break;
	}
	text[used] = '\0';
	return text;
}

static void expect_all(struct stage *stage, size_t row, const char *where)
{
	if (!strstr(letters(stage), texts[row].text))
		stage_fail(stage, "%s: %s did not reach the terminal as it is %s", texts[row].script, texts[row].text,
			   where);
}

static void test_names(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_empty_shop();
	world_sign_up("/Seller", "s@example.com", "S");
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		world_product("s@example.com", texts[i].text, "C", "7.77", 5);
	world_start(stage, &(struct stage_options){.width = 100, .height = 45});
	stage_forget(stage);
	stage_press(stage, K_CTRL_L);
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		if (!texts[i].typed_only)
			expect_all(stage, i, "in a list");
}

/* The frames on the way, each a difference to the one before, have all letters, too. */
static void expect_each_letter(struct stage *stage, size_t row)
{
	const char *shown = letters(stage);

	for (const char *at = texts[row].text; *at;) {
		char letter[5] = {*at++};
		for (size_t length = 1; ((unsigned char)*at & 0xC0) == 0x80; length++)
			letter[length] = *at++;
		if (*letter != ' ' && !strstr(shown, letter))
			stage_fail(stage, "%s: a letter of %s was not seen while typing", texts[row].script,
				   texts[row].text);
	}
}

static void test_typing(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	stage_press(stage, ":sign in" K_ENTER);
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		stage_press(stage, K_CTRL_U);
		stage_forget(stage);
		for (const char *at = texts[i].text; *at;) {
			size_t length = 1;
			while (((unsigned char)at[length] & 0xC0) == 0x80)
				length++;
			stage_type_bytes(stage, at, length);
			stage_sync(stage);
			at += length;
		}
		expect_each_letter(stage, i);
		stage_forget(stage);
		stage_press(stage, K_CTRL_L);
		expect_all(stage, i, "in a field");
	}
	stage_press(stage, K_CTRL_U);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WORLD_TEST(test_names),
	    WORLD_TEST(test_typing),
	};

	return world_run(tests);
}
