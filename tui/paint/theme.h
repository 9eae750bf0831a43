/* theme.h: what roles look like. Screens name roles, never colours; a theme gives each role a colour of 24 bits (the
 * nearest of 256 is found here), one of 16, and attributes, which also work where there is no colour at all. A theme
 * that leaves the background as the terminal has it is made for a dark one or for a light one: there every role has a
 * contrast of 4.5 to 1, and rules 3 to 1. Glyphs do the same for the few signs that Vitrine draws itself: UTF-8, ASCII,
 * and the console's small font. All is const.
 */
#ifndef VITRINE_TUI_PAINT_THEME_H
#define VITRINE_TUI_PAINT_THEME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum role {
	ROLE_TEXT,
	ROLE_STRONG,
	ROLE_FAINT,
	ROLE_ACCENT,
	ROLE_GOOD,
	ROLE_WARN,
	ROLE_BAD,
	ROLE_SELECTED,
	ROLE_RULE,
	ROLE_PRICE,
	ROLE_HEADER,
	ROLE_FOOTER,
	ROLES
};

enum color_depth { DEPTH_MONO, DEPTH_8, DEPTH_16, DEPTH_256, DEPTH_DIRECT };

enum theme_attr {
	ATTR_BOLD = 1,
	ATTR_DIM = 2,
	ATTR_REVERSE = 4,
	ATTR_UNDERLINE = 8,
};

enum { COLOR_NONE = -1 }; /* the terminal's own */

/* How a cell looks on a terminal: fg and bg are what the terminal understands, a palette index or 0xRRGGBB. */
struct theme_look {
	int32_t fg, bg;
	unsigned attrs;
};

struct theme;

/* The theme of a name: dark, light, high-contrast, mono. NULL when there is none. */
const struct theme *theme_find(const char *name);

/* The names in order, for a menu; NULL past the last. */
const char *theme_name_at(size_t index);

/* What the background of a terminal is like, as far as that is known. */
enum theme_ground { GROUND_UNKNOWN, GROUND_DARK, GROUND_LIGHT };

/* The kind of a background, 0xRRGGBB. */
enum theme_ground theme_ground_of(int32_t rgb);

/* What suits such a terminal: mono with NO_COLOR. When nothing is known, light where COLORFGBG says that the background
 * is, otherwise dark. */
const struct theme *theme_for(enum theme_ground ground);

/* The background a theme is made for; GROUND_UNKNOWN: any. */
enum theme_ground theme_ground(const struct theme *theme);

/* Does the theme use colours at all? */
bool theme_is_colored(const struct theme *theme);

struct theme_look theme_role(const struct theme *theme, enum role role, enum color_depth depth);

/* The colour nearest to 0xRRGGBB that the terminal has; COLOR_NONE in mono and for COLOR_NONE. */
int32_t theme_color(int32_t rgb, enum color_depth depth);

enum { GLYPH_BARS = 9, GLYPH_SPINNER = 8 };

struct glyphs {
	bool ascii; /* nothing but ASCII may be painted */
	const char *ellipsis, *marker, *hrule, *vrule, *thumb;
	const char *check, *cross, *tag, *dot, *dash, *times, *chevron, *bullet;
	const char *up, *down, *left, *right;
	const char *call_left, *call_right; /* the ends of a call to action */
	const char *corners[4];             /* upper left, upper right, lower left, lower right */
	const char *bars[GLYPH_BARS];       /* nothing to full, from below */
	const char *blocks[GLYPH_BARS];     /* nothing to full, from the left */
	const char *spinner[GLYPH_SPINNER]; /* in turn, 100 ms each */
};

extern const struct glyphs glyphs_utf8, glyphs_ascii, glyphs_console;

/* The ASCII character to show for a code point: its base letter, a likeness, or '?'. */
char glyph_ascii(uint32_t code);

#endif
