#include "tests/unit/cognito_world.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/crypt.h"

enum { OPERATIONS_MAX = 32, NAME_SIZE = 48, REQUEST_MAX = 256 * 1024, STORY_MAX = 4096 };

struct world world;
_Atomic int64_t world_now;

/* ---- the server: a thread that takes one connection after the other, one request each ---- */

static struct answer {
	char name[NAME_SIZE];
	int status;
	const char *body;
	int asked;
	char *sent;
} answers[OPERATIONS_MAX];
static char story[STORY_MAX];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_t thread;
static int listener = -1;
static int port;

static struct answer *answer_of(const char *name)
{
	for (size_t i = 0; i < OPERATIONS_MAX; i++) {
		if (!answers[i].name[0])
			snprintf(answers[i].name, NAME_SIZE, "%s", name);
		if (!strcmp(answers[i].name, name))
			return &answers[i];
	}
	abort();
}

/* A request whole; false when the other side went away. */
static bool receive(int connection, char *request)
{
	size_t length = 0;
	ssize_t got;
	const char *end = NULL;

	while (!end || length < (size_t)(end + 4 - request) +
				    (strcasestr(request, "content-length:")
					 ? strtoul(strcasestr(request, "content-length:") + 15, NULL, 10)
					 : 0)) {
		got = recv(connection, request + length, REQUEST_MAX - 1 - length, 0);
		if (got <= 0)
			return false;
		length += (size_t)got;
		request[length] = '\0';
		end = strstr(request, "\r\n\r\n");
	}
	return true;
}

/* "SignUp" of "X-Amz-Target: AWSCognitoIdentityProviderService.SignUp". */
static void name_request(const char *request, char name[NAME_SIZE])
{
	static const char target[] = "AWSCognitoIdentityProviderService.";
	const char *at = strstr(request, target);

	if (at)
		snprintf(name, NAME_SIZE, "%.*s", (int)strcspn(at + sizeof target - 1, "\r\n"), at + sizeof target - 1);
	else
		snprintf(name, NAME_SIZE, "keys");
}

static void respond(int connection, const char *request)
{
	char name[NAME_SIZE], head[256];

	name_request(request, name);
	pthread_mutex_lock(&lock);
	struct answer *answer = answer_of(name);
	answer->asked++;
	free(answer->sent);
	answer->sent = strdup(strstr(request, "\r\n\r\n") + 4);
	size_t told = strlen(story);
	snprintf(story + told, sizeof story - told, "%s%s", told ? " " : "", name);
	int status = answer->status ? answer->status : 200;
	const char *body = answer->status ? answer->body : "{}";
	pthread_mutex_unlock(&lock);
	if (!body)
		return;
	int length = snprintf(
	    head, sizeof head,
	    "HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n",
	    status, strlen(body));
	send(connection, head, (size_t)length, MSG_NOSIGNAL | MSG_MORE);
	send(connection, body, strlen(body), MSG_NOSIGNAL);
	shutdown(connection, SHUT_WR);
	while (recv(connection, head, sizeof head, 0) > 0)
		;
}

static void *serve(void *unused)
{
	static char request[REQUEST_MAX];
	int connection;

	(void)unused;
	while ((connection = accept(listener, NULL, NULL)) >= 0) {
		if (receive(connection, request))
			respond(connection, request);
		close(connection);
	}
	return NULL;
}

static void server_open(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof address;

	listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(listener >= 0);
	assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(listen(listener, 16), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size), 0);
	port = ntohs(address.sin_port);
	assert_int_equal(pthread_create(&thread, NULL, serve, NULL), 0);
}

static void server_close(void)
{
	shutdown(listener, SHUT_RDWR);
	pthread_join(thread, NULL);
	close(listener);
	for (size_t i = 0; i < OPERATIONS_MAX; i++)
		free(answers[i].sent);
	memset(answers, 0, sizeof answers);
}

void world_answer(const char *operation, int status, const char *body)
{
	pthread_mutex_lock(&lock);
	struct answer *answer = answer_of(operation);
	answer->status = status;
	answer->body = body;
	pthread_mutex_unlock(&lock);
}

void world_refuse(const char *operation, const char *error, const char *message)
{
	world_answer(operation, 400,
		     arena_printf(&world.arena, "{\"__type\":\"%s\",\"message\":\"%s\"}", error, message));
}

int world_asked(const char *operation)
{
	pthread_mutex_lock(&lock);
	int asked = answer_of(operation)->asked;
	pthread_mutex_unlock(&lock);
	return asked;
}

const char *world_sent(const char *operation)
{
	pthread_mutex_lock(&lock);
	const char *sent = answer_of(operation)->sent;
	const char *copy = arena_strdup(&world.arena, sent ? sent : "");
	pthread_mutex_unlock(&lock);
	return copy;
}

const char *world_story(void)
{
	pthread_mutex_lock(&lock);
	const char *copy = arena_strdup(&world.arena, story);
	pthread_mutex_unlock(&lock);
	return copy;
}

void world_forget(void)
{
	pthread_mutex_lock(&lock);
	story[0] = '\0';
	pthread_mutex_unlock(&lock);
}

/* ---- links ---- */

static struct {
	char name[96], value[64];
} links[LINKS_MAX];
static int links_left = -1, links_called;

