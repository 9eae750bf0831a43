/* editor.h: the argument of app_push_for(SCREEN_editor), and its result.
 */
#ifndef VITRINE_SCREENS_SELLING_EDITOR_H
#define VITRINE_SCREENS_SELLING_EDITOR_H

#include "shop/inventory_model.h"

/* The result; there is none when nothing was sent. */
struct editor_result {
	bool saved;   /* the changes of the fields are saved on the platform */
	bool created, deleted;
	char id[EDIT_ID];
	int64_t version, values[CELLS];
};

struct editor_argument {
	const struct product *product; /* NULL: a new product */
	const int64_t *values;         /* [CELLS]: first values of the fields, if not the product's; may be NULL */
};

#endif
