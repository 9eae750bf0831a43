/* Users of the pool, as its owner sees them. */
#include <string.h>

#include "platform/identity/cognito/internal.h"

static const struct cognito_reply no_user[] = {
    {"UserNotFoundException", ERR_NOT_FOUND, "not_found", "There is no such login", NULL, NULL},
    {.error = NULL},
};

static void begin(struct cognito *cognito, struct cognito_call *call, enum cognito_op op, const char *name)
{
	cognito_call_init(cognito, call, op);
	json_member_string(&call->json, "Username", name);
}

static const char *attribute(const cJSON *user, const char *name)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(user, "UserAttributes");

	for (const cJSON *each = cJSON_IsArray(list) ? list->child : NULL; each; each = each->next) {
		const char *called = cognito_text(each, "Name");

		if (called && !strcmp(called, name))
			return cognito_text(each, "Value");
	}
	return NULL;
}

static bool read_user(const cJSON *json, struct arena *arena, struct cognito_user *user, struct err *err)
{
	const char *login = attribute(json, "sub"), *status = cognito_text(json, "UserStatus");

	if (!login || !status)
		return cognito_no_sense(COGNITO_ADMIN_GET_USER, err);
	user->login = arena_strdup(arena, login);
	user->confirmed = strcmp(status, "UNCONFIRMED") != 0;
	user->must_change = strcmp(status, "FORCE_CHANGE_PASSWORD") == 0;
	return user->login || err_memory(err, "reading a login");
}

/* The first group that is one of ours; whoever runs the pool may have others. */
static bool read_group(const cJSON *json, enum group *ret_group, struct err *err)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(json, "Groups");
	enum group group = GROUP_NONE;

	if (!cJSON_IsArray(list))
		return cognito_no_sense(COGNITO_ADMIN_LIST_GROUPS, err);
	for (const cJSON *each = list->child; each && group == GROUP_NONE; each = each->next)
		group = verified_group(cognito_text(each, "GroupName"));
	*ret_group = group;
	return true;
}

bool cognito_user_get(struct cognito *cognito, const char *name, struct arena *arena, struct cognito_user *ret_user,
		      struct err *err)
{
	struct cognito_user user = {.group = GROUP_NONE};
	struct cognito_call call;
	cJSON *json = NULL;

	begin(cognito, &call, COGNITO_ADMIN_GET_USER, name);
	if (!cognito_call_send(cognito, &call, no_user, &json, err))
		return false;
	bool good = read_user(json, arena, &user, err);
	cognito_json_free(json);
	if (!good)
		return false;

	begin(cognito, &call, COGNITO_ADMIN_LIST_GROUPS, user.login);
	if (!cognito_call_send(cognito, &call, no_user, &json, err))
		return false;
	good = read_group(json, &user.group, err);
	cognito_json_free(json);
	if (good)
		*ret_user = user;
	return good;
}

bool cognito_user_join(struct cognito *cognito, const char *login, enum group group, struct err *err)
{
	struct cognito_call call;

	begin(cognito, &call, COGNITO_ADMIN_ADD_TO_GROUP, login);
	json_member_string(&call.json, "GroupName", group_names[group]);
	return cognito_call_send(cognito, &call, no_user, NULL, err);
}

bool cognito_user_sign_out(struct cognito *cognito, const char *name, struct err *err)
{
	struct cognito_call call;

	begin(cognito, &call, COGNITO_ADMIN_SIGN_OUT, name);
	return cognito_call_send(cognito, &call, no_user, NULL, err);
}

bool cognito_user_delete(struct cognito *cognito, const char *login, struct err *err)
{
	static const struct cognito_reply gone[] = {
	    {.error = "UserNotFoundException"},
	    {.error = NULL},
	};
	struct cognito_call call;

	begin(cognito, &call, COGNITO_ADMIN_DELETE_USER, login);
	return cognito_call_send(cognito, &call, gone, NULL, err);
}
