/* dynamo.h: DynamoDB as an engine: items, conditions, transactions, queries, a stream. Knows no table's design.
 *
 * Items have a partition key `pk` and a sort key `sk`, both texts. Everything blocks; any number of threads may call at
 * once. What AWS says may be tried again (throttling, 500s, conflicts of transactions, a lost connection) is tried
 * again with jitter until the call's deadline (aws.h); a write is repeated under the same ClientRequestToken, so that
 * it is done once whatever is lost on the way.
 *
 * In expressions `#x` stands for the attribute x, and `:x` for the value that is named x or :x among those given. The
 * engine sends just the names and values that an expression has. A name is of letters, digits and '_'.
 *
 * Errors: ERR_UNAVAILABLE (unreachable, throttled, in conflict, time is up: may be tried again; what was to be changed
 * has changed or not, under one token), ERR_INTERNAL (refused: credentials, a role that may not, a malformed request,
 * an answer that is none), ERR_MEMORY. Their messages are for a log, and hold no value that was sent.
 */
#ifndef VITRINE_PLATFORM_AWS_DYNAMO_H
#define VITRINE_PLATFORM_AWS_DYNAMO_H

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"

struct aws;    /* aws.h: where, as whom, connections */
struct dynamo; /* one table */

enum { DYNAMO_TRANSACT_MAX = 100, DYNAMO_BATCH_GET_MAX = 100, DYNAMO_BATCH_PUT_MAX = 25 };

/* Both must outlive it; `table` is 3 to 255 letters, digits, '_', '-' and '.'. With `metered` each request also asks
 * for the capacity it takes (dynamo_usage): for tests. ERR_INVALID, ERR_MEMORY. */
struct dynamo *dynamo_new(struct aws *aws, const char *table, bool metered, struct err *err);
struct dynamo *dynamo_free(struct dynamo *dynamo);

/* ---- attributes to send ---- */

enum attr_type { ATTR_S, ATTR_N, ATTR_B, ATTR_BOOL, ATTR_L, ATTR_M };
struct attr {
	const char *name; /* NULL: left out; within a list it is not looked at */
	enum attr_type type;
	const char *text;   /* S; NULL: left out, since it has no value */
	int64_t number;	    /* N; BOOL: 0 or 1 */
	const void *bytes;  /* B */
	size_t length;
	const struct attr *members; /* L, M */
	size_t count;
};
#define ATTR_TEXT(name_, value)   ((struct attr){.name = (name_), .type = ATTR_S, .text = (value)})
#define ATTR_NUMBER(name_, value) ((struct attr){.name = (name_), .type = ATTR_N, .number = (value)})
#define ATTR_TRUTH(name_, value)  ((struct attr){.name = (name_), .type = ATTR_BOOL, .number = (value)})
#define ATTR_BYTES(name_, at, n)  ((struct attr){.name = (name_), .type = ATTR_B, .bytes = (at), .length = (n)})
#define ATTR_LIST(name_, at, n)   ((struct attr){.name = (name_), .type = ATTR_L, .members = (at), .count = (n)})
#define ATTR_MAP(name_, at, n)    ((struct attr){.name = (name_), .type = ATTR_M, .members = (at), .count = (n)})

/* ---- items that were read: a JSON object of attributes, {"n":{"N":"1"}}; NULL has none ---- */

/* Copied into the arena. NULL: there is none of that name and type (or memory ended: *failed is set, if it isn't
 * NULL). */
const char *item_text(const cJSON *item, const char *name, struct arena *arena, bool *failed);
/* `otherwise` where there is none, or it is no whole number (one that is too large for an int64_t is the greatest, or
 * the least). */
int64_t item_number(const cJSON *item, const char *name, int64_t otherwise);
bool item_truth(const cJSON *item, const char *name);
/* As item_text. */
const void *item_bytes(const cJSON *item, const char *name, struct arena *arena, size_t *ret_length, bool *failed);
bool item_has(const cJSON *item, const char *name);
/* The members of a list, cJSON_ArrayForEach goes over them; each is {"M": …} or {"S": …}: element_map, element_text.
 * NULL: none. */
const cJSON *item_list(const cJSON *item, const char *name);
const cJSON *element_map(const cJSON *element); /* as an item of its own */
const char *element_text(const cJSON *element, struct arena *arena, bool *failed);

/* ---- reading ---- */

struct dynamo_key {
	const char *pk, *sk;
};

/* What a read gave; freed by dynamo_items_done, which a failed read needn't. */
struct dynamo_items {
	cJSON *json;
	const cJSON **items; /* in the arena; of a get: NULL where there is none */
	size_t count;
	/* of a query: the sort key of the last row looked at when more may follow; NULL: that was all */
	const char *next_sk;
};
void dynamo_items_done(struct dynamo_items *items);

/* One item; items[0] NULL when there is none. */
bool dynamo_get(struct dynamo *dynamo, struct dynamo_key key, bool consistent, struct arena *arena,
		struct dynamo_items *ret_items, struct err *err);
/* Any number of keys, in the order of the keys; asked for by hundreds. A key may come twice. */
bool dynamo_get_many(struct dynamo *dynamo, const struct dynamo_key *keys, size_t count, bool consistent,
		     struct arena *arena, struct dynamo_items *ret_items, struct err *err);

