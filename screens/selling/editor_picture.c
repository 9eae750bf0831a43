#include "screens/selling/editor_picture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

enum { COLUMNS_MIN = 8, ROWS_MIN = 4 };

void editor_picture_init(struct editor_picture *picture, struct app *app)
{
	*picture = (struct editor_picture){.app = app, .columns = COLUMNS_MIN, .rows = ROWS_MIN};
	buf_init(&picture->bytes, LIMIT_PICTURE);
	detail_init(&picture->existing, app);
}

void editor_picture_forget(struct editor_picture *picture)
{
	picture->load = picture_load_free(picture->load);
	picture->picture = picture_free(picture->picture);
	buf_done(&picture->bytes);
	buf_init(&picture->bytes, LIMIT_PICTURE);
	picture->path[0] = '\0';
	picture->media_type = NULL;
}

void editor_picture_done(struct editor_picture *picture)
{
	if (!picture->app)
		return;
	editor_picture_forget(picture);
	detail_done(&picture->existing);
}

static const char *media_type_of(const struct buf *bytes)
{
	static const struct {
		const char *magic;
		size_t length;
		const char *media_type;
	} kinds[] = {{"\x89PNG\r\n\x1a\n", 8, "image/png"}, {"\xFF\xD8\xFF", 3, "image/jpeg"}};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (bytes->length >= kinds[i].length && !memcmp(bytes->bytes, kinds[i].magic, kinds[i].length))
			return kinds[i].media_type;
	return NULL;
}

static bool start_load(struct editor_picture *picture, struct err *err)
{
	picture->load = picture_load_free(picture->load);
	picture->picture = picture_free(picture->picture);
	picture->load = picture_load_new(picture->bytes.bytes, picture->bytes.length, picture->columns, picture->rows,
					 app_depth(picture->app), app_glyphs(picture->app), err);
	return picture->load != NULL;
}

/* The "~" of "~/lamp.png" is the home folder. */
static bool full_path(const char *path, char ret_path[PATH_MAX])
{
	const char *home = getenv("HOME");
	bool in_home = path[0] == '~' && path[1] == '/' && home;

	return snprintf(ret_path, PATH_MAX, "%s%s", in_home ? home : "", in_home ? path + 1 : path) < PATH_MAX;
}

/* "lamp.png: Permission denied" without the path: the field shows it already. */
static void leave_out_path(struct err *err, const char *path)
{
	size_t length = strlen(path);
	size_t size = strlen(err->message);

	if (size > length + 2 && !strncmp(err->message, path, length) && err->message[length] == ':')
		memmove(err->message, err->message + length + 2, size - length - 1);
}

bool editor_picture_read(struct editor_picture *picture, const char *path, struct err *err)
{
	char full[PATH_MAX];

	editor_picture_forget(picture);
	if (!full_path(path, full))
		return err_set(err, ERR_FILE, "the path is too long");
	bool good = file_read(full, &picture->bytes, err);
	if (!good && picture->bytes.failed)
		err_set(err, ERR_TOO_LARGE, "is larger than %d KiB", LIMIT_PICTURE / 1024);
	if (good && !(picture->media_type = media_type_of(&picture->bytes)))
		good = err_set(err, ERR_MEDIA_TYPE, "is neither a PNG nor a JPEG file");
	if (good && start_load(picture, err)) {
		snprintf(picture->path, sizeof picture->path, "%s", path);
		return true;
	}
	leave_out_path(err, full);
	editor_picture_forget(picture);
	return false;
}

bool editor_picture_is(const struct editor_picture *picture, const char *path)
{
	return picture->path[0] && !strcmp(picture->path, path);
}

bool editor_picture_update(struct editor_picture *picture, const struct product *product, const struct view *view)
{
	int columns, rows;

	if (!picture->path[0]) {
		if (!picture->removed)
			detail_load_in(&picture->existing, product, view);
		return picture->existing.load != NULL;
	}
	/* It has another size on the screen now: it is decoded anew. */
	if (view_room(view, DETAIL_PICTURE, &columns, &rows) && columns >= COLUMNS_MIN && rows >= ROWS_MIN &&
	    (picture->columns != columns || picture->rows != rows)) {
		picture->columns = columns;
		picture->rows = rows;
		(void)start_load(picture, NULL);
	}
	return picture->load != NULL;
}

void editor_picture_view(const struct editor_picture *picture, const struct product *product, struct view *view)
{
	const struct view_place place = {.id = DETAIL_PICTURE, .grow = 1, .drop = 1};
	const char *note = NULL;

	if (picture->path[0])
		note = view_printf(view, "%s, %zu KiB, not sent", strchr(picture->media_type, '/') + 1,
				   (picture->bytes.length + 1023) / 1024);
	else if (picture->removed && product->has_picture)
		note = "The picture goes when this is saved.";
	view_prose(view, &(struct view_prose){.role = ROLE_FAINT, .text = note});
	if (picture->path[0])
		view_picture(view, &(struct view_picture){.place = place,
							  .picture = picture->picture,
							  .expected = true,
							  .alt = "Picture: what will be sent"});
	else if (!picture->removed)
		detail_view_picture(&picture->existing, view, product, &place);
}

bool editor_picture_step(struct editor_picture *picture, struct err *err)
{
	if (!picture->load) {
		detail_step(&picture->existing);
		return true;
	}
	switch (picture_load_step(picture->load, err)) {
	case PICTURE_MORE: return true;
	case PICTURE_DONE:
		picture->picture = picture_load_take(picture->load);
		picture->load = picture_load_free(picture->load);
		return true;
	case PICTURE_FAILED: break;
	}
	editor_picture_forget(picture);
	return false;
}
