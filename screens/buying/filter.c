/* The shop's filter: category, range of prices, stock. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "screens/app/screen.h"
#include "screens/parts/sheet.h"
#include "screens/parts/text.h"
#include "shop/filters.h"
#include "shop/number.h"

#define FILTER_KEYS(KEY)                                                       \
	KEY(FILTER_APPLY, "apply", "Enter", "apply", "Show what fits", 1)      \
	KEY(FILTER_CLEAR, "clear", "C-o", "clear", "Show everything again", 2) \
	KEY(FILTER_REFRESH, "refresh", "C-r", "", "Ask for the categories again", 0)
enum filter_action { FILTER_KEYS(KEYMAP_ACTION) };
static const struct binding filter_keys[] = {FILTER_KEYS(KEYMAP_BINDING)};

enum { CATEGORIES_MAX = 200 };
enum filter_row { ROW_CATEGORY, ROW_MIN, ROW_MAX, ROW_STOCK, ROWS };

static const char *const stock_choices[] = {"everything", "in stock only", NULL};

struct filter {
	struct sheet sheet;
	struct filters filters; /* the shop's; the new ones are the result (app_push_for) */
	struct page_query query;
	const char *categories[CATEGORIES_MAX + 3]; /* "All categories" first; NULL after the last */
	size_t count; /* how many have come so far, with the first */
	struct form_row rows[ROWS];
};
static_assert(offsetof(struct filter, sheet) == 0, "the sheet's functions take the screen's state");

static void make_rows(struct filter *filter)
{
	filter->rows[ROW_CATEGORY] =
	    (struct form_row){.name = "category", .label = "Category", .choices = filter->categories};
	filter->rows[ROW_MIN] = (struct form_row){.name = "min_price",
						  .label = "Price from",
						  .hint = "any",
						  .max = NUMBER_CHARACTERS,
						  .check = number_check,
						  .kind = NUMBER_PRICE_BOUND};
	filter->rows[ROW_MAX] = (struct form_row){.name = "max_price",
						  .label = "Price to",
						  .hint = "any",
						  .max = NUMBER_CHARACTERS,
						  .check = number_check,
						  .kind = NUMBER_PRICE_BOUND};
	filter->rows[ROW_STOCK] = (struct form_row){.name = "stock", .label = "Show", .choices = stock_choices};
}

static void ask_categories(struct app *app, struct filter *filter, const char *cursor);

/* What is chosen stays chosen, wherever it is now in the list. While it is on no page that has come, it is the last. */
static void keep_chosen(struct filter *filter, const char *chosen)
{
	size_t at = 1;

	while (at < filter->count && strcmp(filter->categories[at], chosen) != 0)
		at++;
	if (at == filter->count) {
		filter->categories[at] = chosen;
		filter->categories[at + 1] = NULL;
	}
	filter->sheet.form.fields[ROW_CATEGORY].choice = (int)at;
}

static void on_categories(struct app *app, void *state, struct net_reply *reply)
{
	struct filter *filter = state;
	const struct category_page *page = reply->answer;

	if (!reply->ok) {
		app_failed(app, &reply->err);
		return;
	}
	int choice = filter->sheet.form.fields[ROW_CATEGORY].choice;
	const char *chosen = choice ? filter->categories[choice] : NULL;
	size_t count = filter->query.cursor ? filter->count : 1;
	for (size_t i = 0; i < page->categories_count && count <= CATEGORIES_MAX; i++) {
		size_t length = strlen(page->categories[i].name);
		if (!length || length >= sizeof filter->filters.category) /* "" means all */
			continue;
		char *name = arena_strdup(app_arena(app, state), page->categories[i].name);
		if (!name)
			break;
		filter->categories[count++] = name;
	}
	filter->categories[count] = NULL;
	filter->count = count;
	if (chosen)
		keep_chosen(filter, chosen);
	if (page->next_cursor && count <= CATEGORIES_MAX)
		ask_categories(app, filter, page->next_cursor);
}

static void ask_categories(struct app *app, struct filter *filter, const char *cursor)
{
	filter->query.cursor = cursor;
	app_call(app, filter, API_category_list, &(struct net_args){.query = &filter->query}, on_categories);
}

static void filter_view(struct app *app, const void *state, struct view *view)
{
	const struct filter *filter = state;

	sheet_view(app, &filter->sheet, view, "What to show", NULL);
}

/* Of a form without faults; an empty field is no limit. */
static int64_t read_amount(const struct filter *filter, size_t row)
{
	char fault[NUMBER_FAULT];
	int64_t amount;

	return number_read(NUMBER_PRICE_BOUND, form_text(&filter->sheet.form, row), &amount, fault) ? amount : 0;
}

static void apply(struct app *app, void *state)
{
	struct filter *filter = state;
	struct filters wanted = filter->filters;
	int category = filter->sheet.form.fields[ROW_CATEGORY].choice;

	if (!form_settle(&filter->sheet.form))
		return;
	wanted.min_price = read_amount(filter, ROW_MIN);
	wanted.max_price = read_amount(filter, ROW_MAX);
	if (wanted.max_price && wanted.min_price > wanted.max_price) {
		form_error(&filter->sheet.form, ROW_MAX, true,
			   "This is less than the lowest price: type a higher one.");
		return;
	}
	snprintf(wanted.category, sizeof wanted.category, "%s", category ? filter->categories[category] : "");
	wanted.in_stock = filter->sheet.form.count > ROW_STOCK && filter->sheet.form.fields[ROW_STOCK].choice == 1;
	app_close_with(app, filter, &wanted);
}

static void set_amount(struct filter *filter, size_t row, int64_t amount)
{
	char text[AMOUNT_SIZE];

	form_set(&filter->sheet.form, row, number_write(NUMBER_PRICE_BOUND, amount, text));
}

static bool filter_enter(struct app *app, void *state, const void *argument)
{
	struct filter *filter = state;
	const struct filters *filters = argument;

	filter->filters = *filters;
	filter->categories[0] = "All categories";
	if (filter->filters.category[0])
		filter->categories[1] = filter->filters.category;
	make_rows(filter);
	if (!sheet_open(app, &filter->sheet, filter->rows, text_has_stock(app) ? ROWS : ROW_STOCK, apply))
		return false;
	filter->sheet.form.fields[ROW_CATEGORY].choice = filter->filters.category[0] ? 1 : 0;
	if (filter->sheet.form.count > ROW_STOCK)
		filter->sheet.form.fields[ROW_STOCK].choice = filter->filters.in_stock;
	if (filter->filters.min_price)
		set_amount(filter, ROW_MIN, filter->filters.min_price);
	if (filter->filters.max_price)
		set_amount(filter, ROW_MAX, filter->filters.max_price);
	filter->query.limit = LIMIT_PAGE;
	ask_categories(app, filter, NULL);
	return true;
}

static void filter_action(struct app *app, void *state, int action)
{
	struct filter *filter = state;

	switch ((enum filter_action)action) {
	case FILTER_APPLY:
		apply(app, filter);
		break;
	case FILTER_CLEAR:
		app_close_with(app, filter, &(struct filters){.sort = filter->filters.sort});
		break;
	case FILTER_REFRESH:
		ask_categories(app, filter, NULL);
		break;
	}
}

const struct screen screen_filter = {
    .name = "filter",
    .title = "Filter",
    .state_size = sizeof(struct filter),
    SCREEN_KEYS(filter_keys),
    .enter = filter_enter,
    .view = filter_view,
    .action = filter_action,
    .event = sheet_event,
    .seen = sheet_seen,
    .leave = sheet_leave,
};
