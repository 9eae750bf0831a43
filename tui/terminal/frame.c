#include "tui/terminal/frame.h"

#include <curses.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tui/terminal/sgr.h"

enum {
	PAIRS = 4096, /* of colours in use at once; a power of two */
	LINE_MAX_CELLS = 1024,
	WRITTEN_LIMIT = 32 << 20, /* more than the largest frame */
};

struct pair {
	int32_t fg, bg;
	int number; /* of curses; 0: the slot is empty */
};

struct frame {
	SCREEN *screen;
	FILE *file;         /* in memory: what curses writes */
	struct buf written; /* the same, taken from there */
	struct sgr sgr;
	const char *plain;
	int width, height;
	enum color_depth depth;
	const struct theme *theme;
	struct cell *shown; /* what curses was last told */
	bool whole;         /* paint everything next time */
	int cursor;         /* visible, hidden, or -1: not known */
	int cursor_x, cursor_y;
	struct pair pairs[PAIRS];
	int pair_count, pair_limit;
	bool pairs_short; /* there were too few */
	int patience;     /* frames for which that is accepted */
	struct theme_look looks[ROLES];
	cchar_t line[LINE_MAX_CELLS];
};

/* ncurses takes over signals that belong to the app. It does so once, when its first screen is made. */
static const int taken_signals[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
enum { TAKEN_SIGNALS = sizeof taken_signals / sizeof *taken_signals };

static SCREEN *make_screen(const char *term, FILE *file)
{
	struct sigaction kept[TAKEN_SIGNALS];

	for (int at = 0; at < TAKEN_SIGNALS; at++)
		sigaction(taken_signals[at], NULL, &kept[at]);
	/* The size is given later. No delays are written: only printing terminals needed them. */
	unsetenv("LINES");
	unsetenv("COLUMNS");
	setenv("NCURSES_NO_PADDING", "1", 1);
	SCREEN *screen = newterm((char *)(intptr_t)term, file, file);
	for (int at = 0; at < TAKEN_SIGNALS; at++)
		sigaction(taken_signals[at], &kept[at], NULL);
	return screen;
}

static FILE *memory_file(void)
{
	int fd = memfd_create("vitrine-frame", MFD_CLOEXEC);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w+");

	if (!file && fd >= 0)
		close(fd);
	return file;
}

static void start_colors(struct frame *frame)
{
	if (frame->depth == DEPTH_MONO || !has_colors() || start_color() != OK)
		frame->depth = DEPTH_MONO;
	else
		use_default_colors();
	frame->pair_limit = frame->depth == DEPTH_MONO ? 0 : COLOR_PAIRS - 1;
	if (frame->pair_limit > PAIRS / 2)
		frame->pair_limit = PAIRS / 2;
}

static void set_up_window(void)
{
	typeahead(-1);
	idlok(stdscr, TRUE);
	leaveok(stdscr, TRUE);
	scrollok(stdscr, FALSE);
}

struct frame *frame_new(const struct caps *caps, const struct theme *theme, int width, int height, struct err *err)
{
	struct frame *frame = calloc(1, sizeof *frame);

	if (!frame) {
		err_memory(err, "opening the screen");
		return NULL;
	}
	buf_init(&frame->written, WRITTEN_LIMIT);
	frame->plain = caps->plain;
	frame->file = memory_file();
	frame->screen = frame->file ? make_screen(caps->term, frame->file) : NULL;
	if (!frame->screen) {
		err_set(err, ERR_UNAVAILABLE, "The terminal \"%s\" can't be used", caps->term);
		return frame_free(frame);
	}
	frame->depth = caps->depth;
	frame->cursor = -1;
	start_colors(frame);
	set_up_window();
	frame_theme(frame, theme);
	if (!frame_resize(frame, width, height, err))
		return frame_free(frame);
	return frame;
}

struct frame *frame_free(struct frame *frame)
{
	if (!frame)
		return NULL;
	if (frame->screen) {
		if (!isendwin())
			endwin();
		delscreen(frame->screen);
	}
	if (frame->file)
		fclose(frame->file);
	buf_done(&frame->written);
	free(frame->shown);
	free(frame);
	return NULL;
}

void frame_theme(struct frame *frame, const struct theme *theme)
{
	frame->theme = theme;
	for (int role = 0; role < ROLES; role++)
		frame->looks[role] = theme_role(theme, (enum role)role, frame->depth);
	frame->whole = true;
}

bool frame_resize(struct frame *frame, int width, int height, struct err *err)
{
	struct cell *shown = calloc((size_t)width * (size_t)height, sizeof *shown);

	if (!shown)
		return err_memory(err, "resizing the screen");
	if (resize_term(height, width) != OK) {
		free(shown);
		return err_memory(err, "resizing the screen");
	}
	free(frame->shown);
	frame->shown = shown;
	frame->width = width;
	frame->height = height;
	frame->whole = true;
	return true;
}

void frame_invalidate(struct frame *frame)
{
	frame->whole = true;
}

/* The pair of curses for two colours; 0, which is the terminal's own, when there are no more. */
static int pair_of(struct frame *frame, int32_t fg, int32_t bg)
{
	uint32_t slot = ((uint32_t)fg * 2654435761U ^ (uint32_t)bg * 2246822519U) >> 16;

	if (!frame->pair_limit || (fg == COLOR_NONE && bg == COLOR_NONE))
		return 0;
	for (;; slot++) {
		struct pair *pair = &frame->pairs[slot % PAIRS];

		if (pair->number && pair->fg == fg && pair->bg == bg)
			return pair->number;
		if (pair->number)
			continue;
		if (frame->pair_count == frame->pair_limit || init_extended_pair(frame->pair_count + 1, fg, bg) != OK) {
			frame->pairs_short = true;
			return 0;
		}
		*pair = (struct pair){fg, bg, ++frame->pair_count};
		return pair->number;
	}
}

static attr_t curses_attrs(unsigned attrs)
{
	return (attrs & ATTR_BOLD ? A_BOLD : 0) | (attrs & ATTR_DIM ? A_DIM : 0) |
	       (attrs & ATTR_REVERSE ? A_REVERSE : 0) | (attrs & ATTR_UNDERLINE ? A_UNDERLINE : 0);
}

static bool is_blank(const struct cell *cell)
{
	return cell->text[0] == L' ' && !cell->text[1];
}

static struct theme_look look_of(const struct frame *frame, const struct cell *cell)
{
	if (cell->picture && frame->depth != DEPTH_MONO && theme_is_colored(frame->theme))
		return (struct theme_look){theme_color(cell->fg, frame->depth), theme_color(cell->bg, frame->depth), 0};
	if (cell->picture)
		return (struct theme_look){COLOR_NONE, COLOR_NONE, 0};

	struct theme_look look = frame->looks[cell->role];
	/* What can't be seen on a blank isn't set for it: that saves bytes, and lets curses clear the ends of lines. */
	if (is_blank(cell)) {
		look.attrs &= ATTR_REVERSE | ATTR_UNDERLINE;
		if (!(look.attrs & ATTR_REVERSE)) {
			look.attrs = 0;
			look.fg = frame->looks[ROLE_TEXT].fg;
		}
	}
	return look;
}

static bool same_look(struct theme_look a, struct theme_look b)
{
	return a.fg == b.fg && a.bg == b.bg && a.attrs == b.attrs;
}

/* The look to write a blank in: that of the words around it, if they share one that can't be seen on a blank. Switching
 * attributes off and on again for each space would cost more than the words. */
static struct theme_look blank_look(const struct frame *frame, const struct cell *cells, int x,
				    struct theme_look before)
{
	enum { GAP_MAX = 4 };
	struct theme_look own = look_of(frame, &cells[x]);
	int next = x;

	while (next < frame->width && is_blank(&cells[next]))
		next++;
	if (next == frame->width || next - x > GAP_MAX || before.attrs & (ATTR_REVERSE | ATTR_UNDERLINE) || own.attrs)
		return own;
	return before.bg == own.bg && same_look(before, look_of(frame, &cells[next])) ? before : own;
}

/* The last cell of the screen stays blank, and so does a wide character that ends right before it. Where a terminal
 * can't be told not to wrap, curses writes what belongs in the last cell one cell early and then moves it to the right.
 * That goes wrong when half a character is in the way. */
static bool is_kept_blank(const struct frame *frame, const struct cell *cells, int x, int y)
{
	int from_end = frame->width - x;

	if (y != frame->height - 1 || from_end > 3)
		return false;
	return from_end == 1 ? cells[x].width == 1 : from_end == 2 ? cells[x].width == 0 : cells[x].width == 2;
}

/* Tells curses a line. */
static void put_line(struct frame *frame, const struct cell *cells, int y)
{
	struct theme_look look = {COLOR_NONE, COLOR_NONE, 0};
	int count = 0;

	for (int x = 0; x < frame->width && x < LINE_MAX_CELLS; x++) {
		bool kept_blank = is_kept_blank(frame, cells, x, y);

		if (!cells[x].width && !kept_blank)
			continue;
		wchar_t text[CELL_CHARS + 1] = {L' '};

		look = is_blank(&cells[x]) ? blank_look(frame, cells, x, look) : look_of(frame, &cells[x]);
		int pair = pair_of(frame, look.fg, look.bg);
		if (!kept_blank)
			memcpy(text, cells[x].text, sizeof cells[x].text);
		if (setcchar(&frame->line[count], text, curses_attrs(look.attrs), (short)0, &pair) == OK)
			count++;
	}
	mvadd_wchnstr(y, 0, frame->line, count);
}

/* Takes what curses wrote out of its file. */
static void collect(struct frame *frame)
{
	int fd = fileno(frame->file);

	buf_reset(&frame->written);
	fflush(frame->file);
	off_t length = lseek(fd, 0, SEEK_CUR);
	if (length <= 0)
		return;
	char *room = buf_reserve(&frame->written, (size_t)length);
	if (room && pread(fd, room, (size_t)length, 0) == length)
		buf_commit(&frame->written, (size_t)length);
	else
		frame->whole = true;
	if (ftruncate(fd, 0) != 0 || lseek(fd, 0, SEEK_SET) != 0)
		frame->whole = true;
}

static void place_cursor(struct frame *frame, const struct canvas *canvas)
{
	bool visible = canvas->cursor_x >= 0;

	leaveok(stdscr, !visible);
	if (visible)
		move(canvas->cursor_y, canvas->cursor_x);
	frame->cursor_x = canvas->cursor_x;
	frame->cursor_y = canvas->cursor_y;
}

static void show_cursor(struct frame *frame)
{
	int visible = frame->cursor_x >= 0;

	if (visible != frame->cursor)
		curs_set(visible);
	frame->cursor = visible;
}

/* Tells curses the lines that changed. Returns whether there were any. */
static bool put_lines(struct frame *frame, const struct canvas *canvas)
{
	size_t size = (size_t)frame->width * sizeof *frame->shown;
	bool changed = false;

	for (int y = 0; y < frame->height; y++) {
		struct cell *shown = frame->shown + (size_t)y * (size_t)frame->width;
		const struct cell *wanted = canvas_line(canvas, y);

		if (!frame->whole && !memcmp(shown, wanted, size))
			continue;
		put_line(frame, wanted, y);
		memcpy(shown, wanted, size);
		changed = true;
	}
	return changed;
}

/* When the pairs of colours ran short, all are given up, also those of earlier pictures, and everything is put again.
 * If one frame alone needs more than there are, that is accepted for a while. */
static void renew_pairs(struct frame *frame, const struct canvas *canvas)
{
	enum { PATIENCE = 32 };

	if (!frame->pairs_short || frame->patience-- > 0)
		return;
	memset(frame->pairs, 0, sizeof frame->pairs);
	frame->pair_count = 0;
	frame->pairs_short = false;
	frame->whole = true;
	clearok(curscr, TRUE);
	put_lines(frame, canvas);
	frame->patience = frame->pairs_short ? PATIENCE : 0;
}

void frame_render(struct frame *frame, const struct canvas *canvas, struct buf *out)
{
	bool moved = (canvas->cursor_x >= 0) != frame->cursor || canvas->cursor_x != frame->cursor_x ||
		     canvas->cursor_y != frame->cursor_y;

	if (canvas->width != frame->width || canvas->height != frame->height)
		return;
	if (frame->whole) { /* another program may have set something, too */
		clearok(curscr, TRUE);
		buf_add_str(out, frame->plain);
		frame->sgr.shown = (struct sgr_look){0};
	}
	if (!put_lines(frame, canvas) && !moved && !frame->whole)
		return;
	renew_pairs(frame, canvas);
	frame->whole = false;
	place_cursor(frame, canvas);
	/* The cursor is hidden first, so that nobody sees it jump; but not before curses is back on its screen, since
	 * some terminals keep for each screen whether the cursor is seen. */
	bool resumes = isendwin();
	if (!resumes)
		show_cursor(frame);
	wnoutrefresh(stdscr);
	doupdate();
	if (resumes)
		show_cursor(frame);
	collect(frame);
	sgr_squeeze(&frame->sgr, out, buf_str(&frame->written), frame->written.length);
}

void frame_leave(struct frame *frame, struct buf *out)
{
	endwin();
	collect(frame);
	buf_add(out, buf_str(&frame->written), frame->written.length);
	frame->sgr = (struct sgr){0};
	frame->cursor = -1;
	frame->whole = true;
}
