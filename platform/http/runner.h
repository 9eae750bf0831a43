/* runner.h: what a thread needs to answer requests: its arena, the date as text, its source of ids. One per event loop
 * and one per worker.
 */
#ifndef VITRINE_PLATFORM_HTTP_RUNNER_H
#define VITRINE_PLATFORM_HTTP_RUNNER_H

#include "base/arena.h"
#include "base/id.h"
#include "platform/http/dialogue.h"

struct runner {
	struct arena arena;
	struct id_source ids;
	int64_t date_second;
	char date[sizeof "Date: Sun, 22 Nov 2026 15:04:05 GMT\r\n"];
};

void runner_init(struct runner *runner);
void runner_done(struct runner *runner);

/* Has the dialogue's request answered by dispatch, into dialogue->answer. `last`: the connection ends with this
 * answer. */
void runner_answer(struct runner *runner, struct platform *platform, struct dialogue *dialogue, const char *address,
		   bool last);

/* The same on an event loop; false when the request could hold it: then nothing is done, and a worker is to answer. */
bool runner_try(struct runner *runner, struct platform *platform, struct dialogue *dialogue, const char *address,
		bool last);

/* The same for a row that waits; false when there is nothing to tell yet: *ret_wait says for what to wait before it is
 * asked again. */
bool runner_ask(struct runner *runner, struct platform *platform, struct dialogue *dialogue, const char *address,
		bool last, struct wait *ret_wait);

/* The same with an answer made elsewhere, whose body it takes over. */
void runner_render(struct runner *runner, struct dialogue *dialogue, struct response *response, bool last);

/* Gives the request an id unless its client did. */
void runner_identify(struct runner *runner, struct dialogue *dialogue);

/* Microseconds that only grow. */
int64_t runner_clock(void);

/* Answers OPTIONS *: the methods that there are. A path's own are in its 405. */
void runner_answer_options(struct runner *runner, struct dialogue *dialogue, bool last);

#endif
