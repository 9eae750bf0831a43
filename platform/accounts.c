#include "platform/accounts.h"

bool accounts_create(struct call *call, enum group group, const char *path, struct err *err)
{
	struct identity *identity = call->platform->identity;
	struct store *store = call->platform->store;
	const struct sign_up_request *request = call->body;
	struct account account = {.group = group,
				  .email = request->email,
				  .full_name = request->full_name,
				  .mobile = request->mobile};
	bool existed;

	if (!identity->sign_up(identity, request->email, request->password, group, call->arena, &account.id, &existed,
			       err))
		return false;
	if (!store->account_create(store, &account, err)) {
		if (existed && err->kind == ERR_CONFLICT)
			err_code(err, ERR_CONFLICT, "email_taken", "There is an account with that e-mail address already");
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
		return call_invalid(call, err, "", "changes nothing");
	return store->account_update(store, call->who.group, call->id, patch, call->arena, &account, err) &&
	       call_answer(call, &account, err);
}

/* The data go first: should the login outlive them, it opens nothing any more, and signing up again finds it. */
bool accounts_delete(struct call *call, struct err *err)
{
	struct identity *identity = call->platform->identity;
	struct store *store = call->platform->store;

	return store->account_delete(store, call->who.group, call->id, err) &&
	       identity->remove(identity, call->id, err) && call_answer_empty(call);
}
