#include "tests/screens/world.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARGUMENTS_MAX = 24, ANSWER_MAX = 16 * 1024 * 1024, TOKEN_MAX = 8192 };

struct world world;

/* ---- processes ---- */

/* The rest of the line that begins so, of what it prints. */
static void read_line(struct server *server, const char *start, char *ret_rest, size_t size)
{
	char line[512];

	for (size_t length = 0; length < sizeof line - 1;) {
		struct pollfd ready = {.fd = server->output, .events = POLLIN};

		assert_int_equal(poll(&ready, 1, STAGE_MS), 1);
		if (read(server->output, line + length, 1) != 1)
			fail_msg("a server ended before it said \"%s\"", start);
		if (line[length++] != '\n')
			continue;
		line[length - 1] = '\0';
		if (!strncmp(line, start, strlen(start))) {
			snprintf(ret_rest, size, "%s", line + strlen(start));
			return;
		}
		length = 0;
	}
	fail_msg("a server prints too much");
}

static void run_server(const char *program, const char *const *arguments, int input, int output)
{
	const char *python = getenv("PYTHON3"), *top = getenv("top_srcdir"), *platform = getenv("VITRINED");
	const char *list[ARGUMENTS_MAX + 4] = {NULL};
	char script[512];
	size_t count = 0;
	sigset_t none;

	if (program) {
		snprintf(script, sizeof script, "%s/tests/%s", top ? top : ".", program);
		list[count++] = python ? python : "/usr/bin/python3";
		list[count++] = "-B";
		list[count++] = script;
	} else {
		list[count++] = platform ? platform : "vitrined";
	}
	for (size_t i = 0; arguments && arguments[i] && count < ARGUMENTS_MAX + 3; i++)
		list[count++] = arguments[i];
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* nothing outlives the tests */
	dup2(input, STDIN_FILENO);
	dup2(output, STDOUT_FILENO);
	execvp(list[0], (char *const *)(uintptr_t)list);
	_exit(127);
}

/* `program`: a script below tests/, or NULL for vitrined. */
static void start(struct server *server, const char *program, const char *const *arguments)
{
	int input[2], output[2];

	assert_int_equal(pipe2(input, O_CLOEXEC), 0);
	assert_int_equal(pipe2(output, O_CLOEXEC), 0);
	server->pid = fork();
	assert_true(server->pid >= 0);
	if (!server->pid)
		run_server(program, arguments, input[0], output[1]);
	close(input[0]);
	close(output[1]);
	server->input = input[1];
	server->output = output[0];
	server->control = -1;
}

