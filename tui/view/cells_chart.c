/* A chart as cells: columns with the highest amount at their left, and below them the first and the last label. */
#include "tui/view/internal.h"

enum { LABELS_LEAST = 10 };

/* How the values share the columns: one column each, several values in one, or several columns each with a gap
 * after. */
struct spread {
	size_t together; /* values in a bar */
	int64_t values[VIEW_CHART_MAX], highest;
	size_t used;
};

static int64_t add(int64_t a, int64_t b)
{
	int64_t sum;

	return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

static void spread_values(const struct view_chart *chart, size_t width, struct spread *ret_spread)
{
	struct spread *spread = ret_spread;
	size_t at = 0;

	*spread = (struct spread){.together = (chart->count + width - 1) / width};
	size_t bars = (chart->count + spread->together - 1) / spread->together;
	size_t wide = width / bars > VIEW_BAR_MAX ? VIEW_BAR_MAX : width / bars;
	for (size_t bar = bars; bar > 0; bar--) {
		int64_t sum = 0;
		/* The last bar is a whole one; when values don't fill all bars, the first has fewer. */
		for (; at + (bar - 1) * spread->together < chart->count; at++)
			sum = add(sum, chart->values[at] > 0 ? chart->values[at] : 0);
		spread->highest = sum > spread->highest ? sum : spread->highest;
		for (size_t column = 0; column < wide; column++)
			spread->values[spread->used++] = wide > 2 && column == wide - 1 ? 0 : sum;
	}
}

/* Columns for the amounts at the left: as wide as the sum of all, which is the longest that can stand there. */
static int label_columns(struct view *view, const struct view_chart *chart)
{
	char space[VIEW_TEXT] = "";
	int64_t sum = 0;

	for (size_t at = 0; at < chart->count; at++)
		sum = add(sum, chart->values[at] > 0 ? chart->values[at] : 0);
	chart->amount(chart->context, sum, space);
	int width = view_width(view, space);
	return width > LABELS_LEAST ? width : LABELS_LEAST;
}

static void paint_labels(const struct view_chart *chart, struct canvas *canvas, struct rect rect)
{
	char first[VIEW_TEXT] = "", last[VIEW_TEXT] = "";

	if (!chart->label)
		return;
	chart->label(chart->context, 0, first);
	chart->label(chart->context, chart->count - 1, last);
	int used = paint_str(canvas, rect.x, rect.y, rect.width, ROLE_FAINT, first);
	if (rect.width > 2 * used + 2)
		paint_right(canvas, rect.x, rect.y, rect.width, ROLE_FAINT, last);
}

void view_paint_chart(struct view *view, const struct view_block *block, struct canvas *canvas)
{
	const struct view_chart *chart = &block->chart;
	struct rect rect = block->rect;
	struct spread spread;
	char space[VIEW_TEXT] = "";

	rect_cut_left(&rect, VIEW_GUTTER);
	struct rect dates = rect_cut_bottom(&rect, rect.height > 2 ? 1 : 0);
	struct rect labels = rect_cut_left(&rect, chart->count ? label_columns(view, chart) + 1 : 0);
	if (rect.width < 8 || rect.height < 1 || !chart->count)
		return;
	rect.width = rect.width < VIEW_CHART_MAX ? rect.width : VIEW_CHART_MAX;
	spread_values(chart, (size_t)rect.width, &spread);
	rect.width = (int)spread.used;
	chart->amount(chart->context, spread.highest, space);
	paint_right(canvas, labels.x, labels.y, labels.width - 1, ROLE_FAINT, space);
	if (rect.height > 1)
		paint_right(canvas, labels.x, labels.y + rect.height - 1, labels.width - 1, ROLE_FAINT, "0");
	paint_chart(canvas, rect, spread.values, spread.used, ROLE_ACCENT);
	if (rect_is_empty(dates))
		return;
	space[0] = '\0';
	if (chart->each)
		chart->each(chart->context, spread.together, space);
	paint_right(canvas, labels.x, dates.y, labels.width - 1, ROLE_FAINT, space);
	paint_labels(chart, canvas, (struct rect){rect.x, dates.y, rect.width, 1});
}
