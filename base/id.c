#include "base/id.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static int digit_value(char c)
{
	const char *place = c ? strchr(alphabet, c) : NULL;

	return place ? (int)(place - alphabet) : -1;
}

/* Without randomness an id could be guessed or repeat; nothing sensible can go on. The kernel's source does not fail
 * once it is seeded, and blocks until then. */
static void fill_random(uint8_t random[10])
{
	if (getrandom(random, 10, 0) != 10)
		abort();
}

/* Adds one; false when all 80 bits were ones. */
static bool increment(uint8_t random[10])
{
	for (int i = 9; i >= 0; i--)
		if (++random[i])
			return true;
	return false;
}

/* 16 bytes, 128 bits, are written as 26 digits of 5 bits: the first digit holds only 3. */
static void encode(const uint8_t bytes[16], char text[ID_SIZE])
{
	unsigned bits = 0; /* those read and not yet written are the lowest `left` */
	int left = 2;      /* two zeros before the first */
	int digit = 0;

	for (int i = 0; i < 16; i++) {
		bits = bits << 8 | bytes[i];
		for (left += 8; left >= 5; left -= 5)
			text[digit++] = alphabet[bits >> (left - 5) & 31];
	}
	text[digit] = '\0';
}

static void decode(const char *text, uint8_t bytes[16])
{
	memset(bytes, 0, 16);
	for (int digit = 0; digit < ID_LENGTH; digit++) {
		int value = digit_value(text[digit]);

		for (int i = 0; i < 5; i++) {
			int bit = digit * 5 - 2 + i;
			if (bit >= 0 && value >> (4 - i) & 1)
				bytes[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
		}
	}
}

struct id id_next(struct id_source *source)
{
	uint64_t now = (uint64_t)clock_now();

	if (now > source->milliseconds) {
		source->milliseconds = now;
		fill_random(source->random);
	} else if (!increment(source->random)) {
		source->milliseconds++;
		fill_random(source->random);
	}

	uint8_t bytes[16];
	for (int i = 0; i < 6; i++)
		bytes[i] = (uint8_t)(source->milliseconds >> (40 - 8 * i));
	memcpy(bytes + 6, source->random, 10);

	struct id id;
	encode(bytes, id.text);
	return id;
}

struct id id_make(int64_t milliseconds, int64_t number)
{
	uint8_t bytes[16] = {0};
	struct id id;

	for (int i = 0; i < 6; i++)
		bytes[i] = (uint8_t)(milliseconds >> (40 - 8 * i));
	for (int i = 0; i < 8; i++)
		bytes[8 + i] = (uint8_t)(number >> (56 - 8 * i));
	encode(bytes, id.text);
	return id;
}

void id_source_after(struct id_source *source, const char *id)
{
	uint8_t bytes[16];
	uint64_t milliseconds = 0;

	decode(id, bytes);
	for (int i = 0; i < 6; i++)
		milliseconds = milliseconds << 8 | bytes[i];
	if (milliseconds < source->milliseconds ||
	    (milliseconds == source->milliseconds && memcmp(bytes + 6, source->random, 10) <= 0))
		return;
	source->milliseconds = milliseconds;
	memcpy(source->random, bytes + 6, 10);
}

bool id_valid(const char *text)
{
	for (int i = 0; i < ID_LENGTH; i++)
		if (digit_value(text[i]) < 0)
			return false;
	return text[ID_LENGTH] == '\0' && text[0] <= '7';
}

int64_t id_time(const char *text)
{
	enum { TIME_DIGITS = 10 };
	int64_t time = 0;

	if (!id_valid(text))
		return -1;
	for (int digit = 0; digit < TIME_DIGITS; digit++)
		time = time * 32 + digit_value(text[digit]);
	return time;
}
