/* How many rows and columns a block needs, and how many it can use. Those of a group come from its blocks, below or
 * beside each other. */
#include "tui/view/internal.h"

#include <string.h>

static int min(int a, int b)
{
	return a < b ? a : b;
}

static int max(int a, int b)
{
	return a > b ? a : b;
}

/* ---- what there is ---- */

bool view_is_present(const struct view *view, int at, bool beside)
{
	const struct view_block *block = &view->blocks[at];

	if (block->gone || (block->place.when == VIEW_BESIDE && !beside) || (block->place.when == VIEW_BELOW && beside))
		return false;
	switch (block->kind) {
	case BLOCK_PICTURE: return block->picture.picture || block->picture.expected;
	case BLOCK_PROSE: return block->prose.text && *block->prose.text;
	case BLOCK_FACTS: return block->facts.count || block->facts.title;
	case BLOCK_GROUP: break;
	default: return true;
	}
	for (int child = at + 1; child < block->end; child = view->blocks[child].end)
		if (view_is_present(view, child, block->beside))
			return true;
	return false;
}

int view_pane_gap(const struct view_block *group)
{
	return group->group.rule ? 2 : 1;
}

/* Those of a group's blocks: of the widest, or of all side by side. */
static struct view_span group_columns(struct view *view, const struct view_block *group)
{
	int at = (int)(group - view->blocks) + 1, gap = view_pane_gap(group);
	struct view_span span = {0, 0}, sum = {0, 0};

	for (; at < group->end; at = view->blocks[at].end) {
		if (!view_is_present(view, at, group->beside))
			continue;
		struct view_span one = view_columns(view, at);
		span = (struct view_span){max(span.least, one.least), max(span.most, one.most)};
		sum.least += one.least + (sum.least ? gap : 0);
		sum.most += one.most + (sum.most ? gap : 0);
	}
	return group->beside ? sum : span;
}

static struct view_span leaf_columns(struct view *view, struct view_block *block)
{
	if (!block->measured)
		block->span = view_leaf_columns(view, block);
	block->measured = true;
	return block->span;
}

static struct view_rows leaf_rows(struct view *view, struct view_block *block, int width)
{
	if (!block->rows_width || block->rows_width != width)
		block->needs = view_leaf_rows(view, block, width);
	block->rows_width = width;
	return block->needs;
}

struct view_span view_columns(struct view *view, int at)
{
	struct view_block *block = &view->blocks[at];
	struct view_span span = block->kind == BLOCK_GROUP ? group_columns(view, block) : leaf_columns(view, block);

	if (block->place.columns)
		span.most = VIEW_GUTTER + block->place.columns;
	if (span.least > span.most)
		span.least = span.most;
	return span;
}

static struct view_rows group_rows(struct view *view, int at, int width)
{
	struct view_block *group = &view->blocks[at];
	struct view_rows rows = {0, 0, 0};
	struct view_stack stack;

	view_stack_of(view, at, width, &stack);
	for (int i = 0; i < stack.count; i++) {
		struct view_rows one = stack.items[i].rows;

		if (group->beside) {
			rows.least = max(rows.least, one.least);
			rows.firm = max(rows.firm, one.firm);
			rows.want = max(rows.want, one.want);
			continue;
		}
		int between = i ? stack.items[i].gap : 0, rule = group->group.rule ? between : 0;
		if (!view->blocks[stack.items[i].at].place.drop)
			rows.least += one.least + rule;
		rows.firm += one.firm + between;
		rows.want += one.want + between;
	}
	return rows;
}

/* Without the limits of its place. */
static struct view_rows own_rows(struct view *view, int at, int width)
{
	struct view_block *block = &view->blocks[at];

	return block->kind == BLOCK_GROUP ? group_rows(view, at, width) : leaf_rows(view, block, width);
}

struct view_rows view_rows(struct view *view, int at, int width)
{
	const struct view_block *block = &view->blocks[at];
	const struct view_place *place = &block->place;
	struct view_rows rows = own_rows(view, at, width);

	if (place->least)
		rows.least = rows.firm = place->least;
	if (place->most)
		rows.want = min(rows.want, place->most);
	rows.want = min(max(rows.want, rows.least), VIEW_UNLIMITED);
	rows.firm = min(max(rows.firm, rows.least), rows.want);
	return rows;
}

/* ---- a stack: blocks below each other, or beside ---- */

static void share_columns(struct view *view, const struct view_block *group, int width, struct view_stack *stack)
{
	struct layout_part parts[VIEW_BLOCKS_MAX];
	int sizes[VIEW_BLOCKS_MAX];

	for (int i = 0; i < stack->count; i++) {
		struct view_span span = view_columns(view, stack->items[i].at);
		int grow = view->blocks[stack->items[i].at].place.grow;
		/* First those that don't grow get what suits them. */
		parts[i] =
		    (struct layout_part){span.least, grow ? span.least : span.most, grow ? 0 : span.most - span.least};
		stack->items[i].most = span.most;
	}
	layout_split(width, view_pane_gap(group), parts, (size_t)stack->count, sizes);
	for (int i = 0; i < stack->count; i++) {
		int grow = view->blocks[stack->items[i].at].place.grow;
		parts[i] = (struct layout_part){sizes[i], grow ? stack->items[i].most : max(1, sizes[i]), grow};
	}
	layout_split(width, view_pane_gap(group), parts, (size_t)stack->count, sizes);
	for (int i = 0; i < stack->count; i++)
		stack->items[i].width = sizes[i];
}

/* Blocks below each other are all as wide as the widest can use. */
static void common_columns(struct view *view, int width, struct view_stack *stack)
{
	int widest = 0;

	for (int i = 0; i < stack->count; i++) {
		stack->items[i].most = view_columns(view, stack->items[i].at).most;
		widest = max(widest, stack->items[i].most);
	}
	for (int i = 0; i < stack->count; i++)
		stack->items[i].width = min(width, widest);
}

void view_stack_of(struct view *view, int group, int width, struct view_stack *ret_stack)
{
	int at = group < 0 ? 0 : group + 1, end = group < 0 ? view->count : view->blocks[group].end;
	bool beside = group >= 0 && view->blocks[group].beside, rule = group >= 0 && view->blocks[group].group.rule;

	ret_stack->count = 0;
	for (; at < end; at = view->blocks[at].end) {
		if (!view_is_present(view, at, beside))
			continue;
		int gap = rule || !view->blocks[at].place.tight;
		ret_stack->items[ret_stack->count++] = (struct view_item){.at = at, .gap = gap, .rule = rule};
	}
	if (beside)
		share_columns(view, &view->blocks[group], width, ret_stack);
	else
		common_columns(view, width, ret_stack);
	for (int i = 0; i < ret_stack->count; i++) {
		struct view_item *item = &ret_stack->items[i];
		item->rows = view_rows(view, item->at, item->width);
		item->floor = view->blocks[item->at].place.least ? own_rows(view, item->at, item->width).least
								 : item->rows.least;
	}
	if (ret_stack->count)
		ret_stack->items[0].gap = 0;
}
