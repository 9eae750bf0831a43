/* linear.h: the face of lines: the same screens, said line by line, and asked for things by words and numbers.
 *
 *   linear.c        the face (face.h): what is said, and when the next line is read
 *   linear_say.c    sentences
 *   linear_io.c     standard input and output
 *   linear_words.c  what a line means: the steps that it takes
 *
 * A line becomes steps: wishes for rows, keys, texts. Each is taken when the app is at rest, by the same ways that keys and
 * clicks take in the other face, so that no rule is there twice.
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
		LINEAR_KEY,    /* key */
		LINEAR_ACT,    /* the action `row` of the top screen, which has no key */
		LINEAR_TEXT,   /* the text, in place of what is typed in the field; what isn't typed in takes none */
		LINEAR_ITEM,   /* the item `row` of what floats */
	} kind;
	int id;
	int64_t row;
	uint32_t key;
	const char *text; /* in `line` */
};

struct linear {
	struct linear_io io;
	char line[LINEAR_LINE + 1]; /* the one that is being dealt with */
	struct linear_step steps[LINEAR_STEPS];
	size_t step, step_count;

	bool waits;       /* for a line: the prompt is there */
	bool told;        /* something was said since the last line */
	bool on_page;     /* the present page is to be said whole */
	bool in_form;     /* the last line went into a form, and it isn't sent yet */
	int64_t busy_at;  /* clock_monotonic, since when the app isn't at rest; 0: it is, or people were told */
	int64_t ended_at; /* since when there is nothing more to read */

	uint64_t said_of; /* the number of the layer whose lines are in `said`; 0: none */
	struct buf said;  /* the lines as people know them */
	struct buf rest;           /* of a text that is too long for a page, from rest_at on */
	size_t rest_at;

	const struct form_row *rows; /* of the form that is being filled in; NULL: none is */
	size_t asked;                /* how many of its fields people were asked for, */
	bool sent;                   /* and whether it was sent once: then only what is wrong is asked for */
	bool was_sent;               /* by the last line */
};

/* What comes next begins on a line of its own, also behind a prompt, which comes again afterwards. */
void linear_begin(struct linear *linear);

/* Says a text of whole lines, a page of it now, the rest when people want more. */
void linear_tell(struct linear *linear, const struct buf *text);

/* Appends a text, which may be anything, as a sentence with its full stop. */
void linear_add(struct buf *line, const char *text);

/* Says a sentence; _with also a hint, such as "u undo" (may be NULL). */
void linear_say(struct linear *linear, const char *format, ...) __attribute__((format(printf, 2, 3)));
void linear_say_with(struct linear *linear, const char *text, const char *hint);

/* Makes steps of linear->line, or says why there are none. */
void linear_words(struct app *app);

/* What can be done here, as the last line of a page: "a NUMBER: add. c: cart." And all of it, a line each. */
void linear_hints(struct app *app, struct buf *out);
void linear_help(struct app *app);

/* What is typed in now, unless something floats. */
bool linear_typed(struct app *app, struct view_typed *ret_typed);

#endif
