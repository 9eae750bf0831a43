#include "platform/identity/throttle.h"

#include <string.h>

/* More failures than any rule tells apart. */
enum { FAILURES_MAX = 1000, DOUBLINGS_MAX = 30 };

struct behaviour {
	int64_t (*wait)(const struct throttle_rule *rule, const struct throttle_entry *entry, int64_t now);
	void (*fail)(const struct throttle_rule *rule, struct throttle_entry *entry, int64_t now);
};

/* Is what the entry says over? Also when the clock was set back by more than the entry can account for. */
static bool is_over(const struct throttle_rule *rule, const struct throttle_entry *entry, int64_t now)
{
	return now - entry->last >= rule->forget || entry->last - now > rule->forget;
}

static int64_t backoff_wait(const struct throttle_rule *rule, const struct throttle_entry *entry, int64_t now)
{
	int64_t wait = entry->until - now;

	if (wait <= 0 || is_over(rule, entry, now))
		return 0;
	return wait < rule->longest ? wait : rule->longest; /* the clock may have been set back */
}

static void backoff_fail(const struct throttle_rule *rule, struct throttle_entry *entry, int64_t now)
{
	if (is_over(rule, entry, now))
		entry->failures = 0;
	if (entry->failures < FAILURES_MAX)
		entry->failures++;

	int doublings = entry->failures - rule->free - 1;
	int64_t delay = doublings < 0 ? 0 : rule->longest;
	if (doublings >= 0 && doublings < DOUBLINGS_MAX && rule->step << doublings < rule->longest)
		delay = rule->step << doublings;
	entry->until = now + delay;
}

static int64_t bucket_wait(const struct throttle_rule *rule, const struct throttle_entry *entry, int64_t now)
{
	int64_t room = (rule->free - 1) * rule->step; /* a try passes as long as that much is left to refill */
	int64_t wait = entry->until - now - room;

	if (wait <= 0)
		return 0;
	return wait < rule->step ? wait : rule->step;
}

static void bucket_fail(const struct throttle_rule *rule, struct throttle_entry *entry, int64_t now)
{
	int64_t fullest = now + rule->free * rule->step; /* more than empty it can't be */
	int64_t until = (entry->until > now ? entry->until : now) + rule->step;

	entry->until = until < fullest ? until : fullest;
}

static const struct behaviour behaviours[] = {
    [THROTTLE_BACKOFF] = {.wait = backoff_wait, .fail = backoff_fail},
    [THROTTLE_BUCKET] = {.wait = bucket_wait, .fail = bucket_fail},
};

void throttle_init(struct throttle *throttle, const struct throttle_rule *rule)
{
	memset(throttle, 0, sizeof *throttle);
	throttle->rule = rule;
}

/* Zero is for vacant entries. */
static uint64_t key_of(uint64_t key)
{
	return key ? key : 1;
}

/* Its place in its set, or THROTTLE_WAYS. */
static int find(const struct throttle *throttle, uint64_t key)
{
	const struct throttle_entry *set = throttle->sets[key % THROTTLE_SETS];
	int way = 0;

	while (way < THROTTLE_WAYS && set[way].key != key)
		way++;
	return way;
}

/* The key's entry, or a fresh one in the place of a vacant one or of the one that failed longest ago. */
static struct throttle_entry *claim(struct throttle *throttle, uint64_t key, int64_t now)
{
	struct throttle_entry *set = throttle->sets[key % THROTTLE_SETS];
	struct throttle_entry *victim = set;

	for (int way = 0; way < THROTTLE_WAYS; way++) {
		if (set[way].key == key)
			return &set[way];
		if (victim->key && (!set[way].key || set[way].last < victim->last))
			victim = &set[way];
	}
	*victim = (struct throttle_entry){.key = key, .last = now, .until = now};
	return victim;
}

int64_t throttle_wait(const struct throttle *throttle, uint64_t key, int64_t now)
{
	key = key_of(key);
	int way = find(throttle, key);

	if (way == THROTTLE_WAYS)
		return 0;
	return behaviours[throttle->rule->kind].wait(throttle->rule, &throttle->sets[key % THROTTLE_SETS][way], now);
}

void throttle_fail(struct throttle *throttle, uint64_t key, int64_t now)
{
	struct throttle_entry *entry = claim(throttle, key_of(key), now);

	behaviours[throttle->rule->kind].fail(throttle->rule, entry, now);
	entry->last = now;
}

void throttle_forgive(struct throttle *throttle, uint64_t key)
{
	key = key_of(key);
	int way = find(throttle, key);

	if (way < THROTTLE_WAYS)
		throttle->sets[key % THROTTLE_SETS][way] = (struct throttle_entry){0};
}