static void connect_control(struct server *server)
{
	struct sockaddr_un local = {.sun_family = AF_UNIX};
	struct sockaddr_in place = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	bool is_local;
	char address[96];

	read_line(server, "control on ", address, sizeof address);
	is_local = !strncmp(address, "unix:", 5);
	server->control = socket(is_local ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (is_local)
		memcpy(local.sun_path, address + 5, strlen(address + 5) + 1);
	else
		place.sin_port = htons((uint16_t)strtoul(strrchr(address, ':') + 1, NULL, 10));
	assert_int_equal(connect(server->control, is_local ? (struct sockaddr *)&local : (struct sockaddr *)&place,
				 is_local ? sizeof local : sizeof place),
			 0);
}

static void stop(struct server *server, int number)
{
	if (server->pid <= 0)
		return;
	kill(server->pid, number);
	waitpid(server->pid, NULL, 0);
	close(server->input);
	close(server->output);
	if (server->control >= 0)
		close(server->control);
	server->pid = 0;
}

/* ---- servers ---- */

static void start_platform(void)
{
	char listen[WORLD_URL], db[WORLD_URL];

	snprintf(listen, sizeof listen, "unix:%s/platform.socket", world.folder);
	snprintf(db, sizeof db, "%s/shop.db", world.folder);
	const char *const demo[] = {
	    "--listen", listen, "--no-log", "--drain-timeout", "0.1", "--threads", "1", "--demo", NULL};
	const char *const own[] = {"--listen", listen, "--no-log", "--drain-timeout", "0.1", "--threads", "1",
				   "--db", db, NULL};
	start(&world.platform, NULL, world.demo ? demo : own);
	read_line(&world.platform, "listening on ", world.platform.url, sizeof world.platform.url);
}

void world_demo(void)
{
	world.demo = true;
	start_platform();
	memcpy(world.api, world.platform.url, sizeof world.api);
}

void world_empty_shop(void)
{
	world.demo = false;
	start_platform();
	memcpy(world.api, world.platform.url, sizeof world.api);
}

void world_kill_platform(void)
{
	stop(&world.platform, SIGKILL);
}

void world_restart_platform(void)
{
	start_platform();
}

void world_proxy(void)
{
	char listen[WORLD_URL], control[WORLD_URL];

	snprintf(listen, sizeof listen, "unix:%s/proxy.socket", world.folder);
	snprintf(control, sizeof control, "unix:%s/control.socket", world.folder);
	const char *const arguments[] = {"--upstream", world.api, "--listen", listen, "--control", control, NULL};
	start(&world.proxy, "proxy/proxy.py", arguments);
	connect_control(&world.proxy);
	read_line(&world.proxy, "listening on ", world.proxy.url, sizeof world.proxy.url);
	memcpy(world.api, world.proxy.url, sizeof world.api);
}

void world_first(const char *const *arguments)
{
	start(&world.first, "firstplatform/firstplatform.py", arguments);
	connect_control(&world.first);
	read_line(&world.first, "listening on ", world.first.url, sizeof world.first.url);
	memcpy(world.api, world.first.url, sizeof world.api);
}

static void send_all(int file, const char *bytes, size_t length)
{
	for (size_t at = 0; at < length;) {
		ssize_t sent = send(file, bytes + at, length - at, MSG_NOSIGNAL);

		assert_true(sent > 0);
		at += (size_t)sent;
	}
}

/* Reads a line, and whatever the stages print meanwhile. */
static void receive_line(int file, struct buf *line)
{
	int64_t end = stage_now_ns() + (int64_t)STAGE_MS * 1000000;
	char byte = 0;

	while (byte != '\n') {
		struct pollfd ready = {.fd = file, .events = POLLIN};

		if (poll(&ready, 1, 10) == 0) {
			assert_true(stage_now_ns() < end);
			for (size_t i = 0; i < WORLD_STAGES; i++)
				if (world.stages[i].open)
					stage_pump(&world.stages[i], 0);
			continue;
		}
		assert_int_equal(recv(file, &byte, 1, 0), 1);
		if (byte != '\n')
			buf_add_char(line, byte);
	}
}

static cJSON *order_va(struct server *server, const char *format, va_list args)
{
	struct buf line;

	assert_true(server->pid > 0 && server->control >= 0);
	buf_init(&line, ANSWER_MAX * 2);
	buf_vprintf(&line, format, args);
	buf_add_char(&line, '\n');
	send_all(server->control, buf_str(&line), line.length);
	buf_reset(&line);
	receive_line(server->control, &line);
	cJSON *answer = cJSON_Parse(buf_str(&line));
	if (!answer || cJSON_GetObjectItem(answer, "error")) {
		if (world.stage->open)
			stage_print(world.stage);
		fail_msg("an order was answered %s", buf_str(&line));
	}
	buf_done(&line);
	return answer;
}

cJSON *world_order_ask(struct server *server, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	cJSON *answer = order_va(server, format, args);
	va_end(args);
	return answer;
}

void world_order(struct server *server, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	cJSON_Delete(order_va(server, format, args));
	va_end(args);
}

void world_rule(const char *method, const char *path, int nth, int count, const char *action, const char *more)
{
	world_order(&world.proxy, "{\"do\":\"rule\",%s%s%s\"path\":\"%s\",\"nth\":%d,\"count\":%d,%s\"action\":\"%s\"}",
		    method ? "\"method\":\"" : "", method ? method : "", method ? "\"," : "", path, nth, count,
		    more ? more : "", action);
}

void world_wait_event(const char *event, const char *method, const char *path, int count)
{
	world_order(&world.proxy,
		    "{\"do\":\"wait\",\"event\":\"%s\",\"method\":\"%s\",\"path\":\"%s\",\"count\":%d,\"timeout\":25}",
		    event, method, path, count);
}

int world_requests(const char *method, const char *path)
{
	cJSON *answer =
	    world_order_ask(&world.proxy, "{\"do\":\"requests\",\"method\":\"%s\",\"path\":\"%s\"}", method, path);
	int count = cJSON_GetArraySize(cJSON_GetObjectItem(answer, "requests"));

	cJSON_Delete(answer);
	return count;
}

/* ---- asking ---- */

static size_t take(char *bytes, size_t one, size_t length, void *context)
{
	struct buf *body = context;

	(void)one;
	buf_add(body, bytes, length);
	return body->failed ? 0 : length;
}

static struct curl_slist *headers_for(const char *path, const char *token, const char *body)
{
	static int purchases;
	struct curl_slist *list = curl_slist_append(NULL, "Expect:");
	char line[TOKEN_MAX + 64];

	if (token) {
		snprintf(line, sizeof line, "Authorization: Bearer %s", token);
		list = curl_slist_append(list, line);
	}
	if (body)
		list = curl_slist_append(list, "Content-Type: application/json");
	if (body && !strcmp(path, "/Purchase")) {
		snprintf(line, sizeof line, "Idempotency-Key: world-%d-%d", (int)getpid(), ++purchases);
		list = curl_slist_append(list, line);
	}
	return list;
}

struct answer world_ask(const char *method, const char *path, const char *token, const char *body)
{
	CURL *curl = curl_easy_init();
	struct curl_slist *headers = headers_for(path, token, body);
	struct answer answer = {0, NULL};
	struct buf text;
	char url[512];

	assert_non_null(curl);
	buf_init(&text, ANSWER_MAX);
	snprintf(url, sizeof url, "http://vitrine%s", path);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, world.platform.url + strlen("unix:"));
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)STAGE_MS / 1000);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &text);
	if (body || !strcmp(method, "POST"))
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body ? body : "");
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
	CURLcode code = curl_easy_perform(curl);
	if (code == CURLE_OK)
		curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
	answer.json = cJSON_ParseWithLength(buf_str(&text), text.length);
	curl_slist_free_all(headers);
	curl_easy_cleanup(curl);
	buf_done(&text);
	if (code != CURLE_OK)
		fail_msg("%s %s: %s", method, path, curl_easy_strerror(code));
	return answer;
}

