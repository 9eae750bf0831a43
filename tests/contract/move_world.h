/* move_world.h: a shop that is to be moved, one that it is moved into, and files between them, for each test.
 */
#ifndef VITRINE_TESTS_CONTRACT_MOVE_WORLD_H
#define VITRINE_TESTS_CONTRACT_MOVE_WORLD_H

#include "tests/contract/store_suite.h"

#include "base/buf.h"
#include "platform/db/db.h"
#include "platform/move/move.h"

/* A shop in memory. */
struct shop {
	struct db *db;
	struct platform platform;
};

struct world {
	char folder[64], first[96], second[96]; /* `first` and `second` are files */
	struct shop from, to;
	struct arena arena;
	struct err err;
	uint64_t random;
	int more; /* products besides those that it is about */
};

/* Each program says how many more products its shops have. */
extern const int move_more;

/* Who has something of everything. */
extern const char move_client[], move_seller[];

int move_set_up(void **state);
int move_tear_down(void **state);
#define MOVE_TEST(name) cmocka_unit_test_setup_teardown(name, move_set_up, move_tear_down)

/* Fails the test with the error when it wasn't done. */
void move_did(struct world *world, bool done);

void move_open(struct world *world, struct shop *shop);
void move_close(struct shop *shop);

/* A product of the shop that is to be moved; and a purchase of the client's with all that may go with it. */
struct product move_product(struct world *world, const char *of, const char *name, int64_t stock);
struct store_purchase move_purchase_of(const struct purchase_item *items, size_t count, const char *key);

/* Into a file, which must work; and out of the first file into the other shop. */
struct tally move_out(struct world *world, struct shop *shop, const char *path);
bool move_in(struct world *world);

/* Both shops tell the same of what follows from the rows: what is on sale, found, counted and earned, and the first
 * answer to a key. */
void move_tell_the_same(struct world *world);

struct buf move_read(const char *path);
void move_write(const char *path, const char *bytes, size_t length);

#endif
