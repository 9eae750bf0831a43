/* What is done to a platform while it is busy: a copy is taken, it is asked to end; and what its log tells of all
 * that. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/fault/attempt.h"
#include "tests/fault/books.h"

enum { CLIENTS = 8, BUYERS = 16, GOODS = 6, ATTEMPTS_MAX = 2000, BACKUPS = 4, DRAINS = 15 };

static struct shop shop;
static uint64_t chance;

static int open_shop(void **state)
{
	(void)state;
	shop_init(&shop);
	chance = chance_seed();
	shop_start(&shop);
	shop_sign_up(&shop, CLIENTS, 2);
	for (size_t i = 0; i < GOODS; i++)
		shop_add_product(&shop, i % 2, 1234 + (int64_t)i, 1000000);
	return 0;
}

static int close_shop(void **state)
{
	(void)state;
	shop_done(&shop);
	return 0;
}

/* Buyers who go on until something ends it. */
struct load {
	int number;
	int act_after; /* acknowledgements: then one thread acts, once */
	void (*act)(struct load *load);
	atomic_int acknowledged, strange, broken, unanswered;
	atomic_bool over;
	int backups_failed;
	struct {
		struct attempt *list;
		size_t count;
	} buyers[BUYERS];
};

static void note(struct load *load, const struct attempt *attempt, const struct reply *reply)
{
	if (attempt->end == ATTEMPT_BOUGHT) {
		if (atomic_fetch_add(&load->acknowledged, 1) + 1 == load->act_after)
			load->act(load);
		return;
	}
	if (reply->arrived) {
		fprintf(stderr, "a buyer got %ld %s\n", reply->status, reply->body);
		atomic_fetch_add(&load->strange, 1);
	} else if (reply->started) {
		atomic_fetch_add(&load->broken, 1);
	} else {
		atomic_fetch_add(&load->unanswered, 1);
	}
}

static void buy_on(void *context, size_t index)
{
	struct load *load = context;
	struct caller *caller = caller_new(&shop);
	uint64_t random = chance_seed() + (uint64_t)load->number * 1000 + index;
	char key[64];
	struct reply reply;

	for (size_t i = 0; caller && i < ATTEMPTS_MAX && !atomic_load(&load->over); i++) {
		struct attempt *attempt = &load->buyers[index].list[i];

		snprintf(key, sizeof key, "live-%d-%zu-%zu", load->number, index, i);
		attempt_plan(&shop, attempt, index % CLIENTS, key, GOODS, &random);
		load->buyers[index].count++;
		if (!attempt_buy(&shop, caller, attempt, &reply))
			atomic_fetch_add(&load->strange, 1);
		note(load, attempt, &reply);
		if (attempt->end != ATTEMPT_BOUGHT)
			break;
	}
	caller_free(caller);
}

static struct load *load_new(int act_after, void (*act)(struct load *load))
{
	static int number;
	struct load *load = calloc(1, sizeof *load);

	assert_non_null(load);
	load->number = number++;
	load->act_after = act_after;
	load->act = act;
	for (size_t i = 0; i < BUYERS; i++) {
		load->buyers[i].list = calloc(ATTEMPTS_MAX, sizeof *load->buyers[i].list);
		assert_non_null(load->buyers[i].list);
	}
	return load;
}

static void load_free(struct load *load)
{
	for (size_t i = 0; i < BUYERS; i++)
		free(load->buyers[i].list);
	free(load);
}

/* ---- a copy ---- */

static void name_copy(int number, char ret_path[128])
{
	snprintf(ret_path, 128, "%s/copy%d.db", shop.folder, number);
}

static int back_up(const char *path)
{
	return shop_command(&shop, (const char *const[]){"--db", shop.db, "backup", path, NULL});
}

/* In a buyer's thread, while the others go on. */
static void take_copies(struct load *load)
{
	char path[128];

	for (int i = 0; i < BACKUPS; i++) {
		name_copy(i, path);
		load->backups_failed += back_up(path) != 0;
	}
	atomic_store(&load->over, true);
}

/* Started on the copy it is the same shop: its books balance, its accounts sign in with the tokens they have, and of
 * each buyer's purchases it has those that were acknowledged before some moment. */
