/* All of a shop's rows, counted and added up. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypt.h"
#include "models/money.h"
#include "models/shape.h"
#include "platform/move/rows.h"

static void add_purchase(struct tally *tally, const struct row_purchase *purchase)
{
	tally->purchases++;
	tally->sales += (int64_t)purchase->sales_count;
	tally->lines += (int64_t)purchase->lines_count;
	tally->total = money_add_capped(tally->total, purchase->total);
	for (size_t i = 0; i < purchase->lines_count; i++)
		tally->units += purchase->lines[i].quantity;
}

static void add_counts(struct tally *tally, const struct store_row *row)
{
	switch (row->kind) {
	case ROW_ACCOUNT:
		tally->accounts++;
		return;
	case ROW_PRODUCT:
		tally->products++;
		tally->stock += row->product.stock;
		return;
	case ROW_PICTURE:
		tally->pictures++;
		tally->picture_bytes += (int64_t)row->picture.length;
		return;
	case ROW_CART:
		tally->carts++;
		for (size_t i = 0; i < row->cart.items_count; i++)
			tally->cart_units += row->cart.items[i].quantity;
		return;
	case ROW_PURCHASE:
		add_purchase(tally, &row->purchase);
		return;
	case ROW_KEY:
		tally->keys++;
		return;
	case ROW_KINDS:
		return;
	}
}

void tally_add(struct tally *tally, const struct store_row *row, const char *json, size_t length)
{
	const uint8_t kind[CRYPT_HASH_SIZE] = {(uint8_t)row->kind};
	uint8_t hash[CRYPT_HASH_SIZE];

	add_counts(tally, row);
	crypt_hash(json, length, kind, hash);
	for (size_t word = 0; word < TALLY_WORDS; word++) {
		uint64_t number = 0;

		for (size_t i = 0; i < sizeof number; i++)
			number = number << 8 | hash[word * sizeof number + i];
		tally->words[word] += number;
	}
}

/* ---- as JSON ---- */

struct tally_text {
	struct tally tally;
	const char *digest;
};

#define TALLY_COUNT(member) \
	{.name = #member, .type = FIELD_INT, .required = true, .offset = offsetof(struct tally_text, tally.member)}
SHAPE_DEFINE(
    tally_shape, "end", struct tally_text, TALLY_COUNT(accounts), TALLY_COUNT(products), TALLY_COUNT(stock),
    TALLY_COUNT(pictures), TALLY_COUNT(picture_bytes), TALLY_COUNT(carts), TALLY_COUNT(cart_units),
    TALLY_COUNT(purchases), TALLY_COUNT(sales), TALLY_COUNT(lines), TALLY_COUNT(units),
    {.name = "total", .type = FIELD_MONEY, .required = true, .offset = offsetof(struct tally_text, tally.total)},
    TALLY_COUNT(keys), SHAPE_FIELD(FIELD_TEXT, struct tally_text, digest, .required = true));

static void digest_text(const struct tally *tally, char ret_text[TALLY_DIGEST_SIZE])
{
	for (size_t i = 0; i < TALLY_WORDS; i++)
		snprintf(ret_text + i * 16, TALLY_DIGEST_SIZE - i * 16, "%016" PRIx64, tally->words[i]);
}

void tally_write(const struct tally *tally, struct json *json)
{
	char digest[TALLY_DIGEST_SIZE];
	const struct tally_text text = {.tally = *tally, .digest = digest};

	digest_text(tally, digest);
	shape_write(&tally_shape, &text, json);
}

bool tally_read(const cJSON *json, struct arena *arena, struct tally *ret_tally, struct err *err)
{
	struct violations violations = {.count = 0};
	struct tally_text text;
	char again[TALLY_DIGEST_SIZE];

	if (!shape_decode(&tally_shape, json, arena, &text, &violations, err))
		return false;
	for (size_t i = 0; i < TALLY_WORDS && strlen(text.digest) == TALLY_DIGEST_SIZE - 1; i++) {
		char word[16 + 1] = "";

		memcpy(word, text.digest + i * 16, 16);
		text.tally.words[i] = strtoull(word, NULL, 16);
	}
	digest_text(&text.tally, again);
	if (strcmp(again, text.digest) != 0)
		return err_set(err, ERR_INVALID, "digest is none");
	*ret_tally = text.tally;
	return true;
}

/* ---- comparing ---- */

bool tally_equal(const struct tally *wanted, const struct tally *found, struct err *err)
{
	for (size_t i = 0; i < tally_shape.count; i++) {
		const struct shape_field *field = &tally_shape.fields[i];
		int64_t numbers[2];

		if (field->type == FIELD_TEXT)
			continue;
		memcpy(&numbers[0], (const char *)wanted + field->offset, sizeof numbers[0]);
		memcpy(&numbers[1], (const char *)found + field->offset, sizeof numbers[1]);
		if (numbers[0] != numbers[1])
			return err_set(err, ERR_INVALID, "%s: %" PRId64 " in the file, %" PRId64 " in the shop",
				       field->name, numbers[0], numbers[1]);
	}
	return !memcmp(wanted->words, found->words, sizeof wanted->words) ||
	       err_set(err, ERR_INVALID, "The counts are the same, but the rows of the shop are not those of the file");
}
