#include "tests/unit/net_world.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

static const char full_service[] =
    "{\"do\":\"rule\",\"method\":\"GET\",\"path\":\"/\",\"count\":-1,\"action\":\"answer\",\"status\":200,\"body\":"
    "{\"name\":\"Test\",\"version\":\"1\",\"profile\":\"full\",\"currency\":\"EUR\",\"features\":[\"cart\"]}}";

/* ---- servers ---- */

/* The line that begins so, of what the server prints; the rest of the line. */
static void read_line(int file, const char *start, char *ret_rest, size_t size)
{
	char line[512];

	for (size_t length = 0; length < sizeof line - 1;) {
		struct pollfd poll_one = {.fd = file, .events = POLLIN};

		assert_int_equal(poll(&poll_one, 1, WORLD_MS), 1);
		assert_int_equal(read(file, line + length, 1), 1);
		if (line[length++] != '\n')
			continue;
		line[length - 1] = '\0';
		if (!strncmp(line, start, strlen(start))) {
			snprintf(ret_rest, size, "%s", line + strlen(start));
			return;
		}
		length = 0;
	}
	fail_msg("the server prints too much");
}

static int connect_to(const char *address)
{
	const char *colon = strrchr(address, ':');
	struct sockaddr_in place = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_non_null(colon);
	place.sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10));
	assert_int_equal(connect(file, (struct sockaddr *)&place, sizeof place), 0);
	return file;
}

static void run_child(const char *program, const char *const *arguments, int input, int output)
{
	const char *python = getenv("PYTHON3");
	const char *top = getenv("top_srcdir");
	const char *list[24] = {NULL};
	char script[512];
	size_t count = 0;

	if (strchr(program, '.')) {
		snprintf(script, sizeof script, "%s/tests/%s", top ? top : ".", program);
		list[count++] = python ? python : "/usr/bin/python3";
		list[count++] = "-B";
		list[count++] = script;
	} else {
		list[count++] = getenv(program);
	}
	while (*arguments && count < COUNT_OF(list) - 1)
		list[count++] = *arguments++;
	dup2(input, 0);
	dup2(output, 1);
	/* A sanitizer that the program under test was built with has nothing to do with the child's. */
	if (list[0])
		execv(list[0], (char *const *)(uintptr_t)list);
	_exit(127);
}

void server_start(struct server *server, const char *program, const char *const *arguments)
{
	int input[2], output[2];
	char control[128];

	assert_int_equal(pipe2(input, 0), 0);
	assert_int_equal(pipe2(output, 0), 0);
	server->pid = fork();
	assert_true(server->pid >= 0);
	if (!server->pid) {
		close(input[1]);
		close(output[0]);
		run_child(program, arguments, input[0], output[1]);
	}
	close(input[0]);
	close(output[1]);
	server->input = input[1];
	server->output = output[0];
	server->control = -1;
	fcntl(server->input, F_SETFD, FD_CLOEXEC);
	fcntl(server->output, F_SETFD, FD_CLOEXEC);
	if (strchr(program, '.')) {
		read_line(server->output, "control on ", control, sizeof control);
		server->control = connect_to(control);
	}
	read_line(server->output, "listening on ", server->url, sizeof server->url);
}

void server_stop(struct server *server)
{
	int status;

	close(server->input);
	if (server->control >= 0)
		close(server->control);
	kill(server->pid, SIGTERM);
	assert_int_equal(waitpid(server->pid, &status, 0), server->pid);
	close(server->output);
}

void proxy_start(struct server *server, const char *upstream, bool full)
{
	server_start(server, "proxy/proxy.py", (const char *const[]){"--upstream", upstream, NULL});
	if (full)
		order_done(NULL, server, "%s", full_service);
}

/* ---- orders ---- */

static bool answered(int file, struct buf *line)
{
	char byte;

	while (recv(file, &byte, 1, MSG_DONTWAIT) == 1) {
		if (byte == '\n')
			return true;
		buf_add_char(line, byte);
	}
	return false;
}

static cJSON *order_va(struct net *net, struct server *server, const char *format, va_list args)
{
	struct buf line;
	int64_t end = clock_monotonic() + WORLD_MS;

	buf_init(&line, 16 * 1024 * 1024);
	buf_vprintf(&line, format, args);
	buf_add_char(&line, '\n');
	for (size_t sent = 0; sent < line.length;) {
		ssize_t now = send(server->control, line.bytes + sent, line.length - sent, MSG_NOSIGNAL);
		assert_true(now > 0);
		sent += (size_t)now;
	}
	buf_reset(&line);
	while (!answered(server->control, &line)) {
		struct pollfd control = {.fd = server->control, .events = POLLIN};

		assert_true(clock_monotonic() < end);
		if (net) {
			assert_true(net_wait(net, &control, 1, 1000));
			net_run(net);
		} else {
			poll(&control, 1, 1000);
		}
	}
	cJSON *answer = cJSON_Parse(buf_str(&line));
	assert_non_null(answer);
	if (cJSON_GetObjectItem(answer, "error"))
		fail_msg("order: %s", buf_str(&line));
	buf_done(&line);
	return answer;
}

