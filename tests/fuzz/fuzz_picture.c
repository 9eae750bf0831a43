/* fuzz_picture.c: arbitrary bytes as a seller's picture, through the decoders, the scaler and the cells as a screen
 * shows them; and as rows of pixels through the scaler alone, against a plain reckoning of means.
 *
 * The first byte says which, the next ones the sizes; the rest is the picture, or its pixels.
 */
#include <locale.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "tests/fuzz/must.h"
#include "tui/picture/picture.h"
#include "tui/picture/pixels.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { HEAD = 5, SIDE = 64, STEPS_MAX = 100 * 1000, DUMP_MAX = 1 << 20 };

/* ---- as a screen shows it ---- */

static const struct glyphs *const glyph_sets[] = {&glyphs_utf8, &glyphs_ascii, &glyphs_console};

static bool is_color(int32_t color)
{
	return color == COLOR_NONE || (color >= 0 && color <= 0xFFFFFF);
}

/* Whatever it shows, a terminal may be sent. */
static void check_picture(const struct picture *picture, int columns, int rows, const struct glyphs *glyphs)
{
	struct canvas *canvas = canvas_new(columns + 2, rows + 2, glyphs);
	struct buf shown;

	must(canvas != NULL, "there is memory");
	must(picture->width >= 1 && picture->width <= columns && picture->height >= 1 && picture->height <= rows,
	     "it is no larger than it may be");
	for (int at = 0; at < picture->width * picture->height; at++)
		must(is_color(picture->cells[at].fg) && is_color(picture->cells[at].bg), "a colour is one, or none");
	picture_paint(picture, canvas, (struct rect){1, 1, columns, rows});
	buf_init(&shown, DUMP_MAX);
	canvas_dump(canvas, &shown);
	for (size_t at = 0, end; at < shown.length; at = end + 1) {
		const char *feed = memchr(shown.bytes + at, '\n', shown.length - at);
		end = feed ? (size_t)(feed - shown.bytes) : shown.length;
		must(text_valid(shown.bytes + at, end - at) && !text_has_control(shown.bytes + at, end - at),
		     "a cell is text");
	}
	buf_done(&shown);
	canvas_free(canvas);
}

static struct picture *load(const uint8_t *bytes, size_t length, int columns, int rows, enum color_depth depth,
			    const struct glyphs *glyphs)
{
	struct err err = {.kind = ERR_NONE};
	struct picture_load *load = picture_load_new(bytes, length, columns, rows, depth, glyphs, &err);
	enum picture_step step = PICTURE_MORE;

	if (!load) {
		must(err.kind != ERR_NONE && err.message[0], "what is refused has a reason");
		return NULL;
	}
	for (int steps = 0; step == PICTURE_MORE; steps++) {
		must(steps < STEPS_MAX, "it comes to an end");
		must(!picture_load_take(load), "there is nothing before the end");
		step = picture_load_step(load, &err);
	}
	must(picture_load_step(load, &err) == step, "an end is final");
	struct picture *picture = picture_load_take(load);
	must((step == PICTURE_DONE) == (picture != NULL), "what is done is there");
	must(picture || err.kind != ERR_NONE, "what has failed has a reason");
	must(!picture_load_take(load), "it is taken once");
	picture_load_free(load);
	return picture;
}

static void show(const uint8_t *head, const uint8_t *bytes, size_t length)
{
	int columns = 1 + head[1] % PICTURE_COLUMNS_MAX, rows = 1 + head[2] % PICTURE_ROWS_MAX;
	enum color_depth depth = (enum color_depth)(head[3] % (DEPTH_DIRECT + 1));
	const struct glyphs *glyphs = glyph_sets[head[4] % (sizeof glyph_sets / sizeof *glyph_sets)];
	struct picture *picture = load(bytes, length, columns, rows, depth, glyphs);

	if (!picture)
		return;
	check_picture(picture, columns, rows, glyphs);
	/* The same again is the same: nothing that happened to be in memory is shown. */
	struct picture *again = load(bytes, length, columns, rows, depth, glyphs);
	must(again && again->width == picture->width && again->height == picture->height, "the same has the same size");
	must(!memcmp(again->cells, picture->cells,
		     (size_t)picture->width * (size_t)picture->height * sizeof *picture->cells),
	     "the same looks the same");
	picture_free(again);
	picture_free(picture);
}

/* ---- the scaler ---- */

/* Does the source's row or column `from` belong to the `to`th of the picture? */
static bool belongs(int from, int from_size, int to, int to_size)
{
	return from_size < to_size ? (int)((int64_t)to * from_size / to_size) == from
				   : (int)((int64_t)from * to_size / from_size) == to;
}

/* A pixel's channel is the mean of those that belong to it, to a step: what is opaque weighs more. */
static void check_pixel(const struct scaler *scaler, const uint8_t *pixels, int x, int y)
{
	const uint8_t *got = scaler->pixels + ((size_t)y * (size_t)scaler->width + (size_t)x) * 4;
	double sums[3] = {0}, alpha = 0, count = 0;
	int most[3] = {0};

	for (int from_y = 0; from_y < scaler->from_height; from_y++)
		for (int from_x = 0; from_x < scaler->from_width; from_x++) {
			const uint8_t *pixel = pixels + ((size_t)from_y * (size_t)scaler->from_width + (size_t)from_x) *
							    (size_t)scaler->channels;
			if (!belongs(from_x, scaler->from_width, x, scaler->width) ||
			    !belongs(from_y, scaler->from_height, y, scaler->height))
				continue;
			double own = scaler->channels == 4 ? pixel[3] : 255;
			for (int channel = 0; channel < 3; channel++) {
				sums[channel] += pixel[channel] * own;
				most[channel] = pixel[channel] > most[channel] ? pixel[channel] : most[channel];
			}
			alpha += own;
			count++;
		}
	must(count > 0, "every pixel has a part of the picture");
	must(got[3] <= alpha / count && got[3] + 1 > alpha / count, "how opaque it is, is the mean");
	for (int channel = 0; channel < 3; channel++) {
		double mean = alpha > 0 ? sums[channel] / alpha : 0;
		must(got[channel] <= most[channel] && got[channel] <= mean && got[channel] + 1 > mean,
		     "a colour is the mean");
	}
}

static void scale(const uint8_t *head, const uint8_t *pixels, size_t length)
{
	int channels = head[0] & 2 ? 4 : 3, from_width = 1 + head[1] % SIDE, from_height = 1 + head[2] % SIDE;
	struct scaler scaler;
	struct err err;

	if (length < (size_t)from_width * (size_t)from_height * (size_t)channels)
		return;
	must(scaler_init(&scaler, from_width, from_height, channels, 1 + head[3] % SIDE, 1 + head[4] % SIDE, &err),
	     "there is memory");
	for (int row = 0; row < from_height; row++)
		scaler_row(&scaler, pixels + (size_t)row * (size_t)from_width * (size_t)channels);
	for (int y = 0; y < scaler.height; y++)
		for (int x = 0; x < scaler.width; x++)
			check_pixel(&scaler, pixels, x, y);
	scaler_row(&scaler, pixels); /* one too many is nothing */
	scaler_done(&scaler);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < HEAD)
		return 0;
	setlocale(LC_CTYPE, "C.UTF-8");
	if (data[0] & 1)
		scale(data, data + HEAD, size - HEAD);
	else
		show(data, data + HEAD, size - HEAD);
	return 0;
}
