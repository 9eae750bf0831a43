/* What may follow later and what time makes due: a table of chores, done in small slices. */
#include "base/clock.h"
#include "platform/store/sqlite/internal.h"

struct chore {
	db_work *look, *slice;
	/* What comes before the slice and can't be part of a write; it is put off when *ret_done stays false. */
	bool (*before)(struct db *db, bool *ret_done, struct err *err);
};

static const struct chore chores[] = {
    {.look = keys_look, .slice = keys_slice},
    {.look = answers_look, .slice = answers_slice},
    {.look = deliveries_look, .slice = deliveries_slice},
    {.look = changes_look, .slice = changes_slice},
    {.look = ending_look, .slice = ending_slice},
    {.look = digests_look, .slice = digests_slice},
    {.look = traces_look, .slice = traces_slice, .before = db_cut_log},
    {.look = search_look, .slice = search_slice},
};

/* One slice of a chore, if it is due. */
static bool tend_to(const struct chore *chore, struct tending *tending, struct err *err)
{
	struct db *db = tending->store->db;
	bool ready = true;

	tending->due = false;
	if (!db_read(db, chore->look, tending, err) ||
	    (tending->due && chore->before && !chore->before(db, &ready, err)))
		return false;
	tending->due = tending->due && ready;
	return !tending->due || db_write(db, chore->slice, tending, err);
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
