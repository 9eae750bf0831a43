/* shape_text.h: is one text a valid value of a field? Shared by the decoders of bodies and of query strings.
 */
#ifndef VITRINE_MODELS_SHAPE_TEXT_H
#define VITRINE_MODELS_SHAPE_TEXT_H

#include "models/shape.h"

/* VIOLATION_NONE when `text` is a legal value for the text field (FIELD_TEXT to FIELD_MOBILE), otherwise what is wrong
 * with it; *ret_params has the limits that it breaks. */
enum violation_kind shape_text_fault(const struct shape_field *field, const char *text, struct err_params *ret_params);

/* The index of `text` in a list that ends with NULL; -1 when it isn't there. */
int shape_choice(const char *const *choices, const char *text);

#endif
