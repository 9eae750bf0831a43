/* normal.h: texts that identify (names, categories, addresses) in the one form that is kept and compared.
 *
 * They are brought to it where they come in (`normal` of a shape's row); whoever looks something up by them uses the
 * same functions. All take valid UTF-8; a text that is NULL means that memory ended.
 */
#ifndef VITRINE_MODELS_NORMAL_H
#define VITRINE_MODELS_NORMAL_H

#include <stdbool.h>

#include "base/arena.h"

/* NFC, without blanks and characters that take no room at both ends, each run of blanks within made a single space. ""
 * when nothing can be seen in it. */
const char *normal_name(struct arena *arena, const char *text);

/* What names are put in order by: folded by text_fold, cut to `most` bytes at a character. */
char *normal_order_key(struct arena *arena, const char *name, size_t most);

/* What a name from before these rules is called when nothing is left of it. */
extern const char normal_unnamed[];

/* What is equal for two categories that are the same one: without case, accents, strokes and width; signs count. */
const char *normal_category_key(struct arena *arena, const char *category);

/* What is equal for two e-mail addresses that are the same one: the local part without case, as long as that makes no
 * letter two (ß is not ss) and none another alphabet's; the domain as the ASCII that stands in the DNS (IDNA 2008), or
 * as it is where it has no such form. */
const char *normal_email_key(struct arena *arena, const char *email);

/* Is there a blank or something else in it that can't be seen? */
bool normal_has_unseen(const char *text);

#endif
