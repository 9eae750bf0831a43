/* The store's tables, step after step (struct db_schema). To change them, add a step at the end of `steps`; one that
 * was ever released is never changed.
 *
 * Rows are numbered (n) in the order they were made, and ids (ULIDs) are made in the same order, inside the write; so n
 * stands for the id wherever rows refer to each other or are listed. Products and purchases are never deleted; an
 * account that is deleted keeps its row, without anything personal in it, for what refers to it.
 */
#include "platform/store/sqlite/search.h"

#define ACCOUNTS                                                                                              \
	"CREATE TABLE account ("                                                                              \
	"	n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, grp INTEGER NOT NULL,"                        \
	"	email TEXT, full_name TEXT NOT NULL, name_key TEXT NOT NULL, mobile TEXT,"                    \
	"	created_at INTEGER NOT NULL, deleted INTEGER NOT NULL DEFAULT 0) STRICT;"                     \
	"CREATE INDEX account_seller ON account (name_key, id) WHERE grp = 1 AND deleted = 0;"

/* What is long comes last, so that what is short is read without it. The indexes hold only what is on sale; none of
 * them but the one for low stock, which is small, changes when something is bought. */
#define PRODUCTS                                                                                              \
	"CREATE TABLE product ("                                                                              \
	"	n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,"                                              \
	"	seller INTEGER NOT NULL REFERENCES account (n), version INTEGER NOT NULL,"                    \
	"	price INTEGER NOT NULL, stock INTEGER NOT NULL CHECK (stock >= 0),"                           \
	"	has_picture INTEGER NOT NULL DEFAULT 0, archived INTEGER NOT NULL DEFAULT 0,"                 \
	"	created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,"                                    \
	"	name TEXT NOT NULL, category TEXT NOT NULL, description TEXT NOT NULL) STRICT;"               \
	"CREATE INDEX product_newest ON product (n) WHERE archived = 0;"                                      \
	"CREATE INDEX product_price ON product (price, n) WHERE archived = 0;"                                \
	"CREATE INDEX product_category ON product (category, n) WHERE archived = 0;"                          \
	"CREATE INDEX product_category_price ON product (category, price, n) WHERE archived = 0;"             \
	"CREATE INDEX product_seller ON product (seller, n) WHERE archived = 0;"                              \
	"CREATE INDEX product_seller_price ON product (seller, price, n) WHERE archived = 0;"                 \
	"CREATE INDEX product_low ON product (seller, stock, n) WHERE archived = 0 AND stock <= 5;"           \
	"CREATE TABLE category (name TEXT PRIMARY KEY, products INTEGER NOT NULL) STRICT, WITHOUT ROWID;"     \
	"CREATE TABLE picture ("                                                                              \
	"	product INTEGER PRIMARY KEY REFERENCES product (n), media_type TEXT NOT NULL,"                \
	"	updated_at INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT;"

/* Fed by search.c with every beginning of every word, each a token, and with two tags. So a search for the
 * beginning of a word reads one list that is there already, and stops as soon as a page is full. */
#define SEARCH                                                                                                \
	"CREATE VIRTUAL TABLE search USING fts5 (tokens, content = '', columnsize = 0, detail = none,"        \
	"	tokenize = \"ascii tokenchars '='\");"

#define PURCHASES                                                                                             \
	"CREATE TABLE cart ("                                                                                 \
	"	client INTEGER PRIMARY KEY REFERENCES account (n), version INTEGER NOT NULL) STRICT;"         \
	"CREATE TABLE cart_item ("                                                                            \
	"	client INTEGER NOT NULL, position INTEGER NOT NULL,"                                          \
	"	product INTEGER NOT NULL REFERENCES product (n), quantity INTEGER NOT NULL,"                  \
	"	PRIMARY KEY (client, position)) STRICT, WITHOUT ROWID;"                                       \
	"CREATE TABLE purchase ("                                                                             \
	"	n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,"                                              \
	"	client INTEGER NOT NULL REFERENCES account (n), client_name TEXT NOT NULL,"                   \
	"	purchase_date INTEGER NOT NULL, total INTEGER NOT NULL) STRICT;"                              \
	"CREATE INDEX purchase_client ON purchase (client, n);"                                               \
	"CREATE TABLE sale ("                                                                                 \
	"	n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,"                                              \
	"	purchase INTEGER NOT NULL REFERENCES purchase (n),"                                           \
	"	seller INTEGER NOT NULL REFERENCES account (n), seller_name TEXT NOT NULL,"                   \
	"	status INTEGER NOT NULL, total INTEGER NOT NULL) STRICT;"                                     \
	"CREATE INDEX sale_purchase ON sale (purchase, n);"                                                   \
	"CREATE INDEX sale_seller ON sale (seller, n);"                                                       \
	"CREATE INDEX sale_status ON sale (seller, status, n);"                                               \
	"CREATE TABLE line ("                                                                                 \
	"	purchase INTEGER NOT NULL REFERENCES purchase (n), position INTEGER NOT NULL,"                \
	"	sale INTEGER NOT NULL REFERENCES sale (n), product INTEGER NOT NULL REFERENCES product (n),"  \
	"	product_name TEXT NOT NULL, price INTEGER NOT NULL, quantity INTEGER NOT NULL,"               \
	"	PRIMARY KEY (purchase, position)) STRICT, WITHOUT ROWID;"                                     \
	"CREATE TABLE idempotency ("                                                                          \
	"	n INTEGER PRIMARY KEY, client INTEGER NOT NULL REFERENCES account (n), key TEXT NOT NULL,"    \
	"	digest BLOB NOT NULL, created_at INTEGER NOT NULL, answer TEXT NOT NULL,"                     \
	"	UNIQUE (client, key)) STRICT;"                                                                \
	"CREATE INDEX idempotency_age ON idempotency (created_at);"

