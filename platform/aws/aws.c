#include "platform/aws/aws.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/crypt.h"
#include "platform/aws/credentials.h"
#include "platform/aws/internal.h"
#include "wire/blocking.h"

enum {
	CONNECT_MS = 2000,
	PAUSE_MS = 50, /* the first one is as long at most */
	PAUSE_MAX_MS = 2000,
	KEPT_MAX = 64, /* connections that nobody uses, of each service */
	REGION_SIZE = 32,
	TARGET_SIZE = 128,
};

static const struct service {
	const char *name;	 /* in an error */
	const char *variable;	 /* says where it is */
	const char *host;	 /* before the region */
	const char *signed_as;
	const char *target;	 /* before the operation */
	const char *media_type;
} services[AWS_SERVICES] = {
    [AWS_DYNAMODB] = {"DynamoDB", "AWS_ENDPOINT_URL_DYNAMODB", "dynamodb", "dynamodb", "DynamoDB_20120810",
		      "application/x-amz-json-1.0"},
    [AWS_DYNAMODB_STREAMS] = {"DynamoDB Streams", "AWS_ENDPOINT_URL_DYNAMODB_STREAMS", "streams.dynamodb", "dynamodb",
			      "DynamoDBStreams_20120810", "application/x-amz-json-1.0"},
    [AWS_COGNITO] = {"Cognito", "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", "cognito-idp", "cognito-idp",
		     "AWSCognitoIdentityProviderService", "application/x-amz-json-1.1"},
};

/* What a service says when the same may go well later. */
static const struct passing {
	const char *error;
	bool undone; /* it is known that nothing was done */
	bool streams; /* only there: elsewhere it means that there are too many of something */
} passings[] = {
    {"InternalServerError", false, false},
    {"LimitExceededException", true, true},
    {"ProvisionedThroughputExceededException", true, false},
    {"RequestLimitExceeded", true, false},
    {"ThrottlingException", true, false},
    {"TooManyRequestsException", true, false},
    {"TransactionConflictException", true, false},
    {"TransactionInProgressException", false, false},
};

struct place {
	struct url url;
	struct engine *kept[KEPT_MAX];
	size_t count;
};

struct aws {
	char region[REGION_SIZE];
	int deadline_ms, try_ms;
	char *ca_file;
	struct credentials *credentials;
	pthread_mutex_t lock; /* of what is kept */
	struct place places[AWS_SERVICES];
};

/* ---- where and as whom ---- */

static bool read_region(aws_look_up *look_up, char region[REGION_SIZE], struct err *err)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	const char *text = aws_variable(look_up, "AWS_REGION");

	text = text ? text : aws_variable(look_up, "AWS_DEFAULT_REGION");
	if (!text)
		return err_set(err, ERR_INVALID, "There is no AWS region: set AWS_REGION, to eu-west-1 for example");
	size_t length = strlen(text);
	if (length >= REGION_SIZE || text[strspn(text, letters)] || *text == '-')
		return err_set(err, ERR_INVALID, "AWS_REGION is not the name of a region, such as eu-west-1");
	memcpy(region, text, length + 1);
	return true;
}

static bool read_place(struct aws *aws, enum aws_service service, aws_look_up *look_up, struct err *err)
{
	const char *variable = services[service].variable, *text = aws_variable(look_up, variable);
	char *made = NULL;

	if (!text)
		text = aws_variable(look_up, variable = "AWS_ENDPOINT_URL");
	if (!text && asprintf(&made, "https://%s.%s.amazonaws.com%s", services[service].host, aws->region,
			      strncmp(aws->region, "cn-", 3) ? "" : ".cn") < 0)
		return err_memory(err, "starting");
	bool good = url_parse(text ? text : made, &aws->places[service].url, err) || err_at(err, variable);
	free(made);
	return good;
}

struct aws *aws_new(const struct aws_options *options, struct err *err)
{
	static const struct aws_options usual;
	struct aws *aws = calloc(1, sizeof *aws);
	bool good = aws != NULL;

	options = options ? options : &usual;
	aws_look_up *look_up = options->look_up ? options->look_up : getenv;
	if (!aws || !crypt_init()) {
		free(aws);
		err_memory(err, "starting");
		return NULL;
	}
	pthread_mutex_init(&aws->lock, NULL);
	aws->deadline_ms = options->deadline_ms ? options->deadline_ms : AWS_DEADLINE_MS;
	aws->try_ms = options->try_ms ? options->try_ms : AWS_TRY_MS;
	aws->ca_file = options->ca_file ? strdup(options->ca_file) : NULL;
	if (options->ca_file && !aws->ca_file)
		good = err_memory(err, "starting");
	good = good && read_region(look_up, aws->region, err);
	for (int service = 0; good && service < AWS_SERVICES; service++)
		good = read_place(aws, (enum aws_service)service, look_up, err);
	if (good)
		aws->credentials = credentials_new(look_up, err);
	return aws->credentials ? aws : aws_free(aws);
}

