#include "base/json.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

/* ---- checking ---- */

struct scan {
	const char *at, *end;
	const char *fault; /* what is wrong there, or NULL */
	size_t values;     /* how many more there may be */
	bool parts;        /* there is a number that is not whole */
};

static bool fail(struct scan *scan, const char *fault)
{
	if (!scan->fault)
		scan->fault = fault;
	return false;
}

static void skip_space(struct scan *scan)
{
	while (scan->at < scan->end && strchr(" \t\r\n", *scan->at) && *scan->at)
		scan->at++;
}

static bool take(struct scan *scan, char c)
{
	if (scan->at >= scan->end || *scan->at != c)
		return false;
	scan->at++;
	return true;
}

static bool take_digits(struct scan *scan)
{
	const char *start = scan->at;

	while (scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9')
		scan->at++;
	return scan->at > start;
}

/* cJSON 1.7.15 as it was released reads 63 characters of a number, and finds the rest to be no JSON. */
enum { NUMBER_MAX = 63 };

/* Is a number of that text whole, to the last digit? Its digits, without the point, stand for so many of 10^places. */
static bool is_whole(const char *number, size_t length)
{
	long places = 0, exponent = 0, zeros = 0;
	bool point = false, negative = false, nothing = true;
	size_t at = 0;

	for (; at < length && (number[at] | 0x20) != 'e'; at++) {
		if (number[at] == '.') {
			point = true;
		} else if (number[at] != '-') {
			places -= point;
			zeros = number[at] == '0' ? zeros + 1 : 0;
			nothing = nothing && number[at] == '0';
		}
	}
	for (; at < length; at++) {
		negative = negative || number[at] == '-';
		if (number[at] >= '0' && number[at] <= '9' && exponent < NUMBER_MAX)
			exponent = exponent * 10 + (number[at] - '0');
	}
	return nothing || places + zeros + (negative ? -exponent : exponent) >= 0;
}

static bool scan_number(struct scan *scan)
{
	const char *start = scan->at;

	take(scan, '-');
	if (!take(scan, '0') && !take_digits(scan))
		return fail(scan, "a number without digits");
	if (take(scan, '.') && !take_digits(scan))
		return fail(scan, "a number that ends at its point");
	if (take(scan, 'e') || take(scan, 'E')) {
		if (!take(scan, '+'))
			take(scan, '-');
		if (!take_digits(scan))
			return fail(scan, "a number without an exponent");
	}
	if (scan->at - start > NUMBER_MAX)
		return fail(scan, "a number of more than 63 characters");
	scan->parts = scan->parts || !is_whole(start, (size_t)(scan->at - start));
	return true;
}

static bool scan_hex4(struct scan *scan, unsigned *ret_code)
{
	unsigned code = 0;

	for (int i = 0; i < 4; i++, scan->at++) {
		if (scan->at >= scan->end)
			return fail(scan, "an unfinished \\u escape");
		char c = *scan->at;
		unsigned value = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
				 : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10)
				 : c >= 'A' && c <= 'F' ? (unsigned)(c - 'A' + 10)
							: 16;
		if (value > 15)
			return fail(scan, "a \\u escape that is not hexadecimal");
		code = code << 4 | value;
	}
	*ret_code = code;
	return true;
}

static bool scan_escape(struct scan *scan)
{
	unsigned code, low;

	if (scan->at >= scan->end || !*scan->at || !strchr("\"\\/bfnrtu", *scan->at))
		return fail(scan, "an unknown escape");
	if (*scan->at++ != 'u')
		return true;
	if (!scan_hex4(scan, &code))
		return false;
	if (!code)
		return fail(scan, "\\u0000 in a string");
	if (code >= 0xDC00 && code < 0xE000)
		return fail(scan, "half of a surrogate pair");
	if (code >= 0xD800 && code < 0xDC00) {
		if (!take(scan, '\\') || !take(scan, 'u') || !scan_hex4(scan, &low) || low < 0xDC00 || low > 0xDFFF)
			return fail(scan, "half of a surrogate pair");
	}
	return true;
}

static bool scan_string(struct scan *scan)
{
	if (!take(scan, '"'))
		return fail(scan, "a name or string was expected");
	while (scan->at < scan->end) {
		unsigned char c = (unsigned char)*scan->at++;

		if (c == '"')
			return true;
		if (c < 0x20)
			return fail(scan, "a control character in a string");
		if (c == '\\' && !scan_escape(scan))
			return false;
	}
	return fail(scan, "a string without an end");
}

static bool scan_word(struct scan *scan)
{
	static const char *const words[] = {"true", "false", "null"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		size_t length = strlen(words[i]);

		if ((size_t)(scan->end - scan->at) >= length && !memcmp(scan->at, words[i], length)) {
			scan->at += length;
			return true;
		}
	}
	return fail(scan, "a value was expected");
}

