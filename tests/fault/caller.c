/* Asking a shop through HTTP, and filling it. */
#include <curl/curl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "tests/fault/shop.h"

enum { ANSWER_MAX = 4 * 1024 * 1024, PATH_MAX_LENGTH = 512 };

/* Far longer than anything takes: whatever runs into it hangs. */
static const long patience_seconds = 60;
static const curl_off_t slow_microseconds = 5000000;

struct caller {
	const struct shop *shop;
	CURL *curl;
	struct buf body;
	bool started, replayed;
};

static size_t take_body(char *bytes, size_t one, size_t length, void *context)
{
	struct caller *caller = context;

	(void)one;
	caller->started = true;
	buf_add(&caller->body, bytes, length);
	return caller->body.failed ? 0 : length;
}

static size_t take_header(char *bytes, size_t one, size_t length, void *context)
{
	static const char name[] = "Idempotent-Replayed: true";
	struct caller *caller = context;

	(void)one;
	caller->started = true;
	if (length >= sizeof name - 1 && !strncasecmp(bytes, name, sizeof name - 1))
		caller->replayed = true;
	return length;
}

struct caller *caller_new(const struct shop *shop)
{
	struct caller *caller = calloc(1, sizeof *caller);

	if (!caller)
		return NULL;
	caller->shop = shop;
	buf_init(&caller->body, ANSWER_MAX);
	caller->curl = curl_easy_init();
	return caller->curl ? caller : caller_free(caller);
}

struct caller *caller_free(struct caller *caller)
{
	if (!caller)
		return NULL;
	curl_easy_cleanup(caller->curl);
	buf_done(&caller->body);
	free(caller);
	return NULL;
}

static struct curl_slist *add_header(struct curl_slist *list, const char *name, const char *value)
{
	struct buf line;

	if (!value)
		return list;
	buf_init(&line, 16384);
	buf_printf(&line, "%s%s", name, value);
	struct curl_slist *longer = curl_slist_append(list, buf_str(&line));
	buf_done(&line);
	return longer ? longer : list;
}

static void prepare(struct caller *caller, const struct ask *ask, struct curl_slist *headers)
{
	CURL *curl = caller->curl;
	char url[PATH_MAX_LENGTH];

	/* Resetting keeps the connection. */
	curl_easy_reset(curl);
	snprintf(url, sizeof url, "%s%s", caller->shop->url, ask->path);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, patience_seconds);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, caller);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, caller);
	/* A method without a body is sent as such; POSTFIELDS "" sends Content-Length: 0. */
	if (ask->body || !strcmp(ask->method, "POST"))
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, ask->body ? ask->body : "");
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, ask->method);
}

bool caller_ask(struct caller *caller, const struct ask *ask, struct reply *ret_reply)
{
	struct buf bearer;
	struct curl_slist *headers = add_header(NULL, "Expect:", "");

	buf_init(&bearer, 16384);
	if (ask->token)
		buf_printf(&bearer, "Bearer %s", ask->token);
	headers = add_header(headers, "Authorization: ", ask->token ? buf_str(&bearer) : NULL);
	headers = add_header(headers, "Idempotency-Key: ", ask->key);
	headers =
	    add_header(headers, ask->body ? "Content-Type: " : "Content-Type:", ask->body ? "application/json" : "");
	buf_reset(&caller->body);
	caller->started = caller->replayed = false;
	prepare(caller, ask, headers);
	CURLcode code = curl_easy_perform(caller->curl);

	*ret_reply = (struct reply){.arrived = code == CURLE_OK,
				    .started = caller->started,
				    .replayed = caller->replayed,
				    .body = buf_str(&caller->body),
				    .length = caller->body.length};
	curl_off_t microseconds = 0;
	curl_easy_getinfo(caller->curl, CURLINFO_TOTAL_TIME_T, &microseconds);
	ret_reply->slow = microseconds > slow_microseconds;
	curl_easy_getinfo(caller->curl, CURLINFO_RESPONSE_CODE, &ret_reply->status);
	if (code != CURLE_OK)
		ret_reply->status = 0;
	curl_slist_free_all(headers);
	buf_wipe(&bearer);
	return code == CURLE_OK;
}

