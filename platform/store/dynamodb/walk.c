#include "platform/store/dynamodb/walk.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	BATCH_FIRST = 16,   /* rows that the first query of a list looks at */
	BATCH_MOST = 1000,
	/* by this, while rows are taken one after the other; back to the first size when they aren't */
	BATCH_GROWS = 4,
	BATCH_DENSE = 8,    /* one in so many rows was stopped at: they are */
	DROP_TRIES = 8,     /* so many queries tell whether a part refuses anything */
};

enum kind { KIND_LIST, KIND_ANY, KIND_ALL };

struct walk_node {
	enum kind kind;
	struct walk_node *next; /* the other parts of what it is a part of */
	bool broken;		/* memory ended while it was made */

	/* a list */
	const char *pk;
	unsigned place;
	const char *filter;
	struct attr bounds[2];
	const struct walk_key *keys; /* read, and not yet passed from `at` on */
	size_t count, at;
	size_t batch, first;
	size_t stops, stopped; /* how many of `keys` were stopped at; the last of them, counted from 1 */
	bool begun, ended;
	struct walk_key seen; /* when begun: up to here all is read */

	/* any, all */
	struct walk_node *parts;
	/* a part of all */
	bool may_drop, dropped;
	/* queries that it took, and how many of them found another key than the one looked for */
	size_t tries, refusals;
};

struct walk walk_new(struct dynamodb_store *store, struct arena *arena, bool down, struct walk_key last)
{
	return (struct walk){
	    .store = store, .arena = arena, .down = down, .last = last, .rows = WALK_ROWS, .queries = WALK_QUERIES};
}

/* ---- keys ---- */

const char walk_least_id[] = "00000000000000000000000000";
const char walk_greatest_id[] = "7ZZZZZZZZZZZZZZZZZZZZZZZZZ";

struct walk_key walk_key_id(const char *id)
{
	struct walk_key key;

	snprintf(key.text, sizeof key.text, "%s", id);
	return key;
}

struct walk_key walk_key_price(int64_t price, const char *id)
{
	struct walk_key key;

	snprintf(key.text, sizeof key.text, "%012" PRId64 "#%s", price, id);
	return key;
}

const char *walk_key_to_id(const struct walk_key *key)
{
	const char *sign = strchr(key->text, '#');

	return sign ? sign + 1 : key->text;
}

int64_t walk_key_to_price(const struct walk_key *key)
{
	return strchr(key->text, '#') ? strtoll(key->text, NULL, 10) : 0;
}

bool walk_before(bool down, const struct walk_key *key, const struct walk_key *other)
{
	int order = strcmp(key->text, other->text);

	return down ? order > 0 : order < 0;
}

/* Counts on, or back: an id by its 32 digits, the price before it by ten. */
bool walk_step(bool down, struct walk_key *key)
{
	static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	const size_t length = strlen(key->text), id = length - ID_LENGTH;

	for (size_t i = length; i--;) {
		const char greatest = i == id ? '7' : i > id ? 'Z' : '9';
		char *digit = &key->text[i];
		const char *place = strchr(digits, *digit);

		if (!place) /* the sign between the two */
			continue;
		if (*digit != (down ? '0' : greatest)) {
			*digit = down ? place[-1] : place[1];
			return true;
		}
		*digit = down ? greatest : '0';
	}
	return false;
}

/* ---- nodes ---- */

static struct walk_node *new_node(struct walk *walk, enum kind kind)
{
	struct walk_node *node = arena_alloc(walk->arena, sizeof *node);

	if (node)
		node->kind = kind;
	return node;
}

struct walk_node *walk_list(struct walk *walk, const char *pk, unsigned place, size_t first)
{
	struct walk_node *node = pk ? new_node(walk, KIND_LIST) : NULL;

	if (node) {
		node->pk = pk;
		node->place = place;
		node->batch = node->first = first ? first : BATCH_FIRST;
	}
	return node;
}

