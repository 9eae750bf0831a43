#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

#include "tui/picture/late.h"
#include "tui/picture/pixels.h"

/* clang-format off */
#define CALLS(CALL) \
	CALL(jpeg_CreateDecompress) \
	CALL(jpeg_consume_input) \
	CALL(jpeg_destroy_decompress) \
	CALL(jpeg_has_multiple_scans) \
	CALL(jpeg_mem_src) \
	CALL(jpeg_read_header) \
	CALL(jpeg_read_scanlines) \
	CALL(jpeg_start_decompress) \
	CALL(jpeg_start_output) \
	CALL(jpeg_std_error)
/* clang-format on */
static struct {
	CALLS(LATE_MEMBER)
} lib;
static const char *const names[] = {CALLS(LATE_NAME)};

static bool load(struct err *err)
{
	return late_load(JPEG_SONAME, names, sizeof names / sizeof *names, &lib, err);
}

/* A JPEG of many scans costs time without costing bytes: no camera writes more than a dozen. */
enum { SCANS_MAX = 40, ROWS_PER_CONSUMED = 16 };

struct decoder {
	struct jpeg_decompress_struct jpeg;
	struct jpeg_error_mgr errors;
	jmp_buf back;
	bool with_scans; /* to be read whole before a row comes out */
	bool read_in;
	long budget; /* pixels left of this step */
	uint8_t *row;
};

static bool knows(const uint8_t *bytes, size_t length)
{
	return length >= 3 && bytes[0] == 0xFF && bytes[1] == 0xD8 && bytes[2] == 0xFF;
}

static void on_error(j_common_ptr jpeg)
{
	struct decoder *decoder = jpeg->client_data;

	longjmp(decoder->back, 1);
}

static void on_message(j_common_ptr jpeg)
{
	(void)jpeg;
}

static bool broken(struct err *err)
{
	return err_set(err, ERR_INVALID, "The picture is damaged, or a kind of JPEG that can't be shown");
}

static void close_decoder(struct decoder *decoder)
{
	if (!decoder)
		return;
	lib.jpeg_destroy_decompress(&decoder->jpeg);
	free(decoder->row);
	free(decoder);
}

/* Every call of libjpeg may jump back to here. */
static bool read_header(struct decoder *decoder, const uint8_t *bytes, size_t length)
{
	if (setjmp(decoder->back))
		return false;
	lib.jpeg_CreateDecompress(&decoder->jpeg, JPEG_LIB_VERSION, sizeof decoder->jpeg);
	decoder->jpeg.client_data = decoder;
	lib.jpeg_mem_src(&decoder->jpeg, bytes, (unsigned long)length);
	return lib.jpeg_read_header(&decoder->jpeg, TRUE) == JPEG_HEADER_OK;
}

static struct decoder *open_decoder(const uint8_t *bytes, size_t length, int *ret_width, int *ret_height,
				    struct err *err)
{
	struct decoder *decoder = calloc(1, sizeof *decoder);

	if (!decoder) {
		err_memory(err, "reading a picture");
		return NULL;
	}
	decoder->jpeg.err = lib.jpeg_std_error(&decoder->errors);
	decoder->jpeg.client_data = decoder;
	decoder->errors.error_exit = on_error;
	decoder->errors.output_message = on_message;
	if (!read_header(decoder, bytes, length)) {
		broken(err);
		close_decoder(decoder);
		return NULL;
	}
	decoder->with_scans = lib.jpeg_has_multiple_scans(&decoder->jpeg);
	if (!pixels_check(decoder->jpeg.image_width, decoder->jpeg.image_height, decoder->with_scans, err)) {
		close_decoder(decoder);
		return NULL;
	}
	*ret_width = (int)decoder->jpeg.image_width;
	*ret_height = (int)decoder->jpeg.image_height;
	return decoder;
}

/* The decoder can shrink by 2, 4 and 8 at no cost: takes the most that still leaves what is wanted. */
static unsigned shrink_by(const struct decoder *decoder, int width, int height)
{
	unsigned by = 1;

	while (by < 8 && (int)(decoder->jpeg.image_width / (by * 2)) >= width &&
	       (int)(decoder->jpeg.image_height / (by * 2)) >= height)
		by *= 2;
	return by;
}

static bool start_jpeg(struct decoder *decoder, int width, int height)
{
	if (setjmp(decoder->back))
		return false;
	decoder->jpeg.scale_num = 1;
	decoder->jpeg.scale_denom = shrink_by(decoder, width, height);
	decoder->jpeg.out_color_space = JCS_RGB;
	decoder->jpeg.dct_method = JDCT_IFAST;
	decoder->jpeg.do_fancy_upsampling = FALSE;
	decoder->jpeg.buffered_image = decoder->with_scans ? TRUE : FALSE;
	return lib.jpeg_start_decompress(&decoder->jpeg);
}

static bool start(struct decoder *decoder, int width, int height, int *ret_width, int *ret_height, int *ret_channels,
		  struct err *err)
{
	if (!start_jpeg(decoder, width, height) || decoder->jpeg.output_components != 3)
		return broken(err);
	decoder->row = calloc(decoder->jpeg.output_width, 3);
	if (!decoder->row)
		return err_memory(err, "reading a picture");
	*ret_width = (int)decoder->jpeg.output_width;
	*ret_height = (int)decoder->jpeg.output_height;
	*ret_channels = 3;
	return true;
}

/* Reads all scans, some rows of blocks at a time. False when the picture is broken or has too many. */
static bool read_in(struct decoder *decoder)
{
	if (setjmp(decoder->back))
		return false;
	for (; decoder->budget > 0; decoder->budget -= (long)decoder->jpeg.image_width * ROWS_PER_CONSUMED) {
		int outcome = lib.jpeg_consume_input(&decoder->jpeg);
		if (decoder->jpeg.input_scan_number > SCANS_MAX || outcome == JPEG_SUSPENDED)
			return false;
		if (outcome != JPEG_REACHED_EOI)
			continue;
		decoder->read_in = true;
		return lib.jpeg_start_output(&decoder->jpeg, decoder->jpeg.input_scan_number);
	}
	return true;
}

static bool read_rows(struct decoder *decoder, struct scaler *scaler)
{
	if (setjmp(decoder->back))
		return false;
	for (; decoder->budget > 0 && decoder->jpeg.output_scanline < decoder->jpeg.output_height;
	     decoder->budget -= (long)decoder->jpeg.output_width) {
		JSAMPROW row = decoder->row;
		if (lib.jpeg_read_scanlines(&decoder->jpeg, &row, 1) != 1)
			return false;
		scaler_row(scaler, row);
	}
	return true;
}

static enum picture_step step(struct decoder *decoder, struct scaler *scaler, long budget, struct err *err)
{
	bool reading_in = decoder->with_scans && !decoder->read_in;

	decoder->budget = budget;
	if (!(reading_in ? read_in(decoder) : read_rows(decoder, scaler))) {
		broken(err);
		return PICTURE_FAILED;
	}
	if (reading_in || decoder->jpeg.output_scanline < decoder->jpeg.output_height)
		return PICTURE_MORE;
	return PICTURE_DONE;
}

const struct decoder_kind decoder_jpeg = {
    .knows = knows, .load = load, .open = open_decoder, .start = start, .step = step, .close = close_decoder};
