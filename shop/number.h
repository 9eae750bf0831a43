/* number.h: the numbers that people type and see: the kinds, their ranges, and how they are written.
 *
 * A field keeps whatever is typed. number_read decides what it means, by the rules of models/amount.h, and says what is
 * wrong. The style holds for the whole process, as the locale does: it is set once at the start, before anything is
 * painted.
 */
#ifndef VITRINE_SHOP_NUMBER_H
#define VITRINE_SHOP_NUMBER_H

#include <stddef.h>

#include "models/amount.h"

enum {
	/* Of a field; a text that fills it is refused, because more may have been typed. */
	NUMBER_CHARACTERS = AMOUNT_TYPED + 1,
	NUMBER_FAULT = 160,		      /* bytes of the sentence that says what is wrong */
};

enum number_kind {
	NUMBER_PRICE,	     /* of a product, in minor units */
	NUMBER_PRICE_BOUND,  /* a limit of a range of prices; 0: no limit */
	NUMBER_PRICE_CHANGE, /* with or without a sign, in minor units */
	NUMBER_PERCENT,	     /* the same, in hundredths of a percent */
	NUMBER_STOCK,	     /* pieces */
	NUMBER_STOCK_CHANGE, /* with or without a sign */
	NUMBER_QUANTITY,
	NUMBER_KINDS
};

/* Sets how amounts are written from now on. Before that it is "1,234.50". */
void number_set_style(const struct amount_style *chosen);
const struct amount_style *number_style(void);

/* False: ret_fault says what is wrong, as a whole sentence: "Type an amount, such as 14.50." */
bool number_read(enum number_kind kind, const char *text, int64_t *ret_value, char ret_fault[NUMBER_FAULT]);

/* A value as its field shows it: number_read gives the same value. Returns `space`. */
const char *number_write(enum number_kind kind, int64_t value, char space[AMOUNT_SIZE]);

/* For a form's row (tui/widgets/form.h). An empty text is right here: a row that must be filled in has `needed`. */
bool number_check(int kind, const char *text, char *ret_meaning, size_t meaning_size, char *ret_fault,
		  size_t fault_size);

/* An example for an empty field: "14.50", "+2.00". Static. */
const char *number_example(enum number_kind kind);

#endif
