/* The platform over SQLite beside the platform over DynamoDB: the same seeded calls, the same answers. Identity is
 * local on both sides, on a clock of the test's own. Every row of api.def is called with success, and every status and
 * code that both can give is given, OFTEN times at least.
 *
 * VITRINE_DIFFERENTIAL_ROUNDS: more of them, by hand.
 */
#include <ftw.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crypt.h"
#include "base/id.h"
#include "models/change.h"
#include "platform/identity/local/local.h"
#include "platform/store/dynamodb/dynamodb.h"
#include "platform/store/sqlite/sqlite.h"
#include "tests/contract/differential.h"
#include "tests/contract/engine.h"

enum { ROUNDS = 22, OFTEN = 20, ACTS_MAX = 256, OUTCOMES_MAX = 64, ARENA_MAX = 512 * 1024 * 1024 };

static const int64_t quarter = 20 * 60 * 1000; /* after so long every throttle has forgotten */
static const int64_t long_life = 10 * 366 * 24 * 3600; /* seconds, of tokens */

/* One side: what a platform stands on. */
struct ground {
	struct db *db; /* of the identity, and of the shop if that is SQLite */
	struct engine_table *table;
	char outbox[64];
};

static struct game game;
static struct direct directs[SIDES];
static struct ground grounds[SIDES];
static int64_t now; /* the identities' */

static int64_t game_now(void)
{
	return now;
}

/* ---- chance, texts ---- */

size_t below(struct game *g, size_t bound)
{
	return chance_below(&g->chance, bound);
}

const char *game_text(struct game *g, const char *format, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, format);
	assert_true(vasprintf(&text, format, args) >= 0);
	va_end(args);
	const char *kept = arena_strdup(&g->kept, text);
	free(text);
	assert_non_null(kept);
	return kept;
}

const char *place(struct game *g, const char *list, size_t index, const char *member)
{
	return game_text(g, "%s.%zu.%s", list, index, member);
}

void texts_at(struct game *g, const char *where, const char *ret_texts[SIDES])
{
	for (size_t side = 0; side < SIDES; side++)
		ret_texts[side] = game_text(g, "%s", text_at(&g->answers[side], where));
}

struct thing thing_at(struct game *g, const char *where)
{
	struct thing thing;

	texts_at(g, where, thing.id);
	return thing;
}

/* ---- counting ---- */

struct outcome {
	int status;
	char code[32];
	unsigned count;
};
static unsigned successes[API_OPS];
static struct outcome outcomes[OUTCOMES_MAX] = {
    /* What both can give. Nothing else may come. */
    {200, "", 0},
    {201, "", 0},
    {204, "", 0},
    {304, "", 0},
    {400, "invalid", 0},
    {400, "invalid_code", 0},
    {401, "unauthenticated", 0},
    {401, "invalid_credentials", 0},
    {401, "invalid_token", 0},
    {403, "forbidden", 0},
    {403, "not_confirmed", 0},
    {404, "not_found", 0},
    {405, "method_not_allowed", 0},
    {409, "email_taken", 0},
    {409, "version_conflict", 0},
    {409, "price_changed", 0},
    {409, "out_of_stock", 0},
    {409, "illegal_transition", 0},
    {413, "too_large", 0},
    {415, "unsupported_media_type", 0},
    {422, "key_reused", 0},
    {429, "throttled", 0},
};

static void count(const struct ask *what, const struct answer *answer)
{
	char path[256];
	enum api_op op;
	const char *id, *code = answer->status >= 400 ? text_at(answer, "code") : "";
	size_t length;
	unsigned allowed;

	snprintf(path, sizeof path, "%.*s", (int)strcspn(what->target, "?"), what->target);
	if (api_match(what->method, path, &op, &id, &length, &allowed) && answer->status == api_rows[op].status)
		successes[op]++;
	for (size_t i = 0; i < OUTCOMES_MAX && outcomes[i].status; i++)
		if (outcomes[i].status == answer->status && !strcmp(outcomes[i].code, code)) {
			outcomes[i].count++;
			return;
		}
	fail_msg("%s answered %d %s, which is not in the list", answer->asked, answer->status, code);
}

