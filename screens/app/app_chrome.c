/* Header, footer, messages: what is around every screen. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "screens/app/app_internal.h"

/* The entries of the header's menu for each group (GROUP_NONE first). */
static const enum screen_id menus[][MENU_ENTRIES] = {
    {SCREEN_shop, SCREEN_cart, SCREEN_sign_in},
    {SCREEN_shop, SCREEN_cart, SCREEN_purchases},
    {SCREEN_inventory, SCREEN_sales, SCREEN_dashboard},
};
#define BRAND "Vitrine"
enum { HEADER_TEXT = 256 };

/* A seller who looks into the shop is on none of the seller's own entries. */
static bool is_in_menu(const struct app *app, enum screen_id id)
{
	const struct session *session = net_session(app->net);
	const enum screen_id *menu = menus[session ? session->group + 1 : 0];

	for (int i = 0; i < MENU_ENTRIES; i++)
		if (menu[i] == id && app_screens[id]->in_menu)
			return true;
	return false;
}

static void entry_text(struct app *app, enum screen_id id, bool brief, char *text, size_t size)
{
	int64_t number = id == SCREEN_cart ? cart_model_units(app->cart) : id == SCREEN_sales ? app->open_sales : 0;

	if (number)
		snprintf(text, size, "%s %lld%s", app_screens[id]->title, (long long)number,
			 id == SCREEN_sales && !brief ? " new" : "");
	else
		snprintf(text, size, "%s", app_screens[id]->title);
}

/* ---- the header ---- */

/* The parts of the header that there is room for. */
struct header {
	int brand, left, who, currency, link; /* the columns of each; 0: it is left out */
	bool below;                           /* the path names the screen below, too */
	bool brief;                           /* the menu shows numbers without words */
	char email[HEADER_TEXT], link_text[32];
};

enum { MARGIN = 1, BRAND_GAP = 3, SPINNER_GAP = 3, GAP = 2, WHO_MIN = 8, LINK_WIDTH = 100, SEPARATOR = 3 };

static int text_columns(struct canvas *canvas, const char *text)
{
	return paint_width(canvas, text, strlen(text));
}

static int menu_columns(struct app *app, struct canvas *canvas, bool brief)
{
	const enum screen_id *menu = menus[app_group(app) + 1];
	int columns = 0;

	for (int i = 0; i < MENU_ENTRIES; i++) {
		char text[HEADER_TEXT];
		if (!app_offers(app, menu[i]))
			continue;
		entry_text(app, menu[i], brief, text, sizeof text);
		columns += (columns ? SEPARATOR : 0) + text_columns(canvas, text);
	}
	return columns;
}

/* Takes the columns of a part and the gap beside it from the room, if there is so much. */
static int take(int *room, int gap, int columns)
{
	if (!columns || gap + columns > *room)
		return 0;
	*room -= gap + columns;
	return columns;
}

/* The order in which parts get room: where people are, that the platform is out of reach, who is signed in, the
 * currency, the brand. */
static struct header fit_header(struct app *app, struct canvas *canvas, int width)
{
	const struct layer *top = app_top(app);
	const struct session *session = net_session(app->net);
	bool online = net_online(app->net), menu = is_in_menu(app, top->id);
	int room = width - 2 * MARGIN - SPINNER_GAP;
	struct header header = {.below = false};

	snprintf(header.email, sizeof header.email, "%s", session ? session->email : "guest");
	snprintf(header.link_text, sizeof header.link_text, "%s %s", online ? app_glyphs(app)->bullet : "!",
		 online ? "online" : "offline");
	int link = online && width < LINK_WIDTH ? 0 : text_columns(canvas, header.link_text);
	int who = text_columns(canvas, header.email);
	int title = text_columns(canvas, top->screen->title);

