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

/* Opens a screen on top; a screen of the menu empties the stack first, after asking if something would be lost.
 * `argument` is whatever its `enter` expects, or NULL. */
void app_push(struct app *app, enum screen_id id, const void *argument);

/* The same for a screen that is to give a result. When it closes, `on_result` gets the owner's state (that of the
 * screen that asked) and what app_close_with was given, or NULL when people left without it. It isn't called when the
 * owner was closed before. `result` is valid during the call only. Without a result it may change the owner's state,
 * but not the stack. */
typedef void app_result(struct app *app, void *owner, const void *result);
void app_push_for(struct app *app, enum screen_id id, const void *argument, void *owner, app_result *on_result);

/* Opens a screen in the place of the top one; or in the place of `state`'s, which may lie below others by now. */
void app_replace(struct app *app, enum screen_id id, const void *argument);
void app_replace_screen(struct app *app, const void *state, enum screen_id id, const void *argument);

/* Closes the top screen; asks first if something would be lost. The last screen stays. */
void app_back(struct app *app);

/* Closes the top screen without asking: for a screen that has done its work. The state of a closed screen stays
 * readable until the screen's function that is running returns. */
void app_close(struct app *app);

/* The same, with the result that the screen was opened for (app_push_for). */
void app_close_with(struct app *app, const void *state, const void *result);

/* From now on the owner gets this result, even if people leave with Esc. It must stay as long as the screen. */
void app_set_result(struct app *app, const void *state, const void *result);

/* Closes a screen that may lie below others by now, for example when an answer of the platform has come. */
void app_close_screen(struct app *app, const void *state);

/* Opens the first screen of the person who is signed in: the inventory for sellers, the shop for all others. */
void app_home(struct app *app);

/* ---- the platform ---- */

/* Never NULL. It is another one after app_connect. */
struct net *app_net(struct app *app);

/* net_call with the screen as its owner: `reply` gets the reply, unless the screen is closed by then. `state` is the
 * screen's. Returns the call's number, 0 when memory ended (a message says so). */
typedef void app_reply(struct app *app, void *state, struct net_reply *reply);
net_id app_call(struct app *app, void *state, enum api_op op, const struct net_args *args, app_reply *reply);

/* Closes everything and speaks to another platform from now on. */
void app_connect(struct app *app, const char *url);

/* The group of the person who is signed in; GROUP_NONE when nobody is. */
enum group app_group(struct app *app);

/* Call this when somebody has signed in. The cart is merged and the screens are told. If the open screens are for
 * others, people are taken to their first screen. */
void app_session_changed(struct app *app);

/* Signs out, after asking if something would be lost, and opens the shop. */
void app_sign_out(struct app *app);

/* The header shows how many sales wait to be shipped: call this when that number has changed. */
void app_count_sales(struct app *app);

/* Opens the sign-in; afterwards people are back on the screen that called this. True when somebody of that group
 * (GROUP_NONE: any) is signed in already. */
bool app_need_session(struct app *app, enum group group);

struct cart_model *app_cart(struct app *app);
struct purchase_runs *app_runs(struct app *app);
struct settings *app_settings(struct app *app);

/* The one currency, "" while it isn't known. */
const char *app_currency(struct app *app);

/* ---- telling people ---- */

/* A line above the footer, for 4 s or until a key; bad news stays until Esc or the next message. `hint` (may be NULL)
 * stands at its right end, such as "u undo". */
void app_say(struct app *app, enum toast_kind kind, const char *hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Tells people what an error means, as a message (words.h). When the session is lost it opens the sign-in. A screen
 * with fields shows what is wrong with a field there, and gives all other errors to this. */
void app_failed(struct app *app, const struct err *err);

/* Asks the question `text`. The keys are `y`, which is shown with `label` ("delete it"), and Esc. `y` calls `yes` with
 * the screen's state. */
typedef void app_answer(struct app *app, void *state);
void app_ask(struct app *app, void *state, const char *label, app_answer *yes, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Lets people choose one of several; `chosen` gets its index. The texts are copied. `selected` is marked at first. */
typedef void app_choice(struct app *app, void *state, size_t index);
void app_choose(struct app *app, void *state, const char *title, const char *const *texts, size_t count,
		size_t selected, app_choice *chosen);

/* ---- keys that came too early ---- */

/* Keeps a key of the top screen while the row that it is meant for is on its way: a key that moves, or one of
 * screen.h's of_row. True: it is kept, and so are all that follow. app_give_keys lets them come again, in their order;
 * app_forget_keys drops them. */
bool app_keep_key(struct app *app, uint32_t key);
void app_give_keys(struct app *app);
void app_forget_keys(struct app *app);

/* ---- time and painting ---- */

/* Something changed: paint before sleeping again. */
void app_dirty(struct app *app);

/* Has the terminal taken the last frame? A yes to something that people can't see yet must not count. */
bool app_is_shown(struct app *app);

/* Calls the screen's `tick` once, after so many milliseconds. A later call replaces it; 0 stops it. */
void app_timer(struct app *app, void *state, int milliseconds);

/* The screen's arena: for what lives as long as it does. */
struct arena *app_arena(struct app *app, const void *state);

/* Has one of the screen's calls been under way for so long that it should be said? The old content is then painted
 * faint. */
bool app_waiting(struct app *app, const void *state);

/* The terminal's glyphs, for texts that a screen puts together itself. */
const struct glyphs *app_glyphs(struct app *app);
enum color_depth app_depth(struct app *app);

/* Changes how everything looks, from the next frame on, and keeps that in vitrine.ini; "": what suits the terminal. */
void app_set_theme(struct app *app, const char *name);

/* "1,284.30" (as the locale has it), "22 Nov 2026" (local time), "3 days" (ago): texts for people. They are written to
 * `space`, which is returned. For a field use number_write, which writes no comma. */
enum { APP_TEXT = 40 };
const char *app_money(int64_t amount, char space[APP_TEXT]);
const char *app_date(int64_t instant, char space[APP_TEXT]);
const char *app_ago(int64_t instant, char space[APP_TEXT]);

/* "22 Nov": a day since 1970-01-01. It is the same date in every time zone. */
const char *app_day(int64_t day, char space[APP_TEXT]);

/* "23:05", local time. */
const char *app_time(int64_t instant, char space[APP_TEXT]);

#endif
