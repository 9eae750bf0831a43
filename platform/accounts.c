#include "platform/accounts.h"

bool accounts_admit(struct task *task, struct err *err)
{
	struct identity *identity = task->platform->identity;

	return identity->admit(identity, task->request->address, &task->retry_after, err);
}

/* An account of this id can't be made: is there one? When not, it was deleted and the login outlived it. */
static bool is_taken(struct task *task, const struct account *account)
{
	struct store *store = task->platform->store;
	struct account found;
	struct err err = {.kind = ERR_NONE};

	return store->account_get(store, account->group, account->id, task->arena, &found, &err) ||
	       err.kind != ERR_NOT_FOUND;
}

/* After a failure account->id is the id of the login's account, or NULL: there is no login that is theirs. */
static bool sign_up(struct task *task, struct account *account, struct err *err)
{
	struct identity *identity = task->platform->identity;
	struct store *store = task->platform->store;
	const struct sign_up_request *request = task->body;
	bool existed;

	account->id = NULL;
	return identity->sign_up(identity, request->email, request->password, account->group, task->arena, &account->id,
				 &existed, err) &&
	       store->account_create(store, account, err);
}

/* Of several requests that sign up with one address at the same time all may come to have the login, and it is the
 * store that lets one of them make its account: whichever comes first, whoever made the login. The others find it
 * taken. */
static bool sign_up_once(struct task *task, struct account *account, struct err *err)
{
	struct identity *identity = task->platform->identity;

	for (bool again = false; !sign_up(task, account, err); again = true) {
		if (!account->id || err->kind != ERR_CONFLICT)
			return false;
		if (is_taken(task, account))
			return err_code(err, ERR_CONFLICT, "email_taken",
					"There is an account with that e-mail address already");
		if (again || !identity->remove(identity, account->id, err))
			return false;
	}
	return true;
}

bool accounts_create(struct task *task, enum group group, const char *path, struct err *err)
{
	const struct sign_up_request *request = task->body;
	struct account account = {.group = group,
				  .email = request->email,
				  .full_name = request->full_name,
				  .mobile = request->mobile};

	if (!accounts_admit(task, err) || !sign_up_once(task, &account, err))
		return false;
	task_location(task, path, account.id);
	return task_answer(task, &account, err);
}

bool accounts_update(struct task *task, struct err *err)
{
	struct store *store = task->platform->store;
	const struct account_patch *patch = task->body;
	struct account account;

	if (!patch->given)
		return task_invalid(task, err, "", VIOLATION_changes_nothing);
	return store->account_update(store, task->who.group, task->id, patch, task->arena, &account, err) &&
	       task_answer(task, &account, err);
}

/* The data go first: should the login outlive them, it opens nothing any more, and signing up again removes it. (A
 * store that has the logins in the same database removes both at once.) */
bool accounts_delete(struct task *task, struct err *err)
{
	struct identity *identity = task->platform->identity;
	struct store *store = task->platform->store;

	return store->account_delete(store, task->who.group, task->id, err) &&
	       identity->remove(identity, task->id, err) && task_answer_empty(task);
}
