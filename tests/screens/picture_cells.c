#include "tests/screens/picture_cells.h"

/* A run of fewer blocks is a marker; one of nothing but lower eighths is a chart's. What belongs to a picture may stand
 * a little outside of its runs. */
enum {
	RUN_MIN = 4, MARGIN = 4,
	BLOCK_FIRST = 0x2580, EIGHTHS_FIRST = 0x2581, EIGHTHS_LAST = 0x2588, BLOCK_LAST = 0x259F
};

static bool is_block(uint32_t character)
{
	return character >= BLOCK_FIRST && character <= BLOCK_LAST;
}

static bool is_eighth(uint32_t character)
{
	return character >= EIGHTHS_FIRST && character <= EIGHTHS_LAST;
}

static void widen(struct picture_cells *cells, int row, int first, int last)
{
	if (row < cells->first_row)
		cells->first_row = row;
	if (row > cells->last_row)
		cells->last_row = row;
	if (first < cells->first_column)
		cells->first_column = first;
	if (last > cells->last_column)
		cells->last_column = last;
}

struct picture_cells picture_cells_find(struct stage *stage)
{
	struct picture_cells cells = {stage->height, -1, stage->width, -1};
	bool any_other = false; /* than lower eighths */

	for (int row = 0; row < stage->height; row++) {
		int start = -1;
		bool other = false;

		for (int column = 0; column <= stage->width; column++) {
			uint32_t character = column < stage->width ? stage_cell(stage, column, row).chars[0] : 0;

			if (is_block(character)) {
				start = start < 0 ? column : start;
				other = other || !is_eighth(character);
				continue;
			}
			if (start >= 0 && column - start >= RUN_MIN) {
				widen(&cells, row, start, column - 1);
				any_other = any_other || other;
			}
			start = -1;
			other = false;
		}
	}
	if (!any_other)
		cells.last_row = -1;
	return cells;
}

bool picture_cells_any(const struct picture_cells *cells)
{
	return cells->last_row >= cells->first_row;
}

bool picture_cells_has(const struct picture_cells *cells, int row, int column, uint32_t character)
{
	return picture_cells_any(cells) && is_block(character) && row >= cells->first_row - MARGIN &&
	       row <= cells->last_row + MARGIN && column >= cells->first_column - MARGIN &&
	       column <= cells->last_column + MARGIN;
}

bool picture_cells_beside(const struct picture_cells *cells, int row, uint32_t character)
{
	return picture_cells_any(cells) && (!character || character == ' ') && row >= cells->first_row - 1 &&
	       row <= cells->last_row + 1;
}
