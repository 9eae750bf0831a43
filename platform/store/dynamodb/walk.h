/* walk.h: going along rows of the table that are sorted alike: along one list, along what is in all of several, or in
 * any.
 *
 * A list is a partition whose sort keys are ids ("01J…") or a price and an id ("000000001299#01J…"). A tree of nodes
 * says which lists; walk_seek finds the next key that fits it. What is in several lists is found by turns: each is
 * asked for the first row at or behind the key that another one has come to, so that what lies between is not read.
 *
 * A walk may look at so many rows and ask so many queries. When that is used up it says how far it has come, and
 * another walk can go on there. Nodes belong to one walk and are made in its arena; when memory ends they are NULL,
 * which may be added and looked along (walk_seek fails then).
 */
#ifndef VITRINE_PLATFORM_STORE_DYNAMODB_WALK_H
#define VITRINE_PLATFORM_STORE_DYNAMODB_WALK_H

#include "platform/store/dynamodb/internal.h"

enum { WALK_ROWS = 4000, WALK_QUERIES = 200 };

enum { WALK_KEY_SIZE = 12 + 1 + ID_SIZE };
struct walk_key {
	char text[WALK_KEY_SIZE];
};

struct walk {
	struct dynamodb_store *store;
	struct arena *arena;
	bool down;	      /* the greatest key first */
	struct walk_key last; /* no key behind it counts */
	size_t rows, queries; /* that may still be looked at, and asked */
};

/* One that may look at WALK_ROWS rows. */
struct walk walk_new(struct dynamodb_store *store, struct arena *arena, bool down, struct walk_key last);

/* Before and behind all other ids. */
extern const char walk_least_id[], walk_greatest_id[];

struct walk_key walk_key_id(const char *id);
struct walk_key walk_key_price(int64_t price, const char *id);
/* The id in a key, and its price (0: it has none). */
const char *walk_key_to_id(const struct walk_key *key);
int64_t walk_key_to_price(const struct walk_key *key);

/* Does a key come before the other one, in a walk that goes down or up? */
bool walk_before(bool down, const struct walk_key *key, const struct walk_key *other);

/* The very next key that there could be, in that direction. False: there is none, *key may be anything. */
bool walk_step(bool down, struct walk_key *key);

/* ---- nodes ---- */

struct walk_node;

/* The rows of a partition. `place` is what walk_spot tells of them. `first`: how many rows the first query looks at (0:
 * as is usual). */
struct walk_node *walk_list(struct walk *walk, const char *pk, unsigned place, size_t first);
/* Only those whose attribute `p` is within the bounds. */
void walk_list_prices(struct walk_node *list, int64_t least, int64_t greatest);
/* Keys that were read before, in the walk's order, which must stay. */
struct walk_node *walk_known(struct walk *walk, const struct walk_key *keys, size_t count);
/* What is in any of its parts, or in all of them; walk_add adds one. */
struct walk_node *walk_any(struct walk *walk);
struct walk_node *walk_all(struct walk *walk);
void walk_add(struct walk_node *node, struct walk_node *part);
/* Of walk_all's parts one that may be given up when it costs more queries than it spares rows, since whoever takes the
 * rows looks at all of them again. Not all parts may be of this kind. */
void walk_may_drop(struct walk_node *part);

/* ---- walking ---- */

enum walk_state {
	WALK_FOUND,   /* at `key` */
	WALK_UNKNOWN, /* there is none before `key`; from there on nobody has looked */
	WALK_END,     /* there is none */
};
struct walk_spot {
	enum walk_state state;
	struct walk_key key;
	unsigned place; /* of walk_any the least of the parts that have it, of walk_all the greatest */
};

/* The first key at or behind `from`. Of one node it may only be asked for keys that lie ever further on. */
bool walk_seek(struct walk *walk, struct walk_node *node, const struct walk_key *from, struct walk_spot *ret_spot,
	       struct err *err);

#endif
