/* What is kept for finding a product: rows that follow from what it is.
 *
 * Which rows there may be stands in an item of the product's own, X: a line each. Whoever changes rows first claims X
 * by counting up its `rev`, with the lines that are there and those that will be; then puts rows, deletes others, and
 * writes which are left. Rows are deleted in transactions that check `rev`: so one who was overtaken deletes nothing
 * that another one has put. What they still put is a row too many at worst, which finds a product that, looked at,
 * isn't what is asked for. After the claim the product is read again, since a later change of it may have been found
 * done before. A claim that was left by a crash (`all` is false) says by its lines what may be there, so the next one
 * can tidy up.
 *
 * Lines: "W<term>" a word; "N<price><pk>" a row in a list by id; "P<price><pk>" one in a list by price; prices of 12
 * digits.
 */
#include "platform/store/dynamodb/search.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "models/search.h"

enum { FOLLOW_MEMORY = 16 * 1024 * 1024, LINES_MAX = 256 * 1024, PRICE_DIGITS = 12 };

const char *ddb_pk_in_stock(struct arena *arena, const char *pk)
{
	return arena_printf(arena, "I%s", pk);
}

/* ---- lines ---- */

struct lines {
	const char *text; /* "line\nline", "" for none */
	const char **list;
	size_t count;
};

struct following {
	struct dynamodb_store *store;
	struct arena *arena;
	const char *id;
	struct lines wanted, kept; /* rows that there should be; that X tells of */
	bool all;		   /* those that X tells of are there, each */
	int64_t rev;
	const char *claimed; /* lines of rows that were put before somebody else was quicker; NULL: none */
};

static bool split(struct arena *arena, const char *text, struct lines *ret_lines)
{
	struct lines lines = {.text = text};
	size_t most = 1;

	for (const char *at = text; *at; at++)
		most += *at == '\n';
	lines.list = arena_array(arena, most, sizeof *lines.list);
	for (const char *at = text; lines.list && *(at += strspn(at, "\n"));) {
		const size_t length = strcspn(at, "\n");

		if (!(lines.list[lines.count++] = arena_strndup(arena, at, length)))
			return false;
		at += length;
	}
	*ret_lines = lines;
	return lines.list;
}

/* Two lines of one row: a row in a list by id stays the same when its price changes. */
static bool is_same_row(const char *line, const char *other)
{
	const size_t price = *line == 'N' && *other == 'N' ? PRICE_DIGITS + 1 : 0;

	return !strcmp(line + price, other + price);
}

/* Is there such a row among the first ones? */
static bool has_row(const struct lines *lines, size_t count, const char *line)
{
	for (size_t i = 0; i < count; i++)
		if (is_same_row(lines->list[i], line))
			return true;
	return false;
}

static bool has_line(const struct lines *lines, size_t count, const char *line)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(lines->list[i], line))
			return true;
	return false;
}

static bool add_term(void *context, const char *term, size_t length)
{
	struct buf *text = context;

	buf_printf(text, "%sW%.*s", text->length ? "\n" : "", (int)length, term);
	return !text->failed;
}

static void add_lists(struct buf *text, struct arena *arena, const struct ddb_product *found)
{
	const struct product *product = &found->product;
	const char *const of[DDB_LISTINGS] = {[DDB_CATEGORY] = found->category_key, [DDB_SELLER] = product->seller_id};

	for (enum ddb_listing along = DDB_ALL; along < DDB_LISTINGS; along++) {
		const char *newest = ddb_pk_newest(arena, along, of[along]),
			   *priced = ddb_pk_price(arena, along, of[along]);

		if (!newest || !priced)
			text->failed = true;
		else
			buf_printf(text, "\nN%012" PRId64 "I%s\nP%012" PRId64 "I%s", product->price, newest,
				   product->price, priced);
	}
}

/* What should be there of the product as it is now; nothing when it is not on sale. */
static bool want(struct following *following, struct err *err)
{
	struct ddb_product found;

	if (!ddb_products_read(following->store, &following->id, 1, true, following->arena, &found, err))
		return false;
	const struct product *product = &found.product;
	const struct search_product texts = {.name = product->name,
					     .category = product->category,
					     .seller_name = product->seller_name,
					     .description = product->description};
	struct buf text;

	buf_init(&text, LINES_MAX);
	bool good = found.gone || search_terms(following->arena, &texts, add_term, &text);
	if (!found.gone && product->stock > 0)
		add_lists(&text, following->arena, &found);
	const char *copy = good && !text.failed ? arena_strdup(following->arena, buf_str(&text)) : NULL;
	buf_done(&text);
	return (copy && split(following->arena, copy, &following->wanted)) || err_memory(err, "indexing a product");
}

/* ---- what is there ---- */

static bool read_kept(struct following *following, struct err *err)
{
	const struct dynamo_key key = ddb_key_indexed(following->arena, following->id);
	struct dynamo_items items;
	bool failed = false;
	const char *text = NULL;

	if (!ddb_get(following->store, key, true, following->arena, &items, err))
		return false;
	if (items.items[0]) {
		text = item_text(items.items[0], "l", following->arena, &failed);
		following->rev = item_number(items.items[0], "rev", 0);
		following->all = item_truth(items.items[0], "all");
	} else {
		following->rev = 0;
		following->all = true;
	}
	dynamo_items_done(&items);
	if (!failed && following->claimed) {
		text = text ? arena_printf(following->arena, "%s\n%s", text, following->claimed) : following->claimed;
		failed = !text;
		following->all = false;
	}
	return (!failed && split(following->arena, text ? text : "", &following->kept)) ||
	       err_memory(err, "indexing a product");
}

