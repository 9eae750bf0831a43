/* books.h: do a shop's books balance? What must be true whatever happened to the process, the disk or the memory: the
 * file is whole; for every product stock + sold - cancelled is what it began with; purchases = their lines = their
 * sales = the revenue counters; every key kept has its purchase.
 */
#ifndef VITRINE_TESTS_FAULT_BOOKS_H
#define VITRINE_TESTS_FAULT_BOOKS_H

#include "tests/fault/shop.h"

/* Looks into the file itself, which may be in use: exact, and the one place of these tests that knows its tables.
 * Prints what is wrong; how many things are. */
int books_check_file(const struct shop *shop);

/* The same sums by calls to the running platform, as its users see them: products, every client's purchases, every
 * seller's sales and statistics. */
int books_check_api(const struct shop *shop);

/* Both, insisting. (main) */
void books_check(const struct shop *shop);

/* Purchases in all; and how many stand under a client's key (*ret_id gets the id of one), both read from the file. -1
 * when that failed. */
int64_t books_purchases(const struct shop *shop);
int64_t books_purchases_of_key(const struct shop *shop, size_t client, const char *key, char ret_id[SHOP_ID_SIZE]);

#endif
