/* dynamodb.h: the store on DynamoDB, in one table that any number of processes share.
 */
#ifndef VITRINE_PLATFORM_STORE_DYNAMODB_DYNAMODB_H
#define VITRINE_PLATFORM_STORE_DYNAMODB_DYNAMODB_H

#include "platform/aws/dynamo.h"
#include "platform/store/store.h"
#include "platform/stream.h"

/* A store on a table that is there (template.yaml says how it is made), which it doesn't own and which must outlive it.
 * `currency` is the one that a new shop gets (NULL: EUR); a shop that has another: ERR_INVALID (NULL: it stays). Asks
 * the table for it, so NULL with *err also when that can't be reached. */
struct store *store_dynamodb_new(struct dynamo *dynamo, const char *currency, struct err *err);

/* Does what follows from a change of the table, of which `record` tells; `store` is the struct store. The same record
 * may be handed over more than once, and by several at once; those of an item in their order. False with *err: it is to
 * be handed over again. */
stream_follow_fn store_dynamodb_follow;

/* From now on somebody hands all records over, so tend doesn't read the table's stream itself. */
void store_dynamodb_fed(struct store *store);

#endif
