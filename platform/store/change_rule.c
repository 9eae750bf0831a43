#include "platform/store/change_rule.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "platform/store/list_rule.h"

bool change_rule_place(const char *text, struct change_place *ret_place, struct err *err)
{
	int64_t parts[2];

	for (int i = 0; i < 2; i++) {
		size_t digits = strspn(text, "0123456789");

		if (digits < 1 || digits > 18 || (text[0] == '0' && digits > 1) || text[digits] != (i ? '\0' : ','))
			return list_rule_no_place(err);
		parts[i] = strtoll(text, NULL, 10);
		text += digits + 1;
	}
	*ret_place = (struct change_place){parts[0], parts[1]};
	return true;
}

const char *change_rule_text(struct change_place place, struct arena *arena)
{
	return arena_printf(arena, "%" PRId64 ",%" PRId64, place.number, place.time);
}

struct change_place change_rule_behind(int64_t number, int64_t at, int64_t now)
{
	return (struct change_place){number, at < now ? at : now};
}

bool change_rule_is_lost(struct change_place place, int64_t last, int64_t now)
{
	return place.time <= now - STORE_CHANGE_DAYS * (int64_t)CLOCK_DAY_MS || place.number > last;
}
