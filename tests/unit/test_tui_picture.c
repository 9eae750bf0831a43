/* Pictures: good ones come out right, hostile ones fail early and cheaply. */
#include "tests/unit/unit.h"

#include <dlfcn.h>
#include <jpeglib.h>
#include <locale.h>
#include <png.h>

#include "tui/picture/late.h"
#include "tui/picture/picture.h"

enum { FILE_SIZE = 1 << 20 };

static uint8_t file[FILE_SIZE];
static size_t file_length;

/* Left half red, right half blue; the lower half half-transparent where there is alpha. */
static void draw(uint8_t *pixels, int width, int height, int channels)
{
	for (int y = 0; y < height; y++) {
		for (int x = 0; x < width; x++) {
			uint8_t *pixel = pixels + ((size_t)y * (size_t)width + (size_t)x) * (size_t)channels;
			bool left = x < width / 2;
			pixel[0] = left ? 255 : 0;
			pixel[1] = 0;
			pixel[2] = left ? 0 : 255;
			if (channels == 4)
				pixel[3] = y < height / 2 ? 255 : 0;
		}
	}
}

static void append(png_structp png, png_bytep bytes, size_t length)
{
	(void)png;
	assert_true(file_length + length <= sizeof file);
	memcpy(file + file_length, bytes, length);
	file_length += length;
}

