/* The scaler by itself: rows of known pixels, and what each pixel of the result has to be, to the last step. */
#include "tests/unit/unit.h"
#include "tui/picture/pixels.h"

enum { PIXELS_MAX = 16 };

struct scaler_case {
	const char *what;
	int channels, from_width, from_height, width, height;
	uint8_t from[PIXELS_MAX][4]; /* three of them when there is no alpha */
	uint8_t to[PIXELS_MAX][4];
};

static const struct scaler_case cases[] = {
    {"as it is", 3, 2, 1, 2, 1, {{1, 2, 3}, {254, 255, 0}}, {{1, 2, 3, 255}, {254, 255, 0, 255}}},
    {"the mean of four", 3, 2, 2, 1, 1, {{10, 100, 0}, {30, 120, 0}, {50, 140, 1}, {70, 160, 2}}, {{40, 130, 0, 255}}},
    {"to the last step", 3, 3, 1, 1, 1, {{0, 255, 1}, {0, 255, 1}, {5, 253, 0}}, {{1, 254, 0, 255}}},
    {"each from its own",
     3,
     4,
     2,
     2,
     1,
     {{10, 0, 0}, {20, 0, 0}, {200, 0, 0}, {210, 0, 0}, {30, 0, 8}, {40, 0, 8}, {220, 0, 16}, {230, 0, 16}},
     {{25, 0, 4, 255}, {215, 0, 8, 255}}},
    {"three to two",
     3,
     3,
     3,
     2,
     2,
     {{10, 0, 0}, {20, 0, 0}, {90, 0, 0}, {30, 0, 0}, {40, 0, 0}, {80, 0, 0}, {1, 0, 0}, {3, 0, 0}, {5, 0, 0}},
     {{25, 0, 0, 255}, {85, 0, 0, 255}, {2, 0, 0, 255}, {5, 0, 0, 255}}},
    {"larger: repeated",
     3,
     2,
     2,
     4,
     3,
     {{1, 0, 0}, {2, 0, 0}, {3, 0, 0}, {4, 0, 0}},
     {{1, 0, 0, 255},
      {1, 0, 0, 255},
      {2, 0, 0, 255},
      {2, 0, 0, 255},
      {1, 0, 0, 255},
      {1, 0, 0, 255},
      {2, 0, 0, 255},
      {2, 0, 0, 255},
      {3, 0, 0, 255},
      {3, 0, 0, 255},
      {4, 0, 0, 255},
      {4, 0, 0, 255}}},
    {"wider and lower", 3, 1, 2, 2, 1, {{10, 20, 30}, {30, 40, 50}}, {{20, 30, 40, 255}, {20, 30, 40, 255}}},
    {"narrower and higher", 3, 2, 1, 1, 2, {{10, 20, 30}, {30, 40, 50}}, {{20, 30, 40, 255}, {20, 30, 40, 255}}},
    {"half transparent, as it is",
     4,
     2,
     1,
     2,
     1,
     {{200, 100, 50, 128}, {9, 8, 7, 1}},
     {{200, 100, 50, 128}, {9, 8, 7, 1}}},
    {"what can't be seen has no colour", 4, 2, 1, 1, 1, {{255, 0, 0, 255}, {0, 255, 0, 0}}, {{255, 0, 0, 127}}},
    {"what can hardly be seen has little", 4, 2, 1, 1, 1, {{200, 0, 0, 255}, {50, 0, 255, 51}}, {{175, 0, 42, 153}}},
    {"two that are nearly opaque", 4, 2, 1, 1, 1, {{200, 100, 0, 254}, {200, 50, 0, 254}}, {{200, 75, 0, 254}}},
    {"nothing to be seen", 4, 2, 1, 1, 1, {{255, 255, 255, 0}, {255, 255, 255, 0}}, {{0, 0, 0, 0}}},
};

static void each(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct scaler_case *one = &cases[i];
		uint8_t row[PIXELS_MAX * 4];
		struct scaler scaler;

		assert_true(scaler_init(&scaler, one->from_width, one->from_height, one->channels, one->width,
					one->height, NULL));
		for (int y = 0; y < one->from_height; y++) {
			for (int x = 0; x < one->from_width; x++)
				memcpy(row + x * one->channels, one->from[y * one->from_width + x],
				       (size_t)one->channels);
			scaler_row(&scaler, row);
		}
		scaler_row(&scaler, row); /* more than it was told of is nothing */
		for (int at = 0; at < one->width * one->height; at++) {
			const uint8_t *got = scaler.pixels + (size_t)at * 4, *wanted = one->to[at];
			if (memcmp(got, wanted, 4) != 0)
				fail_msg("%s: pixel %d is %d %d %d %d, not %d %d %d %d", one->what, at, got[0], got[1],
					 got[2], got[3], wanted[0], wanted[1], wanted[2], wanted[3]);
		}
		scaler_done(&scaler);
	}
}

/* The largest picture there may be, as small as it can be shown: no sum is too large for its place. */
static void largest(void **state)
{
	static uint8_t row[PICTURE_SIDE_MAX * 4];
	static const uint8_t shades[] = {255, 1};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(shades); i++) {
		struct scaler scaler;

		memset(row, shades[i], sizeof row);
		assert_true(scaler_init(&scaler, PICTURE_SIDE_MAX, PICTURE_SIDE_MAX, 4, 1, 1, NULL));
		for (int y = 0; y < PICTURE_SIDE_MAX; y++)
			scaler_row(&scaler, row);
		for (int channel = 0; channel < 4; channel++)
			assert_int_equal(scaler.pixels[channel], shades[i]);
		scaler_done(&scaler);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each),
	    cmocka_unit_test(largest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
