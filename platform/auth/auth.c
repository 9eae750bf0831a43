/* auth.c: what the platform is, and signing in and out. */
#include "platform/accounts.h"

/* What a client may rely on: it neither sends nor offers what isn't named here. */
enum { FEATURES_MAX = 32 };
static size_t list_features(const struct platform *platform, const char *features[FEATURES_MAX])
{
	const struct {
		const char *name;
		bool there;
	} known[] = {
	    {"search", true},
	    {"stock", true},
	    {"cart", true},
	    {"pictures", true},
	    {"batch", true},
	    {"sales", true},
	    {"stats", true},
	    {"cancel", true},
	    {"best", true},
	    {"confirmation", platform->identity->needs_confirmation(platform->identity)},
	    {"delivery", platform->delivery != DELIVERY_NONE},
	    {"tracking", true},
	    {"sale_batch", true},
	    {"purchase_search", true},
	    {"cart_price", true},
	    {"changes", true},
	    {"changes_wait", platform->waits},
	};
	size_t count = 0;

	_Static_assert(sizeof known / sizeof *known <= FEATURES_MAX, "there is room for all of them");
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (known[i].there)
			features[count++] = known[i].name;
	return count;
}

bool handle_service(struct call *call, struct err *err)
{
	const struct platform *platform = call->platform;
	const char *features[FEATURES_MAX];
	size_t count = list_features(platform, features);
	const struct service service = {.name = platform->name,
					.version = platform->version,
					.profile = "full",
					.currency = platform->store->currency,
					.features = features,
					.features_count = count,
					.delivery = (int)platform->delivery,
					.payment = platform->payment};

	return call_answer(call, &service, err);
}

bool handle_health(struct call *call, struct err *err)
{
	static const struct health health = {.status = "ok"};

	return call->platform->store->check(call->platform->store, err) && call_answer(call, &health, err);
}

bool handle_jwks(struct call *call, struct err *err)
{
	struct identity *identity = call->platform->identity;
	struct buf *body = &call->response->body;
	const char *json;

	if (!identity->jwks(identity, call->arena, &json, err))
		return false;
	buf_add_str(body, json);
	call->response->status = call->row->status;
	call_header(call, "Content-Type", "application/json");
	call_header(call, "Cache-Control", "public, max-age=3600");
	return !body->failed || err_memory(err, "writing the keys");
}

static bool answer_tokens(struct call *call, const struct identity_tokens *tokens, const char *message,
			  struct err *err)
{
	const struct token_answer answer = {.message = message,
					    .access_token = tokens->access_token,
					    .refresh_token = tokens->refresh_token,
					    .id_token = tokens->id_token,
					    .expires_in = tokens->expires_in,
					    .group_name = group_names[tokens->group],
					    .user_id = tokens->account_id};

	bool good = call_answer(call, &answer, err);

	shape_wipe(&token_answer_shape, &answer);
	return good;
}

/* A sign-up has two halves, the login and the account. Who has only the first can't do anything yet. */
static bool has_account(struct call *call, const struct identity_tokens *tokens, struct err *err)
{
	struct store *store = call->platform->store;
	struct account account;

	if (store->account_get(store, tokens->group, tokens->account_id, call->arena, &account, err))
		return true;
	if (err->kind == ERR_NOT_FOUND)
		err_code(err, ERR_FORBIDDEN, "sign_up_unfinished",
			 "This sign-up was not finished: sign up again with the same address and password");
	return false;
}

bool handle_login(struct call *call, struct err *err)
{
	struct identity *identity = call->platform->identity;
	const struct login_request *login = call->body;
	struct identity_tokens tokens;

	return identity->sign_in(identity, login->email, login->password, call->request->address, call->arena, &tokens,
				 &call->retry_after, err) &&
	       has_account(call, &tokens, err) && answer_tokens(call, &tokens, "Signed in", err);
}

bool handle_login_refresh(struct call *call, struct err *err)
{
	struct identity *identity = call->platform->identity;
	const struct refresh_request *refresh = call->body;
	struct identity_tokens tokens;

	return identity->refresh(identity, refresh->refresh_token, call->arena, &tokens, err) &&
	       answer_tokens(call, &tokens, "Still signed in", err);
}

bool handle_logout(struct call *call, struct err *err)
{
	struct identity *identity = call->platform->identity;
	const struct refresh_request *refresh = call->body;

	return identity->sign_out(identity, refresh->refresh_token, err) && call_answer_empty(call);
}

static bool answer_message(struct call *call, const char *message, struct err *err)
{
	return call_answer(call, &(struct message_answer){.message = message}, err);
}

bool handle_account_confirm(struct call *call, struct err *err)
{
	struct identity *identity = call->platform->identity;
	const struct code_request *request = call->body;

	return accounts_admit(call, err) && identity->confirm(identity, request->email, request->code, err) &&
	       answer_message(call, "Confirmed: you can sign in now", err);
}

bool handle_password_forgot(struct call *call, struct err *err)
{
	struct identity *identity = call->platform->identity;
	const struct code_request *request = call->body;

	return accounts_admit(call, err) && identity->forgot(identity, request->email, err) &&
	       answer_message(call, "If there is such an account, a code is on its way to it", err);
}

bool handle_password_reset(struct call *call, struct err *err)
{
	struct identity *identity = call->platform->identity;
	const struct code_request *request = call->body;

	return accounts_admit(call, err) &&
	       identity->reset(identity, request->email, request->code, request->password, err) &&
	       answer_message(call, "The password is changed: sign in with the new one", err);
}

bool handle_password_change(struct call *call, struct err *err)
{
	struct identity *identity = call->platform->identity;
	const struct password_request *request = call->body;

	return identity->change_password(identity, &call->who, call->token, request->password, request->new_password,
					 &call->retry_after, err) &&
	       answer_message(call, "The password is changed", err);
}