/* What sold, without what was cancelled, by the day of the purchase; and each seller's sum of it, which must fit an
 * int64 and with it every part of it. */
#define REVENUE                                                                                               \
	"CREATE TABLE revenue ("                                                                              \
	"	seller INTEGER NOT NULL REFERENCES account (n), day INTEGER NOT NULL,"                        \
	"	product INTEGER NOT NULL REFERENCES product (n),"                                             \
	"	units INTEGER NOT NULL CHECK (units >= 0), amount INTEGER NOT NULL CHECK (amount >= 0),"      \
	"	PRIMARY KEY (seller, day, product)) STRICT, WITHOUT ROWID;"                                   \
	"CREATE TABLE seller_total ("                                                                         \
	"	seller INTEGER PRIMARY KEY REFERENCES account (n),"                                           \
	"	amount INTEGER NOT NULL CHECK (amount >= 0)) STRICT;"

/* Counters that saturate need no sum beside them. Stock that rose above its limit, by what was cancelled, is what it
 * may be. */
#define COUNTERS                                                                                              \
	"CREATE TABLE revenue_day ("                                                                          \
	"	seller INTEGER NOT NULL REFERENCES account (n), day INTEGER NOT NULL,"                        \
	"	units INTEGER NOT NULL CHECK (units >= 0), amount INTEGER NOT NULL CHECK (amount >= 0),"      \
	"	PRIMARY KEY (seller, day)) STRICT, WITHOUT ROWID;"                                            \
	"INSERT INTO revenue_day SELECT seller, day, sum(units), sum(amount) FROM revenue GROUP BY seller, day;" \
	"DROP TABLE seller_total;"                                                                            \
	"UPDATE product SET stock = 1000000 WHERE stock > 1000000;"

/* Accounts that are closed and not tidied up yet, and how far that came (account_end.c). `tidy`: all but the log. */
#define ENDINGS                                                                                               \
	"CREATE TABLE ending ("                                                                               \
	"	account INTEGER PRIMARY KEY REFERENCES account (n), step INTEGER NOT NULL DEFAULT 0,"         \
	"	place INTEGER NOT NULL DEFAULT 0, tidy INTEGER NOT NULL DEFAULT 0) STRICT;"

/* How far a sale is, where a purchase goes, and what is kept under a key: the purchase, and the bytes of its answer
 * where they are not known to follow from it. `form` says which members the answer had: 0 it isn't known, 1 those of
 * before there were parts, 2 those of today (keys.c). */
#define ORDERS                                                                                                \
	"ALTER TABLE account ADD COLUMN address TEXT;"                                                        \
	"ALTER TABLE cart_item ADD COLUMN seen_price INTEGER NOT NULL DEFAULT 0;"                             \
	"ALTER TABLE sale ADD COLUMN tracking TEXT;"                                                          \
	"ALTER TABLE sale ADD COLUMN reason TEXT;"                                                            \
	"ALTER TABLE sale ADD COLUMN cancelled_by INTEGER;"                                                   \
	"ALTER TABLE sale ADD COLUMN shipped_at INTEGER;"                                                     \
	"ALTER TABLE sale ADD COLUMN delivered_at INTEGER;"                                                   \
	"CREATE TABLE delivery ("                                                                             \
	"	purchase INTEGER PRIMARY KEY REFERENCES purchase (n), due INTEGER NOT NULL,"                  \
	"	full_name TEXT, address TEXT, mobile TEXT, note TEXT) STRICT;"                                \
	"CREATE INDEX delivery_due ON delivery (due);"                                                        \
	"CREATE TABLE purchase_key ("                                                                         \
	"	n INTEGER PRIMARY KEY, client INTEGER NOT NULL REFERENCES account (n), key TEXT NOT NULL,"    \
	"	digest BLOB NOT NULL, created_at INTEGER NOT NULL, purchase INTEGER REFERENCES purchase (n)," \
	"	form INTEGER NOT NULL, answer TEXT, UNIQUE (client, key)) STRICT;"                            \
	"INSERT INTO purchase_key SELECT i.n, i.client, i.key, i.digest, i.created_at, p.n, 0, i.answer"      \
	" FROM idempotency i LEFT JOIN purchase p ON p.id = substr(i.answer, length('{\"id\":\"') + 1, 26);"  \
	"DROP TABLE idempotency;"                                                                             \
	"CREATE INDEX purchase_key_age ON purchase_key (created_at);"                                         \
	"CREATE INDEX purchase_key_answer ON purchase_key (form) WHERE answer IS NOT NULL;"

