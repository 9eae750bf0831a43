/* follow.h: what follows from a change of the table, and is done later: counters, what sellers and buyers are told, the
 * search's index, and what an account's end or a seller's new name leaves to be done.
 *
 * A step is one transaction: it moves the mark that its cause has been followed so far, on condition that it wasn't,
 * and does what follows. So the same change may be handed over twice, late, or after a process died halfway, and counts
 * once. Changes of one item come in their order; those of different items in any.
 *
 * Steps that find their mark moved by somebody else have nothing to do: true. Errors are those of store.h: the change
 * is to be handed over again.
 */
#ifndef VITRINE_PLATFORM_STORE_DYNAMODB_FOLLOW_H
#define VITRINE_PLATFORM_STORE_DYNAMODB_FOLLOW_H

#include "platform/store/dynamodb/internal.h"
#include "platform/store/dynamodb/search.h"

/* A change of an item. */
struct ddb_change {
	struct dynamodb_store *store;
	const char *pk, *sk;
	const cJSON *before, *after; /* NULL: there was none, there is none any more */
	struct arena *arena;
};

/* ---- one for each kind of item ---- */

/* follow_sale.c: counters; sellers and buyers are told */
bool ddb_follow_sale(const struct ddb_change *change, struct err *err);
/* follow_product.c: what runs low, and the search; the search */
bool ddb_follow_hot(const struct ddb_change *change, struct err *err);
bool ddb_follow_texts(const struct ddb_change *change, struct err *err);
/* rename.c: a seller's new name */
bool ddb_follow_account(const struct ddb_change *change, struct err *err);
bool ddb_follow_renaming(const struct ddb_change *change, struct err *err);
/* account_end.c */
bool ddb_follow_ending(const struct ddb_change *change, struct err *err);

/* ---- what they share: rows.c ---- */

/* The transaction; *ret_done false: a condition doesn't hold any more, and nothing was changed. */
bool ddb_write_if(struct dynamodb_store *store, const struct ddb_writing *writing, bool *ret_done, struct err *err);

/* The first item of a partition that has what is under way; its sort key, NULL: there is none. */
bool ddb_first_under_way(struct dynamodb_store *store, const char *pk, struct arena *arena, const char **ret_sk,
			 struct err *err);

/* Deletes what a query finds; *ret_all: that was all. */
bool ddb_delete_rows(struct dynamodb_store *store, const struct dynamo_query *query, struct arena *arena, bool *ret_all,
		     struct err *err);

/* ---- what is under way, and is found without a change: a slice of the first of it. *ret_more: there was something
 * ---- */

bool ddb_tend_renamings(struct dynamodb_store *store, bool *ret_more, struct err *err);
bool ddb_tend_endings(struct dynamodb_store *store, bool *ret_more, struct err *err);

/* ---- telling: change.c ---- */

struct ddb_telling {
	const char *account; /* whom; NULL: nobody is told */
	enum change_kind kind;
	const char *subject;
	int64_t at; /* ms */
};

/* What must have been read, consistently, for somebody to be told: their account, and the place of the last that they
 * were told. */
enum { DDB_TELLING_KEYS = 2 };
void ddb_telling_keys(const struct ddb_telling *telling, struct arena *arena, struct dynamo_key *ret_keys);

/* Adds what tells them; nothing if nobody is told or their account is closed. `items` are those of the keys. */
void ddb_add_telling(struct ddb_writing *writing, const struct ddb_telling *telling, const cJSON *const *items);

/* Deletes up to `most` of an account's changes, and in the end the place; *ret_all: nothing is left. */
bool ddb_changes_forget(struct dynamodb_store *store, const char *account, size_t most, struct arena *arena,
			bool *ret_all, struct err *err);

/* ---- the table's stream: tail.c ---- */

/* Where reading stands, in this process. */
struct ddb_tail *ddb_tail_new(void);
struct ddb_tail *ddb_tail_free(struct ddb_tail *tail);

/* Follows some of what the stream has, unless somebody else hands its records over; *ret_more: there was something. */
bool ddb_tail_follow(struct dynamodb_store *store, bool *ret_more, struct err *err);

#endif
