#include "wire/blocking.h"

struct wait {
	bool done, sent;
	struct blocking_answer answer;
	struct err err; /* ERR_NONE: there is an answer */
};

static void take_answer(void *context, struct transfer_answer *answer, const struct err *err)
{
	struct wait *wait = context;

	wait->done = true;
	wait->sent = answer->sent;
	if (err) {
		wait->err = *err;
		return;
	}
	wait->answer = (struct blocking_answer){answer->status, answer->body, answer->retry_after_s};
	buf_init(&answer->body, 0);
}

bool blocking_transfer(struct engine *engine, const struct transfer_request *request,
		       struct blocking_answer *ret_answer, bool *ret_sent, struct err *err)
{
	struct wait wait = {.done = false};
	struct transfer *transfer = transfer_new(engine, request, take_answer, &wait, err);

	*ret_sent = false;
	if (!transfer)
		return false;
	for (engine_run(engine); !wait.done; engine_run(engine)) {
		if (engine_wait(engine, NULL, 0, -1))
			continue;
		transfer_free(transfer);
		*ret_sent = true; /* who knows */
		return err_set(err, ERR_INTERNAL, "The network can't be waited for");
	}
	*ret_sent = wait.sent;
	if (wait.err.kind != ERR_NONE) {
		if (err)
			*err = wait.err;
		return false;
	}
	*ret_answer = wait.answer;
	return true;
}
