#include "tui/paint/theme.h"

#include <stdlib.h>
#include <string.h>

/* For 24 bits or 256 colours: fg, bg, attrs. For 16 or 8: the members with 16 in their names. Each terminal has its own
 * shades of the 16, and few of them can be read on every background, so they are chosen apart. Bold is left out where
 * it would make a colour too light or too dark: many terminals brighten bold colours. */
struct theme_role {
	int32_t fg, bg;   /* 0xRRGGBB; 0 (left out) stands for COLOR_NONE, black is 0x010101 */
	signed char fg16; /* 1 to 15; 0 stands for COLOR_NONE */
	signed char bg16; /* and 16 for black */
	unsigned char attrs, attrs16;
};

struct theme {
	const char *name;
	bool colored;
	enum theme_ground ground; /* the background it is made for; GROUND_UNKNOWN: any */
	struct theme_role roles[ROLES];
};

/* Dark and light leave text and background as the terminal has them: people can read what they chose. A test computes
 * the contrast of each role. */
static const struct theme themes[] = {
    {"dark",
     true,
     GROUND_DARK,
     {
	 [ROLE_STRONG] = {.attrs = ATTR_BOLD, .attrs16 = ATTR_BOLD},
	 [ROLE_FAINT] = {.fg = 0x8A93A0, .fg16 = 7},
	 [ROLE_ACCENT] = {.fg = 0x6CB8FF, .fg16 = 14},
	 [ROLE_GOOD] = {.fg = 0x5FCB8A, .fg16 = 10},
	 [ROLE_WARN] = {.fg = 0xE8B85C, .fg16 = 11},
	 [ROLE_BAD] = {.fg = 0xFF7A80, .attrs = ATTR_BOLD, .fg16 = 15, .bg16 = 1, .attrs16 = ATTR_BOLD},
	 [ROLE_SELECTED] = {.fg = 0x9AD0FF, .attrs = ATTR_BOLD, .fg16 = 14, .attrs16 = ATTR_BOLD},
	 [ROLE_RULE] = {.fg = 0x6B7482, .fg16 = 7},
	 [ROLE_PRICE] = {.fg = 0xE6DDC4},
	 [ROLE_HEADER] = {.attrs = ATTR_BOLD, .attrs16 = ATTR_BOLD},
	 [ROLE_FOOTER] = {.fg = 0x8A93A0, .fg16 = 7},
     }},
    {"light",
     true,
     GROUND_LIGHT,
     {
	 [ROLE_STRONG] = {.attrs = ATTR_BOLD, .attrs16 = ATTR_BOLD},
	 [ROLE_FAINT] = {.fg = 0x5A626E},
	 [ROLE_ACCENT] = {.fg = 0x0A58B5, .fg16 = 4},
	 [ROLE_GOOD] = {.fg = 0x126B2A, .fg16 = 4},
	 [ROLE_WARN] = {.fg = 0x7F5400, .fg16 = 1},
	 [ROLE_BAD] = {.fg = 0xB01C27, .attrs = ATTR_BOLD, .fg16 = 15, .bg16 = 1, .attrs16 = ATTR_BOLD},
	 [ROLE_SELECTED] = {.fg = 0x0A4590, .attrs = ATTR_BOLD, .attrs16 = ATTR_BOLD},
	 [ROLE_RULE] = {.fg = 0x6F7884, .fg16 = 8},
	 [ROLE_PRICE] = {.fg = 0x5A4712},
	 [ROLE_HEADER] = {.attrs = ATTR_BOLD, .attrs16 = ATTR_BOLD},
	 [ROLE_FOOTER] = {.fg = 0x5A626E},
     }},
    {"high-contrast",
     true,
     GROUND_UNKNOWN,
     {
	 [ROLE_TEXT] = {0xFFFFFF, 0x010101, 15, 16, 0, 0},
	 [ROLE_STRONG] = {0xFFFFFF, 0x010101, 15, 16, ATTR_BOLD, ATTR_BOLD},
	 [ROLE_FAINT] = {0xD8D8D8, 0x010101, 7, 16, 0, 0},
	 [ROLE_ACCENT] = {0x66FFFF, 0x010101, 14, 16, ATTR_BOLD, ATTR_BOLD},
	 [ROLE_GOOD] = {0x66FF66, 0x010101, 10, 16, ATTR_BOLD, ATTR_BOLD},
	 [ROLE_WARN] = {0xFFFF66, 0x010101, 11, 16, ATTR_BOLD, ATTR_BOLD},
	 [ROLE_BAD] = {0xFF8888, 0x010101, 15, 1, ATTR_BOLD | ATTR_UNDERLINE, ATTR_BOLD | ATTR_UNDERLINE},
	 [ROLE_SELECTED] = {0x010101, 0xFFFF66, 16, 15, ATTR_BOLD, 0},
	 [ROLE_RULE] = {0xFFFFFF, 0x010101, 15, 16, 0, 0},
	 [ROLE_PRICE] = {0xFFFFFF, 0x010101, 15, 16, 0, 0},
	 [ROLE_HEADER] = {0xFFFFFF, 0x010101, 15, 16, ATTR_BOLD, ATTR_BOLD},
	 [ROLE_FOOTER] = {0xFFFFFF, 0x010101, 15, 16, 0, 0},
     }},
    {"mono",
     false,
     GROUND_UNKNOWN,
     {
	 [ROLE_STRONG] = {.attrs = ATTR_BOLD},
	 [ROLE_FAINT] = {.attrs = ATTR_DIM},
	 [ROLE_ACCENT] = {.attrs = ATTR_BOLD},
	 [ROLE_GOOD] = {.attrs = ATTR_BOLD},
	 [ROLE_WARN] = {.attrs = ATTR_BOLD},
	 [ROLE_BAD] = {.attrs = ATTR_BOLD | ATTR_UNDERLINE},
	 [ROLE_SELECTED] = {.attrs = ATTR_REVERSE},
	 [ROLE_RULE] = {.attrs = ATTR_DIM},
	 [ROLE_HEADER] = {.attrs = ATTR_BOLD},
	 [ROLE_FOOTER] = {.attrs = ATTR_DIM},
     }},
};

