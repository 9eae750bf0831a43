/* From blocks and a size to rectangles. Texts are measured, nothing is painted. */
#include "tui/view/internal.h"

#include <assert.h>
#include <string.h>

enum { ROOMY = 15, WIDE = 110, HALF = 64, MARGIN_FROM = 72 };

static int min(int a, int b)
{
	return a < b ? a : b;
}

static int max(int a, int b)
{
	return a > b ? a : b;
}

/* Should there be a blank row above it? A title or a text right below another block looks crowded; lines, tables and
 * notices don't. */
static bool wants_air(const struct view *view, int at)
{
	while (view->blocks[at].kind == BLOCK_GROUP && at + 1 < view->blocks[at].end)
		at++;
	return !view->blocks[at].place.tight && view->blocks[at].kind != BLOCK_LINE &&
	       view->blocks[at].kind != BLOCK_TABLE && view->blocks[at].kind != BLOCK_NOTICE;
}

/* Which groups stand side by side in so many columns; blocks stay below each other in what is narrower. */
static void choose_sides(struct view *view, int from, int to, int width)
{
	for (int at = from; at < to; at = view->blocks[at].end) {
		struct view_block *block = &view->blocks[at];
		if (block->kind != BLOCK_GROUP)
			continue;
		enum view_beside beside = block->group.beside;
		block->beside = beside != VIEW_COLUMN && width >= (beside == VIEW_ROW_WIDE ? WIDE : HALF);
		choose_sides(view, at + 1, block->end, block->beside ? width / 2 : width);
	}
}

/* The block that leaves next: the last one with the highest `drop`; -1: all stay. */
static int first_to_leave(const struct view *view, const struct view_stack *stack)
{
	int found = -1, drop = 1;

	for (int i = 0; i < stack->count; i++) {
		int own = view->blocks[stack->items[i].at].place.drop;
		if (own >= drop) {
			drop = own;
			found = i;
		}
	}
	return found;
}

/* Rows that the minima take, with rules but without blank rows. */
static int needed(const struct view_stack *stack)
{
	int rows = 0;

	for (int i = 0; i < stack->count; i++)
		rows += stack->items[i].rows.least + (stack->items[i].rule ? stack->items[i].gap : 0);
	return rows;
}

/* Rows that are left when there are blank rows between the blocks. On a low screen all that there is to see goes before
 * blank rows, on a higher one only the firm rows. */
static int spare(const struct view_stack *stack, int height)
{
	int rows = 0;

	for (int i = 0; i < stack->count; i++)
		rows += (height >= ROOMY ? stack->items[i].rows.firm : stack->items[i].rows.want) + stack->items[i].gap;
	return height - rows;
}

/* How much a block matters where not even the minima fit: what has the focus most, then the one thing to do. */
static int weight_of(const struct view *view, int at)
{
	int weight = 0;

	for (int in = at; in < view->blocks[at].end; in++) {
		const struct view_block *block = &view->blocks[in];
		int own = block->place.focus		     ? 3
			  : block->kind == BLOCK_CALL	     ? 2
			  : block->kind == BLOCK_LINE || block->kind == BLOCK_NOTICE ? 1
								     : 0;
		weight = max(weight, own);
	}
	return weight;
}

/* Takes the missing rows from the minima: first what screens want beyond need, then from what matters least, the last
 * first. */
static void squeeze(const struct view *view, struct view_stack *stack, int missing)
{
	enum { WEIGHTS = 4 };

	for (int round = -1; round < WEIGHTS; round++)
		for (int i = stack->count - 1; i >= 0 && missing > 0; i--) {
			struct view_item *item = &stack->items[i];
			int keep = round < 0 ? min(item->floor, item->rows.least) : 0;
			if (round >= 0 && weight_of(view, item->at) != round)
				continue;
			int less = min(missing, item->rows.least - keep);
			item->rows.least -= less;
			item->rows.want = less ? item->rows.least : item->rows.want;
			missing -= less;
		}
}

