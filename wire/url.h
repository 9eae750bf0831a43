/* url.h: where a service is: the base URL, taken apart and checked; redirects; and texts made fit for a URL.
 */
#ifndef VITRINE_WIRE_URL_H
#define VITRINE_WIRE_URL_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

struct url {
	char *text;     /* as given, without a final slash: what people see and what state files are named by */
	char *prefix;   /* "https://host:port/Prod": what a path is appended to */
	char *socket;   /* of a Unix socket, or NULL */
	char *host;     /* for people: "shop.example.com", with the port where one is given; or the socket's path */
	bool loopback;  /* this machine, or a Unix socket */
	bool encrypted; /* https */
};

/* "http://…", "https://…" or "unix:/path". ERR_INVALID when it is something else or has a user, a password, a query or
 * a fragment; ERR_MEMORY. */
bool url_parse(const char *text, struct url *ret_url, struct err *err);
void url_done(struct url *url);

/* Where a redirect leads to that was the answer to `path`: an absolute URL, for the caller to free. NULL: nowhere that
 * makes sense, or memory ended. */
char *url_follow(const struct url *from, const char *path, const char *location);

/* Does that lead to the same place by https: same host (the port may be another) and same path? Then *ret_url is it, as
 * url_parse would give it. */
bool url_secures(const struct url *from, const char *path, const char *where, struct url *ret_url);

/* Appends percent-encoded text: letters, digits, '-', '_', '.' and '~' stay as they are. */
void url_escape(struct buf *out, const char *text);

#endif
