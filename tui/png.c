#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "tui/pixels.h"

enum { CHUNK_MAX = 1 << 20 };

struct decoder {
	png_structp png;
	png_infop info;
	const uint8_t *bytes;
	size_t length, at;
	int width, height, passes, pass, row;
	uint8_t *rows; /* one row, or all of an interlaced picture */
};

static bool knows(const uint8_t *bytes, size_t length)
{
	return length >= 8 && !png_sig_cmp(bytes, 0, 8);
}

static void read_bytes(png_structp png, png_bytep to, size_t length)
{
	struct decoder *decoder = png_get_io_ptr(png);

	if (length > decoder->length - decoder->at)
		png_error(png, "cut off");
	memcpy(to, decoder->bytes + decoder->at, length);
	decoder->at += length;
}

static void on_error(png_structp png, png_const_charp message)
{
	(void)message;
	png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp message)
{
	(void)png;
	(void)message;
}

static bool broken(struct err *err)
{
	return err_set(err, ERR_INVALID, "The picture is damaged");
}

static void close_decoder(struct decoder *decoder)
{
	if (!decoder)
		return;
	if (decoder->png)
		png_destroy_read_struct(&decoder->png, &decoder->info, NULL);
	free(decoder->rows);
	free(decoder);
}

/* Whatever libpng calls may jump back to here. */
static bool read_header(struct decoder *decoder)
{
	if (setjmp(png_jmpbuf(decoder->png)))
		return false;
	png_read_info(decoder->png, decoder->info);
	return true;
}

static bool set_up(struct decoder *decoder)
{
	decoder->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, on_error, on_warning);
	if (!decoder->png)
		return false;
	decoder->info = png_create_info_struct(decoder->png);
	if (!decoder->info)
		return false;
	png_set_read_fn(decoder->png, decoder, read_bytes);
	png_set_user_limits(decoder->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX); /* pixels_check says it more clearly */
	png_set_chunk_malloc_max(decoder->png, CHUNK_MAX);
	png_set_keep_unknown_chunks(decoder->png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
	return true;
}

static struct decoder *open_decoder(const uint8_t *bytes, size_t length, int *ret_width, int *ret_height,
				    struct err *err)
{
	struct decoder *decoder = calloc(1, sizeof *decoder);

	if (!decoder || !set_up(decoder)) {
		err_memory(err, "reading a picture");
		close_decoder(decoder);
		return NULL;
	}
	decoder->bytes = bytes;
	decoder->length = length;
	if (!read_header(decoder)) {
		broken(err);
		close_decoder(decoder);
		return NULL;
	}
	png_uint_32 width = png_get_image_width(decoder->png, decoder->info);
	png_uint_32 height = png_get_image_height(decoder->png, decoder->info);
	bool interlaced = png_get_interlace_type(decoder->png, decoder->info) != PNG_INTERLACE_NONE;
	if (!pixels_check(width, height, interlaced, err)) {
		close_decoder(decoder);
		return NULL;
	}
	*ret_width = decoder->width = (int)width;
	*ret_height = decoder->height = (int)height;
	return decoder;
}

/* Every kind of PNG as RGBA of 8 bits. */
static bool set_transforms(struct decoder *decoder)
{
	if (setjmp(png_jmpbuf(decoder->png)))
		return false;
	png_set_expand(decoder->png);
	png_set_strip_16(decoder->png);
	png_set_gray_to_rgb(decoder->png);
	png_set_add_alpha(decoder->png, 0xFF, PNG_FILLER_AFTER);
	decoder->passes = png_set_interlace_handling(decoder->png);
	png_read_update_info(decoder->png, decoder->info);
	return png_get_rowbytes(decoder->png, decoder->info) == (size_t)decoder->width * 4;
}

static bool start(struct decoder *decoder, int width, int height, int *ret_width, int *ret_height, int *ret_channels,
		  struct err *err)
{
	(void)width;
	(void)height;
	if (!set_transforms(decoder))
		return broken(err);
	size_t rows = decoder->passes > 1 ? (size_t)decoder->height : 1;
	decoder->rows = calloc(rows, (size_t)decoder->width * 4);
	if (!decoder->rows)
		return err_memory(err, "reading a picture");
	*ret_width = decoder->width;
	*ret_height = decoder->height;
	*ret_channels = 4;
	return true;
}

/* Where the row goes that comes next. */
static uint8_t *next_row(const struct decoder *decoder)
{
	if (decoder->passes == 1)
		return decoder->rows;
	return decoder->rows + (size_t)decoder->row * (size_t)decoder->width * 4;
}

/* Reads the next row of the pass that it is at. False when the picture is broken. */
static bool read_row(struct decoder *decoder)
{
	if (setjmp(png_jmpbuf(decoder->png)))
		return false;
	png_read_row(decoder->png, next_row(decoder), NULL);
	return true;
}

static enum picture_step step(struct decoder *decoder, struct scaler *scaler, long budget, struct err *err)
{
	for (; budget > 0; budget -= decoder->width) {
		if (!read_row(decoder)) {
			broken(err);
			return PICTURE_FAILED;
		}
		if (decoder->pass == decoder->passes - 1)
			scaler_row(scaler, next_row(decoder));
		if (++decoder->row < decoder->height)
			continue;
		decoder->row = 0;
		if (++decoder->pass == decoder->passes)
			return PICTURE_DONE;
	}
	return PICTURE_MORE;
}

const struct decoder_kind decoder_png = {
    .knows = knows, .open = open_decoder, .start = start, .step = step, .close = close_decoder};
