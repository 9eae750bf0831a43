#include "tui/picture/picture.h"

#include <malloc.h>
#include <stdlib.h>

#include "tui/picture/pixels.h"

enum { STEP_PIXELS = 200 * 1000, CELL_PIXELS = 8, KINDS = 2 };

static const struct decoder_kind *const kinds[KINDS] = {&decoder_png, &decoder_jpeg};

struct picture_load {
	const struct decoder_kind *kind;
	struct decoder *decoder;
	struct scaler scaler;
	int columns, rows;
	enum color_depth depth;
	const struct glyphs *glyphs;
	struct picture *picture;
	enum picture_step state;
};

bool pixels_check(uint64_t width, uint64_t height, bool held, struct err *err)
{
	if (!width || !height)
		return err_set(err, ERR_INVALID, "The picture is empty");
	if (width > PICTURE_SIDE_MAX || height > PICTURE_SIDE_MAX || width * height > PICTURE_PIXELS_MAX ||
	    (held && width * height > PICTURE_HELD_MAX))
		return err_set(err, ERR_TOO_LARGE, "The picture has too many pixels to be shown here");
	return true;
}

/* As many cells as the picture's proportions allow. */
static void fit(struct picture_load *load, int width, int height, int columns, int rows)
{
	columns = columns < 1 ? 1 : columns > PICTURE_COLUMNS_MAX ? PICTURE_COLUMNS_MAX : columns;
	rows = rows < 1 ? 1 : rows > PICTURE_ROWS_MAX ? PICTURE_ROWS_MAX : rows;

	int rows_wanted = (int)(((int64_t)columns * height + width) / (2LL * width));
	if (rows_wanted <= rows) {
		load->columns = columns;
		load->rows = rows_wanted > 0 ? rows_wanted : 1;
		return;
	}
	int columns_wanted = (int)((2LL * rows * width + height / 2) / height);
	load->columns = columns_wanted > 0 ? columns_wanted < columns ? columns_wanted : columns : 1;
	load->rows = rows;
}

static bool start(struct picture_load *load, const void *bytes, size_t length, int columns, int rows, struct err *err)
{
	int width, height, channels;

	if (!load->kind->load(err) || !cells_load(err))
		return false;
	load->decoder = load->kind->open(bytes, length, &width, &height, err);
	if (!load->decoder)
		return false;
	fit(load, width, height, columns, rows);
	int to_width = load->columns * CELL_PIXELS, to_height = load->rows * CELL_PIXELS;
	return load->kind->start(load->decoder, to_width, to_height, &width, &height, &channels, err) &&
	       scaler_init(&load->scaler, width, height, channels, to_width, to_height, err);
}

struct picture_load *picture_load_new(const void *bytes, size_t length, int columns, int rows, enum color_depth depth,
				      const struct glyphs *glyphs, struct err *err)
{
	struct picture_load *load = calloc(1, sizeof *load);

	if (!load) {
		err_memory(err, "reading a picture");
		return NULL;
	}
	load->depth = depth;
	load->glyphs = glyphs;
	for (size_t at = 0; at < KINDS && !load->kind; at++)
		if (kinds[at]->knows(bytes, length))
			load->kind = kinds[at];
	if (!load->kind) {
		err_set(err, ERR_MEDIA_TYPE, "The picture is neither PNG nor JPEG");
		return picture_load_free(load);
	}
	return start(load, bytes, length, columns, rows, err) ? load : picture_load_free(load);
}

struct picture_load *picture_load_free(struct picture_load *load)
{
	if (!load)
		return NULL;
	if (load->kind)
		load->kind->close(load->decoder);
	scaler_done(&load->scaler);
	picture_free(load->picture);
	free(load);
	malloc_trim(0); /* decoding takes much memory, which isn't needed again soon */
	return NULL;
}

static enum picture_step finish(struct picture_load *load, struct err *err)
{
	load->picture = cells_from_pixels(load->scaler.pixels, load->scaler.width, load->scaler.height, load->columns,
					  load->rows, load->depth, load->glyphs);
	if (load->picture)
		return PICTURE_DONE;
	err_memory(err, "showing a picture");
	return PICTURE_FAILED;
}

enum picture_step picture_load_step(struct picture_load *load, struct err *err)
{
	if (load->state != PICTURE_MORE)
		return load->state;
	if (load->scaler.row < load->scaler.from_height)
		load->state = load->kind->step(load->decoder, &load->scaler, STEP_PIXELS, err);
	else /* a step of its own, after the last row's */
		load->state = finish(load, err);
	if (load->state == PICTURE_DONE && !load->picture)
		load->state = PICTURE_MORE;
	return load->state;
}

struct picture *picture_load_take(struct picture_load *load)
{
	struct picture *picture = load->picture;

	load->picture = NULL;
	return picture;
}

struct picture *picture_free(struct picture *picture)
{
	free(picture);
	return NULL;
}

void picture_paint(const struct picture *picture, struct canvas *canvas, struct rect rect)
{
	for (int y = 0; picture && y < picture->height && y < rect.height; y++) {
		for (int x = 0; x < picture->width && x < rect.width; x++) {
			const struct picture_cell *cell = &picture->cells[y * picture->width + x];
			paint_pixel(canvas, rect.x + x, rect.y + y, cell->code, cell->fg, cell->bg);
		}
	}
}
