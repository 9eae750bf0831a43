/* late.h: libraries that are loaded only when they are needed, for tui's own use. Those for pictures take a tenth of a
 * session's memory and of its start, and many sessions show no picture.
 *
 * A file lists the functions that it calls; their types come from the library's header.
 *
 *     #define CALLS(CALL) CALL(chafa_canvas_new) CALL(chafa_canvas_unref)
 *     static struct { CALLS(LATE_MEMBER) } lib;
 *     static const char *const names[] = {CALLS(LATE_NAME)};
 *     ...
 *     if (late_load("libchafa.so.0", names, COUNT, &lib, err))
 *             lib.chafa_canvas_unref(canvas);
 */
#ifndef VITRINE_TUI_PICTURE_LATE_H
#define VITRINE_TUI_PICTURE_LATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

#define LATE_MEMBER(name) __typeof__(name) *(name);
#define LATE_NAME(name) #name,

/* Fills `calls`, which is as many pointers to functions as there are names, from the library of that file name. Once it
 * is loaded it stays, and the next call has nothing to do. Fails (ERR_UNAVAILABLE) when the library or one of them is
 * missing, and may be tried again. */
bool late_load(const char *library, const char *const *names, size_t count, void *calls, struct err *err);

#endif
