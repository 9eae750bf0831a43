/* picture_cells.h: which cells of a screen show a picture.
 *
 * Which block a picture's cell becomes is libchafa's choice, and another one in another version, so goldens leave these
 * cells blank. They are found by what they are: runs of block elements (U+2580 to U+259F) that no bar of a chart, no
 * marker and no scroll bar of ours is made of.
 */
#ifndef VITRINE_TESTS_SCREENS_PICTURE_CELLS_H
#define VITRINE_TESTS_SCREENS_PICTURE_CELLS_H

#include "tests/screens/stage.h"

/* Where the screen shows pictures: cells, the last ones included. Without any, first is after last. */
struct picture_cells {
	int first_row, last_row, first_column, last_column;
};

struct picture_cells picture_cells_find(struct stage *stage);

bool picture_cells_any(const struct picture_cells *cells);

/* Is this cell, which shows `character`, a picture's? */
bool picture_cells_has(const struct picture_cells *cells, int row, int column, uint32_t character);

/* Is it blank and in a picture's rows? Then its background may be the picture's. */
bool picture_cells_beside(const struct picture_cells *cells, int row, uint32_t character);

#endif
