#include "platform/move/rows.h"

#include <string.h>

#include "base/crypt.h"
#include "models/limits.h"
#include "models/shape.h"

/* The most of what is no member of the contract. */
enum { ANSWER_MAX = 1024 * 1024, MEDIA_TYPE_MAX = 40 };

#define ID_FIELD(structure, member) SHAPE_FIELD(FIELD_ID, structure, member, .required = true)
#define TEXT_FIELD(structure, member, most, ...) SHAPE_FIELD(FIELD_TEXT, structure, member, .max = (most), __VA_ARGS__)
#define COUNT_FIELD(structure, member, least, most) \
	SHAPE_FIELD(FIELD_INT, structure, member, .required = true, .min = (least), .max = (most))
#define AMOUNT_FIELD(structure, member) SHAPE_FIELD(FIELD_MONEY, structure, member, .required = true)
#define TIME_FIELD(structure, member) SHAPE_FIELD(FIELD_TIME, structure, member, .required = true)
#define LATER_FIELD(structure, member) SHAPE_FIELD(FIELD_TIME, structure, member, .optional = true)
#define FLAG_FIELD(structure, member) SHAPE_FIELD(FIELD_BOOL, structure, member, .optional = true)

/* ---- the shapes of rows; those whose bytes are texts in JSON have a struct of their own ---- */

SHAPE_DEFINE(row_account_shape, "account", struct row_account, ID_FIELD(struct row_account, id),
	     SHAPE_FIELD(FIELD_CHOICE, struct row_account, group, .required = true, .choices = group_names),
	     TEXT_FIELD(struct row_account, email, LIMIT_EMAIL),
	     TEXT_FIELD(struct row_account, full_name, LIMIT_FULL_NAME, .required = true),
	     TEXT_FIELD(struct row_account, mobile, LIMIT_FULL_NAME),
	     SHAPE_NAMES(struct row_account, address, .optional = true, .max = LIMIT_ADDRESS_LINES,
			 .each = LIMIT_ADDRESS_LINE),
	     TIME_FIELD(struct row_account, created_at), FLAG_FIELD(struct row_account, closed),
	     FLAG_FIELD(struct row_account, ending));

SHAPE_DEFINE(row_product_shape, "product", struct row_product, ID_FIELD(struct row_product, id),
	     ID_FIELD(struct row_product, seller_id),
	     TEXT_FIELD(struct row_product, name, LIMIT_NAME, .required = true),
	     TEXT_FIELD(struct row_product, description, LIMIT_DESCRIPTION, .required = true, .lines = true),
	     AMOUNT_FIELD(struct row_product, price),
	     TEXT_FIELD(struct row_product, category, LIMIT_CATEGORY, .required = true),
	     COUNT_FIELD(struct row_product, stock, 0, LIMIT_STOCK),
	     COUNT_FIELD(struct row_product, version, 1, LIMIT_VERSION), FLAG_FIELD(struct row_product, archived),
	     TIME_FIELD(struct row_product, created_at), TIME_FIELD(struct row_product, updated_at));

struct picture_text {
	const char *product_id, *media_type, *bytes; /* base64 */
};
SHAPE_DEFINE(row_picture_shape, "picture", struct picture_text, ID_FIELD(struct picture_text, product_id),
	     TEXT_FIELD(struct picture_text, media_type, MEDIA_TYPE_MAX, .required = true),
	     TEXT_FIELD(struct picture_text, bytes, CRYPT_BASE64_PADDED_SIZE(LIMIT_PICTURE), .required = true));

SHAPE_DEFINE(row_cart_item_shape, "cart_item", struct row_cart_item, ID_FIELD(struct row_cart_item, product_id),
	     COUNT_FIELD(struct row_cart_item, quantity, 1, LIMIT_QUANTITY),
	     SHAPE_FIELD(FIELD_MONEY, struct row_cart_item, price, .optional = true));
SHAPE_DEFINE(row_cart_shape, "cart", struct row_cart, ID_FIELD(struct row_cart, client_id),
	     COUNT_FIELD(struct row_cart, version, 1, LIMIT_VERSION),
	     SHAPE_ITEMS(struct row_cart, items, row_cart_item_shape, .required = true, .max = LIMIT_LINES));

SHAPE_DEFINE(row_delivery_shape, "delivery", struct delivery,
	     TEXT_FIELD(struct delivery, full_name, LIMIT_FULL_NAME, .required = true),
	     SHAPE_NAMES(struct delivery, address, .required = true, .max = LIMIT_ADDRESS_LINES,
			 .each = LIMIT_ADDRESS_LINE),
	     TEXT_FIELD(struct delivery, mobile, LIMIT_FULL_NAME, .required = true));
