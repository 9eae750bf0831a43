/* direct.h: dispatch() itself as a transport of the API suite, with whatever platform is put into it.
 */
#ifndef VITRINE_TESTS_CONTRACT_DIRECT_H
#define VITRINE_TESTS_CONTRACT_DIRECT_H

#include "platform/dispatch.h"
#include "tests/contract/api_suite.h"

struct direct {
	struct api_transport transport; /* first: the one is a pointer to the other; its `send` and `tend` are these */
	struct platform platform;
	const char *address; /* that requests come from; NULL: 127.0.0.1 */
	unsigned requests;
};

bool direct_send(struct api_transport *transport, const struct api_request *request, struct arena *arena,
		 struct api_response *ret_response);
bool direct_tend(struct api_transport *transport);

#endif
