/* Header, footer, messages: what is around every screen. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "screens/app_internal.h"

/* The header's entries, by who is signed in (GROUP_NONE first). */
static const enum screen_id menus[][3] = {
    {SCREEN_shop, SCREEN_cart, SCREEN_sign_in},
    {SCREEN_shop, SCREEN_cart, SCREEN_purchases},
    {SCREEN_inventory, SCREEN_sales, SCREEN_dashboard},
};
enum { MENU_ENTRIES = 3, HEADER_TEXT = 256 };

static void entry_text(struct app *app, enum screen_id id, char *text, size_t size)
{
	int64_t number = id == SCREEN_cart ? cart_model_units(app->cart) : id == SCREEN_sales ? app->open_sales : 0;

	if (number)
		snprintf(text, size, "%s %lld", app_screens[id]->title, (long long)number);
	else
		snprintf(text, size, "%s", app_screens[id]->title);
}

/* "Shop · Cart 2 · Purchases", the present one strong. Returns the columns used. */
static int paint_menu(struct app *app, struct canvas *canvas, int x, int width)
{
	const struct layer *top = app_top(app);
	const enum screen_id *menu = menus[app_group(app) + 1];
	int used = 0;

	for (int i = 0; i < MENU_ENTRIES; i++) {
		char text[HEADER_TEXT];
		bool here = top && top->id == menu[i];

		entry_text(app, menu[i], text, sizeof text);
		if (i)
			used += paint_printf(canvas, x + used, 0, width - used, ROLE_FAINT, " %s ",
					     app_glyphs(app)->dot);
		used += paint_str(canvas, x + used, 0, width - used, here ? ROLE_HEADER : ROLE_FAINT, text);
	}
	return used;
}

/* "Cart › Checkout": the last two screens of the stack. */
static int paint_path(struct app *app, struct canvas *canvas, int x, int width)
{
	const struct layer *top = app_top(app);
	int used = 0;

	if (app->depth > 1) {
		used += paint_str(canvas, x, 0, width, ROLE_FAINT, app->stack[app->depth - 2]->screen->title);
		used += paint_printf(canvas, x + used, 0, width - used, ROLE_FAINT, " %s ", app_glyphs(app)->chevron);
	}
	return used + paint_str(canvas, x + used, 0, width - used, ROLE_HEADER, top->screen->title);
}

/* Who and where, from the right: "ada@example.com  EUR  ● online". Returns the columns used. */
static int paint_who(struct app *app, struct canvas *canvas, int right, int width)
{
	const struct session *session = net_session(app->net);
	bool online = net_online(app->net);
	bool wide = canvas_width(canvas) >= 100;
	char text[HEADER_TEXT] = "";
	int used = 0;

	if (!online || wide) {
		snprintf(text, sizeof text, "%s %s", online ? app_glyphs(app)->bullet : "!",
			 online ? "online" : "offline");
		int columns = paint_width(canvas, text, strlen(text));
		used += columns;
		paint_str(canvas, right - used, 0, columns, online ? ROLE_GOOD : ROLE_BAD, text);
		used += 2;
	}
	snprintf(text, sizeof text, "%s%s%s", session ? session->email : "guest", *app_currency(app) ? "  " : "",
		 app_currency(app));
	int columns = paint_width(canvas, text, strlen(text));
	if (columns > width - used)
		columns = width - used;
	if (columns > 0) {
		used += columns;
		paint_str(canvas, right - used, 0, columns, ROLE_FAINT, text);
	}
	used += 2;
	spinner_paint(&app->spinner, canvas, right - used, 0, clock_monotonic());
	return used + 1;
}

static void paint_header(struct app *app, struct canvas *canvas, struct rect header)
{
	const struct layer *top = app_top(app);
	int x = header.x + 1;
	int name = paint_str(canvas, x, header.y, header.width, ROLE_STRONG, "Vitrine");
	int who = paint_who(app, canvas, header.x + header.width - 1, header.width / 2);
	int room = header.width - 1 - name - 3 - who - 1;

	if (top && top->screen->in_menu)
		paint_menu(app, canvas, x + name + 3, room);
	else if (top)
		paint_path(app, canvas, x + name + 3, room);
}

