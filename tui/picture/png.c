#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "tui/picture/late.h"
#include "tui/picture/pixels.h"

/* clang-format off */
#define CALLS(CALL) \
	CALL(png_create_info_struct) \
	CALL(png_create_read_struct) \
	CALL(png_destroy_read_struct) \
	CALL(png_error) \
	CALL(png_get_image_height) \
	CALL(png_get_image_width) \
	CALL(png_get_interlace_type) \
	CALL(png_get_io_ptr) \
	CALL(png_get_rowbytes) \
	CALL(png_longjmp) \
	CALL(png_read_info) \
	CALL(png_read_row) \
	CALL(png_read_update_info) \
	CALL(png_set_add_alpha) \
	CALL(png_set_chunk_malloc_max) \
	CALL(png_set_expand) \
	CALL(png_set_gray_to_rgb) \
	CALL(png_set_interlace_handling) \
	CALL(png_set_keep_unknown_chunks) \
	CALL(png_set_longjmp_fn) \
	CALL(png_set_read_fn) \
	CALL(png_set_strip_16) \
	CALL(png_set_user_limits)
/* clang-format on */
static struct {
	CALLS(LATE_MEMBER)
} lib;
static const char *const names[] = {CALLS(LATE_NAME)};

static bool load(struct err *err)
{
	return late_load(PNG_SONAME, names, sizeof names / sizeof *names, &lib, err);
}

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
	return length >= 8 && !memcmp(bytes, "\x89PNG\r\n\x1A\n", 8);
}

static void read_bytes(png_structp png, png_bytep to, size_t length)
{
	struct decoder *decoder = lib.png_get_io_ptr(png);

	if (length > decoder->length - decoder->at)
		lib.png_error(png, "cut off");
	memcpy(to, decoder->bytes + decoder->at, length);
	decoder->at += length;
}

static void on_error(png_structp png, png_const_charp message)
{
	(void)message;
	lib.png_longjmp(png, 1);
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
		lib.png_destroy_read_struct(&decoder->png, &decoder->info, NULL);
	free(decoder->rows);
	free(decoder);
}

/* As png_jmpbuf, which is a macro that calls libpng. */
static jmp_buf *way_back(png_structp png)
{
	return lib.png_set_longjmp_fn(png, longjmp, sizeof(jmp_buf));
}

/* Every call of libpng may jump back to here. */
static bool read_header(struct decoder *decoder)
{
	if (setjmp(*way_back(decoder->png)))
		return false;
	lib.png_read_info(decoder->png, decoder->info);
	return true;
}

static bool set_up(struct decoder *decoder)
{
	decoder->png = lib.png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, on_error, on_warning);
	if (!decoder->png)
		return false;
	decoder->info = lib.png_create_info_struct(decoder->png);
	if (!decoder->info)
		return false;
	lib.png_set_read_fn(decoder->png, decoder, read_bytes);
	lib.png_set_user_limits(decoder->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX); /* pixels_check says it more clearly */
	lib.png_set_chunk_malloc_max(decoder->png, CHUNK_MAX);
	lib.png_set_keep_unknown_chunks(decoder->png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
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
	png_uint_32 width = lib.png_get_image_width(decoder->png, decoder->info);
	png_uint_32 height = lib.png_get_image_height(decoder->png, decoder->info);
	bool interlaced = lib.png_get_interlace_type(decoder->png, decoder->info) != PNG_INTERLACE_NONE;
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
	if (setjmp(*way_back(decoder->png)))
		return false;
	lib.png_set_expand(decoder->png);
	lib.png_set_strip_16(decoder->png);
	lib.png_set_gray_to_rgb(decoder->png);
	lib.png_set_add_alpha(decoder->png, 0xFF, PNG_FILLER_AFTER);
	decoder->passes = lib.png_set_interlace_handling(decoder->png);
	lib.png_read_update_info(decoder->png, decoder->info);
	return lib.png_get_rowbytes(decoder->png, decoder->info) == (size_t)decoder->width * 4;
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

/* Where the next row goes. */
static uint8_t *next_row(const struct decoder *decoder)
{
	if (decoder->passes == 1)
		return decoder->rows;
	return decoder->rows + (size_t)decoder->row * (size_t)decoder->width * 4;
}

/* Reads the next row of the present pass. False when the picture is broken. */
static bool read_row(struct decoder *decoder)
{
	if (setjmp(*way_back(decoder->png)))
		return false;
	lib.png_read_row(decoder->png, next_row(decoder), NULL);
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
    .knows = knows, .load = load, .open = open_decoder, .start = start, .step = step, .close = close_decoder};
