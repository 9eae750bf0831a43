/* Whether every role can be read: contrast as WCAG 2 computes it, on the backgrounds that terminals have. */
#include "tests/unit/unit.h"

#include <math.h>
#include <stdlib.h>

#include "tui/paint/theme.h"

enum { TEXT_AT_LEAST = 450, RULE_AT_LEAST = 300 }; /* in hundredths */

static const int32_t xterm_colors[16] = {0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD,
					 0x00CDCD, 0xE5E5E5, 0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00,
					 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF};
static const int32_t vga_colors[16] = {0x000000, 0xAA0000, 0x00AA00, 0xAA5500, 0x0000AA, 0xAA00AA, 0x00AAAA, 0xAAAAAA,
				       0x555555, 0xFF5555, 0x55FF55, 0xFFFF55, 0x5555FF, 0xFF55FF, 0x55FFFF, 0xFFFFFF};

/* How a terminal shows colours. Many brighten what is bold; the console, whose colours are VGA's, does so always. */
struct terminal_kind {
	const char *name;
	enum color_depth depth;
	const int32_t *colors;
	bool brightens;
};
static const struct terminal_kind kinds[] = {
    {"24 bits", DEPTH_DIRECT, NULL, false},
    {"256 colours", DEPTH_256, xterm_colors, false},
    {"16 colours, xterm's", DEPTH_16, xterm_colors, false},
    {"16 colours, xterm's, bold is bright", DEPTH_16, xterm_colors, true},
    {"16 colours, VGA's", DEPTH_16, vga_colors, false},
    {"16 colours, VGA's, bold is bright", DEPTH_16, vga_colors, true},
    {"8 colours, xterm's", DEPTH_8, xterm_colors, false},
    {"8 colours, xterm's, bold is bright", DEPTH_8, xterm_colors, true},
    {"8 colours, the console's", DEPTH_8, vga_colors, true},
};

static const int32_t dark_grounds[] = {0x000000, 0x1E1E1E};
static const int32_t light_grounds[] = {0xFFFFFF, 0xFDF6E3, 0xE5E5E5};

static double linear(int32_t value)
{
	double part = value / 255.0;

	return part <= 0.03928 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4);
}

static double luminance(int32_t rgb)
{
	return 0.2126 * linear(rgb >> 16 & 0xFF) + 0.7152 * linear(rgb >> 8 & 0xFF) + 0.0722 * linear(rgb & 0xFF);
}

static int contrast(int32_t a, int32_t b)
{
	double one = luminance(a), other = luminance(b);

	return (int)(100 * (one > other ? (one + 0.05) / (other + 0.05) : (other + 0.05) / (one + 0.05)));
}

/* What a terminal shows for one of its colours. */
static int32_t shown(const struct terminal_kind *kind, int32_t color, bool bold)
{
	static const int32_t levels[] = {0, 95, 135, 175, 215, 255};

	if (kind->depth == DEPTH_DIRECT)
		return color;
	if (color < 16)
		return kind->colors[color < 8 && bold && kind->brightens ? color + 8 : color];
	assert_int_equal(kind->depth, DEPTH_256);
	if (color >= 232)
		return (8 + 10 * (color - 232)) * 0x010101;
	color -= 16;
	return levels[color / 36] << 16 | levels[color / 6 % 6] << 8 | levels[color % 6];
}

static int check_role(const struct theme *theme, const struct terminal_kind *kind, int role, int32_t ground)
{
	struct theme_look look = theme_role(theme, (enum role)role, kind->depth);
	bool bold = look.attrs & ATTR_BOLD;
	int least = role == ROLE_RULE ? RULE_AT_LEAST : TEXT_AT_LEAST;

	if (look.bg != COLOR_NONE)
		ground = shown(kind, look.bg, false);
	/* How dim is dim, no terminal says. */
	if (look.attrs & ATTR_DIM || (look.bg != COLOR_NONE && look.fg == COLOR_NONE)) {
		print_error("%s: role %d: nobody knows how that looks\n", kind->name, role);
		return 1;
	}
	if (look.fg == COLOR_NONE) /* both are what people have set up */
		return 0;
	int32_t color = shown(kind, look.fg, bold);
	if (contrast(color, ground) >= least)
		return 0;
	print_error("%s: role %d: %06X on %06X is %d.%02d to 1\n", kind->name, role, (unsigned)color, (unsigned)ground,
		    contrast(color, ground) / 100, contrast(color, ground) % 100);
	return 1;
}

