/* The signs that Vitrine draws, and ASCII characters that look like those of other people's texts. */
#include <utf8proc.h>

#include "tui/paint/theme.h"

const struct glyphs glyphs_utf8 = {
    .ellipsis = "…",
    .marker = "▌",
    .hrule = "─",
    .vrule = "│",
    .thumb = "┃",
    .check = "✓",
    .cross = "✗",
    .tag = "•",
    .dot = "·",
    .dash = "–",
    .times = "×",
    .chevron = "›",
    .bullet = "●",
    .up = "▲",
    .down = "▼",
    .left = "←",
    .right = "→",
    .call_left = "▐",
    .call_right = "▌",
    .corners = {"┌", "┐", "└", "┘"},
    .bars = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"},
    .blocks = {" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"},
    .spinner = {"⠋", "⠙", "⠸", "⠴", "⠦", "⠇", "⠏", "⠛"},
};

const struct glyphs glyphs_ascii = {
    .ascii = true,
    .ellipsis = "~",
    .marker = ">",
    .hrule = "-",
    .vrule = "|",
    .thumb = "#",
    .check = "+",
    .cross = "x",
    .tag = "*",
    .dot = "-",
    .dash = "-",
    .times = "x",
    .chevron = ">",
    .bullet = "*",
    .up = "^",
    .down = "v",
    .left = "<",
    .right = ">",
    .call_left = "[",
    .call_right = "]",
    .corners = {"+", "+", "+", "+"},
    .bars = {" ", " ", " ", " ", "#", "#", "#", "#", "#"},
    .blocks = {" ", " ", " ", " ", "#", "#", "#", "#", "#"},
    .spinner = {"|", "/", "-", "\\", "|", "/", "-", "\\"},
};

/* The Linux console speaks UTF-8 but has the 256 signs of its font: those that all its fonts hold. */
const struct glyphs glyphs_console = {
    .ellipsis = "~",
    .marker = "▌",
    .hrule = "─",
    .vrule = "│",
    .thumb = "█",
    .check = "√",
    .cross = "x",
    .tag = "•",
    .dot = "·",
    .dash = "-",
    .times = "x",
    .chevron = ">",
    .bullet = "•",
    .up = "^",
    .down = "v",
    .left = "<",
    .right = ">",
    .call_left = "▐",
    .call_right = "▌",
    .corners = {"┌", "┐", "└", "┘"},
    .bars = {" ", "▄", "▄", "▄", "▄", "▄", "█", "█", "█"},
    .blocks = {" ", " ", " ", "▌", "▌", "▌", "█", "█", "█"},
    .spinner = {"|", "/", "-", "\\", "|", "/", "-", "\\"},
};

static const struct {
	uint16_t code;
	char ascii;
} likenesses[] = {
    {0x00A1, '!'},  {0x00A2, 'c'},  {0x00A3, 'L'}, {0x00A5, 'Y'},  {0x00A6, '|'}, {0x00A9, 'c'}, {0x00AB, '<'},
    {0x00AD, '-'},  {0x00AE, 'R'},  {0x00B0, 'o'}, {0x00B4, '\''}, {0x00B7, '-'}, {0x00BB, '>'}, {0x00C6, 'A'},
    {0x00D0, 'D'},  {0x00D7, 'x'},  {0x00D8, 'O'}, {0x00DF, 's'},  {0x00E6, 'a'}, {0x00F0, 'd'}, {0x00F7, '/'},
    {0x00F8, 'o'},  {0x0110, 'D'},  {0x0111, 'd'}, {0x0131, 'i'},  {0x0141, 'L'}, {0x0142, 'l'}, {0x0152, 'O'},
    {0x0153, 'o'},  {0x2010, '-'},  {0x2011, '-'}, {0x2012, '-'},  {0x2013, '-'}, {0x2014, '-'}, {0x2015, '-'},
    {0x2018, '\''}, {0x2019, '\''}, {0x201A, ','}, {0x201C, '"'},  {0x201D, '"'}, {0x201E, '"'}, {0x2022, '*'},
    {0x2026, '~'},  {0x2032, '\''}, {0x2033, '"'}, {0x2039, '<'},  {0x203A, '>'}, {0x20AC, 'E'}, {0x2122, 'T'},
    {0x2190, '<'},  {0x2191, '^'},  {0x2192, '>'}, {0x2193, 'v'},  {0x2212, '-'}, {0x221A, '+'}, {0x2500, '-'},
    {0x2502, '|'},  {0x2503, '#'},  {0x2580, '"'}, {0x2584, '_'},  {0x2588, '#'}, {0x258C, '>'}, {0x258F, '|'},
    {0x2591, '.'},  {0x2592, ':'},  {0x2593, '#'}, {0x25B2, '^'},  {0x25BC, 'v'}, {0x25CF, '*'}, {0x2713, '+'},
    {0x2714, '+'},  {0x2717, 'x'},
};

char glyph_ascii(uint32_t code)
{
	utf8proc_int32_t parts[8];
	int last_class = UTF8PROC_BOUNDCLASS_START;

	if (code >= 0x20 && code < 0x7F)
		return (char)code;
	for (size_t at = 0; at < sizeof likenesses / sizeof *likenesses; at++)
		if (likenesses[at].code == code)
			return likenesses[at].ascii;
	utf8proc_ssize_t count = utf8proc_decompose_char((utf8proc_int32_t)code, parts, 8,
							 UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, &last_class);
	return count > 0 && parts[0] >= 0x20 && parts[0] < 0x7F ? (char)parts[0] : '?';
}
