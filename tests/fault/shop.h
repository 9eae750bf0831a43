/* shop.h: a real vitrined for the fault tests: started on a file, called through HTTP, stopped, killed, started again.
 *
 * A shop keeps its folder, accounts and products through all of that. Functions marked (main) belong to the thread that
 * runs the tests and end the test by cmocka when something is wrong; all others may be called from any thread.
 */
#ifndef VITRINE_TESTS_FAULT_SHOP_H
#define VITRINE_TESTS_FAULT_SHOP_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "tests/chance.h"

#if defined(__SANITIZE_ADDRESS__)
#define SHOP_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SHOP_SANITIZED 1
#endif
#endif
#ifndef SHOP_SANITIZED
#define SHOP_SANITIZED 0
#endif

enum { SHOP_ID_SIZE = 27, SHOP_CLIENTS_MAX = 64, SHOP_SELLERS_MAX = 4, SHOP_PRODUCTS_MAX = 256, SHOP_LINES_MAX = 8 };

/* Everybody's. */
#define SHOP_PASSWORD "Correct-Horse-1"

struct shop_account {
	char email[64];
	char id[SHOP_ID_SIZE];
	char *token;
	char *refresh_token;
};

struct shop_product {
	char id[SHOP_ID_SIZE];
	size_t seller;
	int64_t price;   /* minor units */
	int64_t initial; /* stock when it was made; nothing but purchases and cancellations may change it */
};

struct shop {
	char folder[64];
	char db[96];
	/* What the next start sees: a library to preload with its control file (NULL: none), and whether a write past
	 * the limit of a file's size is an error (EFBIG) rather than a signal. */
	const char *preload, *control;
	bool ignore_file_size_signal;

	pid_t pid; /* 0: not running */
	char url[64];

	struct shop_account clients[SHOP_CLIENTS_MAX], sellers[SHOP_SELLERS_MAX];
	size_t clients_count, sellers_count;
	struct shop_product products[SHOP_PRODUCTS_MAX];
	size_t products_count;

	/* What vitrined prints is read by a thread of its own. */
	pthread_t reader;
	int output;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t said;
	struct buf log; /* of all runs */
	size_t run;     /* where in the log the present run began */
	bool ended;     /* the present run's output */
};

/* ---- running (main) ---- */

/* A folder under TMPDIR, no process yet. Prints the seed, if it wasn't yet. */
void shop_init(struct shop *shop);

/* Ends vitrined if it runs, and removes the folder. */
void shop_done(struct shop *shop);

/* Starts on the shop's file and waits for "listening on". shop_try_start says whether it came so far; if not, it has
 * ended, and *ret_status is as waitpid gave it. */
void shop_start(struct shop *shop);
bool shop_try_start(struct shop *shop, int *ret_status);

/* Sends a signal; waits for the end and returns its status as waitpid gave it. shop_stop asks by SIGTERM and insists on
 * exit status 0. */
void shop_signal(struct shop *shop, int number);
int shop_wait(struct shop *shop);
void shop_stop(struct shop *shop);

/* Has it ended by itself? Then it is taken note of, as by shop_wait. */
bool shop_has_ended(struct shop *shop, int *ret_status);

/* Runs vitrined with these arguments (NULL ends) on the shop's file beside the one that runs; returns its exit
 * status. */
int shop_command(struct shop *shop, const char *const *arguments);

/* A copy of what was printed since the last start; the caller frees it. */
char *shop_output(struct shop *shop);

/* Prints the last of it, for whoever wants to know why a test failed. */
void shop_print_log(struct shop *shop);

/* ---- calling ---- */

struct ask {
	const char *method, *path;
	const char *token; /* NULL: none */
	const char *key;   /* Idempotency-Key, or NULL */
	const char *body;  /* JSON, or NULL */
};

struct reply {
	bool arrived; /* whole */
	bool started; /* at least a byte came */
	bool slow;    /* it took seconds */
	long status;
	bool replayed;
	const char *body; /* terminated; never NULL */
	size_t length;
};

/* One connection, kept open between calls. NULL when there is no memory; caller_free is NULL-safe. */
struct caller;
struct caller *caller_new(const struct shop *shop);
struct caller *caller_free(struct caller *caller);

/* Asks; true when a whole answer came. The reply's body is the caller's and lasts until its next call. */
bool caller_ask(struct caller *caller, const struct ask *ask, struct reply *ret_reply);

/* Copies the text or number member `name` of a JSON object, as text. False when it isn't there or is longer. */
bool reply_member(const struct reply *reply, const char *name, char *ret_text, size_t size);

/* Is it this status, and, for a problem, this code (NULL: any)? */
bool reply_is(const struct reply *reply, long status, const char *code);

/* ---- buying ---- */

struct shop_line {
	size_t product;
	int64_t quantity;
};
enum { SHOP_BODY_SIZE = 128 + SHOP_LINES_MAX * 96 };

/* The body of POST /Purchase for these lines. */
void shop_purchase_body(const struct shop *shop, const struct shop_line *lines, size_t count,
			char ret_body[SHOP_BODY_SIZE]);

/* What these lines cost. */
int64_t shop_lines_total(const struct shop *shop, const struct shop_line *lines, size_t count);

bool shop_buy(const struct shop *shop, struct caller *caller, size_t client, const char *key, const char *body,
	      struct reply *ret_reply);

/* "14.50" as 1450; -1 for what is no amount. */
int64_t shop_amount(const char *text);

/* ---- filling (main): through the running vitrined ---- */

/* So many more clients and sellers, signed in. */
void shop_sign_up(struct shop *shop, size_t clients, size_t sellers);

/* A product; returns its number. */
size_t shop_add_product(struct shop *shop, size_t seller, int64_t price, int64_t stock);

/* Asks on a connection of its own and insists on the status; a member of the answer, if asked for. */
void shop_expect(struct shop *shop, const struct ask *ask, long status, const char *member, char *ret_text,
		 size_t size);

/* ---- many at once ---- */

/* Runs `work` for 0 … count - 1, each in a thread, and waits for all. (main) */
void crowd_run(size_t count, void (*work)(void *context, size_t index), void *context);

#endif
