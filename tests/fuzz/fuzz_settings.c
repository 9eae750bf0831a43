/* fuzz_settings.c: arbitrary text as vitrine.ini and as keys.ini. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "screens/app/settings.h"
#include "tests/fuzz/must.h"
#include "tui/paint/theme.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILE_MAX = 64 * 1024 };

#define SOME_KEYS(KEY)                                      \
	KEY(SOME_ADD, "add", "a F2", "add", "Add", 1)       \
	KEY(SOME_OPEN, "open", "Enter l", "open", "Open", 2) \
	KEY(SOME_QUIT, "quit", "q C-c", "quit", "Quit", 3)
enum some_action { SOME_KEYS(KEYMAP_ACTION) };
static const struct binding some_keys[] = {SOME_KEYS(KEYMAP_BINDING)};
enum { SOME = sizeof some_keys / sizeof *some_keys };

static bool is_terminated(const char *text, size_t size)
{
	return memchr(text, '\0', size) != NULL;
}

/* Each key is one, in one place. */
static void check_keymap(const struct keymap *keymap)
{
	for (size_t at = 0; at < keymap->count; at++)
		for (size_t which = 0; which < KEYMAP_KEYS_MAX && keymap->keys[at][which]; which++) {
			char name[KEY_NAME_SIZE];
			uint32_t key = keymap->keys[at][which];

			must((key & ~(uint32_t)KEYMOD_MASK) < KEYSYM_END, "a key is a key");
			must(keymap_find(keymap, key) == keymap->bindings[at].action, "a key means one thing");
			key_format(key, name);
			keymap_show_key(key, name);
		}
}

static void read_keys(const char *text)
{
	struct keymap keymaps[2];
	struct err err = {.kind = ERR_NONE};

	must(keymap_init(&keymaps[0], "shop", "Shop", some_keys, SOME, NULL), "the table is right");
	must(keymap_init(&keymaps[1], "", "Everywhere", some_keys, SOME, NULL), "the table is right");
	if (!settings_parse_keys(keymaps, 2, "keys.ini", text, &err))
		must(err.kind != ERR_NONE && is_terminated(err.message, sizeof err.message), "an error says why");
	check_keymap(&keymaps[0]);
	check_keymap(&keymaps[1]);
}

static bool parse(const char *text, struct settings *settings)
{
	struct err err = {.kind = ERR_NONE};

	*settings = (struct settings){.mouse = true};
	bool good = settings_parse(settings, "vitrine.ini", text, &err);
	must(good || (err.kind != ERR_NONE && is_terminated(err.message, sizeof err.message)), "an error says why");
	must(is_terminated(settings->api, sizeof settings->api), "an address has an end");
	must(is_terminated(settings->theme, sizeof settings->theme), "a name has an end");
	must(!good || !settings->theme[0] || theme_find(settings->theme), "a theme is one");
	return good;
}

/* What the program changes in a file that made sense is there afterwards, and all else as it was. */
static void change(const char *text, const char *theme)
{
	struct settings before, after;
	struct buf once, twice;

	buf_init(&once, 2 * FILE_MAX);
	buf_init(&twice, 2 * FILE_MAX);
	settings_edit(&once, text, "theme", theme);
	settings_edit(&twice, buf_str(&once), "theme", theme);
	must(!once.failed && !twice.failed, "there is room");
	if (parse(text, &before)) {
		must(parse(buf_str(&once), &after), "what made sense still does");
		must(!strcmp(after.theme, theme), "the theme is the new one");
		must(!strcmp(after.api, before.api), "the rest is as it was");
		must(!strcmp(buf_str(&once), buf_str(&twice)), "once is enough");
	}
	buf_done(&once);
	buf_done(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct settings settings;
	char *text = size <= FILE_MAX ? malloc(size + 1) : NULL;

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	read_keys(text);
	parse(text, &settings);
	change(text, "light");
	change(text, "");
	free(text);
	return 0;
}
