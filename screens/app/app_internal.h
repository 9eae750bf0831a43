/* app_internal.h: what the files of the app share; screens don't include it.
 *
 *   app.c          the loop, signals, time
 *   app_stack.c    screens on top of each other
 *   app_calls.c    calls, sessions, errors
 *   app_keys.c     from an event to an action
 *   app_view.c     what the top screen shows, and what people do to it
 *   app_chrome.c   header, footer, messages
 *   face_cells.c   the full-screen face (face.h)
 *   linear.h       the face of lines
 *   app_overlay.c  overlays: help, palette, questions, menus
 *   app_settled.c  the end of purchases that no screen watches
 *   app_text.c     amounts and dates as people read them
 */
#ifndef VITRINE_SCREENS_APP_APP_INTERNAL_H
#define VITRINE_SCREENS_APP_APP_INTERNAL_H

#include "base/arena.h"
#include "screens/app/app.h"
#include "screens/app/face.h"
#include "screens/app/screen.h"
#include "tui/terminal/terminal.h"

enum { APP_DEPTH_MAX = 12, APP_LAYER_MEMORY = 64 * 1024 * 1024 };

struct layer {
	const struct screen *screen;
	enum screen_id id;
	void *state;
	uint64_t number;   /* each layer has another one */
	struct view *view;
	struct arena arena;
	int64_t timer_at; /* clock_monotonic; 0: none */
	void *owner;      /* state of the screen that wants the result, and its function; NULL: there is none */
	app_result *on_result;
	const void *result; /* valid while the screen closes */
	struct layer *next_dead;
};

struct overlay;
struct palette;
struct linear;

enum { MENU_ENTRIES = 3, APP_KEYS_KEPT = 256 };
struct menu_place {
	struct rect rect;
	enum screen_id id;
};

struct app {
	struct settings settings;
	const struct face *face;
	struct terminal *terminal; /* of face_cells.c */
	struct linear *linear;     /* of linear.c */
	struct net *net;
	struct cart_model *cart;
	struct purchase_runs *runs;
	struct layer *stack[APP_DEPTH_MAX];
	size_t depth;
	uint64_t layers; /* how many were opened so far */
	struct layer *dead; /* closed; freed at the end of the loop's turn */
	struct keymap keymaps[SCREENS + 1]; /* one per screen; the last one holds on every screen */
	struct keymap typing_keys;          /* the last one without its letters: for while people type */
	bool typing;                        /* the cursor was in a field when the last frame was painted */
	struct overlay *overlay;            /* NULL: none is open */

	int64_t open_sales; /* of the seller who is signed in */
	int64_t count_at;   /* when to count them again, by clock_monotonic; 0: never */
	struct toast toast;
	struct rect toast_rect; /* where the last frame had it; empty: nowhere */
	struct spinner spinner;
	bool dirty, quit;
	bool stale; /* something has changed since the top screen's view was laid out */
	int quit_signal; /* 0: a person ended it */
	struct err quit_err; /* why the program failed; ERR_NONE: it didn't */
	int signal_fd;
	int64_t last_input; /* clock_monotonic */
	uint32_t kept_keys[APP_KEYS_KEPT]; /* keys for rows that are on their way */
	size_t kept_count;
	bool give_keys, giving_key; /* kept keys may come again; the current event is one of them */
	bool sync_asked;
	uint32_t sync;
	int wanted; /* 1 + the screen to open after the sign-in; 0: none */
	char secured[SETTINGS_URL]; /* the platform's https address, while people are asked whether to use it */
	char reconnect[SETTINGS_URL]; /* the platform to change to after the loop's turn, or "" */
	struct footer_item footer[FOOTER_ITEMS_MAX];
	size_t footer_count;
	struct rect footer_rect;
	struct menu_place menu[MENU_ENTRIES]; /* where the last frame had the entries */
};

/* A test asks when all is quiet. A sync with a number from this one on is answered only when no call is under way; from
 * the second one on, only when no screen's timer runs out soon, either. */
enum { APP_SYNC_QUIET = 1000000, APP_SYNC_STILL = 2000000, APP_SYNC_SOON_MS = 1000 };

#define EVERYWHERE_KEYS(KEY)                                                                                          \
	KEY(EVERYWHERE_HELP, "help", "? F1", "help", "Show the keys of this screen", 1)                               \
	KEY(EVERYWHERE_PALETTE, "palette", ":", "go to", "Find any screen or command by name", 9)                     \
	KEY(EVERYWHERE_BACK, "back", "Esc", "back", "Go one screen back", 8)                                          \
	KEY(EVERYWHERE_CART, "cart", "c", "cart", NULL, 0)                                                            \
	KEY(EVERYWHERE_REDRAW, "redraw", "C-l", "redraw", "Paint the whole screen again", 0)                          \
	KEY(EVERYWHERE_SUSPEND, "suspend", "C-z", "suspend", "Go back to the shell for a while", 0)                   \
	KEY(EVERYWHERE_QUIT, "quit", "q C-c", "quit", "Exit Vitrine", 0)
