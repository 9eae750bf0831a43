/* Merging the lists that FTS5 keeps of the search's index, some pages at a time. */
#include "platform/store/sqlite/search.h"

enum {
	MERGE_LATE = 128, /* at so many changes whoever writes more merges, too */
	MERGE_PAGES = 32, /* of some 4 KB, at a time */
};

/* Some of the index's lists become one; with a number of pages below 0 it begins to make all of them one. Nothing was
 * left to be done when next to nothing was written, as FTS5 has it. */
static bool merge_some(struct db_connection *connection, int64_t pages, bool *ret_done, struct err *err)
{
	static const char sql[] = "INSERT INTO search_place (search_place, rank) VALUES ('merge', ?)";
	int64_t before = db_total_changes(connection);

	if (!sql_run(connection, err, sql, "i", pages))
		return false;
	*ret_done = db_total_changes(connection) - before < 2;
	return true;
}

bool search_merge(struct db_connection *connection, struct err *err)
{
	bool done;

	return merge_some(connection, MERGE_PAGES, &done, err) &&
	       (!done || sql_run(connection, err, "UPDATE search_state SET unmerged = 0", ""));
}

bool search_keep_up(struct db_connection *connection, void *context, struct err *err)
{
	struct search_state state;

	(void)context;
	return search_state(connection, &state, err) && (state.unmerged < MERGE_LATE || search_merge(connection, err));
}

bool search_purge(struct db_connection *connection, bool begin, bool *ret_done, struct err *err)
{
	bool done;

	if (!merge_some(connection, begin ? -MERGE_PAGES : MERGE_PAGES, &done, err))
		return false;
	*ret_done = done && !begin;
	return true;
}
