#include "models/outcome.h"

SHAPE_DEFINE(outcome_error_shape, "ProblemError", struct outcome_error,
	     SHAPE_FIELD(FIELD_TEXT, struct outcome_error, pointer, .required = true),
	     SHAPE_FIELD(FIELD_TEXT, struct outcome_error, code, .required = true),
	     SHAPE_FIELD(FIELD_PARAMS, struct outcome_error, params),
	     SHAPE_FIELD(FIELD_TEXT, struct outcome_error, detail, .required = true));
