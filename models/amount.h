/* amount.h: amounts as people write and type them: "1,234.50" here, "1.234,50" there.
 *
 * How they are written is a style: the locale's, or one that a person set. What is typed is read by the same rules
 * under every style, but for one question: does a mark before exactly three digits group them? What could mean two
 * things isn't guessed. All that amount_write and amount_write_plain give reads back as itself. Nothing here fails for
 * want of memory; styles and answers are plain values. Amounts are in minor units, as in money.h, which is what goes
 * over the wire.
 */
#ifndef VITRINE_MODELS_AMOUNT_H
#define VITRINE_MODELS_AMOUNT_H

#include <stdbool.h>
#include <stdint.h>

enum {
	AMOUNT_MARK = 8,   /* bytes of a mark, with its end */
	AMOUNT_GROUPS = 4, /* sizes of groups, with their end */
	AMOUNT_SIZE = 40,  /* bytes of an amount as it is written, with its end */
	AMOUNT_TYPED = 60, /* characters of a text that is read, blanks too; a longer one is refused */
};

struct amount_style {
	char decimal[AMOUNT_MARK];       /* UTF-8, one character */
	char group[AMOUNT_MARK];         /* the same, or "": nothing is grouped */
	unsigned char sizes[AMOUNT_GROUPS]; /* digits of each group from the right; the last goes on; ends with 0 */
};

/* "1,234.50" */
extern const struct amount_style amount_style_plain;

/* What LC_MONETARY says, as far as it makes sense; "C" says nothing, and then it is the plain one. */
void amount_style_of_locale(struct amount_style *ret_style);

/* From an example: "1234" and two decimals, with or without a mark after the 1: "1.234,50", "1 234,50", "1234.50". */
bool amount_style_of_example(const char *example, struct amount_style *ret_style);

/* An amount with groups and two decimals; and without groups, as it stands in a field. Both return `space`. */
const char *amount_write(const struct amount_style *style, int64_t amount, char space[AMOUNT_SIZE]);
const char *amount_write_plain(const struct amount_style *style, int64_t amount, char space[AMOUNT_SIZE]);

enum amount_answer {
	AMOUNT_GOOD,
	AMOUNT_EMPTY,     /* nothing but blanks */
	AMOUNT_NONE,      /* this is no amount */
	AMOUNT_AMBIGUOUS, /* "1.234": a thousand or one? */
	AMOUNT_LARGE,     /* more than an int64 holds, or too many characters to be one */
};

struct amount_read {
	int64_t value;       /* of AMBIGUOUS: with the mark as grouping */
	int64_t other;       /* of AMBIGUOUS: with the mark as decimal, cut to two decimals */
	bool has_sign, has_decimals; /* "+5", "5.0" */
};

/* Reads what was typed: a sign may stand before it, blanks around it. Blanks and ' group threes. One , or . (or the
 * style's own mark) before one or two last digits is decimal. Before exactly three it groups if the style groups by it,
 * otherwise it is AMBIGUOUS. Of two kinds the last is decimal; one that is repeated groups threes, or as the style
 * does. All else is NONE. *ret_read is set when GOOD or AMBIGUOUS. */
enum amount_answer amount_read(const struct amount_style *style, const char *text, struct amount_read *ret_read);

#endif
