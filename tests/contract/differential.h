/* differential.h: the same seeded calls on two platforms, whose answers must be the same: what test_differential.c, the
 * harness, has for the files of calls.
 *
 * Ids are random, so an id of one side stands for that of the other which came in its place first, and ever after.
 * Times and tokens only have to be such. Listings are compared as the join of all their pages.
 */
#ifndef VITRINE_TESTS_CONTRACT_DIFFERENTIAL_H
#define VITRINE_TESTS_CONTRACT_DIFFERENTIAL_H

#include "tests/chance.h"
#include "tests/contract/direct.h"

enum { SIDES = 2, REFS_MAX = 34, CLIENTS = 3, SELLERS = 3, PRODUCTS_MAX = 4096 };

/* Something that has an id on either side, and a person. */
struct thing {
	const char *id[SIDES];
};
struct human {
	struct thing account;
	const char *email, *password, *full_name;
	bool sells;
	const char *token[SIDES], *refresh_token[SIDES];
	const char *told[SIDES]; /* how far they were told of changes; NULL: they never asked */
};
struct goods {
	struct thing product;
	const struct human *seller;
	const char *price;
};

struct game {
	struct suite sides[SIDES];
	struct answer answers[SIDES]; /* to the last call, which were found to be the same */
	struct arena kept;            /* of the whole run */
	uint64_t chance;
	unsigned names;
	struct human clients[CLIENTS], sellers[SELLERS];
	struct goods goods[PRODUCTS_MAX];
	size_t goods_count;
};

/* A call. "$0" to "$9", and "$:" and so on in the order of ASCII, in target, body and value stand for the ids of
 * refs. */
struct ask {
	const struct human *who; /* NULL: nobody is signed in */
	const char *method, *target, *body;
	const char *name, *value;    /* one more header */
	const void *bytes;           /* a body that is no text, and its type */
	size_t length;
	const char *type;
	const struct thing *refs[REFS_MAX];
	bool list;          /* a listing: joined */
	const char *const *token; /* in the place of who's, of either side */
};

/* Sends it to both sides, and compares. Both are counted, by row, status and code. Returns the status. */
int ask(struct game *g, const struct ask *what);
#define ASK(game, ...) ask(game, &(const struct ask){__VA_ARGS__})

/* The status must be this, or the test is wrong about what it asks for. */
void game_expect(const struct game *game, int status, const char *file, int line);
#define EXPECT(game, status) game_expect(game, status, __FILE__, __LINE__)

size_t below(struct game *game, size_t bound);
/* In the arena of the whole run. */
const char *game_text(struct game *game, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The id at a place of the last answers. */
struct thing thing_at(struct game *g, const char *where);
/* Another text there, of either side. */
void texts_at(struct game *g, const char *where, const char *ret_texts[SIDES]);
/* "sales.3.id" */
const char *place(struct game *game, const char *list, size_t index, const char *member);

/* The newest code that was mailed to somebody. */
void codes_mailed(struct game *game, const char *email, const char *ret_codes[SIDES]);

/* Signs up, confirms and signs in; the sign-in of somebody who is there. */
struct human human_new(struct game *game, bool sells);
void human_sign_in(struct game *game, struct human *human);
struct human *a_client(struct game *game);
struct human *a_seller(struct game *game);
/* One that was made; its seller may have archived it. */
struct goods *some_goods(struct game *game);
struct goods *goods_new(struct game *game, const struct human *seller);

/* Are they? `where` says where they differ. Ids are kept in that arena, until they are forgotten. */
bool same_answers(struct arena *ids, const struct answer answers[SIDES], char *where, size_t size);
void ids_forget(void);

/* What is done in each round, once each. */
typedef void act_fn(struct game *game);
struct acts {
	act_fn *const *list;
	size_t count;
};
extern const struct acts account_acts, catalogue_acts, buying_acts;

#endif
