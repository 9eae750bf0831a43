#include "platform/http/access_log.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "models/api.h"

enum {
	WAITING_MAX = 1024 * 1024, /* bytes that may wait for the sink */
	PAUSE_MS = 50,             /* lines are gathered this long */
	LAST_WRITE_MS = 1000,      /* at the end, a stuck sink is given this long */
};

struct access_log {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	pthread_t thread;
	int fd;
	const char *path; /* NULL: standard error */
	struct buf waiting;
	uint64_t dropped, dropped_told;
	bool writer_sleeps, ending, reopen;
	int64_t time; /* of `time_text` */
	char time_text[CLOCK_RFC3339_SIZE];
};

void access_log_shorten(const char *address, char ret_text[46])
{
	unsigned char bytes[16];

	memcpy(ret_text, "unix", 5);
	if (inet_pton(AF_INET, address, bytes) == 1) {
		bytes[3] = 0;
		inet_ntop(AF_INET, bytes, ret_text, 46);
	} else if (inet_pton(AF_INET6, address, bytes) == 1) {
		memset(bytes + 6, 0, 10);
		inet_ntop(AF_INET6, bytes, ret_text, 46);
	}
}

/* A method is the client's text; only the usual ones are its own business to know. */
static const char *method_name(const char *method)
{
	for (const char *const *name = api_method_names; *name; name++)
		if (!strcmp(*name, method))
			return *name;
	return !strcmp(method, "HEAD") ? "HEAD" : "other";
}

/* One line; the lock is held for the time's text only. */
static void write_entry(struct buf *line, const struct access_entry *entry, const char *time)
{
	struct json json = json_writer(line);
	char address[46];

	access_log_shorten(entry->address, address);
	json_open(&json, '{');
	json_member_string(&json, "time", time);
	json_member_string(&json, "request_id", entry->request_id);
	json_member_string(&json, "op", entry->op);
	json_member_string(&json, "method", method_name(entry->method));
	json_member_int(&json, "status", entry->status);
	json_member_int(&json, "bytes", (int64_t)entry->bytes);
	char digits[] = ".000";
	digits[1] = (char)('0' + entry->microseconds / 100 % 10);
	digits[2] = (char)('0' + entry->microseconds / 10 % 10);
	digits[3] = (char)('0' + entry->microseconds % 10);
	json_member_int(&json, "ms", entry->microseconds / 1000);
	buf_add(line, digits, 4);
	json_member_string(&json, "address", address);
	if (entry->cause)
		json_member_string(&json, "cause", entry->cause);
	json_close(&json, '}');
	buf_add_char(line, '\n');
}

void access_log_add(struct access_log *log, const struct access_entry *entry)
{
	if (!log)
		return;

	int64_t now = clock_now();
	pthread_mutex_lock(&log->lock);
	if (now != log->time) {
		log->time = now;
		clock_format(now, log->time_text);
	}
	size_t before = log->waiting.length;
	write_entry(&log->waiting, entry, log->time_text);
	if (log->waiting.failed) {
		log->waiting.failed = false;
		log->waiting.length = before;
		log->dropped++;
	}
	if (log->writer_sleeps) {
		log->writer_sleeps = false;
		pthread_cond_signal(&log->wake);
	}
	pthread_mutex_unlock(&log->lock);
}

static int open_file(const char *path)
{
	return path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0600) : dup(STDERR_FILENO);
}

/* Under the lock. */
static void reopen(struct access_log *log)
{
	int fd = open_file(log->path);

	log->reopen = false;
	if (fd < 0)
		return;
	close(log->fd);
	log->fd = fd;
}

/* Waits for the sink to take bytes; at the end not for long. */
static bool sink_ready(struct access_log *log)
{
	struct pollfd poll_fd = {.fd = log->fd, .events = POLLOUT};

	for (;;) {
		int ready = poll(&poll_fd, 1, LAST_WRITE_MS);

		if (ready != 0)
			return ready > 0 || errno == EINTR;
		pthread_mutex_lock(&log->lock);
		bool ending = log->ending;
		pthread_mutex_unlock(&log->lock);
		if (ending)
			return false;
	}
}

