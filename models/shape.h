/* shape.h: JSON objects and query strings as tables.
 *
 * A shape lists the members of one kind of object: name, type, limits, and where in a plain struct each lives. From
 * that table alone an object is decoded, checked, and written; openapi.yaml is compared with it by a test.
 *
 * What a member is in C: texts of all kinds `const char *` (NULL: absent), numbers, money, times and days int64_t,
 * yes/no bool, a choice int (an index into `choices`, -1 when absent), a list a pointer to its elements and a size_t
 * count, an object a pointer to it (NULL: absent).
 */
#ifndef VITRINE_MODELS_SHAPE_H
#define VITRINE_MODELS_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "models/violation.h"

enum field_type {
	FIELD_TEXT = 1, /* min to max characters, no control characters */
	/* an account's, product's, … id: 1 to 64 of letters, digits, '-' (ULIDs, and Cognito's UUIDs) */
	FIELD_ID,
	FIELD_EMAIL,    /* in its normal form */
	FIELD_PASSWORD, /* also min to max; a lower-case letter, an upper-case letter and a digit */
	FIELD_MOBILE,   /* E.164: '+' and 7 to 15 digits */
	FIELD_MONEY,    /* a decimal string; min to max minor units */
	FIELD_INT,      /* a whole number, min to max */
	FIELD_BOOL,
	FIELD_TIME,   /* RFC 3339; milliseconds inside */
	FIELD_DAY,    /* "2026-11-22"; days inside; only written */
	FIELD_CHOICE, /* one of `choices` */
	FIELD_LIST,   /* min to max objects of shape `of` */
	FIELD_OBJECT, /* of shape `of` */
	FIELD_NAMES,  /* a list of min to max texts of 1 to `each` characters: const char *const * and a count */
	/* {NAME: text or whole number}: struct err_params; in answers only, left out when there are none */
	FIELD_PARAMS,
};

struct shape;

struct shape_field {
	const char *name;
	enum field_type type;
	bool required; /* in a request; a writer leaves out only what is NULL or -1 */
	bool nullable; /* written as null when absent */
	/* in an answer: an amount or a time of 0, a list without elements and a false have no value: left out */
	bool optional;
	bool lines;    /* a text that may hold line feeds */
	/* a text that identifies something: a request's gets its normal form (normal.h) before it is kept */
	bool normal;
	bool unless_blank; /* a text for people: a request's that shows nothing counts as not given */
	bool secret;   /* a text to be overwritten after use: see shape_wipe */
	int64_t min, max;
	int64_t each; /* FIELD_NAMES */
	size_t offset;
	size_t count_offset;        /* FIELD_LIST, FIELD_NAMES: of its size_t count */
	const struct shape *of;     /* FIELD_LIST, FIELD_OBJECT */
	const char *const *choices; /* FIELD_CHOICE: ends with NULL */
};

struct shape {
	const char *name; /* as openapi.yaml calls it */
	size_t size;      /* of the struct */
	const struct shape_field *fields;
	size_t count;
	/* Where a uint32_t is that gets bit i when field i was there, for shapes whose members can be left out. */
	size_t given_offset; /* its offset + 1; 0: there is none */
	/* Where a `const char *json` is that may hold what was written of the same object before, for shapes whose
	 * objects are written again and again. */
	size_t json_offset; /* its offset + 1; 0: there is none */
	bool bodiless; /* a request may come without a body, which is as good as {} */
};