static bool scan_scalar(struct scan *scan)
{
	if (scan->at >= scan->end)
		return fail(scan, "it ends too early");
	if (*scan->at == '"')
		return scan_string(scan);
	if (*scan->at == '-' || (*scan->at >= '0' && *scan->at <= '9'))
		return scan_number(scan);
	return scan_word(scan);
}

/* An object's member up to its value. */
static bool scan_name(struct scan *scan)
{
	skip_space(scan);
	if (!scan_string(scan))
		return false;
	skip_space(scan);
	return take(scan, ':') || fail(scan, "a colon was expected");
}

/* The whole text, without recursion: `closers` is the stack of brackets that are open. */
static bool scan_text(struct scan *scan)
{
	char closers[JSON_DEPTH_MAX];
	int depth = 0;

	for (;;) {
		skip_space(scan);
		if (!scan->values--)
			return fail(scan, "it has too many values");
		bool object = take(scan, '{');
		if (object || take(scan, '[')) {
			if (depth == JSON_DEPTH_MAX)
				return fail(scan, "it is nested too deep");
			closers[depth++] = object ? '}' : ']';
			skip_space(scan);
			if (!take(scan, closers[depth - 1])) {
				if (object && !scan_name(scan))
					return false;
				continue;
			}
			depth--;
		} else if (!scan_scalar(scan)) {
			return false;
		}
		/* A value has ended: what may follow it? */
		for (skip_space(scan); depth && take(scan, closers[depth - 1]); skip_space(scan))
			depth--;
		if (!depth)
			return scan->at == scan->end || fail(scan, "something follows the end");
		if (!take(scan, ','))
			return fail(scan, "a comma or a closing bracket was expected");
		if (closers[depth - 1] == '}' && !scan_name(scan))
			return false;
	}
}

/* ---- reading ---- */

/* Two members of one name: which one counts would be a matter of taste, so neither does. Objects of a request have few
 * members, and JSON_DEPTH_MAX bounds the recursion; an object with very many is refused first. */
enum { MEMBERS_MAX = 256 };

static bool names_differ(const cJSON *value, struct err *err)
{
	int members = 0;

	for (const cJSON *child = value->child; child; child = child->next) {
		if (cJSON_IsObject(value) && ++members > MEMBERS_MAX)
			return err_set(err, ERR_INVALID, "The JSON has an object with more than %d members",
				       MEMBERS_MAX);
		for (const cJSON *other = cJSON_IsObject(value) ? value->child : child; other != child;
		     other = other->next)
			if (!strcmp(other->string, child->string))
				return err_set(err, ERR_INVALID, "The JSON has the member \"%.*s\" twice",
					       (int)text_cut(child->string, 60), child->string);
		if (!names_differ(child, err))
			return false;
	}
	return true;
}

/* The next number from there on, of a text that was scanned, and its length. */
static const char *next_number(const char *at, const char *end, size_t *ret_length)
{
	while (*at != '-' && (*at < '0' || *at > '9')) {
		if (*at++ != '"')
			continue;
		while (*at++ != '"') /* an escape may be of a quote */
			at += at[-1] == '\\';
	}
	size_t length = 1;
	while (at + length < end && at[length] && strchr("0123456789+-.eE", at[length]))
		length++;
	*ret_length = length;
	return at;
}

/* A double has 53 bits: 1e-400 is 0 to it, and 1.00000000000000000001 is 1. What is not whole must not seem to be. */
#define EXACT 9007199254740992.0
static void unround(cJSON *json, const char **at, const char *end)
{
	size_t length;

	for (cJSON *value = json; value; value = value->next) {
		unround(value->child, at, end);
		if (!cJSON_IsNumber(value))
			continue;
		const char *text = next_number(*at, end, &length);
		double number = value->valuedouble;
		bool seems_whole = number > -EXACT && number < EXACT && number == (double)(int64_t)number;
		if (seems_whole && !is_whole(text, length))
			value->valuedouble = NAN;
		*at = text + length;
	}
}

cJSON *json_parse(const char *bytes, size_t length, size_t values_max, struct err *err)
{
	bytes = length ? bytes : ""; /* of an empty buffer they are NULL */
	struct scan scan = {.at = bytes, .end = bytes + length, .values = values_max};

	if (!text_valid(bytes, length)) {
		err_set(err, ERR_INVALID, "The JSON is not valid UTF-8");
		return NULL;
	}
	if (!scan_text(&scan)) {
		err_set(err, ERR_INVALID, "The JSON is broken at byte %zu: %s", (size_t)(scan.at - bytes), scan.fault);
		return NULL;
	}

	cJSON *json = cJSON_ParseWithLength(bytes, length);
	if (!json) {
		err_memory(err, "reading JSON");
		return NULL;
	}
	if (!names_differ(json, err)) {
		cJSON_Delete(json);
		return NULL;
	}
	if (scan.parts)
		unround(json, &bytes, scan.end);
	return json;
}

