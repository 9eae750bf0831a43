#include "platform/accounts.h"

bool accounts_admit(struct call *call, struct err *err)
{
	struct identity *identity = call->platform->identity;

	return identity->admit(identity, call->request->address, &call->retry_after, err);
}

/* The account of a login that was there already: does it exist? When not, it was deleted and the login outlived it. */
static bool is_taken(struct call *call, const struct account *account)
{
	struct store *store = call->platform->store;
	struct account found;
	struct err err = {.kind = ERR_NONE};

	return store->account_get(store, account->group, account->id, call->arena, &found, &err) ||
	       err.kind != ERR_NOT_FOUND;
}

static bool sign_up(struct call *call, struct account *account, bool *ret_existed, struct err *err)
{
	struct identity *identity = call->platform->identity;
	struct store *store = call->platform->store;
	const struct sign_up_request *request = call->body;

	return identity->sign_up(identity, request->email, request->password, account->group, call->arena, &account->id,
				 ret_existed, err) &&
	       store->account_create(store, account, err);
}

bool accounts_create(struct call *call, enum group group, const char *path, struct err *err)
{
	struct identity *identity = call->platform->identity;
	const struct sign_up_request *request = call->body;
	struct account account = {.group = group,
				  .email = request->email,
				  .full_name = request->full_name,
				  .mobile = request->mobile};
	bool existed = false;

	if (!accounts_admit(call, err))
		return false;
	if (!sign_up(call, &account, &existed, err)) {
		if (!existed || err->kind != ERR_CONFLICT)
			return false;
		if (is_taken(call, &account))
			return err_code(err, ERR_CONFLICT, "email_taken",
					"There is an account with that e-mail address already");
		if (!identity->remove(identity, account.id, err) || !sign_up(call, &account, &existed, err))
			return false;
	}
	call_location(call, path, account.id);
	return call_answer(call, &account, err);
}

bool accounts_update(struct call *call, struct err *err)
{
	struct store *store = call->platform->store;
	const struct account_patch *patch = call->body;
	struct account account;

	if (!patch->given)
		return call_invalid(call, err, "", VIOLATION_changes_nothing);
	return store->account_update(store, call->who.group, call->id, patch, call->arena, &account, err) &&
	       call_answer(call, &account, err);
}

/* The data go first: should the login outlive them, it opens nothing any more, and signing up again removes it. (A store
 * that has the logins in the same database removes both at once.) */
bool accounts_delete(struct call *call, struct err *err)
{
	struct identity *identity = call->platform->identity;
	struct store *store = call->platform->store;

	return store->account_delete(store, call->who.group, call->id, err) &&
	       identity->remove(identity, call->id, err) && call_answer_empty(call);
}