	header.link = take(&room, 0, online ? 0 : link);
	header.brief = menu && menu_columns(app, canvas, false) > room;
	header.left = menu ? menu_columns(app, canvas, header.brief) : title;
	if (header.left > room)
		header.left = room;
	room -= header.left;
	if (!menu && app->depth > 1) {
		const char *below = app->stack[app->depth - 2]->screen->title;
		header.below = take(&room, SEPARATOR, text_columns(canvas, below)) != 0;
		header.left += header.below ? SEPARATOR + text_columns(canvas, below) : 0;
	}
	header.who = take(&room, header.link ? GAP : 0, who);
	if (!header.who && room - (header.link ? GAP : 0) >= WHO_MIN)
		header.who = take(&room, header.link ? GAP : 0, room - (header.link ? GAP : 0));
	header.currency = header.who == who ? take(&room, GAP, text_columns(canvas, app_currency(app))) : 0;
	header.brand = take(&room, BRAND_GAP, text_columns(canvas, BRAND));
	if (!header.link)
		header.link = take(&room, GAP, link);
	return header;
}

/* "Shop · Cart 2 · Purchases", the current one strong; a click opens an entry. */
static void paint_menu(struct app *app, struct canvas *canvas, int x, int y, const struct header *header)
{
	const struct layer *top = app_top(app);
	const enum screen_id *menu = menus[app_group(app) + 1];
	int used = 0, width = header->left;

	for (int i = 0; i < MENU_ENTRIES; i++) {
		char text[HEADER_TEXT];
		bool here = top->id == menu[i];

		if (!app_offers(app, menu[i]))
			continue;
		entry_text(app, menu[i], header->brief, text, sizeof text);
		if (used)
			used += paint_printf(canvas, x + used, y, width - used, ROLE_FAINT, " %s ",
					     app_glyphs(app)->dot);
		int columns = paint_str(canvas, x + used, y, width - used, here ? ROLE_HEADER : ROLE_FAINT, text);
		app->menu[i] = (struct menu_place){{x + used, y, columns, 1}, menu[i]};
		used += columns;
	}
}

/* "Cart › Checkout": the last two screens of the stack. */
static void paint_path(struct app *app, struct canvas *canvas, int x, int y, int width, bool below)
{
	const struct layer *top = app_top(app);
	int used = 0;

	if (below) {
		used += paint_str(canvas, x, y, width, ROLE_FAINT, app->stack[app->depth - 2]->screen->title);
		used += paint_printf(canvas, x + used, y, width - used, ROLE_FAINT, " %s ", app_glyphs(app)->chevron);
	}
	paint_str(canvas, x + used, y, width - used, ROLE_HEADER, top->screen->title);
}

/* Who is signed in, and the platform, from the right: "ada@example.com  EUR  ● online". */
static void paint_who(struct app *app, struct canvas *canvas, const struct header *header, int right, int y)
{
	const struct {
		const char *text;
		int columns;
		enum role role;
	} parts[] = {
	    {header->link_text, header->link, net_online(app->net) ? ROLE_GOOD : ROLE_BAD},
	    {app_currency(app), header->currency, ROLE_FAINT},
	    {header->email, header->who, ROLE_FAINT},
	};

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		if (!parts[i].columns)
			continue;
		right -= parts[i].columns;
		paint_str(canvas, right, y, parts[i].columns, parts[i].role, parts[i].text);
		right -= GAP;
	}
	spinner_paint(&app->spinner, canvas, right, y, clock_monotonic());
}

static void paint_header(struct app *app, struct canvas *canvas, struct rect rect)
{
	const struct layer *top = app_top(app);
	int x = rect.x + MARGIN;

	if (!top) {
		paint_str(canvas, x, rect.y, rect.width, ROLE_STRONG, BRAND);
		return;
	}
	struct header header = fit_header(app, canvas, rect.width);
	if (header.brand)
		x += paint_str(canvas, x, rect.y, header.brand, ROLE_STRONG, BRAND) + BRAND_GAP;
	if (is_in_menu(app, top->id))
		paint_menu(app, canvas, x, rect.y, &header);
	else
		paint_path(app, canvas, x, rect.y, header.left, header.below);
	paint_who(app, canvas, &header, rect.x + rect.width - MARGIN, rect.y);
}

/* ---- the footer ---- */

static bool is_everywhere(const struct app *app, const struct keymap *keymap)
{
	return keymap == &app->keymaps[SCREENS] || keymap == &app->typing_keys;
}

/* While people type, a letter is text: keys that are letters aren't offered then. */
static bool is_typed(const struct app *app, const struct keymap *keymap, int action)
{
	if (keymap == &app->typing_keys && action == EVERYWHERE_HELP)
		return false; /* help is always offered */
	for (size_t at = 0; app->typing && at < keymap->count; at++)
		if (keymap->bindings[at].action == action)
			return key_is_text(keymap->keys[at][0]);
	return false;
}

