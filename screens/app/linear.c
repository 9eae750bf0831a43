/* The face of lines: what is said after a line was typed, and when the next one is read. */
#include "screens/app/linear.h"

#include <langinfo.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"

enum {
	BUSY_MS = 5000,	   /* after this time without an answer people are told that the program waits */
	LAST_CALLS_MS = 5000, /* at the end of the input, calls under way get this much time */
	CHROME_LINES = 2,  /* the heading and the hints */
};

static const struct view_lines page_lines = {.most = LINEAR_PAGE - CHROME_LINES};

/* ---- what there is to say ---- */

static void add_heading(struct app *app, struct buf *lines)
{
	const struct session *session = net_session(app->net);
	const struct layer *top = app_top(app);
	char text[LINEAR_SENTENCE];

	linear_add(lines, top->screen->title);
	snprintf(text, sizeof text, session ? "Signed in as %s" : "You are a guest", session ? session->email : "");
	buf_add_char(lines, '\n');
	linear_add(lines, text);
	buf_add_char(lines, '\n');
	if (cart_model_units(app->cart) && app_offers(app, SCREEN_cart))
		buf_printf(lines, "Cart: %lld.\n", (long long)cart_model_units(app->cart));
	if (app->open_sales)
		buf_printf(lines, "Sales: %lld new.\n", (long long)app->open_sales);
	if (!net_online(app->net))
		buf_add_str(lines, "The shop can't be reached.\n");
}

static void add_view(struct app *app, struct buf *lines)
{
	struct layer *top = app_top(app);

	if (top->view)
		view_lines(top->view, &page_lines, lines);
	else
		buf_add_str(lines, "This screen can't be read line by line yet.\n");
}

static void add_overlay(struct app *app, struct buf *lines)
{
	size_t count = overlay_items(app);
	const char *text = overlay_text(app), *yes = overlay_label(app);

	linear_add(lines, text);
	buf_add_char(lines, '\n');
	for (size_t at = 0; at < count; at++) {
		buf_printf(lines, "%zu  ", at + 1);
		linear_add(lines, overlay_item(app, at));
		buf_add_char(lines, '\n');
	}
	if (yes && !count) {
		buf_add_str(lines, "y: ");
		linear_add(lines, yes);
		buf_add_str(lines, " n: no.\n");
	}
}

/* Is this line among those of the text? */
static bool has_line(const struct buf *lines, const char *line, size_t length)
{
	for (const char *at = buf_str(lines); *at; at += strcspn(at, "\n") + 1)
		if (strcspn(at, "\n") == length && !memcmp(at, line, length))
			return true;
	return false;
}

/* Finds the lines that people don't know yet. While they fill in a form, only lines that say what is wrong; after it
 * was sent, these are said again. */
static void find_news(const struct linear *linear, const struct buf *now, struct buf *news)
{
	for (const char *at = buf_str(now); *at; at += strcspn(at, "\n") + 1) {
		size_t length = strcspn(at, "\n");
		bool is_new = !has_line(&linear->said, at, length) || (linear->was_sent && at[0] == '!');
		if (is_new && (at[0] == '!' || !(linear->in_form || (linear->was_sent && linear->rows))))
			buf_add(news, at, length + 1);
	}
}

/* Joins the heading's sentences into one line. */
static void join_heading(struct buf *page, const struct buf *heading)
{
	for (size_t at = 0; at < heading->length; at++)
		buf_add_char(page, heading->bytes[at] == '\n' && at + 1 < heading->length ? ' ' : heading->bytes[at]);
}

/* A new screen is said whole; of a known screen only what has changed. */
static void report_screen(struct app *app)
{
	struct linear *linear = app->linear;
	const struct layer *top = app_top(app);
	struct buf heading, now, page;
	bool is_new = linear->said_of != top->number;

	buf_init(&heading, LINEAR_TEXT_MAX);
	buf_init(&now, LINEAR_TEXT_MAX);
	buf_init(&page, LINEAR_TEXT_MAX);
	add_heading(app, &heading);
	add_view(app, &now);
	if (is_new) {
		join_heading(&page, &heading);
		buf_add(&page, now.bytes, now.length);
		linear_hints(app, &page);
	} else {
		find_news(linear, &heading, &page);
		if (linear->on_page)
			buf_add(&page, now.bytes, now.length);
		else
			find_news(linear, &now, &page);
		if (linear->on_page && top->view && view_lines_has_more(top->view))
			buf_add_str(&page, "More: press Enter.\n");
	}
	if (page.length)
		linear_tell(linear, &page);
	buf_reset(&linear->said);
	buf_add(&linear->said, heading.bytes, heading.length);
	buf_add(&linear->said, now.bytes, now.length);
	linear->said_of = top->number;
	linear->on_page = false;
	buf_done(&heading);
	buf_done(&now);
	buf_done(&page);
}