static void expect_often(void)
{
	bool enough = true;

	for (int op = 0; op < API_OPS; op++)
		if (successes[op] < OFTEN) {
			print_error("    %s succeeded %u times\n", api_rows[op].name, successes[op]);
			enough = false;
		}
	for (size_t i = 0; i < OUTCOMES_MAX && outcomes[i].status; i++)
		if (outcomes[i].count < OFTEN) {
			print_error("    %d %s came %u times\n", outcomes[i].status, outcomes[i].code,
				    outcomes[i].count);
			enough = false;
		}
	assert_true(enough);
}

/* ---- asking ---- */

/* The template with the ids of one side. */
static const char *fill(struct suite *suite, const char *text, const struct ask *what, size_t side)
{
	struct buf buf;

	if (!text)
		return NULL;
	buf_init(&buf, 1024 * 1024);
	for (; *text; text++) {
		if (*text != '$') {
			buf_add_char(&buf, *text);
			continue;
		}
		const size_t index = (size_t)(*++text - '0');
		assert_true(index < REFS_MAX && what->refs[index]);
		buf_add_str(&buf, what->refs[index]->id[side]);
	}
	const char *filled = say(suite, "%s", buf_str(&buf));
	buf_done(&buf);
	return filled;
}

/* Everything due is done: what may follow later has followed. */
static void tend(size_t side)
{
	struct store *store = directs[side].platform.store;
	struct err err = {.kind = ERR_NONE};
	bool more = true;

	assert_true(direct_tend(&directs[side].transport));
	for (int i = 0; more; i++) {
		assert_true(i < 10000);
		if (!store->tend(store, clock_now(), 0, &more, &err))
			fail_msg("tending: %s", err.message);
	}
}

static struct answer send(struct suite *suite, const struct ask *what, size_t side)
{
	static bool changed[SIDES];
	const char *const *tokens = what->token ? what->token : what->who ? what->who->token : NULL;
	const struct person person = {.token = tokens ? tokens[side] : NULL};
	const char *target = fill(suite, what->target, what, side);
	struct api_request request;

	/* Only who reads can see what has not followed yet. */
	if (!strcmp(what->method, "GET") && changed[side])
		tend(side);
	changed[side] = strcmp(what->method, "GET") != 0;
	if (what->list)
		return listed(suite, person.token ? &person : NULL, target, 0);
	request = request_new(suite, person.token ? &person : NULL, what->method, target,
			      fill(suite, what->body, what, side));
	if (what->name)
		request_header(&request, what->name, fill(suite, what->value, what, side));
	if (what->bytes) {
		request_header(&request, "Content-Type", what->type);
		request.body = what->bytes;
		request.body_length = what->length;
	}
	return suite_send(suite, &request);
}

static const char *text_in(const cJSON *json, const char *name)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(json, name));

	assert_non_null(text);
	return text;
}

static bool comes_after(const cJSON *change, const cJSON *other)
{
	const int kinds = strcmp(text_in(change, "kind"), text_in(other, "kind"));

	return kinds ? kinds > 0 : strcmp(text_in(change, "subject_id"), text_in(other, "subject_id")) > 0;
}

/* Changes are told in the order that a store learns of them, which is its own: one may learn of all steps of a sale at
 * once, and of another sale's, which came between, later. Those of a kind that one thing has stay in their order. (Both
 * sides make the things in the same order, so their ids grow alike.) The changes' own ids are unique within an account
 * only, so they stand for nothing. */
static void sort_changes(struct suite *suite)
{
	cJSON *whole = suite->parsed[suite->parsed_count - 1], *changes = cJSON_GetObjectItem(whole, "changes");
	cJSON *sorted = cJSON_CreateArray();

	assert_true(changes && sorted);
	while (cJSON_GetArraySize(changes)) {
		cJSON *first = changes->child, *each;

		cJSON_ArrayForEach(each, changes)
			first = comes_after(first, each) ? each : first;
		assert_true(id_valid(text_in(first, "id")));
		cJSON_DeleteItemFromObject(first, "id");
		assert_true(cJSON_AddItemToArray(sorted, cJSON_DetachItemViaPointer(changes, first)));
	}
	assert_true(cJSON_ReplaceItemInObject(whole, "changes", sorted));
}

