/* corpus_main.c: runs a fuzz target over its corpus, where there is no fuzzer: the files, and the files in the folders,
 * that are its arguments; without any, those of $top_srcdir/tests/fuzz/corpus/NAME, for a program called fuzz_NAME.
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"

enum { INPUT_MAX = 64 * 1024 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int passed, failed;

static bool read_file(const char *path, struct buf *bytes)
{
	FILE *file = fopen(path, "rb");
	bool ok = file != NULL;

	for (size_t got = 1; ok && got;) {
		char *place = buf_reserve(bytes, 65536);
		got = place ? fread(place, 1, 65536, file) : 0;
		if (place)
			buf_commit(bytes, got);
		ok = place && !ferror(file);
	}
	if (file)
		fclose(file);
	return ok;
}

/* On the heap, as long as it is and not a byte longer, so that a sanitizer sees each step too far. */
static bool run_bytes(const struct buf *bytes)
{
	uint8_t *copy = malloc(bytes->length ? bytes->length : 1);

	if (!copy)
		return false;
	if (bytes->length)
		memcpy(copy, bytes->bytes, bytes->length);
	LLVMFuzzerTestOneInput(copy, bytes->length);
	free(copy);
	return true;
}

static void run_file(const char *path)
{
	struct buf bytes;

	buf_init(&bytes, INPUT_MAX);
	if (read_file(path, &bytes) && run_bytes(&bytes)) {
		passed++;
	} else {
		fprintf(stderr, "%s: can't be read\n", path);
		failed++;
	}
	buf_done(&bytes);
}

/* So that a crash shows which file it was. */
static void run_named(const char *path)
{
	fprintf(stderr, "%s\n", path);
	run_file(path);
}

static void run_folder(const char *path)
{
	struct dirent **entries = NULL;
	int count = scandir(path, &entries, NULL, alphasort);

	if (count < 0) {
		fprintf(stderr, "%s: can't be read\n", path);
		failed++;
		return;
	}
	for (int i = 0; i < count; i++) {
		struct buf name;

		buf_init(&name, 4096);
		buf_printf(&name, "%s/%s", path, entries[i]->d_name);
		if (entries[i]->d_name[0] != '.')
			run_named(buf_str(&name));
		buf_done(&name);
		free(entries[i]);
	}
	free(entries);
}

static void run_path(const char *path)
{
	struct stat status;

	if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
		run_folder(path);
	else
		run_named(path);
}

static void run_own_corpus(const char *program)
{
	const char *root = getenv("top_srcdir");
	const char *slash = strrchr(program, '/');
	const char *name = strstr(slash ? slash : program, "fuzz_");
	struct buf path;

	buf_init(&path, 4096);
	buf_printf(&path, "%s/tests/fuzz/corpus/%s", root ? root : ".", name ? name + strlen("fuzz_") : "");
	run_path(buf_str(&path));
	buf_done(&path);
}

int main(int count, char **arguments)
{
	for (int i = 1; i < count; i++)
		run_path(arguments[i]);
	if (count < 2)
		run_own_corpus(arguments[0]);
	if (!passed && !failed) {
		fprintf(stderr, "there is no corpus\n");
		failed++;
	}
	printf("%d passed, %d failed\n", passed, failed);
	return failed ? 1 : 0;
}
