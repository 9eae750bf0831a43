#include "tests/screens/repertoire.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

#include "base/text.h"

/* text_sanitise lets a cluster keep as many. */
enum { MARKS_MAX = 4 };

void repertoire_init(struct repertoire *repertoire, bool ascii)
{
	*repertoire = (struct repertoire){.ascii = ascii};
}

static bool wrong(struct repertoire *repertoire, const char *format, ...) __attribute__((format(printf, 2, 3)));
static bool wrong(struct repertoire *repertoire, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(repertoire->why, sizeof repertoire->why, format, args);
	va_end(args);
	return false;
}

static bool is_one_of(const char *text, const char *const *list)
{
	for (; *list; list++)
		if (!strcmp(text, *list))
			return true;
	return false;
}

/* ---- text ---- */

/* Does it stand in the cell of the one before it? Vowel signs with a column of their own (Mc) don't; letters of a
 * Hangul syllable do. */
static bool is_mark(uint32_t code)
{
	if ((code >= 0x1160 && code <= 0x11FF) || (code >= 0xD7B0 && code <= 0xD7FB))
		return true;
	return code >= 0x80 && utf8proc_charwidth((utf8proc_int32_t)code) == 0 &&
	       utf8proc_category((utf8proc_int32_t)code) != UTF8PROC_CATEGORY_MC;
}

static bool character(struct repertoire *repertoire, uint32_t code)
{
	char text[4];
	utf8proc_ssize_t length = utf8proc_encode_char((utf8proc_int32_t)code, (utf8proc_uint8_t *)text);

	if (text_has_control(text, (size_t)length))
		return wrong(repertoire, "U+%04X", (unsigned)code);
	if (code >= 0x80 && repertoire->ascii)
		return wrong(repertoire, "U+%04X where only ASCII can be shown", (unsigned)code);
	repertoire->marks = is_mark(code) ? repertoire->marks + 1 : 0;
	if (repertoire->marks > MARKS_MAX)
		return wrong(repertoire, "%d marks in a row", repertoire->marks);
	return true;
}

static bool lead(struct repertoire *repertoire, unsigned char byte)
{
	static const struct {
		unsigned char mask, bits;
		int more;
	} kinds[] = {{0xE0, 0xC0, 1}, {0xF0, 0xE0, 2}, {0xF8, 0xF0, 3}};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if ((byte & kinds[i].mask) == kinds[i].bits) {
			repertoire->code = byte & (unsigned char)~kinds[i].mask;
			repertoire->missing = kinds[i].more;
			return true;
		}
	return wrong(repertoire, "the byte %02X", byte);
}

static bool text_byte(struct repertoire *repertoire, unsigned char byte)
{
	if (repertoire->missing) {
		if ((byte & 0xC0) != 0x80)
			return wrong(repertoire, "the byte %02X within a character", byte);
		repertoire->code = repertoire->code << 6 | (byte & 0x3F);
		return --repertoire->missing || character(repertoire, repertoire->code);
	}
	if (byte == 0x1B) {
		repertoire->state = REPERTOIRE_ESC;
		repertoire->length = 0;
		return true;
	}
	if (byte >= 0x80)
		return lead(repertoire, byte);
	repertoire->marks = 0;
	/* Moving about; and the two that switch between character sets. */
	if (byte < 0x20 && !strchr("\r\n\b\t\016\017", byte))
		return wrong(repertoire, "the control character %02X", byte);
	return byte < 0x7F || wrong(repertoire, "DEL");
}

/* ---- sequences ---- */

