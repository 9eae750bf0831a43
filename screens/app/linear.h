/* linear.h: the face of lines: the same screens, said line by line; people answer with words and numbers.
 *
 *   linear.c        the face (face.h): what is said, and when the next line is read
 *   linear_say.c    sentences
 *   linear_io.c     standard input and output
 *   linear_words.c  what a line means: the steps that it takes
 *
 * A line becomes steps: a row to go to, a key, a text. Each step is taken when the app is at rest, by the same
 * functions that handle keys and clicks in the other face, so that every rule is in one place.
 */
#ifndef VITRINE_SCREENS_APP_LINEAR_H
#define VITRINE_SCREENS_APP_LINEAR_H

#include "screens/app/app_internal.h"
#include "screens/app/linear_io.h"
#include "tui/view/overlay.h"

enum { LINEAR_STEPS = 128, LINEAR_PAGE = 25, LINEAR_SENTENCE = 1024, LINEAR_TEXT_MAX = 1 << 20 };

struct linear_step {
	enum {
		LINEAR_GO,     /* to `row` of the block `id` */
		LINEAR_CHOOSE, /* the same row */
		LINEAR_KEY,    /* press `key` */
		LINEAR_ACT,    /* do the action `row` of the top screen, which has no key */
		LINEAR_TEXT,   /* replace the text in the field by `text`; a form's choice takes none */
		LINEAR_ITEM,   /* choose the item `row` of the overlay */
	} kind;
	int id;
	int64_t row;
	uint32_t key;
	const char *text; /* points into `line` */
};

struct linear {
	struct linear_io io;
	char line[LINEAR_LINE + 1]; /* the last line that was read */
	struct linear_step steps[LINEAR_STEPS];
	size_t step, step_count;

	bool waits;       /* the prompt is shown, and a line is awaited */
	bool told;        /* something was said since the last line */
	bool on_page;     /* the page as it is now is to be said whole */
	bool in_form;     /* the last line went into a form that isn't sent yet */
	int64_t busy_at;  /* since when the app is not at rest, by clock_monotonic; 0: it is, or people were told */
	int64_t ended_at; /* when the input ended */

	uint64_t said_of; /* the number of the layer whose lines are in `said`; 0: none */
	struct buf said;  /* the lines that people know */
	struct buf rest;           /* the part of a long text that was not said yet; it begins at rest_at */
	size_t rest_at;

	const struct form_row *rows; /* the form that people are filling in; NULL: none */
	size_t asked;                /* how many of its fields they were asked for */
	bool sent;                   /* it was sent before: now only wrong fields are asked for */
	bool was_sent;               /* the last line sent it */
};

/* What is said next begins on a new line, also after a prompt; the prompt then comes again. */
void linear_begin(struct linear *linear);

/* Says a text of whole lines: one page now, the rest when people ask for more. */
void linear_tell(struct linear *linear, const struct buf *text);

/* Appends any text as a sentence with its full stop. */
void linear_add(struct buf *line, const char *text);

/* Says a sentence; linear_say_with adds a hint, such as "u undo" (may be NULL). */
void linear_say(struct linear *linear, const char *format, ...) __attribute__((format(printf, 2, 3)));
void linear_say_with(struct linear *linear, const char *text, const char *hint);

/* Makes steps of linear->line, or says why that can't be done. */
void linear_words(struct app *app);

/* What can be done here, as the last line of a page: "a NUMBER: add. c: cart."; and all of it, one action per line. */
void linear_hints(struct app *app, struct buf *out);
void linear_help(struct app *app);

/* The field or form that takes text now. False while an overlay is open. */
bool linear_typed(struct app *app, struct view_typed *ret_typed);

#endif
