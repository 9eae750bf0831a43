/* mobile.h: a mobile number. People may type blanks, hyphens, points, slashes and brackets between the digits; the shop
 * keeps "+34600123456" (E.164).
 */
#ifndef VITRINE_SHOP_MOBILE_H
#define VITRINE_SHOP_MOBILE_H

#include <stdbool.h>
#include <stddef.h>

enum { MOBILE_TYPED = 40, MOBILE_SIZE = 17 }; /* characters of a field; bytes of a number */

/* False when the text is no such number; ret_number stays untouched. */
bool mobile_read(const char *text, char ret_number[MOBILE_SIZE]);

/* For a form's row (tui/widgets/form.h); `kind` is not used. */
bool mobile_check(int kind, const char *text, char *ret_meaning, size_t meaning_size, char *ret_fault,
		  size_t fault_size);

#endif
