/* Products' pictures: in chunks, since an item is 400 KB at most, which are written in the transaction in which the hot
 * half names the picture. So none is ever left behind, and whoever finds chunks of another picture has read while it
 * was replaced.
 */
#include <string.h>

#include "base/clock.h"
#include "base/crypt.h"
#include "platform/store/dynamodb/internal.h"

enum { CHUNK = 256 * 1024 };
_Static_assert(LIMIT_PICTURE <= 4 * CHUNK, "a transaction holds some 4 MB");

static size_t chunks_of(int64_t length)
{
	return ((size_t)length + CHUNK - 1) / CHUNK;
}

static void remove_chunks(struct ddb_writing *writing, const struct ddb_hot *hot, size_t from)
{
	for (size_t i = from; hot->has_picture && i < chunks_of(hot->picture_length); i++)
		ddb_add_delete(writing, ddb_key_picture(writing->arena, hot->id, i), NULL, NO_ATTRS);
}

void ddb_add_picture_removal(struct ddb_writing *writing, const struct ddb_hot *hot)
{
	remove_chunks(writing, hot, 0);
}

/* ---- reading ---- */

bool ddb_picture_read(struct dynamodb_store *store, const struct ddb_hot *hot, struct arena *arena,
		      const void **ret_bytes, struct err *err)
{
	const size_t count = chunks_of(hot->picture_length), length = (size_t)hot->picture_length;
	struct dynamo_key *keys = arena_array(arena, count, sizeof *keys);
	unsigned char *bytes = arena_alloc(arena, length);
	struct dynamo_items items;
	size_t filled = 0;
	bool failed = false, whole = true;

	if (!keys || !bytes)
		return err_memory(err, "reading a picture");
	for (size_t i = 0; i < count; i++)
		keys[i] = ddb_key_picture(arena, hot->id, i);
	if (!ddb_get_many(store, keys, count, true, arena, &items, err))
		return false;
	for (size_t i = 0; whole && i < count; i++) {
		size_t size = 0, digest_size = 0;
		const void *digest = item_bytes(items.items[i], "d", arena, &digest_size, &failed);
		const void *chunk = item_bytes(items.items[i], "b", arena, &size, &failed);

		whole = digest && chunk && digest_size == sizeof hot->digest &&
			!memcmp(digest, hot->digest, digest_size) && size <= length - filled;
		if (whole)
			memcpy(bytes + filled, chunk, size);
		filled += whole ? size : 0;
	}
	dynamo_items_done(&items);
	if (failed)
		return err_memory(err, "reading a picture");
	*ret_bytes = whole && filled == length ? bytes : NULL;
	return true;
}

static bool no_picture(struct err *err)
{
	return err_set(err, ERR_NOT_FOUND, "There is no such picture");
}

/* The hot half of a product that is on sale and has a picture. */
static bool find(struct dynamodb_store *store, const char *product_id, struct arena *arena, struct ddb_hot *ret_hot,
		 struct err *err)
{
	struct ddb_account seller;

	if (!ddb_hots_read(store, &product_id, 1, true, arena, ret_hot, err))
		return false;
	if (!ret_hot->found || ret_hot->archived || !ret_hot->has_picture)
		return no_picture(err);
	if (!ddb_account_find(store, ret_hot->seller_id, true, arena, &seller, err))
		return false;
	return (seller.found && !seller.closed) || no_picture(err);
}

bool dynamodb_picture_get(struct store *store, const char *product_id, const uint8_t *known, struct arena *arena,
			  struct store_picture *ret_picture, struct err *err)
{
	for (int tries = 0;;) {
		struct ddb_hot hot;
		const void *bytes = NULL;

		if (!find(ddb_of(store), product_id, arena, &hot, err))
			return false;
		struct store_picture picture = {.media_type = hot.media_type};
		memcpy(picture.digest, hot.digest, sizeof picture.digest);
		if (known && !memcmp(known, hot.digest, sizeof hot.digest))
			return *ret_picture = picture, true;
		if (!ddb_picture_read(ddb_of(store), &hot, arena, &bytes, err))
			return false;
		if (bytes) {
			picture.bytes = bytes;
			picture.length = (size_t)hot.picture_length;
			return *ret_picture = picture, true;
		}
		if (!ddb_again(&tries, err))
			return false;
	}
}