static cJSON *insist(const char *method, const char *path, const char *token, const char *body)
{
	struct answer answer = world_ask(method, path, token, body);

	if (answer.status < 200 || answer.status > 299) {
		char *text = answer.json ? cJSON_Print(answer.json) : NULL;
		fail_msg("%s %s: %ld %s", method, path, answer.status, text ? text : "");
	}
	return answer.json;
}

cJSON *world_get(const char *path, const char *token)
{
	return insist("GET", path, token, NULL);
}

static const char *text_of(const cJSON *json, const char *name)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(json, name));

	assert_non_null(text);
	return text;
}

const char *world_token(const char *email)
{
	static char token[TOKEN_MAX];
	char body[256];

	snprintf(body, sizeof body, "{\"email\":\"%s\",\"password\":\"" WORLD_PASSWORD "\"}", email);
	cJSON *json = insist("POST", "/Login", NULL, body);
	snprintf(token, sizeof token, "%s", text_of(json, "access_token"));
	cJSON_Delete(json);
	return token;
}

int world_purchases(const char *email)
{
	char token[TOKEN_MAX], path[1024] = "/Purchase?limit=100";
	int count = 0;

	snprintf(token, sizeof token, "%s", world_token(email));
	for (bool more = true; more;) {
		cJSON *json = world_get(path, token);
		const char *next = cJSON_GetStringValue(cJSON_GetObjectItem(json, "next_cursor"));

		count += cJSON_GetArraySize(cJSON_GetObjectItem(json, "purchases"));
		more = next != NULL;
		if (more)
			snprintf(path, sizeof path, "/Purchase?limit=100&cursor=%s", next);
		cJSON_Delete(json);
	}
	return count;
}

long world_stock(const char *name)
{
	enum { PAGES = 100 };
	char path[1024] = "/Product?limit=100";
	long stock = -1;

	for (int page = 0; *path && page < PAGES; page++) {
		cJSON *json = world_get(path, NULL);
		const char *next = cJSON_GetStringValue(cJSON_GetObjectItem(json, "next_cursor"));
		const cJSON *product;

		cJSON_ArrayForEach (product, cJSON_GetObjectItem(json, "products"))
			if (!strcmp(text_of(product, "name"), name))
				stock = (long)cJSON_GetNumberValue(cJSON_GetObjectItem(product, "stock"));
		if (next)
			snprintf(path, sizeof path, "/Product?limit=100&cursor=%s", next);
		else
			path[0] = '\0';
		cJSON_Delete(json);
	}
	return stock;
}

