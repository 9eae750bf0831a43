/* Changes of an account: what a seller's new name is to be found by stands on products and the search. */
#include "models/normal.h"
#include "platform/store/sqlite/search.h"

struct account_change {
	const struct sqlite_store *store;
	enum group group;
	const char *id;
	const struct account_patch *patch;
	const char *name_key; /* of the patch */
	const char *address;  /* of the patch, as one text; "": none any more */
	struct arena *arena;
	struct account account;
};

/* The search learns a seller's name at once where that is little, else by and by (`tend`). */
static bool update(struct db_connection *connection, void *context, struct err *err)
{
	struct account_change *change = context;
	const struct account_patch *patch = change->patch;
	bool done;

	if (change->group == GROUP_SELLERS && patch->full_name && !account_names_change(connection, err))
		return false;
	return sql_run(connection, err,
		       "UPDATE account SET full_name = ifnull(?3, full_name), name_key = ifnull(?4, name_key),"
		       " mobile = ifnull(?5, mobile), address = nullif(ifnull(?6, address), '')"
		       " WHERE id = ?1 AND grp = ?2 AND deleted = 0",
		       "titttt", change->id, (int64_t)change->group, patch->full_name, change->name_key, patch->mobile,
		       change->address) &&
	       account_read(connection, change->group, change->id, change->arena, &change->account, err) &&
	       search_rename(change->store, connection, &done, err);
}

bool sqlite_account_update(struct store *store, enum group group, const char *id, const struct account_patch *patch,
			   struct arena *arena, struct account *ret_account, struct err *err)
{
	struct account_change change = {
	    .store = (struct sqlite_store *)store, .group = group, .id = id, .patch = patch, .arena = arena};

	if (patch->full_name && !(change.name_key = normal_order_key(arena, patch->full_name, STORE_NAME_KEY)))
		return err_memory(err, "changing an account");
	if (patch->address && !address_join(patch->address, patch->address_count, arena, &change.address, err))
		return false;
	if (!db_write(change.store->db, update, &change, err))
		return false;
	*ret_account = change.account;
	return true;
}