void json_wipe(cJSON *json)
{
	for (cJSON *value = json; value; value = value->next) {
		if (value->valuestring)
			explicit_bzero(value->valuestring, strlen(value->valuestring));
		json_wipe(value->child); /* as deep as json_parse lets it be */
	}
}

/* ---- writing ---- */

struct json json_writer(struct buf *out)
{
	return (struct json){.out = out};
}

static void separate(struct json *json)
{
	if (json->comma)
		buf_add_char(json->out, ',');
	json->comma = true;
}

void json_open(struct json *json, char bracket)
{
	separate(json);
	buf_add_char(json->out, bracket);
	json->comma = false;
}

void json_close(struct json *json, char bracket)
{
	buf_add_char(json->out, bracket);
	json->comma = true;
}

/* Has the word a byte that can't stand in a JSON string as it is: a control character, '"' or '\\'? Eight bytes at a
 * time: where a byte is less than n, subtracting n from it borrows and sets its top bit; where it equals c, so does
 * subtracting 1 from their difference. A borrow may also mark the byte above one that is marked, never a word without
 * any. */
static bool needs_escape(uint64_t word)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones * 0x80;
	uint64_t quote = word ^ ones * '"', backslash = word ^ ones * '\\';

	return ((word - ones * 0x20) & ~word & tops) | ((quote - ones) & ~quote & tops) |
	       ((backslash - ones) & ~backslash & tops);
}

/* Bytes from `text` on that can stand as they are. */
static size_t plain_run(const char *text, size_t length)
{
	size_t at = 0;
	uint64_t word;

	for (; at + sizeof word <= length; at += sizeof word) {
		memcpy(&word, text + at, sizeof word);
		if (needs_escape(word))
			break;
	}
	while (at < length && (unsigned char)text[at] >= 0x20 && text[at] != '"' && text[at] != '\\')
		at++;
	return at;
}

static void write_escape(struct buf *out, char c)
{
	static const char short_escapes[] = "b\bf\fn\nr\rt\t\"\"\\\\";
	const char *escape = short_escapes;

	while (*escape && escape[1] != c)
		escape += 2;
	if (*escape)
		buf_add(out, (char[]){'\\', *escape}, 2);
	else
		buf_printf(out, "\\u%04x", (unsigned char)c);
}

/* As most are: nothing to escape, and so one piece. */
static bool write_plain(struct json *json, const char *text, size_t length)
{
	if (plain_run(text, length) < length)
		return false;

	char *place = buf_reserve(json->out, length + 3);
	if (!place)
		return true;
	char *start = place;
	if (json->comma)
		*place++ = ',';
	*place++ = '"';
	place = mempcpy(place, text, length);
	*place++ = '"';
	buf_commit(json->out, (size_t)(place - start));
	json->comma = true;
	return true;
}

static void write_escaped(struct buf *out, const char *text, size_t length)
{
	buf_add_char(out, '"');
	for (;;) {
		size_t run = plain_run(text, length);
		buf_add(out, text, run);
		if (run == length)
			break;
		write_escape(out, text[run]);
		text += run + 1;
		length -= run + 1;
	}
	buf_add_char(out, '"');
}

void json_name(struct json *json, const char *name)
{
	size_t length = strlen(name);
	char *place = buf_reserve(json->out, length + 4);

	if (!place)
		return;
	char *start = place;
	if (json->comma)
		*place++ = ',';
	*place++ = '"';
	memcpy(place, name, length);
	place += length;
	*place++ = '"';
	*place++ = ':';
	buf_commit(json->out, (size_t)(place - start));
	json->comma = false;
}

void json_string(struct json *json, const char *text)
{
	const size_t length = text ? strlen(text) : 0;

	if (text && write_plain(json, text, length))
		return;
	separate(json);
	if (text)
		write_escaped(json->out, text, length);
	else
		buf_add_str(json->out, "null");
}

void json_int(struct json *json, int64_t number)
{
	separate(json);
	buf_add_int(json->out, number);
}

void json_bool(struct json *json, bool value)
{
	separate(json);
	buf_add_str(json->out, value ? "true" : "false");
}

void json_member_string(struct json *json, const char *name, const char *text)
{
	json_name(json, name);
	json_string(json, text);
}

void json_member_int(struct json *json, const char *name, int64_t number)
{
	json_name(json, name);
	json_int(json, number);
}

void json_member_open(struct json *json, const char *name, char bracket)
{
	json_name(json, name);
	json_open(json, bracket);
}

void json_raw(struct json *json, const char *bytes, size_t length)
{
	separate(json);
	buf_add(json->out, bytes, length);
}
