#include "platform/http/access_log.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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
	NOTICE_MAX = 256,
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
	bool broken; /* what was written last is the beginning of a line; the writer's own */
	int fault;   /* errno of the last write, once it was told; 0: it worked. The writer's own */
	uint64_t dropped_before; /* when the fault was told */
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

/* A FIFO is held open for reading as well: so opening it waits for nobody, and its readers may come and go. */
static int open_file(const char *path)
{
	const int flags = O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	struct stat status;

	if (!path)
		return dup(STDERR_FILENO);
	if (stat(path, &status) == 0 && S_ISFIFO(status.st_mode))
		return open(path, O_RDWR | flags);
	return open(path, O_WRONLY | O_CREAT | O_APPEND | flags, 0600);
}

/* What whoever runs this must know about the log itself; said once, on standard error, unless that is the log. */
static void tell_person(const struct access_log *log, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void tell_person(const struct access_log *log, const char *format, ...)
{
	char text[512];
	va_list args;

	if (!log->path)
		return;
	va_start(args, format);
	int length = vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (length > 0 && (size_t)length < sizeof text && write(STDERR_FILENO, text, (size_t)length) < 0)
		return; /* there is nobody to tell */
}

/* Under the lock. */
static void reopen(struct access_log *log)
{
	int fd = open_file(log->path);

	log->reopen = false;
	if (fd < 0) {
		tell_person(log, "vitrined: can't open the log %.300s again (%m); the old file is still written to\n",
			    log->path);
		return;
	}
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

/* Returns how many bytes were written: all, unless the sink fails or the end has come; *ret_fault is errno then, or
 * 0. */
static size_t write_all(struct access_log *log, const char *bytes, size_t length, int *ret_fault)
{
	size_t done = 0;

	*ret_fault = 0;
	while (done < length && sink_ready(log)) {
		/* A pipe that is ready takes PIPE_BUF bytes without blocking. */
		ssize_t written = write(log->fd, bytes + done, length - done < 4096 ? length - done : 4096);

		if (written < 0 && errno != EINTR && errno != EAGAIN) {
			*ret_fault = errno; /* the reader is gone, or the disk is full */
			break;
		}
		if (written > 0)
			done += (size_t)written;
	}
	return done;
}

static uint64_t count_lines(const char *bytes, size_t length)
{
	uint64_t lines = 0;

	for (const char *at = bytes; (at = memchr(at, '\n', length - (size_t)(at - bytes))) != NULL; at++)
		lines++;
	return lines;
}

/* Tells when the log begins to fail, and when it works again. The lock is held. */
static void note_fault(struct access_log *log, int fault, uint64_t dropped_before)
{
	if (fault && !log->fault) {
		log->dropped_before = dropped_before;
		errno = fault;
		tell_person(log, "vitrined: can't write the log %.300s (%m); lines are lost until it can be again\n",
			    log->path);
	} else if (!fault && log->fault) {
		tell_person(log, "vitrined: the log %.300s is written again; %llu lines were lost\n", log->path,
			    (unsigned long long)(log->dropped - log->dropped_before));
	}
	log->fault = fault;
}

/* What has gathered, in exchange for an empty buffer; the lock is held before and after. */
static void write_batch(struct access_log *log)
{
	struct buf lines = log->waiting, notice;
	const uint64_t dropped = log->dropped;
	int fault;

	buf_init(&log->waiting, WAITING_MAX);
	buf_init(&notice, NOTICE_MAX);
	if (log->broken)
		buf_add_char(&notice, '\n');
	if (dropped != log->dropped_told) {
		struct json json = json_writer(&notice);

		json_open(&json, '{');
		json_member_int(&json, "dropped", (int64_t)(dropped - log->dropped_told));
		json_close(&json, '}');
		buf_add_char(&notice, '\n');
	}
	pthread_mutex_unlock(&log->lock);
	size_t noticed = write_all(log, buf_str(&notice), notice.length, &fault), written = 0;
	if (noticed == notice.length) {
		written = write_all(log, lines.bytes, lines.length, &fault);
		log->broken = written && lines.bytes[written - 1] != '\n';
	} else if (noticed) {
		log->broken = notice.bytes[noticed - 1] != '\n';
	}
	uint64_t lost = count_lines(lines.bytes + written, lines.length - written);
	bool told = noticed == notice.length;
	buf_done(&notice);
	buf_done(&lines);
	pthread_mutex_lock(&log->lock);
	const uint64_t before = log->dropped;
	log->dropped += lost;
	if (told)
		log->dropped_told = dropped;
	note_fault(log, fault, before);
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
