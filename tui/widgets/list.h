/* list.h: how people go through a list: the keys and the wheel that move a selection, and the window that it is in.
 */
#ifndef VITRINE_TUI_WIDGETS_LIST_H
#define VITRINE_TUI_WIDGETS_LIST_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/paint/layout.h"
#include "tui/terminal/event.h"

/* Moves by the keys that people know: arrows, PgUp PgDn, Home End, and ^D ^U j k g G where no letters are typed
 * (`with_letters`); the wheel moves the window. False: the event is none of these. */
bool list_event(struct scroll *scroll, const struct event *event, bool with_letters);

/* Does this key go through a list, with or without the letters that do? */
bool list_moves(uint32_t key, bool with_letters);

#endif
