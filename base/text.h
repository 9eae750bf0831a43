/* text.h: UTF-8 text: is it valid, how wide is it, what of it may reach a terminal, and how it compares.
 *
 * Widths are in terminal columns and are the same in every locale (Unicode's East Asian Width, by utf8proc). A cluster
 * is what a person takes for one character: an extended grapheme cluster (Unicode Annex 29).
 */
#ifndef VITRINE_BASE_TEXT_H
#define VITRINE_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"

/* Well-formed UTF-8 (RFC 3629) with no NUL in it. */
bool text_valid(const char *bytes, size_t length);

/* Holds a control character: C0, DEL, C1, or a bidirectional control (U+061C, U+200E-F, U+202A-E, U+2066-9), or
 * U+2028-9. `text` is valid UTF-8. */
bool text_has_control(const char *text, size_t length);

/* Code points in valid UTF-8. */
size_t text_count(const char *text, size_t length);

/* Bytes of the longest run of whole characters of a string in valid UTF-8 that takes at most `max` bytes. */
size_t text_cut(const char *text, size_t max);

/* Copies as many whole characters of a string in valid UTF-8 as fit into `size` bytes with a NUL; NULL is "". */
void text_copy(char *to, size_t size, const char *from);

/* Where a text begins once all blanks around it are cut off: white space of any kind (Unicode's, so no-break spaces and
 * line ends too) and characters that take no column; *length becomes what is left. `text` is valid UTF-8. */
size_t text_trim(const char *text, size_t *length);

/* Appends `bytes`, which may be anything, so that it can go to a terminal: control characters, bidirectional controls,
 * unassigned and private code points and each ill-formed sequence become U+FFFD; a character keeps at most 4 marks that
 * take no column, and a mark with nothing before it becomes U+FFFD. Line feed and tab become a space. */
void text_sanitise(struct buf *out, const char *bytes, size_t length);

/* The same, but line feeds stay. */
void text_sanitise_lines(struct buf *out, const char *bytes, size_t length);

/* The first cluster of a sanitised text; false at its end. It is as wide as its characters together, since a terminal
 * gives each of them its own columns; but what makes one picture of several (skin tones, families) has the first one's.
 * One that goes on and on is taken for several, of 8 columns at most. */
struct text_cluster {
	size_t length; /* bytes */
	int width;     /* columns, from 0 to 8 */
};
bool text_cluster_next(const char *text, size_t length, struct text_cluster *ret_cluster);

/* Do joiners (U+200C, U+200D) behind this character say how letters are written? Behind a picture they don't. */
bool text_joins(uint32_t base);

/* Columns that a sanitised text takes. */
int text_width(const char *text, size_t length);

/* Bytes of the longest run of whole clusters that takes at most `columns`; their width in *ret_width (may be NULL). */
size_t text_fit(const char *text, size_t length, int columns, int *ret_width);

/* The text without case and without accents, to compare by (Unicode default case folding over NFKD, marks stripped).
 * NULL when memory ends or the text is ill-formed. */
char *text_fold(struct arena *arena, const char *text, size_t length);

#endif