bool app_is_hidden(const struct keymap *keymap, int action, void *user)
{
	struct app *app = user;
	const struct layer *top = app_top(app);

	return !is_everywhere(app, keymap) && top && top->screen->hidden &&
	       top->screen->hidden(app, top->state, action);
}

static const char *footer_label(const struct keymap *keymap, const struct binding *binding, void *user)
{
	struct app *app = user;
	const struct layer *top = app_top(app);
	bool own = !is_everywhere(app, keymap), back = !own && binding->action == EVERYWHERE_BACK;
	const char *label = binding->label, *now = NULL;

	if (is_typed(app, keymap, binding->action) || app_is_hidden(keymap, binding->action, app))
		return NULL;
	if (back)
		label = app->depth < 2 ? NULL : top->screen->back ? top->screen->back : label;
	if (top && (own || back) && top->screen->label)
		now = top->screen->label(app, top->state, own ? binding->action : SCREEN_BACK);
	return now ? now : label;
}

static void paint_keys(struct app *app, struct canvas *canvas, struct rect footer)
{
	const struct layer *top = app_top(app);
	const struct keymap *everywhere = app->typing ? &app->typing_keys : &app->keymaps[SCREENS];
	const struct keymap *keymaps[] = {top ? &app->keymaps[top->id] : everywhere, everywhere};

	app->footer_rect = rect_inset(footer, 1, 0);
	app->footer_count = keymap_footer(keymaps, top ? 2 : 1, app->footer_rect.width, EVERYWHERE_HELP, footer_label,
					  app, app->footer);
	paint_footer(canvas, app->footer_rect, app->footer, app->footer_count);
}

static void paint_too_small(struct app *app, struct canvas *canvas, int width, int height)
{
	enum { ROOM = 28 }; /* columns for the whole sentence */
	int middle = height / 2;

	paint_str(canvas, 0, middle ? middle - 1 : 0, width, ROLE_STRONG, "Too small");
	paint_printf(canvas, 0, middle, width, ROLE_TEXT, width < ROOM ? "%dx%d<%dx%d" : "%dx%d; Vitrine needs %dx%d",
		     width, height, LAYOUT_MIN_WIDTH, LAYOUT_MIN_HEIGHT);
	if (app_lost(app))
		paint_str(canvas, 0, middle + 1, width, ROLE_WARN, "Something is not saved");
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
	memset(app->menu, 0, sizeof app->menu);
	if (layout_size(width, height) == LAYOUT_TOO_SMALL) {
		paint_too_small(app, canvas, width, height);
		return;
	}
	struct layout_frame frame = layout_frame(width, height, app->toast.kind != TOAST_NONE);
	paint_header(app, canvas, frame.header);
	paint_hrule(canvas, frame.header_rule.x, frame.header_rule.y, frame.header_rule.width);
	if (top) {
		struct rect clip = canvas_clip(canvas, frame.body);
		app_lay_out_view(app, top, frame.body);
		view_paint(top->view, canvas);
		canvas_unclip(canvas, clip);
	}
	app->typing = canvas_is_typing(canvas);
	app->toast_rect = frame.toast;
	if (app->toast.kind != TOAST_NONE)
		toast_paint(&app->toast, canvas, frame.toast);
	paint_hrule(canvas, frame.footer_rule.x, frame.footer_rule.y, frame.footer_rule.width);
	paint_keys(app, canvas, frame.footer);
	overlay_paint(app, canvas);
	set_title(app);
}

void app_lay_out(struct app *app)
{
	const struct canvas *canvas = terminal_canvas(app->terminal);
	int width = canvas_width(canvas), height = canvas_height(canvas);
	struct layer *top = app_top(app);

	if (!top || layout_size(width, height) == LAYOUT_TOO_SMALL)
		return;
	app_lay_out_view(app, top, layout_frame(width, height, app->toast.kind != TOAST_NONE).body);
	app->typing = view_is_typing(top->view);
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
	app->face->say(app, kind, hint, text);
	app_dirty(app);
}

const struct glyphs *app_glyphs(struct app *app)
{
	return app->face->glyphs(app);
}
