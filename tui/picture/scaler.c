#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "tui/picture/pixels.h"

enum { SUMS = 5 };

bool scaler_init(struct scaler *scaler, int from_width, int from_height, int channels, int width, int height,
		 struct err *err)
{
	*scaler = (struct scaler){
	    .from_width = from_width,
	    .from_height = from_height,
	    .channels = channels,
	    .width = width,
	    .height = height,
	    .pixels = calloc((size_t)width * (size_t)height, 4),
	    .sums = calloc((size_t)width, SUMS * sizeof *scaler->sums),
	};
	if (scaler->pixels && scaler->sums)
		return true;
	scaler_done(scaler);
	return err_memory(err, "reading a picture");
}

void scaler_done(struct scaler *scaler)
{
	free(scaler->pixels);
	free(scaler->sums);
	*scaler = (struct scaler){0};
}

static void add(uint64_t *sums, const uint8_t *pixel, int channels)
{
	uint64_t alpha = channels == 4 ? pixel[3] : 255;

	for (int channel = 0; channel < 3; channel++)
		sums[channel] += pixel[channel] * alpha;
	sums[3] += alpha;
	sums[4]++;
}

/* The sums of a row of pixels become pixels. */
static void emit(struct scaler *scaler, int row)
{
	uint8_t *pixel = scaler->pixels + (size_t)row * (size_t)scaler->width * 4;
	const uint64_t *sums = scaler->sums;

	for (int x = 0; x < scaler->width; x++, pixel += 4, sums += SUMS) {
		for (int channel = 0; channel < 3; channel++)
			pixel[channel] = (uint8_t)(sums[3] ? sums[channel] / sums[3] : 0);
		assert(sums[4] > 0); /* every pixel stands for some part of the picture */
		pixel[3] = (uint8_t)(sums[3] / sums[4]);
	}
	memset(scaler->sums, 0, (size_t)scaler->width * SUMS * sizeof *scaler->sums);
}

static void add_row(struct scaler *scaler, const uint8_t *row)
{
	if (scaler->from_width < scaler->width) {
		for (int x = 0; x < scaler->width; x++) {
			int from = (int)((int64_t)x * scaler->from_width / scaler->width);
			add(scaler->sums + x * SUMS, row + from * scaler->channels, scaler->channels);
		}
		return;
	}
	for (int from = 0; from < scaler->from_width; from++) {
		int x = (int)((int64_t)from * scaler->width / scaler->from_width);
		add(scaler->sums + x * SUMS, row + from * scaler->channels, scaler->channels);
	}
}

void scaler_row(struct scaler *scaler, const uint8_t *row)
{
	int number = scaler->row++;

	if (number >= scaler->from_height)
		return;
	if (scaler->from_height < scaler->height) { /* this row stands for several */
		for (; scaler->filling < scaler->height; scaler->filling++) {
			if ((int64_t)scaler->filling * scaler->from_height / scaler->height != number)
				break;
			add_row(scaler, row);
			emit(scaler, scaler->filling);
		}
		return;
	}
	add_row(scaler, row);
	int next = (int)((int64_t)(number + 1) * scaler->height / scaler->from_height);
	if (next != scaler->filling || number + 1 == scaler->from_height) {
		emit(scaler, scaler->filling);
		scaler->filling = next;
	}
}
