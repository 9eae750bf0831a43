/* world.h: what a stage speaks to: a real vitrined, and the proxy or the first platform's stand-in where a test wants
 * one.
 *
 * A world is zeroed at first. Everything it starts ends with world_done, in which a test's teardown ends its stages,
 * too. All sockets are Unix ones in a folder of the world's. These functions end the test by cmocka when something is
 * wrong.
 */
#ifndef VITRINE_TESTS_SCREENS_WORLD_H
#define VITRINE_TESTS_SCREENS_WORLD_H

#include <cjson/cJSON.h>

#include "tests/screens/stage.h"

#define WORLD_PASSWORD "Vitrine-2026"
#define WORLD_CLIENT "ada@example.com"
#define WORLD_SELLER "grace@example.com"

enum { WORLD_URL = 128, WORLD_STAGES = 32 };

struct server {
	pid_t pid; /* 0: not running */
	int input, output, control;
	char url[WORLD_URL];
};

struct world {
	char folder[STAGE_HOME];
	struct server platform, proxy, first;
	bool demo;
	char api[WORLD_URL]; /* whom stages are to speak to: the last of the above that was started */
	struct stage stages[WORLD_STAGES];
	struct stage *stage; /* the first */
};

/* The one of the running test. */
extern struct world world;

/* For cmocka: before and after each test. world_teardown leaves every stage that still runs as a person does. */
int world_setup(void **state);
int world_teardown(void **state);
#define WORLD_TEST(function) cmocka_unit_test_setup_teardown(function, world_setup, world_teardown)

/* Runs an array of such tests; TEST in the environment (with * and ?) picks some. */
#define world_run(tests) (world_pick(), cmocka_run_group_tests(tests, NULL, NULL))
void world_pick(void);

/* ---- servers ---- */

/* vitrined with the demo's catalogue in memory; or with a shop of its own in a file, empty at first, which survives. */
void world_demo(void);
void world_empty_shop(void);

/* The platform is killed; and starts again where it was (a demo as it was at first). */
void world_kill_platform(void);
void world_restart_platform(void);

/* Between the stages and what has been started so far, from now on. */
void world_proxy(void);

/* The first platform's stand-in in place of vitrined, with these arguments (ends with NULL; may be NULL). */
void world_first(const char *const *arguments);

/* A command to the proxy, or the stand-in, as their pages say, printed; the caller deletes the answer of _ask. */
cJSON *world_order_ask(struct server *server, const char *format, ...) __attribute__((format(printf, 2, 3)));
void world_order(struct server *server, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What the proxy does with requests from now on: `action` and whatever else is in the rule ("\"status\":500,"). */
void world_rule(const char *method, const char *path, int nth, int count, const char *action, const char *more);

/* Waits until the proxy has seen as many such events ("request", "held", "gone", "reply"), while the stage is read. */
void world_wait_event(const char *event, const char *method, const char *path, int count);

/* So many requests have come through the proxy. */
int world_requests(const char *method, const char *path);

/* ---- asking the platform itself, past any proxy ---- */

struct answer {
	long status;
	cJSON *json; /* may be NULL */
};

/* `token` and `body` may be NULL. The caller deletes the JSON. */
struct answer world_ask(const char *method, const char *path, const char *token, const char *body);

/* Insists on a status of 2xx; the caller deletes it. */
cJSON *world_get(const char *path, const char *token);

/* Signs in; the token is good until the next call. */
const char *world_token(const char *email);

/* How many purchases this client has, cancelled ones too; and the units of the newest. */
int world_purchases(const char *email);

/* The stock of the product of that name; -1 when there is none. */
long world_stock(const char *name);

/* The seller WORLD_SELLER changes what is found first by that word: the body of PATCH /Product/{id}. */
void world_change(const char *word, const char *body);

/* An account ("/Client" or "/Seller"), and a product, made through the API. */
void world_sign_up(const char *kind, const char *email, const char *full_name);
void world_product(const char *seller, const char *name, const char *category, const char *price, int stock);

/* One unit of the product of that name is bought. */
void world_buy(const char *email, const char *name);

/* ---- stages ---- */

/* Starts the stage with the world's API; `options` may be NULL. */
void world_open(struct stage *stage, const struct stage_options *options);
void world_start(struct stage *stage, const struct stage_options *options);

/* By the palette, as a person does. */
void world_go(struct stage *stage, const char *name);

/* By the palette's sign in, with the world's password. Ends when all is quiet. */
void world_sign_in(struct stage *stage, const char *email);

#endif
