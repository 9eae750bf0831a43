/* editor_picture.h: the picture of a product in the editor: the one it has, or a file that will replace it.
 */
#ifndef VITRINE_SCREENS_SELLING_EDITOR_PICTURE_H
#define VITRINE_SCREENS_SELLING_EDITOR_PICTURE_H

#include <limits.h>

#include "base/buf.h"
#include "screens/parts/detail.h"

struct editor_picture {
	struct app *app;
	struct detail existing; /* the platform's picture */
	char path[PATH_MAX];    /* of the file that was read; "": none */
	struct buf bytes;
	const char *media_type;
	struct picture_load *load;
	struct picture *picture;
	int columns, rows; /* the room on the screen */
	bool removed;      /* the platform's picture is to be removed */
};

void editor_picture_init(struct editor_picture *picture, struct app *app);
void editor_picture_done(struct editor_picture *picture);

/* Reads the file: a regular one, PNG or JPEG, LIMIT_PICTURE bytes at most. On failure there is no file any more:
 * ERR_NOT_FOUND, ERR_FILE, ERR_TOO_LARGE, ERR_MEDIA_TYPE, ERR_MEMORY. */
bool editor_picture_read(struct editor_picture *picture, const char *path, struct err *err);

/* Forgets the file. */
void editor_picture_forget(struct editor_picture *picture);

/* Was this file read? */
bool editor_picture_is(const struct editor_picture *picture, const char *path);

/* Fetches or decodes the picture that the product will have, for the view's room (DETAIL_PICTURE). True when there is
 * more to decode: call step soon. */
bool editor_picture_update(struct editor_picture *picture, const struct product *product, const struct view *view);

/* Adds the picture, with a line about it if it isn't the platform's. */
void editor_picture_view(const struct editor_picture *picture, const struct product *product, struct view *view);

/* Decodes a part. False with *err when the file is broken; the file is then forgotten. */
bool editor_picture_step(struct editor_picture *picture, struct err *err);

#endif