int ask(struct game *g, const struct ask *what)
{
	char where[512];

	for (size_t side = 0; side < SIDES; side++) {
		g->answers[side] = send(&g->sides[side], what, side);
		if (g->answers[side].status == 200 && !strncmp(what->target, "/Changes", strlen("/Changes")))
			sort_changes(&g->sides[side]);
	}
	if (!same_answers(&g->kept, g->answers, where, sizeof where)) {
		for (size_t side = 0; side < SIDES; side++)
			fprintf(stderr, "    %s answered %d\n    %.16000s\n", g->answers[side].asked,
				g->answers[side].status, g->answers[side].response.body);
		fprintf(stderr, "    asked: %s %s %.1000s\n", what->method, what->target, what->body ? what->body : "");
		fail_msg("the answers differ at %s", where);
	}
	count(what, &g->answers[0]);
	return g->answers[0].status;
}

void game_expect(const struct game *g, int status, const char *file, int line)
{
	suite_expect_status(&g->answers[0], status, file, line);
}

/* ---- people and things ---- */

void codes_mailed(struct game *g, const char *email, const char *ret_codes[SIDES])
{
	for (size_t side = 0; side < SIDES; side++) {
		tend(side);
		ret_codes[side] = game_text(g, "%s", mailed_code(&g->sides[side], email));
	}
}

void human_sign_in(struct game *g, struct human *human)
{
	ASK(g, .method = "POST", .target = "/Login",
	    .body = game_text(g, "{\"email\": \"%s\", \"password\": \"%s\"}", human->email, human->password));
	EXPECT(g, 200);
	texts_at(g, "access_token", human->token);
	texts_at(g, "refresh_token", human->refresh_token);
}

struct human human_new(struct game *g, bool sells)
{
	struct human human = {.sells = sells, .password = "Vitrine-2026"};
	const char *codes[SIDES];

	human.email = game_text(g, "person%u@example.com", ++g->names);
	human.full_name = game_text(g, "Person %u", g->names);
	ASK(g, .method = "POST", .target = sells ? "/Seller" : "/Client",
	    .body = game_text(g, "{\"email\": \"%s\", \"password\": \"%s\", \"full_name\": \"%s\"%s}", human.email,
			      human.password, human.full_name, sells ? "" : ", \"mobile\": \"+34600123456\""));
	EXPECT(g, 201);
	human.account = thing_at(g, "id");
	codes_mailed(g, human.email, codes);
	ASK(g, .method = "POST", .target = "/Account/Confirm",
	    .body = game_text(g, "{\"email\": \"%s\", \"code\": \"$0\"}", human.email),
	    .refs = {&(const struct thing){{codes[0], codes[1]}}});
	EXPECT(g, 200);
	human_sign_in(g, &human);
	return human;
}

struct human *a_client(struct game *g)
{
	return &g->clients[below(g, CLIENTS)];
}

struct human *a_seller(struct game *g)
{
	return &g->sellers[below(g, SELLERS)];
}

struct goods *some_goods(struct game *g)
{
	/* The later ones more often, so that most are on sale and have something left. */
	const size_t recent = g->goods_count < 12 || !below(g, 4) ? g->goods_count : 12;

	return &g->goods[g->goods_count - 1 - below(g, recent)];
}

/* ---- playing ---- */

static void forget(struct suite *suite)
{
	while (suite->parsed_count)
		cJSON_Delete(suite->parsed[--suite->parsed_count]);
	arena_reset(&suite->arena);
}

static void play_act(act_fn *act)
{
	static unsigned address;

	now += quarter;
	address++;
	for (size_t side = 0; side < SIDES; side++)
		directs[side].address =
		    game_text(&game, "10.%u.%u.%u", address >> 16 & 255, address >> 8 & 255, address & 255);
	act(&game);
	for (size_t side = 0; side < SIDES; side++)
		forget(&game.sides[side]);
}

/* Every act once, in any order. */
static void play_round(void)
{
	static const struct acts *const files[] = {&account_acts, &catalogue_acts, &buying_acts};
	act_fn *acts[ACTS_MAX];
	size_t acts_count = 0;

	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		for (size_t j = 0; j < files[i]->count; j++)
			acts[acts_count++] = files[i]->list[j];
	while (acts_count) {
		const size_t chosen = below(&game, acts_count);

		play_act(acts[chosen]);
		acts[chosen] = acts[--acts_count];
	}
}

