/* target.h: a request's target, as it stands in the request line, taken apart and decoded.
 *
 * All of it works in place on a terminated string that the caller owns: decoding never makes a text longer. Strict on
 * purpose: what another program on the way could read in another way is refused.
 */
#ifndef VITRINE_PLATFORM_TARGET_H
#define VITRINE_PLATFORM_TARGET_H

#include <stdbool.h>
#include <stddef.h>

#include "models/shape.h"

enum { TARGET_PARAMETERS_MAX = 64 };

/* Is this a host and perhaps a port, as a Host field and a URL have them (RFC 9110, 7.2)? Nobody's name is in it. */
bool target_authority_valid(const char *authority, size_t length);

/* Cuts "/a/b?c=d" or "http://host/a/b?c=d" into path and query string (NULL when there is none), both pointing into
 * `target`. Otherwise returns a sentence that says what is wrong, and leaves the outputs alone: other forms ("*",
 * "host:port"), a fragment, a bad host, and bytes that have no place in a target. */
const char *target_split(char *target, char **ret_path, char **ret_query);

/* Decodes %XX. False for a bad escape, an escaped slash or NUL, and for what isn't UTF-8 then. */
bool target_decode_path(char *path);

/* Decodes "a=b&c=d" (also + as a space) into pairs whose strings lie in `query`. False as above, though a slash may be
 * escaped here, and for more parameters than `capacity`. */
bool target_decode_query(char *query, struct pair *ret_pairs, size_t capacity, size_t *ret_count);

/* How many pairs target_decode_query could need for this query string. */
size_t target_count_parameters(const char *query);

#endif
