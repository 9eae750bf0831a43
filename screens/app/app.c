/* The loop: read all pending keys, handle signals, move the network, run timers, paint once if something changed,
 * answer a test that asks, and sleep. Nothing else in the program sleeps. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "screens/app/app_internal.h"
#include "screens/app/run.h"

void app_dirty(struct app *app)
{
	app->dirty = app->stale = true;
}

bool app_is_shown(struct app *app)
{
	struct pollfd fds[FACE_FDS];
	size_t count = app->face->fds(app, fds);
	bool behind = false;

	for (size_t i = 0; i < count; i++)
		behind = behind || fds[i].events & POLLOUT;
	return !behind;
}

struct settings *app_settings(struct app *app)
{
	return &app->settings;
}

enum color_depth app_depth(struct app *app)
{
	return app->face->depth(app);
}

void app_set_theme(struct app *app, const char *name)
{
	const struct theme *theme = theme_find(name);
	struct err err;

	if (!theme && *name)
		return;
	app->face->set_theme(app, theme);
	snprintf(app->settings.theme, sizeof app->settings.theme, "%s", name);
	if (!settings_save(&app->settings, "theme", name, &err))
		app_failed(app, &err);
	app_dirty(app);
}

/* ---- signals ---- */

/* Every signal that would end the program gives the terminal back first. Signals from outside are read in the loop.
 * Signals that say that the loop itself has gone wrong are answered at once. SIGPIPE is ignored. The signals from
 * SIGRTMIN on are read in the loop, too. */
static const struct {
	int number;
	enum { SIGNAL_READ, SIGNAL_CRASH } way;
} signals[] = {
    /* clang-format off */
    {SIGWINCH, SIGNAL_READ}, {SIGTSTP, SIGNAL_READ}, {SIGCONT, SIGNAL_READ}, {SIGTERM, SIGNAL_READ},
    {SIGHUP, SIGNAL_READ}, {SIGINT, SIGNAL_READ}, {SIGQUIT, SIGNAL_READ}, {SIGUSR1, SIGNAL_READ},
    {SIGUSR2, SIGNAL_READ}, {SIGALRM, SIGNAL_READ}, {SIGIO, SIGNAL_READ}, {SIGPROF, SIGNAL_READ},
    {SIGPWR, SIGNAL_READ}, {SIGSTKFLT, SIGNAL_READ}, {SIGVTALRM, SIGNAL_READ}, {SIGSEGV, SIGNAL_CRASH},
    {SIGBUS, SIGNAL_CRASH}, {SIGFPE, SIGNAL_CRASH}, {SIGILL, SIGNAL_CRASH}, {SIGABRT, SIGNAL_CRASH},
    {SIGTRAP, SIGNAL_CRASH}, {SIGSYS, SIGNAL_CRASH}, {SIGXCPU, SIGNAL_CRASH}, {SIGXFSZ, SIGNAL_CRASH},
    /* clang-format on */
};

static void signals_set(sigset_t *set)
{
	sigemptyset(set);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		if (signals[i].way == SIGNAL_READ)
			sigaddset(set, signals[i].number);
	for (int number = SIGRTMIN; number <= SIGRTMAX; number++)
		sigaddset(set, number);
}

static void (*give_back)(void); /* the face's function; global, since a handler has no argument for it */

static void on_crash(int number)
{
	give_back();
	raise(number); /* SA_RESETHAND: this one kills, as soon as the handler returns */
}

/* The handler has a stack of its own: after an overflow the usual one has no room for it. */
static void catch_crashes(void)
{
	static char stack[16 * 1024];
	const stack_t place = {.ss_sp = stack, .ss_size = sizeof stack};
	struct sigaction action = {.sa_handler = on_crash, .sa_flags = (int)(SA_ONSTACK | SA_RESETHAND)};

	sigaltstack(&place, NULL);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		if (signals[i].way == SIGNAL_CRASH)
			sigaction(signals[i].number, &action, NULL);
}

static void handle_signal(struct app *app, int number)
{
	switch (number) {
	case SIGWINCH:
		app->face->resize(app);
		break;
	case SIGTSTP:
		app_suspend(app);
		break;
	case SIGCONT: /* we were stopped without being asked: others may have written to the terminal meanwhile */
		app->quit |= !app->face->resume(app);
		break;
	default:
		app->quit_signal = number;
		app->quit = true;
		break;
	}
	app_dirty(app);
}

static void read_signals(struct app *app)
{
	struct signalfd_siginfo info;

	while (read(app->signal_fd, &info, sizeof info) == (ssize_t)sizeof info)
		handle_signal(app, (int)info.ssi_signo);
}

/* ---- one turn ---- */

static void run_timers(struct app *app)
{
	int64_t now = clock_monotonic();

	for (size_t i = 0; i < app->depth; i++) {
		struct layer *layer = app->stack[i];
		if (!layer->timer_at || layer->timer_at > now)
			continue;
		layer->timer_at = 0;
		if (layer->screen->tick)
			layer->screen->tick(app, layer->state);
		app_dirty(app);
		break; /* a call may have changed the stack; the next turn, which follows at once, does the rest */
	}
	if (app->count_at && app->count_at <= now)
		app_count_sales(app);
	purchase_runs_step(app->runs);
	if (app->settings.kiosk && now - app->last_input >= (int64_t)app->settings.idle_s * 1000)
		app->quit = true;
	app_chrome_tick(app);
}

