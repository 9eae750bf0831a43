#include "base/clock.h"

#include <string.h>
#include <time.h>

static int64_t read_clock(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_now(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t clock_monotonic(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

/* Days since 1970-01-01 of a date in the proleptic Gregorian calendar, counted in years that begin in March, so that
 * the leap day is a year's last. */
static int64_t days_from_date(int64_t year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

static void date_from_days(int64_t days, int *ret_year, int *ret_month, int *ret_day)
{
	days += 719468;
	int64_t era = (days >= 0 ? days : days - 146096) / 146097;
	int64_t day_of_era = days - era * 146097;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month = (5 * day_of_year + 2) / 153;

	*ret_day = (int)(day_of_year - (153 * month + 2) / 5 + 1);
	*ret_month = (int)(month < 10 ? month + 3 : month - 9);
	*ret_year = (int)(year_of_era + era * 400 + (*ret_month <= 2));
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

int32_t clock_day(int64_t instant)
{
	return (int32_t)floor_div(instant, CLOCK_DAY_MS);
}

/* Writes so many digits, with leading zeros. Answers are full of times; printf would be half of their cost. */
static char *put_digits(char *place, unsigned number, int digits)
{
	for (int i = digits - 1; i >= 0; i--, number /= 10)
		place[i] = (char)('0' + number % 10);
	return place + digits;
}

static char *put_day(char *place, int32_t day)
{
	int year, month, mday;

	date_from_days(day, &year, &month, &mday);
	place = put_digits(place, (unsigned)year, 4);
	*place++ = '-';
	place = put_digits(place, (unsigned)month, 2);
	*place++ = '-';
	return put_digits(place, (unsigned)mday, 2);
}

void clock_format_day(int32_t day, char ret_text[sizeof "2026-11-22"])
{
	*put_day(ret_text, day) = '\0';
}

void clock_format(int64_t instant, char ret_text[CLOCK_RFC3339_SIZE])
{
	const int64_t first = days_from_date(0, 1, 1) * CLOCK_DAY_MS;
	const int64_t last = days_from_date(10000, 1, 1) * CLOCK_DAY_MS - 1;
	char *place = ret_text;

	instant = instant < first ? first : instant > last ? last : instant;
	int32_t day = clock_day(instant);
	unsigned ms = (unsigned)(instant - (int64_t)day * CLOCK_DAY_MS);

	place = put_day(place, day);
	*place++ = 'T';
	place = put_digits(place, ms / 3600000, 2);
	*place++ = ':';
	place = put_digits(place, ms / 60000 % 60, 2);
	*place++ = ':';
	place = put_digits(place, ms / 1000 % 60, 2);
	*place++ = '.';
	place = put_digits(place, ms % 1000, 3);
	*place++ = 'Z';
	*place = '\0';
}

/* Reads exactly `digits` digits and moves on. */
static bool read_number(const char **text, int digits, int *ret_number)
{
	int number = 0;

	for (int i = 0; i < digits; i++, (*text)++) {
		if (**text < '0' || **text > '9')
			return false;
		number = number * 10 + (**text - '0');
	}
	*ret_number = number;
	return true;
}

static bool read_char(const char **text, const char *any_of)
{
	if (!**text || !strchr(any_of, **text))
		return false;
	(*text)++;
	return true;
}

/* ".678" to milliseconds; none is 0. */
static bool read_fraction(const char **text, int *ret_ms)
{
	int scale = 100;

	*ret_ms = 0;
	if (!read_char(text, "."))
		return true;
	if (**text < '0' || **text > '9')
		return false;
	for (; **text >= '0' && **text <= '9'; (*text)++, scale /= 10)
		*ret_ms += (**text - '0') * scale;
	return true;
}

static bool read_offset(const char **text, int *ret_minutes)
{
	int hours, minutes;
	int sign = **text == '-' ? -1 : 1;

	*ret_minutes = 0;
	if (read_char(text, "Zz"))
		return true;
	if (!read_char(text, "+-") || !read_number(text, 2, &hours) || !read_char(text, ":") ||
	    !read_number(text, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	*ret_minutes = sign * (hours * 60 + minutes);
	return true;
}

bool clock_parse(const char *text, int64_t *ret_instant)
{
	static const int month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int year, month, day, hour, minute, second, ms, offset;

	if (!read_number(&text, 4, &year) || !read_char(&text, "-") || !read_number(&text, 2, &month) ||
	    !read_char(&text, "-") || !read_number(&text, 2, &day) || !read_char(&text, "Tt ") ||
	    !read_number(&text, 2, &hour) || !read_char(&text, ":") || !read_number(&text, 2, &minute) ||
	    !read_char(&text, ":") || !read_number(&text, 2, &second) || !read_fraction(&text, &ms) ||
	    !read_offset(&text, &offset) || *text)
		return false;

	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	if (month < 1 || month > 12 || day < 1 || day > month_days[month - 1] + (month == 2 && leap) || hour > 23 ||
	    minute > 59 || second > 60)
		return false;

	*ret_instant = days_from_date(year, month, day) * CLOCK_DAY_MS + hour * 3600000LL +
		       (minute - offset) * 60000LL + second * 1000LL + ms;
	return true;
}
