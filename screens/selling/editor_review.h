/* editor_review.h: what the editor shows instead of its fields: what is about to be sent, and a conflict.
 */
#ifndef VITRINE_SCREENS_SELLING_EDITOR_REVIEW_H
#define VITRINE_SCREENS_SELLING_EDITOR_REVIEW_H

#include "screens/selling/editor_fields.h"
#include "tui/view/view.h"

/* What will be sent, as it will be understood: of a product that is there, what it is and what it becomes. */
void editor_view_review(const struct editor *editor, struct view *view);

/* Of each field that two changed: yours and theirs. */
void editor_view_conflict(const struct editor *editor, struct view *view);

#endif
