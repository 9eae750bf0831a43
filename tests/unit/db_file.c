#include "tests/unit/db_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void db_file_open(struct fixture *fx)
{
	if (!db_open(fx->path, db_file_schemas, &fx->db, &fx->err))
		fail_msg("%s", fx->err.message);
}

int db_file_set_up_closed(void **state)
{
	struct fixture *fx = calloc(1, sizeof *fx);
	const char *base = getenv("TMPDIR");

	if (!fx)
		return -1;
	snprintf(fx->folder, sizeof fx->folder, "%.40s/vitrine.XXXXXX", base ? base : "/tmp");
	if (!mkdtemp(fx->folder))
		return -1;
	snprintf(fx->path, sizeof fx->path, "%s/a.db", fx->folder);
	snprintf(fx->other, sizeof fx->other, "%s/b.db", fx->folder);
	arena_init(&fx->arena, SIZE_MAX);
	*state = fx;
	return 0;
}

int db_file_set_up(void **state)
{
	if (db_file_set_up_closed(state) != 0)
		return -1;
	struct fixture *fx = *state;
	return db_open(fx->path, db_file_schemas, &fx->db, &fx->err) ? 0 : -1;
}

int db_file_tear_down(void **state)
{
	struct fixture *fx = *state;

	db_close(fx->db);
	unlink(fx->path);
	unlink(fx->other);
	int left = rmdir(fx->folder);
	arena_done(&fx->arena);
	free(fx);
	return left;
}
