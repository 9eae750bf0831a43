/* What may follow later and what time makes due: a table of chores, done in small slices. */
#include "base/clock.h"
#include "platform/store/sqlite/internal.h"

struct chore {
	db_work *look, *slice;
};

static const struct chore chores[] = {
    {keys_look, keys_slice},
    {answers_look, answers_slice},
    {deliveries_look, deliveries_slice},
};

/* One slice of a chore, if it is due. */
static bool tend_to(const struct chore *chore, struct tending *tending, struct err *err)
{
	struct db *db = tending->store->db;

	tending->due = false;
	return db_read(db, chore->look, tending, err) &&
	       (!tending->due || db_write(db, chore->slice, tending, err));
}

/* In turn, so that a long chore keeps none of the others waiting. */
bool sqlite_tend(struct store *store, int64_t now, int64_t budget, bool *ret_more, struct err *err)
{
	struct tending tending = {.store = (struct sqlite_store *)store, .now = now};
	const int64_t end = clock_monotonic() + budget;
	bool more;

	do {
		more = false;
		for (size_t i = 0; i < sizeof chores / sizeof *chores; i++) {
			if (!tend_to(&chores[i], &tending, err))
				return false;
			more = more || tending.due;
		}
	} while (more && clock_monotonic() < end);
	*ret_more = more;
	return true;
}
