#include "models/shape.h"

#include <math.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/text.h"
#include "models/limits.h"
#include "models/money.h"
#include "models/normal.h"
#include "models/shape_internal.h"
#include "models/shape_text.h"

bool shape_given(const struct shape *shape, const void *object, const char *member)
{
	return shape_is_given(shape, object, shape_find(shape, member));
}

void shape_give(const struct shape *shape, void *object, const char *member)
{
	shape_mark_given(shape, object, shape_find(shape, member));
}

bool shape_has_secrets(const struct shape *shape)
{
	for (size_t i = 0; i < shape->count; i++)
		if (shape->fields[i].secret)
			return true;
	return false;
}

void shape_wipe(const struct shape *shape, const void *object)
{
	for (size_t i = 0; i < shape->count; i++) {
		if (!shape->fields[i].secret)
			continue;
		char *text = *(char *const *)field_value(object, shape->fields[i].offset);
		if (text)
			explicit_bzero(text, strlen(text));
	}
}

bool shape_fail(const struct violations *violations, struct err *err)
{
	const struct violation *first = &violations->list[0];
	const char *name = violation_place(first->pointer);

	if (violations->count == 1)
		err_set(err, ERR_INVALID, "%s %s", name, first->detail);
	else
		err_set(err, ERR_INVALID, "%s %s (and %zu more)", name, first->detail, violations->count - 1);
	if (err)
		snprintf(err->field, sizeof err->field, "%.*s", (int)text_cut(name, sizeof err->field - 1), name);
	return false;
}

enum violation_kind shape_range_fault(const struct shape_field *field, int64_t number, struct err_params *ret_params)
{
	char min[MONEY_SIZE], max[MONEY_SIZE];

	if (!field->max || (number >= field->min && number <= field->max))
		return VIOLATION_NONE;
	if (field->type == FIELD_MONEY) {
		money_format(field->min, min);
		money_format(field->max, max);
		err_params_text(ret_params, "min", min);
		err_params_text(ret_params, "max", max);
	} else {
		err_params_number(ret_params, "min", field->min);
		err_params_number(ret_params, "max", field->max);
	}
	return VIOLATION_range;
}

/* ---- decoding a body ---- */

enum { POINTER_SIZE = sizeof((struct violation *)NULL)->pointer };

struct decoder {
	struct arena *arena;
	struct violations *violations; /* NULL: an answer is read, where formats don't matter */
	struct err *err;
	bool memory_ended;
};

static bool decode_object(struct decoder *decoder, const struct shape *shape, const cJSON *json, const char *pointer,
			  void *ret_object);

static bool fault_with(struct decoder *decoder, const char *pointer, enum violation_kind kind,
		       const struct err_params *params)
{
	char detail[VIOLATION_DETAIL];

	if (decoder->violations) {
		violations_add(decoder->violations, pointer, kind, params);
		return false;
	}
	violation_detail(kind, params, detail);
	return err_set(decoder->err, ERR_PROTOCOL, "The answer%s%s %s", *pointer ? ": " : "",
		       *pointer ? pointer + 1 : "", detail);
}

static bool fault(struct decoder *decoder, const char *pointer, enum violation_kind kind)
{
	return fault_with(decoder, pointer, kind, NULL);
}

static bool out_of_memory(struct decoder *decoder)
{
	decoder->memory_ended = true;
	return err_memory(decoder->err, "decoding JSON");
}

/* A text that identifies: it is a text before, and what it has to be once it has its normal form. An address that is
 * only looked up stays as it was typed. */
static bool decode_normal(struct decoder *decoder, const struct shape_field *field, const char *typed,
			  const char *pointer, void *place)
{
	const char *text = typed;
	struct err_params params = {.count = 0};
	struct shape_field any = *field;

	any.type = FIELD_TEXT;
	enum violation_kind wrong = shape_text_fault(&any, text, &params);
	if (!wrong) {
		text = normal_name(decoder->arena, text);
		if (!text)
			return out_of_memory(decoder);
		wrong = shape_text_fault(field, text, &params);
	}
	if (wrong)
		return fault_with(decoder, pointer, wrong, &params);
	if (!field->normal && !(text = arena_strdup(decoder->arena, typed)))
		return out_of_memory(decoder);
	*(const char **)place = text;
	return true;
}

