/* bare_commit FILE SECONDS: what purchases are measured beside: how many transactions of one row SQLite commits per
 * second to a new file, with the log and synchronous=FULL. Prints the number. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int fail(sqlite3 *file)
{
	fprintf(stderr, "bare_commit: %s\n", sqlite3_errmsg(file));
	sqlite3_close(file);
	return 1;
}

int main(int argc, char **argv)
{
	static const char settings[] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
				       "CREATE TABLE bare (n INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;";
	sqlite3 *file = NULL;
	sqlite3_stmt *insert = NULL;
	long commits = 0;

	if (argc != 3) {
		fputs("usage: bare_commit FILE SECONDS\n", stderr);
		return 2;
	}
	unlink(argv[1]);
	if (sqlite3_open(argv[1], &file) != SQLITE_OK || sqlite3_exec(file, settings, NULL, NULL, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(file, "INSERT INTO bare (text) VALUES ('one row')", -1, &insert, NULL) != SQLITE_OK)
		return fail(file);
	double start = now(), end = start + strtod(argv[2], NULL);
	for (; now() < end; commits++)
		if (sqlite3_step(insert) != SQLITE_DONE || sqlite3_reset(insert) != SQLITE_OK)
			return fail(file);
	printf("%.0f\n", (double)commits / (now() - start));
	sqlite3_finalize(insert);
	sqlite3_close(file);
	unlink(argv[1]);
	return 0;
}
