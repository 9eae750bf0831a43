/* change_rule.h: places in what an account is told of: "<number>,<ms>", what came after the change of that number, and
 * when that was asked for; and for how long they are good. In one place, so that all stores give out and take the same.
 */
#ifndef VITRINE_PLATFORM_STORE_CHANGE_RULE_H
#define VITRINE_PLATFORM_STORE_CHANGE_RULE_H

#include "platform/store/store.h"

/* Changes are kept this much longer than anybody is promised: the time of a place is the clock's of whoever read it. */
enum { CHANGE_RULE_LONGER_MS = 60 * 60 * 1000 };

struct change_place {
	int64_t number, time; /* ms */
};

/* Reads one. ERR_INVALID: no store made it. */
bool change_rule_place(const char *text, struct change_place *ret_place, struct err *err);

/* The text of a place, in the arena. NULL: memory ended. */
const char *change_rule_text(struct change_place place, struct arena *arena);

/* The place right behind a change of that number and time, for somebody who reads it now. */
struct change_place change_rule_behind(int64_t number, int64_t at, int64_t now);

/* Can nobody tell any more what came after this place? It is too old, so some of that may have gone; or `last`, the
 * greatest number that there is, is less: the store was put back to an earlier day. */
bool change_rule_is_lost(struct change_place place, int64_t last, int64_t now);

#endif
