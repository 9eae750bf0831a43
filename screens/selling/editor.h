/* editor.h: what app_push_for(SCREEN_editor) takes, and its result.
 */
#ifndef VITRINE_SCREENS_SELLING_EDITOR_H
#define VITRINE_SCREENS_SELLING_EDITOR_H

#include "shop/inventory_model.h"

/* What became of it; there is none when nothing was sent. */
struct editor_result {
	bool saved;   /* what was changed in the fields is on the platform: from now on it is so */
	bool created, deleted;
	char id[EDIT_ID];
	int64_t version, values[CELLS];
};

struct editor_argument {
	const struct product *product; /* NULL: a new one */
	const int64_t *values;         /* [CELLS]: what the fields begin with, if that is something else; may be NULL */
};

#endif