static bool is_hidden(const struct keymap *keymap, int action, void *user)
{
	struct app *app = user;
	const struct layer *top = app_top(app);

	return keymap != &app->keymaps[SCREENS] && top && top->screen->hidden &&
	       top->screen->hidden(app, top->state, action);
}

static void paint_keys(struct app *app, struct canvas *canvas, struct rect footer)
{
	const struct layer *top = app_top(app);
	const struct keymap *keymaps[] = {top ? &app->keymaps[top->id] : &app->keymaps[SCREENS], &app->keymaps[SCREENS]};

	app->footer_rect = rect_inset(footer, 1, 0);
	app->footer_count = keymap_footer(keymaps, top ? 2 : 1, app->footer_rect.width, EVERYWHERE_HELP, is_hidden, app,
					  app->footer);
	paint_footer(canvas, app->footer_rect, app->footer, app->footer_count);
}

static void paint_too_small(struct canvas *canvas, int width, int height)
{
	int middle = height / 2;

	paint_str(canvas, 0, middle ? middle - 1 : 0, width, ROLE_STRONG, "Too small");
	paint_printf(canvas, 0, middle, width, ROLE_TEXT, "%dx%d; Vitrine needs %dx%d", width, height, LAYOUT_MIN_WIDTH,
		     LAYOUT_MIN_HEIGHT);
}

static void set_title(struct app *app)
{
	const struct layer *top = app_top(app);
	char title[HEADER_TEXT];

	snprintf(title, sizeof title, "Vitrine: %s", top ? top->screen->title : "");
	terminal_title(app->terminal, title);
}

void app_paint(struct app *app)
{
	struct canvas *canvas = terminal_canvas(app->terminal);
	int width = canvas_width(canvas), height = canvas_height(canvas);
	struct layer *top = app_top(app);

	canvas_clear(canvas);
	app->footer_count = 0;
	if (layout_size(width, height) == LAYOUT_TOO_SMALL) {
		paint_too_small(canvas, width, height);
		return;
	}
	struct layout_frame frame = layout_frame(width, height, app->toast.kind != TOAST_NONE);
	paint_header(app, canvas, frame.header);
	paint_hrule(canvas, frame.header_rule.x, frame.header_rule.y, frame.header_rule.width);
	if (top) {
		struct rect clip = canvas_clip(canvas, frame.body);
		top->screen->paint(app, top->state, canvas, frame.body);
		canvas_unclip(canvas, clip);
	}
	if (app->toast.kind != TOAST_NONE)
		toast_paint(&app->toast, canvas, frame.toast);
	paint_hrule(canvas, frame.footer_rule.x, frame.footer_rule.y, frame.footer_rule.width);
	paint_keys(app, canvas, frame.footer);
	overlay_paint(app, canvas);
	set_title(app);
}

/* ---- time ---- */

static int sooner(int a, int b)
{
	return a < 0 ? b : b < 0 || a < b ? a : b;
}

int app_chrome_wait(const struct app *app)
{
	int64_t now = clock_monotonic();

	return sooner(toast_wait(&app->toast, now), spinner_wait(&app->spinner, now));
}

void app_chrome_tick(struct app *app)
{
	int64_t now = clock_monotonic();
	int64_t oldest = net_oldest_ms(app->net, NULL);
	int step = spinner_step(&app->spinner, now);

	if (toast_tick(&app->toast, now))
		app_dirty(app);
	if (oldest < 0)
		spinner_stop(&app->spinner);
	else
		spinner_start(&app->spinner, now - oldest);
	if (spinner_step(&app->spinner, now) != step || step >= 0)
		app_dirty(app);
}

void app_say(struct app *app, enum toast_kind kind, const char *hint, const char *format, ...)
{
	char text[sizeof app->toast.text];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	toast_show(&app->toast, kind, clock_monotonic(), hint, "%s", text);
	app_dirty(app);
}

const struct glyphs *app_glyphs(struct app *app)
{
	return canvas_glyphs(terminal_canvas(app->terminal));
}