void walk_list_prices(struct walk_node *list, int64_t least, int64_t greatest)
{
	if (!list)
		return;
	list->filter = "#p BETWEEN :least AND :greatest";
	list->bounds[0] = ATTR_NUMBER("least", least);
	list->bounds[1] = ATTR_NUMBER("greatest", greatest);
}

struct walk_node *walk_known(struct walk *walk, const struct walk_key *keys, size_t count)
{
	struct walk_node *node = new_node(walk, KIND_LIST);

	if (node) {
		node->keys = keys;
		node->count = count;
		node->begun = node->ended = true;
	}
	return node;
}

struct walk_node *walk_any(struct walk *walk)
{
	return new_node(walk, KIND_ANY);
}

struct walk_node *walk_all(struct walk *walk)
{
	return new_node(walk, KIND_ALL);
}

void walk_add(struct walk_node *node, struct walk_node *part)
{
	if (!node)
		return;
	if (!part || part->broken) {
		node->broken = true;
		return;
	}
	part->next = node->parts;
	node->parts = part;
}

void walk_may_drop(struct walk_node *part)
{
	if (part)
		part->may_drop = true;
}

/* ---- lists ---- */

/* How many rows the next query looks at: more and more while nearly all of them are wanted, few when it is one now and
 * then. */
static size_t next_batch(const struct walk *walk, struct walk_node *list)
{
	if (list->begun && list->stops * BATCH_DENSE >= list->count)
		list->batch *= BATCH_GROWS;
	else
		list->batch = list->first;
	if (list->batch > BATCH_MOST)
		list->batch = BATCH_MOST;
	return list->batch < walk->rows ? list->batch : walk->rows;
}

static bool take_rows(struct walk *walk, struct walk_node *list, const struct dynamo_items *items, struct err *err)
{
	struct walk_key *keys = arena_array(walk->arena, items->count + 1, sizeof *keys);
	bool failed = !keys;

	for (size_t i = 0; i < items->count && !failed; i++) {
		const char *sk = item_text(items->items[i], "sk", walk->arena, &failed);

		if (sk && strlen(sk) < sizeof keys[i].text)
			keys[i] = walk_key_id(sk);
		else if (!failed)
			return err_set(err, ERR_INTERNAL, "A list of the catalogue has a row that is none");
	}
	if (failed)
		return err_memory(err, "listing products");
	list->keys = keys;
	list->count = items->count;
	list->at = list->stops = list->stopped = 0;
	list->ended = !items->next_sk;
	if (items->next_sk)
		list->seen = walk_key_id(items->next_sk);
	return true;
}

static bool read_rows(struct walk *walk, struct walk_node *list, const struct walk_key *start, struct err *err)
{
	const struct dynamo_query query = {.pk = list->pk,
					   .from = walk->down ? walk->last.text : start->text,
					   .to = walk->down ? start->text : walk->last.text,
					   .down = walk->down,
					   .limit = next_batch(walk, list),
					   .filter = list->filter,
					   .values = list->bounds,
					   .values_count = list->filter ? 2 : 0};
	struct dynamo_items items;

	if (!dynamo_query(walk->store->dynamo, &query, walk->arena, &items, err))
		return false;
	list->begun = true;
	walk->queries--;
	walk->rows -= items.next_sk ? query.limit : items.count;
	bool taken = take_rows(walk, list, &items, err);
	dynamo_items_done(&items);
	return taken;
}

static bool seek_list(struct walk *walk, struct walk_node *list, const struct walk_key *from,
		      struct walk_spot *ret_spot, struct err *err)
{
	for (;;) {
		struct walk_key start = *from;

		while (list->at < list->count && walk_before(walk->down, &list->keys[list->at], from))
			list->at++;
		if (list->at < list->count) {
			list->stops += list->stopped != list->at + 1;
			list->stopped = list->at + 1;
			*ret_spot = (struct walk_spot){WALK_FOUND, list->keys[list->at], list->place};
			return true;
		}
		if (list->begun && !list->ended && !walk_before(walk->down, &list->seen, from)) {
			start = list->seen;
			list->ended = !walk_step(walk->down, &start);
		}
		if (list->ended || walk_before(walk->down, &walk->last, &start)) {
			*ret_spot = (struct walk_spot){.state = WALK_END};
			return true;
		}
		if (!walk->rows || !walk->queries) {
			*ret_spot = (struct walk_spot){WALK_UNKNOWN, start, 0};
			return true;
		}
		if (!read_rows(walk, list, &start, err))
			return false;
	}
}

