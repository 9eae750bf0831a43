#include "models/money.h"

#include <stddef.h>
#include <string.h>

enum { WHOLE_DIGITS_MAX = 17 }; /* as many as an int64 of hundredths has */

/* Digits into *ret_number; how many there were. */
static int read_digits(const char **text, int64_t *ret_number)
{
	int digits = 0;

	for (*ret_number = 0; **text >= '0' && **text <= '9' && digits <= WHOLE_DIGITS_MAX; (*text)++, digits++)
		*ret_number = *ret_number * 10 + (**text - '0');
	return digits;
}

bool money_parse(const char *text, int64_t *ret_amount)
{
	int64_t whole, amount, cents = 0;
	int digits = read_digits(&text, &whole);

	if (digits < 1 || digits > WHOLE_DIGITS_MAX)
		return false;
	if (*text == '.') {
		text++;
		int decimals = read_digits(&text, &cents);
		if (decimals < 1 || decimals > 2)
			return false;
		if (decimals == 1)
			cents *= 10;
	}
	if (*text || !money_multiply(whole, 100, &amount) || !money_add(amount, cents, &amount))
		return false;
	*ret_amount = amount;
	return true;
}

void money_format(int64_t amount, char ret_text[MONEY_SIZE])
{
	uint64_t rest = amount < 0 ? 0 - (uint64_t)amount : (uint64_t)amount;
	char digits[MONEY_SIZE];
	char *start = digits + sizeof digits;

	*--start = '\0';
	for (int place = 0; place < 3 || rest; place++, rest /= 10) {
		if (place == 2)
			*--start = '.';
		*--start = (char)('0' + rest % 10);
	}
	if (amount < 0)
		*--start = '-';
	memcpy(ret_text, start, (size_t)(digits + sizeof digits - start));
}

bool money_multiply(int64_t price, int64_t quantity, int64_t *ret_amount)
{
	int64_t amount;

	if (__builtin_mul_overflow(price, quantity, &amount))
		return false;
	*ret_amount = amount;
	return true;
}

bool money_add(int64_t a, int64_t b, int64_t *ret_amount)
{
	int64_t amount;

	if (__builtin_add_overflow(a, b, &amount))
		return false;
	*ret_amount = amount;
	return true;
}

int64_t money_add_capped(int64_t a, int64_t b)
{
	int64_t amount;

	return money_add(a, b, &amount) ? amount : INT64_MAX;
}

bool money_currency_valid(const char *code)
{
	/* ISO 4217, list one, minor unit 2, without funds codes and metals. */
	static const char codes[] =
	    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP "
	    "CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR "
	    "IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN "
	    "NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP "
	    "STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW";
	const char *place = strlen(code) == 3 ? strstr(codes, code) : NULL;

	return place && (place - codes) % 4 == 0;
}