bool reply_member(const struct reply *reply, const char *name, char *ret_text, size_t size)
{
	cJSON *json = cJSON_ParseWithLength(reply->body, reply->length);
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(json, name);
	int length = -1;

	if (cJSON_IsString(member))
		length = snprintf(ret_text, size, "%s", member->valuestring);
	else if (cJSON_IsNumber(member))
		length = snprintf(ret_text, size, "%.0f", member->valuedouble);
	cJSON_Delete(json);
	return length >= 0 && (size_t)length < size;
}

bool reply_is(const struct reply *reply, long status, const char *code)
{
	char text[64];

	if (!reply->arrived || reply->status != status)
		return false;
	return !code || (reply_member(reply, "code", text, sizeof text) && !strcmp(text, code));
}

/* ---- buying ---- */

void shop_purchase_body(const struct shop *shop, const struct shop_line *lines, size_t count,
			char ret_body[SHOP_BODY_SIZE])
{
	struct buf body;

	buf_init(&body, SHOP_BODY_SIZE - 1);
	buf_add_str(&body, "{\"items\":[");
	for (size_t i = 0; i < count; i++) {
		const struct shop_product *product = &shop->products[lines[i].product];

		buf_printf(&body, "%s{\"product_id\":\"%s\",\"quantity\":%" PRId64 ",\"price\":\"%" PRId64 ".%02d\"}",
			   i ? "," : "", product->id, lines[i].quantity, product->price / 100,
			   (int)(product->price % 100));
	}
	buf_add_str(&body, "]}");
	snprintf(ret_body, SHOP_BODY_SIZE, "%s", buf_str(&body));
	buf_done(&body);
}

int64_t shop_lines_total(const struct shop *shop, const struct shop_line *lines, size_t count)
{
	int64_t total = 0;

	for (size_t i = 0; i < count; i++)
		total += shop->products[lines[i].product].price * lines[i].quantity;
	return total;
}

bool shop_buy(const struct shop *shop, struct caller *caller, size_t client, const char *key, const char *body,
	      struct reply *ret_reply)
{
	const struct ask ask = {"POST", "/Purchase", shop->clients[client].token, key, body};

	return caller_ask(caller, &ask, ret_reply);
}

int64_t shop_amount(const char *text)
{
	char *end;
	long long whole = strtoll(text, &end, 10);

	if (end == text || end[0] != '.' || strspn(end + 1, "0123456789") != 2 || end[3])
		return -1;
	return whole * 100 + strtoll(end + 1, NULL, 10);
}

/* ---- filling ---- */

void shop_expect(struct shop *shop, const struct ask *ask, long status, const char *member, char *ret_text, size_t size)
{
	struct caller *caller = caller_new(shop);
	struct reply reply;

	assert_non_null(caller);
	bool arrived = caller_ask(caller, ask, &reply);
	bool right = arrived && reply.status == status;
	if (!right)
		print_error("%s %s: %ld %.*s\n", ask->method, ask->path, reply.status, (int)reply.length, reply.body);
	if (right && member)
		right = reply_member(&reply, member, ret_text, size);
	caller_free(caller);
	assert_true(right);
}

/* One sign-up of many at once. */
struct signing {
	struct shop *shop;
	size_t clients, sellers; /* where the new ones begin */
	size_t clients_more;
	bool *done;
};

static bool sign_in(struct caller *caller, struct shop_account *account)
{
	char body[256], token[8193], refresh_token[8193];
	struct reply reply;

	snprintf(body, sizeof body, "{\"email\":\"%s\",\"password\":\"%s\"}", account->email, SHOP_PASSWORD);
	if (!caller_ask(caller, &(struct ask){"POST", "/Login", NULL, NULL, body}, &reply) || reply.status != 200 ||
	    !reply_member(&reply, "access_token", token, sizeof token) ||
	    !reply_member(&reply, "refresh_token", refresh_token, sizeof refresh_token)) {
		fprintf(stderr, "signing in: %ld %s\n", reply.status, reply.body);
		return false;
	}
	account->token = strdup(token);
	account->refresh_token = strdup(refresh_token);
	return account->token && account->refresh_token;
}

