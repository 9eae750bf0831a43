/* Which account a login is. A login's id is Cognito's, an account's is ours: two texts that the store keeps join them.
 * The first one, by the login, decides; the second is for whoever has the account and needs the login. A third one is
 * the group that a login is put into: Cognito would put it into both. */
#include <stdio.h>
#include <string.h>

#include "platform/identity/cognito/internal.h"

static const char login_prefix[] = "login.", account_prefix[] = "account.", group_prefix[] = "group.";

/* Longer than any id of Cognito's or ours. */
enum { NAME_SIZE = 192 };

/* Ids are put into names, so they are letters, digits and hyphens. False: this is none. */
static bool name_of(const char *prefix, const char *id, char name[NAME_SIZE])
{
	static const char fit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-";
	bool fits = *id && !id[strspn(id, fit)] && strlen(id) < VERIFIED_ID_SIZE;

	if (fits)
		snprintf(name, NAME_SIZE, "%s%s", prefix, id);
	return fits;
}

static bool no_id(struct err *err)
{
	err_set(err, ERR_INTERNAL, "This is no id of a login or an account");
	return false;
}

static bool look_up(struct cognito *cognito, const char *prefix, const char *id, struct arena *arena,
		    const char **ret_value, struct err *err)
{
	char name[NAME_SIZE];
	const char *value = NULL;

	if (name_of(prefix, id, name) && !cognito->links.get(cognito->links.context, name, arena, &value, err))
		return false;
	*ret_value = value && *value ? value : NULL;
	return true;
}

bool cognito_account_of(struct cognito *cognito, const char *login, struct arena *arena, const char **ret_account,
			struct err *err)
{
	return look_up(cognito, login_prefix, login, arena, ret_account, err);
}

bool cognito_login_of(struct cognito *cognito, const char *account, struct arena *arena, const char **ret_login,
		      struct err *err)
{
	return look_up(cognito, account_prefix, account, arena, ret_login, err);
}

/* What is kept under the name from now on: what was there, or else `value`. Of several who try at once one wins. */
static bool settle(struct cognito *cognito, const char *prefix, const char *id, const char *value, struct arena *arena,
		   const char **ret_value, struct err *err)
{
	const struct identity_cognito_links *links = &cognito->links;
	char name[NAME_SIZE];
	const char *kept = NULL;
	struct err cause = {.kind = ERR_NONE};

	if (!name_of(prefix, id, name))
		return no_id(err);
	if (!links->get(links->context, name, arena, &kept, err))
		return false;
	if (!kept || !*kept) {
		bool put = links->put(links->context, name, kept, value, &cause);

		if (!put && cause.kind != ERR_CONFLICT)
			return *err = cause, false;
		if (!links->get(links->context, name, arena, &kept, err))
			return false;
	}
	bool settled = kept && *kept;
	if (settled)
		*ret_value = kept;
	else
		err_set(err, ERR_UNAVAILABLE, "This account is being removed just now: try again in a minute");
	return settled;
}

bool cognito_choose_group(struct cognito *cognito, const char *login, enum group group, struct arena *arena,
			  enum group *ret_group, struct err *err)
{
	const char *kept = NULL;

	if (!settle(cognito, group_prefix, login, group_names[group], arena, &kept, err))
		return false;
	*ret_group = verified_group(kept);
	return true;
}

bool cognito_link(struct cognito *cognito, const char *login, const char *account, struct arena *arena,
		  const char **ret_account, struct err *err)
{
	const char *kept = NULL, *back = NULL;

	if (!settle(cognito, login_prefix, login, account, arena, &kept, err) ||
	    !settle(cognito, account_prefix, kept, login, arena, &back, err))
		return false;
	if (strcmp(back, login) != 0)
		return err_set(err, ERR_INTERNAL, "Two logins belong to one account");
	*ret_account = kept;
	return true;
}

static bool clear(struct cognito *cognito, const char *prefix, const char *id, const char *before, struct err *err)
{
	const struct identity_cognito_links *links = &cognito->links;
	char name[NAME_SIZE];
	struct err cause = {.kind = ERR_NONE};

	if (!name_of(prefix, id, name))
		return no_id(err);
	/* or it was cleared already */
	if (links->put(links->context, name, before, "", &cause) || cause.kind == ERR_CONFLICT)
		return true;
	return *err = cause, false;
}

bool cognito_unlink(struct cognito *cognito, const char *login, const char *account, struct arena *arena,
		    struct err *err)
{
	const char *group = NULL;

	return look_up(cognito, group_prefix, login, arena, &group, err) &&
	       (!group || clear(cognito, group_prefix, login, group, err)) &&
	       clear(cognito, login_prefix, login, account, err) && clear(cognito, account_prefix, account, login, err);
}