static void report_overlay(struct app *app)
{
	struct buf lines;

	buf_init(&lines, LINEAR_TEXT_MAX);
	add_overlay(app, &lines);
	linear_tell(app->linear, &lines);
	buf_done(&lines);
	if (!overlay_label(app) && !overlay_items(app))
		overlay_close(app); /* it is a notice, and people have read it now */
}

/* ---- prompts ---- */

/* ": 1 client; 2 seller (seller)": the choices, and the chosen one. */
static void add_choices(struct buf *line, const struct form_field *field)
{
	for (int at = 0; field->row->choices[at]; at++)
		buf_printf(line, "%s %d %s", at ? ";" : ":", at + 1, field->row->choices[at]);
	buf_printf(line, " (%s)", field->row->choices[field->choice]);
}

/* "E-mail (ada@example.com): ", with the text that is in the field already. */
static void put_typing_prompt(struct linear *linear, const struct view_typed *typed)
{
	const char *label = typed->label ? typed->label : "Text";
	bool secret = typed->field && typed->field->secret;
	struct buf line, clean;

	buf_init(&line, LINEAR_TEXT_MAX);
	buf_init(&clean, LINEAR_TEXT_MAX);
	buf_add_str(&line, label);
	if (!typed->field && typed->form)
		add_choices(&line, &typed->form->fields[typed->form->focus]);
	else if (typed->field && !field_is_empty(typed->field))
		buf_printf(&line, " (%s)", secret ? "typed" : field_text(typed->field));
	buf_add_str(&line, ": ");
	text_sanitise(&clean, line.bytes, line.length); /* labels and choices may come from the platform */
	linear_io_echo(&linear->io, !secret); /* before people see the prompt and begin to type */
	linear_io_put(&linear->io, clean.bytes, clean.length);
	buf_done(&clean);
	buf_done(&line);
}

/* A form that is new to people is asked from its first field on, which may be a choice. True when the focus is further
 * down: it is then sent to the first field. */
static bool begin_form(struct app *app)
{
	struct linear *linear = app->linear;
	struct view_typed typed;

	if (app->overlay)
		return false;
	if (!linear_typed(app, &typed) || !typed.form) {
		linear->rows = NULL;
		return false;
	}
	if (linear->rows == typed.form->fields[0].row)
		return false;
	linear->rows = typed.form->fields[0].row;
	linear->asked = 0;
	linear->sent = false;
	if (!typed.form->focus || form_has_errors(typed.form) || !typed.id)
		return false;
	app_seen(app, &(struct view_event){.kind = VIEW_GO, .id = typed.id, .row = 0, .column = -1});
	app_dirty(app);
	return true;
}

static void prompt(struct app *app)
{
	struct linear *linear = app->linear;
	struct view_typed typed;

	if (linear_typed(app, &typed))
		put_typing_prompt(linear, &typed);
	else
		linear_io_put(&linear->io, "> ", 2);
	linear->waits = true;
}

/* ---- one line after the other ---- */

/* Nothing is under way that could change what people are told next. */
static bool is_at_rest(const struct app *app)
{
	const struct layer *top = app_top(app);
	int64_t soon = clock_monotonic() + APP_SYNC_SOON_MS;

	return !app->dirty && !app->kept_count && !app->reconnect[0] && top && !net_is_awaited(app->net) &&
	       !(top->timer_at && top->timer_at < soon);
}

static void linear_lay_out(struct app *app)
{
	struct layer *top = app_top(app);

	app->stale = false;
	if (!top || !top->view)
		return;
	app_say_view(app, top);
	if (view_lines_layout(top->view, &page_lines)) {
		app_say_view(app, top);
		(void)view_lines_layout(top->view, &page_lines);
	}
	app->typing = view_is_typing(top->view);
}

static void give_key(struct app *app, uint32_t key)
{
	app_event(app, &(struct event){.kind = EVENT_KEY, .key = key});
}