enum { THEMES = sizeof themes / sizeof *themes };

const struct theme *theme_find(const char *name)
{
	for (size_t at = 0; name && at < THEMES; at++)
		if (!strcmp(themes[at].name, name))
			return &themes[at];
	return NULL;
}

const char *theme_name_at(size_t index)
{
	return index < THEMES ? themes[index].name : NULL;
}

/* What $COLORFGBG says ("0;15" or "0;default;15": the background is last). Not many terminals set it, and it stays as
 * it was when somebody changes colours, so it counts only until the terminal itself has answered. */
static enum theme_ground ground_of_environment(void)
{
	const char *colors = getenv("COLORFGBG");
	const char *background = colors ? strrchr(colors, ';') : NULL;

	if (!background)
		return GROUND_UNKNOWN;
	return !strcmp(background, ";7") || !strcmp(background, ";15") ? GROUND_LIGHT : GROUND_DARK;
}

const struct theme *theme_for(enum theme_ground ground)
{
	const char *no_color = getenv("NO_COLOR");

	if (no_color && *no_color)
		return theme_find("mono");
	if (ground == GROUND_UNKNOWN)
		ground = ground_of_environment();
	for (size_t at = 0; ground != GROUND_UNKNOWN && at < THEMES; at++)
		if (themes[at].ground == ground)
			return &themes[at];
	return &themes[0];
}

/* The sum is about the luminance (with a gamma of 2). At the limit black and white are equally easy to read. */
enum theme_ground theme_ground_of(int32_t rgb)
{
	enum { RED = 2126, GREEN = 7152, BLUE = 722, LIMIT = 118 * 118 };
	int64_t red = rgb >> 16 & 0xFF, green = rgb >> 8 & 0xFF, blue = rgb & 0xFF;
	int64_t light = RED * red * red + GREEN * green * green + BLUE * blue * blue;