static bool csi_is_ours(const char *sequence, size_t length)
{
	/* Modes, whole: what else can be switched is nobody's here. */
	static const char *const modes[] = {
	    "?1h", "?1l", "?7h", "?7l", "?12h", "?12l", "?25h", "?25l", "?34h", "?34l", "?1000h", "?1000l", "?1006h",
	    "?1006l", "?1034h", "?1034l", "?1049h", "?1049l", "?2004h", "?2004l", "?1;1000;1006h", "4h", "4l",
	    "?12;25h", "34h", "34l",
	    /* The title's stack of xterm, the cursor's form of the console, padding to nothing. */
	    "22;0;0t", "23;0;0t", "22;2t", "23;2t", "?0c", "?1c", "?8c", "!p", "?3;4l",
	    /* Questions: dark or light, and who are you. */
	    "?996n", "c", NULL};
	char final = sequence[length - 1];

	if (strchr("hltcpn", final))
		return is_one_of(sequence, modes);
	if (!strchr("ABCDEFGHJKLMPSTX@bdmrZ", final))
		return false;
	return strspn(sequence, "0123456789;:") == length - 1;
}

static bool osc_is_ours(const char *sequence)
{
	if (!strncmp(sequence, "2;", 2)) /* the title, without anything that isn't text */
		return !text_has_control(sequence + 2, strlen(sequence + 2));
	if (!strncmp(sequence, "7777;", 5) || !strncmp(sequence, "7778;", 5)) /* the tests' own */
		return strspn(sequence + 5, "0123456789") == strlen(sequence + 5);
	return !strcmp(sequence, "11;?") || !strcmp(sequence, "104") || !strcmp(sequence, "R");
}

static bool end_sequence(struct repertoire *repertoire, bool ours)
{
	const char *kind = repertoire->state == REPERTOIRE_CSI ? "CSI" :
			   repertoire->state == REPERTOIRE_OSC ? "OSC" : "ESC";

	repertoire->state = REPERTOIRE_TEXT;
	return ours || wrong(repertoire, "%s %.100s", kind, repertoire->sequence);
}

static bool esc_byte(struct repertoire *repertoire, unsigned char byte)
{
	repertoire->sequence[0] = (char)byte;
	repertoire->sequence[1] = '\0';
	repertoire->length = 0;
	switch (byte) {
	case '[':
		repertoire->state = REPERTOIRE_CSI;
		return true;
	case ']':
		repertoire->state = REPERTOIRE_OSC;
		return true;
	case '(':
	case ')':
		repertoire->state = REPERTOIRE_CHARSET;
		return true;
	default:
		return end_sequence(repertoire, strchr("78=>MDE", byte));
	}
}

static bool sequence_byte(struct repertoire *repertoire, unsigned char byte)
{
	bool osc = repertoire->state == REPERTOIRE_OSC;
	bool whole = osc ? byte == '\a' : byte >= 0x40 && byte < 0x7F;

	if (repertoire->length + 2 > sizeof repertoire->sequence)
		return wrong(repertoire, "a sequence without an end");
	if (!(osc && whole))
		repertoire->sequence[repertoire->length++] = (char)byte;
	repertoire->sequence[repertoire->length] = '\0';
	if (osc && repertoire->length == 1 && byte == 'R') /* of the console: it has no end of its own */
		return end_sequence(repertoire, true);
	if (byte == 0x1B || (!osc && (byte < 0x20 || byte > 0x7E)))
		return wrong(repertoire, "a broken sequence: %.100s", repertoire->sequence);
	if (!whole)
		return true;
	return end_sequence(repertoire, osc ? osc_is_ours(repertoire->sequence)
					    : csi_is_ours(repertoire->sequence, repertoire->length));
}

static bool feed_byte(struct repertoire *repertoire, unsigned char byte)
{
	switch (repertoire->state) {
	case REPERTOIRE_TEXT:
		return text_byte(repertoire, byte);
	case REPERTOIRE_ESC:
		return esc_byte(repertoire, byte);
	case REPERTOIRE_CSI:
	case REPERTOIRE_OSC:
		return sequence_byte(repertoire, byte);
	case REPERTOIRE_CHARSET:
		return end_sequence(repertoire, strchr("B0AU", byte));
	}
	return false;
}

bool repertoire_feed(struct repertoire *repertoire, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length && !repertoire->why[0]; i++)
		if (!feed_byte(repertoire, (unsigned char)bytes[i]))
			break;
	return !repertoire->why[0];
}
