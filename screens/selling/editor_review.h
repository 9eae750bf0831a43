/* editor_review.h: what the editor shows instead of its fields: what will be sent, or a conflict.
 */
#ifndef VITRINE_SCREENS_SELLING_EDITOR_REVIEW_H
#define VITRINE_SCREENS_SELLING_EDITOR_REVIEW_H

#include "screens/selling/editor_fields.h"
#include "tui/view/view.h"

/* What will be sent, as it will be understood; of an existing product the old and the new value. */
void editor_view_review(const struct editor *editor, struct view *view);

/* Each field that both sides changed: yours and theirs. */
void editor_view_conflict(const struct editor *editor, struct view *view);

#endif
