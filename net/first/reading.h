/* reading.h: reads what the first platform's lists are made of. Functions only; texts are in the caller's arena.
 */
#ifndef VITRINE_NET_FIRST_READING_H
#define VITRINE_NET_FIRST_READING_H

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "wire/transfer.h"

/* The named array of an answer. It is in *ret_json, which the caller frees. NULL with ERR_PROTOCOL or ERR_MEMORY. */
const cJSON *reading_list(const struct transfer_answer *answer, const char *name, cJSON **ret_json, struct err *err);

/* A member's text, or NULL. A number is given as JSON writes it. */
const char *reading_text(const cJSON *object, const char *name, struct arena *arena);

/* "79" is 7900, "12,50" and "12.5" are 1250, "1,234.5" and "1.234,50" have thousands; -1 when the text is no amount, or
 * could be two. */
int64_t reading_price(const char *text);

#endif
