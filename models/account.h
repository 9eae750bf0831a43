/* account.h: who takes part: clients, who buy, and sellers, who sell; and what they send to sign up and in.
 */
#ifndef VITRINE_MODELS_ACCOUNT_H
#define VITRINE_MODELS_ACCOUNT_H

#include "models/shape.h"

/* The groups of an account, named on the wire "Clients" and "Sellers" (group_name, cognito:groups). */
enum group { GROUP_NONE = -1, GROUP_CLIENTS, GROUP_SELLERS };
extern const char *const group_names[];

struct account {
	const char *id;
	enum group group;
	const char *email;
	const char *full_name;
	const char *mobile;  /* clients only, and so is the address, where their checkouts start: its lines, if any */
	const char *const *address;
	size_t address_count;
	int64_t created_at; /* ms */
};
extern const struct shape account_client_shape; /* id email full_name mobile address */
extern const struct shape account_seller_shape; /* id email full_name */
extern const struct shape account_public_shape; /* id full_name */

struct seller_page {
	struct account *sellers;
	size_t sellers_count;
	const char *next_cursor;
};
extern const struct shape seller_page_shape; /* of account_public_shape */

struct sign_up_request {
	const char *email, *password, *full_name, *mobile;
};
extern const struct shape client_sign_up_shape, seller_sign_up_shape;

struct account_patch {
	uint32_t given;
	const char *full_name, *mobile;
	const char *const *address; /* NULL: not given; without a line: there is none any more */
	size_t address_count;
};
extern const struct shape client_patch_shape, seller_patch_shape;

struct login_request {
	const char *email, *password;
};
extern const struct shape login_request_shape;

struct refresh_request {
	const char *refresh_token;
};
extern const struct shape refresh_request_shape;

struct code_request {
	const char *email, *code, *password;
};
extern const struct shape confirm_request_shape; /* email code */
extern const struct shape forgot_request_shape;  /* email */
extern const struct shape reset_request_shape;   /* email code password */

struct password_request {
	const char *password, *new_password;
};
extern const struct shape password_request_shape;

/* The answer to Login and Login/Refresh. */
struct token_answer {
	const char *message;
	const char *access_token, *refresh_token, *id_token;
	int64_t expires_in; /* seconds */
	const char *group_name;
	const char *user_id;
};
extern const struct shape token_answer_shape;

struct message_answer {
	const char *message;
};
extern const struct shape message_answer_shape;

/* Does a purchase say where it goes to? It may not, it may, or it has to. */
enum delivery_rule { DELIVERY_NONE, DELIVERY_OPTIONAL, DELIVERY_REQUIRED };
extern const char *const delivery_rule_names[];

/* GET /: what this platform is. */
struct service {
	const char *name, *version, *profile, *currency;
	const char *const *features;
	size_t features_count;
	int delivery;        /* enum delivery_rule; -1: a platform from before there were deliveries */
	const char *payment; /* a sentence on how to pay; NULL: nothing is said */
};
extern const struct shape service_shape;

struct health {
	const char *status; /* "ok" */
};
extern const struct shape health_shape;

struct page_query {
	int64_t limit; /* 0 when absent */
	const char *cursor;
};
extern const struct shape page_query_shape;

#endif