/* One page. Without a sort key to begin at all of the partition's rows are meant. */
struct dynamo_query {
	const char *pk;
	const char *from, *to;	/* sort keys, both included; NULL: open */
	const char *begins;	/* or a beginning of the sort key; NULL: any */
	/* A sort key behind which to go on, in the direction of the walk, which need not be there; NULL: from the
	 * start. One that lies before all that is asked for is as good as none. */
	const char *after;
	bool down;		/* the greatest sort key first */
	size_t limit;		/* rows looked at, at most (0: as many as 1 MB holds); a page of 1 MB ends earlier */
	bool consistent;
	const char *filter;	/* FilterExpression, or NULL; rows that don't fit count as looked at */
	const struct attr *values;
	size_t values_count;
};
bool dynamo_query(struct dynamo *dynamo, const struct dynamo_query *query, struct arena *arena,
		  struct dynamo_items *ret_items, struct err *err);

/* A page of the whole table, in no order that means anything: for moving a shop, and nothing that a shop does.
 * Consistent. */
struct dynamo_scan {
	struct dynamo_key after; /* pk NULL: from the start */
	const char *filter;	 /* FilterExpression, or NULL; it may name keys */
	const struct attr *values;
	size_t values_count;
};
/* ret_next->pk is NULL when that was all. */
bool dynamo_scan(struct dynamo *dynamo, const struct dynamo_scan *scan, struct arena *arena,
		 struct dynamo_items *ret_items, struct dynamo_key *ret_next, struct err *err);

/* ---- writing ---- */

enum dynamo_op { DYNAMO_PUT, DYNAMO_UPDATE, DYNAMO_DELETE, DYNAMO_CHECK };
struct dynamo_write {
	enum dynamo_op op;
	struct dynamo_key key;
	/* PUT: the item's, besides its key (those whose names begin with ':' are values only, and not the item's).
	 * Others: values. */
	const struct attr *attrs;
	size_t attrs_count;
	const char *update;    /* UPDATE: its UpdateExpression */
	const char *condition; /* or NULL; CHECK has one */
	const struct attr *values; /* more values; looked at before `attrs` */
	size_t values_count;
};

/* Why a transaction was not done. */
struct dynamo_cancelled {
	bool *failed;	     /* of each write: was it its condition? In the arena */
	size_t first;	     /* the first of them */
	const cJSON **items; /* what the item of each failed write was; NULL: none. In the arena */
	cJSON *json;         /* what these lie in */
};
void dynamo_cancelled_done(struct dynamo_cancelled *cancelled);

/* All of them or none: 1 to 100, each on an item of its own, 4 MB at most. False with ERR_CONFLICT: a condition didn't
 * hold, *ret_cancelled says which, and only then must be freed (NULL, and then no arena: nobody asks). A conflict with
 * another transaction is tried again until the deadline, then ERR_UNAVAILABLE. */
bool dynamo_write(struct dynamo *dynamo, const struct dynamo_write *writes, size_t count, struct arena *arena,
		  struct dynamo_cancelled *ret_cancelled, struct err *err);

/* Puts and deletes without conditions, any number, on items all different, each on its own and in any order, for what
 * may be repeated. After a failure some are done. */
bool dynamo_put_many(struct dynamo *dynamo, const struct dynamo_write *writes, size_t count, struct err *err);

/* ---- the stream ---- */

struct dynamo_shard {
	const char *id;
	const char *parent; /* is read to its end before this one; NULL: there is none (any more) */
};
/* The shards of the last 24 hours, parents before children. None when the table has no stream. */
bool dynamo_stream_shards(struct dynamo *dynamo, struct arena *arena, struct dynamo_shard **ret_shards,
			  size_t *ret_count, struct err *err);

/* Where reading a shard stands. Zeroed but for the first two: begins behind `after`. Kept between calls it goes on. */
enum { DYNAMO_ITERATOR_SIZE = 2048, DYNAMO_RECORDS_MAX = 1000 };
struct dynamo_place {
	const char *shard;
	const char *after; /* a sequence number, or NULL: from the oldest record that is kept */
	char iterator[DYNAMO_ITERATOR_SIZE]; /* "" before the first read */
	bool ended; /* the shard is closed, and read to its end */
};

/* Records as they were written: an array in the form of `Records` in what Lambda gets (platform/lambda/stream.h):
 * eventName, eventSource, dynamodb {Keys, NewImage, OldImage, SequenceNumber}. Up to `limit` of them; none is not the
 * end, and a shard that is written to has none. The caller frees *ret_records (cJSON_Delete). */
bool dynamo_stream_read(struct dynamo *dynamo, struct dynamo_place *place, size_t limit, cJSON **ret_records,
			struct err *err);

/* ---- the table ---- */

/* Makes the table with its stream of new and old images and time to live by `ttl`, as template.yaml has it, and waits
 * until it can be used. True, too, when it is there. For tests, and containers without a template; nothing calls it by
 * itself. */
bool dynamo_table_make(struct dynamo *dynamo, struct err *err);

/* What was asked for so far. Capacity in units, only when metered: a strongly consistent read of 4 KB is 1, a write of
 * 1 KB in a transaction 2. */
struct dynamo_usage {
	uint64_t requests; /* answered ones, repeated ones too */
	uint64_t rows;	   /* that queries looked at */
	double read_units, write_units;
};
struct dynamo_usage dynamo_usage(struct dynamo *dynamo);

#endif