void world_change(const char *word, const char *body)
{
	char path[256];

	snprintf(path, sizeof path, "/Product?q=%s&limit=1", word);
	cJSON *json = world_get(path, NULL);
	const cJSON *row = cJSON_GetArrayItem(cJSON_GetObjectItem(json, "products"), 0);
	assert_non_null(row);
	snprintf(path, sizeof path, "/Product/%s", cJSON_GetStringValue(cJSON_GetObjectItem(row, "id")));
	cJSON_Delete(json);
	struct answer answer = world_ask("PATCH", path, world_token(WORLD_SELLER), body);
	assert_int_equal(answer.status, 200);
	cJSON_Delete(answer.json);
}

void world_sign_up(const char *kind, const char *email, const char *full_name)
{
	char body[512];

	snprintf(body, sizeof body, "{\"email\":\"%s\",\"password\":\"" WORLD_PASSWORD "\",\"full_name\":\"%s\"%s}",
		 email, full_name, strcmp(kind, "/Client") != 0 ? "" : ",\"mobile\":\"+34600123456\"");
	cJSON_Delete(insist("POST", kind, NULL, body));
}

void world_product(const char *seller, const char *name, const char *category, const char *price, int stock)
{
	char body[512];

	snprintf(body, sizeof body, "{\"name\":\"%s\",\"category\":\"%s\",\"price\":\"%s\",\"stock\":%d}", name,
		 category, price, stock);
	cJSON_Delete(insist("POST", "/Product", world_token(seller), body));
}

void world_buy(const char *email, const char *name)
{
	cJSON *json = world_get("/Product?limit=100", NULL);
	const cJSON *product;
	char body[256] = "";

	cJSON_ArrayForEach (product, cJSON_GetObjectItem(json, "products"))
		if (!strcmp(text_of(product, "name"), name))
			snprintf(body, sizeof body,
				 "{\"items\":[{\"product_id\":\"%s\",\"quantity\":1,\"price\":\"%s\"}]}",
				 text_of(product, "id"), text_of(product, "price"));
	cJSON_Delete(json);
	cJSON_Delete(insist("POST", "/Purchase", world_token(email), body));
}

/* ---- stages ---- */

static void with_api(struct stage_options *used, const struct stage_options *options)
{
	size_t count = 0;

	if (options)
		*used = *options;
	while (used->args[count])
		count++;
	assert_true(count + 3 < STAGE_ARGS_MAX);
	used->args[count] = "--api";
	used->args[count + 1] = world.api;
}

void world_open(struct stage *stage, const struct stage_options *options)
{
	struct stage_options used = {.width = 0};

	with_api(&used, options);
	stage_open(stage, &used);
}

void world_start(struct stage *stage, const struct stage_options *options)
{
	world_open(stage, options);
	stage_quiet(stage);
}

void world_go(struct stage *stage, const char *name)
{
	stage_type(stage, ":");
	stage_type(stage, name);
	stage_press(stage, K_ENTER);
}

void world_sign_in(struct stage *stage, const char *email)
{
	stage_type(stage, ":sign in" K_ENTER);
	stage_type(stage, email);
	stage_type(stage, K_TAB WORLD_PASSWORD K_ENTER);
	stage_quiet(stage);
	stage_expect(stage, email);
}

/* ---- the test's beginning and end ---- */

int world_setup(void **state)
{
	memset(&world, 0, sizeof world);
	world.stage = &world.stages[0];
	snprintf(world.folder, sizeof world.folder, "/tmp/vitrine-world-XXXXXX");
	*state = &world;
	return mkdtemp(world.folder) ? 0 : -1;
}

int world_teardown(void **state)
{
	(void)state;
	/* Held replies and closed doors have done their work. */
	for (size_t i = 0; i < WORLD_STAGES; i++) {
		if (world.stages[i].pid > 0)
			stage_leave(&world.stages[i]);
		stage_done(&world.stages[i]);
	}
	stop(&world.proxy, SIGKILL);
	stop(&world.first, SIGKILL);
	stop(&world.platform, SIGKILL);
	stage_remove_folder(world.folder);
	return 0;
}

void world_pick(void)
{
	if (getenv("TEST"))
		cmocka_set_test_filter(getenv("TEST"));
}
