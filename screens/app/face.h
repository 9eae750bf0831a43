/* face.h: how the app is seen and used, as a table of functions. There are two: the full screen (face_cells.c), and
 * lines that are read and typed (linear.c). main chooses one; the rest of the app calls these functions and never asks
 * which face it has.
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
	/* Takes the terminal, or standard input and output. False: nothing has changed; ERR_UNAVAILABLE when this face
	 * can't be shown here. */
	bool (*open)(struct app *app, struct err *err);
	/* Gives them back. Also called when `open` failed or was never called. */
	void (*close)(struct app *app);

	/* Gives new events to the app (app_event and its like), as many as the app can take now. */
	void (*read)(struct app *app);
	/* Shows what has changed. */
	void (*show)(struct app *app);
	/* Milliseconds until `read` or `show` has something to do by itself: 0 at once, -1 never. */
	int (*wait)(const struct app *app);
	/* What to poll meanwhile; returns how many. */
	size_t (*fds)(const struct app *app, struct pollfd ret_fds[FACE_FDS]);

	/* A message for the person. `hint` may be NULL. */
	void (*say)(struct app *app, enum toast_kind kind, const char *hint, const char *text);
	/* Another screen is on top: its view must be up to date before the next event. */
	void (*lay_out)(struct app *app);
	/* There is no room to show any screen. */
	bool (*is_too_small)(const struct app *app);

	/* For SIGWINCH; for ^L; for ^Z and the SIGCONT after it, which end the app when they fail; for another
	 * theme. */
	void (*resize)(struct app *app);
	void (*redraw)(struct app *app);
	void (*suspend)(struct app *app);
	bool (*resume)(struct app *app);
	void (*set_theme)(struct app *app, const struct theme *theme);

	enum color_depth (*depth)(const struct app *app);
	const struct glyphs *(*glyphs)(const struct app *app);

	/* Called in the handler of a signal that kills: async-signal-safe. */
	void (*crashed)(void);
};

extern const struct face face_cells, face_lines;

#endif