static void both_answer_the_same(void **state)
{
	const int rounds = chance_rounds("VITRINE_DIFFERENTIAL_ROUNDS", ROUNDS);

	(void)state;
	for (size_t i = 0; i < CLIENTS; i++)
		game.clients[i] = human_new(&game, false);
	for (size_t i = 0; i < SELLERS; i++)
		game.sellers[i] = human_new(&game, true);
	for (size_t i = 0; i < 6; i++)
		goods_new(&game, a_seller(&game));
	for (int i = 0; i < rounds; i++)
		play_round();
	expect_often();
}

/* ---- the two platforms ---- */

static struct store *open_store(struct ground *ground, size_t side, struct err *err)
{
	if (side == 0)
		return store_sqlite_new(ground->db, "EUR", err);
	ground->table = engine_table(false);
	return ground->table ? store_dynamodb_new(ground->table->dynamo, "EUR", err) : NULL;
}

static bool start(size_t side, struct err *err)
{
	static const struct db_schema *const schemas[] = {&store_sqlite_schema, &identity_local_schema, NULL};
	struct ground *ground = &grounds[side];
	struct direct *direct = &directs[side];
	const char *base = getenv("TMPDIR");

	snprintf(ground->outbox, sizeof ground->outbox, "%.40s/vitrine.XXXXXX", base ? base : "/tmp");
	if (!mkdtemp(ground->outbox))
		return err_set(err, ERR_FILE, "there is no folder for the mail");
	const struct identity_local_options options = {.cheap_hash = true,
						       .outbox = ground->outbox,
						       .access_ttl = long_life,
						       .refresh_ttl = long_life,
						       .now = game_now};
	*direct = (struct direct){
	    .transport = {.send = direct_send, .tend = direct_tend, .outbox = ground->outbox, .short_pages = true},
	    .platform = {.name = "Vitrine", .version = "0", .delivery = DELIVERY_OPTIONAL, .payment = "By invoice."}};
	crypt_random(direct->platform.cursor_key, sizeof direct->platform.cursor_key);
	game.sides[side] = (struct suite){.transport = &direct->transport, .transcript = fopen("/dev/null", "w")};
	arena_init(&game.sides[side].arena, ARENA_MAX);
	return game.sides[side].transcript && db_open(NULL, schemas, &ground->db, err) &&
	       (direct->platform.store = open_store(ground, side, err)) &&
	       (direct->platform.identity = identity_local_new(ground->db, &options, err));
}

static int remove_one(const char *path, const struct stat *stat, int kind, struct FTW *place)
{
	(void)stat;
	(void)kind;
	(void)place;
	return remove(path);
}

static void stop(size_t side)
{
	struct ground *ground = &grounds[side];
	struct platform *platform = &directs[side].platform;

	if (platform->identity)
		platform->identity->close(platform->identity);
	if (platform->store)
		platform->store->close(platform->store);
	engine_drop(ground->table);
	db_close(ground->db);
	arena_done(&game.sides[side].arena);
	if (game.sides[side].transcript)
		fclose(game.sides[side].transcript);
	if (ground->outbox[0] && nftw(ground->outbox, remove_one, 4, FTW_DEPTH | FTW_PHYS))
		print_error("%s stays behind\n", ground->outbox);
}

static int set_up(void **state)
{
	struct err err;

	(void)state;
	now = clock_now();
	arena_init(&game.kept, ARENA_MAX);
	game.chance = chance_seed();
	for (size_t side = 0; side < SIDES; side++)
		if (!start(side, &err)) {
			print_error("side %zu doesn't start: %s\n", side, err.message);
			return -1;
		}
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	for (size_t side = 0; side < SIDES; side++)
		stop(side);
	ids_forget();
	arena_done(&game.kept);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(both_answer_the_same)};

	if (!crypt_init())
		return 2;
	engine_start();
	return cmocka_run_group_tests_name("two platforms", tests, set_up, tear_down);
}
