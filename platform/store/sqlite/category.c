/* Categories: each is there while something is sold in it, under the name that it was first written by. */
#include <string.h>

#include "models/normal.h"
#include "platform/store/sqlite/internal.h"

/* Of files from before there may be several that are one when they are folded, until `tend` has been through the
 * products: the one that was there first. */
static bool find(struct db_connection *connection, const char *name, struct arena *arena, const char **ret_name,
		 struct err *err)
{
	static const char sql[] =
	    "SELECT c.name FROM category c WHERE c.key = ? ORDER BY"
	    " (SELECT p.n FROM product p INDEXED BY product_category WHERE p.archived = 0 AND p.category = c.name"
	    "  ORDER BY p.n LIMIT 1) LIMIT 1";
	const char *key = normal_category_key(arena, name);
	sqlite3_stmt *statement = key ? sql_query(connection, err, sql, "t", key) : NULL;
	bool failed = !key;
	enum db_step step = statement ? db_step(connection, statement, err) : DB_ERROR;

	*ret_name = step == DB_ROW ? db_column_text(statement, 0, arena, &failed) : NULL;
	return failed ? err_memory(err, "finding a category") : step != DB_ERROR;
}

/* Nearly always it is asked for as it is written: that is looked up without a sort. */
bool category_find(struct db_connection *connection, const char *name, struct arena *arena, const char **ret_name,
		   struct err *err)
{
	static const char sql[] = "SELECT 1 FROM category WHERE name = ?";
	int64_t one;
	bool as_written;

	if (!sql_number(connection, sql_query(connection, err, sql, "t", name), &one, &as_written, err))
		return false;
	if (!as_written)
		return find(connection, name, arena, ret_name, err);
	*ret_name = arena_strdup(arena, name);
	return *ret_name || err_memory(err, "finding a category");
}

bool category_settle(struct db_connection *connection, const char *name, struct arena *arena, const char **ret_name,
		     struct err *err)
{
	const char *known;

	if (!find(connection, name, arena, &known, err))
		return false;
	const char *normal = normal_name(arena, known ? known : name);
	if (!normal)
		return err_memory(err, "finding a category");
	*ret_name = *normal ? normal : normal_unnamed;
	return true;
}

bool category_add(struct db_connection *connection, const char *name, struct arena *arena, struct err *err)
{
	const char *key = normal_category_key(arena, name);

	return key ? sql_run(connection, err,
			     "INSERT INTO category (name, products, key) VALUES (?, 1, ?)"
			     " ON CONFLICT (name) DO UPDATE SET products = products + 1",
			     "tt", name, key)
		   : err_memory(err, "adding to a category");
}

bool category_remove(struct db_connection *connection, const char *name, struct err *err)
{
	return sql_run(connection, err, "UPDATE category SET products = products - 1 WHERE name = ?", "t", name) &&
	       sql_run(connection, err, "DELETE FROM category WHERE name = ? AND products = 0", "t", name);
}

/* ---- listing them ---- */

struct category_listing {
	struct store_page page;
	struct arena *arena;
	struct category_page categories;
	const char *next;
};

static void take_category(sqlite3_stmt *statement, void *row, struct sql_list *list)
{
	struct category *category = row;

	category->name = db_column_text(statement, 0, list->arena, &list->failed);
	category->products = sqlite3_column_int64(statement, 1);
}

static bool list_categories(struct db_connection *connection, void *context, struct err *err)
{
	struct category_listing *listing = context;
	struct sql_list found = {.arena = listing->arena,
				 .most = listing->page.limit,
				 .size = sizeof(struct category),
				 .take = take_category,
				 .doing = "listing categories"};

	if (!sql_list(connection,
		      sql_query(connection, err, "SELECT name, products FROM category WHERE name > ? ORDER BY name",
				"t", listing->page.after ? listing->page.after : ""),
		      &found, err))
		return false;
	listing->categories = (struct category_page){.categories = found.rows, .categories_count = found.count};
	listing->next = found.more ? listing->categories.categories[found.count - 1].name : NULL;
	return true;
}

bool sqlite_category_list(struct store *store, struct store_page page, struct arena *arena,
			  struct category_page *ret_page, const char **ret_next, struct err *err)
{
	struct category_listing listing = {.page = page, .arena = arena};

	if (!list_rule_page(page, err) || (page.after && !list_rule_category(page.after, err)))
		return false;
	if (!db_read(((struct sqlite_store *)store)->db, list_categories, &listing, err))
		return false;
	*ret_page = listing.categories;
	*ret_next = listing.next;
	return true;
}
