/* hostile.h: which members of the platform's answers hold texts, by the tables that describe them: none can be
 * forgotten.
 */
#ifndef VITRINE_TESTS_SCREENS_HOSTILE_H
#define VITRINE_TESTS_SCREENS_HOSTILE_H

#include "models/shape.h"

/* Instead of a type: texts that the client reads and acts on, rather than shows (the currency, the cursor of a
 * listing); FIELD_TEXT doesn't mean these. */
enum { HOSTILE_READ = 1 << 0 };

/* For the proxy's rule "poison": "\"names\":[…],", of all members of these types (1 << FIELD_TEXT | …) in all answers
 * of api.def, but not of tokens. `ret_count` may be NULL. The answer is valid until the next call. */
const char *hostile_names(unsigned types, size_t *ret_count);

#endif
