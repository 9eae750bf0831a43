#include "tests/unit/identity_world.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct world world;
_Atomic int64_t world_now;

static int64_t clock_of_the_world(void)
{
	return world_now;
}

struct identity *world_open(const struct identity_local_options *options)
{
	struct identity_local_options all = *options;
	struct err err = {0};

	all.cheap_hash = true;
	all.now = clock_of_the_world;
	struct identity *identity = identity_local_new(world.db, &all, &err);
	if (!identity)
		fail_msg("identity_local_new: %s", err.message);
	return identity;
}

const struct db_schema *const world_schemas[] = {&identity_local_schema, NULL};

static int begin(bool on_file, bool with_mail)
{
	const char *tmp = getenv("TMPDIR");
	struct err err = {0};

	world_now = 1795000000000;
	arena_init(&world.arena, 4 * 1024 * 1024);
	snprintf(world.folder, sizeof world.folder, "%s/vitrine-identity-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(world.folder))
		return -1;
	snprintf(world.path, sizeof world.path, "%s/shop.db", world.folder);
	snprintf(world.outbox, sizeof world.outbox, "%s/outbox", world.folder);
	if (mkdir(world.outbox, 0700) != 0 || !db_open(on_file ? world.path : NULL, world_schemas, &world.db, &err)) {
		print_error("db_open: %s\n", err.message);
		return -1;
	}
	world.identity = world_open(&(struct identity_local_options){.outbox = with_mail ? world.outbox : NULL});
	return 0;
}

int world_plain(void **state)
{
	(void)state;
	return begin(false, false);
}

int world_with_mail(void **state)
{
	(void)state;
	return begin(false, true);
}

int world_on_file_with_mail(void **state)
{
	(void)state;
	return begin(true, true);
}

int world_on_file(void **state)
{
	(void)state;
	return begin(true, false);
}

static void empty_folder(const char *path)
{
	DIR *folder = opendir(path);
	const struct dirent *entry;
	char name[600];

	while (folder && (entry = readdir(folder)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
		unlink(name);
	}
	if (folder)
		closedir(folder);
}

int world_end(void **state)
{
	(void)state;
	if (world.identity)
		world.identity->close(world.identity);
	world.identity = NULL;
	world.db = db_close(world.db);
	arena_done(&world.arena);
	empty_folder(world.outbox);
	rmdir(world.outbox);
	empty_folder(world.folder);
	return rmdir(world.folder);
}

const char *world_sign_up(const char *email, const char *password, enum group group)
{
	struct err err = {0};
	const char *id = NULL;
	bool existed = true;

	if (!world.identity->sign_up(world.identity, email, password, group, &world.arena, &id, &existed, &err))
		fail_msg("sign_up: %s", err.message);
	assert_false(existed);
	return id;
}

struct identity_tokens world_sign_in(const char *email, const char *password)
{
	struct err err = {0};
	struct identity_tokens tokens = {0};
	int retry_after = -1;

	if (!world.identity->sign_in(world.identity, email, password, "", &world.arena, &tokens, &retry_after, &err))
		fail_msg("sign_in: %s", err.message);
	assert_int_equal(retry_after, -1);
	return tokens;
}

struct err world_no_sign_in(const char *email, const char *password, const char *address, int *ret_retry_after)
{
	struct err err = {0};
	struct identity_tokens tokens = {.expires_in = -7};

	assert_false(world.identity->sign_in(world.identity, email, password, address, &world.arena, &tokens,
					     ret_retry_after, &err));
	assert_int_equal(tokens.expires_in, -7);
	assert_null(strstr(err.message, password));
	assert_null(strstr(err.message, email));
	return err;
}

void world_assert_err(const struct err *err, enum err_kind kind, const char *code)
{
	assert_string_equal(err->code, code);
	assert_int_equal(err->kind, kind);
	assert_null(strstr(err->message, PASSWORD));
	assert_null(strstr(err->message, OTHER_PASSWORD));
}

/* The name that sorts last: ids grow. */
static int newest(char ret_name[256])
{
	DIR *folder = opendir(world.outbox);
	const struct dirent *entry;
	int count = 0;

	assert_non_null(folder);
	ret_name[0] = '\0';
	while ((entry = readdir(folder)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		assert_non_null(strstr(entry->d_name, ".eml")); /* no draft is left behind */
		count++;
		if (strcmp(entry->d_name, ret_name) > 0)
			snprintf(ret_name, 256, "%s", entry->d_name);
	}
	closedir(folder);
	return count;
}

void world_tend(void)
{
	struct err err = {0};
	bool more = true;

	while (more)
		if (!world.identity->tend(world.identity, world_now, 1000, &more, &err))
			fail_msg("tend: %s", err.message);
}

int world_mails(void)
{
	char name[256];

	return newest(name);
}

const char *world_mail(void)
{
	char name[256], path[600], text[8192];
	struct stat status;

	assert_true(newest(name) > 0);
	snprintf(path, sizeof path, "%s/%s", world.outbox, name);
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	size_t length = fread(text, 1, sizeof text, file);
	assert_int_equal(fstat(fileno(file), &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
	fclose(file);
	return arena_strndup(&world.arena, text, length);
}

const char *world_code(void)
{
	const char *body = strstr(world_mail(), "\r\n\r\n");

	assert_non_null(body);
	const char *code = strstr(body, "\r\n    ");
	assert_non_null(code);
	code += 6;
	for (int i = 0; i < 8; i++)
		assert_true(isdigit((unsigned char)code[i]));
	assert_memory_equal(code + 8, "\r\n", 2);
	return arena_strndup(&world.arena, code, 8);
}