/* Rows of a table: SHAPE_TEXT(struct product, name, .required = true, .min = 1, .max = LIMIT_NAME) */
#define SHAPE_FIELD(kind, structure, member, ...) \
	{.name = #member, .type = (kind), .offset = offsetof(structure, member), __VA_ARGS__}
#define SHAPE_ITEMS(structure, member, shape, ...)                                                       \
	{.name = #member, .type = FIELD_LIST, .offset = offsetof(structure, member),                     \
	 .count_offset = offsetof(structure, member##_count), .of = &(shape), __VA_ARGS__}

#define SHAPE_NAMES(structure, member, ...)                                                              \
	{.name = #member, .type = FIELD_NAMES, .offset = offsetof(structure, member),                    \
	 .count_offset = offsetof(structure, member##_count), __VA_ARGS__}

/* Defines a shape from its rows: SHAPE_DEFINE(product_shape, "Product", struct product, ROW, ROW, …);
 * SHAPE_DEFINE_GIVEN is for a struct with a member `uint32_t given`, SHAPE_DEFINE_JSON for one with `const char *json`,
 * SHAPE_DEFINE_BODILESS for a body that may be missing. */
#define SHAPE_DEFINE_EXTRA(symbol, wire_name, structure, extra, ...)                                     \
	static const struct shape_field symbol##_fields[] = {__VA_ARGS__};                                     \
	const struct shape symbol = {.name = (wire_name),                                                \
				     .size = sizeof(structure),                                          \
				     .fields = symbol##_fields,                                          \
				     .count = sizeof symbol##_fields / sizeof *symbol##_fields,          \
				     extra}
#define SHAPE_DEFINE(symbol, wire_name, structure, ...) \
	SHAPE_DEFINE_EXTRA(symbol, wire_name, structure, .given_offset = 0, __VA_ARGS__)
#define SHAPE_DEFINE_GIVEN(symbol, wire_name, structure, ...)                                            \
	SHAPE_DEFINE_EXTRA(symbol, wire_name, structure, .given_offset = offsetof(structure, given) + 1, \
			   __VA_ARGS__)
#define SHAPE_DEFINE_BODILESS(symbol, wire_name, structure, ...) \
	SHAPE_DEFINE_EXTRA(symbol, wire_name, structure, .bodiless = true, __VA_ARGS__)
#define SHAPE_DEFINE_JSON(symbol, wire_name, structure, ...)                                             \
	SHAPE_DEFINE_EXTRA(symbol, wire_name, structure, .json_offset = offsetof(structure, json) + 1, __VA_ARGS__)

/* Was this field in the request? And: it is to be in the request that will be written. For shapes with `given`. */
bool shape_given(const struct shape *shape, const void *object, const char *member);
void shape_give(const struct shape *shape, void *object, const char *member);

/* Decodes a request's body. Every member is checked, also for being known; texts are copied into the arena. The struct
 * is zeroed first, choices set to -1. False with ERR_INVALID, and *violations says where; or ERR_MEMORY. */
bool shape_decode(const struct shape *shape, const cJSON *json, struct arena *arena, void *ret_object,
		  struct violations *violations, struct err *err);

/* Decodes a server's answer: members must have their types, and the required ones must be there; unknown members,
 * lengths and formats don't matter, since nothing of it is believed. ERR_PROTOCOL or ERR_MEMORY. */
bool shape_decode_answer(const struct shape *shape, const cJSON *json, struct arena *arena, void *ret_object,
			 struct err *err);

/* A name and a value, as in a query string or a header; strings not owned. */
struct pair {
	const char *name;
	const char *value;
};

/* Decodes a query string's parameters; as shape_decode. The strings are not copied. */
bool shape_decode_query(const struct shape *shape, const struct pair *pairs, size_t count, void *ret_object,
			struct violations *violations, struct err *err);

/* Has it members that are secret? And: overwrites their texts, which the object points to and must own. The members of
 * objects within it are not looked at. */
bool shape_has_secrets(const struct shape *shape);
void shape_wipe(const struct shape *shape, const void *object);

/* Writes an object; of a shape with `given`, only what is given. An object that holds its JSON already is written as
 * that. */
void shape_write(const struct shape *shape, const void *object, struct json *json);

/* Writes the members of an object without its braces, for an answer that adds some. */
void shape_write_members(const struct shape *shape, const void *object, struct json *json);

#endif