static void examine_copy(const struct load *load, int number, int64_t *ret_purchases)
{
	char old[sizeof shop.db], id[SHOP_ID_SIZE];
	struct attempt more;
	struct reply reply;

	snprintf(old, sizeof old, "%s", shop.db);
	snprintf(shop.db, sizeof shop.db, "%s/copy%d.db", shop.folder, number);
	shop_start(&shop);
	books_check(&shop);
	for (size_t buyer = 0; buyer < BUYERS; buyer++) {
		bool ended = false;
		for (size_t i = 0; i < load->buyers[buyer].count; i += 1 + load->buyers[buyer].count / 20) {
			const struct attempt *attempt = &load->buyers[buyer].list[i];
			bool there = books_purchases_of_key(&shop, attempt->client, attempt->key, id) == 1;
			assert_true(!there || (!ended && !strcmp(id, attempt->id)));
			ended = !there;
		}
	}
	*ret_purchases = books_purchases(&shop);
	struct caller *caller = caller_new(&shop);
	attempt_plan(&shop, &more, 0, "", GOODS, &chance);
	snprintf(more.key, sizeof more.key, "copy-%d", number);
	bool bought = attempt_buy(&shop, caller, &more, &reply) && attempt_settle(&shop, caller, &more);
	caller_free(caller);
	assert_true(bought);
	shop_stop(&shop);
	snprintf(shop.db, sizeof shop.db, "%s", old);
}

static void a_copy_taken_meanwhile_is_the_same_shop(void **state)
{
	struct load *load = load_new(100, take_copies);
	int64_t before = 0, purchases = 0;

	(void)state;
	crowd_run(BUYERS, buy_on, load);
	assert_int_equal(atomic_load(&load->strange) + atomic_load(&load->broken) + atomic_load(&load->unanswered), 0);
	assert_int_equal(load->backups_failed, 0);
	books_check(&shop);
	int64_t last = books_purchases(&shop);
	/* An existing file is not overwritten. */
	char path[128];
	name_copy(0, path);
	assert_int_not_equal(back_up(path), 0);
	shop_stop(&shop);
	for (int i = 0; i < BACKUPS; i++) {
		examine_copy(load, i, &purchases);
		assert_in_range(purchases, before > 100 ? before : 100, last);
		before = purchases;
	}
	load_free(load);
	shop_start(&shop);
}

/* ---- the end ---- */

static void ask_to_end(struct load *load)
{
	(void)load;
	shop_signal(&shop, SIGTERM);
}

/* Whatever was begun has been answered: no answer is cut short, and no purchase was made without an answer. */
static void a_drain_answers_what_was_begun(void **state)
{
	int64_t before = books_purchases(&shop);

	(void)state;
	for (int i = 0; i < DRAINS; i++) {
		struct load *load = load_new(20 + (int)chance_below(&chance, 200), ask_to_end);

		crowd_run(BUYERS, buy_on, load);
		int status = shop_wait(&shop);
		int64_t after = books_purchases(&shop);
		int acknowledged = atomic_load(&load->acknowledged), strange = atomic_load(&load->strange),
		    broken = atomic_load(&load->broken);
		load_free(load);
		assert_int_equal(status, 0);
		assert_int_equal(strange, 0);
		assert_int_equal(broken, 0);
		assert_int_equal(after - before, acknowledged);
		assert_int_equal(books_check_file(&shop), 0);
		before = after;
		shop_start(&shop);
	}
}

/* ---- the log ---- */

enum { SECRETS_MAX = 32 };

static const char *secrets[SECRETS_MAX];
static size_t secrets_count;

static const char *keep(const char *secret)
{
	assert_true(secrets_count < SECRETS_MAX && *secret);
	char *copy = strdup(secret);
	assert_non_null(copy);
	secrets[secrets_count++] = copy;
	return copy;
}

/* Asks, whatever is answered; keeps members of the answer that are secret. */
static void say(struct caller *caller, const char *method, const char *path, const char *token, const char *body)
{
	static const char *const members[] = {"access_token", "refresh_token", "id_token"};
	struct reply reply;
	static char text[8193];

	assert_true(caller_ask(caller, &(struct ask){method, path, token, NULL, body}, &reply));
	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		if (reply_member(&reply, members[i], text, sizeof text))
			keep(text);
}