static int earlier(int wait, int64_t at, int64_t now)
{
	int64_t left = at - now;

	if (left < 0)
		left = 0;
	return wait < 0 || left < wait ? (int)(left < INT32_MAX ? left : INT32_MAX) : wait;
}

/* For how many ms there is nothing to do; -1: until something comes. */
static int idle_time(const struct app *app)
{
	int64_t now = clock_monotonic();
	int wait = app->face->wait(app);

	if (app->quit)
		return 0;
	for (size_t i = 0; i < app->depth; i++)
		if (app->stack[i]->timer_at)
			wait = earlier(wait, app->stack[i]->timer_at, now);
	if (app->count_at)
		wait = earlier(wait, app->count_at, now);
	if (purchase_runs_due(app->runs))
		wait = earlier(wait, purchase_runs_due(app->runs), now);
	if (app->settings.kiosk)
		wait = earlier(wait, app->last_input + (int64_t)app->settings.idle_s * 1000, now);
	return wait;
}

bool app_is_quiet(const struct app *app)
{
	int64_t soon = clock_monotonic() + APP_SYNC_SOON_MS;

	if (app->sync >= APP_SYNC_QUIET && net_oldest_ms(app->net, NULL) >= 0)
		return false;
	for (size_t i = 0; app->sync >= APP_SYNC_STILL && i < app->depth; i++)
		if (app->stack[i]->timer_at && app->stack[i]->timer_at < soon)
			return false;
	int64_t due = purchase_runs_due(app->runs);
	return app->sync < APP_SYNC_STILL || !due || due >= soon;
}

static void sleep_until_something(struct app *app)
{
	struct pollfd fds[FACE_FDS + 1];
	size_t count = app->face->fds(app, fds);

	fds[count++] = (struct pollfd){.fd = app->signal_fd, .events = POLLIN};
	if (!net_wait(app->net, fds, count, idle_time(app)))
		app->quit = true;
}

/* Does what the platform chooser asked for. It is done here because no screen's function is running now. */
static void reconnect(struct app *app)
{
	char before[SETTINGS_URL];
	struct err err;

	if (!app->reconnect[0])
		return;
	app_clear_stack(app);
	app_bury(app);
	app_close_net(app);
	memcpy(before, app->settings.api, sizeof before);
	memcpy(app->settings.api, app->reconnect, sizeof app->settings.api);
	app->reconnect[0] = '\0';
	if (!app_open_net(app, &err)) {
		memcpy(app->settings.api, before, sizeof before);
		if (!app_open_net(app, NULL)) {
			app->quit = true;
			return;
		}
		app_failed(app, &err);
	}
	app_home(app);
}

static void turn(struct app *app)
{
	app->face->read(app);
	read_signals(app);
	net_run(app->net);
	app_give_kept_keys(app);
	run_timers(app);
	reconnect(app);
	app_bury(app);
	if (app->depth)
		app->face->show(app);
	if (!app->quit)
		sleep_until_something(app);
}

/* ---- start and end ---- */

static bool start(struct app *app, struct err *err)
{
	sigset_t set;
	struct err keys = {.kind = ERR_NONE};

	signals_set(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	app->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (app->signal_fd < 0)
		return err_set(err, ERR_FILE, "signalfd: %m");
	if (!app_init_keys(app, err))
		return false;
	settings_keys(&app->settings, app->keymaps, SCREENS + 1, &keys);
	if (app->settings.kiosk) /* a kiosk can't be suspended, so it isn't offered */
		keymap_override(&app->keymaps[SCREENS], "suspend", "", NULL);
	app_init_typing_keys(app);
	if (!app->face->open(app, err))
		return false;
	give_back = app->face->crashed;
	catch_crashes();
	if (!app_open_net(app, err))
		return false;
	app->last_input = clock_monotonic();
	app_home(app);
	if (keys.kind != ERR_NONE)
		app_failed(app, &keys);
	return true;
}

static void stop(struct app *app)
{
	overlay_close(app);
	if (app->net) {
		app_clear_stack(app);
		app_bury(app);
		app_close_net(app);
	}
	app->face->close(app);
	if (app->signal_fd >= 0)
		close(app->signal_fd);
}

bool app_run(const struct settings *settings, const struct face *face, int *ret_signal, struct err *err)
{
	struct app *app = calloc(1, sizeof *app);

	if (!app)
		return err_memory(err, "starting");
	app->settings = *settings;
	app->face = face;
	app->signal_fd = -1;
	bool good = start(app, err);
	if (good && !app->quit)
		face->show(app); /* people see the first frame before the network is asked for anything */
	while (good && !app->quit)
		turn(app);
	stop(app);
	if (good && app->quit_err.kind != ERR_NONE) {
		*err = app->quit_err;
		good = false;
	}
	*ret_signal = app->quit_signal;
	free(app);
	return good;
}
