/* The full-screen face: the terminal, and header, footer and messages around the screens. */
#include <unistd.h>

#include "base/clock.h"
#include "screens/app/app_internal.h"

enum { EVENTS_PER_TURN = 4096 };

static bool cells_open(struct app *app, struct err *err)
{
	struct terminal_options options = {.fd = STDIN_FILENO, .without_mouse = !app->settings.mouse};

	if (app->settings.theme[0])
		options.theme = theme_find(app->settings.theme);
	app->terminal = terminal_open(&options, err);
	return app->terminal != NULL;
}

static void cells_close(struct app *app)
{
	app->terminal = terminal_free(app->terminal);
}

static void cells_read(struct app *app)
{
	struct event event;

	for (int count = 0; count < EVENTS_PER_TURN && !app->quit && terminal_read_event(app->terminal, &event);
	     count++)
		app_event(app, &event);
}

static void cells_show(struct app *app)
{
	if (terminal_is_behind(app->terminal) && !terminal_flush(app->terminal))
		return;
	if (app->dirty) {
		app->dirty = false;
		app_paint(app);
		(void)terminal_flush_frame(app->terminal);
	}
	if (!app->sync_asked || terminal_is_behind(app->terminal))
		return;
	if (app_is_quiet(app)) {
		app->sync_asked = false;
		terminal_answer_sync(app->terminal, app->sync);
	}
}

/* When the terminal hasn't taken the last output yet, a new frame waits. That it takes output again is an event, which
 * ends the wait. */
static int cells_wait(const struct app *app)
{
	bool behind = terminal_is_behind(app->terminal);
	int wait = behind ? -1 : app_chrome_wait(app);
	int input = terminal_wait(app->terminal);

	if (app->dirty && !behind)
		return 0;
	return wait < 0 || (input >= 0 && input < wait) ? input : wait;
}

static size_t cells_fds(const struct app *app, struct pollfd ret_fds[FACE_FDS])
{
	ret_fds[0] = (struct pollfd){
	    .fd = terminal_fd(app->terminal),
	    .events = (short)(POLLIN | (terminal_is_behind(app->terminal) ? POLLOUT : 0)),
	};
	return 1;
}

static void cells_say(struct app *app, enum toast_kind kind, const char *hint, const char *text)
{
	toast_show(&app->toast, kind, clock_monotonic(), hint, "%s", text);
}

static bool cells_is_too_small(const struct app *app)
{
	const struct canvas *canvas = terminal_canvas(app->terminal);

	return layout_size(canvas_width(canvas), canvas_height(canvas)) == LAYOUT_TOO_SMALL;
}

static void cells_resize(struct app *app)
{
	(void)terminal_resize(app->terminal, NULL);
}

static void cells_redraw(struct app *app)
{
	terminal_redraw(app->terminal);
}

static void cells_suspend(struct app *app)
{
	terminal_suspend(app->terminal);
}

static bool cells_resume(struct app *app)
{
	struct err err;

	return terminal_resume(app->terminal, &err);
}

static void cells_set_theme(struct app *app, const struct theme *theme)
{
	terminal_set_theme(app->terminal, theme);
}

static enum color_depth cells_depth(const struct app *app)
{
	return terminal_depth(app->terminal);
}

static const struct glyphs *cells_glyphs(const struct app *app)
{
	return canvas_glyphs(terminal_canvas(app->terminal));
}

const struct face face_cells = {
    .open = cells_open,
    .close = cells_close,
    .read = cells_read,
    .show = cells_show,
    .wait = cells_wait,
    .fds = cells_fds,
    .say = cells_say,
    .lay_out = app_lay_out,
    .is_too_small = cells_is_too_small,
    .resize = cells_resize,
    .redraw = cells_redraw,
    .suspend = cells_suspend,
    .resume = cells_resume,
    .set_theme = cells_set_theme,
    .depth = cells_depth,
    .glyphs = cells_glyphs,
    .crashed = terminal_restore_in_signal,
};