/* Every call that carries something personal, well formed and not. */
static void confide(struct caller *caller)
{
	const char *word = keep("Sesame-Open-77"), *wrong = keep("Sesame-Shut-78"), *new_word = keep("Sesame-New-79");
	const char *email = keep("zenobia.quill@example.net"), *name = keep("Zenobia Quillfeather");
	const char *mobile = keep("+34611222333"), *key = keep("zenobias-own-key"), *search = keep("zenobiasearch");
	char body[512], path[512], id[SHOP_ID_SIZE];
	struct reply reply;

	snprintf(body, sizeof body, "{\"email\":\"%s\",\"password\":\"%s\",\"full_name\":\"%s\",\"mobile\":\"%s\"}",
		 email, word, name, mobile);
	caller_ask(caller, &(struct ask){"POST", "/Client", NULL, NULL, body}, &reply);
	assert_true(reply.status == 201 && reply_member(&reply, "id", id, sizeof id));
	say(caller, "POST", "/Client", NULL, body);
	say(caller, "POST", "/Seller", NULL, body);
	say(caller, "PUT", "/Client", NULL, body);
	body[strlen(body) - 1] = '\0';
	say(caller, "POST", "/Client", NULL, body);
	snprintf(body, sizeof body, "{\"email\":\"%s\",\"password\":\"%s\"}", email, wrong);
	say(caller, "POST", "/Login", NULL, body);
	snprintf(body, sizeof body, "{\"email\":\"%s\",\"password\":\"%s\"}", email, word);
	say(caller, "POST", "/Login", NULL, body);
	const char *access = secrets[secrets_count - 3], *refresh = secrets[secrets_count - 2];
	snprintf(path, sizeof path, "/Client/%s", id);
	say(caller, "GET", path, access, NULL);
	snprintf(path, sizeof path, "/Client/%s?email=%s&token=%s", id, email, word);
	say(caller, "GET", path, access, NULL);
	snprintf(path, sizeof path, "/%s/%s?q=%s", email, word, search);
	say(caller, "GET", path, access, NULL);
	snprintf(path, sizeof path, "/Product?q=%s", search);
	say(caller, "GET", path, NULL, NULL);
	snprintf(body, sizeof body, "{\"password\":\"%s\",\"new_password\":\"%s\"}", word, new_word);
	say(caller, "POST", "/Password", access, body);
	snprintf(body, sizeof body, "{\"email\":\"%s\",\"code\":\"12345678\",\"password\":\"%s\"}", email, new_word);
	say(caller, "POST", "/Password/Reset", NULL, body);
	say(caller, "POST", "/Password/Forgot", NULL, body);
	say(caller, "POST", "/Account/Confirm", NULL, body);
	caller_ask(caller, &(struct ask){"POST", "/Purchase", access, key, "{\"items\":[]}"}, &reply);
	snprintf(body, sizeof body, "{\"refresh_token\":\"%s\"}", refresh);
	say(caller, "POST", "/Login/Refresh", NULL, body);
	say(caller, "POST", "/Login/Refresh", NULL, body);
	say(caller, "POST", "/Logout", NULL, body);
	snprintf(path, sizeof path, "/Client/%s", id);
	say(caller, "DELETE", path, access, NULL);
}

static void nothing_personal_is_logged(void **state)
{
	struct caller *caller = caller_new(&shop);
	size_t found = 0;

	(void)state;
	confide(caller);
	caller_free(caller);
	shop_stop(&shop);
	char *output = shop_output(&shop);
	for (size_t i = 0; i < secrets_count; i++) {
		if (strstr(output, secrets[i])) {
			print_error("the log has %s\n", secrets[i]);
			found++;
		}
		free((char *)secrets[i]);
	}
	bool logged = strstr(output, "client_create") && strstr(output, "login_refresh");
	for (size_t i = 0; i < CLIENTS; i++)
		found += strstr(output, shop.clients[i].email) || strstr(output, shop.clients[i].token);
	free(output);
	assert_true(secrets_count >= 11);
	assert_int_equal(found, 0);
	/* There is a log at all. */
	assert_true(logged);
	shop_start(&shop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_copy_taken_meanwhile_is_the_same_shop),
	    cmocka_unit_test(a_drain_answers_what_was_begun),
	    cmocka_unit_test(nothing_personal_is_logged),
	};

	return cmocka_run_group_tests_name("a busy platform", tests, open_shop, close_shop);
}
