/* The search's index: what is put into it, and what is asked of it. */
#include "platform/store/sqlite/search.h"

#include <string.h>

#include "base/buf.h"
#include "platform/store/sqlite/search_former.h"

bool search_state(struct db_connection *connection, struct search_state *ret_state, struct err *err)
{
	sqlite3_stmt *statement = sql_query(connection, err, "SELECT built, former, unmerged FROM search_state", "");
	enum db_step step = statement ? db_step(connection, statement, err) : DB_ERROR;

	if (step != DB_ROW)
		return step == DB_DONE ? err_set(err, ERR_INTERNAL, "The search has no state") : false;
	*ret_state = (struct search_state){.built = sqlite3_column_int64(statement, 0),
					   .former = sqlite3_column_int(statement, 1) != 0,
					   .unmerged = sqlite3_column_int64(statement, 2)};
	sqlite3_reset(statement); /* a table can't be dropped while something is being read */
	return true;
}

/* ---- documents ---- */

static bool add_term(void *context, const char *term, size_t length)
{
	struct buf *document = context;

	buf_add(document, term, length);
	buf_add_char(document, ' ');
	return !document->failed;
}

static bool write_document(struct buf *document, struct arena *arena, const struct product_row *row,
			   const char *seller_name)
{
	const struct search_product product = {.name = row->product.name,
					       .category = row->product.category,
					       .seller_name = seller_name,
					       .description = row->product.description};
	char tag[SEARCH_TAG_SIZE];

	if (!search_terms(arena, &product, add_term, document))
		return false;
	search_category_tag(row->product.category, tag);
	buf_printf(document, "%s ", tag);
	search_seller_tag(row->seller, tag);
	buf_add_str(document, tag);
	return !document->failed;
}

static bool change_index(struct db_connection *connection, const char *sql, const struct product_row *row,
			 const char *seller_name, struct err *err)
{
	struct buf document;
	struct arena arena;

	arena_init(&arena, SEARCH_DOCUMENT_MAX);
	buf_init(&document, SEARCH_DOCUMENT_MAX);
	bool done = write_document(&document, &arena, row, seller_name)
			? sql_run(connection, err, sql, "it", row->n, buf_str(&document))
			: err_memory(err, "indexing a product");
	buf_done(&document);
	arena_done(&arena);
	return done && sql_run(connection, err, "UPDATE search_state SET unmerged = unmerged + 1", "");
}

bool search_put(struct db_connection *connection, const struct product_row *row, const char *seller_name,
		struct err *err)
{
	return change_index(connection, "INSERT INTO search_place (rowid, terms) VALUES (?, ?)", row, seller_name, err);
}

bool search_take(struct db_connection *connection, const struct product_row *row, const char *seller_name,
		 struct err *err)
{
	return change_index(connection,
			    "INSERT INTO search_place (search_place, rowid, terms) VALUES ('delete', ?, ?)", row,
			    seller_name, err);
}

bool search_seller_name(struct db_connection *connection, const struct product_row *row, int64_t after,
			struct arena *arena, const char **ret_name, struct err *err)
{
	static const char sql[] = "SELECT name FROM search_rename WHERE seller = ?1 AND number > ?2"
				  " AND next <= ?3 AND last >= ?3 ORDER BY number LIMIT 1";
	sqlite3_stmt *statement = sql_query(connection, err, sql, "iii", row->seller, after, row->n);
	enum db_step step = statement ? db_step(connection, statement, err) : DB_ERROR;
	bool failed = false;

	*ret_name = step == DB_ROW ? db_column_text(statement, 0, arena, &failed) : row->product.seller_name;
	return failed ? err_memory(err, "indexing a product") : step != DB_ERROR;
}

/* The same change of both indexes, as far as they go. */
static bool change(struct db_connection *connection, const struct product_row *row,
		   bool (*index)(struct db_connection *, const struct product_row *, const char *, struct err *),
		   bool (*former)(struct db_connection *, const struct product_row *, struct err *), struct err *err)
{
	struct search_state state = {0};
	struct arena scratch;
	const char *name = NULL;

	if (!search_state(connection, &state, err) || (state.former && !former(connection, row, err)))
		return false;
	if (row->n > state.built)
		return true;
	arena_init(&scratch, SEARCH_DOCUMENT_MAX);
	bool done = search_seller_name(connection, row, 0, &scratch, &name, err) && index(connection, row, name, err);
	arena_done(&scratch);
	return done;
}

