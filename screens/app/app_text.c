#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "screens/app/app.h"
#include "shop/number.h"

const char *app_money(int64_t amount, char space[APP_TEXT])
{
	_Static_assert((int)AMOUNT_SIZE <= (int)APP_TEXT, "an amount has room where a text has");
	return amount_write(number_style(), amount, space);
}

static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
				     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

const char *app_date(int64_t instant, char space[APP_TEXT])
{
	time_t seconds = (time_t)(instant / 1000);
	struct tm when;

	if (localtime_r(&seconds, &when))
		snprintf(space, APP_TEXT, "%d %s %d", when.tm_mday, months[when.tm_mon % 12], when.tm_year + 1900);
	else
		snprintf(space, APP_TEXT, "?");
	return space;
}

const char *app_day(int64_t day, char space[APP_TEXT])
{
	time_t seconds = (time_t)(day * (CLOCK_DAY_MS / 1000));
	struct tm when;

	if (gmtime_r(&seconds, &when))
		snprintf(space, APP_TEXT, "%d %s", when.tm_mday, months[when.tm_mon % 12]);
	else
		snprintf(space, APP_TEXT, "?");
	return space;
}

const char *app_time(int64_t instant, char space[APP_TEXT])
{
	time_t seconds = (time_t)(instant / 1000);
	struct tm when;

	if (!localtime_r(&seconds, &when) || !strftime(space, APP_TEXT, "%H:%M", &when))
		snprintf(space, APP_TEXT, "?");
	return space;
}

const char *app_ago(int64_t instant, char space[APP_TEXT])
{
	/* The largest unit first; each is used from its number of days on. */
	static const struct {
		int32_t from, days;
		const char *one, *many;
	} units[] = {
	    {730, 365, "year", "years"}, {60, 30, "month", "months"}, {14, 7, "week", "weeks"}, {2, 1, "day", "days"}};
	int32_t days = clock_day(clock_now()) - clock_day(instant);

	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (days < units[i].from)
			continue;
		int32_t number = days / units[i].days;
		snprintf(space, APP_TEXT, "%" PRId32 " %s", number, number == 1 ? units[i].one : units[i].many);
		return space;
	}
	snprintf(space, APP_TEXT, "%s", days == 1 ? "yesterday" : "today");
	return space;
}
