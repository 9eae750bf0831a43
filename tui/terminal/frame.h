/* frame.h: cells to bytes, by ncurses; for tui's own use. Nothing else touches curses' windows.
 *
 * ncurses writes to a file in memory, not to the terminal. It finds the fewest bytes from one frame to the next, and
 * these are taken from the file: one write to the terminal, none when nothing changed, and never one that blocks. The
 * terminal's modes, its size and its signals are then ours alone, and a crash can be answered without asking ncurses.
 * ncurses keeps global state: one frame at a time in a process.
 */
#ifndef VITRINE_TUI_TERMINAL_FRAME_H
#define VITRINE_TUI_TERMINAL_FRAME_H

#include "base/buf.h"
#include "base/err.h"
#include "tui/terminal/caps.h"
#include "tui/paint/cell.h"

struct frame;

struct frame *frame_new(const struct caps *caps, const struct theme *theme, int width, int height, struct err *err);
struct frame *frame_free(struct frame *frame);

void frame_theme(struct frame *frame, const struct theme *theme);

/* The next frame is painted whole, at that size. */
bool frame_resize(struct frame *frame, int width, int height, struct err *err);

/* The next frame is painted whole. */
void frame_invalidate(struct frame *frame);

/* Appends to `out` the bytes that turn what the terminal shows into the canvas, which has the frame's size. */
void frame_render(struct frame *frame, const struct canvas *canvas, struct buf *out);

/* Appends the bytes that leave curses' modes and the alternate screen. The next frame_render enters them again. */
void frame_leave(struct frame *frame, struct buf *out);

#endif
