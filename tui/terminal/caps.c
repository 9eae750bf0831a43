#include "tui/terminal/caps.h"

#include <curses.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <unistd.h>

#include "tui/terminal/key.h"
#include "tui/terminal/xterm_entry.h"

static const struct {
	const char *name;
	uint32_t key;
} key_names[] = {
    {"kcuu1", KEYSYM_Up},
    {"kcud1", KEYSYM_Down},
    {"kcub1", KEYSYM_Left},
    {"kcuf1", KEYSYM_Right},
    {"khome", KEYSYM_Home},
    {"kend", KEYSYM_End},
    {"kpp", KEYSYM_PgUp},
    {"knp", KEYSYM_PgDn},
    {"kich1", KEYSYM_Insert},
    {"kdch1", KEYSYM_Delete},
    {"kbs", KEYSYM_Backspace},
    {"kent", KEYSYM_Enter},
    {"kf1", KEYSYM_F1},
    {"kf2", KEYSYM_F2},
    {"kf3", KEYSYM_F3},
    {"kf4", KEYSYM_F4},
    {"kf5", KEYSYM_F5},
    {"kf6", KEYSYM_F6},
    {"kf7", KEYSYM_F7},
    {"kf8", KEYSYM_F8},
    {"kf9", KEYSYM_F9},
    {"kf10", KEYSYM_F10},
    {"kf11", KEYSYM_F11},
    {"kf12", KEYSYM_F12},
    {"kcbt", KEYSYM_Tab | KEYMOD_SHIFT},
    {"kLFT", KEYSYM_Left | KEYMOD_SHIFT},
    {"kRIT", KEYSYM_Right | KEYMOD_SHIFT},
    {"kUP", KEYSYM_Up | KEYMOD_SHIFT},
    {"kDN", KEYSYM_Down | KEYMOD_SHIFT},
    {"kLFT5", KEYSYM_Left | KEYMOD_CTRL},
    {"kRIT5", KEYSYM_Right | KEYMOD_CTRL},
    {"kUP5", KEYSYM_Up | KEYMOD_CTRL},
    {"kDN5", KEYSYM_Down | KEYMOD_CTRL},
    {"kDC5", KEYSYM_Delete | KEYMOD_CTRL},
    {"kHOM", KEYSYM_Home | KEYMOD_SHIFT},
    {"kEND", KEYSYM_End | KEYMOD_SHIFT},
    {"kPRV", KEYSYM_PgUp | KEYMOD_SHIFT},
    {"kNXT", KEYSYM_PgDn | KEYMOD_SHIFT},
    {"kIC", KEYSYM_Insert | KEYMOD_SHIFT},
    {"kDC", KEYSYM_Delete | KEYMOD_SHIFT},
};

/* A string capability without the delays that it may name ($<5>); "" when the terminal hasn't got it or it is too
 * long. */
static void copy_string(const char *name, char ret_text[CAPS_STRING_SIZE])
{
	const char *text = tigetstr((char *)(intptr_t)name);
	size_t at = 0;

	ret_text[0] = '\0';
	if (!text || text == (char *)-1)
		return;
	for (; *text; text++) {
		const char *end = text[0] == '$' && text[1] == '<' ? strchr(text, '>') : NULL;
		if (end) {
			text = end;
			continue;
		}
		if (at == CAPS_STRING_SIZE - 1) {
			ret_text[0] = '\0';
			return;
		}
		ret_text[at++] = *text;
	}
	ret_text[at] = '\0';
}

static bool has_string(const char *name)
{
	char text[CAPS_STRING_SIZE];

	copy_string(name, text);
	return text[0] != '\0';
}

/* Is it one of the terminals that can be asked, and that show nothing of a question that they don't know? Known by the
 * beginning of its name. (The console and real old terminals show it.) */
static bool answers_questions(const char *term)
{
	static const char *const names[] = {"xterm",     "tmux", "screen",  "rxvt-unicode", "kitty",
					    "alacritty", "foot", "konsole", "wezterm",	    "contour"};

	for (size_t at = 0; at < sizeof names / sizeof *names; at++)
		if (!strncmp(term, names[at], strlen(names[at])))
			return true;
	return false;
}

/* Names that mean: no terminal, or not known which. */
static bool is_no_name(const char *term)
{
	static const char *const names[] = {"dumb", "unknown", "network", "dialup", "switch", "ethernet", "emacs"};

	for (size_t at = 0; at < sizeof names / sizeof *names; at++)
		if (!strcmp(term, names[at]))
			return true;
	return false;
}

static bool select_entry(const char *name)
{
	int outcome;

	return setupterm((char *)(intptr_t)name, STDERR_FILENO, &outcome) == OK;
}

/* Is there an entry of that name, useful or not? (setupterm refuses a printer's, although it is there.) */
static bool knows_entry(const char *name)
{
	int outcome = 0;

	return setupterm((char *)(intptr_t)name, STDERR_FILENO, &outcome) == OK || outcome == 1;
}

