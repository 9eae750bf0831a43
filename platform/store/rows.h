/* rows.h: what a shop consists of, row by row, whatever store it is in: how it moves from one store to another
 * (store.h, platform/move). All that must be the same afterwards is here; what follows from it (counters, categories,
 * the search) is made anew by the store that takes it.
 *
 * Texts, bytes and lists are somebody else's and live as long as whoever gave the row says.
 */
#ifndef VITRINE_PLATFORM_STORE_ROWS_H
#define VITRINE_PLATFORM_STORE_ROWS_H

#include "models/account.h"
#include "models/purchase.h"

/* In the order in which they are put into a store: each refers only to what stands before it. */
enum row_kind { ROW_ACCOUNT, ROW_PRODUCT, ROW_PICTURE, ROW_CART, ROW_PURCHASE, ROW_KEY, ROW_KINDS };

struct row_account {
	const char *id;
	int group; /* enum group */
	const char *email, *full_name, *mobile; /* no email and no mobile once it is closed */
	const char *const *address;
	size_t address_count;
	int64_t created_at; /* ms, as all times here */
	bool closed;        /* it is kept for what refers to it */
	bool ending;        /* closed, and what it left behind isn't tidied up yet */
};

struct row_product {
	const char *id, *seller_id, *name, *description;
	int64_t price; /* minor units */
	const char *category;
	int64_t stock, version;
	bool archived;
	int64_t created_at, updated_at;
};

struct row_picture {
	const char *product_id, *media_type;
	const void *bytes;
	size_t length;
};

struct row_cart_item {
	const char *product_id;
	int64_t quantity, price; /* that was seen; 0: nobody said */
};
struct row_cart {
	const char *client_id;
	int64_t version;
	struct row_cart_item *items;
	size_t items_count;
};

/* A seller's part of a purchase. */
struct row_sale {
	const char *id, *seller_id, *seller_name;
	int status; /* enum sale_status */
	int64_t total;
	struct progress progress;
};
struct row_line {
	int64_t sale; /* index into `sales` */
	const char *product_id, *product_name;
	int64_t price, quantity;
};
struct row_purchase {
	const char *id, *client_id, *client_name;
	int64_t purchase_date, total;
	const struct delivery *delivery; /* NULL: there is none, or not any more; the same goes for the note */
	const char *note;
	int64_t kept_until; /* delivery and note, to the second; 0: there are none */
	struct row_sale *sales;
	size_t sales_count;
	struct row_line *lines;
	size_t lines_count;
};

enum { ROW_DIGEST = 32 };
struct row_key {
	const char *client_id, *key;
	uint8_t digest[ROW_DIGEST];
	const char *purchase_id; /* NULL: only `answer` is known */
	int64_t kept_until;      /* to the second */
	/* The bytes of the first answer, where they don't follow from the purchase; NULL as a rule. A store that can't
	 * keep them refuses such a key. */
	const char *answer;
};

struct store_row {
	enum row_kind kind;
	union {
		struct row_account account;
		struct row_product product;
		struct row_picture picture;
		struct row_cart cart;
		struct row_purchase purchase;
		struct row_key key;
	};
};

#endif
