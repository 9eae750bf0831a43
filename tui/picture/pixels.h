/* pixels.h: the steps of picture.h, for tui's own use: a decoder gives rows, the scaler shrinks them as they come,
 * chafa makes cells of what is left. */
#ifndef VITRINE_TUI_PICTURE_PIXELS_H
#define VITRINE_TUI_PICTURE_PIXELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "tui/picture/picture.h"

/* Scales rows of any size to RGBA pixels: the mean of what falls into each pixel, or repetition. */
struct scaler {
	int from_width, from_height, channels; /* 3: RGB, 4: RGBA */
	int width, height;
	uint8_t *pixels; /* width x height x 4 */
	uint64_t *sums;  /* width x 5: red, green and blue, each times alpha; alpha; the number of pixels */
	int row;         /* the next one to come */
	int filling;     /* the row that the sums are for */
};
bool scaler_init(struct scaler *scaler, int from_width, int from_height, int channels, int width, int height,
		 struct err *err);
void scaler_done(struct scaler *scaler);
void scaler_row(struct scaler *scaler, const uint8_t *row);

/* A decoder. `step` reads rows into the scaler until about `budget` pixels are done. */
struct decoder;
struct decoder_kind {
	bool (*knows)(const uint8_t *bytes, size_t length);

	/* Called first: loads its library (late.h). Fails (ERR_UNAVAILABLE) when that is missing. */
	bool (*load)(struct err *err);

	/* Reads the header: NULL with *err when it is broken or too large. */
	struct decoder *(*open)(const uint8_t *bytes, size_t length, int *ret_width, int *ret_height, struct err *err);
	/* Called once, after open, with the size that is wanted at least; returns the size and channels that will
	 * come. */
	bool (*start)(struct decoder *decoder, int width, int height, int *ret_width, int *ret_height,
		      int *ret_channels, struct err *err);
	enum picture_step (*step)(struct decoder *decoder, struct scaler *scaler, long budget, struct err *err);
	void (*close)(struct decoder *decoder); /* NULL-safe */
};
extern const struct decoder_kind decoder_png, decoder_jpeg;

/* Fails when the sides or the pixels are too many; `held`: the picture has to be held whole. */
bool pixels_check(uint64_t width, uint64_t height, bool held, struct err *err);

/* Cells from RGBA pixels, by chafa, which cells_load has loaded. NULL when memory ends. */
bool cells_load(struct err *err);
struct picture *cells_from_pixels(const uint8_t *pixels, int width, int height, int columns, int rows,
				  enum color_depth depth, const struct glyphs *glyphs);

#endif