enum everywhere_action { EVERYWHERE_KEYS(KEYMAP_ACTION) };

/* Is it as quiet as the test that asks wants it: no call under way, or no screen's timer about to run out either? */
bool app_is_quiet(const struct app *app);

extern const struct screen *const app_screens[SCREENS];

/* Who a screen is for, as screens.def says. */
enum app_who { FOR_EVERYONE, FOR_GUESTS, FOR_ACCOUNTS, FOR_BUYERS, FOR_CLIENTS, FOR_SELLERS, FOR_NOBODY };
struct app_entry {
	enum app_who who;
	enum api_op needs; /* a call of the platform */
	const char *words; /* "name|other words" */
};
extern const struct app_entry app_entries[SCREENS];
bool app_offers(struct app *app, enum screen_id id);

/* It isn't for guests, but will be offered after they have signed in. */
bool app_offers_later(struct app *app, enum screen_id id);

/* Why the screen can't be opened, even after a sign-in, as a sentence for people. NULL: it can, or nobody can ask for
 * it. */
const char *app_refusal(struct app *app, enum screen_id id);

/* Opens a screen by its name. If it isn't for guests, the sign-in comes first. */
void app_go(struct app *app, enum screen_id id);

/* -- stack -- */
struct layer *app_top(const struct app *app);
struct layer *app_layer(const struct app *app, const void *state);
void app_clear_stack(struct app *app);
void app_bury(struct app *app); /* frees closed layers */

/* What would be lost by leaving all screens, as a question, or NULL; and what by leaving the program. */
const char *app_unsaved(struct app *app);
const char *app_lost(struct app *app);

/* -- calls -- */
bool app_open_net(struct app *app, struct err *err);
void app_close_net(struct app *app);
struct purchase_runs *app_new_runs(struct app *app);

/* -- keys -- */
bool app_init_keys(struct app *app, struct err *err);
void app_init_typing_keys(struct app *app); /* call it after keys.ini was read */
void app_event(struct app *app, const struct event *event);
void app_give_kept_keys(struct app *app); /* gives the keys that may come again now */
void app_act_everywhere(struct app *app, int action);
void app_suspend(struct app *app);

/* -- view -- */

/* Lets a screen do what is due, and builds its view anew. */
void app_say_view(struct app *app, struct layer *layer);

/* The same, then lays the view out in `body`. */
void app_lay_out_view(struct app *app, struct layer *layer, struct rect body);

/* What an event means for the blocks of the top screen. The view is brought up to date before. */
struct view_event app_view_event(struct app *app, const struct event *event);

/* Tells the top screen what people did to one of its blocks. */
void app_seen(struct app *app, const struct view_event *event);

/* -- chrome -- */
void app_lay_out(struct app *app); /* lays out all that would be painted now, without painting it */
bool app_is_hidden(const struct keymap *keymap, int action, void *app); /* it makes no sense now, says its screen */
void app_paint(struct app *app);

/* Milliseconds until the frame changes by itself (a spinner turns, a message ends); -1: never. */
int app_chrome_wait(const struct app *app);
void app_chrome_tick(struct app *app);

/* -- overlay -- */
void overlay_help(struct app *app);
void overlay_palette(struct app *app);
void overlay_close(struct app *app);
enum widget_result overlay_event(struct app *app, const struct event *event);
void overlay_paint(struct app *app, struct canvas *canvas);

/* For a face that doesn't paint overlays. Of a question: its text, and what `y` does (NULL: it is a notice). Of a menu:
 * its title and items. Of the palette: what it has found by the text typed there, NULL when it isn't open. */
const char *overlay_text(const struct app *app);
const char *overlay_label(const struct app *app);
size_t overlay_items(const struct app *app);
const char *overlay_item(const struct app *app, size_t index);
const struct palette *overlay_found(const struct app *app);

/* Chooses an item of the menu, or of what the palette has found. */
void overlay_choose(struct app *app, size_t index);

/* Asks a question of the app itself; `text` is copied. False when memory ends. */
bool overlay_ask(struct app *app, const char *label, app_answer *yes, void *context, const char *text);

/* Shows the whole of a message that was too long for its line; the text is copied. */
void overlay_tell(struct app *app, const char *text);

/* Drops a question or menu whose screen is closed. */
void overlay_forget(struct app *app, const void *state);

#endif