static void make_png(int width, int height, int color, int interlace)
{
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png_create_info_struct(png);
	int channels = color == PNG_COLOR_TYPE_RGBA ? 4 : color == PNG_COLOR_TYPE_RGB ? 3 : 1;
	uint8_t *pixels = calloc((size_t)width * (size_t)height, 4);
	uint8_t **rows = calloc((size_t)height, sizeof *rows);

	assert_non_null(pixels);
	if (channels > 1)
		draw(pixels, width, height, channels);
	for (int y = 0; y < height; y++)
		rows[y] = pixels + (size_t)y * (size_t)width * (size_t)channels;
	file_length = 0;
	png_set_write_fn(png, NULL, append, NULL);
	png_set_IHDR(png, info, (png_uint_32)width, (png_uint_32)height, 8, color, interlace,
		     PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	png_set_compression_level(png, 1);
	png_set_rows(png, info, rows);
	png_write_png(png, info, PNG_TRANSFORM_IDENTITY, NULL);
	png_destroy_write_struct(&png, &info);
	free(rows);
	free(pixels);
}

static void make_jpeg(int width, int height, bool progressive)
{
	struct jpeg_compress_struct jpeg;
	struct jpeg_error_mgr errors;
	unsigned char *bytes = NULL;
	unsigned long length = 0;
	uint8_t *pixels = calloc((size_t)width * (size_t)height, 3);

	assert_non_null(pixels);
	draw(pixels, width, height, 3);
	jpeg.err = jpeg_std_error(&errors);
	jpeg_create_compress(&jpeg);
	jpeg_mem_dest(&jpeg, &bytes, &length);
	jpeg.image_width = (JDIMENSION)width;
	jpeg.image_height = (JDIMENSION)height;
	jpeg.input_components = 3;
	jpeg.in_color_space = JCS_RGB;
	jpeg_set_defaults(&jpeg);
	jpeg_set_quality(&jpeg, 90, TRUE);
	if (progressive)
		jpeg_simple_progression(&jpeg);
	jpeg_start_compress(&jpeg, TRUE);
	for (int y = 0; y < height; y++) {
		JSAMPROW row = pixels + (size_t)y * (size_t)width * 3;
		jpeg_write_scanlines(&jpeg, &row, 1);
	}
	jpeg_finish_compress(&jpeg);
	jpeg_destroy_compress(&jpeg);
	assert_true(length <= sizeof file);
	memcpy(file, bytes, length);
	file_length = length;
	free(bytes);
	free(pixels);
}

/* The library that isn't there. */
static const char *missing;

void *__real_dlopen(const char *library, int flags);
void *__wrap_dlopen(const char *library, int flags);
void *__wrap_dlopen(const char *library, int flags)
{
	return missing && !strcmp(library, missing) ? NULL : __real_dlopen(library, flags);
}

/* Decodes what is in `file`. NULL with *err when it fails. */
static struct picture *load(int columns, int rows, enum color_depth depth, const struct glyphs *glyphs, struct err *err)
{
	struct picture_load *loading = picture_load_new(file, file_length, columns, rows, depth, glyphs, err);
	enum picture_step step = PICTURE_MORE;
	struct picture *picture = NULL;

	if (!loading)
		return NULL;
	for (int steps = 0; step == PICTURE_MORE; steps++) {
		assert_true(steps < 10000);
		step = picture_load_step(loading, err);
	}
	if (step == PICTURE_DONE)
		picture = picture_load_take(loading);
	assert_int_equal(picture_load_step(loading, NULL), step); /* final */
	picture_load_free(loading);
	return picture;
}

/* Is a colour more red than blue? */
static bool is_red(int32_t color)
{
	return (color >> 16 & 0xFF) > (color & 0xFF) + 64;
}

static bool is_blue(int32_t color)
{
	return (color & 0xFF) > (color >> 16 & 0xFF) + 64;
}

static void assert_halves(const struct picture *picture)
{
	assert_non_null(picture);
	for (int y = 0; y < picture->height / 2; y++) {
		for (int x = 0; x < picture->width; x++) {
			const struct picture_cell *cell = &picture->cells[y * picture->width + x];
			int32_t seen = cell->code == 0x2588 ? cell->fg : cell->bg;
			if (x == picture->width / 2 || x + 1 == picture->width / 2)
				continue;
			if (x < picture->width / 2)
				assert_true(is_red(seen) || is_red(cell->fg));
			else
				assert_true(is_blue(seen) || is_blue(cell->fg));
		}
	}
}

static void test_kinds(void **state)
{
	(void)state;
	static const struct {
		const char *what;
		int color, interlace;
	} pngs[] = {{"rgb", PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE},
		    {"rgba", PNG_COLOR_TYPE_RGBA, PNG_INTERLACE_NONE},
		    {"interlaced", PNG_COLOR_TYPE_RGB, PNG_INTERLACE_ADAM7}};
	static const int sizes[][2] = {{640, 480}, {100, 300}, {8, 8}, {3, 2}, {1024, 64}};

	for (size_t size = 0; size < COUNT_OF(sizes); size++) {
		int width = sizes[size][0], height = sizes[size][1];
		for (size_t at = 0; at < COUNT_OF(pngs); at++) {
			struct err err = {0};
			make_png(width, height, pngs[at].color, pngs[at].interlace);
			struct picture *picture = load(40, 14, DEPTH_DIRECT, &glyphs_utf8, &err);
			assert_halves(picture);
			picture_free(picture);
		}
		for (int progressive = 0; progressive < 2; progressive++) {
			make_jpeg(width, height, progressive);
			struct picture *picture = load(40, 14, DEPTH_DIRECT, &glyphs_utf8, NULL);
			if (width > 8)
				assert_halves(picture);
			picture_free(picture);
		}
	}
}

static void test_proportions(void **state)
{
	(void)state;
	static const struct {
		int width, height, columns, rows;
	} rows[] = {{640, 480, 37, 14}, {100, 100, 28, 14}, {1000, 100, 40, 2}, {10, 1000, 1, 14}, {4000, 1, 40, 1}};

	for (size_t at = 0; at < COUNT_OF(rows); at++) {
		make_png(rows[at].width, rows[at].height, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE);
		struct picture *picture = load(40, 14, DEPTH_256, &glyphs_utf8, NULL);
		assert_non_null(picture);
		assert_int_equal(picture->width, rows[at].columns);
		assert_int_equal(picture->height, rows[at].rows);
		picture_free(picture);
	}
}

static void test_fallbacks(void **state)
{
	(void)state;
	struct canvas *canvas = canvas_new(50, 16, &glyphs_ascii);

	make_jpeg(320, 240, false);
	struct picture *picture = load(40, 14, DEPTH_MONO, &glyphs_ascii, NULL);
	assert_non_null(picture);
	for (int at = 0; at < picture->width * picture->height; at++) {
		assert_true(picture->cells[at].code >= ' ' && picture->cells[at].code < 0x7F);
		assert_int_equal(picture->cells[at].fg, COLOR_NONE);
	}
	picture_paint(picture, canvas, (struct rect){5, 5, 50, 50});
	picture_paint(NULL, canvas, (struct rect){0, 0, 5, 5});
	picture_free(picture);
	canvas_free(canvas);
	for (int depth = DEPTH_MONO; depth <= DEPTH_DIRECT; depth++) {
		picture = load(20, 10, (enum color_depth)depth, &glyphs_console, NULL);
		assert_non_null(picture);
		picture_free(picture);
	}
}

static void put_png_size(uint32_t width, uint32_t height)
{
	uint8_t *ihdr = file + 12;

	for (int byte = 0; byte < 4; byte++) {
		ihdr[4 + byte] = (uint8_t)(width >> (24 - 8 * byte));
		ihdr[8 + byte] = (uint8_t)(height >> (24 - 8 * byte));
	}
	uint32_t crc = 0xFFFFFFFF;
	for (int at = 0; at < 17; at++) {
		crc ^= ihdr[at];
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
	}
	for (int byte = 0; byte < 4; byte++)
		ihdr[17 + byte] = (uint8_t)(~crc >> (24 - 8 * byte));
}

static void test_too_large(void **state)
{
	(void)state;
	static const uint32_t sizes[][2] = {{4097, 10}, {10, 4097}, {0x7FFFFFFF, 0x7FFFFFFF}, {65535, 65535}};

	for (size_t at = 0; at < COUNT_OF(sizes); at++) {
		struct err err = {0};
		make_png(16, 16, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE);
		put_png_size(sizes[at][0], sizes[at][1]);
		assert_null(load(40, 14, DEPTH_256, &glyphs_utf8, &err));
		assert_int_equal(err.kind, ERR_TOO_LARGE);
	}
	struct err err = {0};
	make_png(16, 16, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_ADAM7);
	put_png_size(4000, 4000); /* would have to be held */
	assert_null(load(40, 14, DEPTH_256, &glyphs_utf8, &err));
	assert_int_equal(err.kind, ERR_TOO_LARGE);
	make_png(4096, 4096, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE); /* this may be */
	struct picture *picture = load(40, 14, DEPTH_256, &glyphs_utf8, &err);
	assert_non_null(picture);
	picture_free(picture);
}

static void test_not_a_picture(void **state)
{
	(void)state;
	struct err err = {0};

	file_length = 0;
	assert_null(load(40, 14, DEPTH_256, &glyphs_utf8, &err));
	assert_int_equal(err.kind, ERR_MEDIA_TYPE);
	memcpy(file, "GIF89a........", 14);
	file_length = 14;
	assert_null(load(40, 14, DEPTH_256, &glyphs_utf8, &err));
	assert_int_equal(err.kind, ERR_MEDIA_TYPE);
}

/* Cut off anywhere, bytes changed anywhere: fails or gives a picture of the right size, and no more than that. */
static void test_damaged(void **state)
{
	(void)state;
	uint64_t seed = chance_seed();

	for (int kind = 0; kind < 4; kind++) {
		if (kind < 2)
			make_png(64, 48, PNG_COLOR_TYPE_RGBA, kind ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE);
		else
			make_jpeg(64, 48, kind == 3);
		static uint8_t good[FILE_SIZE];
		size_t length = file_length;
		memcpy(good, file, length);
		for (int round = 0; round < 300; round++) {
			memcpy(file, good, length);
			file_length = length;
			if (round % 3 == 0)
				file_length = chance_below(&seed, length);
			else
				for (uint64_t flips = 1 + chance_below(&seed, 6); flips; flips--)
					file[chance_below(&seed, length)] = (uint8_t)chance_next(&seed);
			struct err err = {0};
			struct picture *picture = load(20, 10, DEPTH_256, &glyphs_utf8, &err);
			if (picture)
				assert_true(picture->width <= 20 && picture->height <= 10);
			else
				assert_int_not_equal(err.kind, ERR_NONE);
			picture_free(picture);
		}
	}
}

/* A JPEG whose scans go on and on is given up. */
static void test_scans(void **state)
{
	(void)state;
	struct err err = {0};
	uint8_t *copy = malloc(FILE_SIZE);
	assert_non_null(copy);

	make_jpeg(64, 48, true);
	size_t last = 0;
	for (size_t at = 0; at + 1 < file_length; at++)
		if (file[at] == 0xFF && file[at + 1] == 0xDA)
			last = at;
	assert_true(last > 0);
	size_t scan = file_length - 2 - last;
	memcpy(copy, file + last, scan);
	file_length -= 2; /* the end's mark */
	for (int times = 0; times < 500; times++) {
		memcpy(file + file_length, copy, scan);
		file_length += scan;
	}
	assert_null(load(40, 14, DEPTH_256, &glyphs_utf8, &err));
	assert_int_equal(err.kind, ERR_INVALID);
	free(copy);
}

/* ---- where something isn't installed ---- */

/* Before any other: what is loaded stays. */
static void test_missing(void **state)
{
	(void)state;
	static const char *const libraries[] = {PNG_SONAME, CHAFA_SONAME};

	make_png(40, 40, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE);
	for (size_t at = 0; at < COUNT_OF(libraries); at++) {
		struct err err = {0};

		missing = libraries[at];
		assert_null(load(40, 14, DEPTH_256, &glyphs_utf8, &err));
		assert_int_equal(err.kind, ERR_UNAVAILABLE);
		assert_non_null(strstr(err.message, missing));
		missing = NULL;
	}
	/* Once it is installed, it is found. */
	struct picture *picture = load(40, 14, DEPTH_256, &glyphs_utf8, NULL);
	assert_halves(picture);
	picture_free(picture);
}

/* A library without one of the calls is as good as none. */
static void test_too_old(void **state)
{
	(void)state;
	static const char *const names[] = {"png_get_io_ptr", "png_no_such_call"};
	void *calls[COUNT_OF(names)] = {NULL};
	struct err err = {0};

	for (int again = 0; again < 2; again++) {
		assert_false(late_load(PNG_SONAME, names, COUNT_OF(names), calls, &err));
		assert_int_equal(err.kind, ERR_UNAVAILABLE);
	}
	assert_true(late_load(PNG_SONAME, names, 1, calls, &err));
}

int main(void)
{
	setlocale(LC_ALL, "C.UTF-8");
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_missing),       cmocka_unit_test(test_too_old),   cmocka_unit_test(test_kinds),
	    cmocka_unit_test(test_proportions),   cmocka_unit_test(test_fallbacks), cmocka_unit_test(test_too_large),
	    cmocka_unit_test(test_not_a_picture), cmocka_unit_test(test_damaged),   cmocka_unit_test(test_scans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
