/* What may follow later and what time makes due: a table of chores, done in small slices. What has expired is removed
 * by DynamoDB itself; until it is, readers leave out what is past its time, and that is the clock's or the latest that
 * was told here.
 */
#include "base/clock.h"
#include "platform/store/dynamodb/follow.h"

/* One slice, if it is due. *ret_more: it was. */
typedef bool chore_fn(struct dynamodb_store *store, bool *ret_more, struct err *err);
static chore_fn *const chores[] = {ddb_tail_follow, ddb_tend_endings, ddb_tend_renamings};

static void note_time(struct dynamodb_store *store, int64_t now)
{
	int64_t before = atomic_load(&store->tended);

	while (before < now && !atomic_compare_exchange_weak(&store->tended, &before, now))
		continue;
}

/* In turn, so that a long chore keeps none of the others waiting. */
bool dynamodb_tend(struct store *store, int64_t now, int64_t budget, bool *ret_more, struct err *err)
{
	const int64_t end = clock_monotonic() + budget;
	bool more;

	note_time(ddb_of(store), now);
	do {
		more = false;
		for (size_t i = 0; i < sizeof chores / sizeof *chores; i++) {
			bool due = false;

			if (!chores[i](ddb_of(store), &due, err))
				return false;
			more = more || due;
		}
	} while (more && clock_monotonic() < end);
	*ret_more = more;
	return true;
}
