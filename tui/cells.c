/* The only file that knows chafa. */
#include <chafa.h>
#include <stdlib.h>

#include "tui/pixels.h"

static const ChafaCanvasMode modes[] = {
    [DEPTH_MONO] = CHAFA_CANVAS_MODE_FGBG,        [DEPTH_8] = CHAFA_CANVAS_MODE_INDEXED_8,
    [DEPTH_16] = CHAFA_CANVAS_MODE_INDEXED_16,    [DEPTH_256] = CHAFA_CANVAS_MODE_INDEXED_240,
    [DEPTH_DIRECT] = CHAFA_CANVAS_MODE_TRUECOLOR,
};

static ChafaSymbolMap *choose_symbols(enum color_depth depth, const struct glyphs *glyphs)
{
	ChafaSymbolMap *map = chafa_symbol_map_new();

	if (glyphs->ascii)
		chafa_symbol_map_add_by_tags(map, CHAFA_SYMBOL_TAG_ASCII);
	else if (glyphs == &glyphs_console)
		chafa_symbol_map_add_by_tags(map,
					     CHAFA_SYMBOL_TAG_HALF | CHAFA_SYMBOL_TAG_SOLID | CHAFA_SYMBOL_TAG_STIPPLE);
	else
		chafa_symbol_map_add_by_tags(
		    map, CHAFA_SYMBOL_TAG_BLOCK | CHAFA_SYMBOL_TAG_QUAD |
			     (depth == DEPTH_MONO ? CHAFA_SYMBOL_TAG_STIPPLE : CHAFA_SYMBOL_TAG_NONE));
	chafa_symbol_map_add_by_tags(map, CHAFA_SYMBOL_TAG_SPACE);
	return map;
}

static ChafaCanvas *new_canvas(int columns, int rows, enum color_depth depth, const struct glyphs *glyphs)
{
	ChafaCanvasConfig *config = chafa_canvas_config_new();
	ChafaSymbolMap *map = choose_symbols(depth, glyphs);

	chafa_set_n_threads(1);
	chafa_canvas_config_set_geometry(config, columns, rows);
	chafa_canvas_config_set_canvas_mode(config, modes[depth]);
	chafa_canvas_config_set_pixel_mode(config, CHAFA_PIXEL_MODE_SYMBOLS);
	chafa_canvas_config_set_symbol_map(config, map);
	chafa_canvas_config_set_work_factor(config, 0.4F);
	ChafaCanvas *canvas = chafa_canvas_new(config);
	chafa_symbol_map_unref(map);
	chafa_canvas_config_unref(config);
	return canvas;
}

struct picture *cells_from_pixels(const uint8_t *pixels, int width, int height, int columns, int rows,
				  enum color_depth depth, const struct glyphs *glyphs)
{
	size_t count = (size_t)columns * (size_t)rows;
	struct picture *picture = calloc(1, sizeof *picture + count * sizeof *picture->cells);

	if (!picture)
		return NULL;
	picture->width = columns;
	picture->height = rows;
	ChafaCanvas *canvas = new_canvas(columns, rows, depth, glyphs);
	chafa_canvas_draw_all_pixels(canvas, CHAFA_PIXEL_RGBA8_UNASSOCIATED, pixels, width, height, width * 4);
	for (size_t at = 0; at < count; at++) {
		int x = (int)at % columns, y = (int)at / columns;
		struct picture_cell *cell = &picture->cells[at];

		cell->code = chafa_canvas_get_char_at(canvas, x, y);
		chafa_canvas_get_colors_at(canvas, x, y, &cell->fg, &cell->bg);
		if (depth == DEPTH_MONO)
			cell->fg = cell->bg = COLOR_NONE;
	}
	chafa_canvas_unref(canvas);
	return picture;
}
