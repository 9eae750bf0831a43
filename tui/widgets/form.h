/* form.h: labelled fields in an order, with what is wrong said at the field.
 *
 * Tab, S-Tab, Down and Up go from field to field, Enter sends from any of them (CHOSEN), Esc gives up (CLOSED). A
 * choice is changed with Left, Right and Space; any other text that is typed or pasted there goes to the next field
 * that takes one. A form opens on its first field that takes text. An error at a field goes away when the field is
 * edited.
 *
 * When a field is left, or the form sent, the blanks around its text are cut off (not a secret's, nor a long text's),
 * and a row's `check` says what is wrong with it; where its meaning is written differently than it was typed, the
 * meaning stands after it.
 */
#ifndef VITRINE_TUI_WIDGETS_FORM_H
#define VITRINE_TUI_WIDGETS_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "tui/terminal/event.h"
#include "tui/widgets/field.h"
#include "tui/paint/paint.h"
#include "tui/widgets/widget.h"

enum { FORM_FIELDS_MAX = 12, FORM_ERROR_SIZE = 256, FORM_MEANING_SIZE = 48 };

/* The meaning of a text, as it would be written; or false, and a sentence that says what is wrong with it. `kind` is
 * the row's. */
typedef bool form_check(int kind, const char *text, char *ret_meaning, size_t meaning_size, char *ret_fault,
			size_t fault_size);

/* What a field is; a form is made from a const table of these. Strings are static. */
struct form_row {
	const char *name;  /* as the platform calls it: "email" */
	const char *label; /* as people read it: "E-mail" */
	const char *hint;  /* shown while it is empty; may be NULL */
	const char *needed; /* the sentence for people who leave it empty; NULL: it may be empty */
	size_t max;        /* characters; 0 for a choice */
	int lines;         /* more than 1: wrapped over so many lines */
	bool secret;
	form_check *check;          /* may be NULL */
	int kind;                   /* for check */
	const char *const *choices; /* ends with NULL; then `field` stays empty and `choice` counts */
};

struct form_field {
	const struct form_row *row;
	struct field field;
	int choice;
	char error[FORM_ERROR_SIZE];
};

struct form {
	struct form_field fields[FORM_FIELDS_MAX];
	size_t count, focus;
};

/* Fails only for want of memory; form_done is then done already. */
bool form_init(struct form *form, const struct form_row *rows, size_t count, struct err *err);

/* Frees; secrets are wiped. */
void form_done(struct form *form);

/* Content by the row's index. */
void form_set(struct form *form, size_t index, const char *text);
const char *form_text(const struct form *form, size_t index);

/* Ends the typing: trims and checks all fields, and says at each what is wrong with it, with the focus at the first.
 * False when there is anything. What was said before is forgotten. */
bool form_settle(struct form *form);

/* Says what is wrong with a field, and goes there if `focus`. By name: false when there is no such field (the platform
 * may send a JSON pointer: "/email" is "email"). */
void form_error(struct form *form, size_t index, bool focus, const char *text);
bool form_error_named(struct form *form, const char *name, const char *text);
void form_clear_errors(struct form *form);
bool form_has_errors(const struct form *form);

enum widget_result form_event(struct form *form, const struct event *event);

/* Where the fields of a form stand in `width` columns, from 0, 0 on: labels beside the fields, or above them when it is
 * narrow. */
struct form_places {
	struct rect fields[FORM_FIELDS_MAX];
	int lines;       /* that all take */
	int first, last; /* lines of the field in focus and of what is wrong with it */
	bool narrow;
	int labels; /* columns */
};
void form_place(const struct form *form, int width, struct form_places *ret_places);

/* The line to begin with so that the field in focus is in sight in `height` lines. */
int form_scroll(const struct form_places *places, int height, int scroll);

/* Shows it from line `scroll` on. `first` is of the field in focus, as in field_show; returned as it is now. */
size_t form_show(const struct form *form, const struct form_places *places, struct canvas *canvas, struct rect rect,
		 int scroll, bool focused, size_t first);

/* The byte offset in a field's text at a column and (of a long text) line from its upper left corner. */
size_t form_offset(const struct form *form, const struct form_places *places, size_t index, size_t first, int column,
		   int line);

/* Goes to a field. And: a click there, at a byte offset of its text; on a choice with the focus it takes the next
 * choice. */
void form_go(struct form *form, size_t index);
void form_click(struct form *form, size_t index, size_t offset);

/* What a field's text means, where that is written differently than it was typed; false: it isn't. */
bool form_meaning(const struct form_field *field, char ret_meaning[FORM_MEANING_SIZE]);

#endif
