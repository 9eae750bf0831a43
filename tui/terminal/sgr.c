#include "tui/terminal/sgr.h"

#include <stdio.h>
#include <string.h>

enum {
	ATTRS = 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8 | 1 << 9,
	LINES = 1 << 4 | 1 << 7 | 1 << 9, /* underlined, reversed, struck out: blanks show them, and their colour */
	PARAMETERS_MAX = 96,
};

static bool is_same(const struct sgr_look *a, const struct sgr_look *b)
{
	return a->attrs == b->attrs && !strcmp(a->fg, b->fg) && !strcmp(a->bg, b->bg);
}

/* ---- reading ---- */

/* The length of the escape sequence at the beginning of `bytes`, or 1. */
static size_t sequence_length(const char *bytes, size_t length)
{
	size_t at = 1;

	if (length > 1 && bytes[1] == '[')
		at++;
	while (at < length && bytes[at] >= 0x20 && bytes[at] < (bytes[1] == '[' ? 0x40 : 0x30))
		at++;
	return at < length ? at + 1 : 1;
}

static bool is_sgr(const char *sequence, size_t length)
{
	return length >= 3 && sequence[1] == '[' && sequence[length - 1] == 'm' &&
	       strspn(sequence + 2, "0123456789;:") == length - 3;
}

/* The number at *at, up to the next semicolon or the end, which is an 'm'; moves on to what follows. 0 when there is
 * none, -1 when it has parts. */
static int next_number(const char **at)
{
	const char *end = *at + strspn(*at, "0123456789:");
	int number = 0;

	for (; *at < end; ++*at)
		number = **at == ':' || number < 0 || number > 9999 ? -1 : number * 10 + (**at - '0');
	*at += **at == ';';
	return number;
}

/* A colour that begins at `from` and goes on at *at: "38:…" is all of it, "38;5" and "38;2" have one or three more. */
static bool read_color(const char *from, const char **at, char color[SGR_COLOR_SIZE])
{
	bool in_parts = from[2] == ':';
	int kind = in_parts ? 0 : next_number(at);

	if (!in_parts && kind != 5 && kind != 2)
		return false;
	for (int more = kind == 5 ? 1 : kind == 2 ? 3 : 0; more > 0; more--)
		if (**at == 'm' || next_number(at) < 0)
			return false;
	size_t length = (size_t)(*at - from) - ((*at)[-1] == ';');
	if (length >= SGR_COLOR_SIZE)
		return false;
	memcpy(color, from, length);
	color[length] = '\0';
	return true;
}

/* Changes the look as one sequence says; false: it says something else, too, which isn't known here. */
static bool apply(struct sgr_look *look, const char *sequence)
{
	const char *at = sequence + 2, *from;

	do {
		from = at;
		bool in_parts = !strncmp(from, "38:", 3) || !strncmp(from, "48:", 3);
		int number = next_number(&at);

		if (in_parts)
			number = *from == '3' ? 38 : 48;
		if (number == 0)
			*look = (struct sgr_look){0};
		else if (number > 0 && number < 10 && ATTRS & 1 << number)
			look->attrs |= 1U << number;
		else if (number == 39)
			look->fg[0] = '\0';
		else if (number == 49)
			look->bg[0] = '\0';
		else if (number == 38 || number == 48) {
			if (!read_color(from, &at, number == 38 ? look->fg : look->bg))
				return false;
		} else if ((number >= 30 && number < 38) || (number >= 90 && number < 98))
			snprintf(look->fg, sizeof look->fg, "%d", number);
		else if ((number >= 40 && number < 48) || (number >= 100 && number < 108))
			snprintf(look->bg, sizeof look->bg, "%d", number);
		else if (number != 10) /* the usual characters; others are never asked for */
			return false;
	} while (*at != 'm' || (at > from && at[-1] == ';'));
	return true;
}

/* ---- writing ---- */

