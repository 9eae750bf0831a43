/* app_internal.h: what the files of the app share; screens don't include it.
 *
 *   app.c          the loop, signals, time
 *   app_stack.c    screens on top of each other
 *   app_calls.c    calls, sessions, errors
 *   app_keys.c     from an event to an action
 *   app_view.c     what screens say that there is to see, and what people do to it
 *   app_chrome.c   header, footer, messages
 *   face_cells.c   the full-screen face (face.h)
 *   linear.h       the face of lines
 *   app_overlay.c  what floats: help, palette, questions, menus
 *   app_settled.c  what became of purchases that no screen watches
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
	uint64_t number;   /* no other layer has it */
	struct view *view;
	struct arena arena;
	int64_t timer_at; /* clock_monotonic; 0: none */
	void *owner;      /* state of the screen that wants its result, and what takes it; NULL: none does */
	app_result *on_result;
	const void *result; /* while it closes */
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
	struct terminal *terminal; /* face_cells.c's */
	struct linear *linear;     /* linear.c's */
	struct net *net;
	struct cart_model *cart;
	struct purchase_runs *runs;
	struct layer *stack[APP_DEPTH_MAX];
	size_t depth;
	uint64_t layers; /* opened so far */
	struct layer *dead; /* closed; freed at the end of the loop's turn */
	struct keymap keymaps[SCREENS + 1]; /* of each screen, and last what holds everywhere */
	struct keymap typing_keys;          /* the latter while one types: letters are letters then */
	bool typing;                        /* the cursor is in a field, as last painted */
	struct overlay *overlay;            /* what floats, or NULL */

	int64_t open_sales; /* of the seller who is signed in */
	int64_t count_at;   /* clock_monotonic, when they are counted again; 0: never */
	struct toast toast;
	struct rect toast_rect; /* as last painted; empty: it wasn't */
	struct spinner spinner;
	bool dirty, quit;
	bool stale; /* something changed since the top screen's view was laid out */
	int quit_signal; /* 0: by a person */
	struct err quit_err; /* why it ended other than it should; ERR_NONE: it didn't */
	int signal_fd;
	int64_t last_input; /* clock_monotonic */
	uint32_t kept_keys[APP_KEYS_KEPT]; /* for what is on its way */
	size_t kept_count;
	bool give_keys, giving_key; /* they may come again; this is one of them */
	bool sync_asked;
	uint32_t sync;
	int wanted; /* 1 + the screen to open once somebody has signed in, or 0 */
	char secured[SETTINGS_URL]; /* where the platform wants to be spoken to by https, while somebody is asked about it */
	char reconnect[SETTINGS_URL]; /* a platform to speak to once the loop is at rest, or "" */
	struct footer_item footer[FOOTER_ITEMS_MAX];
	size_t footer_count;
	struct rect footer_rect;
	struct menu_place menu[MENU_ENTRIES]; /* as last painted */
};

/* A test asks when all is quiet: syncs from this number on are answered only when no call is under way; from the second one
 * on, only when no screen's timer runs out soon, either. */
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

/* A test that asks wants no call to be under way, or no screen about to do something of its own either. */
bool app_is_quiet(const struct app *app);

extern const struct screen *const app_screens[SCREENS];

/* Whom a screen is for, as screens.def says. */
enum app_who { FOR_EVERYONE, FOR_GUESTS, FOR_ACCOUNTS, FOR_BUYERS, FOR_CLIENTS, FOR_SELLERS, FOR_NOBODY };
struct app_entry {
	enum app_who who;
	enum api_op needs; /* of the platform */
	const char *words; /* "name|other words" */
};
extern const struct app_entry app_entries[SCREENS];
bool app_offers(struct app *app, enum screen_id id);

/* It isn't for guests, but would be after signing in. */
bool app_offers_later(struct app *app, enum screen_id id);

/* Why it is neither, for people; NULL: it is, or it is nothing that one can ask for. */
const char *app_refusal(struct app *app, enum screen_id id);

/* Opens a screen by its name; what isn't for guests leads to the sign-in first, and opens then. */
void app_go(struct app *app, enum screen_id id);

/* -- stack -- */
struct layer *app_top(const struct app *app);
struct layer *app_layer(const struct app *app, const void *state);
void app_clear_stack(struct app *app);
void app_bury(struct app *app); /* frees what was closed */

/* What would be lost by leaving every screen, as a question, or NULL; and by leaving the program. */
const char *app_unsaved(struct app *app);
const char *app_lost(struct app *app);

/* -- calls -- */
bool app_open_net(struct app *app, struct err *err);
void app_close_net(struct app *app);
struct purchase_runs *app_new_runs(struct app *app);

/* -- keys -- */
bool app_init_keys(struct app *app, struct err *err);
void app_init_typing_keys(struct app *app); /* after people's own keys are in force */
void app_event(struct app *app, const struct event *event);
void app_give_kept_keys(struct app *app); /* those that may come again by now */
void app_act_everywhere(struct app *app, int action);
void app_suspend(struct app *app);

/* -- view -- */

/* Has a screen do what is due, and say anew what there is to see. */
void app_say_view(struct app *app, struct layer *layer);

/* The same, and finds a place for it in `body`. */
void app_lay_out_view(struct app *app, struct layer *layer, struct rect body);

/* What an event means for the blocks of the top screen as they are now, with what came before it. */
struct view_event app_view_event(struct app *app, const struct event *event);

/* Somebody did this to a block of the top screen. */
void app_seen(struct app *app, const struct view_event *event);

/* -- chrome -- */
void app_lay_out(struct app *app); /* what would be painted now, without painting it */
bool app_is_hidden(const struct keymap *keymap, int action, void *app); /* it makes no sense now, its screen says */
void app_paint(struct app *app);

/* Milliseconds until the picture changes by itself (a spinner turns, a message ends); -1: never. */
int app_chrome_wait(const struct app *app);
void app_chrome_tick(struct app *app);

/* -- overlay -- */
void overlay_help(struct app *app);
void overlay_palette(struct app *app);
void overlay_close(struct app *app);
enum widget_result overlay_event(struct app *app, const struct event *event);
void overlay_paint(struct app *app, struct canvas *canvas);

/* For a face that doesn't paint what floats. Of a question its text and what `y` does (NULL: it is a notice), of a menu its
 * title and its items; and what the palette has found by what was typed there, NULL when it isn't open. */
const char *overlay_text(const struct app *app);
const char *overlay_label(const struct app *app);
size_t overlay_items(const struct app *app);
const char *overlay_item(const struct app *app, size_t index);
const struct palette *overlay_found(const struct app *app);

/* Chooses an item of the menu, or of what the palette has found. */
void overlay_choose(struct app *app, size_t index);

/* Asks a question of the app's own; `text` is copied. False: there is no memory to ask it. */
bool overlay_ask(struct app *app, const char *label, app_answer *yes, void *context, const char *text);

/* Opens a message that didn't fit, whole; the text is copied. */
void overlay_tell(struct app *app, const char *text);

/* Forgets a question or menu whose screen goes away. */
void overlay_forget(struct app *app, const void *state);

#endif
