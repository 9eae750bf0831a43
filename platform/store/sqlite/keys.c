/* Idempotency keys. What is kept under a key is the purchase; its answer is written anew. Keys from before that also
 * keep the answer's bytes, until they have been found to follow from the purchase. */
#include <string.h>

#include "base/buf.h"
#include "platform/store/sqlite/order.h"

enum { ANSWER_MAX = 1024 * 1024, KEYS_SLICE = 64, ANSWERS_SLICE = 16 };

/* What an answer's members were. */
enum form { FORM_UNKNOWN, FORM_WITHOUT_PARTS, FORM_TODAY };

/* The first answer of a purchase, as a program of that time would have written it. */
static bool read_made(const struct sqlite_store *store, struct db_connection *connection, int64_t n, int form,
		      struct arena *arena, struct purchase *ret_purchase, struct err *err)
{
	if (!purchase_made(store, connection, n, arena, ret_purchase, err))
		return false;
	if (form != FORM_TODAY)
		ret_purchase->parts_count = 0;
	return true;
}

/* The bytes that an earlier program wrote, and the purchase in them. */
static bool read_kept(sqlite3_stmt *statement, int column, struct arena *arena, struct store_purchase_result *result,
		      struct err *err)
{
	bool failed = false;

	result->kept = db_column_text(statement, column, arena, &failed);
	result->kept_length = (size_t)sqlite3_column_bytes(statement, column);
	if (failed || !result->kept)
		return err_memory(err, "reading an answer");
	cJSON *json = json_parse(result->kept, result->kept_length, JSON_VALUES_ANSWER, err);
	bool good = json && shape_decode_answer(&purchase_shape, json, arena, &result->purchase, err);
	cJSON_Delete(json);
	return good ||
	       (err && err->kind == ERR_MEMORY ? false : err_set(err, ERR_INTERNAL, "A kept answer is damaged"));
}

bool order_key_find(const struct sqlite_store *store, struct db_connection *connection, int64_t client,
	      const struct store_purchase *wanted, struct arena *arena, bool *ret_known,
	      struct store_purchase_result *ret_result, struct err *err)
{
	sqlite3_stmt *statement = sql_query(
	    connection, err, "SELECT digest, purchase, form, answer FROM purchase_key WHERE client = ? AND key = ?",
	    "it", client, wanted->key);
	enum db_step step = statement ? db_step(connection, statement, err) : DB_ERROR;
	struct store_purchase_result result = {.replayed = true};

	if (step == DB_ERROR)
		return false;
	*ret_known = step == DB_ROW;
	if (!*ret_known)
		return true;
	if (sqlite3_column_bytes(statement, 0) != sizeof wanted->digest ||
	    memcmp(sqlite3_column_blob(statement, 0), wanted->digest, sizeof wanted->digest) != 0)
		return err_code(err, ERR_UNPROCESSABLE, "key_reused",
				"This Idempotency-Key was used for another purchase");

	int64_t purchase = sqlite3_column_int64(statement, 1);
	int form = sqlite3_column_int(statement, 2);
	bool kept = sqlite3_column_type(statement, 3) != SQLITE_NULL;
	if (kept ? !read_kept(statement, 3, arena, &result, err)
		 : !read_made(store, connection, purchase, form, arena, &result.purchase, err))
		return false;
	*ret_result = result;
	return true;
}

bool order_key_keep(struct db_connection *connection, int64_t client, int64_t purchase,
		    const struct store_purchase *wanted, int64_t now, struct err *err)
{
	return sql_run(connection, err,
		       "INSERT INTO purchase_key (client, key, digest, created_at, purchase, form)"
		       " VALUES (?, ?, ?, ?, ?, ?)",
		       "itbiii", client, wanted->key, (const void *)wanted->digest, sizeof wanted->digest, now,
		       purchase, (int64_t)FORM_TODAY);
}

bool order_key_answer(const struct sqlite_store *store, struct db_connection *connection, int64_t purchase, int form,
		struct arena *arena, const char **ret_answer, struct err *err)
{
	struct purchase made;
	struct buf buf;
	struct json json = json_writer(&buf);

	*ret_answer = NULL;
	if (form == FORM_TODAY)
		return true;
	if (!read_made(store, connection, purchase, form, arena, &made, err))
		return false;
	buf_init(&buf, ANSWER_MAX);
	shape_write(&purchase_shape, &made, &json);
	*ret_answer = buf.failed ? NULL : arena_strdup(arena, buf_str(&buf));
	buf_done(&buf);
	return *ret_answer || err_memory(err, "writing an answer");
}

bool order_key_import(struct db_connection *connection, int64_t client, int64_t purchase, const struct row_key *key,
		struct err *err)
{
	const char *sql = purchase
			      ? "INSERT INTO purchase_key (client, key, digest, created_at, form, answer, purchase)"
				" VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
			      : "INSERT INTO purchase_key (client, key, digest, created_at, form, answer)"
				" VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";