static int check_theme(const struct theme *theme, const int32_t *grounds, size_t count)
{
	int wrong = 0;

	for (size_t kind = 0; kind < COUNT_OF(kinds); kind++)
		for (int role = 0; role < ROLES; role++)
			for (size_t ground = 0; ground < count; ground++)
				wrong += check_role(theme, &kinds[kind], role, grounds[ground]);
	return wrong;
}

static void test_contrast(void **state)
{
	int wrong = 0, seen = 0;

	(void)state;
	assert_int_equal(contrast(0x000000, 0xFFFFFF), 2100);
	assert_int_equal(contrast(0x777777, 0xFFFFFF), 447);
	for (size_t at = 0; theme_name_at(at); at++) {
		const struct theme *theme = theme_find(theme_name_at(at));

		if (!theme_is_colored(theme))
			continue;
		print_message("%s\n", theme_name_at(at));
		seen++;
		if (theme_ground(theme) != GROUND_LIGHT)
			wrong += check_theme(theme, dark_grounds, COUNT_OF(dark_grounds));
		if (theme_ground(theme) != GROUND_DARK)
			wrong += check_theme(theme, light_grounds, COUNT_OF(light_grounds));
	}
	assert_int_equal(seen, 3);
	assert_int_equal(wrong, 0);
}

/* Without colours there are only those that people have set up, for every role. */
static void test_mono_has_no_colors(void **state)
{
	static const enum color_depth depths[] = {DEPTH_MONO, DEPTH_8, DEPTH_16, DEPTH_256, DEPTH_DIRECT};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(depths); at++)
		for (int role = 0; role < ROLES; role++) {
			struct theme_look look = theme_role(theme_find("mono"), (enum role)role, depths[at]);
			assert_int_equal(look.fg, COLOR_NONE);
			assert_int_equal(look.bg, COLOR_NONE);
		}
	assert_int_equal(theme_ground(theme_find("mono")), GROUND_UNKNOWN);
}

static void test_ground_of_a_color(void **state)
{
	static const int32_t dark[] = {0x000000, 0x1E1E1E, 0x002B36, 0x282A36, 0x300A24, 0x0000AA, 0x444444};
	static const int32_t light[] = {0xFFFFFF, 0xFDF6E3, 0xE5E5E5, 0xFBF1C7, 0xAAAAAA, 0xFFFFDD, 0x999999};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(dark); at++)
		assert_int_equal(theme_ground_of(dark[at]), GROUND_DARK);
	for (size_t at = 0; at < COUNT_OF(light); at++)
		assert_int_equal(theme_ground_of(light[at]), GROUND_LIGHT);
}

/* What the terminal has said counts more than what the environment guesses. */
static void test_what_suits(void **state)
{
	static const struct {
		const char *hint;
		enum theme_ground ground;
		const char *theme;
	} rows[] = {
	    {NULL, GROUND_UNKNOWN, "dark"},
	    {NULL, GROUND_LIGHT, "light"},
	    {NULL, GROUND_DARK, "dark"},
	    {"0;15", GROUND_UNKNOWN, "light"},
	    {"0;15", GROUND_DARK, "dark"},
	    {"15;0", GROUND_LIGHT, "light"},
	    {"0;default;15", GROUND_UNKNOWN, "light"},
	    {"0;7", GROUND_UNKNOWN, "light"},
	    {"15;0", GROUND_UNKNOWN, "dark"},
	    {"nonsense", GROUND_UNKNOWN, "dark"},
	};

	(void)state;
	unsetenv("NO_COLOR");
	for (size_t at = 0; at < COUNT_OF(rows); at++) {
		if (rows[at].hint)
			setenv("COLORFGBG", rows[at].hint, 1);
		else
			unsetenv("COLORFGBG");
		assert_ptr_equal(theme_for(rows[at].ground), theme_find(rows[at].theme));
	}
	setenv("NO_COLOR", "1", 1);
	assert_ptr_equal(theme_for(GROUND_LIGHT), theme_find("mono"));
	setenv("NO_COLOR", "", 1);
	assert_ptr_equal(theme_for(GROUND_LIGHT), theme_find("light"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_contrast),
	    cmocka_unit_test(test_mono_has_no_colors),
	    cmocka_unit_test(test_ground_of_a_color),
	    cmocka_unit_test(test_what_suits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