/* The lines of what there may be until this is done. */
static const char *join(const struct following *following)
{
	const struct lines *wanted = &following->wanted, *kept = &following->kept;
	struct buf text;

	buf_init(&text, LINES_MAX);
	buf_add_str(&text, wanted->text);
	for (size_t i = 0; i < kept->count; i++)
		if (!has_line(wanted, wanted->count, kept->list[i]) && !has_line(kept, i, kept->list[i]))
			buf_printf(&text, "%s%s", text.length ? "\n" : "", kept->list[i]);
	const char *copy = text.failed ? NULL : arena_strdup(following->arena, buf_str(&text));
	buf_done(&text);
	return copy;
}

/* ---- changing it ---- */

static struct dynamo_key key_of(const struct following *following, const char *line)
{
	const char *pk = line + 1 + PRICE_DIGITS;

	switch (*line) {
	case 'W':
		return ddb_key_posting(following->arena, line + 1, strlen(line + 1), following->id);
	case 'N':
		return (struct dynamo_key){pk, following->id};
	default:
		return (struct dynamo_key){
		    pk, arena_printf(following->arena, "%.*s#%s", PRICE_DIGITS, line + 1, following->id)};
	}
}

/* X as it is from now on, if it still is what was read or written last. No lines: there is none any more. */
static bool write_kept(struct following *following, const char *text, bool all, struct err *err)
{
	struct ddb_writing writing = {.arena = following->arena};
	const struct dynamo_key key = ddb_key_indexed(following->arena, following->id);
	const char *condition = following->rev ? "#rev = :before" : "attribute_not_exists(#rev)";
	/* A value that no expression names is refused. */
	const struct attr before =
	    following->rev ? ATTR_NUMBER(":before", following->rev) : (struct attr){.name = NULL};

	if (!text)
		return err_memory(err, "indexing a product");
	if (*text || !all)
		ddb_add_put(&writing, key, condition,
			    ATTRS(ATTR_NUMBER("rev", following->rev + 1), ATTR_TRUTH("all", all), ATTR_TEXT("l", text),
				  before));
	else
		ddb_add_delete(&writing, key, condition, &before, 1);
	if (!ddb_write(following->store, &writing, NULL, err))
		return false;
	following->rev++;
	return true;
}

static bool put_rows(struct following *following, struct err *err)
{
	const struct lines *wanted = &following->wanted;
	struct dynamo_write *writes = arena_array(following->arena, wanted->count + 1, sizeof *writes);
	struct attr *prices = arena_array(following->arena, wanted->count + 1, sizeof *prices);
	size_t count = 0;

	if (!writes || !prices)
		return err_memory(err, "indexing a product");
	for (size_t i = 0; i < wanted->count; i++) {
		const char *line = wanted->list[i];

		if (following->all && has_line(&following->kept, following->kept.count, line))
			continue;
		prices[count] = ATTR_NUMBER("p", strtoll(line + 1, NULL, 10));
		writes[count] = (struct dynamo_write){.op = DYNAMO_PUT, .key = key_of(following, line)};
		if (*line == 'N') {
			writes[count].attrs = &prices[count];
			writes[count].attrs_count = 1;
		}
		if (!writes[count].key.pk || !writes[count].key.sk)
			return err_memory(err, "indexing a product");
		count++;
	}
	return !count || dynamo_put_many(following->store->dynamo, writes, count, err);
}

static bool delete_rows(struct following *following, struct err *err)
{
	const struct lines *wanted = &following->wanted, *kept = &following->kept;

	for (size_t i = 0; i < kept->count;) {
		struct ddb_writing writing = {.arena = following->arena};

		ddb_add_check(&writing, ddb_key_indexed(following->arena, following->id), "#rev = :rev",
			      ATTRS(ATTR_NUMBER(":rev", following->rev)));
		for (; i < kept->count && writing.count < DYNAMO_TRANSACT_MAX; i++)
			if (!has_row(wanted, wanted->count, kept->list[i]) && !has_row(kept, i, kept->list[i]))
				ddb_add_delete(&writing, key_of(following, kept->list[i]), NULL, NO_ATTRS);
		if (writing.count > 1 && !ddb_write(following->store, &writing, NULL, err))
			return false;
	}
	return true;
}

/* One go; ERR_CONFLICT: somebody else was quicker. */
static bool follow(struct following *following, struct err *err)
{
	/* X first: what is read of the product afterwards is not older than what X was made of. */
	if (!read_kept(following, err) || !want(following, err))
		return false;
	if (following->all && !strcmp(following->wanted.text, following->kept.text))
		return true;
	const char *claim = join(following);
	if (!write_kept(following, claim, false, err))
		return false;
	following->claimed = claim;
	/* Once more: whoever looked at X before it was claimed may have found nothing to do for a later change of the
	 * product. */
	const char *before = following->wanted.text;
	if (!want(following, err))
		return false;
	if (strcmp(following->wanted.text, before) != 0)
		return err_set(err, ERR_CONFLICT, "The product has changed meanwhile");
	return put_rows(following, err) && delete_rows(following, err) &&
	       write_kept(following, following->wanted.text, true, err);
}

bool dynamodb_search_follow(struct dynamodb_store *store, const char *product_id, struct err *err)
{
	struct arena arena;
	struct following following = {.store = store, .arena = &arena, .id = product_id};
	struct err failure;
	bool done;
	int tries = 0;

	arena_init(&arena, FOLLOW_MEMORY);
	while (!(done = follow(&following, &failure)) && failure.kind == ERR_CONFLICT)
		if (!ddb_again(&tries, &failure))
			break;
	arena_done(&arena);
	if (!done && err)
		*err = failure;
	return done;
}
