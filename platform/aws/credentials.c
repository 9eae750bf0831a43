#include "platform/aws/credentials.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/crypt.h"
#include "base/file.h"
#include "base/json.h"
#include "platform/aws/internal.h"
#include "wire/blocking.h"

/* Where the agent of a container's host is. */
#define AGENT "http://169.254.170.2"

enum {
	RENEW_MS = 5 * 60 * 1000, /* so long before they expire */
	AGAIN_MS = 10 * 1000,	  /* after a renewal that failed while the old ones still hold */
	AGENT_MS = 2000,
	AGENT_ANSWER_MAX = 64 * 1024,
	AGENT_VALUES_MAX = 64,
};

struct credentials {
	pthread_mutex_t lock;
	struct credentials_keys keys;
	int64_t expires;  /* by clock_now; 0: there are none yet */
	int64_t renew_at; /* the same */
	/* A container's; NULL: the keys are the environment's. */
	struct engine *engine;
	struct url url;
	char *path;
	char *token, *token_file; /* the Authorization header of that question, or the file that has it; or NULL */
};

/* Visible ASCII: it goes into headers. */
static bool is_plain(const char *text)
{
	for (; *text; text++)
		if (*text < '!' || *text > '~')
			return false;
	return true;
}

static bool take_key(const char *what, const char *text, char *place, size_t size, struct err *err)
{
	size_t length = strlen(text);

	if (length >= size || !is_plain(text))
		return err_set(err, ERR_INVALID, "%s can't be that: it has blanks or other characters, or is too long",
			       what);
	memcpy(place, text, length + 1);
	return true;
}

/* ---- what the environment says ---- */

static bool take_environment(struct credentials *credentials, aws_look_up *look_up, struct err *err)
{
	struct credentials_keys *keys = &credentials->keys;
	const char *id = aws_variable(look_up, "AWS_ACCESS_KEY_ID"),
		   *secret = aws_variable(look_up, "AWS_SECRET_ACCESS_KEY");
	const char *token = aws_variable(look_up, "AWS_SESSION_TOKEN");

	if (!id && !secret)
		return true;
	if (!id || !secret)
		return err_set(err, ERR_INVALID,
			       "Only one of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY is set: set both, or neither");
	credentials->expires = credentials->renew_at = INT64_MAX;
	return take_key("AWS_ACCESS_KEY_ID", id, keys->id, sizeof keys->id, err) &&
	       take_key("AWS_SECRET_ACCESS_KEY", secret, keys->secret, sizeof keys->secret, err) &&
	       take_key("AWS_SESSION_TOKEN", token ? token : "", keys->token, sizeof keys->token, err);
}

/* Who may be asked in plain text: this machine, and the agents' addresses, which lead nowhere else. */
static bool is_agent(const struct url *url)
{
	static const char *const hosts[] = {"169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"};

	if (url->encrypted || url->loopback)
		return true;
	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
		size_t length = strlen(hosts[i]);

		if (!strncmp(url->host, hosts[i], length) && (!url->host[length] || url->host[length] == ':'))
			return true;
	}
	return false;
}

/* Cuts a URL into the host's and what is asked of it, which may have a query. */
static bool take_url(struct credentials *credentials, const char *text, struct err *err)
{
	const char *host = strstr(text, "://"), *path = host ? strchr(host + 3, '/') : NULL;

	if (!path || !is_plain(text) || strchr(path, '#'))
		return err_set(err, ERR_INVALID, "AWS_CONTAINER_CREDENTIALS_FULL_URI is not a URL with a path");
	char *base = strndup(text, (size_t)(path - text));
	credentials->path = strdup(path);
	bool good = (base && credentials->path) || err_memory(err, "reading where credentials are");
	good = good && url_parse(base, &credentials->url, err);
	free(base);
	if (good && !is_agent(&credentials->url))
		return err_set(
		    err, ERR_INVALID,
		    "AWS_CONTAINER_CREDENTIALS_FULL_URI is neither https nor this machine: nobody else is asked "
		    "for keys");
	return good;
}

static bool copy(const char *text, char **place, struct err *err)
{
	*place = text ? strdup(text) : NULL;
	return !text || *place || err_memory(err, "reading the environment");
}