/* Replaces the text in the field. It is given as a paste, so the field cleans it like any other text. */
static void give_text(struct app *app, const char *text)
{
	struct view_typed typed;

	if (linear_typed(app, &typed) && typed.field) {
		give_key(app, KEYSYM_End);
		give_key(app, KEYMOD_CTRL | 'u');
	}
	app_event(app, &(struct event){.kind = EVENT_PASTE, .text = text, .length = strlen(text)});
	/* The paste may have begun the typing, such as of a quantity. */
	linear_lay_out(app);
	if (!linear_typed(app, &typed) || !typed.field)
		linear_say(app->linear, "Nothing can be typed here");
	else if (!typed.form && app->linear->step == app->linear->step_count)
		give_key(app, KEYSYM_Enter);
}

static void take_step(struct app *app)
{
	struct linear *linear = app->linear;
	struct linear_step step = linear->steps[linear->step++];
	struct view_event event = {.kind = step.kind == LINEAR_CHOOSE ? VIEW_CHOOSE : VIEW_GO,
				   .id = step.id,
				   .row = step.row,
				   .column = -1};

	switch (step.kind) {
	case LINEAR_GO:
	case LINEAR_CHOOSE:
		app_seen(app, &event);
		break;
	case LINEAR_KEY:
		give_key(app, step.key);
		break;
	case LINEAR_ACT:
		event.kind = VIEW_ACT;
		app_seen(app, &event);
		break;
	case LINEAR_TEXT:
		give_text(app, step.text);
		break;
	case LINEAR_ITEM:
		overlay_choose(app, (size_t)step.row);
		break;
	}
	app_dirty(app);
}

/* The length of a question's sentences before the last one, which asks. */
static size_t statement_of(const char *question)
{
	size_t end = 0;

	for (size_t at = 0; question[at]; at++)
		if (question[at] == '.')
			end = at + 1;
	return end;
}

/* No more input will come: what is under way is finished, and what would be lost is said. */
static void finish(struct app *app)
{
	struct linear *linear = app->linear;
	int64_t now = clock_monotonic();

	if (!linear->ended_at)
		linear->ended_at = now;
	if (net_oldest_ms(app->net, NULL) >= 0 && now - linear->ended_at < LAST_CALLS_MS)
		return;
	const char *question = app_lost(app);
	if (question)
		err_set(&app->quit_err, ERR_CANCELLED, "%.*s%sThe input ended here.", (int)statement_of(question),
			question, statement_of(question) ? " " : "");
	app->quit = true;
}

static void take_line(struct app *app, enum linear_line line)
{
	struct linear *linear = app->linear;
	struct view_typed typed;
	bool secret = linear_typed(app, &typed) && typed.field && typed.field->secret;

	app->last_input = clock_monotonic();
	/* When no terminal shows the typed text, the output repeats it. */
	if (!linear->io.terminal || linear->io.hidden) {
		struct buf shown;
		buf_init(&shown, LINEAR_TEXT_MAX);
		if (line == LINEAR_GIVEN && !secret)
			text_sanitise(&shown, linear->line, strlen(linear->line));
		buf_add_char(&shown, '\n');
		linear_io_put(&linear->io, shown.bytes, shown.length);
		buf_done(&shown);
	}
	linear_io_echo(&linear->io, true);
	linear->waits = linear->told = false;
	linear->step = linear->step_count = 0;
	if (line == LINEAR_TOO_LONG)
		linear_say(linear, "That line is too long, and was left out: %d bytes at most", LINEAR_LINE);
	else if (line == LINEAR_NO_TEXT)
		linear_say(linear, "That line has a control character in it, and was left out");
	else
		linear_words(app);
	app_dirty(app);
}

static void linear_read(struct app *app)
{
	struct linear *linear = app->linear;

	linear_io_flush(&linear->io);
	if (linear->io.gone && !app->quit) {
		app->quit_signal = SIGPIPE;
		app->quit = true;
	}
	if (app->quit || linear_io_is_behind(&linear->io))
		return;
	if (!linear->waits) {
		if (linear->step < linear->step_count && is_at_rest(app))
			take_step(app);
		return;
	}
	enum linear_line line = linear_io_next(&linear->io, linear->line);
	if (line == LINEAR_END)
		finish(app);
	else if (line != LINEAR_NONE)
		take_line(app, line);
}

