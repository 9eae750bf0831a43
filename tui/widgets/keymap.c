#include "tui/widgets/keymap.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* The keys of a list separated by spaces. False when one of them is no key, or there are too many; then *ret_bad is
 * that one, with its length. */
static bool parse_keys(const char *list, uint32_t ret_keys[KEYMAP_KEYS_MAX], const char **ret_bad, size_t *ret_length)
{
	uint32_t keys[KEYMAP_KEYS_MAX] = {0};
	size_t count = 0;

	for (const char *at = list + strspn(list, " "); *at; at += strspn(at, " ")) {
		size_t length = strcspn(at, " ");
		if (count == KEYMAP_KEYS_MAX || !key_parse(at, length, &keys[count])) {
			*ret_bad = at;
			*ret_length = length;
			return false;
		}
		count++;
		at += length;
	}
	memcpy(ret_keys, keys, sizeof keys);
	return true;
}

static size_t find(const struct keymap *keymap, uint32_t key)
{
	for (size_t at = 0; at < keymap->count; at++)
		for (size_t which = 0; which < KEYMAP_KEYS_MAX && keymap->keys[at][which]; which++)
			if (keymap->keys[at][which] == key)
				return at;
	return keymap->count;
}

bool keymap_init(struct keymap *keymap, const char *name, const char *title, const struct binding *bindings,
		 size_t count, struct err *err)
{
	struct keymap made = {.name = name, .title = title, .bindings = bindings};
	const char *bad;
	size_t length;

	if (count > KEYMAP_BINDINGS_MAX)
		return err_set(err, ERR_INTERNAL, "The keys \"%s\" are more than %d", name, KEYMAP_BINDINGS_MAX);
	for (; made.count < count; made.count++) {
		uint32_t *keys = made.keys[made.count];

		if (!parse_keys(bindings[made.count].keys, keys, &bad, &length))
			return err_set(err, ERR_INTERNAL, "%s.%s: no key is called \"%.*s\"", name,
				       bindings[made.count].name, (int)length, bad);
		for (size_t which = 0; which < KEYMAP_KEYS_MAX && keys[which]; which++)
			if (find(&made, keys[which]) < made.count)
				return err_set(err, ERR_INTERNAL, "%s.%s: a key of it is taken", name,
					       bindings[made.count].name);
	}
	*keymap = made;
	return true;
}

/* Takes a key away from the action that has it. */
static void release(struct keymap *keymap, uint32_t key)
{
	size_t owner = find(keymap, key);
	uint32_t *keys = owner < keymap->count ? keymap->keys[owner] : NULL;
	size_t kept = 0;

	for (size_t which = 0; keys && which < KEYMAP_KEYS_MAX; which++)
		if (keys[which] != key)
			keys[kept++] = keys[which];
	while (keys && kept < KEYMAP_KEYS_MAX)
		keys[kept++] = 0;
}

bool keymap_override(struct keymap *keymap, const char *action, const char *keys, struct err *err)
{
	uint32_t parsed[KEYMAP_KEYS_MAX];
	const char *bad;
	size_t at = 0, length;

	while (at < keymap->count && strcmp(keymap->bindings[at].name, action) != 0)
		at++;
	if (at == keymap->count)
		return err_set(err, ERR_NOT_FOUND, "There is no action \"%s\" to give keys to", action);
	if (!parse_keys(keys, parsed, &bad, &length))
		return err_set(err, ERR_INVALID, "\"%.*s\" is not a key, or one too many", (int)length, bad);
	memset(keymap->keys[at], 0, sizeof keymap->keys[at]);
	for (size_t which = 0; which < KEYMAP_KEYS_MAX && parsed[which]; which++)
		release(keymap, parsed[which]);
	memcpy(keymap->keys[at], parsed, sizeof parsed);
	return true;
}

int keymap_find(const struct keymap *keymap, uint32_t key)
{
	size_t at = find(keymap, key);

	return at < keymap->count ? keymap->bindings[at].action : KEYMAP_NONE;
}

void keymap_show_key(uint32_t key, char ret_name[KEY_NAME_SIZE])
{
	uint32_t plain = key & ~(uint32_t)KEYMOD_MASK;

	if (key == (plain | KEYMOD_CTRL) && plain > ' ' && plain < 0x7F)
		snprintf(ret_name, KEY_NAME_SIZE, "^%c", (char)(plain >= 'a' && plain <= 'z' ? plain - 0x20 : plain));
	else
		key_format(key, ret_name);
}