static bool decode_text(struct decoder *decoder, const struct shape_field *field, const cJSON *json,
			const char *pointer, void *place)
{
	struct err_params params = {.count = 0};

	if (!cJSON_IsString(json))
		return fault(decoder, pointer, VIOLATION_not_string);
	if (decoder->violations && (field->normal || field->type == FIELD_EMAIL))
		return decode_normal(decoder, field, json->valuestring, pointer, place);
	enum violation_kind wrong =
	    decoder->violations ? shape_text_fault(field, json->valuestring, &params) : VIOLATION_NONE;
	if (wrong)
		return fault_with(decoder, pointer, wrong, &params);

	const char *copy = arena_strdup(decoder->arena, json->valuestring);
	const bool may_go = decoder->violations && field->unless_blank;
	const char *seen = may_go ? normal_name(decoder->arena, json->valuestring) : copy;
	if (!copy || !seen)
		return out_of_memory(decoder);
	*(const char **)place = *seen || !may_go ? copy : NULL;
	return true;
}

static bool decode_money(struct decoder *decoder, const struct shape_field *field, const cJSON *json,
			 const char *pointer, void *place)
{
	struct err_params params = {.count = 0};
	int64_t amount;

	if (!cJSON_IsString(json) || !money_parse(json->valuestring, &amount))
		return fault(decoder, pointer, VIOLATION_not_amount);
	enum violation_kind wrong = decoder->violations ? shape_range_fault(field, amount, &params) : VIOLATION_NONE;
	if (wrong)
		return fault_with(decoder, pointer, wrong, &params);
	*(int64_t *)place = amount;
	return true;
}

/* Every whole number below 2^53 is exact in a double (json_parse sees to the others), and no limit is larger. */
static bool decode_int(struct decoder *decoder, const struct shape_field *field, const cJSON *json, const char *pointer,
		       void *place)
{
	const double exact = 9007199254740992.0;
	struct err_params params = {.count = 0};

	if (!cJSON_IsNumber(json))
		return fault(decoder, pointer, VIOLATION_not_number);
	double number = json->valuedouble;
	bool fits = number > -exact && number < exact;
	if (isnan(number) || (fits && number != (double)(int64_t)number))
		return fault(decoder, pointer, VIOLATION_not_whole);
	int64_t whole = fits ? (int64_t)number : number < 0 ? INT64_MIN : INT64_MAX;
	enum violation_kind wrong = decoder->violations ? shape_range_fault(field, whole, &params) : VIOLATION_NONE;
	if (!wrong && !fits)
		wrong = VIOLATION_too_large;
	if (wrong)
		return fault_with(decoder, pointer, wrong, &params);
	*(int64_t *)place = whole;
	return true;
}

static bool decode_bool(struct decoder *decoder, const struct shape_field *field, const cJSON *json,
			const char *pointer, void *place)
{
	(void)field;
	if (!cJSON_IsBool(json))
		return fault(decoder, pointer, VIOLATION_not_boolean);
	*(bool *)place = cJSON_IsTrue(json);
	return true;
}

static bool decode_time(struct decoder *decoder, const struct shape_field *field, const cJSON *json,
			const char *pointer, void *place)
{
	(void)field;
	if (!cJSON_IsString(json) || !clock_parse(json->valuestring, place))
		return fault(decoder, pointer, VIOLATION_not_time);
	return true;
}

static bool decode_day(struct decoder *decoder, const struct shape_field *field, const cJSON *json, const char *pointer,
		       void *place)
{
	char time[32];
	int64_t instant;

	(void)field;
	if (!cJSON_IsString(json) || strlen(json->valuestring) != strlen("2026-11-22"))
		return fault(decoder, pointer, VIOLATION_not_date);
	snprintf(time, sizeof time, "%sT00:00:00Z", json->valuestring);
	if (!clock_parse(time, &instant))
		return fault(decoder, pointer, VIOLATION_not_date);
	*(int64_t *)place = clock_day(instant);
	return true;
}

