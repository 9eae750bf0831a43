#include "models/change.h"

#include "models/limits.h"

const char *const change_kind_names[] = {"sale_placed", "sale_cancelled", "low_stock", "part_shipped",
					 "part_delivered", "part_cancelled", NULL};

SHAPE_DEFINE(change_shape, "Change", struct change, SHAPE_FIELD(FIELD_ID, struct change, id, .required = true),
	     SHAPE_FIELD(FIELD_CHOICE, struct change, kind, .required = true, .choices = change_kind_names),
	     SHAPE_FIELD(FIELD_ID, struct change, subject_id, .required = true),
	     SHAPE_FIELD(FIELD_TIME, struct change, at, .required = true));
SHAPE_DEFINE(change_list_shape, "ChangeList", struct change_list,
	     SHAPE_ITEMS(struct change_list, changes, change_shape, .required = true),
	     SHAPE_FIELD(FIELD_TEXT, struct change_list, since, .required = true),
	     SHAPE_FIELD(FIELD_BOOL, struct change_list, reset, .optional = true));
SHAPE_DEFINE(change_query_shape, "ChangeQuery", struct change_query,
	     SHAPE_FIELD(FIELD_TEXT, struct change_query, since, .min = 1, .max = LIMIT_CURSOR));
