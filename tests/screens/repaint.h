/* repaint.h: what is on screen is what the program thinks is there.
 */
#ifndef VITRINE_TESTS_SCREENS_REPAINT_H
#define VITRINE_TESTS_SCREENS_REPAINT_H

#include "tests/screens/stage.h"

/* Something else writes on the terminal, and painting it all again puts back every cell, its look, and the cursor; ^L
 * does so, too. Messages that would go by themselves go first. To be called when all is quiet. */
void repaint_expect_same(struct stage *stage);

/* Header, footer and the rules at them are where they belong; nothing floats. */
void repaint_expect_frame(struct stage *stage);

#endif
