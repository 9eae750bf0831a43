/* dynamodb.h: the store on DynamoDB, in one table that any number of processes share.
 */
#ifndef VITRINE_PLATFORM_STORE_DYNAMODB_DYNAMODB_H
#define VITRINE_PLATFORM_STORE_DYNAMODB_DYNAMODB_H

#include "platform/aws/dynamo.h"
#include "platform/store/store.h"

/* A store on a table that is there (template.yaml says how it is made), which it doesn't own and which must outlive it.
 * `currency` is the one that a new shop gets (NULL: EUR); a shop that has another: ERR_INVALID (NULL: it stays). Asks the table
 * for it, so NULL with *err also when that can't be reached. */
struct store *store_dynamodb_new(struct dynamo *dynamo, const char *currency, struct err *err);

#endif
