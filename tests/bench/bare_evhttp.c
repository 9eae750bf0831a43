/* bare_evhttp BYTES: what vitrined's pages are measured beside: libevent's own HTTP server, one loop, that answers
 * every request with the same number of bytes and does nothing else. Prints "listening on URL". */
#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

struct page {
	char *bytes;
	size_t length;
};

static void answer(struct evhttp_request *request, void *context)
{
	const struct page *page = context;
	struct evbuffer *body = evbuffer_new();

	if (body && !evbuffer_add(body, page->bytes, page->length) &&
	    !evhttp_add_header(evhttp_request_get_output_headers(request), "Content-Type", "application/json"))
		evhttp_send_reply(request, 200, "OK", body);
	else
		evhttp_send_error(request, 503, NULL);
	if (body)
		evbuffer_free(body);
}

static int port_of(evutil_socket_t socket)
{
	struct sockaddr_in address = {0};
	socklen_t length = sizeof address;

	return getsockname(socket, (struct sockaddr *)&address, &length) ? -1 : ntohs(address.sin_port);
}

int main(int argc, char **argv)
{
	static struct page page;

	page.length = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;
	if (!page.length || !(page.bytes = malloc(page.length))) {
		fputs("usage: bare_evhttp BYTES\n", stderr);
		return 2;
	}
	memset(page.bytes, 'x', page.length);

	struct event_base *base = event_base_new();
	struct evhttp *http = base ? evhttp_new(base) : NULL;
	struct evhttp_bound_socket *bound = http ? evhttp_bind_socket_with_handle(http, "127.0.0.1", 0) : NULL;
	if (!bound) {
		fputs("bare_evhttp: no socket\n", stderr);
		return 1;
	}
	evhttp_set_gencb(http, answer, &page);
	printf("listening on http://127.0.0.1:%d\n", port_of(evhttp_bound_socket_get_fd(bound)));
	fflush(stdout);
	event_base_dispatch(base);
	evhttp_free(http);
	event_base_free(base);
	return 0;
}
