/* money.h: amounts. On the wire a decimal string ("14.50") beside an ISO 4217 currency; inside, int64 minor units
 * (1450). Never a double. All amounts of one platform are in one currency, and that has two decimals.
 */
#ifndef VITRINE_MODELS_MONEY_H
#define VITRINE_MODELS_MONEY_H

#include <stdbool.h>
#include <stdint.h>

enum { MONEY_SIZE = sizeof "-92233720368547758.08" };

/* Digits, then perhaps a point and one or two digits: "79", "12.5", "14.50". No sign, no blanks, no exponent, no more
 * than an int64 of minor units holds. */
bool money_parse(const char *text, int64_t *ret_amount);

/* Always two decimals. */
void money_format(int64_t amount, char ret_text[MONEY_SIZE]);

/* price x quantity, and a sum; false when it would not fit an int64. */
bool money_multiply(int64_t price, int64_t quantity, int64_t *ret_amount);
bool money_add(int64_t a, int64_t b, int64_t *ret_amount);

/* A sum of two that are not below 0; the greatest int64 where it would not fit. For what counts and must not fail. */
int64_t money_add_capped(int64_t a, int64_t b);

/* An active ISO 4217 code whose minor unit is a hundredth: what a platform's currency may be. */
bool money_currency_valid(const char *code);

#endif