static void write_all(struct access_log *log, const char *bytes, size_t length)
{
	while (length && sink_ready(log)) {
		/* A pipe that is ready takes PIPE_BUF bytes without blocking. */
		ssize_t written = write(log->fd, bytes, length < 4096 ? length : 4096);

		if (written < 0 && errno != EINTR && errno != EAGAIN)
			return; /* the reader is gone, or the disk is full: these lines are lost */
		if (written > 0) {
			bytes += written;
			length -= (size_t)written;
		}
	}
}

/* What has gathered, in exchange for an empty buffer; the lock is held before and after. */
static void write_batch(struct access_log *log)
{
	struct buf batch = log->waiting;

	buf_init(&log->waiting, WAITING_MAX);
	if (log->dropped != log->dropped_told) {
		struct json json = json_writer(&batch);

		json_open(&json, '{');
		json_member_int(&json, "dropped", (int64_t)(log->dropped - log->dropped_told));
		json_close(&json, '}');
		buf_add_char(&batch, '\n');
		log->dropped_told = log->dropped;
	}
	pthread_mutex_unlock(&log->lock);
	write_all(log, batch.bytes, batch.length);
	buf_done(&batch);
	pthread_mutex_lock(&log->lock);
}

static void gather(struct access_log *log)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += PAUSE_MS * 1000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	while (!log->ending && pthread_cond_timedwait(&log->wake, &log->lock, &until) == 0)
		;
}

static void *write_lines(void *argument)
{
	struct access_log *log = argument;

	pthread_mutex_lock(&log->lock);
	while (!log->ending || log->waiting.length) {
		if (log->reopen)
			reopen(log);
		if (!log->waiting.length) {
			log->writer_sleeps = true;
			pthread_cond_wait(&log->wake, &log->lock);
			continue;
		}
		log->writer_sleeps = false;
		gather(log);
		write_batch(log);
	}
	pthread_mutex_unlock(&log->lock);
	return NULL;
}

bool access_log_open(const char *path, struct access_log **ret_log, struct err *err)
{
	struct access_log *log = calloc(1, sizeof *log);

	if (!log)
		return err_memory(err, "opening the log");
	log->path = path;
	log->time = INT64_MIN;
	buf_init(&log->waiting, WAITING_MAX);
	pthread_mutex_init(&log->lock, NULL);
	pthread_cond_init(&log->wake, NULL);
	log->fd = open_file(path);
	if (log->fd < 0) {
		free(log);
		return err_set(err, ERR_FILE, "Can't open the log %s: %m", path ? path : "on standard error");
	}
	if (pthread_create(&log->thread, NULL, write_lines, log) != 0) {
		close(log->fd);
		free(log);
		return err_set(err, ERR_INTERNAL, "Can't start the log's thread");
	}
	*ret_log = log;
	return true;
}

static void tell(struct access_log *log, bool *what)
{
	pthread_mutex_lock(&log->lock);
	*what = true;
	log->writer_sleeps = false;
	pthread_cond_signal(&log->wake);
	pthread_mutex_unlock(&log->lock);
}

void access_log_reopen(struct access_log *log)
{
	if (log && log->path)
		tell(log, &log->reopen);
}

uint64_t access_log_dropped(struct access_log *log)
{
	if (!log)
		return 0;
	pthread_mutex_lock(&log->lock);
	uint64_t dropped = log->dropped;
	pthread_mutex_unlock(&log->lock);
	return dropped;
}

struct access_log *access_log_close(struct access_log *log)
{
	if (!log)
		return NULL;
	tell(log, &log->ending);
	pthread_join(log->thread, NULL);
	close(log->fd);
	buf_done(&log->waiting);
	pthread_cond_destroy(&log->wake);
	pthread_mutex_destroy(&log->lock);
	free(log);
	return NULL;
}
