/* file.h: small files, whole or not at all.
 */
#ifndef VITRINE_BASE_FILE_H
#define VITRINE_BASE_FILE_H

#include "base/buf.h"
#include "base/err.h"

/* A folder of the person's, by the XDG Base Directory Specification: what the variable says ("XDG_STATE_HOME") if that
 * is absolute, otherwise `below_home` (".local/state") in their home; then "/vitrine". ERR_FILE when nothing says where
 * that is, or it doesn't fit. Nothing is made. */
bool file_person_folder(const char *variable, const char *below_home, char *ret_path, size_t size, struct err *err);

/* Makes a folder (0700) and those above it that are missing. ERR_FILE. */
bool file_make_folder(const char *path, struct err *err);

/* Appends the file's content to `out`. ERR_NOT_FOUND when there is none; ERR_FILE when it can't be read, is no regular
 * file or is longer than `out` may become. */
bool file_read(const char *path, struct buf *out, struct err *err);

/* Writes a file (0600): to a temporary name beside it, flushed, renamed over it, the folder flushed. Until this returns
 * true the old content is there; afterwards the new. ERR_FILE, ERR_STORAGE_FULL. */
bool file_write(const char *path, const void *bytes, size_t length, struct err *err);

/* Gives a file that is written and flushed its name, unless something has that already, and flushes the folder.
 * ERR_FILE, ERR_STORAGE_FULL: when the name can't be given, `temporary` is still there; when the folder can't be
 * flushed, the file has its name. */
bool file_name_new(const char *temporary, const char *path, struct err *err);

/* The piece of it that those need who keep files in a folder they have open: makes a new file (0600; it must not be
 * there), writes it and flushes it. False with errno set, and nothing there. */
bool file_write_new(int folder, const char *name, const void *bytes, size_t length);

#endif