/* Says once that the program waits, when an answer takes long. */
static void tell_busy(struct linear *linear)
{
	int64_t now = clock_monotonic();

	if (!linear->busy_at)
		linear->busy_at = now;
	if (now - linear->busy_at < BUSY_MS || now < linear->busy_at)
		return;
	linear_say(linear, "The shop has not answered yet");
	linear->busy_at = INT64_MAX;
}

static void linear_show(struct app *app)
{
	struct linear *linear = app->linear;

	if (app->dirty) {
		app->dirty = false;
		linear_lay_out(app);
	}
	if (linear->waits || app->quit || !app_top(app))
		return;
	if (!is_at_rest(app)) {
		tell_busy(linear);
		return;
	}
	linear->busy_at = 0;
	if (linear->step < linear->step_count)
		return;
	if (app->overlay)
		report_overlay(app);
	else
		report_screen(app);
	if (app->dirty || begin_form(app))
		return;
	if (!linear->told && !linear->rows)
		linear_say(linear, "Nothing has changed here");
	explicit_bzero(linear->line, sizeof linear->line);
	prompt(app);
}

static int linear_wait(const struct app *app)
{
	const struct linear *linear = app->linear;

	if (linear_io_is_behind(&linear->io))
		return -1;
	if (app->dirty || linear->io.gone || (linear->waits && linear_io_has_line(&linear->io)) ||
	    (!linear->waits && linear->step < linear->step_count && is_at_rest(app)))
		return 0;
	if (linear->waits && linear->io.ended)
		return linear->ended_at ? LAST_CALLS_MS : 0;
	return linear->waits || linear->busy_at == INT64_MAX ? -1 : BUSY_MS;
}

static size_t linear_fds(const struct app *app, struct pollfd ret_fds[FACE_FDS])
{
	const struct linear *linear = app->linear;
	size_t count = 0;

	if (linear->waits && !linear->io.ended)
		ret_fds[count++] = (struct pollfd){.fd = STDIN_FILENO, .events = POLLIN};
	if (linear_io_is_behind(&linear->io))
		ret_fds[count++] = (struct pollfd){.fd = STDOUT_FILENO, .events = POLLOUT};
	return count;
}

/* ---- the rest of the face ---- */

static bool linear_open(struct app *app, struct err *err)
{
	app->linear = calloc(1, sizeof *app->linear);
	if (!app->linear)
		return err_memory(err, "starting");
	linear_io_init(&app->linear->io);
	buf_init(&app->linear->said, LINEAR_TEXT_MAX);
	buf_init(&app->linear->rest, LINEAR_TEXT_MAX);
	app->linear->told = true;
	return true;
}

static void linear_close(struct app *app)
{
	struct linear *linear = app->linear;

	if (!linear)
		return;
	linear_begin(linear);
	linear_io_done(&linear->io);
	buf_done(&linear->said);
	buf_done(&linear->rest);
	explicit_bzero(linear->line, sizeof linear->line);
	free(linear);
	app->linear = NULL;
}

/* If there is a prompt already, it is shown again below the message. */
static void linear_say_message(struct app *app, enum toast_kind kind, const char *hint, const char *text)
{
	(void)kind;
	linear_say_with(app->linear, text, hint);
}

static bool linear_is_too_small(const struct app *app)
{
	(void)app;
	return false;
}

static void nothing(struct app *app)
{
	(void)app;
}

static void linear_suspend(struct app *app)
{
	linear_io_echo(&app->linear->io, true);
}

/* After a stop people get the prompt again. */
static bool linear_resume(struct app *app)
{
	linear_begin(app->linear);
	return true;
}

static void set_no_theme(struct app *app, const struct theme *theme)
{
	(void)app;
	(void)theme;
}

static enum color_depth linear_depth(const struct app *app)
{
	(void)app;
	return DEPTH_MONO;
}

static const struct glyphs *linear_glyphs(const struct app *app)
{
	return app->linear->io.ascii ? &glyphs_ascii : &glyphs_utf8;
}

const struct face face_lines = {
    .open = linear_open,
    .close = linear_close,
    .read = linear_read,
    .show = linear_show,
    .wait = linear_wait,
    .fds = linear_fds,
    .say = linear_say_message,
    .lay_out = linear_lay_out,
    .is_too_small = linear_is_too_small,
    .resize = nothing,
    .redraw = nothing,
    .suspend = linear_suspend,
    .resume = linear_resume,
    .set_theme = set_no_theme,
    .depth = linear_depth,
    .glyphs = linear_glyphs,
    .crashed = linear_io_restore_in_signal,
};
