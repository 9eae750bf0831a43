/* The only file that knows chafa. */
#include <chafa.h>
#include <stdlib.h>

#include "tui/picture/late.h"
#include "tui/picture/pixels.h"

/* clang-format off */
#define CALLS(CALL) \
	CALL(chafa_canvas_config_new) \
	CALL(chafa_canvas_config_set_canvas_mode) \
	CALL(chafa_canvas_config_set_geometry) \
	CALL(chafa_canvas_config_set_pixel_mode) \
	CALL(chafa_canvas_config_set_symbol_map) \
	CALL(chafa_canvas_config_set_work_factor) \
	CALL(chafa_canvas_config_unref) \
	CALL(chafa_canvas_draw_all_pixels) \
	CALL(chafa_canvas_get_char_at) \
	CALL(chafa_canvas_get_colors_at) \
	CALL(chafa_canvas_new) \
	CALL(chafa_canvas_unref) \
	CALL(chafa_set_n_threads) \
	CALL(chafa_symbol_map_add_by_tags) \
	CALL(chafa_symbol_map_new) \
	CALL(chafa_symbol_map_unref)
/* clang-format on */
static struct {
	CALLS(LATE_MEMBER)
} lib;
static const char *const names[] = {CALLS(LATE_NAME)};

bool cells_load(struct err *err)
{
	return late_load(CHAFA_SONAME, names, sizeof names / sizeof *names, &lib, err);
}

static const ChafaCanvasMode modes[] = {
    [DEPTH_MONO] = CHAFA_CANVAS_MODE_FGBG,        [DEPTH_8] = CHAFA_CANVAS_MODE_INDEXED_8,
    [DEPTH_16] = CHAFA_CANVAS_MODE_INDEXED_16,    [DEPTH_256] = CHAFA_CANVAS_MODE_INDEXED_240,
    [DEPTH_DIRECT] = CHAFA_CANVAS_MODE_TRUECOLOR,
};

static ChafaSymbolMap *choose_symbols(enum color_depth depth, const struct glyphs *glyphs)
{
	ChafaSymbolMap *map = lib.chafa_symbol_map_new();

	if (glyphs->ascii)
		lib.chafa_symbol_map_add_by_tags(map, CHAFA_SYMBOL_TAG_ASCII);
	else if (glyphs == &glyphs_console)
		lib.chafa_symbol_map_add_by_tags(map, CHAFA_SYMBOL_TAG_HALF | CHAFA_SYMBOL_TAG_SOLID |
							  CHAFA_SYMBOL_TAG_STIPPLE);
	else
		lib.chafa_symbol_map_add_by_tags(
		    map, CHAFA_SYMBOL_TAG_BLOCK | CHAFA_SYMBOL_TAG_QUAD |
			     (depth == DEPTH_MONO ? CHAFA_SYMBOL_TAG_STIPPLE : CHAFA_SYMBOL_TAG_NONE));
	lib.chafa_symbol_map_add_by_tags(map, CHAFA_SYMBOL_TAG_SPACE);
	return map;
}

static ChafaCanvas *new_canvas(int columns, int rows, enum color_depth depth, const struct glyphs *glyphs)
{
	ChafaCanvasConfig *config = lib.chafa_canvas_config_new();
	ChafaSymbolMap *map = choose_symbols(depth, glyphs);

	lib.chafa_set_n_threads(1);
	lib.chafa_canvas_config_set_geometry(config, columns, rows);
	lib.chafa_canvas_config_set_canvas_mode(config, modes[depth]);
	lib.chafa_canvas_config_set_pixel_mode(config, CHAFA_PIXEL_MODE_SYMBOLS);
	lib.chafa_canvas_config_set_symbol_map(config, map);
	lib.chafa_canvas_config_set_work_factor(config, 0.4F);
	ChafaCanvas *canvas = lib.chafa_canvas_new(config);
	lib.chafa_symbol_map_unref(map);
	lib.chafa_canvas_config_unref(config);
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
	lib.chafa_canvas_draw_all_pixels(canvas, CHAFA_PIXEL_RGBA8_UNASSOCIATED, pixels, width, height, width * 4);
	for (size_t at = 0; at < count; at++) {
		int x = (int)at % columns, y = (int)at / columns;
		struct picture_cell *cell = &picture->cells[at];

		cell->code = lib.chafa_canvas_get_char_at(canvas, x, y);
		lib.chafa_canvas_get_colors_at(canvas, x, y, &cell->fg, &cell->bg);
		if (depth == DEPTH_MONO)
			cell->fg = cell->bg = COLOR_NONE;
	}
	lib.chafa_canvas_unref(canvas);
	return picture;
}
