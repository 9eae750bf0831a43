#include "tests/contract/engine.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

enum { START_MS = 30000, STARTS = 5, SKIPPED = 77 };

static pid_t child;
static char url[64];

const char *engine_url(void)
{
	return url;
}

/* ---- starting it ---- */

static unsigned free_port(void)
{
	struct sockaddr_in place = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof place;
	const int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	const bool found = file >= 0 && !bind(file, (struct sockaddr *)&place, sizeof place) &&
			   !getsockname(file, (struct sockaddr *)&place, &length);

	close(file);
	return found ? ntohs(place.sin_port) : 0;
}

/* Where it keeps its tables: in memory if possible, since it waits for the disk after each change. Its files have no
 * names any more once it runs, so they go with it. */
struct place {
	char folder[64], files[3][96]; /* the database and what SQLite keeps beside it */
};

static bool make_place(struct place *place)
{
	static const char *const endings[] = {"", "-wal", "-shm"};
	const char *base = getenv("TMPDIR");

	snprintf(place->folder, sizeof place->folder, "/dev/shm/vitrine.XXXXXX");
	if (!mkdtemp(place->folder)) {
		snprintf(place->folder, sizeof place->folder, "%.40s/vitrine.XXXXXX", base ? base : "/tmp");
		if (!mkdtemp(place->folder))
			return false;
	}
	for (size_t i = 0; i < 3; i++)
		snprintf(place->files[i], sizeof place->files[i], "%s/tables.db%s", place->folder, endings[i]);
	return true;
}

static void remove_place(const struct place *place)
{
	for (size_t i = 0; i < 3; i++)
		unlink(place->files[i]);
	rmdir(place->folder);
}

/* dynoxide 3.2.0 looks through all records of all streams at each change: a thousand products take a minute. With these
 * two it finds what it looks for. */
static bool add_indexes(const struct place *place)
{
	sqlite3 *database = NULL;
	const bool added =
	    sqlite3_open_v2(place->files[0], &database, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
	    sqlite3_exec(
		database,
		"CREATE INDEX by_number ON _stream_records (table_name, CAST(sequence_number AS INTEGER));"
		"CREATE INDEX by_shard ON _stream_records (table_name, shard_id, CAST(sequence_number AS INTEGER))",
		NULL, NULL, NULL) == SQLITE_OK;

	sqlite3_close(database);
	return added;
}

static void run_child(const char *program, const struct place *place, unsigned port, int output)
{
	char text[8];

	snprintf(text, sizeof text, "%u", port);
	/* It goes when this program goes, whatever that dies of. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(output, 2);
	dup2(output, 1);
	execl(program, program, "serve", "-p", text, "--db-path", place->files[0], (char *)NULL);
	_exit(127);
}

/* It says when it listens; its output ends when it can't. */
static bool listens(int output)
{
	static const char sign[] = "listening on";
	char said[1024];

	for (size_t length = 0; length < sizeof said - 1;) {
		struct pollfd one = {.fd = output, .events = POLLIN};

		if (poll(&one, 1, START_MS) != 1 || read(output, said + length, 1) != 1)
			return false;
		said[++length] = '\0';
		if (strstr(said, sign) && said[length - 1] == '\n')
			return true;
	}
	return false;
}

/* So that it never waits for somebody to read what it says. */
static void *swallow(void *context)
{
	char bytes[4096];

	while (read((int)(intptr_t)context, bytes, sizeof bytes) > 0)
		;
	return NULL;
}

static void stop(void)
{
	if (child > 0 && getpid() != child && !kill(child, SIGKILL))
		waitpid(child, NULL, 0);
	child = 0;
}

static bool start(const char *program)
{
	const unsigned port = free_port();
	struct place place;
	pthread_t reader;
	int output[2];

	if (!port || !make_place(&place) || pipe2(output, O_CLOEXEC))
		return false;
	child = fork();
	if (!child)
		run_child(program, &place, port, output[1]);
	close(output[1]);
	const bool runs = child > 0 && listens(output[0]) && add_indexes(&place);
	remove_place(&place);
	if (!runs || pthread_create(&reader, NULL, swallow, (void *)(intptr_t)output[0])) {
		stop();
		close(output[0]);
		return false;
	}
	pthread_detach(reader);
	snprintf(url, sizeof url, "http://127.0.0.1:%u", port);
	return true;
}

void engine_start(void)
{
	const char *endpoint = getenv("VITRINE_DYNAMODB_ENDPOINT"), *program = getenv("VITRINE_DYNOXIDE");
	bool started = false;

	if (endpoint && *endpoint) {
		snprintf(url, sizeof url, "%s", endpoint);
	} else if (!program || !*program || access(program, X_OK)) {
		printf("skipped: there is no DynamoDB to test with (VITRINE_DYNOXIDE names the program dynoxide, or\n"
		       "VITRINE_DYNAMODB_ENDPOINT something else that answers)\n");
		exit(SKIPPED);
	} else {
		/* Another program may take the port before it does. */
		for (int i = 0; !started && i < STARTS; i++)
			started = start(program);
		if (!started) {
			printf("%s can't be started\n", program);
			exit(1);
		}
		atexit(stop);
	}
	setenv("AWS_ENDPOINT_URL", url, 1);
	setenv("AWS_REGION", "us-east-1", 1);
	setenv("AWS_ACCESS_KEY_ID", "test", 1);
	setenv("AWS_SECRET_ACCESS_KEY", "test", 1);
	unsetenv("AWS_SESSION_TOKEN");
	unsetenv("AWS_ENDPOINT_URL_DYNAMODB");
	unsetenv("AWS_ENDPOINT_URL_DYNAMODB_STREAMS");
}

/* ---- tables ---- */

static void give_back(struct engine_table *table)
{
	dynamo_free(table->dynamo);
	aws_free(table->aws);
	free(table);
}

struct engine_table *engine_table(bool metered)
{
	static atomic_uint made;
	struct engine_table *table = calloc(1, sizeof *table);
	struct err err = {.kind = ERR_NONE};

	if (!table)
		return NULL;
	snprintf(table->name, sizeof table->name, "vitrine-%ld-%u", (long)getpid(), atomic_fetch_add(&made, 1));
	if ((table->aws = aws_new(NULL, &err)) &&
	    (table->dynamo = dynamo_new(table->aws, table->name, metered, &err)) &&
	    dynamo_table_make(table->dynamo, &err))
		return table;
	printf("no table: %s\n", err.message);
	give_back(table);
	return NULL;
}

struct engine_table *engine_drop(struct engine_table *table)
{
	char body[80];
	struct aws_answer answer;
	struct err err;

	if (!table)
		return NULL;
	snprintf(body, sizeof body, "{\"TableName\":\"%s\"}", table->name);
	const struct aws_call call = {
	    .service = AWS_DYNAMODB, .operation = "DeleteTable", .body = body, .length = strlen(body)};
	if (aws_call(table->aws, &call, &answer, &err))
		aws_answer_done(&answer);
	else
		printf("the table stays: %s\n", err.message);
	give_back(table);
	return NULL;
}