bool search_add(struct db_connection *connection, const struct product_row *row, struct err *err)
{
	return change(connection, row, search_put, former_add, err);
}

bool search_remove(struct db_connection *connection, const struct product_row *row, struct err *err)
{
	return change(connection, row, search_take, former_remove, err);
}

/* ---- queries ---- */

/* Stands a word at one of these places? */
static void write_word(struct buf *to, const struct search_word *word, enum search_place from, enum search_place last)
{
	buf_add_char(to, '(');
	for (unsigned place = from; place <= last; place++)
		buf_printf(to, "%s\"%u%.*s\"", place > from ? " OR " : "", place, (int)word->length, word->text);
	buf_add_char(to, ')');
}

/* All words of a unit, each at one of these places; or, with `any`, at least one of them. */
static void write_unit(struct buf *to, const struct search_query *query, const struct search_unit *unit,
		       enum search_place from, enum search_place last, bool any)
{
	const char *link = "";

	buf_add_char(to, '(');
	if (unit->joined >= 0) {
		write_word(to, &query->words[unit->joined], from, last);
		buf_add_str(to, " OR (");
	}
	for (size_t i = 0; i < query->words_count; i++) {
		if (!(unit->words >> i & 1))
			continue;
		buf_add_str(to, link);
		write_word(to, &query->words[i], from, last);
		link = any ? " OR " : " AND ";
	}
	buf_add_str(to, unit->joined >= 0 ? "))" : ")");
}

static void write_units(struct buf *to, const struct search_query *query, enum search_place from,
			enum search_place last, bool any)
{
	buf_add_char(to, '(');
	for (size_t i = 0; i < query->units_count; i++) {
		buf_add_str(to, !i ? "" : any ? " OR " : " AND ");
		write_unit(to, query, &query->units[i], from, last, any);
	}
	buf_add_char(to, ')');
}

static bool has_joined(const struct search_query *query)
{
	for (size_t i = 0; i < query->units_count; i++)
		if (query->units[i].joined >= 0)
			return true;
	return false;
}

/* At this place: all words here or better, one of them here, and it isn't found at a better place. Where no unit has
 * two ways, the last follows from the others but for the whole name. */
static void write_place(struct buf *to, const struct search_query *query, enum search_place place)
{
	bool ways = has_joined(query);

	if (place == SEARCH_NAME) {
		buf_printf(to, "\"0%s\"", query->whole);
		return;
	}
	buf_add_str(to, "((");
	if (query->units_count == 1 && !ways) {
		write_word(to, &query->words[0], place, place);
	} else {
		write_units(to, query, SEARCH_NAME_WORD, place, false);
		if (place > SEARCH_NAME_WORD) {
			buf_add_str(to, " AND ");
			write_units(to, query, place, place, true);
		}
	}
	buf_add_char(to, ')');
	if (place == SEARCH_NAME_WORD)
		buf_printf(to, " NOT \"0%s\"", query->whole);
	else if (ways) {
		buf_add_str(to, " NOT ");
		write_units(to, query, SEARCH_NAME_WORD, place - 1, false);
	}
	buf_add_char(to, ')');
}

static void write_tag(struct buf *to, const char *tag)
{
	buf_printf(to, "%s\"%s\"", to->length ? " AND " : "", tag);
}

const char *search_expression(struct arena *arena, const struct search_query *query, enum search_place place,
			      const char *category, int64_t seller, struct err *err)
{
	struct buf expression;
	char tag[SEARCH_TAG_SIZE];

	buf_init(&expression, SEARCH_DOCUMENT_MAX);
	if (query && place == SEARCH_PLACES)
		write_units(&expression, query, SEARCH_NAME_WORD, SEARCH_DESCRIPTION, false);
	else if (query)
		write_place(&expression, query, place);
	if (category) {
		search_category_tag(category, tag);
		write_tag(&expression, tag);
	}
	if (seller) {
		search_seller_tag(seller, tag);
		write_tag(&expression, tag);
	}
	const char *text = expression.failed ? NULL : arena_strdup(arena, buf_str(&expression));
	buf_done(&expression);
	if (!text)
		err_memory(err, "searching");
	return text;
}
