/* tending.h: a store that follows up its changes later, as one that does so at once: before an operation that reads,
 * everything that is due is tended if anything was changed since. What may follow later follows by then; nothing else
 * changes.
 */
#ifndef VITRINE_TESTS_CONTRACT_TENDING_H
#define VITRINE_TESTS_CONTRACT_TENDING_H

#include "platform/store/store.h"

/* Wraps a store, one at a time in a process: its table of operations is changed in place. */
void tending(struct store *store);

#endif
