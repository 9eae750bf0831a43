/* The keys of all items: the table's design, as far as keys are it. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/crypt.h"
#include "platform/store/dynamodb/internal.h"

/* ---- accounts and settings ---- */

struct dynamo_key ddb_key_account(struct arena *arena, const char *id)
{
	return (struct dynamo_key){arena_printf(arena, "A#%s", id), "A"};
}

struct dynamo_key ddb_key_change_place(struct arena *arena, const char *account)
{
	return (struct dynamo_key){arena_printf(arena, "A#%s", account), "SEQ"};
}

struct dynamo_key ddb_key_account_entry(struct arena *arena, const char *id)
{
	return (struct dynamo_key){"ACCOUNTS", arena_strdup(arena, id)};
}

/* Names hold no control characters: so this one keeps apart what a longer name goes on with, and sorts before it. */
struct dynamo_key ddb_key_seller_entry(struct arena *arena, const char *name_key, const char *id)
{
	return (struct dynamo_key){"SELLERS", arena_printf(arena, "%s\x1f%s", name_key, id)};
}

struct dynamo_key ddb_key_setting(struct arena *arena, const char *name)
{
	return (struct dynamo_key){arena_printf(arena, "SET#%s", name), "S"};
}

struct dynamo_key ddb_key_ending(struct arena *arena, const char *account)
{
	return (struct dynamo_key){"END", arena_strdup(arena, account)};
}

struct dynamo_key ddb_key_follow(struct arena *arena, const char *stream_shard)
{
	return (struct dynamo_key){"SET#follow", arena_strdup(arena, stream_shard)};
}

/* ---- products ---- */

static struct dynamo_key of_product(struct arena *arena, const char *product, const char *sk)
{
	return (struct dynamo_key){arena_printf(arena, "P#%s", product), sk};
}

struct dynamo_key ddb_key_hot(struct arena *arena, const char *product)
{
	return of_product(arena, product, "H");
}

struct dynamo_key ddb_key_texts(struct arena *arena, const char *product)
{
	return of_product(arena, product, "T");
}

struct dynamo_key ddb_key_indexed(struct arena *arena, const char *product)
{
	return of_product(arena, product, "X");
}

/* A partition for each, since a chunk written in a transaction is as much as a partition takes in half a second. */
struct dynamo_key ddb_key_picture(struct arena *arena, const char *product, size_t chunk)
{
	return (struct dynamo_key){arena_printf(arena, "PIC#%s#%zu", product, chunk), "P"};
}

struct dynamo_key ddb_key_category(struct arena *arena, const char *category_key)
{
	return (struct dynamo_key){arena_printf(arena, "CAT#%s", category_key), "C"};
}

struct dynamo_key ddb_key_category_entry(struct arena *arena, const char *name)
{
	return (struct dynamo_key){"CATS", arena_strdup(arena, name)};
}

/* A partition key is 2048 bytes at most, and a whole name may be more once it is folded. */
struct dynamo_key ddb_key_posting(struct arena *arena, const char *term, size_t length, const char *product)
{
	enum { WHOLE = 512, BEGINNING = 480, HASHED = 16 };
	uint8_t digest[32];
	char hash[2 * HASHED + 2] = "";

	if (length > WHOLE) {
		crypt_hash(term, length, NULL, digest);
		hash[0] = '\x1f';
		for (size_t i = 0; i < HASHED; i++)
			snprintf(hash + 1 + 2 * i, 3, "%02x", digest[i]);
		length = BEGINNING;
		while (length && ((unsigned char)term[length] & 0xC0) == 0x80)
			length--;
	}
	return (struct dynamo_key){arena_printf(arena, "W#%.*s%s", (int)length, term, hash),
				   arena_strdup(arena, product)};
}

static const char *listing_key(struct arena *arena, const char *kind, enum ddb_listing listing, const char *of)
{
	static const char *const along[DDB_LISTINGS] = {[DDB_CATEGORY] = "C", [DDB_SELLER] = "S"};

	if (!along[listing])
		return kind;
	return arena_printf(arena, "%s#%s#%s", kind, along[listing], of);
}

