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

bool handle_service(struct task *task, struct err *err)
{
	const struct platform *platform = task->platform;
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

	return task_answer(task, &service, err);
}

bool handle_health(struct task *task, struct err *err)
{
	static const struct health health = {.status = "ok"};

	return task->platform->store->check(task->platform->store, err) && task_answer(task, &health, err);
}

bool handle_jwks(struct task *task, struct err *err)
{
	struct identity *identity = task->platform->identity;
	struct buf *body = &task->response->body;
	const char *json;

	if (!identity->jwks(identity, task->arena, &json, err))
		return false;
	buf_add_str(body, json);
	task->response->status = task->row->status;
	task_header(task, "Content-Type", "application/json");
	task_header(task, "Cache-Control", "public, max-age=3600");
	return !body->failed || err_memory(err, "writing the keys");
}

static bool answer_tokens(struct task *task, const struct identity_tokens *tokens, const char *message,
			  struct err *err)
{
	const struct token_answer answer = {.message = message,
					    .access_token = tokens->access_token,
					    .refresh_token = tokens->refresh_token,
					    .id_token = tokens->id_token,
					    .expires_in = tokens->expires_in,
					    .group_name = group_names[tokens->group],
					    .user_id = tokens->account_id};

	bool good = task_answer(task, &answer, err);

	shape_wipe(&token_answer_shape, &answer);
	return good;
}

/* A sign-up has two halves, the login and the account. Who has only the first can't do anything yet. */
static bool has_account(struct task *task, const struct identity_tokens *tokens, struct err *err)
{
	struct store *store = task->platform->store;
	struct account account;

	if (store->account_get(store, tokens->group, tokens->account_id, task->arena, &account, err))
		return true;
	if (err->kind == ERR_NOT_FOUND)
		err_code(err, ERR_FORBIDDEN, "sign_up_unfinished",
			 "This sign-up was not finished: sign up again with the same address and password");
	return false;
}

bool handle_login(struct task *task, struct err *err)
{
	struct identity *identity = task->platform->identity;
	const struct login_request *login = task->body;
	struct identity_tokens tokens;

	return identity->sign_in(identity, login->email, login->password, task->request->address, task->arena, &tokens,
				 &task->retry_after, err) &&
	       has_account(task, &tokens, err) && answer_tokens(task, &tokens, "Signed in", err);
}

bool handle_login_refresh(struct task *task, struct err *err)
{
	struct identity *identity = task->platform->identity;
	const struct refresh_request *refresh = task->body;
	struct identity_tokens tokens;

	return identity->refresh(identity, refresh->refresh_token, task->arena, &tokens, err) &&
	       answer_tokens(task, &tokens, "Still signed in", err);
}

bool handle_logout(struct task *task, struct err *err)
{
	struct identity *identity = task->platform->identity;
	const struct refresh_request *refresh = task->body;

	return identity->sign_out(identity, refresh->refresh_token, err) && task_answer_empty(task);
}

static bool answer_message(struct task *task, const char *message, struct err *err)
{
	return task_answer(task, &(struct message_answer){.message = message}, err);
}

bool handle_account_confirm(struct task *task, struct err *err)
{
	struct identity *identity = task->platform->identity;
	const struct code_request *request = task->body;

	return accounts_admit(task, err) && identity->confirm(identity, request->email, request->code, err) &&
	       answer_message(task, "Confirmed: you can sign in now", err);
}

bool handle_password_forgot(struct task *task, struct err *err)
{
	struct identity *identity = task->platform->identity;
	const struct code_request *request = task->body;

	return accounts_admit(task, err) && identity->forgot(identity, request->email, err) &&
	       answer_message(task, "If there is such an account, a code is on its way to it", err);
}

bool handle_password_reset(struct task *task, struct err *err)
{
	struct identity *identity = task->platform->identity;
	const struct code_request *request = task->body;

	return accounts_admit(task, err) &&
	       identity->reset(identity, request->email, request->code, request->password, err) &&
	       answer_message(task, "The password is changed: sign in with the new one", err);
}

bool handle_password_change(struct task *task, struct err *err)
{
	struct identity *identity = task->platform->identity;
	const struct password_request *request = task->body;

	return identity->change_password(identity, &task->who, task->token, request->password, request->new_password,
					 &task->retry_after, err) &&
	       answer_message(task, "The password is changed", err);
}