static bool decode_choice(struct decoder *decoder, const struct shape_field *field, const cJSON *json,
			  const char *pointer, void *place)
{
	int choice = cJSON_IsString(json) ? shape_choice(field->choices, json->valuestring) : -1;

	if (choice < 0)
		return fault(decoder, pointer, VIOLATION_not_choice);
	*(int *)place = choice;
	return true;
}

static bool count_fits(struct decoder *decoder, const struct shape_field *field, const char *pointer, size_t count)
{
	struct err_params params = {.count = 0};

	if (!decoder->violations || ((int64_t)count >= field->min && (int64_t)count <= field->max))
		return true;
	err_params_number(&params, "min", field->min);
	err_params_number(&params, "max", field->max);
	return fault_with(decoder, pointer, VIOLATION_count, &params);
}

static bool decode_list(struct decoder *decoder, const struct shape_field *field, const cJSON *json,
			const char *pointer, void *place, size_t *ret_count)
{
	if (!cJSON_IsArray(json))
		return fault(decoder, pointer, VIOLATION_not_array);
	size_t count = (size_t)cJSON_GetArraySize(json);
	if (!count_fits(decoder, field, pointer, count))
		return false;

	char *elements = arena_array(decoder->arena, count ? count : 1, field->of->size);
	if (!elements)
		return out_of_memory(decoder);
	size_t index = 0;
	for (const cJSON *element = json->child; element; element = element->next, index++) {
		char where[POINTER_SIZE];
		snprintf(where, sizeof where, "%.64s/%zu", pointer, index);
		if (!decode_object(decoder, field->of, element, where, elements + index * field->of->size) &&
		    (!decoder->violations || decoder->memory_ended))
			return false;
	}
	*(void **)place = elements;
	*ret_count = count;
	return true;
}

static bool decode_names(struct decoder *decoder, const struct shape_field *field, const cJSON *json,
			 const char *pointer, void *place, size_t *ret_count)
{
	const struct shape_field each = {.type = FIELD_TEXT, .normal = field->normal, .min = 1, .max = field->each};
	bool good = true;

	if (!cJSON_IsArray(json))
		return fault(decoder, pointer, VIOLATION_not_array);
	size_t count = (size_t)cJSON_GetArraySize(json), index = 0;
	if (!count_fits(decoder, field, pointer, count))
		return false;
	const char **names = arena_array(decoder->arena, count + 1, sizeof *names);
	if (!names)
		return out_of_memory(decoder);
	for (const cJSON *element = json->child; element; element = element->next, index++) {
		char where[POINTER_SIZE];

		snprintf(where, sizeof where, "%.64s/%zu", pointer, index);
		good = decode_text(decoder, &each, element, where, &names[index]) && good;
		if (!good && (!decoder->violations || decoder->memory_ended))
			return false;
	}
	*(const char *const **)place = names;
	*ret_count = count;
	return good;
}

/* Only in answers, of which nothing is believed: what doesn't fit is left out. */
static bool decode_params(struct decoder *decoder, const struct shape_field *field, const cJSON *json,
			  const char *pointer, void *place)
{
	struct err_params params = {.count = 0};

	(void)decoder;
	(void)field;
	(void)pointer;
	const cJSON *member = cJSON_IsObject(json) ? json->child : NULL;
	for (; member && params.count < ERR_PARAMS_MAX; member = member->next) {
		const double number = cJSON_IsNumber(member) ? member->valuedouble : NAN;

		if (cJSON_IsString(member))
			err_params_text(&params, member->string, member->valuestring);
		else if (fabs(number) < (double)LIMIT_VERSION && number == (double)(int64_t)number)
			err_params_number(&params, member->string, (int64_t)number);
	}
	*(struct err_params *)place = params;
	return true;
}

typedef bool decode_fn(struct decoder *decoder, const struct shape_field *field, const cJSON *json, const char *pointer,
		       void *place);
