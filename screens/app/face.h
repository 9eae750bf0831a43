/* face.h: how the app is seen and used: a table of functions, of which there are two: full screen (face_cells.c), and lines
 * that are read and typed (face_lines.c). main chooses one; the rest of the app calls these functions and never asks which
 * face it has.
 */
#ifndef VITRINE_SCREENS_APP_FACE_H
#define VITRINE_SCREENS_APP_FACE_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "tui/paint/theme.h"
#include "tui/widgets/toast.h"

struct app;

enum { FACE_FDS = 2 };

struct face {
	/* Takes what the person reads and types: the terminal, or standard input and output. False with what there is as it
	 * was; ERR_UNAVAILABLE when this face can't be shown here. */
	bool (*open)(struct app *app, struct err *err);
	/* Gives it back. Also called when `open` failed or was never called. */
	void (*close)(struct app *app);

	/* Gives what has come to the app (app_event and its like), as much of it as the app may take now. */
	void (*read)(struct app *app);
	/* Brings out what there is to be seen, if it has changed. */
	void (*show)(struct app *app);
	/* Milliseconds until `read` or `show` has something to do by itself: 0 at once, -1 never. */
	int (*wait)(const struct app *app);
	/* What to sleep on meanwhile; returns how many. */
	size_t (*fds)(const struct app *app, struct pollfd ret_fds[FACE_FDS]);

	/* A message for the person. `hint` may be NULL. */
	void (*say)(struct app *app, enum toast_kind kind, const char *hint, const char *text);
	/* Another screen is on top: what comes next means what it shows, so its view has to be up to date. */
	void (*lay_out)(struct app *app);
	/* Nothing of the screens can be seen now. */
	bool (*is_too_small)(const struct app *app);

	/* SIGWINCH; ^L; ^Z, and SIGCONT after it, which end the app when they fail; another theme. */
	void (*resize)(struct app *app);
	void (*redraw)(struct app *app);
	void (*suspend)(struct app *app);
	bool (*resume)(struct app *app);
	void (*set_theme)(struct app *app, const struct theme *theme);

	enum color_depth (*depth)(const struct app *app);
	const struct glyphs *(*glyphs)(const struct app *app);

	/* In the handler of a signal that kills: async-signal-safe. */
	void (*crashed)(void);
};

extern const struct face face_cells, face_lines;

#endif
