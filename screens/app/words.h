/* words.h: errors of a platform as people read them: a whole sentence, made from code and params (words.def). The
 * platform's own messages are for logs and for programs.
 */
#ifndef VITRINE_SCREENS_APP_WORDS_H
#define VITRINE_SCREENS_APP_WORDS_H

#include "models/outcome.h"

enum { WORDS_TEXT = 512 };

/* Why a request was refused, in `space`, which is returned. For an error that didn't come from a platform, or with an
 * unknown code: its own message. */
const char *words_of(const struct err *err, char space[WORDS_TEXT]);

/* What is wrong at one place; with an unknown code: its detail. */
const char *words_of_fault(const struct outcome_error *fault, char space[WORDS_TEXT]);

/* Why one item of a batch was refused: by its only fault, otherwise by its code. */
const char *words_of_item(const struct outcome_problem *problem, char space[WORDS_TEXT]);

#endif