static decode_fn *const decoders[] = {
    [FIELD_TEXT] = decode_text,	    [FIELD_ID] = decode_text,	  [FIELD_EMAIL] = decode_text,
    [FIELD_PASSWORD] = decode_text, [FIELD_MOBILE] = decode_text, [FIELD_MONEY] = decode_money,
    [FIELD_INT] = decode_int,	    [FIELD_BOOL] = decode_bool,	  [FIELD_TIME] = decode_time,
    [FIELD_DAY] = decode_day,	    [FIELD_CHOICE] = decode_choice,
    [FIELD_PARAMS] = decode_params,
};

static bool decode_field(struct decoder *decoder, const struct shape_field *field, const cJSON *json,
			 const char *pointer, void *object)
{
	void *place = field_place(object, field->offset);

	if (field->type == FIELD_LIST)
		return decode_list(decoder, field, json, pointer, place, field_place(object, field->count_offset));
	if (field->type == FIELD_NAMES)
		return decode_names(decoder, field, json, pointer, place, field_place(object, field->count_offset));
	if (field->type == FIELD_OBJECT) {
		void *inner = arena_alloc(decoder->arena, field->of->size);
		if (!inner)
			return out_of_memory(decoder);
		if (!decode_object(decoder, field->of, json, pointer, inner))
			return false;
		*(void **)place = inner;
		return true;
	}
	return decoders[field->type](decoder, field, json, pointer, place);
}

/* The JSON pointer of a member: '~' and '/' in its name are escaped (RFC 6901, 3), and a long name is cut. */
static void member_pointer(const char *pointer, const char *name, char ret_where[POINTER_SIZE])
{
	enum { NAME_MAX_BYTES = 36, OUTER_MAX = POINTER_SIZE - 2 * NAME_MAX_BYTES - 2 };
	size_t length = text_cut(name, NAME_MAX_BYTES);
	size_t at = (size_t)snprintf(ret_where, POINTER_SIZE, "%.*s/", (int)text_cut(pointer, OUTER_MAX), pointer);

	for (size_t i = 0; i < length; i++) {
		bool escaped = name[i] == '~' || name[i] == '/';

		ret_where[at++] = escaped ? '~' : name[i];
		if (escaped)
			ret_where[at++] = name[i] == '~' ? '0' : '1';
	}
	ret_where[at] = '\0';
}

static bool decode_object(struct decoder *decoder, const struct shape *shape, const cJSON *json, const char *pointer,
			  void *ret_object)
{
	uint64_t seen = 0;
	bool good = true;

	shape_clear(shape, ret_object);
	if (!cJSON_IsObject(json))
		return fault(decoder, pointer, VIOLATION_not_object);

	for (const cJSON *member = json->child; member; member = member->next) {
		size_t index = shape_find(shape, member->string);
		char where[POINTER_SIZE];

		member_pointer(pointer, member->string, where);
		if (index == shape->count) {
			if (decoder->violations)
				good = fault(decoder, where, VIOLATION_unknown);
			continue;
		}
		const struct shape_field *field = &shape->fields[index];
		if (cJSON_IsNull(member) && !decoder->violations && !field->required)
			continue; /* in an answer, null is as good as absent */
		seen |= UINT64_C(1) << index;
		shape_mark_given(shape, ret_object, index);
		if (!decode_field(decoder, field, member, where, ret_object)) {
			good = false;
			if (!decoder->violations || decoder->memory_ended)
				return false;
		}
	}
	for (size_t i = 0; i < shape->count; i++) {
		char where[POINTER_SIZE];

		if (!shape->fields[i].required || seen >> i & 1)
			continue;
		member_pointer(pointer, shape->fields[i].name, where);
		good = fault(decoder, where, VIOLATION_missing);
	}
	return good;
}

bool shape_decode(const struct shape *shape, const cJSON *json, struct arena *arena, void *ret_object,
		  struct violations *violations, struct err *err)
{
	struct decoder decoder = {.arena = arena, .violations = violations, .err = err};

	decode_object(&decoder, shape, json, "", ret_object);
	if (decoder.memory_ended)
		return false;
	return !violations->count || shape_fail(violations, err);
}

bool shape_decode_answer(const struct shape *shape, const cJSON *json, struct arena *arena, void *ret_object,
			 struct err *err)
{
	struct decoder decoder = {.arena = arena, .err = err};

	return decode_object(&decoder, shape, json, "", ret_object);
}