#define PROGRESS_FIELD(kind, member, ...) \
	{.name = #member, .type = (kind), .offset = offsetof(struct row_sale, progress.member), __VA_ARGS__}
SHAPE_DEFINE(row_sale_shape, "sale", struct row_sale, ID_FIELD(struct row_sale, id),
	     ID_FIELD(struct row_sale, seller_id),
	     TEXT_FIELD(struct row_sale, seller_name, LIMIT_FULL_NAME, .required = true),
	     SHAPE_FIELD(FIELD_CHOICE, struct row_sale, status, .required = true, .choices = sale_status_names),
	     AMOUNT_FIELD(struct row_sale, total), PROGRESS_FIELD(FIELD_TEXT, tracking, .max = LIMIT_TRACKING),
	     PROGRESS_FIELD(FIELD_TEXT, reason, .max = LIMIT_REASON),
	     PROGRESS_FIELD(FIELD_CHOICE, cancelled_by, .choices = canceller_names),
	     PROGRESS_FIELD(FIELD_TIME, shipped_at, .optional = true),
	     PROGRESS_FIELD(FIELD_TIME, delivered_at, .optional = true));
SHAPE_DEFINE(row_line_shape, "line", struct row_line, COUNT_FIELD(struct row_line, sale, 0, LIMIT_LINES - 1),
	     ID_FIELD(struct row_line, product_id),
	     TEXT_FIELD(struct row_line, product_name, LIMIT_NAME, .required = true),
	     AMOUNT_FIELD(struct row_line, price), COUNT_FIELD(struct row_line, quantity, 1, LIMIT_QUANTITY));
SHAPE_DEFINE(row_purchase_shape, "purchase", struct row_purchase, ID_FIELD(struct row_purchase, id),
	     ID_FIELD(struct row_purchase, client_id),
	     TEXT_FIELD(struct row_purchase, client_name, LIMIT_FULL_NAME, .required = true),
	     TIME_FIELD(struct row_purchase, purchase_date), AMOUNT_FIELD(struct row_purchase, total),
	     {.name = "delivery",
	      .type = FIELD_OBJECT,
	      .offset = offsetof(struct row_purchase, delivery),
	      .of = &row_delivery_shape},
	     TEXT_FIELD(struct row_purchase, note, LIMIT_NOTE, .lines = true),
	     LATER_FIELD(struct row_purchase, kept_until),
	     SHAPE_ITEMS(struct row_purchase, sales, row_sale_shape, .required = true, .min = 1, .max = LIMIT_LINES),
	     SHAPE_ITEMS(struct row_purchase, lines, row_line_shape, .required = true, .min = 1, .max = LIMIT_LINES));

struct key_text {
	const char *client_id, *key, *digest, *purchase_id, *answer;
	int64_t kept_until;
};
SHAPE_DEFINE(row_key_shape, "key", struct key_text, ID_FIELD(struct key_text, client_id),
	     TEXT_FIELD(struct key_text, key, LIMIT_IDEMPOTENCY_KEY, .required = true),
	     TEXT_FIELD(struct key_text, digest, CRYPT_BASE64_PADDED_SIZE(ROW_DIGEST), .required = true),
	     SHAPE_FIELD(FIELD_ID, struct key_text, purchase_id), TIME_FIELD(struct key_text, kept_until),
	     TEXT_FIELD(struct key_text, answer, ANSWER_MAX));

static const struct kind_row {
	const char *name;
	const struct shape *shape;
} kinds[ROW_KINDS] = {
    [ROW_ACCOUNT] = {"account", &row_account_shape}, [ROW_PRODUCT] = {"product", &row_product_shape},
    [ROW_PICTURE] = {"picture", &row_picture_shape}, [ROW_CART] = {"cart", &row_cart_shape},
    [ROW_PURCHASE] = {"purchase", &row_purchase_shape}, [ROW_KEY] = {"key", &row_key_shape},
};

const char *row_kind_name(enum row_kind kind)
{
	return kinds[kind].name;
}

enum row_kind row_kind_named(const char *name)
{
	size_t kind = 0;

	while (kind < ROW_KINDS && strcmp(kinds[kind].name, name) != 0)
		kind++;
	return (enum row_kind)kind;
}

/* ---- writing ---- */

static const char *bytes_text(const void *bytes, size_t length, struct arena *arena)
{
	char *text = arena_alloc(arena, CRYPT_BASE64_PADDED_SIZE(length));

	if (text)
		crypt_base64_padded(bytes, length, text);
	return text;
}

bool row_write(const struct store_row *row, struct arena *arena, struct json *json)
{
	struct picture_text picture;
	struct key_text key;
	const void *object = &row->account; /* a union's members begin at one place */

	if (row->kind == ROW_PICTURE) {
		picture = (struct picture_text){.product_id = row->picture.product_id,
						.media_type = row->picture.media_type,
						.bytes = bytes_text(row->picture.bytes, row->picture.length, arena)};
		if (!picture.bytes)
			return false;
		object = &picture;
	} else if (row->kind == ROW_KEY) {
		key = (struct key_text){.client_id = row->key.client_id,
					.key = row->key.key,
					.digest = bytes_text(row->key.digest, ROW_DIGEST, arena),
					.purchase_id = row->key.purchase_id,
					.kept_until = row->key.kept_until,
					.answer = row->key.answer};
		if (!key.digest)
			return false;
		object = &key;
	}
	shape_write(kinds[row->kind].shape, object, json);
	return true;
}

/* ---- reading ---- */

static bool no_bytes(const char *member, struct err *err)
{
	return err_set(err, ERR_INVALID, "%s is not base64", member);
}

static bool read_picture(const struct picture_text *text, struct arena *arena, struct row_picture *ret_picture,
			 struct err *err)
{
	size_t length = 0;
	void *bytes = arena_alloc(arena, LIMIT_PICTURE);

	if (!bytes)
		return err_memory(err, "reading a picture");
	if (!crypt_unbase64_padded(text->bytes, bytes, LIMIT_PICTURE, &length) || !length)
		return no_bytes("bytes", err);
	*ret_picture = (struct row_picture){
	    .product_id = text->product_id, .media_type = text->media_type, .bytes = bytes, .length = length};
	return true;
}

static bool read_key(const struct key_text *text, struct row_key *ret_key, struct err *err)
{
	struct row_key key = {.client_id = text->client_id,
			      .key = text->key,
			      .purchase_id = text->purchase_id,
			      .kept_until = text->kept_until,
			      .answer = text->answer};
	size_t length = 0;

	if (!crypt_unbase64_padded(text->digest, key.digest, ROW_DIGEST, &length) || length != ROW_DIGEST)
		return no_bytes("digest", err);
	if (!key.purchase_id && !key.answer)
		return err_set(err, ERR_INVALID, "purchase_id is missing");
	*ret_key = key;
	return true;
}

/* What the shape can't say: each line is of one of the sales, and each sale has a line. */
static bool check_purchase(const struct row_purchase *purchase, struct err *err)
{
	uint64_t seen = 0;

	for (size_t i = 0; i < purchase->lines_count; i++) {
		if ((size_t)purchase->lines[i].sale >= purchase->sales_count)
			return err_set(err, ERR_INVALID, "lines/%zu/sale is none of the sales", i);
		seen |= UINT64_C(1) << purchase->lines[i].sale;
	}
	return seen == (UINT64_C(1) << purchase->sales_count) - 1 ||
	       err_set(err, ERR_INVALID, "One of the sales has no line");
}

bool row_read(enum row_kind kind, const cJSON *json, struct arena *arena, struct store_row *ret_row, struct err *err)
{
	struct store_row row = {.kind = kind};
	struct violations violations = {.count = 0};
	struct picture_text picture;
	struct key_text key;
	void *object = kind == ROW_PICTURE ? (void *)&picture : kind == ROW_KEY ? (void *)&key : (void *)&row.account;

	if (!shape_decode(kinds[kind].shape, json, arena, object, &violations, err) ||
	    (kind == ROW_PICTURE && !read_picture(&picture, arena, &row.picture, err)) ||
	    (kind == ROW_KEY && !read_key(&key, &row.key, err)) ||
	    (kind == ROW_PURCHASE && !check_purchase(&row.purchase, err)))
		return false;
	*ret_row = row;
	return true;
}

const char *row_order(const struct store_row *row, struct arena *arena)
{
	switch (row->kind) {
	case ROW_ACCOUNT: return row->account.id;
	case ROW_PRODUCT: return row->product.id;
	case ROW_PICTURE: return row->picture.product_id;
	case ROW_CART: return row->cart.client_id;
	case ROW_PURCHASE: return row->purchase.id;
	case ROW_KEY: return arena_printf(arena, "%s %s", row->key.client_id, row->key.key);
	case ROW_KINDS: break;
	}
	return NULL;
}