	return sql_run(connection, err, sql, purchase ? "itbiiti" : "itbiit", client, key->key,
		       (const void *)key->digest, sizeof key->digest, key->kept_until - STORE_KEY_AGE_MS,
		       (int64_t)(key->answer ? FORM_UNKNOWN : FORM_TODAY), key->answer, purchase);
}

bool keys_forget_answers(struct db_connection *connection, int64_t seller, int64_t after, int64_t last, struct err *err)
{
	return sql_run(connection, err,
		       "UPDATE purchase_key SET answer = NULL, form = ?4 WHERE n IN (SELECT k.n FROM sale s"
		       " CROSS JOIN purchase u ON u.n = s.purchase CROSS JOIN purchase_key k ON k.client = u.client"
		       " WHERE s.seller = ?1 AND s.n > ?2 AND s.n <= ?3 AND k.purchase = u.n AND k.answer IS NOT NULL)",
		       "iiii", seller, after, last, (int64_t)FORM_WITHOUT_PARTS);
}

/* ---- keys that have grown old ---- */

bool keys_look(struct db_connection *connection, void *context, struct err *err)
{
	struct tending *tending = context;
	int64_t n;

	return sql_number(connection,
			  sql_query(connection, err, "SELECT n FROM purchase_key WHERE created_at < ? LIMIT 1", "i",
				    tending->now - STORE_KEY_AGE_MS),
			  &n, &tending->due, err);
}

bool keys_slice(struct db_connection *connection, void *context, struct err *err)
{
	const struct tending *tending = context;

	return sql_run(connection, err,
		       "DELETE FROM purchase_key WHERE n IN"
		       " (SELECT n FROM purchase_key WHERE created_at < ? ORDER BY created_at LIMIT ?)",
		       "ii", tending->now - STORE_KEY_AGE_MS, (int64_t)KEYS_SLICE);
}

/* ---- answers from before, compared with what their purchases give ---- */

bool answers_look(struct db_connection *connection, void *context, struct err *err)
{
	struct tending *tending = context;
	int64_t n;

	return sql_number(connection,
			  db_statement(connection,
				       "SELECT n FROM purchase_key WHERE answer IS NOT NULL AND form = 0 LIMIT 1", err),
			  &n, &tending->due, err);
}

/* Is what would be written today what was written then? */
static bool is_same(const struct purchase *purchase, const char *answer, size_t length, bool *ret_same, struct err *err)
{
	struct buf buf;
	struct json json = json_writer(&buf);

	buf_init(&buf, ANSWER_MAX);
	shape_write(&purchase_shape, purchase, &json);
	*ret_same = buf.length == length && !memcmp(buf_str(&buf), answer, length);
	bool written = !buf.failed;
	buf_done(&buf);
	return written || err_memory(err, "comparing an answer");
}

struct old_answer {
	int64_t n, purchase;
	const char *text;
	size_t length;
};

static bool compare(const struct sqlite_store *store, struct db_connection *connection, const struct old_answer *old,
		    struct arena *scratch, struct err *err)
{
	struct purchase purchase;
	bool same = false;

	if (old->purchase &&
	    (!read_made(store, connection, old->purchase, FORM_WITHOUT_PARTS, scratch, &purchase, err) ||
	     !is_same(&purchase, old->text, old->length, &same, err)))
		return false;
	return sql_run(connection, err, "UPDATE purchase_key SET form = ?, answer = iif(?, NULL, answer) WHERE n = ?",
		       "iii", (int64_t)FORM_WITHOUT_PARTS, (int64_t)same, old->n);
}

static void take_old(sqlite3_stmt *statement, void *row, struct sql_list *list)
{
	*(struct old_answer *)row = (struct old_answer){
	    .n = sqlite3_column_int64(statement, 0),
	    .purchase = sqlite3_column_int64(statement, 1),
	    .text = db_column_text(statement, 2, list->arena, &list->failed),
	    .length = (size_t)sqlite3_column_bytes(statement, 2),
	};
}

bool answers_slice(struct db_connection *connection, void *context, struct err *err)
{
	const struct tending *tending = context;
	struct old_answer old[ANSWERS_SLICE];
	struct arena scratch;
	struct sql_list found = {.arena = &scratch,
				 .rows = old,
				 .most = ANSWERS_SLICE,
				 .size = sizeof *old,
				 .take = take_old,
				 .doing = "comparing answers"};

	arena_init(&scratch, SIZE_MAX);
	bool done = sql_list(connection,
			     sql_query(connection, err,
				       "SELECT n, purchase, answer FROM purchase_key"
				       " WHERE answer IS NOT NULL AND form = 0",
				       ""),
			     &found, err);
	for (size_t i = 0; done && i < found.count; i++)
		done = compare(tending->store, connection, &old[i], &scratch, err);
	arena_done(&scratch);
	return done;
}
