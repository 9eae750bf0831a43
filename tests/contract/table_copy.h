/* table_copy.h: a DynamoDB table as a whole, for tests: read, written into another, and compared.
 */
#ifndef VITRINE_TESTS_CONTRACT_TABLE_COPY_H
#define VITRINE_TESTS_CONTRACT_TABLE_COPY_H

#include "base/buf.h"
#include "tests/contract/engine.h"

/* All items, an array of objects; the caller frees it with cJSON_Delete. NULL with a message printed. */
cJSON *table_items(struct engine_table *table);

/* Puts all of them into another table. False with a message printed. */
bool table_fill(struct engine_table *table, const cJSON *items);

/* All that the stream has, in order, an array of records; and to its end, where reading goes on. NULL as above. */
cJSON *table_records(struct engine_table *table, struct arena *arena, const char **ret_shard, const char **ret_last);

/* A line of text for each item, in order of the keys, without what differs between two runs that come to the same:
 * times of the clock, numbers of tries; changes in order of what they tell, since those of different things may be told
 * in any order. */
void table_text(const cJSON *items, struct buf *out);

/* A text of an attribute; NULL: there is none. */
const char *table_attribute(const cJSON *item, const char *name);

#endif