	return light > (int64_t)LIMIT * (RED + GREEN + BLUE) ? GROUND_LIGHT : GROUND_DARK;
}

enum theme_ground theme_ground(const struct theme *theme)
{
	return theme->ground;
}

bool theme_is_colored(const struct theme *theme)
{
	return theme->colored;
}

/* The levels of xterm's colour cube, and its greys 8, 18 … 238. */
static int cube_level(int value)
{
	return value < 48 ? 0 : value < 115 ? 1 : (value - 35) / 40;
}

static int distance(int32_t rgb, int red, int green, int blue)
{
	int dr = (rgb >> 16 & 0xFF) - red, dg = (rgb >> 8 & 0xFF) - green, db = (rgb & 0xFF) - blue;

	return 2 * dr * dr + 4 * dg * dg + 3 * db * db;
}

static int32_t to_256(int32_t rgb)
{
	static const int levels[] = {0, 95, 135, 175, 215, 255};
	int red = cube_level(rgb >> 16 & 0xFF), green = cube_level(rgb >> 8 & 0xFF), blue = cube_level(rgb & 0xFF);
	int mean = ((rgb >> 16 & 0xFF) + (rgb >> 8 & 0xFF) + (rgb & 0xFF)) / 3;
	int grey = mean < 3 ? 0 : mean > 238 ? 23 : (mean - 3) / 10;
	int shade = 8 + 10 * grey;

	if (distance(rgb, shade, shade, shade) < distance(rgb, levels[red], levels[green], levels[blue]))
		return 232 + grey;
	return 16 + 36 * red + 6 * green + blue;
}

static int32_t to_16(int32_t rgb, int colors)
{
	static const int32_t palette[16] = {0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD,
					    0x00CDCD, 0xE5E5E5, 0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00,
					    0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF};
	int32_t best = 0;
	int least = INT32_MAX;

	for (int32_t at = 0; at < colors; at++) {
		int off = distance(rgb, palette[at] >> 16, palette[at] >> 8 & 0xFF, palette[at] & 0xFF);
		if (off < least) {
			least = off;
			best = at;
		}
	}
	return best;
}

int32_t theme_color(int32_t rgb, enum color_depth depth)
{
	if (rgb < 0 || depth == DEPTH_MONO)
		return COLOR_NONE;
	if (depth == DEPTH_DIRECT)
		return rgb < 8 ? 8 : rgb; /* 0 to 7 mean the palette, with direct colours, too */
	if (depth == DEPTH_256)
		return to_256(rgb);
	return to_16(rgb, depth == DEPTH_16 ? 16 : 8);
}

/* One of 16 colours. Where there are only 8, bright ones are bold, and grey is the terminal's own. */
static int32_t ansi_color(int color, enum color_depth depth, unsigned *attrs)
{
	if (!color)
		return COLOR_NONE;
	color &= 15; /* 16 is black */
	if (depth != DEPTH_8 || color < 8)
		return color;
	if (color == 8)
		return COLOR_NONE;
	*attrs |= ATTR_BOLD;
	return color & 7;
}

struct theme_look theme_role(const struct theme *theme, enum role role, enum color_depth depth)
{
	const struct theme_role *row = &theme->roles[role];
	struct theme_look look = {.fg = COLOR_NONE, .bg = COLOR_NONE, .attrs = row->attrs};
	unsigned ignored = 0;

	/* High contrast without colours: the terminal's own, with the attributes of mono. */
	if (depth == DEPTH_MONO || !theme->colored) {
		look.attrs = theme_find("mono")->roles[role].attrs;
		return look;
	}
	if (depth <= DEPTH_16) {
		look.attrs = row->attrs16;
		look.fg = ansi_color(row->fg16, depth, &look.attrs);
		look.bg = ansi_color(row->bg16, depth, &ignored);
		return look;
	}
	look.fg = row->fg ? theme_color(row->fg, depth) : COLOR_NONE;
	look.bg = row->bg ? theme_color(row->bg, depth) : COLOR_NONE;
	return look;
}
