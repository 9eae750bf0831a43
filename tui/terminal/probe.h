/* probe.h: what the terminal is asked once it is open, and what its answers mean; tui's own.
 *
 * The questions are about the background: its colour (OSC 11), and whether colours are set dark or light (what mode
 * 2031 tells, asked by CSI ? 996 n). They are sent in one write that ends in a question which every terminal answers
 * (DA1): its answer means that no others will come. Nobody waits for answers: they may come late, never, or be
 * nonsense.
 */
#ifndef VITRINE_TUI_TERMINAL_PROBE_H
#define VITRINE_TUI_TERMINAL_PROBE_H

#include <stdbool.h>

#include "base/buf.h"
#include "tui/terminal/event.h"
#include "tui/paint/theme.h"

struct probe {
	bool open;                /* asked, and the last answer isn't there yet */
	enum theme_ground ground; /* as the first answer says that can be used */
};

/* Appends the questions to `out`. */
void probe_ask(struct probe *probe, struct buf *out);

/* Takes an EVENT_ANSWER. True when the background has become known by it. */
bool probe_answer(struct probe *probe, const struct event *answer);

#endif
