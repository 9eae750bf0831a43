/* golden.h: what the screens looked like when somebody found them right.
 *
 * A golden is a file tests/screens/golden/NAME.txt: size and cursor, the rows as text, and, where wanted, a letter for
 * the look of each cell, and what the letters mean. With UPDATE_GOLDEN in the environment (`make update-golden`) they
 * are written anew; otherwise a difference is printed, and what was seen is left in tests/screens/NAME.out of the
 * build.
 *
 * What is another every time is made the same first, in rows and looks, on any day and with any number of digits:
 *   ids                              01###### (as many signs as there were); 01… when it is cut off
 *   dates, "5 Nov 2026"              "(the date)", and of the blanks around it one before and two after
 *   ages, "2 days", "today"          "(age)", likewise
 *   days under a chart, "24 Oct"     "(day)", likewise
 *   a turning spinner                "⠿"
 *   /tmp/vitrine-…-XXXXXX            the X
 *   a picture                        blanks, without looks; the first line says that there is one (picture_cells.h)
 */
#ifndef VITRINE_TESTS_SCREENS_GOLDEN_H
#define VITRINE_TESTS_SCREENS_GOLDEN_H

#include "tests/screens/stage.h"

/* Compares the grid with golden NAME. In a pass without colours (golden_mono) the same text is expected, unless there
 * is a NAME-mono. Differences are counted, so that one run shows them all. */
void golden_text(struct stage *stage, const char *name);

/* The same with the looks; NAME-color or NAME-mono. */
void golden_looks(struct stage *stage, const char *name);

/* The same for a text of lines, which has no looks. */
void golden_lines(const char *text, const char *name);

/* Is this pass without colours? */
void golden_mono(bool mono);

/* Fails the test if there were differences since the last call. */
void golden_done(void);

#endif
