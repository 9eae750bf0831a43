/* editor_review.h: what the editor shows instead of its fields: what is about to be sent, and a conflict.
 */
#ifndef VITRINE_SCREENS_SELLING_EDITOR_REVIEW_H
#define VITRINE_SCREENS_SELLING_EDITOR_REVIEW_H

#include "screens/selling/editor_fields.h"

/* What will be sent, as it will be understood: of a product that is there, what it is and what it becomes. Returns the lines
 * that this takes. */
int editor_paint_review(const struct editor *editor, struct canvas *canvas, struct rect rect);

/* Of each field that two changed: yours and theirs. */
void editor_paint_conflict(const struct editor *editor, struct canvas *canvas, struct rect rect);

#endif
