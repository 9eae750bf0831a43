/* base_profile.h: what the files of the base profile know of each other.
 *
 * The first platform lists everything at once and knows little; here that is made into the answers that the full platform
 * would give. What it can't say is left so: ids, descriptions, currency "" and times 0, stock -1, prices that are no
 * amounts -1 beside their text.
 */
#ifndef VITRINE_NET_FIRST_BASE_PROFILE_H
#define VITRINE_NET_FIRST_BASE_PROFILE_H

#include "models/product.h"
#include "models/purchase.h"
#include "models/search.h"
#include "net/internal.h"

enum { LIST_MAX = 6 * 1024 * 1024, CATALOGUE_ARENA = 96 * 1024 * 1024, UNITS_MAX = 100 };

/* A product of the list, and the words that it is found by (made at the first search). */
struct item {
	struct product product;
	struct item_word {
		struct search_word word;
		enum search_place kind; /* of search_match_word */
	} *words;
	size_t words_count;
	const char *whole; /* search_whole of the name */
	size_t place;            /* in the list */
	enum search_place found; /* by the query that is answered */
};

/* Everything on sale and everybody who sells, as of a moment. */
struct catalogue {
	struct arena arena;
	struct item *items;
	size_t items_count;
	struct account *sellers; /* by id */
	size_t sellers_count;
	bool words_made;
};

struct base_profile {
	struct net *net;
	struct catalogue *catalogue; /* NULL: none yet */
	int64_t loaded_at;           /* by clock_monotonic; 0: changed since */
	struct catalogue *loading;
	struct exchange *products, *sellers; /* of the loading one */
	bool changed;                        /* while it loads: it must not be used again */
	char *own_id, *own_name;             /* the signed-in client's name, once known */
};

/* What a call of this profile remembers: call->job. */
struct base_job {
	/* Waits for the catalogue: called once when there is one (err NULL) or none can be had. */
	void (*ready)(struct call *call, const struct err *err);
	/* Waits for the client's own name. */
	void (*named)(struct call *call, const struct err *err);
	struct buf body; /* of the request under way */
	struct buf path;
	struct purchase_run *run; /* base_purchase.c */
	struct batch_run *batch;  /* base_products.c */
};

typedef bool base_check(void *context, struct answer *answer, struct err *err);
typedef void base_done(void *context, struct answer *answer, const struct err *err);

struct base_job *base_job(struct call *call);
struct base_profile *base_of(struct call *call);

/* Sends one request of a call, job->body with it when it has one; `done` gets the call. Settles the call itself when it
 * can't be sent. */
struct base_send {
	enum api_method method;
	const char *path;
	bool body;
	enum exchange_token token;
	bool repeatable;
	int deadline_ms; /* for this request; 0: the call's deadline holds */
	base_check *check;
	base_done *done;
};
void base_send(struct call *call, const struct base_send *send);

/* At the beginning of each `done`. */
void base_note(struct call *call, struct answer *answer);

/* Finds the client's own name, then calls `named`. */
void base_need_name(struct call *call, void (*named)(struct call *call, const struct err *err));

/* Gives the call this answer, which is in the reply's arena. */
void base_answer(struct call *call, const void *answer);

/* The call's body as the row's struct, in the call's arena; NULL: the call was settled. */
void *base_body(struct call *call);

/* Room in the reply's arena for an answer; NULL: the call was settled. */
void *base_alloc(struct call *call, size_t size);
void base_no_memory(struct call *call);

/* ---- base_catalogue.c ---- */

void catalogue_need(struct call *call, void (*ready)(struct call *call, const struct err *err));
void catalogue_changed(struct base_profile *base);
void catalogue_done(struct base_profile *base);
const struct item *catalogue_find(const struct catalogue *catalogue, const char *id);
const struct account *catalogue_seller(const struct catalogue *catalogue, const char *id);

/* ---- base_load.c: reading the two lists ---- */

struct catalogue *catalogue_new(void);
struct catalogue *catalogue_free(struct catalogue *catalogue);
bool catalogue_read_products(struct catalogue *catalogue, const struct transfer_answer *answer, struct err *err);
bool catalogue_read_sellers(struct catalogue *catalogue, const struct transfer_answer *answer, struct err *err);
bool catalogue_join(struct catalogue *catalogue, struct err *err);
bool catalogue_make_words(struct catalogue *catalogue, struct err *err);

/* The named array of an answer of 6 MiB at most, in *ret_json, which is for the caller to free. NULL with ERR_PROTOCOL or
 * ERR_MEMORY. */
const cJSON *base_parse_list(const struct transfer_answer *answer, const char *name, cJSON **ret_json, struct err *err);

/* A member's text, or NULL. A number is given as JSON writes it. */
const char *base_text(const cJSON *object, const char *name, struct arena *arena);

/* "79" is 7900, "12,50" and "12.5" are 1250, "1,234.5" and "1.234,50" have thousands; -1 when the text is no amount, or could
 * be two. */
int64_t base_price(const char *text);

/* ---- the calls ---- */

void base_product_list(struct call *call);
void base_product_get(struct call *call);
void base_category_list(struct call *call);
void base_seller_list(struct call *call);
void base_seller_lookup(struct call *call);
void base_product_create(struct call *call);
void base_product_update(struct call *call);
void base_product_batch(struct call *call);
void base_purchase_create(struct call *call);
void base_purchase_list(struct call *call);
void base_purchase_get(struct call *call);

/* A place in a listing: how many come before it. False when the cursor is none of ours. */
bool base_page(struct call *call, const char *cursor, int64_t limit, size_t count, size_t *ret_first, size_t *ret_end,
	       const char **ret_next);

/* ---- base_history.c: everybody's purchases ---- */

struct unit {
	const char *id, *client_name, *seller_name, *product_name, *price, *date;
	int64_t at;    /* ms; 0 when the date can't be read */
	int64_t place; /* that, or else the moment that its id tells */
};

/* Reads GET /Purchase: those of `client_name`. Texts are in the arena. */
bool history_read(const struct transfer_answer *answer, const char *client_name, struct arena *arena,
		  struct unit **ret_units, size_t *ret_count, struct err *err);

/* Makes purchases of them (which are sorted for that), and the answer to a call that lists them or asks for one. */
void history_answer(struct call *call, struct unit *units, size_t count);

#endif
