/* stream.h: what has changed in a DynamoDB table, as its stream hands it to a function, a batch at a time.
 *
 * The changes of a batch are in order, and one that fails is sent again with all that come behind it; so following
 * stops there, and the answer names it (ReportBatchItemFailures). Whoever follows must bear to see a record twice.
 */
#ifndef VITRINE_PLATFORM_STREAM_H
#define VITRINE_PLATFORM_STREAM_H

#include "base/arena.h"
#include "base/json.h"

enum {
	STREAM_VALUES_MAX = 200000, /* a batch is 6 MB at most */
	STREAM_SEQUENCE_MAX = 40,
};

struct stream_record {
	enum stream_change { STREAM_INSERT, STREAM_MODIFY, STREAM_REMOVE, STREAM_CHANGES } change;
	const char *sequence; /* digits; grows with every change of an item */
	/* Objects whose members are attributes, each {"S": "…"}, {"N": "…"} and so on; NULL: the record has none. */
	const cJSON *keys, *old_image, *new_image;
};

struct stream {
	struct stream_record *records;
	size_t count;
};

/* The records of a list ("Records" of a batch; NULL: it has none). They come from `arena`, and what they point to lies
 * in the list. ERR_INVALID: this is no batch; ERR_MEMORY. */
bool stream_read(const cJSON *list, struct arena *arena, struct stream *ret_stream, struct err *err);

/* Does what follows from one change. False with *err: it is to be sent again. */
typedef bool stream_follow_fn(void *context, const struct stream_record *record, struct err *err);

/* Hands over the records until one fails, and writes the answer. *ret_err is that one's failure; ERR_NONE: there was
 * none. */
void stream_answer(const struct stream *stream, stream_follow_fn *follow, void *context, struct buf *out,
		   struct err *ret_err);

#endif
