#include "models/api.h"

#include <string.h>

#include "models/account.h"
#include "models/change.h"
#include "models/product.h"
#include "models/purchase.h"

const char *const api_method_names[] = {"GET", "POST", "PUT", "PATCH", "DELETE", NULL};
const char *const api_function_names[] = {"Auth", "Clients", "Sellers", "Products", "Purchases", NULL};

const struct shape picture_shape = {.name = "Picture"};

enum { NO, YES, ONCE };

const struct api_row api_rows[API_OPS] = {
#define API(op, verb, where, may, run, lambda, query_shape, body_shape, success, answer_shape, again)               \
	[API_##op] = {.name = #op,                                                                                  \
		      .method = METHOD_##verb,                                                                      \
		      .path = (where),                                                                              \
		      .who = WHO_##may,                                                                             \
		      .runs = RUNS_##run,                                                                           \
		      .function = FUNCTION_##lambda,                                                                \
		      .query = (query_shape),                                                                       \
		      .body = (body_shape),                                                                         \
		      .status = (success),                                                                          \
		      .answer = (answer_shape),                                                                     \
		      .retry = (again) != NO,                                                                       \
		      .once = (again) == ONCE},
#include "models/api.def"
#undef API
};

/* Does the path fit the row's, and what does {id} stand for? */
static bool path_fits(const char *pattern, const char *path, const char **ret_id, size_t *ret_id_length)
{
	const char *hole = strstr(pattern, "{id}");
	size_t prefix = hole ? (size_t)(hole - pattern) : strlen(pattern);

	if (!hole) {
		*ret_id = "";
		*ret_id_length = 0;
		return !strcmp(pattern, path);
	}
	if (strncmp(pattern, path, prefix) != 0)
		return false;

	size_t length = strcspn(path + prefix, "/");
	if (!length || strcmp(hole + strlen("{id}"), path + prefix + length) != 0)
		return false;
	*ret_id = path + prefix;
	*ret_id_length = length;
	return true;
}

bool api_match(const char *method, const char *path, enum api_op *ret_op, const char **ret_id, size_t *ret_id_length,
	       unsigned *ret_allowed)
{
	unsigned allowed = 0;
	bool literal = false; /* "/Product/Batch" is not the product whose id is Batch */

	for (int op = 0; op < API_OPS; op++) {
		const struct api_row *row = &api_rows[op];
		const char *id;
		size_t id_length;

		if (!path_fits(row->path, path, &id, &id_length) || (literal && id_length))
			continue;
		literal = literal || !id_length;
		if (!strcmp(api_method_names[row->method], method)) {
			*ret_op = (enum api_op)op;
			*ret_id = id;
			*ret_id_length = id_length;
			return true;
		}
		allowed |= 1U << row->method;
	}
	*ret_allowed = allowed;
	return false;
}