cJSON *order(struct net *net, struct server *server, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	cJSON *answer = order_va(net, server, format, args);
	va_end(args);
	return answer;
}

void order_done(struct net *net, struct server *server, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	cJSON_Delete(order_va(net, server, format, args));
	va_end(args);
}

int request_count(struct net *net, struct server *server, const char *method, const char *path)
{
	cJSON *answer = order(net, server, "{\"do\":\"requests\",\"method\":\"%s\",\"path\":\"%s\"}", method, path);
	const cJSON *row;
	int count = 0;

	cJSON_ArrayForEach (row, cJSON_GetObjectItem(answer, "requests")) {
		const char *had = cJSON_GetStringValue(cJSON_GetObjectItem(row, "method"));
		const char *where = cJSON_GetStringValue(cJSON_GetObjectItem(row, "path"));
		count += !strcmp(had, method) && !strncmp(where, path, strcspn(path, "*"));
	}
	cJSON_Delete(answer);
	return count;
}

/* ---- calls ---- */

struct net *world_net(const char *url, const struct net_options *options)
{
	static const struct net_options none;
	struct net_options used = options ? *options : none;
	struct err err = {0};

	used.url = url;
	used.pause_ms = used.pause_ms ? used.pause_ms : 10;
	used.attempt_ms = used.attempt_ms ? used.attempt_ms : 10000;
	struct net *net = net_new(&used, &err);
	if (!net)
		fail_msg("net_new: %s", err.message);
	return net;
}

void run_until(struct net *net, const bool *done)
{
	int64_t end = clock_monotonic() + WORLD_MS;

	net_run(net);
	while (!*done) {
		if (clock_monotonic() >= end)
			fail_msg("it does not end");
		assert_true(net_wait(net, NULL, 0, 1000));
		net_run(net);
	}
}

static void ended(void *context, struct net_reply *reply)
{
	struct waiting *waiting = context;

	assert_false(waiting->done);
	net_reply_keep(reply);
	waiting->reply = reply;
	waiting->done = true;
}

net_id call_later(struct net *net, enum api_op op, const struct net_args *args, void *owner, struct waiting *waiting)
{
	*waiting = (struct waiting){0};
	net_id id = net_call(net, op, args, owner, ended, waiting);
	assert_true(id > 0);
	assert_false(waiting->done); /* never from within net_call */
	return id;
}

struct net_reply *call_now(struct net *net, enum api_op op, const struct net_args *args)
{
	struct waiting waiting;

	call_later(net, op, args, NULL, &waiting);
	run_until(net, &waiting.done);
	return waiting.reply;
}

struct net_reply *call_ok(struct net *net, enum api_op op, const struct net_args *args)
{
	struct net_reply *reply = call_now(net, op, args);

	if (!reply->ok)
		fail_msg("%s: %s (%s)", api_rows[op].name, reply->err.message, reply->err.code);
	return reply;
}

void call_fails(struct net *net, enum api_op op, const struct net_args *args, enum err_kind kind, const char *code)
{
	struct net_reply *reply = call_now(net, op, args);

	assert_false(reply->ok);
	if (reply->err.kind != kind || strcmp(reply->err.code, code) != 0)
		fail_msg("%s: %s (%s), not %s", api_rows[op].name, reply->err.message, reply->err.code, code);
	assert_null(reply->answer);
	net_reply_free(reply);
}

void sign_in(struct net *net, const char *email)
{
	struct login_request login = {.email = email, .password = "Vitrine-2026"};

	net_reply_free(call_ok(net, API_login, &(struct net_args){.body = &login}));
	assert_non_null(net_session(net));
}

/* ---- files ---- */

void temp_new(char ret_path[256])
{
	const char *folder = getenv("TMPDIR");

	snprintf(ret_path, 256, "%s/vitrine-net-XXXXXX", folder ? folder : "/tmp");
	assert_non_null(mkdtemp(ret_path));
}

void temp_remove(const char *path)
{
	DIR *directory = opendir(path);
	char name[1024];

	assert_non_null(directory);
	for (struct dirent *entry; (entry = readdir(directory));) {
		struct stat status;

		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
		assert_int_equal(lstat(name, &status), 0);
		if (S_ISDIR(status.st_mode))
			temp_remove(name);
		else
			unlink(name);
	}
	closedir(directory);
	rmdir(path);
}
