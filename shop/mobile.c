#include "shop/mobile.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { DIGITS_MIN = 7, DIGITS_MAX = 15 };

/* The bytes of a character that may stand between digits, if the text begins with one; otherwise 0. */
static size_t between(const char *text)
{
	static const char *const marks[] = {
	    " ", "-", ".", "/", "(", ")",
	    "\xC2\xA0",	    /* no-break space */
	    "\xE2\x80\xAF", /* the narrow one */
	    "\xE2\x80\x91", /* no-break hyphen */
	    "\xE2\x80\x93", /* dash */
	};

	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (!strncmp(text, marks[i], strlen(marks[i])))
			return strlen(marks[i]);
	return 0;
}

bool mobile_read(const char *text, char ret_number[MOBILE_SIZE])
{
	char number[MOBILE_SIZE] = "+";
	size_t used = 1, length = strlen(text);

	/* A field that is full may have lost digits. */
	if (text_count(text, length) >= MOBILE_TYPED)
		return false;
	text += text_trim(text, &length);
	const char *end = text + length;
	if (*text++ != '+')
		return false;
	while (text < end) {
		size_t skip = between(text);
		bool is_digit = *text >= '0' && *text <= '9';
		if (!skip && (!is_digit || used > DIGITS_MAX || (used == 1 && *text == '0')))
			return false;
		if (!skip)
			number[used++] = *text;
		text += skip ? skip : 1;
	}
	if (used <= DIGITS_MIN)
		return false;
	number[used] = '\0';
	memcpy(ret_number, number, sizeof number);
	return true;
}

bool mobile_check(int kind, const char *text, char *ret_meaning, size_t meaning_size, char *ret_fault,
		  size_t fault_size)
{
	char number[MOBILE_SIZE] = "";

	(void)kind;
	if (*text && !mobile_read(text, number)) {
		snprintf(ret_fault, fault_size, "%s",
			 "Type the number with its country, such as +34600123456.");
		return false;
	}
	snprintf(ret_meaning, meaning_size, "%s", number);
	return true;
}
