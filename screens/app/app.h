/* app.h: what the app does for its screens: the stack they lie on, calls to the platform, messages, questions, timers.
 */
#ifndef VITRINE_SCREENS_APP_APP_H
#define VITRINE_SCREENS_APP_APP_H

#include "net/net.h"
#include "shop/cart.h"
#include "shop/purchase_run.h"
#include "screens/app/settings.h"
#include "tui/paint/paint.h"
#include "tui/widgets/toast.h"

struct app;

enum screen_id {
#define SCREEN(id, who, needs, words) SCREEN_##id,
#include "screens/screens.def"
#undef SCREEN
	SCREENS
};

/* ---- the stack ---- */

/* Opens a screen on top; a screen of the menu empties the stack first, after asking if something would be lost. `argument`
 * is whatever its `enter` expects, or NULL. */
void app_push(struct app *app, enum screen_id id, const void *argument);

/* The same for a screen that is asked for something: when it closes, `on_result` gets the state of the one that asked and what
 * app_close_with was given, or NULL when people left without it. It isn't called when the one that asked has gone before.
 * `result` is valid during the call only. Without a result it may change the owner's state, but not the stack. */
typedef void app_result(struct app *app, void *owner, const void *result);
void app_push_for(struct app *app, enum screen_id id, const void *argument, void *owner, app_result *on_result);

/* Opens a screen in the place of the top one; or of `state`'s, below those that may lie above it by now. */
void app_replace(struct app *app, enum screen_id id, const void *argument);
void app_replace_screen(struct app *app, const void *state, enum screen_id id, const void *argument);

/* Closes the top screen; asks first if something would be lost there. The last one stays. */
void app_back(struct app *app);

/* Closes the top screen without asking: for a screen that has done its work. A closed screen's state stays readable until
 * the function of it that is running returns. */
void app_close(struct app *app);

/* The same with what the screen was asked for (app_push_for). */
void app_close_with(struct app *app, const void *state, const void *result);

/* From now on that is what the one that asked gets, even if people leave without more ado. It must stay as long as the
 * screen. */
void app_set_result(struct app *app, const void *state, const void *result);

/* The same for a screen that may not be the top one by now, such as when an answer of the platform has come. */
void app_close_screen(struct app *app, const void *state);

/* The first screen for whoever is signed in now: the shop, or the inventory. */
void app_home(struct app *app);

/* ---- the platform ---- */

/* Never NULL. It is another one after app_connect. */
struct net *app_net(struct app *app);

/* net_call with the screen as its owner: the reply comes to `reply` unless the screen has gone by then. `state` is the
 * screen's. Returns the call's number, 0 when memory ended (a message says so). */
typedef void app_reply(struct app *app, void *state, struct net_reply *reply);
net_id app_call(struct app *app, void *state, enum api_op op, const struct net_args *args, app_reply *reply);

/* Speaks to another platform from now on: everything is closed. */
void app_connect(struct app *app, const char *url);

/* Who is signed in: GROUP_NONE when nobody is. */
enum group app_group(struct app *app);

/* To be called when somebody has signed in: the cart follows, screens are told, and where what is open is for others, people
 * are taken to their first screen. */
void app_session_changed(struct app *app);

/* Signs out, after asking if something would be lost, and opens the shop. */
void app_sign_out(struct app *app);

/* How many sales wait to be shipped is shown in the header; something has changed about it. */
void app_count_sales(struct app *app);

/* Opens the sign-in, and whatever was being done goes on afterwards from the screen below. True when somebody of that group
 * (GROUP_NONE: any) is signed in already. */
bool app_need_session(struct app *app, enum group group);

struct cart_model *app_cart(struct app *app);
struct purchase_runs *app_runs(struct app *app);
struct settings *app_settings(struct app *app);

/* The one currency, "" while it isn't known. */
const char *app_currency(struct app *app);

/* ---- telling people ---- */

/* A line above the footer, for 4 s or until a key; a bad one stays until Esc, or the next one. `hint` (may be NULL) stands at
 * its right end, such as "u undo". */
void app_say(struct app *app, enum toast_kind kind, const char *hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Tells people what an error means, as a message (words.h); a lost session leads to the sign-in.
 * Screens with fields show what belongs to a field there, and give the rest to this. */
void app_failed(struct app *app, const struct err *err);

/* Asks a question in `text`, answered by `y` (which is shown with `label`: "delete it") or Esc; `y` calls `yes` with the
 * screen's state. */
typedef void app_answer(struct app *app, void *state);
void app_ask(struct app *app, void *state, const char *label, app_answer *yes, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Lets one of several be chosen; `chosen` gets its index. The texts are copied. `selected` is marked at first. */
typedef void app_choice(struct app *app, void *state, size_t index);
void app_choose(struct app *app, void *state, const char *title, const char *const *texts, size_t count, size_t selected,
		app_choice *chosen);

/* ---- keys for what isn't there yet ---- */

/* Keeps a key of the top screen's that moves, or is meant for a row (screen.h: of_row), while that row is on its way, and all
 * that follow: true. app_give_keys has them come again, in their order; app_forget_keys drops them. */
bool app_keep_key(struct app *app, uint32_t key);
void app_give_keys(struct app *app);
void app_forget_keys(struct app *app);

/* ---- time and painting ---- */

/* Something changed: paint before sleeping again. */
void app_dirty(struct app *app);

/* Has the terminal taken what there is to see? What nobody could see yet shouldn't be said yes to. */
bool app_is_shown(struct app *app);

/* Calls the screen's `tick` once, in so many milliseconds; a later call replaces it, 0 takes it back. */
void app_timer(struct app *app, void *state, int milliseconds);

/* The screen's arena: for what lives as long as it does. */
struct arena *app_arena(struct app *app, const void *state);

/* Is one of the screen's calls under way, long enough to say so? What is there is then painted faint. */
bool app_waiting(struct app *app, const void *state);

/* The terminal's glyphs, for texts that a screen puts together itself. */
const struct glyphs *app_glyphs(struct app *app);
enum color_depth app_depth(struct app *app);

/* Changes how everything looks, from the next frame on, and keeps that in vitrine.ini; "" is what suits the terminal. */
void app_set_theme(struct app *app, const char *name);

/* "1,284.30" (as the locale has it), "22 Nov 2026" (local time), "3 days" ago: texts for people, in `space`, which is
 * returned. What goes into a field is number_write's: the same without the comma. */
enum { APP_TEXT = 40 };
const char *app_money(int64_t amount, char space[APP_TEXT]);
const char *app_date(int64_t instant, char space[APP_TEXT]);
const char *app_ago(int64_t instant, char space[APP_TEXT]);

/* "22 Nov": a day since 1970-01-01, which is the same date wherever people are. */
const char *app_day(int64_t day, char space[APP_TEXT]);

/* "23:05", local time. */
const char *app_time(int64_t instant, char space[APP_TEXT]);

#endif