void keymap_key_name(const struct keymap *keymap, int action, char ret_name[KEY_NAME_SIZE])
{
	ret_name[0] = '\0';
	for (size_t at = 0; at < keymap->count; at++) {
		if (keymap->bindings[at].action != action || !keymap->keys[at][0])
			continue;
		keymap_show_key(keymap->keys[at][0], ret_name);
		return;
	}
}

/* Puts a binding of a keymap into the footer's list, by its place; the screen's own come before others of that
 * place. */
static size_t insert(struct footer_item *items, size_t count, const struct keymap *keymap, size_t index,
		     const char *label)
{
	struct footer_item item = {.keymap = keymap, .binding = &keymap->bindings[index]};
	size_t at = count;

	keymap_show_key(keymap->keys[index][0], item.key);
	snprintf(item.label, sizeof item.label, "%s", label);
	item.width = text_width(item.key, strlen(item.key)) + 1 + text_width(item.label, strlen(item.label));
	while (at > 0 && items[at - 1].binding->footer > item.binding->footer)
		at--;
	if (at == FOOTER_ITEMS_MAX)
		return count;
	if (count == FOOTER_ITEMS_MAX)
		count--;
	memmove(&items[at + 1], &items[at], (count - at) * sizeof *items);
	items[at] = item;
	return count + 1;
}

static size_t gather(const struct keymap *const *keymaps, size_t count, keymap_label *label, void *user,
		     struct footer_item *items)
{
	size_t found = 0;

	for (size_t map = 0; map < count; map++) {
		for (size_t at = 0; at < keymaps[map]->count; at++) {
			const struct binding *binding = &keymaps[map]->bindings[at];
			if (!binding->footer || !binding->label || !keymaps[map]->keys[at][0])
				continue;
			const char *words = label ? label(keymaps[map], binding, user) : binding->label;
			if (words)
				found = insert(items, found, keymaps[map], at, words);
		}
	}
	return found;
}

size_t keymap_footer(const struct keymap *const *keymaps, size_t count, int width, int help, keymap_label *label,
		     void *user, struct footer_item ret_items[FOOTER_ITEMS_MAX])
{
	enum { EDGE = 1, GAP = 2 };
	struct footer_item found[FOOTER_ITEMS_MAX];
	size_t all = gather(keymaps, count, label, user, found), kept = 0;
	const struct footer_item *last = NULL;
	int x = EDGE, end = width - EDGE;

	for (size_t at = 0; at < all; at++)
		if (found[at].keymap == keymaps[count - 1] && found[at].binding->action == help)
			last = &found[at];
	if (last)
		end -= last->width + GAP;
	for (size_t at = 0; at < all; at++) {
		if (&found[at] == last)
			continue;
		if (x + found[at].width > end)
			break;
		ret_items[kept] = found[at];
		ret_items[kept++].x = x;
		x += found[at].width + GAP;
	}
	if (last && width > 0) {
		ret_items[kept] = *last;
		ret_items[kept++].x = end + GAP > 0 ? end + GAP : 0;
	}
	return kept;
}

void paint_footer(struct canvas *canvas, struct rect rect, const struct footer_item *items, size_t count)
{
	struct rect before = canvas_clip(canvas, rect);

	for (size_t at = 0; at < count; at++) {
		int x = rect.x + items[at].x, room = rect.width - items[at].x;
		int used = paint_str(canvas, x, rect.y, room, ROLE_ACCENT, items[at].key);
		paint_str(canvas, x + used + 1, rect.y, room - used - 1, ROLE_FOOTER, items[at].label);
	}
	canvas_unclip(canvas, before);
}

const struct footer_item *footer_item_at(const struct footer_item *items, size_t count, int column)
{
	for (size_t at = 0; at < count; at++)
		if (column >= items[at].x && column < items[at].x + items[at].width)
			return &items[at];
	return NULL;
}

static char lower(char letter)
{
	return letter >= 'A' && letter <= 'Z' ? (char)(letter | 0x20) : letter;
}

static bool holds(const char *text, const char *word, size_t length)
{
	for (; *text; text++) {
		size_t at = 0;
		while (at < length && text[at] && lower(text[at]) == lower(word[at]))
			at++;
		if (at == length)
			return true;
	}
	return false;
}

bool keymap_matches(const char *filter, const char *const *texts, size_t count)
{
	for (const char *at = filter + strspn(filter, " "); *at; at += strspn(at, " ")) {
		size_t length = strcspn(at, " "), text = 0;
		while (text < count && !(texts[text] && holds(texts[text], at, length)))
			text++;
		if (text == count)
			return false;
		at += length;
	}
	return true;
}
