/* short_pages.h: makes a store answer its listings as the contract allows it to and as an engine may that stops reading
 * early: with fewer rows than were asked for, with none at all, and with an empty page behind the last row. A seed
 * decides.
 *
 * Nothing is made up: each page is one that the store itself gives when it is asked for fewer rows, and each place is
 * one that it made or takes. Only the place before the first row, behind an empty first page, is a word of ours.
 */
#ifndef VITRINE_TESTS_CONTRACT_SHORT_PAGES_H
#define VITRINE_TESTS_CONTRACT_SHORT_PAGES_H

#include <stdint.h>

#include "platform/store/store.h"

/* From now on this store does so. All stores that are given here must be of one kind; several may be used at a time. */
void short_pages(struct store *store, uint64_t seed);

#endif
