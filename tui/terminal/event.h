/* event.h: what a person, the terminal or a test sends. */
#ifndef VITRINE_TUI_TERMINAL_EVENT_H
#define VITRINE_TUI_TERMINAL_EVENT_H

#include <stddef.h>
#include <stdint.h>

enum event_kind {
	EVENT_NONE,
	EVENT_KEY,    /* key */
	EVENT_PASTE,  /* text, length: as it came, anything; at most EVENT_PASTE_MAX bytes, the rest is dropped */
	EVENT_MOUSE,  /* button, x, y; key holds the modifiers */
	EVENT_SYNC,   /* sync: a test asks to be told when this and all before it has been dealt with */
	EVENT_THEME,  /* everything looks different from now on: paint anew */
	EVENT_HANGUP, /* the terminal is gone; comes once */
	EVENT_ANSWER, /* the terminal's answer to a question of tui's own; the app sees none. key: what began it, as
		       * after ESC ('[' for CSI ?, ']' for OSC, 'P' for DCS, '_' for APC); text, length: what followed,
		       * without its end */
};

enum event_button {
	BUTTON_LEFT,
	BUTTON_MIDDLE,
	BUTTON_RIGHT,
	BUTTON_WHEEL_UP,
	BUTTON_WHEEL_DOWN,
};

enum { EVENT_PASTE_MAX = 64 * 1024 };

struct event {
	enum event_kind kind;
	uint32_t key;
	enum event_button button; /* the one that was pressed; to release it is no event */
	int x, y;                 /* cells from the upper left corner, which is 0, 0 */
	const char *text;         /* until the next event is read */
	size_t length;
	uint32_t sync;
};

#endif