static bool take_container(struct credentials *credentials, aws_look_up *look_up, struct err *err)
{
	const char *relative = aws_variable(look_up, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
	const char *full = aws_variable(look_up, "AWS_CONTAINER_CREDENTIALS_FULL_URI");
	char *text = NULL;

	if (!relative && !full)
		return true;
	if (relative && *relative != '/')
		return err_set(err, ERR_INVALID, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI does not begin with '/'");
	if (relative && asprintf(&text, AGENT "%s", relative) < 0)
		return err_memory(err, "reading the environment");
	bool good =
	    take_url(credentials, text ? text : full, err) &&
	    copy(aws_variable(look_up, "AWS_CONTAINER_AUTHORIZATION_TOKEN"), &credentials->token, err) &&
	    copy(aws_variable(look_up, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"), &credentials->token_file, err);
	free(text);
	if (!good)
		return false;
	credentials->engine = engine_new(&(struct engine_options){.url = &credentials->url,
								  .user_agent = AWS_USER_AGENT,
								  .connect_ms = AGENT_MS / 2,
								  .direct = true},
					 err);
	return credentials->engine != NULL;
}

struct credentials *credentials_new(char *(*look_up)(const char *name), struct err *err)
{
	struct credentials *credentials = calloc(1, sizeof *credentials);

	if (!credentials) {
		err_memory(err, "reading the environment");
		return NULL;
	}
	pthread_mutex_init(&credentials->lock, NULL);
	if (!take_environment(credentials, look_up, err) ||
	    (!credentials->expires && !take_container(credentials, look_up, err)))
		return credentials_free(credentials);
	return credentials;
}

static void wipe_text(char *text)
{
	if (text)
		crypt_wipe(text, strlen(text));
	free(text);
}

struct credentials *credentials_free(struct credentials *credentials)
{
	if (!credentials)
		return NULL;
	engine_free(credentials->engine);
	url_done(&credentials->url);
	free(credentials->path);
	wipe_text(credentials->token);
	free(credentials->token_file);
	pthread_mutex_destroy(&credentials->lock);
	crypt_wipe(credentials, sizeof *credentials);
	free(credentials);
	return NULL;
}

/* ---- a container's role ---- */

/* {"AccessKeyId": …, "SecretAccessKey": …, "Token": …, "Expiration": "2026-11-30T12:00:00Z"} */
static bool read_keys(const cJSON *json, struct credentials_keys *keys, int64_t *ret_expires)
{
	const struct {
		const char *name;
		char *place;
		size_t size;
	} members[] = {{"AccessKeyId", keys->id, sizeof keys->id},
		       {"SecretAccessKey", keys->secret, sizeof keys->secret},
		       {"Token", keys->token, sizeof keys->token}};
	const cJSON *expires = cJSON_GetObjectItemCaseSensitive(json, "Expiration");

	for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
		const cJSON *member = cJSON_GetObjectItemCaseSensitive(json, members[i].name);

		if (!cJSON_IsString(member) || !*member->valuestring ||
		    !take_key(members[i].name, member->valuestring, members[i].place, members[i].size, NULL))
			return false;
	}
	return cJSON_IsString(expires) && clock_parse(expires->valuestring, ret_expires);
}

static bool take_answer(struct credentials *credentials, const struct blocking_answer *answer, struct err *err)
{
	struct credentials_keys keys = {.id = ""};
	int64_t expires = 0;

	if (answer->status != 200)
		return err_set(err, ERR_UNAVAILABLE, "%s has no credentials for this container (status %d)",
			       credentials->url.host, answer->status);
	cJSON *json = json_parse(answer->body.bytes, answer->body.length, AGENT_VALUES_MAX, NULL);
	bool good = json && read_keys(json, &keys, &expires) && expires > clock_now();
	json_wipe(json);
	cJSON_Delete(json);
	if (good) {
		credentials->keys = keys;
		credentials->expires = expires;
		credentials->renew_at = expires - RENEW_MS;
	}
	crypt_wipe(&keys, sizeof keys);
	return good || err_set(err, ERR_UNAVAILABLE, "%s has no credentials for this container that hold",
			       credentials->url.host);
}

/* The header's value, without the line's end that a file may have. */
static bool read_token(const struct credentials *credentials, struct buf *token, struct err *err)
{
	if (credentials->token_file && !file_read(credentials->token_file, token, NULL))
		return err_set(err, ERR_INTERNAL, "The file of AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE can't be read");
	if (!credentials->token_file && credentials->token)
		buf_add_str(token, credentials->token);
	while (token->length && (token->bytes[token->length - 1] == '\n' || token->bytes[token->length - 1] == '\r'))
		token->bytes[--token->length] = '\0';
	for (size_t i = 0; i < token->length; i++)
		if (token->bytes[i] < ' ' || token->bytes[i] > '~')
			return err_set(err, ERR_INTERNAL,
				       "The container's authorization token has a character that can't be sent");
	return !token->failed || err_memory(err, "asking for credentials");
}

static bool renew(struct credentials *credentials, struct err *err)
{
	struct buf token;
	struct blocking_answer answer;
	bool sent;

	buf_init(&token, CREDENTIALS_TOKEN_SIZE);
	token.secret = true;
	bool good = read_token(credentials, &token, err);
	const struct transfer_request request = {.method = METHOD_GET,
						 .path = credentials->path,
						 .authorization = token.length ? buf_str(&token) : NULL,
						 .answer_max = AGENT_ANSWER_MAX,
						 .timeout_ms = AGENT_MS,
						 .repeatable = true,
						 .secret = true};
	good = good && blocking_transfer(credentials->engine, &request, &answer, &sent, err);
	buf_done(&token);
	if (!good)
		return false;
	good = take_answer(credentials, &answer, err);
	buf_wipe(&answer.body);
	return good;
}

/* ---- for those who sign ---- */

static bool fresh(struct credentials *credentials, struct err *err)
{
	int64_t now = clock_now();

	if (now < credentials->renew_at)
		return true;
	if (!credentials->engine)
		return err_set(err, ERR_INTERNAL,
			       "There are no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
	if (renew(credentials, err))
		return true;
	credentials->renew_at = now + AGAIN_MS;
	if (now < credentials->expires)
		return true;
	credentials->renew_at = 0;
	if (err && err->kind != ERR_INTERNAL && err->kind != ERR_MEMORY)
		err->kind = ERR_UNAVAILABLE;
	return false;
}

bool credentials_get(struct credentials *credentials, struct credentials_keys *ret_keys, struct err *err)
{
	pthread_mutex_lock(&credentials->lock);
	bool good = fresh(credentials, err);
	if (good)
		*ret_keys = credentials->keys;
	pthread_mutex_unlock(&credentials->lock);
	return good;
}

bool credentials_expired(struct credentials *credentials)
{
	pthread_mutex_lock(&credentials->lock);
	bool renewable = credentials->engine != NULL;
	if (renewable)
		credentials->renew_at = credentials->expires = 0;
	pthread_mutex_unlock(&credentials->lock);
	return renewable;
}
