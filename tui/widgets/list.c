#include "tui/widgets/list.h"

#include "tui/terminal/key.h"

enum { WHEEL_ROWS = 3 };

enum motion { BY_ROW, BY_PAGE, BY_HALF, TO_END };

static const struct {
	uint32_t key;
	enum motion motion;
	int direction;
	bool letter;
} motions[] = {
    {KEYSYM_Up, BY_ROW, -1, false},
    {KEYSYM_Down, BY_ROW, 1, false},
    {KEYSYM_PgUp, BY_PAGE, -1, false},
    {KEYSYM_PgDn, BY_PAGE, 1, false},
    {KEYSYM_Home, TO_END, -1, false},
    {KEYSYM_End, TO_END, 1, false},
    {KEYMOD_CTRL | 'u', BY_HALF, -1, true},
    {KEYMOD_CTRL | 'd', BY_HALF, 1, true},
    {'k', BY_ROW, -1, true},
    {'j', BY_ROW, 1, true},
    {'g', TO_END, -1, true},
    {'G', TO_END, 1, true},
};

enum { MOTIONS = sizeof motions / sizeof *motions };

static size_t find_motion(uint32_t key, bool with_letters)
{
	size_t at = 0;

	while (at < MOTIONS && (motions[at].key != key || (motions[at].letter && !with_letters)))
		at++;
	return at;
}

bool list_moves(uint32_t key, bool with_letters)
{
	return find_motion(key, with_letters) < MOTIONS;
}

static void apply(struct scroll *scroll, enum motion motion, int direction)
{
	switch (motion) {
	case BY_ROW: scroll_move(scroll, direction); break;
	case BY_PAGE: scroll_page(scroll, direction); break;
	case BY_HALF: scroll_move(scroll, (int64_t)direction * (scroll->visible > 1 ? scroll->visible / 2 : 1)); break;
	case TO_END: scroll_select(scroll, direction < 0 ? 0 : scroll->count - 1); break;
	}
}

bool list_event(struct scroll *scroll, const struct event *event, bool with_letters)
{
	bool wheel = event->kind == EVENT_MOUSE &&
		     (event->button == BUTTON_WHEEL_UP || event->button == BUTTON_WHEEL_DOWN);
	size_t at = event->kind == EVENT_KEY ? find_motion(event->key, with_letters) : MOTIONS;

	if (wheel)
		scroll_wheel(scroll, event->button == BUTTON_WHEEL_UP ? -WHEEL_ROWS : WHEEL_ROWS);
	else if (at < MOTIONS)
		apply(scroll, motions[at].motion, motions[at].direction);
	return wheel || at < MOTIONS;
}
