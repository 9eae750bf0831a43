/* engine.h: a DynamoDB for a test's own use: dynoxide, started by the test (VITRINE_DYNOXIDE is the program), or
 * whatever answers at VITRINE_DYNAMODB_ENDPOINT. Tables in it are the test's, under names that nobody else uses.
 */
#ifndef VITRINE_TESTS_CONTRACT_ENGINE_H
#define VITRINE_TESTS_CONTRACT_ENGINE_H

#include "platform/aws/aws.h"
#include "platform/aws/dynamo.h"

/* Starts it and says in the environment where it is, with keys that are none. Without either variable the program ends
 * with 77, which is a skipped test, and says why; with 1 when it can't be started. It ends with the program. */
void engine_start(void);

/* Where it is: "http://127.0.0.1:8000", for what is put in front of it. */
const char *engine_url(void);

/* A fresh table; NULL with a message printed. `metered` as for dynamo_new. */
struct engine_table {
	struct aws *aws;
	struct dynamo *dynamo;
	char name[48];
};
struct engine_table *engine_table(bool metered);

/* Deletes it. Returns NULL. NULL-safe. */
struct engine_table *engine_drop(struct engine_table *table);

#endif