/* Rows for each of those that stand below each other. */
static void share_rows(const struct view *view, struct view_stack *stack, int height)
{
	struct layout_part parts[VIEW_BLOCKS_MAX];
	int sizes[VIEW_BLOCKS_MAX], left = height;
	bool roomy = spare(stack, height) >= 0;

	for (int i = 0; i < stack->count; i++) {
		struct view_item *item = &stack->items[i];
		item->gap = roomy || item->rule ? item->gap : 0;
		left -= item->gap;
	}
	squeeze(view, stack, needed(stack) - height);
	for (int i = 0; i < stack->count; i++) {
		const struct view_rows *rows = &stack->items[i].rows;
		int want = min(rows->want, max(rows->least, height));
		parts[i] = (struct layout_part){rows->least, max(1, want), want - rows->least};
	}
	layout_split(left, 0, parts, (size_t)stack->count, sizes);
	for (int i = 0; i < stack->count; i++) {
		const struct view_block *block = &view->blocks[stack->items[i].at];
		int grow = block->kind == BLOCK_NOTICE && !block->place.grow ? 1 : block->place.grow;
		parts[i] = (struct layout_part){sizes[i], grow ? block->place.most : max(1, sizes[i]), grow};
	}
	layout_split(left, 0, parts, (size_t)stack->count, sizes);
	for (int i = 0; i < stack->count; i++)
		stack->items[i].rows.want = sizes[i];
}

/* ---- rectangles ---- */

static void place_block(struct view *view, int at, struct rect rect);

static void place_beside(struct view *view, int group, struct rect rect)
{
	struct view_stack stack;
	int gap = view_pane_gap(&view->blocks[group]), leaves;

	for (;;) {
		view_stack_of(view, group, rect.width, &stack);
		int columns = 0;
		for (int i = 0; i < stack.count; i++)
			columns += view_columns(view, stack.items[i].at).least + (i ? gap : 0);
		leaves = columns > rect.width ? first_to_leave(view, &stack) : -1;
		if (leaves < 0)
			break;
		view->blocks[stack.items[leaves].at].gone = true;
	}
	for (int i = 0; i < stack.count; i++) {
		place_block(view, stack.items[i].at, rect_cut_left(&rect, stack.items[i].width));
		rect_cut_left(&rect, gap);
	}
}

/* Below each other, from -1 (all) or a group. */
static void place_below(struct view *view, int group, struct rect rect)
{
	struct view_stack stack;
	int leaves;

	for (;;) {
		view_stack_of(view, group, rect.width, &stack);
		leaves = needed(&stack) > rect.height ? first_to_leave(view, &stack) : -1;
		if (leaves < 0)
			break;
		view->blocks[stack.items[leaves].at].gone = true;
	}
	if (group < 0 && stack.count && spare(&stack, rect.height) > 0 && wants_air(view, stack.items[0].at))
		rect_cut_top(&rect, 1);
	share_rows(view, &stack, rect.height);
	for (int i = 0; i < stack.count; i++) {
		rect_cut_top(&rect, stack.items[i].gap);
		struct rect place = rect_cut_top(&rect, stack.items[i].rows.want);
		place.width = stack.items[i].width;
		place_block(view, stack.items[i].at, place);
	}
}

static void place_block(struct view *view, int at, struct rect rect)
{
	struct view_block *block = &view->blocks[at];

	if (rect_is_empty(rect))
		return;
	block->rect = rect;
	if (block->kind != BLOCK_GROUP)
		return;
	if (block->beside)
		place_beside(view, at, rect);
	else
		place_below(view, at, rect);
}

static void begin(struct view *view, int width)
{
	assert(!view->depth);
	for (int at = 0; at < view->count; at++) {
		view->blocks[at].rect = (struct rect){0, 0, 0, 0};
		view->blocks[at].gone = false;
	}
	choose_sides(view, 0, view->count, width);
}

struct view_size view_measure(struct view *view, int most)
{
	struct view_size size = {0, 0};
	struct view_stack stack;

	begin(view, most);
	view_stack_of(view, -1, most, &stack);
	for (int i = 0; i < stack.count; i++) {
		size.columns = max(size.columns, min(most, stack.items[i].most));
		size.rows += stack.items[i].gap + stack.items[i].rows.want;
	}
	return size;
}

bool view_layout(struct view *view, struct rect rect)
{
	bool changed = false;

	begin(view, rect.width);
	if (rect.width >= MARGIN_FROM)
		rect = rect_inset(rect, 1, 0);
	place_below(view, -1, rect);
	for (int at = 0; at < view->count; at++) {
		view->blocks[at].gone = rect_is_empty(view->blocks[at].rect);
		changed |= view_settle(view, &view->blocks[at]);
	}
	return changed;
}