const char *ddb_pk_newest(struct arena *arena, enum ddb_listing listing, const char *of)
{
	return listing_key(arena, "L", listing, of);
}

const char *ddb_pk_price(struct arena *arena, enum ddb_listing listing, const char *of)
{
	return listing_key(arena, "LP", listing, of);
}

_Static_assert(LIMIT_PRICE < INT64_C(1000000000000), "a price has 12 digits at most, so that prices sort as texts");

const char *ddb_sk_price(struct arena *arena, int64_t price, const char *product)
{
	return arena_printf(arena, "%012" PRId64 "#%s", price, product);
}

/* ---- what a client has ---- */

static struct dynamo_key of_client(struct arena *arena, const char *client, const char *kind, const char *id)
{
	return (struct dynamo_key){arena_printf(arena, "C#%s", client), arena_printf(arena, "%s%s", kind, id)};
}

struct dynamo_key ddb_key_cart(struct arena *arena, const char *client)
{
	return of_client(arena, client, "CART", "");
}

struct dynamo_key ddb_key_idempotency(struct arena *arena, const char *client, const char *key)
{
	return of_client(arena, client, "K#", key);
}

struct dynamo_key ddb_key_purchase(struct arena *arena, const char *client, const char *id)
{
	return of_client(arena, client, "B#", id);
}

struct dynamo_key ddb_key_delivery(struct arena *arena, const char *client, const char *id)
{
	return of_client(arena, client, "D#", id);
}

/* ---- what a seller has ---- */

const char *ddb_pk_sales(struct arena *arena, const char *seller, unsigned shard)
{
	return arena_printf(arena, "S#%s#%02x", seller, shard);
}

struct dynamo_key ddb_key_sale(struct arena *arena, const char *seller, const char *sale)
{
	uint32_t hash = UINT32_C(2166136261); /* FNV-1a */

	for (const char *at = sale; *at; at++)
		hash = (hash ^ (unsigned char)*at) * UINT32_C(16777619);
	return (struct dynamo_key){ddb_pk_sales(arena, seller, (hash ^ hash >> 16) % DDB_SALE_SHARDS),
				   arena_strdup(arena, sale)};
}

const char *ddb_pk_stats(struct arena *arena, const char *seller)
{
	return arena_printf(arena, "ST#%s", seller);
}

/* The day as eight digits. */
static void day_digits(int32_t day, char ret_digits[sizeof "20261122"])
{
	char text[sizeof "2026-11-22"];

	clock_format_day(day, text);
	memcpy(ret_digits, text, 4);
	memcpy(ret_digits + 4, text + 5, 2);
	memcpy(ret_digits + 6, text + 8, 3);
}

struct dynamo_key ddb_key_day(struct arena *arena, const char *seller, int32_t day)
{
	char digits[sizeof "20261122"];

	day_digits(day, digits);
	return (struct dynamo_key){ddb_pk_stats(arena, seller), arena_printf(arena, "D#%s", digits)};
}

struct dynamo_key ddb_key_product_day(struct arena *arena, const char *seller, int32_t day, const char *product)
{
	char digits[sizeof "20261122"];

	day_digits(day, digits);
	return (struct dynamo_key){ddb_pk_stats(arena, seller), arena_printf(arena, "PD#%s#%s", digits, product)};
}

struct dynamo_key ddb_key_open(struct arena *arena, const char *seller)
{
	return (struct dynamo_key){ddb_pk_stats(arena, seller), "OPEN"};
}

struct dynamo_key ddb_key_low(struct arena *arena, const char *seller, int64_t stock, const char *product)
{
	return (struct dynamo_key){ddb_pk_stats(arena, seller),
				   arena_printf(arena, "LOW#%07" PRId64 "#%s", stock, product)};
}

const char *ddb_pk_changes(struct arena *arena, const char *account)
{
	return arena_printf(arena, "CH#%s", account);
}

struct dynamo_key ddb_key_change(struct arena *arena, const char *account, int64_t n)
{
	return (struct dynamo_key){ddb_pk_changes(arena, account), arena_printf(arena, "%016" PRId64, n)};
}