static bool links_work(struct err *err)
{
	links_called++;
	if (links_left == 0)
		return err_set(err, ERR_UNAVAILABLE, "The store is away");
	links_left -= links_left > 0;
	return true;
}

static size_t find_link(const char *name)
{
	size_t at = 0;

	while (at < LINKS_MAX && links[at].name[0] && strcmp(links[at].name, name) != 0)
		at++;
	assert_true(at < LINKS_MAX);
	return at;
}

static bool get_link(void *context, const char *name, struct arena *arena, const char **ret_value, struct err *err)
{
	assert_ptr_equal(context, links);
	if (!links_work(err))
		return false;
	*ret_value = arena_strdup(arena, world_link(name));
	return true;
}

static bool put_link(void *context, const char *name, const char *before, const char *value, struct err *err)
{
	const char *there = world_link(name);

	assert_ptr_equal(context, links);
	if (!links_work(err))
		return false;
	if (!before != !there || (before && strcmp(before, there) != 0))
		return err_set(err, ERR_CONFLICT, "Another value is there");
	world_link_put(name, value);
	return true;
}

const char *world_link(const char *name)
{
	size_t at = find_link(name);

	return links[at].name[0] ? links[at].value : NULL;
}

void world_link_put(const char *name, const char *value)
{
	size_t at = find_link(name);

	snprintf(links[at].name, sizeof links[at].name, "%s", name);
	snprintf(links[at].value, sizeof links[at].value, "%s", value);
}

void world_link_account(void)
{
	world_link_put("login." SUB, ACCOUNT);
	world_link_put("account." ACCOUNT, SUB);
}

void world_links_fail_after(int calls)
{
	links_left = calls;
}

int world_links_called(void)
{
	return links_called;
}

/* ---- tokens ---- */

struct token_claims world_claims(void)
{
	return (struct token_claims){.subject = SUB,
				     .username = SUB,
				     .group = "Clients",
				     .use = "access",
				     .issuer = ISSUER,
				     .client_id = APP,
				     .email = ADA,
				     .issued_at = world_now,
				     .expires_at = world_now + 60 * MINUTE};
}

const char *world_token(const struct token_claims *claims)
{
	struct err err;
	const char *token = token_sign(world.private_pem, "pool-key", claims, &world.arena, &err);

	assert_non_null(token);
	return token;
}

const char *world_tokens(void)
{
	struct token_claims access = world_claims(), id = world_claims();

	id.use = "id";
	return arena_printf(
	    &world.arena,
	    "{\"AuthenticationResult\":{\"AccessToken\":\"%s\",\"IdToken\":\"%s\",\"RefreshToken\":\"refresh-1\","
	    "\"ExpiresIn\":3600,\"TokenType\":\"Bearer\"},\"ChallengeParameters\":{}}",
	    world_token(&access), world_token(&id));
}

/* ---- all of it ---- */

static int64_t read_clock(void)
{
	return world_now;
}

static char *environment(const char *name)
{
	static char url[64];

	snprintf(url, sizeof url, "http://127.0.0.1:%d", port);
	return !strcmp(name, "AWS_REGION")              ? (char *)(uintptr_t) "eu-west-1"
	       : !strcmp(name, "AWS_ENDPOINT_URL")      ? url
	       : !strcmp(name, "AWS_ACCESS_KEY_ID")     ? (char *)(uintptr_t) "AKIDEXAMPLE"
	       : !strcmp(name, "AWS_SECRET_ACCESS_KEY") ? (char *)(uintptr_t) "secret"
							: NULL;
}

int world_set_up(void **state)
{
	static const char *pems[2]; /* made once: it takes a while */
	static struct arena kept;
	const char *kid;
	struct err err = {0};

	(void)state;
	world = (struct world){0};
	arena_init(&world.arena, 64 * 1024 * 1024);
	if (!pems[0]) {
		arena_init(&kept, 64 * 1024);
		assert_true(crypt_init() && token_key_new(&kept, &pems[0], &pems[1], &kid, &err));
	}
	world.private_pem = pems[0];
	world.public_pem = pems[1];
	world_now = 1795000000000;
	memset(links, 0, sizeof links);
	links_left = -1;
	links_called = 0;
	story[0] = '\0';
	server_open();
	assert_true(
	    token_keys_write(&(struct token_key){"pool-key", world.public_pem}, 1, &world.arena, &world.keys, &err));
	world_answer("keys", 200, world.keys);
	world.aws = aws_new(&(struct aws_options){.look_up = environment, .deadline_ms = 400, .try_ms = 5000}, &err);
	assert_non_null(world.aws);
	const struct identity_cognito_options options = {
	    .user_pool = POOL, .client_id = APP, .links = {links, get_link, put_link}, .now = read_clock};
	world.identity = identity_cognito_new(world.aws, &options, &err);
	if (!world.identity)
		fail_msg("%s", err.message);
	return 0;
}

int world_tear_down(void **state)
{
	(void)state;
	world.identity->close(world.identity);
	aws_free(world.aws);
	server_close();
	arena_done(&world.arena);
	return 0;
}

void world_assert_err(const struct err *err, enum err_kind kind, const char *code)
{
	if (err->kind != kind || strcmp(err->code, code) != 0)
		fail_msg("%s, not %s: %s", err->code, code, err->message);
	assert_true(err->message[0]);
	assert_null(strstr(err->message, PASSWORD));
	assert_null(strstr(err->message, "refresh-1"));
}
