/* utf8.h: one code point at a time, for tui's own use. Texts are sanitised before they are shown; this only takes them
 * apart. */
#ifndef VITRINE_TUI_PAINT_UTF8_H
#define VITRINE_TUI_PAINT_UTF8_H

#include <stddef.h>
#include <stdint.h>

enum { UTF8_MAX = 4 };

/* Bytes that a sequence with this first byte has; 0 when none starts so. */
static inline size_t utf8_length(unsigned char first)
{
	return first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
}

/* Decodes the code point at `bytes`. Returns its length, or 0 when it is ill-formed or cut off. */
static inline size_t utf8_decode(const char *bytes, size_t length, uint32_t *ret_code)
{
	static const unsigned char lead_mask[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};

	if (!length)
		return 0;
	size_t size = utf8_length((unsigned char)bytes[0]);
	if (!size || size > length)
		return 0;

	uint32_t code = (unsigned char)bytes[0] & lead_mask[size];
	for (size_t at = 1; at < size; at++) {
		if (((unsigned char)bytes[at] & 0xC0) != 0x80)
			return 0;
		code = code << 6 | ((unsigned char)bytes[at] & 0x3F);
	}
	if (code < least[size] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000))
		return 0;
	*ret_code = code;
	return size;
}

/* Encodes a code point. Returns the bytes written, 1 to 4. */
static inline size_t utf8_encode(uint32_t code, char ret_bytes[UTF8_MAX])
{
	if (code < 0x80) {
		ret_bytes[0] = (char)code;
		return 1;
	}

	size_t size = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
	static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
	for (size_t at = size - 1; at > 0; at--, code >>= 6)
		ret_bytes[at] = (char)(0x80 | (code & 0x3F));
	ret_bytes[0] = (char)(lead[size] | code);
	return size;
}

#endif
