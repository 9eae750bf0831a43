/* internal.h: what the files of identity over Cognito share; nobody else includes it.
 *
 * From the bottom to the top, nothing below using what is above: call.c (one call of Cognito), links.c (which account a
 * login is), keys.c (public keys, and the check of access tokens); users.c (a pool's user and its groups); tokens.c
 * (sign- ins), accounts.c; cognito.c.
 */
#ifndef VITRINE_PLATFORM_IDENTITY_COGNITO_INTERNAL_H
#define VITRINE_PLATFORM_IDENTITY_COGNITO_INTERNAL_H

#include <assert.h>
#include <pthread.h>

#include "base/id.h"
#include "platform/identity/cognito/cognito.h"
#include "platform/identity/guard.h"
#include "platform/identity/verified.h"

/* Memory for one operation: a folded address, ids, tokens that were read. */
enum { COGNITO_SCRATCH = 128 * 1024 };

struct cognito {
	struct identity identity;
	struct aws *aws;
	struct identity_cognito_links links;
	char *user_pool, *client_id, *issuer;
	int64_t (*now)(void);
	struct guard guard;
	pthread_mutex_t ids_lock;
	struct id_source ids;
	struct pool_keys *keys;
	struct verified_tokens *verified;
};
static_assert(offsetof(struct cognito, identity) == 0, "the one is a pointer to the other");

static inline struct cognito *cognito_of(struct identity *identity)
{
	return (struct cognito *)identity;
}

#define OPERATION(name) identity_##name##_fn cognito_##name;
IDENTITY_OPERATIONS(OPERATION)
#undef OPERATION
identity_adopt_fn cognito_adopt;

/* ---- call.c ---- */

enum cognito_op {
	COGNITO_SIGN_UP,
	COGNITO_RESEND_CODE,
	COGNITO_CONFIRM_SIGN_UP,
	COGNITO_INITIATE_AUTH,
	COGNITO_REVOKE_TOKEN,
	COGNITO_FORGOT_PASSWORD,
	COGNITO_CONFIRM_FORGOT,
	COGNITO_CHANGE_PASSWORD,
	COGNITO_GLOBAL_SIGN_OUT,
	COGNITO_ADMIN_GET_USER,
	COGNITO_ADMIN_LIST_GROUPS,
	COGNITO_ADMIN_ADD_TO_GROUP,
	COGNITO_ADMIN_SIGN_OUT,
	COGNITO_ADMIN_DELETE_USER,
	COGNITO_ADMIN_CREATE_USER,
	COGNITO_ADMIN_SET_PASSWORD,
	COGNITO_OPS
};

/* A call that is being written: the object of its body, in which what every call of its kind begins with is there
 * already. */
struct cognito_call {
	enum cognito_op op;
	struct buf body;
	struct json json;
};
void cognito_call_init(const struct cognito *cognito, struct cognito_call *call, enum cognito_op op);

/* What an error of Cognito's is to the caller. ERR_NONE: it is none. */
struct cognito_reply {
	const char *error; /* "CodeMismatchException"; NULL behind the last */
	enum err_kind kind;
	const char *code, *message;
	const char *field;  /* at fault; NULL: none */
	const char *saying; /* only where Cognito's own message has this in it; NULL: always */
};

/* Closes, sends and frees it. True: it was done, and *ret_json (which may be NULL) is what was answered, or NULL after
 * an error that is none; free it with cognito_json_free. False: *err says what an error is by `replies` (NULL: none),
 * or by what it is to everybody: ERR_THROTTLED, ERR_UNAVAILABLE, ERR_INTERNAL, ERR_MEMORY. */
bool cognito_call_send(struct cognito *cognito, struct cognito_call *call, const struct cognito_reply *replies,
		       cJSON **ret_json, struct err *err);
void cognito_json_free(cJSON *json);

/* A text of an object: NULL when there is none, or an empty one. And: an answer without what it must have. */
const char *cognito_text(const cJSON *json, const char *name);
bool cognito_no_sense(enum cognito_op op, struct err *err);

/* Seconds that somebody whom Cognito doesn't let try is told to wait; it doesn't say how long. */
enum { COGNITO_WAIT_S = 60 };

/* The address as Cognito is to know it. ERR_MEMORY. */
bool cognito_address(const char *email, struct arena *arena, const char **ret_address, struct err *err);

/* ---- links.c ---- */

/* The account of a login, and the login of an account. NULL: there is none. */
bool cognito_account_of(struct cognito *cognito, const char *login, struct arena *arena, const char **ret_account,
			struct err *err);
bool cognito_login_of(struct cognito *cognito, const char *account, struct arena *arena, const char **ret_login,
		      struct err *err);

/* The group that a login which is in none is to be in: `group`, unless another one was chosen for it before. Of two who
 * choose at the same time, each of whom saw it in none, one does. */
bool cognito_choose_group(struct cognito *cognito, const char *login, enum group group, struct arena *arena,
			  enum group *ret_group, struct err *err);

/* Links both. The login's account, there being one already, is *ret_account; otherwise it is `account`. */
bool cognito_link(struct cognito *cognito, const char *login, const char *account, struct arena *arena,
		  const char **ret_account, struct err *err);
bool cognito_unlink(struct cognito *cognito, const char *login, const char *account, struct arena *arena,
		    struct err *err);

/* ---- keys.c ---- */

/* `url` is where they are. ERR_INVALID, ERR_MEMORY. */
struct pool_keys *pool_keys_new(const char *url, int64_t (*now)(void), struct err *err);
struct pool_keys *pool_keys_free(struct pool_keys *keys);

/* ---- users.c ---- */

/* A user of the pool. */
struct cognito_user {
	const char *login; /* sub */
	bool confirmed;
	bool must_change; /* has a password of ours, for the first time only */
	enum group group; /* of ours; GROUP_NONE: in none */
};
/* By address or login, in the arena. ERR_NOT_FOUND. */
bool cognito_user_get(struct cognito *cognito, const char *name, struct arena *arena, struct cognito_user *ret_user,
		      struct err *err);
bool cognito_user_join(struct cognito *cognito, const char *login, enum group group, struct err *err);
bool cognito_user_sign_out(struct cognito *cognito, const char *name, struct err *err);
/* None: no error. */
bool cognito_user_delete(struct cognito *cognito, const char *login, struct err *err);

/* ---- tokens.c ---- */

/* Is this the password? Ends the sign-in that shows it. Errors are those of identity_sign_in_fn: with "not_confirmed"
 * nobody knows, since Cognito doesn't look at it before the address is confirmed. */
bool cognito_try_password(struct cognito *cognito, const char *address, const char *password, struct err *err);

#endif
