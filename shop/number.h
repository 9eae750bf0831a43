/* number.h: the numbers that a person types and sees: which there are, what they may be, and how they are written.
 *
 * A field keeps whatever is typed; number_read decides what it means, by the rules of models/amount.h, and says what is
 * wrong. The style is the process's, as the locale is: set once at the start, before anything is painted.
 */
#ifndef VITRINE_SHOP_NUMBER_H
#define VITRINE_SHOP_NUMBER_H

#include <stddef.h>

#include "models/amount.h"

enum {
	/* of a field: a text that fills it is refused, for more may have been typed */
	NUMBER_CHARACTERS = AMOUNT_TYPED + 1,
	NUMBER_FAULT = 160,		      /* bytes of a sentence about what is wrong */
};

enum number_kind {
	NUMBER_PRICE,	     /* of a product; minor units */
	NUMBER_PRICE_BOUND,  /* of a range of prices, 0: none */
	NUMBER_PRICE_CHANGE, /* with or without a sign; minor units */
	NUMBER_PERCENT,	     /* the same, in hundredths of a percent */
	NUMBER_STOCK,	     /* pieces */
	NUMBER_STOCK_CHANGE, /* with or without a sign */
	NUMBER_QUANTITY,
	NUMBER_KINDS
};

/* From now on amounts are written so. Until then it is "1,234.50". */
void number_set_style(const struct amount_style *chosen);
const struct amount_style *number_style(void);

/* False: ret_fault says why, as a whole sentence: "Type an amount, such as 14.50." */
bool number_read(enum number_kind kind, const char *text, int64_t *ret_value, char ret_fault[NUMBER_FAULT]);

/* A value as it stands in its field: reads back as itself. Returns `space`. */
const char *number_write(enum number_kind kind, int64_t value, char space[AMOUNT_SIZE]);

/* For a form's row (tui/widgets/form.h): nothing typed is no fault there, since it may be left out. */
bool number_check(int kind, const char *text, char *ret_meaning, size_t meaning_size, char *ret_fault,
		  size_t fault_size);

/* An example for an empty field: "14.50", "+2.00". Static. */
const char *number_example(enum number_kind kind);

#endif