/* A picture's digest: beside the picture, whose bytes would have to be passed over for it. NULL until it is made
 * (picture.c). */
#define DIGESTS                                                                                               \
	"CREATE TABLE picture_tag ("                                                                          \
	"	product INTEGER PRIMARY KEY REFERENCES picture (product), digest BLOB) STRICT;"               \
	"INSERT INTO picture_tag (product) SELECT product FROM picture;"                                      \
	"CREATE INDEX picture_untold ON picture_tag (product) WHERE digest IS NULL;"

/* What is put into the index stays as it was: a seller's name until the products up to `last` have got another one,
 * which has been done up to `next`. `built` is 0 until search_prepare has looked. FTS5 doesn't merge its lists while it
 * writes, which would take tens of milliseconds now and then; `tend` does, when enough is `unmerged`. */
#define PLACES                                                                                                \
	"CREATE VIRTUAL TABLE search_place USING fts5 (terms, content = '', columnsize = 0, detail = none,"   \
	"	tokenize = \"ascii tokenchars '='\");"                                                        \
	"INSERT INTO search_place (search_place, rank) VALUES ('automerge', 0);"                              \
	"INSERT INTO search_place (search_place, rank) VALUES ('crisismerge', 1000);"                         \
	"CREATE TABLE search_state ("                                                                         \
	"	built INTEGER NOT NULL, former INTEGER NOT NULL, unmerged INTEGER NOT NULL) STRICT;"          \
	"INSERT INTO search_state VALUES (0, 1, 0);"                                                          \
	"CREATE TABLE search_rename ("                                                                        \
	"	seller INTEGER NOT NULL REFERENCES account (n), number INTEGER NOT NULL, name TEXT NOT NULL," \
	"	next INTEGER NOT NULL, last INTEGER NOT NULL,"                                                \
	"	PRIMARY KEY (seller, number)) STRICT, WITHOUT ROWID;"                                         \
	"CREATE TRIGGER account_renamed AFTER UPDATE OF full_name ON account"                                 \
	" WHEN new.full_name <> old.full_name AND new.grp = 1 AND EXISTS (SELECT 1 FROM product p"            \
	"	INDEXED BY product_seller WHERE p.seller = new.n AND p.archived = 0) BEGIN"                   \
	" INSERT INTO search_rename SELECT new.n, ifnull((SELECT max(number) FROM search_rename"              \
	"	WHERE seller = new.n), 0) + 1, old.full_name, 0,"                                             \
	"	min(built, (SELECT max(n) FROM product)) FROM search_state;"                                  \
	"END;"                                                                                                \
	"ALTER TABLE category ADD COLUMN key TEXT NOT NULL DEFAULT '';"                                       \
	"CREATE INDEX category_key ON category (key);"

/* FTS5 merges an index's segments while it is written to. It begins with some more of them than by itself, and merges
 * all of a level at once only when there are very many: so no write merges for longer than a few milliseconds. */
#define MERGES                                                                                                \
	"INSERT INTO search_place (search_place, rank) VALUES ('automerge', 8);"                              \
	"INSERT INTO search_place (search_place, rank) VALUES ('crisismerge', 64);"

/* Changes (change.c), in the order they were committed. */
#define CHANGES                                                                                               \
	"CREATE TABLE change ("                                                                               \
	"	n INTEGER PRIMARY KEY, account INTEGER NOT NULL REFERENCES account (n),"                      \
	"	kind INTEGER NOT NULL, subject INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;"                \
	"CREATE INDEX change_account ON change (account, n);"

/* But what FTS5 merges by itself it merges in the middle of somebody's write, 64 pages at once and that for each level:
 * the larger the shop the longer. So it is `tend` alone that merges, a few pages at a time. */
#define MERGES_LATER                                                                                          \
	"INSERT INTO search_place (search_place, rank) VALUES ('automerge', 0);"                              \
	"INSERT INTO search_place (search_place, rank) VALUES ('crisismerge', 1000);"

/* Was anything that a seller sells ever in the search's index? Of those from before nobody can say. */
#define INDEXED "ALTER TABLE account ADD COLUMN indexed INTEGER NOT NULL DEFAULT 1;"

static const struct db_schema_step steps[] = {
    {.sql = ACCOUNTS PRODUCTS SEARCH PURCHASES REVENUE},
    {.sql = ""}, /* what identity's second step does was everybody's */
    {.sql = COUNTERS},
    {.sql = ENDINGS},
    {.sql = ORDERS},
    {.sql = DIGESTS},
    {.sql = PLACES, .work = search_prepare},
    {.sql = MERGES},
    {.sql = CHANGES},
    {.sql = MERGES_LATER INDEXED},
};

const struct db_schema store_sqlite_schema = {
    .owner = "store", .steps = steps, .count = sizeof steps / sizeof *steps};
