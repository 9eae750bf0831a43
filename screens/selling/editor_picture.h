/* editor_picture.h: the picture of a product that is being edited: the one it has, or a file that is to become it.
 */
#ifndef VITRINE_SCREENS_SELLING_EDITOR_PICTURE_H
#define VITRINE_SCREENS_SELLING_EDITOR_PICTURE_H

#include <limits.h>

#include "base/buf.h"
#include "screens/parts/detail.h"

struct editor_picture {
	struct app *app;
	struct detail existing; /* what the platform has */
	char path[PATH_MAX];    /* of the file that was read; "": none */
	struct buf bytes;
	const char *media_type;
	struct picture_load *load;
	struct picture *picture;
	int columns, rows; /* that there is room for */
	bool removed;      /* the one it has shall go */
};

void editor_picture_init(struct editor_picture *picture, struct app *app);
void editor_picture_done(struct editor_picture *picture);

/* Reads the file: a regular one, PNG or JPEG, LIMIT_PICTURE bytes at most. ERR_NOT_FOUND, ERR_FILE, ERR_TOO_LARGE,
 * ERR_MEDIA_TYPE, ERR_MEMORY; then there is none. */
bool editor_picture_read(struct editor_picture *picture, const char *path, struct err *err);

/* Forgets the file. */
void editor_picture_forget(struct editor_picture *picture);

/* Was this file read? */
bool editor_picture_is(const struct editor_picture *picture, const char *path);

/* Fetches or decodes what will be the product's picture, for the room that the view has for it (DETAIL_PICTURE). True while
 * there is more to decode: then step soon. */
bool editor_picture_update(struct editor_picture *picture, const struct product *product, const struct view *view);

/* Adds it, and a line about it where it isn't what the platform has. */
void editor_picture_view(const struct editor_picture *picture, const struct product *product, struct view *view);

/* Decodes on for a moment. False with *err when the file turns out to be broken; it is forgotten then. */
bool editor_picture_step(struct editor_picture *picture, struct err *err);

#endif
