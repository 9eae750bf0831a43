#include "tests/screens/golden.h"

#include <ctype.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "tests/screens/picture_cells.h"

enum { GOLDEN_MAX = 1024 * 1024, LOOKS_MAX = 52, NAME_MAX_LENGTH = 160, SEEN_MAX = 600 };

static bool mono;
static int differences;

void golden_mono(bool is_mono)
{
	mono = is_mono;
}

/* ---- making it the same every time ---- */

/* A row as text and, cell by cell, as the letters of its looks. */
struct row {
	char text[STAGE_TEXT / 2];
	char looks[1024];
};

/* Every sign of an id; how much of one that was cut off is seen depends on what stands before it. */
static void mask_ids(char *row)
{
	static const char signs[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ", cut[] = "…";

	for (char *at = row; (at = strstr(at, "01"));) {
		size_t length = strspn(at, signs);
		bool starts = at == row || !strchr(signs, at[-1]);

		if (starts && length >= 4 && !strncmp(at + length, cut, sizeof cut - 1)) {
			memmove(at + 2, at + length, strlen(at + length) + 1);
			length = 2;
		} else if (starts && length >= 8) {
			memset(at + 2, '#', length - 2);
		}
		at += length;
	}
}

static void mask_folders(char *row)
{
	static const char *const names[] = {"-world-", "-stage-"};

	for (size_t name = 0; name < COUNT_OF(names); name++)
		for (char *at = row; (at = strstr(at, names[name]));) {
			at += strlen(names[name]);
			for (int i = 0; i < 6 && at[i] && at[i] != ' ' && at[i] != '/'; i++)
				at[i] = '#';
		}
	/* What floats may hide where its name begins. */
	for (char *at = row; (at = strstr(at, "/platform.socket")); at++)
		for (int i = 1; i <= 6 && at - i >= row && isalnum((unsigned char)at[-i]); i++)
			at[-i] = '#';
}

static void mask_spinners(char *row)
{
	static const char *const signs[] = {"⠋", "⠙", "⠸", "⠴", "⠦", "⠇", "⠏", "⠛"};

	for (size_t i = 0; i < COUNT_OF(signs); i++)
		for (char *at = row; (at = strstr(at, signs[i])); at += 3)
			memcpy(at, "⠿", 3);
}

/* `count` bytes of `text` from `at` on become `with`. */
static void splice(char *text, size_t size, size_t at, size_t count, const char *with)
{
	char rest[STAGE_TEXT / 2];

	snprintf(rest, sizeof rest, "%s", text + at + count);
	snprintf(text + at, size - at, "%s%s", with, rest);
}

/* Columns that so many bytes of the row take. */
static size_t columns_of(const char *text, size_t length)
{
	return (size_t)text_width(text, length);
}

/* A text of changing length becomes `with`. The blanks around it change with it, in a column and in a sentence, but
 * never to less than one before and two after it, where there are as many: so many stay. */
static void mask_words(struct row *row, const char *pattern, const char *with)
{
	regex_t regex;
	regmatch_t found[2];
	size_t at = 0;

	assert_int_equal(regcomp(&regex, pattern, REG_EXTENDED), 0);
	while (regexec(&regex, row->text + at, 2, found, at ? REG_NOTBOL : 0) == 0) {
		size_t start = at + (size_t)found[1].rm_so, length = (size_t)(found[1].rm_eo - found[1].rm_so);
		size_t left = 0, right = strspn(row->text + start + length, " ");
		char text[64], looks[64] = "";

		if (start >= 5 && !memcmp(row->text + start - 5, "last ", 5)) { /* "last 30 days" */
			at = start + length;
			continue;
		}
		while (left < start && row->text[start - left - 1] == ' ')
			left++;
		size_t before = left > 1 ? 1 : left, after = right > 2 ? 2 : right;
		size_t cell = columns_of(row->text, start - left), cells = left + length + right;
		snprintf(text, sizeof text, "%*s%s%*s", (int)before, "", with, (int)after, "");
		/* The same for the looks: letters and blanks as they were. */
		if (strlen(row->looks) >= cell + cells) {
			const char *was = row->looks + cell;
			size_t gap = strcspn(row->text + start, " ");
			for (size_t i = 0; text[i]; i++)
				looks[i] = i < before			? was[0]
					   : i >= before + strlen(with) ? was[cells - 1]
					   : text[i] == ' '		? was[left + gap]
									: was[left];
			splice(row->looks, sizeof row->looks, cell, cells, looks);
		}
		splice(row->text, sizeof row->text, start - left, cells, text);
		at = start - left + strlen(text);
	}
	regfree(&regex);
}

static void trim(char *text)
{
	for (size_t length = strlen(text); length && text[length - 1] == ' ';)
		text[--length] = '\0';
}

static void mask(struct row *row)
{
#define MONTHS "(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
	mask_words(row, "([0-9]{1,2} " MONTHS " [0-9]{4})", "(the date)");
	mask_words(row, "([0-9]{1,2} " MONTHS ")([ :.,]|$)", "(day)");
	mask_words(row, "([0-9]+ (day|week|month|year)s?( ago)?)([ .,]|$)", "(age)");
	mask_words(row, " (today|yesterday)([ .,]|$)", "(age)");
	mask_ids(row->text);
	mask_folders(row->text);
	mask_spinners(row->text);
	trim(row->text);
	trim(row->looks);
}

/* ---- putting it down ---- */

static void put_color(char text[24], const VTermColor *color, bool is_default)
{
	if (is_default)
		snprintf(text, 24, "-");
	else if (VTERM_COLOR_IS_INDEXED(color))
		snprintf(text, 24, "%d", color->indexed.idx);
	else
		snprintf(text, 24, "#%02x%02x%02x", color->rgb.red, color->rgb.green, color->rgb.blue);
}

/* "6 on -, bold". What shows no letter has no colour of one. */
static void describe(const VTermScreenCell *cell, bool lettered, char text[96])
{
	char fg[24], bg[24];

	put_color(fg, &cell->fg, !lettered || VTERM_COLOR_IS_DEFAULT_FG(&cell->fg));
	put_color(bg, &cell->bg, VTERM_COLOR_IS_DEFAULT_BG(&cell->bg));
	snprintf(text, 96, "%s on %s%s%s%s%s", fg, bg, lettered && cell->attrs.bold ? ", bold" : "",
		 cell->attrs.underline ? ", underlined" : "", cell->attrs.reverse ? ", reversed" : "",
		 cell->attrs.blink ? ", blinking" : "");
}

struct looks {
	char texts[LOOKS_MAX][96];
	size_t count;
};

static char letter_of(struct looks *looks, const VTermScreenCell *cell)
{
	char text[96];
	bool blank = !cell->chars[0] || cell->chars[0] == ' ';
	bool lettered = !blank || cell->attrs.reverse || cell->attrs.underline;

	describe(cell, lettered, text);
	if (!lettered && VTERM_COLOR_IS_DEFAULT_BG(&cell->bg))
		return ' ';
	for (size_t i = 0; i < looks->count; i++)
		if (!strcmp(looks->texts[i], text))
			return (char)(i < 26 ? 'a' + i : 'A' + i - 26);
	if (looks->count == LOOKS_MAX)
		return '?';
	memcpy(looks->texts[looks->count], text, sizeof text);
	size_t index = looks->count++;
	return (char)(index < 26 ? 'a' + index : 'A' + index - 26);
}

/* A letter for each cell of the row; a picture's has none. */
static void letters_of(struct stage *stage, const struct picture_cells *pictures, int y, struct looks *looks,
		       char *ret_letters, size_t size)
{
	size_t length = 0;

	for (int x = 0; x < stage->width && length < size - 1; x++) {
		VTermScreenCell cell = stage_cell(stage, x, y);
		bool second = cell.chars[0] == (uint32_t)-1; /* the other half of a wide one */
		bool pictured = picture_cells_has(pictures, y, x, cell.chars[0]) ||
				picture_cells_beside(pictures, y, cell.chars[0]);
		ret_letters[length] = pictured		 ? ' '
				      : second && length ? ret_letters[length - 1]
							 : letter_of(looks, &cell);
		length++;
	}
	ret_letters[length] = '\0';
}

/* A picture's cells become blanks. In UTF-8 the characters from U+2580 on are E2 96 80 and so on. */
static void blank_pictures(const struct picture_cells *pictures, int y, char *text)
{
	for (char *at = text; (at = strstr(at, "\xE2\x96")); at++) {
		size_t start = (size_t)(at - text);
		uint32_t character = 0x2580 + ((uint8_t)at[2] & 0x3F);

		if (picture_cells_has(pictures, y, (int)columns_of(text, start), character))
			splice(text, STAGE_TEXT / 2, start, 3, " ");
	}
}

static void put(struct stage *stage, bool with_looks, struct buf *out)
{
	struct picture_cells pictures = picture_cells_find(stage);
	struct looks looks = {.count = 0};
	struct buf letters;
	struct row row;

	buf_init(&letters, GOLDEN_MAX);
	buf_printf(out, "%dx%d ", stage->width, stage->height);
	if (stage->cursor_visible)
		buf_printf(out, "cursor %d,%d", stage->cursor.col, stage->cursor.row);
	else
		buf_add_str(out, "no cursor");
	buf_add_str(out, picture_cells_any(&pictures) ? ", a picture\n" : "\n");
	for (int y = 0; y < stage->height; y++) {
		snprintf(row.text, sizeof row.text, "%s", stage_row(stage, y, true));
		blank_pictures(&pictures, y, row.text);
		letters_of(stage, &pictures, y, &looks, row.looks, sizeof row.looks);
		mask(&row);
		buf_printf(out, "%s\n", row.text);
		buf_printf(&letters, "%s\n", row.looks);
	}
	if (with_looks) {
		buf_printf(out, "looks\n%s", buf_str(&letters));
		for (size_t i = 0; i < looks.count; i++)
			buf_printf(out, "%c: %s\n", (char)(i < 26 ? 'a' + i : 'A' + i - 26), looks.texts[i]);
	}
	buf_done(&letters);
}

/* ---- comparing ---- */

static void path_of(char path[512], const char *folder, const char *name, const char *end)
{
	const char *top = getenv(folder);

	snprintf(path, 512, "%s/tests/screens/%s%s%s", top ? top : ".", !strcmp(folder, "top_srcdir") ? "golden/" : "",
		 name, end);
}

static bool read_golden(const char *name, struct buf *text)
{
	char path[512];

	path_of(path, "top_srcdir", name, ".txt");
	buf_init(text, GOLDEN_MAX);
	return file_read(path, text, NULL);
}

static void write_to(const char *path, const struct buf *text)
{
	FILE *file = fopen(path, "w");

	if (!file)
		fail_msg("%s can't be written", path);
	fwrite(buf_str(text), 1, text->length, file);
	fclose(file);
}

static void print_difference(const char *wanted, const char *seen)
{
	for (int line = 1; *wanted || *seen; line++) {
		size_t a = strcspn(wanted, "\n"), b = strcspn(seen, "\n");

		if (a != b || memcmp(wanted, seen, a) != 0)
			fprintf(stderr, "%3d -%.*s\n    +%.*s\n", line, (int)a, wanted, (int)b, seen);
		wanted += a + (wanted[a] == '\n');
		seen += b + (seen[b] == '\n');
	}
}

/* Without colours the same text is right, and written only when it differs. */
static void update(const char *name, const struct buf *seen, bool shares)
{
	char path[512], mono_name[NAME_MAX_LENGTH];
	struct buf text;

	path_of(path, "top_srcdir", name, ".txt");
	if (!mono || !shares) {
		write_to(path, seen);
		return;
	}
	bool same = read_golden(name, &text) && !strcmp(buf_str(&text), buf_str(seen));
	buf_done(&text);
	snprintf(mono_name, sizeof mono_name, "%s-mono", name);
	path_of(path, "top_srcdir", mono_name, ".txt");
	if (same)
		unlink(path);
	else
		write_to(path, seen);
}

static void compare(const char *name, const struct buf *seen, bool shares)
{
	char mono_name[NAME_MAX_LENGTH], path[512];
	struct buf wanted;
	const char *used = name;

	if (getenv("UPDATE_GOLDEN")) {
		update(name, seen, shares);
		return;
	}
	snprintf(mono_name, sizeof mono_name, "%s-mono", name);
	bool found = mono && shares && read_golden(mono_name, &wanted);
	if (found) {
		used = mono_name;
	} else {
		if (mono && shares)
			buf_done(&wanted);
		found = read_golden(name, &wanted);
	}
	path_of(path, "top_builddir", used, ".out");
	if (found && !strcmp(buf_str(&wanted), buf_str(seen))) {
		unlink(path);
	} else {
		fprintf(stderr, "%s: %s%s; what was seen is in %s\n", used, found ? "another" : "no golden",
			mono ? ", without colours" : "", path);
		print_difference(buf_str(&wanted), buf_str(seen));
		write_to(path, seen);
		differences++;
	}
	buf_done(&wanted);
}

/* Every name stands for one picture: another of the same name would hide it. */
static void claim(const char *name)
{
	static char seen[SEEN_MAX][NAME_MAX_LENGTH];
	static size_t count;
	char full[NAME_MAX_LENGTH];

	snprintf(full, sizeof full, "%s%s", name, mono ? " mono" : "");
	for (size_t i = 0; i < count; i++)
		if (!strcmp(seen[i], full))
			fail_msg("there are two goldens %s", full);
	assert_true(count < SEEN_MAX);
	memcpy(seen[count++], full, sizeof full);
}

void golden_text(struct stage *stage, const char *name)
{
	struct buf seen;

	claim(name);
	buf_init(&seen, GOLDEN_MAX);
	put(stage, false, &seen);
	assert_false(seen.failed);
	compare(name, &seen, true);
	buf_done(&seen);
}

void golden_looks(struct stage *stage, const char *name)
{
	char full[NAME_MAX_LENGTH];
	struct buf seen;

	snprintf(full, sizeof full, "%s-looks-%s", name, mono ? "mono" : "color");
	claim(full);
	buf_init(&seen, GOLDEN_MAX);
	put(stage, true, &seen);
	assert_false(seen.failed);
	compare(full, &seen, false);
	buf_done(&seen);
}

void golden_lines(const char *text, const char *name)
{
	struct buf seen;
	struct row row = {.looks = ""};

	claim(name);
	buf_init(&seen, GOLDEN_MAX);
	for (; *text; text += strcspn(text, "\n") + (text[strcspn(text, "\n")] == '\n')) {
		snprintf(row.text, sizeof row.text, "%.*s", (int)strcspn(text, "\n"), text);
		mask(&row);
		buf_printf(&seen, "%s\n", row.text);
	}
	assert_false(seen.failed);
	compare(name, &seen, false);
	buf_done(&seen);
}

void golden_done(void)
{
	int count = differences;

	differences = 0;
	assert_int_equal(count, 0);
}
