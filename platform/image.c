#include "platform/image.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static uint32_t number_at(const uint8_t *at, size_t size)
{
	uint32_t number = 0;

	while (size--)
		number = number << 8 | *at++;
	return number;
}

/* ISO/IEC 15948: chunks of a length, a type, so many bytes and a checksum; the first is IHDR, the last one IEND. */
enum image_state image_png(const void *bytes, size_t length)
{
	static const char magic[] = "\x89PNG\r\n\x1A\n";
	enum { MAGIC = sizeof magic - 1, AROUND = 12 };
	const uint8_t *all = bytes;
	size_t at = MAGIC;

	if (length < MAGIC || memcmp(all, magic, MAGIC) != 0)
		return IMAGE_OTHER;
	while (length - at >= AROUND) {
		const size_t size = number_at(all + at, 4);
		const char *type = (const char *)all + at + 4;

		if ((memcmp(type, "IHDR", 4) == 0) != (at == MAGIC))
			return IMAGE_OTHER;
		if (size > length - at - AROUND)
			return IMAGE_CUT;
		if (!memcmp(type, "IEND", 4))
			return IMAGE_WHOLE;
		at += AROUND + size;
	}
	return IMAGE_CUT;
}

/* Markers of JPEG (ITU-T T.81, B.1.1.3) that nothing follows: the restarts, and TEM. */
static bool stands_alone(uint8_t marker)
{
	return (marker >= 0xD0 && marker <= 0xD7) || marker == 0x01;
}

/* From `at` to the next marker behind a scan's data, in which FF is followed by 00 or a restart. */
static size_t pass_scan(const uint8_t *all, size_t at, size_t length)
{
	while (at + 1 < length &&
	       (all[at] != 0xFF || all[at + 1] == 0 || all[at + 1] == 0xFF || stands_alone(all[at + 1])))
		at++;
	return at;
}

/* ITU-T T.81: segments of a marker, a length and so many bytes; after SOS the scan's data; EOI ends it. */
enum image_state image_jpeg(const void *bytes, size_t length)
{
	enum { SOI = 0xD8, EOI = 0xD9, SOS = 0xDA };
	const uint8_t *all = bytes;
	size_t at = 2;

	if (length < 3 || all[0] != 0xFF || all[1] != SOI || all[2] != 0xFF)
		return IMAGE_OTHER;
	while (length - at >= 2) {
		const uint8_t marker = all[at + 1];

		if (all[at] != 0xFF)
			return IMAGE_OTHER;
		if (marker == EOI)
			return IMAGE_WHOLE;
		at += marker == 0xFF ? 1 : 2; /* FF may fill up */
		if (marker == 0xFF || stands_alone(marker))
			continue;
		if (length - at < 2)
			return IMAGE_CUT;
		const size_t size = number_at(all + at, 2);
		if (size < 2)
			return IMAGE_OTHER;
		if (size > length - at)
			return IMAGE_CUT;
		at += size;
		if (marker == SOS)
			at = pass_scan(all, at, length);
	}
	return IMAGE_CUT;
}