static void forget_entry(void)
{
	TERMINAL *entry = set_curterm(NULL);

	if (entry)
		del_curterm(entry);
}

/* Where $COLORTERM says that a terminal has 24-bit colours and terminfo describes it as such under another name, that
 * name is better: xterm-direct for xterm-256color. Redefining the palette of 256, which is all that curses could do
 * otherwise, would outlive a crash. */
static void prefer_direct(char *term, size_t size)
{
	static const char suffix[] = "-256color";
	const char *colors = getenv("COLORTERM");
	size_t length = strlen(term);
	size_t stem = length - (sizeof suffix - 1);
	char direct[CAPS_NAME_SIZE];

	if (!colors || (strcmp(colors, "truecolor") != 0 && strcmp(colors, "24bit") != 0))
		return;
	if (length < sizeof suffix || strcmp(term + stem, suffix) != 0)
		return;
	snprintf(direct, sizeof direct, "%.*s-direct", (int)stem, term);
	if (!select_entry(direct))
		return;
	if (tigetflag((char *)(intptr_t) "RGB") == 1 && has_string("cup"))
		snprintf(term, size, "%s", direct);
	forget_entry();
}

/* A terminal that this machine doesn't know (kitty, Ghostty, foot, WezTerm, Contour and those to come) is used as an
 * xterm-256color, which they all understand. The entry is the one compiled in, so that it is the same everywhere, or
 * else the machine's own. */
static bool select_xterm(char *term, size_t size)
{
	snprintf(term, size, "%s", "xterm-256color");
	setenv("TERMINFO", xterm_entry, 1);
	return select_entry(term);
}

static enum color_depth depth_of_entry(void)
{
	int colors = tigetnum((char *)(intptr_t) "colors");

	if (colors >= 1 << 24 && tigetflag((char *)(intptr_t) "RGB") == 1)
		return DEPTH_DIRECT;
	return colors >= 256 ? DEPTH_256 : colors >= 16 ? DEPTH_16 : colors >= 8 ? DEPTH_8 : DEPTH_MONO;
}

static void read_modes(struct caps *caps)
{
	copy_string("smkx", caps->keypad_on);
	copy_string("rmkx", caps->keypad_off);
	copy_string("cnorm", caps->cursor_on);
	copy_string("rmcup", caps->leave);
	if (!caps->leave[0])
		snprintf(caps->leave, sizeof caps->leave, "\033[999;1H\r\n");
	copy_string("sgr0", caps->plain);
	size_t used = strlen(caps->plain);
	char colors[CAPS_STRING_SIZE];
	copy_string("op", colors);
	if (used + strlen(colors) < sizeof caps->plain)
		memcpy(caps->plain + used, colors, strlen(colors) + 1);
}

/* Selects the entry that says most about the terminal; its name goes to found->term. */
static bool choose_entry(const char *term, struct caps *found, struct err *err)
{
	if (!*term)
		return err_set(err, ERR_UNAVAILABLE,
			       "TERM is not set, so there is no telling what this terminal can do: run Vitrine in a "
			       "terminal, or set TERM to its name");
	bool known = strlen(term) < sizeof found->term && !is_no_name(term) && knows_entry(term);
	if (known) {
		snprintf(found->term, sizeof found->term, "%s", term);
	} else if (is_no_name(term) || !select_xterm(found->term, sizeof found->term)) {
		forget_entry();
		snprintf(found->term, sizeof found->term, "%s", "");
	}
	if (found->term[0]) {
		forget_entry();
		prefer_direct(found->term, sizeof found->term);
		if (select_entry(found->term) && has_string("cup") && has_string("clear"))
			return true;
	}
	forget_entry();
	return err_set(err, ERR_UNAVAILABLE,
		       "The terminal \"%.40s\" can't place its cursor, which a full screen needs: run Vitrine in another "
		       "terminal, or set TERM to what this one is",
		       term);
}

bool caps_load(struct caps *caps, struct input *input, struct err *err)
{
	const char *named = getenv("TERM");
	char term[2 * CAPS_NAME_SIZE]; /* a copy, since choosing changes the environment; no entry's name is as long */
	struct caps found = {0};

	snprintf(term, sizeof term, "%s", named ? named : "");
	if (!choose_entry(term, &found, err))
		return false;

	found.depth = depth_of_entry();
	found.is_console = !strncmp(term, "linux", 5);
	bool like_xterm = !found.is_console &&
			  (tigetflag((char *)(intptr_t) "XT") == 1 || !strncmp(term, "xterm", 5));
	found.with_title = like_xterm || has_string("TS");
	found.with_answers = like_xterm || answers_questions(term);
	found.with_paste = like_xterm || has_string("BE");
	found.with_mouse = has_string("kmous");
	read_modes(&found);
	for (size_t at = 0; at < sizeof key_names / sizeof *key_names; at++) {
		char text[CAPS_STRING_SIZE];
		copy_string(key_names[at].name, text);
		input_add_key(input, text, key_names[at].key);
	}
	forget_entry();
	*caps = found;
	return true;
}