/* ---- replacing ---- */

static void put_chunks(struct ddb_writing *writing, const char *id, const struct store_picture *picture,
		       const uint8_t *digest)
{
	const size_t count = chunks_of((int64_t)picture->length);

	for (size_t i = 0; i < count; i++) {
		const size_t from = i * CHUNK, left = picture->length - from;

		ddb_add_put(writing, ddb_key_picture(writing->arena, id, i), NULL,
			    ATTRS(ATTR_BYTES("b", (const char *)picture->bytes + from, left < CHUNK ? left : CHUNK),
				  ATTR_BYTES("d", digest, STORE_DIGEST)));
	}
}

static bool replace(struct dynamodb_store *store, const struct ddb_hot *hot, const struct store_picture *picture,
		    const struct product *product, struct arena *arena, struct err *err)
{
	struct ddb_writing writing = {.arena = arena};
	const struct dynamo_key key = ddb_key_hot(arena, hot->id);
	const struct attr ver = ATTR_NUMBER(":ver", product->version), upd = ATTR_NUMBER(":upd", product->updated_at);
	const struct attr old = ATTR_NUMBER(":old", hot->version);
	uint8_t digest[STORE_DIGEST];

	if (!picture) {
		ddb_add_update(&writing, key, "SET #ver = :ver, #upd = :upd REMOVE #pic, #pmt, #plen", "#ver = :old",
			       ATTRS(ver, upd, old));
		remove_chunks(&writing, hot, 0);
		return ddb_write(store, &writing, NULL, err);
	}
	crypt_hash(picture->bytes, picture->length, NULL, digest);
	ddb_add_update(&writing, key, "SET #ver = :ver, #upd = :upd, #pic = :pic, #pmt = :pmt, #plen = :plen",
		       "#ver = :old",
		       ATTRS(ver, upd, old, ATTR_BYTES(":pic", digest, sizeof digest),
			     ATTR_TEXT(":pmt", picture->media_type), ATTR_NUMBER(":plen", (int64_t)picture->length)));
	put_chunks(&writing, hot->id, picture, digest);
	remove_chunks(&writing, hot, chunks_of((int64_t)picture->length));
	return ddb_write(store, &writing, NULL, err);
}

/* Unless it has one; its version stays. */
void ddb_add_moved_picture(struct ddb_writing *writing, const char *product_id, const struct store_picture *picture)
{
	uint8_t *digest = arena_alloc(writing->arena, STORE_DIGEST);

	writing->failed = writing->failed || !digest;
	if (writing->failed)
		return;
	crypt_hash(picture->bytes, picture->length, NULL, digest);
	ddb_add_update(writing, ddb_key_hot(writing->arena, product_id), "SET #pic = :pic, #pmt = :pmt, #plen = :plen",
		       "attribute_exists(#pk) AND attribute_not_exists(#pic)",
		       ATTRS(ATTR_BYTES(":pic", digest, STORE_DIGEST), ATTR_TEXT(":pmt", picture->media_type),
			     ATTR_NUMBER(":plen", (int64_t)picture->length)));
	put_chunks(writing, product_id, picture, digest);
}

bool dynamodb_picture_put(struct store *store, const char *seller_id, const char *product_id,
			  const struct store_picture *picture, struct arena *arena, struct product *ret_product,
			  struct err *err)
{
	for (int tries = 0;;) {
		struct ddb_product old;
		struct err cause;

		if (!ddb_product_own(ddb_of(store), seller_id, product_id, arena, &old, err))
			return false;
		/* Nothing to delete is no change. */
		if (!picture && !old.hot.has_picture)
			return *ret_product = old.product, true;

		struct product product = old.product;
		product.has_picture = picture != NULL;
		product.version++;
		product.updated_at = clock_now();
		if (replace(ddb_of(store), &old.hot, picture, &product, arena, &cause))
			return *ret_product = product, true;
		if (cause.kind != ERR_CONFLICT) {
			if (err)
				*err = cause;
			return false;
		}
		if (!ddb_again(&tries, err))
			return false;
	}
}
