#include "net/session.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/token.h"
#include "models/limits.h"
#include "models/shape.h"

enum { FILE_MAX = 4 * (LIMIT_TOKEN + 1024), ARENA_MAX = 1024 * 1024, VALUES_MAX = 64 };

/* The session file. */
struct session_file {
	int group;
	const char *user_id, *email, *access_token, *refresh_token, *id_token;
	int64_t expires_at;
};
SHAPE_DEFINE(session_file_shape, "SessionFile", struct session_file,
	     SHAPE_FIELD(FIELD_CHOICE, struct session_file, group, .required = true, .choices = group_names),
	     SHAPE_FIELD(FIELD_ID, struct session_file, user_id, .required = true),
	     SHAPE_FIELD(FIELD_TEXT, struct session_file, email, .required = true),
	     SHAPE_FIELD(FIELD_TEXT, struct session_file, access_token, .required = true),
	     SHAPE_FIELD(FIELD_TEXT, struct session_file, refresh_token, .required = true),
	     SHAPE_FIELD(FIELD_TEXT, struct session_file, id_token, .required = true),
	     SHAPE_FIELD(FIELD_INT, struct session_file, expires_at, .required = true));

static char *wipe(char *secret)
{
	if (secret)
		explicit_bzero(secret, strlen(secret));
	free(secret);
	return NULL;
}

struct session *session_free(struct session *session)
{
	if (!session)
		return NULL;
	wipe(session->access_token);
	wipe(session->refresh_token);
	wipe(session->id_token);
	wipe(session->email);
	free(session->user_id);
	free(session);
	return NULL;
}

static char *copy(const char *text)
{
	return strdup(text ? text : "");
}

/* An arena can't be overwritten as a whole, but each text that was read into it can. */
static void wipe_text(const char *text)
{
	if (text)
		explicit_bzero((char *)(uintptr_t)text, strlen(text));
}

/* A token goes into a header as it is: visible ASCII only. */
static bool is_token(const char *text)
{
	size_t length = 0;

	for (; text[length]; length++)
		if (text[length] <= ' ' || text[length] > '~')
			return false;
	return length > 0 && length <= LIMIT_TOKEN;
}

/* How long the access token is valid, by the platform's answer or by the token. Not its `exp` alone, since that is by
 * another clock than ours. 0: not known. */
static int64_t life(const struct token_answer *answer, const struct token_claims *claims)
{
	const int64_t most = INT64_C(366) * CLOCK_DAY_MS;

	if (answer->expires_in > 0 && answer->expires_in < most / 1000)
		return answer->expires_in * 1000;
	if (claims->expires_at > claims->issued_at && claims->issued_at > 0 &&
	    claims->expires_at - claims->issued_at < most)
		return claims->expires_at - claims->issued_at;
	return 0;
}

/* The claims of a token; all empty when they can't be read, which is not a failure. */
static struct token_claims read_claims(const char *token, struct arena *arena)
{
	struct token_claims claims = {0};

	if (!token || !token_read(token, arena, &claims, NULL))
		return (struct token_claims){0};
	return claims;
}

static enum group group_of(const char *name)
{
	for (int group = 0; name && group_names[group]; group++)
		if (!strcmp(group_names[group], name))
			return (enum group)group;
	return GROUP_NONE;
}

static struct session *build(const struct token_answer *answer, const char *email, int64_t now, struct arena *arena,
			     struct err *err)
{
	struct token_claims access = read_claims(answer->access_token, arena);
	struct token_claims id = read_claims(answer->id_token, arena);
	enum group group = group_of(answer->group_name);

	if (group == GROUP_NONE)
		group = group_of(access.group);
	if (group == GROUP_NONE || !answer->user_id || !*answer->user_id) {
		err_set(err, ERR_PROTOCOL, "The platform does not say whose session this is");
		return NULL;
	}

	struct session *session = calloc(1, sizeof *session);
	if (!session)
		goto memory;
	session->group = group;
	session->user_id = copy(answer->user_id);
	session->email = copy(email && *email ? email : id.email);
	session->access_token = copy(answer->access_token);
	session->refresh_token = copy(answer->refresh_token);
	session->id_token = copy(answer->id_token);
	session->expires_at = life(answer, &access) ? now + life(answer, &access) : 0;
	if (session->user_id && session->email && session->access_token && session->refresh_token && session->id_token)
		return session;
memory:
	err_memory(err, "keeping the session");
	return session_free(session);
}

