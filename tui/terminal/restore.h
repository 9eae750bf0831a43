/* restore.h: gives the terminal back, from anywhere, for tui's own use. Its state is the only global one in tui, since
 * a signal handler can use no other. */
#ifndef VITRINE_TUI_TERMINAL_RESTORE_H
#define VITRINE_TUI_TERMINAL_RESTORE_H

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

enum { RESTORE_SIZE = 512 };

/* From now on terminal_restore_in_signal() writes these bytes to the terminal and sets these modes, once. False when
 * the bytes are too many. */
bool restore_arm(int fd, const struct termios *modes, const char *bytes, size_t length);
void restore_disarm(void);

#endif
