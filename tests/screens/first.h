/* first.h: what tests of the first platform have in common: its stand-in, what is in it, and what it was asked.
 */
#ifndef VITRINE_TESTS_SCREENS_FIRST_H
#define VITRINE_TESTS_SCREENS_FIRST_H

#include "tests/screens/world.h"

#define FIRST_PRODUCT "Yirgacheffe, washed, 250 g"
#define FIRST_OTHER "Huila decaf, 250 g"

/* The stand-in with its small shop below /Prod, and the stage. */
void first_open(void);

/* How many rows it has ("products", "purchases", "sellers", "clients"). */
int first_count(const char *what);

/* A field of the row whose `key` is that; "" when there is none. Valid until the next call. */
const char *first_field(const char *what, const char *key, const char *value, const char *name);

/* So many requests since first_clear; the last one's authorization (may be NULL). */
int first_requests(const char *method, const char *path, char ret_authorization[4096]);

/* Forgets requests and faults. */
void first_clear(void);

/* A product of WORLD_SELLER, whose id is "added-PRICE"; a purchase on 2026-01-02, whose id is "of-CLIENT". */
void first_add_product(const char *name, const char *price);
void first_add_purchase(const char *client, const char *product);

/* Somebody has opened the link in their mail. */
void first_confirm(const char *email);

#endif
