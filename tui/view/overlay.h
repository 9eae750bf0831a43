/* overlay.h: what floats over a screen: a question, a menu, the help, the palette. Each adds its blocks to a view of
 * its own, which is borrowed. It is painted after the screen, in the middle of `rect` (usually the whole canvas), and
 * takes all events while it is there: IGNORED is never answered.
 */
#ifndef VITRINE_TUI_VIEW_OVERLAY_H
#define VITRINE_TUI_VIEW_OVERLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "tui/view/view.h"
#include "tui/widgets/widget.h"

/* What they have in common. */
struct floating {
	struct view *view;
	struct rect rect; /* it was last painted in the middle of this one */
};

/* A question that `y` answers with CHOSEN (Enter never does) and Esc or `n` with CLOSED; or, without `yes`, a notice
 * that Enter and Esc close. Texts are borrowed and may be anything; arrows scroll what is too long. */
struct dialog {
	struct floating floating;
	const char *title, *text;
	const char *yes; /* "delete it" */
	const char *no;  /* NULL: "cancel", or "close" for a notice */
};
enum widget_result dialog_event(struct dialog *dialog, const struct event *event);
void dialog_paint(struct dialog *dialog, struct canvas *canvas, struct rect rect);

/* Chooses one of several; Enter or a click. Texts are borrowed. */
struct menu {
	struct floating floating;
	const char *title;
	const char *const *items;
	size_t count, selected;
};
enum widget_result menu_event(struct menu *menu, const struct event *event);
void menu_paint(struct menu *menu, struct canvas *canvas, struct rect rect);

/* All keys of these keymaps, filtered as one types. */
enum { OVERLAY_KEYMAPS_MAX = 4, OVERLAY_FILTER_MAX = 40 };
struct help {
	struct floating floating;
	const struct keymap *keymaps[OVERLAY_KEYMAPS_MAX];
	size_t count;
	struct field filter;
};
bool help_init(struct help *help, struct view *view, const struct keymap *const *keymaps, size_t count,
	       struct err *err);
void help_done(struct help *help);
enum widget_result help_event(struct help *help, const struct event *event);
void help_paint(struct help *help, struct canvas *canvas, struct rect rect);

/* Everything that can be done, by name: the app's places and the actions of keymaps. Each typed word is looked for;
 * names that begin with the typed text come first. */
struct palette_entry {
	const char *name; /* "sign in" */
	const char *note; /* may be NULL */
	const char *label; /* of an action, as in the footer; not shown but found by; may be NULL */
	int id;
	const struct keymap *keymap; /* of an action; NULL: a place */
	char key[KEY_NAME_SIZE];
};
enum { PALETTE_ENTRIES_MAX = 128 };
struct palette {
	struct floating floating;
	struct palette_entry entries[PALETTE_ENTRIES_MAX];
	unsigned char shown[PALETTE_ENTRIES_MAX]; /* indices of those that match, best first */
	size_t count, shown_count, selected;
	struct field query;
};
bool palette_init(struct palette *palette, struct view *view, struct err *err);
void palette_done(struct palette *palette);

/* Adds a place, or a keymap's actions: those with a help text, without `except` (may be KEYMAP_NONE) and those that
 * `hidden` (may be NULL) names. What is too many is left out. */
void palette_add(struct palette *palette, const char *name, const char *note, int id);
void palette_add_keymap(struct palette *palette, const struct keymap *keymap, int except, keymap_hidden *hidden,
			void *user);
enum widget_result palette_event(struct palette *palette, const struct event *event);
void palette_paint(struct palette *palette, struct canvas *canvas, struct rect rect);

/* The entry under the selection; NULL when nothing matches. */
const struct palette_entry *palette_chosen(const struct palette *palette);

/* ---- for overlays, whose `say` adds their blocks to the view ---- */

struct floating_shape {
	const char *title; /* in the frame; may be NULL */
	int columns;       /* of the frame at most; 0: what suits the blocks */
	bool high;         /* from near the top, as high as it may be, so that it doesn't jump while one types */
};
typedef void floating_say(const void *what, struct view *view);

void floating_paint(struct floating *floating, const struct floating_shape *shape, floating_say *say, const void *what,
		    struct canvas *canvas, struct rect rect);

/* What an event means for the blocks as they are now. */
struct view_event floating_event(const struct floating *floating, const struct floating_shape *shape, floating_say *say,
				 const void *what, const struct event *event, bool with_letters);

#endif