/* ---- any, all ---- */

/* Of two parts' spots the one that says more of where the next key is. */
static bool is_nearer(const struct walk *walk, const struct walk_spot *spot, const struct walk_spot *best)
{
	if (spot->state == WALK_END || best->state == WALK_END)
		return spot->state != WALK_END;
	if (strcmp(spot->key.text, best->key.text) != 0)
		return walk_before(walk->down, &spot->key, &best->key);
	if (spot->state != best->state)
		return spot->state == WALK_UNKNOWN;
	return spot->place < best->place;
}

static bool seek_any(struct walk *walk, struct walk_node *any, const struct walk_key *from, struct walk_spot *ret_spot,
		     struct err *err)
{
	struct walk_spot best = {.state = WALK_END};

	for (struct walk_node *part = any->parts; part; part = part->next) {
		struct walk_spot spot = {.state = WALK_END};

		if (!walk_seek(walk, part, from, &spot, err))
			return false;
		if (is_nearer(walk, &spot, &best))
			best = spot;
	}
	*ret_spot = best;
	return true;
}

/* Is it of no use to ask this part any longer? */
static bool drop(struct walk_node *part)
{
	if (part->may_drop && part->tries >= DROP_TRIES && part->refusals * 2 < part->tries)
		part->dropped = true;
	return part->dropped;
}

/* The part's spot for the key that all others have; *ret_agrees: it has that one, too. */
static bool seek_part(struct walk *walk, struct walk_node *part, const struct walk_key *key, struct walk_spot *ret_spot,
		      bool *ret_agrees, struct err *err)
{
	const size_t queries = walk->queries;

	if (!walk_seek(walk, part, key, ret_spot, err))
		return false;
	*ret_agrees = ret_spot->state == WALK_FOUND && !strcmp(ret_spot->key.text, key->text);
	if (walk->queries != queries) {
		part->tries++;
		part->refusals += !*ret_agrees;
	}
	return true;
}

static bool seek_all(struct walk *walk, struct walk_node *all, const struct walk_key *from, struct walk_spot *ret_spot,
		     struct err *err)
{
	struct walk_spot found = {WALK_FOUND, *from, 0};
	struct walk_node *part = all->parts, *first = NULL; /* the one that has brought us to this key */

	while (part && part != first) {
		struct walk_spot spot = {.state = WALK_END};
		bool agrees;

		if (!drop(part)) {
			if (!seek_part(walk, part, &found.key, &spot, &agrees, err))
				return false;
			if (spot.state != WALK_FOUND) {
				*ret_spot = spot;
				return true;
			}
			if (agrees && first) {
				found.place = spot.place > found.place ? spot.place : found.place;
			} else {
				found = spot;
				first = part;
			}
		}
		part = part->next ? part->next : all->parts;
	}
	*ret_spot = first ? found : (struct walk_spot){.state = WALK_END};
	return true;
}

bool walk_seek(struct walk *walk, struct walk_node *node, const struct walk_key *from, struct walk_spot *ret_spot,
	       struct err *err)
{
	static bool (*const seeks[])(struct walk *, struct walk_node *, const struct walk_key *, struct walk_spot *,
				     struct err *) = {
	    [KIND_LIST] = seek_list, [KIND_ANY] = seek_any, [KIND_ALL] = seek_all};

	if (!node || node->broken)
		return err_memory(err, "listing products");
	return seeks[node->kind](walk, node, from, ret_spot, err);
}