struct aws *aws_free(struct aws *aws)
{
	if (!aws)
		return NULL;
	for (size_t service = 0; service < AWS_SERVICES; service++) {
		struct place *place = &aws->places[service];

		while (place->count)
			engine_free(place->kept[--place->count]);
		url_done(&place->url);
	}
	credentials_free(aws->credentials);
	free(aws->ca_file);
	pthread_mutex_destroy(&aws->lock);
	free(aws);
	return NULL;
}

const char *aws_region(const struct aws *aws)
{
	return aws->region;
}

const struct url *aws_place(const struct aws *aws, enum aws_service service)
{
	return &aws->places[service].url;
}

/* ---- connections ---- */

/* The one that was used last, since its connection is the likeliest to be alive. */
static struct engine *take_engine(struct aws *aws, enum aws_service service, struct err *err)
{
	struct place *place = &aws->places[service];
	struct engine *engine = NULL;

	pthread_mutex_lock(&aws->lock);
	if (place->count)
		engine = place->kept[--place->count];
	pthread_mutex_unlock(&aws->lock);
	return engine ? engine
		      : engine_new(&(struct engine_options){.url = &place->url,
							    .user_agent = AWS_USER_AGENT,
							    .ca_file = aws->ca_file,
							    .connect_ms = CONNECT_MS},
				   err);
}

static void keep_engine(struct aws *aws, enum aws_service service, struct engine *engine)
{
	struct place *place = &aws->places[service];

	pthread_mutex_lock(&aws->lock);
	if (place->count < KEPT_MAX) {
		place->kept[place->count++] = engine;
		engine = NULL;
	}
	pthread_mutex_unlock(&aws->lock);
	engine_free(engine);
}

/* ---- patience ---- */

struct aws_patience aws_patience(const struct aws *aws)
{
	return (struct aws_patience){.until = clock_monotonic() + aws->deadline_ms};
}

bool aws_patience_wait(struct aws_patience *patience)
{
	int longest = PAUSE_MS;

	for (int i = 0; i < patience->tries && longest < PAUSE_MAX_MS; i++)
		longest *= 2;
	longest = longest < PAUSE_MAX_MS ? longest : PAUSE_MAX_MS;
	patience->tries++;

	int64_t pause = crypt_random_below((uint32_t)longest + 1);
	if (clock_monotonic() + pause >= patience->until)
		return false;
	struct timespec left = {.tv_sec = pause / 1000, .tv_nsec = pause % 1000 * 1000000};
	while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR)
		;
	return true;
}

/* ---- one try ---- */

/* What is known of a call that has failed. */
enum outcome { ANSWERED, PASSING, HOPELESS };

/* NULL: trying again would not help. */
static const struct passing *find_passing(enum aws_service service, const char *error)
{
	for (size_t i = 0; i < sizeof passings / sizeof *passings; i++)
		if (!strcmp(passings[i].error, error) && (!passings[i].streams || service == AWS_DYNAMODB_STREAMS))
			return &passings[i];
	return NULL;
}

/* "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException": what is behind '#', of letters and digits. */
static void read_error(struct aws_answer *answer)
{
	const cJSON *type = cJSON_GetObjectItemCaseSensitive(answer->json, "__type");
	const cJSON *message = cJSON_GetObjectItemCaseSensitive(answer->json, "message");
	const char *text = cJSON_IsString(type) ? type->valuestring : "", *behind = strrchr(text, '#');
	size_t length = 0;

	text = behind ? behind + 1 : text;
	while ((text[length] | 0x20) >= 'a' && (text[length] | 0x20) <= 'z')
		length++;
	if (!length || length >= sizeof answer->error) {
		text = "UnknownError";
		length = strlen(text);
	}
	memcpy(answer->error, text, length);
	answer->error[length] = '\0';
	message = message ? message : cJSON_GetObjectItemCaseSensitive(answer->json, "Message");
	answer->message = cJSON_IsString(message) ? message->valuestring : "";
}

static enum outcome read_answer(const struct aws_call *call, const struct blocking_answer *raw,
				struct aws_answer *answer, struct err *err)
{
	const char *name = services[call->service].name;
	struct err why;

	*answer = (struct aws_answer){.status = raw->status, .message = ""};
	answer->json = json_parse(raw->body.bytes, raw->body.length, JSON_VALUES_ANSWER, &why);
	if (!answer->json && why.kind == ERR_MEMORY) {
		err_memory(err, "reading an answer");
		return HOPELESS;
	}
	if (raw->status >= 500 || raw->status == 429) { /* of whatever form: a proxy may have written it */
		read_error(answer);
		err_set(err, ERR_UNAVAILABLE, "%s has failed in %s (status %d)", name, call->operation, raw->status);
		return PASSING;
	}
	if (!raw->body.length) { /* the connection ended within the head, which libcurl takes for its end */
		err_set(err, ERR_UNAVAILABLE, "The answer of %s to %s was cut off", name, call->operation);
		return PASSING;
	}
	if (!cJSON_IsObject(answer->json)) {
		err_set(err, ERR_INTERNAL, "The answer of %s to %s makes no sense (status %d)", name, call->operation,
			raw->status);
		return HOPELESS;
	}
	if (raw->status == 200)
		return ANSWERED;
	read_error(answer);
	if (!find_passing(call->service, answer->error))
		return ANSWERED;
	err_set(err, ERR_UNAVAILABLE, "%s does not take %s now (%s)", name, call->operation, answer->error);
	return PASSING;
}

