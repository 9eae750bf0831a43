/* field.h: a line of text that is being edited, in characters as people see them.
 *
 * Keys: arrows, Home End ^A ^E, C-Left C-Right (words), Backspace ^H Delete ^D, ^W ^U ^K, characters, pastes. Enter,
 * Tab, Up, Down and Esc are left to the owner. Control characters never get in; a pasted line feed or tab becomes a
 * space. A full field refuses what doesn't fit, whole characters only. Every other character stays: whoever reads the
 * text checks it, nothing is filtered here.
 *
 * The content is one allocation of fixed size made at the start, so that editing never fails and a secret leaves no
 * copy behind in memory that was freed.
 */
#ifndef VITRINE_TUI_WIDGETS_FIELD_H
#define VITRINE_TUI_WIDGETS_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "tui/terminal/event.h"
#include "tui/paint/paint.h"
#include "tui/widgets/widget.h"

struct field {
	char *text; /* valid UTF-8, terminated */
	size_t length;
	size_t size;         /* bytes allocated */
	size_t max;          /* characters (code points) at most */
	size_t cursor;       /* byte offset, at a cluster's boundary */
	bool secret;         /* shown as dots, wiped */
};

/* `max` in characters. */
bool field_init(struct field *field, size_t max, bool secret, struct err *err);

/* Wipes if secret, frees. The field may then be painted (empty) but takes nothing. */
void field_done(struct field *field);

/* Replaces the content (cleaned and cut as a paste would be); the cursor stands at its end. NULL empties. */
void field_set(struct field *field, const char *text);

/* Cuts off the blanks around the content, of any kind (base/text.h). Not when it is a secret, and not when it is full:
 * something may be missing at its end then, and whoever reads it should see that. */
void field_trim(struct field *field);

const char *field_text(const struct field *field);
bool field_is_empty(const struct field *field);

/* HANDLED or IGNORED, and nothing else. */
enum widget_result field_event(struct field *field, const struct event *event);

/* Inserts at the cursor, as a paste does. */
void field_insert(struct field *field, const char *bytes, size_t length);

/* One line at x, y; scrolls sideways to keep the cursor in sight, and places the terminal's cursor if it has the focus.
 * `hint` is shown, faint, while it is empty (may be NULL). `first` is the byte offset of the first character shown
 * before; returns what it is now. */
size_t field_show(const struct field *field, struct canvas *canvas, int x, int y, int width, bool focused,
		  const char *hint, size_t first);

/* The same wrapped over a rectangle, for long texts; `first` is the first line shown. */
size_t area_show(const struct field *field, struct canvas *canvas, struct rect rect, bool focused, const char *hint,
		 size_t first);

/* The byte offset of what is shown at a column from the left edge, from the character `first` on; in an area at a
 * line. */
size_t field_offset(const struct field *field, size_t first, int column);
size_t area_offset(const struct field *field, int line, int column, int width);

/* Where the cursor goes in an area of that width by so many lines (-1 is up); false when there is no such line. */
bool area_move(const struct field *field, int by, int width, size_t *ret_offset);

/* Puts the cursor at a byte offset, or at the end of the character that it is in. */
void field_go(struct field *field, size_t offset);

#endif
