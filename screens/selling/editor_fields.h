/* editor_fields.h: the editor's state and its fields: filled from a product, compared with it, made into a request.
 */
#ifndef VITRINE_SCREENS_SELLING_EDITOR_FIELDS_H
#define VITRINE_SCREENS_SELLING_EDITOR_FIELDS_H

#include "screens/selling/editor.h"
#include "screens/selling/editor_picture.h"
#include "shop/number.h"
#include "tui/widgets/form.h"

enum { CATEGORIES_MAX = 60 };

enum editor_row { ROW_NAME, ROW_CATEGORY, ROW_PRICE, ROW_STOCK, ROW_DESCRIPTION, ROW_PICTURE, ROWS };

struct editor {
	struct app *app;
	struct form_row rows[ROWS]; /* with hints for this platform */
	struct form form;
	const char *initial[ROWS]; /* the platform's text of each field */
	char id[EDIT_ID];          /* "": not created yet */
	int64_t version;
	bool has_picture;
	struct editor_picture picture;
	bool picture_asked; /* people want to see it before it is sent */
	struct editor_result result; /* the screen's result, from the first call on that may have changed something */
	const char *categories[CATEGORIES_MAX];
	size_t categories_count;
	struct page_query categories_query;
	bool reviewing;            /* shows what will be sent; y sends it */
	bool unsure;               /* sent without an answer */
	bool sending, conflict;
	const struct product *theirs; /* in a conflict: the other's */
	int rebased;
};

/* Makes the fields that this platform has. */
bool editor_make_form(struct editor *editor, struct err *err);

/* Fills them. False when memory ends. */
bool editor_begin(struct editor *editor, const struct editor_argument *argument);

/* Fills in the platform's values. A field that was changed here keeps its text and is only compared with the new
 * value. */
bool editor_set_fields(struct editor *editor, const struct product *product, bool keep_touched);

/* A product's value as its field shows it. */
const char *editor_value(const struct product *product, enum editor_row row, char space[APP_TEXT]);

/* Does the field differ from the platform's value? From the other's in a conflict? And: did both sides change it? */
bool editor_touched(const struct editor *editor, size_t row);
bool editor_differs(const struct editor *editor, size_t row);
bool editor_clashes(const struct editor *editor, size_t row);

/* Are all fields right? Tells at each field what is wrong. */
bool editor_check(struct editor *editor);

/* The request to send; `given` bits mean the fields of `shape`. False when nothing has changed. */
bool editor_change(const struct editor *editor, const struct shape *shape, struct product_change *change);

#endif