/* Failures of the network pass; a certificate that can't be trusted, an answer that is too large, don't. */
static enum outcome explain(const struct aws_call *call, struct err *err)
{
	bool passes = err->kind == ERR_NETWORK || (err->kind == ERR_PROTOCOL && strcmp(err->code, "too_large") != 0);
	const char *name = services[call->service].name;
	struct err reason = *err;

	if (err->kind == ERR_MEMORY)
		return HOPELESS;
	err_set(err, passes ? ERR_UNAVAILABLE : ERR_INTERNAL, "%s was not reached for %s: %s", name, call->operation,
		reason.message);
	return passes ? PASSING : HOPELESS;
}

static bool transfer(struct aws *aws, const struct aws_call *call, const struct transfer_signer *signer, int64_t until,
		     struct blocking_answer *ret_raw, bool *ret_sent, struct err *err)
{
	const struct service *service = &services[call->service];
	char target[TARGET_SIZE];
	const struct transfer_header headers[] = {{"X-Amz-Target", target}};
	int64_t left = until - clock_monotonic();
	const struct transfer_request request = {.method = METHOD_POST,
						 .path = "/",
						 .body = call->body,
						 .length = call->length,
						 .media_type = service->media_type,
						 .signer = signer,
						 .headers = headers,
						 .headers_count = 1,
						 .answer_max = AWS_ANSWER_MAX,
						 .timeout_ms = left < 1             ? 1
							       : left < aws->try_ms ? (long)left
										    : aws->try_ms,
						 .repeatable = !call->once,
						 .secret = call->secret};

	snprintf(target, sizeof target, "%s.%s", service->target, call->operation);
	struct engine *engine = take_engine(aws, call->service, err);
	if (!engine)
		return false;
	bool good = blocking_transfer(engine, &request, ret_raw, ret_sent, err);
	keep_engine(aws, call->service, engine);
	return good;
}

static enum outcome try_once(struct aws *aws, const struct aws_call *call, int64_t until, struct aws_answer *answer,
			     bool *ret_sent, struct err *err)
{
	struct credentials_keys keys = {.id = ""};
	struct blocking_answer raw;
	enum outcome outcome;

	*ret_sent = false;
	if (!call->open && !credentials_get(aws->credentials, &keys, err))
		return err->kind == ERR_UNAVAILABLE ? PASSING : HOPELESS;
	const struct transfer_signer signer = {.key_id = keys.id,
					       .secret = keys.secret,
					       .token = *keys.token ? keys.token : NULL,
					       .region = aws->region,
					       .service = services[call->service].signed_as};
	if (transfer(aws, call, call->open ? NULL : &signer, until, &raw, ret_sent, err)) {
		outcome = read_answer(call, &raw, answer, err);
		if (call->secret)
			buf_wipe(&raw.body);
		else
			buf_done(&raw.body);
	} else {
		outcome = explain(call, err);
	}
	crypt_wipe(&keys, sizeof keys);
	return outcome;
}

/* ---- a call ---- */

static void drop(const struct aws_call *call, struct aws_answer *answer)
{
	if (call->secret)
		aws_answer_wipe(answer);
	else
		aws_answer_done(answer);
}

static bool is_undone(const struct aws_call *call, const struct aws_answer *answer)
{
	const struct passing *passing = find_passing(call->service, answer->error);

	return passing && passing->undone;
}

bool aws_call(struct aws *aws, const struct aws_call *call, struct aws_answer *ret_answer, struct err *err)
{
	struct aws_patience own = aws_patience(aws);
	struct aws_patience *patience = call->patience ? call->patience : &own;
	struct aws_answer answer = {.json = NULL};
	struct err why;
	bool renewed = false, sent;
	int tries = 0;

	for (;;) {
		enum outcome outcome = try_once(aws, call, patience->until, &answer, &sent, &why);

		tries++;
		bool expired = outcome == ANSWERED && aws_is(&answer, "ExpiredTokenException");
		if (expired && !renewed && credentials_expired(aws->credentials)) {
			renewed = true;
			drop(call, &answer);
			continue;
		}
		if (outcome == ANSWERED)
			break;
		if (call->once && sent && !is_undone(call, &answer))
			outcome = HOPELESS;
		drop(call, &answer);
		if (outcome == HOPELESS || !aws_patience_wait(patience)) {
			if (err)
				*err = why;
			return false;
		}
	}
	answer.tries = tries;
	*ret_answer = answer;
	return true;
}

void aws_answer_done(struct aws_answer *answer)
{
	cJSON_Delete(answer->json);
	*answer = (struct aws_answer){.json = NULL};
}

void aws_answer_wipe(struct aws_answer *answer)
{
	json_wipe(answer->json);
	aws_answer_done(answer);
}

bool aws_is(const struct aws_answer *answer, const char *error)
{
	return !strcmp(answer->error, error);
}