static bool sign_up(struct shop *shop, struct caller *caller, bool seller, size_t number)
{
	struct shop_account *account = seller ? &shop->sellers[number] : &shop->clients[number];
	char body[256];
	struct reply reply;

	snprintf(account->email, sizeof account->email, "%s%zu@example.com", seller ? "seller" : "client", number);
	int length = snprintf(body, sizeof body, "{\"email\":\"%s\",\"password\":\"%s\",\"full_name\":\"%s %zu\"",
			      account->email, SHOP_PASSWORD, seller ? "Seller" : "Client", number);
	snprintf(body + length, sizeof body - (size_t)length, "%s}",
		 seller ? "" : ",\"mobile\":\"+34600123456\"");
	const struct ask ask = {"POST", seller ? "/Seller" : "/Client", NULL, NULL, body};
	if (!caller_ask(caller, &ask, &reply) || reply.status != 201 ||
	    !reply_member(&reply, "id", account->id, sizeof account->id)) {
		fprintf(stderr, "signing up: %ld %s\n", reply.status, reply.body);
		return false;
	}
	return sign_in(caller, account);
}

static void sign_one_up(void *context, size_t index)
{
	struct signing *signing = context;
	struct caller *caller = caller_new(signing->shop);
	bool seller = index >= signing->clients_more;

	signing->done[index] =
	    caller && sign_up(signing->shop, caller, seller,
			      seller ? signing->sellers + index - signing->clients_more : signing->clients + index);
	caller_free(caller);
}

void shop_sign_up(struct shop *shop, size_t clients, size_t sellers)
{
	bool done[SHOP_CLIENTS_MAX + SHOP_SELLERS_MAX] = {false};
	struct signing signing = {shop, shop->clients_count, shop->sellers_count, clients, done};

	assert_true(shop->clients_count + clients <= SHOP_CLIENTS_MAX);
	assert_true(shop->sellers_count + sellers <= SHOP_SELLERS_MAX);
	crowd_run(clients + sellers, sign_one_up, &signing);
	shop->clients_count += clients;
	shop->sellers_count += sellers;
	for (size_t i = 0; i < clients + sellers; i++)
		assert_true(done[i]);
}

size_t shop_add_product(struct shop *shop, size_t seller, int64_t price, int64_t stock)
{
	size_t number = shop->products_count;
	struct shop_product *product = &shop->products[number];
	char body[256];

	assert_true(number < SHOP_PRODUCTS_MAX);
	*product = (struct shop_product){.seller = seller, .price = price, .initial = stock};
	snprintf(body, sizeof body,
		 "{\"name\":\"Product %zu\",\"price\":\"%" PRId64 ".%02d\",\"category\":\"Things\",\"stock\":%" PRId64
		 "}",
		 number, price / 100, (int)(price % 100), stock);
	shop_expect(shop, &(struct ask){"POST", "/Product", shop->sellers[seller].token, NULL, body}, 201, "id",
		    product->id, sizeof product->id);
	shop->products_count++;
	return number;
}

/* ---- many at once ---- */

struct crowd_member {
	pthread_t thread;
	void (*work)(void *context, size_t index);
	void *context;
	size_t index;
	pthread_barrier_t *start;
};

static void *run_member(void *context)
{
	struct crowd_member *member = context;

	pthread_barrier_wait(member->start);
	member->work(member->context, member->index);
	return NULL;
}

void crowd_run(size_t count, void (*work)(void *context, size_t index), void *context)
{
	struct crowd_member *members = calloc(count, sizeof *members);
	pthread_barrier_t start;

	assert_non_null(members);
	assert_int_equal(pthread_barrier_init(&start, NULL, (unsigned)count), 0);
	for (size_t i = 0; i < count; i++) {
		members[i] = (struct crowd_member){.work = work, .context = context, .index = i, .start = &start};
		assert_int_equal(pthread_create(&members[i].thread, NULL, run_member, &members[i]), 0);
	}
	for (size_t i = 0; i < count; i++)
		pthread_join(members[i].thread, NULL);
	pthread_barrier_destroy(&start);
	free(members);
}