static bool check(const struct token_answer *answer, struct err *err)
{
	if (!answer->access_token || !is_token(answer->access_token) ||
	    (answer->refresh_token && *answer->refresh_token && !is_token(answer->refresh_token)))
		return err_set(err, ERR_PROTOCOL, "The platform's tokens make no sense");
	return true;
}

struct session *session_new(const struct token_answer *answer, const char *email, int64_t now, struct err *err)
{
	struct arena arena;

	if (!check(answer, err))
		return NULL;
	arena_init(&arena, ARENA_MAX);
	struct session *session = build(answer, email, now, &arena, err);
	arena_done(&arena);
	return session;
}

bool session_refresh(struct session *session, const struct token_answer *answer, int64_t now, struct err *err)
{
	struct arena arena;

	if (!check(answer, err))
		return false;
	char *access = copy(answer->access_token);
	char *refresh = answer->refresh_token ? copy(answer->refresh_token) : copy(session->refresh_token);
	char *id = answer->id_token ? copy(answer->id_token) : copy(session->id_token);
	if (!access || !refresh || !id) {
		wipe(access);
		wipe(refresh);
		wipe(id);
		return err_memory(err, "keeping the session");
	}

	arena_init(&arena, ARENA_MAX);
	struct token_claims claims = read_claims(access, &arena);
	int64_t lasts = life(answer, &claims);
	arena_done(&arena);

	wipe(session->access_token);
	wipe(session->refresh_token);
	wipe(session->id_token);
	session->access_token = access;
	session->refresh_token = refresh;
	session->id_token = id;
	session->expires_at = lasts ? now + lasts : 0;
	return true;
}

bool session_save(const struct session *session, struct state *state, struct err *err)
{
	struct session_file file = {.group = (int)session->group,
				    .user_id = session->user_id,
				    .email = session->email,
				    .access_token = session->access_token,
				    .refresh_token = session->refresh_token,
				    .id_token = session->id_token,
				    .expires_at = session->expires_at};
	struct buf text;
	struct json json = json_writer(&text);

	if (!state)
		return true;
	buf_init(&text, FILE_MAX);
	buf_reserve(&text, FILE_MAX); /* so that it never moves and leaves a copy behind */
	shape_write(&session_file_shape, &file, &json);
	bool good = text.failed ? err_set(err, ERR_FILE, "The session is too long to be kept")
				: state_write(state, "session", "", text.bytes, text.length, err);
	buf_wipe(&text);
	return good;
}

static struct session *from_file(const struct session_file *file, struct err *err)
{
	struct token_answer answer = {.access_token = file->access_token,
				      .refresh_token = file->refresh_token,
				      .id_token = file->id_token,
				      .group_name = group_names[file->group],
				      .user_id = file->user_id};
	struct session *session = session_new(&answer, file->email, 0, err);

	if (session)
		session->expires_at = file->expires_at;
	return session;
}

static struct session *parse(const struct buf *text, struct arena *arena, struct err *err)
{
	struct session_file file = {0};
	struct err cause = {0};
	cJSON *json = json_parse(text->bytes, text->length, VALUES_MAX, &cause);
	struct session *session = NULL;

	if (json && shape_decode_answer(&session_file_shape, json, arena, &file, &cause))
		session = from_file(&file, &cause);
	if (!session)
		err_set(err, cause.kind == ERR_MEMORY ? ERR_MEMORY : ERR_PROTOCOL, "The saved session makes no sense");

	for (const cJSON *member = json ? json->child : NULL; member; member = member->next)
		wipe_text(cJSON_GetStringValue(member));
	wipe_text(file.access_token);
	wipe_text(file.refresh_token);
	wipe_text(file.id_token);
	cJSON_Delete(json);
	return session;
}

struct session *session_load(struct state *state, struct err *err)
{
	struct buf text;
	struct arena arena;
	struct session *session = NULL;

	if (!state) {
		err_set(err, ERR_NOT_FOUND, "Nobody is signed in");
		return NULL;
	}
	buf_init(&text, FILE_MAX);
	arena_init(&arena, ARENA_MAX);
	buf_reserve(&text, FILE_MAX);
	if (state_read(state, "session", "", &text, err))
		session = parse(&text, &arena, err);
	buf_wipe(&text);
	arena_done(&arena);
	return session;
}

bool session_remove(struct state *state, struct err *err)
{
	return !state || state_remove(state, "session", "", err);
}
