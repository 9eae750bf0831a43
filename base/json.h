/* json.h: JSON (RFC 8259) in and out.
 *
 * Reading is cJSON's, behind a check of our own, since cJSON 1.7.15 takes what RFC 8259 does not (control characters in
 * strings, leading zeros, a string that ends at \u0000) and keeps both of two members of one name.
 * Writing goes straight into a buffer: an answer of 20 products costs no allocation per value.
 */
#ifndef VITRINE_BASE_JSON_H
#define VITRINE_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "base/buf.h"
#include "base/err.h"

enum { JSON_DEPTH_MAX = 32 };

/* How many values a text may hold, since each costs some 80 bytes once parsed: of a request, and of a server's
 * answer. */
enum { JSON_VALUES_REQUEST = 4096, JSON_VALUES_ANSWER = 1000000 };

/* Parses one JSON text of valid UTF-8, of at most `values_max` values, JSON_DEPTH_MAX deep at most, without \u0000,
 * without a member name twice in one object. Numbers are doubles: a whole one below 2^53 is exact, and one that is not
 * whole is never rounded to one that is, but NaN. The caller frees it with cJSON_Delete. NULL and ERR_INVALID
 * (ERR_MEMORY) otherwise. */
cJSON *json_parse(const char *bytes, size_t length, size_t values_max, struct err *err);

/* Overwrites every string in it, before it is freed: for what held a secret. NULL-safe. */
void json_wipe(cJSON *json);

/* A writer of one JSON value into a buffer. It puts the commas; names and values must come in a legal order. What goes
 * wrong is the buffer's `failed`. */
struct json {
	struct buf *out;
	bool comma; /* the next name or element needs one before it */
};

struct json json_writer(struct buf *out);
void json_open(struct json *json, char bracket);  /* '{' or '[' */
void json_close(struct json *json, char bracket); /* '}' or ']' */
void json_name(struct json *json, const char *name);   /* of letters, digits and the like: nothing to escape */
/* Hidden, since libjwt's jansson has a function of that name too and would be given ours. */
__attribute__((visibility("hidden"))) void json_string(struct json *json,
						       const char *text); /* valid UTF-8; NULL writes null */
void json_int(struct json *json, int64_t number);
void json_bool(struct json *json, bool value);
/* A member whole: its name, and its value or its opening bracket. */
void json_member_string(struct json *json, const char *name, const char *text);
void json_member_int(struct json *json, const char *name, int64_t number);
void json_member_open(struct json *json, const char *name, char bracket);

/* A value that is JSON already, written as it is. */
void json_raw(struct json *json, const char *bytes, size_t length);

#endif
