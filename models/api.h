/* api.h: the REST contract as a table (api.def), shared by the platform, which serves it, and the client, which calls
 * it.
 */
#ifndef VITRINE_MODELS_API_H
#define VITRINE_MODELS_API_H

#include "models/shape.h"

enum api_op {
#define API(op, ...) API_##op,
#include "models/api.def"
#undef API
	API_OPS
};

enum api_method { METHOD_GET, METHOD_POST, METHOD_PUT, METHOD_PATCH, METHOD_DELETE, METHODS };
extern const char *const api_method_names[];

/* Who may call. The zero value denies. */
enum api_who {
	WHO_NOBODY = 0,
	WHO_ANYONE,         /* a token isn't even looked at */
	WHO_ANYONE_OR_SELF, /* a token, when sent, must be valid */
	WHO_SIGNED_IN,
	WHO_CLIENT, /* somebody of the group Clients */
	WHO_SELLER, /* somebody of the group Sellers */
	WHO_SELF,   /* whose id is the one in the path; under /Client a client, under /Seller a seller */
};

/* Where it may run: an INLINE row never waits for a disk's flush or a password's hash; a WORKER row may wait for the
 * former, a HASHER row for both. A SEARCH row is INLINE for most requests; dispatch says for which it isn't
 * (request.hurried). A WAITS row is INLINE, but may be put aside until there is something to tell (request.patient). */
enum api_runs { RUNS_INLINE, RUNS_WORKER, RUNS_HASHER, RUNS_SEARCH, RUNS_WAITS };

/* The Lambda functions. */
enum api_function {
	FUNCTION_Auth,
	FUNCTION_Clients,
	FUNCTION_Sellers,
	FUNCTION_Products,
	FUNCTION_Purchases,
	FUNCTIONS
};
extern const char *const api_function_names[]; /* "Auth", … */

struct api_row {
	const char *name; /* "product_list" */
	enum api_method method;
	const char *path;
	enum api_who who;
	enum api_runs runs;
	enum api_function function;
	const struct shape *query;  /* NULL: none */
	const struct shape *body;   /* NULL: none; &picture_shape: an image */
	int status;
	const struct shape *answer; /* NULL: none */
	bool retry, once;
};
extern const struct api_row api_rows[API_OPS];

/* Stands in the table for a body that is an image, not JSON. It has no fields. */
extern const struct shape picture_shape;

/* Finds the row that serves a method and a path. On success *ret_id points into `path` at what {id} stands for and
 * *ret_id_length says its bytes (0 without {id}). When only the method doesn't fit, *ret_allowed gets a bit (1 <<
 * method) for each that would; otherwise 0. */
bool api_match(const char *method, const char *path, enum api_op *ret_op, const char **ret_id, size_t *ret_id_length,
	       unsigned *ret_allowed);

#endif