static size_t add(char *parameters, size_t length, const char *parameter)
{
	return length +
	       (size_t)snprintf(parameters + length, PARAMETERS_MAX - length, "%s%s", length ? ";" : "", parameter);
}

/* The parameters that turn `from` into `to`; returns their length. They only add: `to` must have all that `from` has,
 * since only a reset takes something away. */
static size_t difference(const struct sgr_look *from, const struct sgr_look *to, char parameters[PARAMETERS_MAX])
{
	size_t length = 0;

	parameters[0] = '\0';
	for (int number = 1; number < 10; number++)
		if (to->attrs & ~from->attrs & 1U << number)
			length = add(parameters, length, (char[]){(char)('0' + number), '\0'});
	if (strcmp(from->fg, to->fg) != 0)
		length = add(parameters, length, to->fg);
	if (strcmp(from->bg, to->bg) != 0)
		length = add(parameters, length, to->bg);
	return length;
}

static bool needs_reset(const struct sgr_look *from, const struct sgr_look *to)
{
	return from->attrs & ~to->attrs || (from->fg[0] && !to->fg[0]) || (from->bg[0] && !to->bg[0]);
}

/* Tells the terminal what is wanted. */
static void tell(struct sgr *sgr, struct buf *out)
{
	static const struct sgr_look plain = {0};
	char parameters[PARAMETERS_MAX];
	bool reset = needs_reset(&sgr->shown, &sgr->wanted);

	if (is_same(&sgr->shown, &sgr->wanted))
		return;
	size_t length = difference(reset ? &plain : &sgr->shown, &sgr->wanted, parameters);
	buf_printf(out, "\033[%s%sm", reset && length ? "0;" : "", parameters);
	sgr->shown = sgr->wanted;
}

/* Does a blank look the same in both? */
static bool is_same_on_blank(const struct sgr_look *a, const struct sgr_look *b)
{
	return is_same(a, b) || (!((a->attrs | b->attrs) & LINES) && !strcmp(a->bg, b->bg));
}

static void take_sgr(struct sgr *sgr, struct buf *out, const char *sequence, size_t length)
{
	struct sgr_look look = sgr->wanted;
	bool resets = sequence[2] == 'm' || (sequence[2] == '0' && strspn(sequence + 3, ";m"));

	if ((!sgr->foreign || resets) && apply(&look, sequence)) {
		sgr->wanted = look;
		if (!sgr->foreign)
			return;
		sgr->foreign = false;
		sgr->shown = look;
	} else {
		tell(sgr, out);
		sgr->foreign = true;
	}
	buf_add(out, sequence, length);
}

/* The length of the sequence back to the usual characters, before `\033[m` or behind it; 0 when there is none. It isn't
 * needed, since no others are ever used. */
static size_t charset_length(const char *bytes, size_t length, bool behind)
{
	if (behind && *bytes == '\017')
		return 1;
	if (length < 5 || memcmp(bytes, "\033(B\033[", 5) != 0)
		return 0;
	return is_sgr(bytes + 3, sequence_length(bytes + 3, length - 3)) ? 3 : 0;
}

void sgr_squeeze(struct sgr *sgr, struct buf *out, const char *bytes, size_t length)
{
	bool behind = false;

	for (size_t at = 0, taken; at < length; at += taken) {
		const char *next = bytes + at;
		bool is_sequence = *next == '\033';

		taken = sgr->foreign ? 0 : charset_length(next, length - at, behind);
		behind = false;
		if (taken)
			continue;
		taken = is_sequence ? sequence_length(next, length - at) : 1;
		if (is_sequence && is_sgr(next, taken)) {
			take_sgr(sgr, out, next, taken);
			behind = true;
			continue;
		}
		bool shows = !is_sequence && (unsigned char)*next > ' ';
		if (shows || !is_same_on_blank(&sgr->shown, &sgr->wanted))
			tell(sgr, out);
		buf_add(out, next, taken);
	}
	tell(sgr, out);
}
