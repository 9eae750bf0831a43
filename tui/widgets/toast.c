#include "tui/widgets/toast.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char open_hint[] = "Enter more";

void toast_show(struct toast *toast, enum toast_kind kind, int64_t now, const char *hint, const char *format, ...)
{
	va_list args;

	*toast = (struct toast){.kind = kind, .until = kind == TOAST_BAD ? 0 : now + TOAST_MS};
	va_start(args, format);
	vsnprintf(toast->text, sizeof toast->text, format, args);
	va_end(args);
	if (hint)
		snprintf(toast->hint, sizeof toast->hint, "%s", hint);
}

bool toast_key(struct toast *toast)
{
	toast->answered = true;
	return toast->kind != TOAST_BAD && toast_dismiss(toast);
}

bool toast_dismiss(struct toast *toast)
{
	bool was = toast->kind != TOAST_NONE;

	toast->kind = TOAST_NONE;
	return was;
}

bool toast_tick(struct toast *toast, int64_t now)
{
	return toast->kind && toast->until && now >= toast->until && toast_dismiss(toast);
}

int toast_wait(const struct toast *toast, int64_t now)
{
	if (!toast->kind || !toast->until)
		return -1;
	return toast->until > now ? (int)(toast->until - now) : 0;
}

bool toast_opens(const struct toast *toast, bool typing)
{
	return toast->kind && toast->cut && !(typing && toast->answered);
}

void toast_paint(struct toast *toast, struct canvas *canvas, struct rect line)
{
	enum { MARGIN = 3, GAP = 2, TEXT_MIN = 10 };
	const struct glyphs *glyphs = canvas_glyphs(canvas);
	const struct {
		const char *sign;
		enum role role;
	} looks[] = {
	    [TOAST_INFO] = {" ", ROLE_TEXT},
	    [TOAST_GOOD] = {glyphs->check, ROLE_GOOD},
	    [TOAST_WARN] = {"!", ROLE_WARN},
	    [TOAST_BAD] = {"!", ROLE_BAD},
	};

	if (!toast->kind || rect_is_empty(line))
		return;
	enum role role = looks[toast->kind].role;
	int room = line.width - MARGIN - 1;
	int text = paint_width(canvas, toast->text, strlen(toast->text));
	int hint = paint_width(canvas, toast->hint, strlen(toast->hint));

	hint = hint && hint + GAP + TEXT_MIN < room ? hint + GAP : 0;
	toast->cut = text > room - hint;
	paint_fill(canvas, line, ROLE_TEXT);
	paint_glyph(canvas, line.x + 1, line.y, role, looks[toast->kind].sign);
	if (hint) {
		paint_right(canvas, line.x + MARGIN, line.y, room, ROLE_ACCENT, toast->hint);
		room -= hint;
	}
	if (toast_opens(toast, canvas_is_typing(canvas)) && (int)sizeof open_hint + GAP + TEXT_MIN < room) {
		paint_right(canvas, line.x + MARGIN, line.y, room, ROLE_ACCENT, open_hint);
		room -= (int)sizeof open_hint - 1 + GAP;
	}
	paint_str(canvas, line.x + MARGIN, line.y, room, role, toast->text);
}

void spinner_start(struct spinner *spinner, int64_t now)
{
	if (!spinner->since)
		spinner->since = now ? now : 1;
}

void spinner_stop(struct spinner *spinner)
{
	spinner->since = 0;
}

int spinner_step(const struct spinner *spinner, int64_t now)
{
	int64_t shown = now - spinner->since - SPINNER_DELAY_MS;

	if (!spinner->since || shown < 0)
		return -1;
	return (int)(shown / SPINNER_STEP_MS % GLYPH_SPINNER);
}

int spinner_wait(const struct spinner *spinner, int64_t now)
{
	int64_t shown = now - spinner->since - SPINNER_DELAY_MS;

	if (!spinner->since)
		return -1;
	return shown < 0 ? (int)-shown : (int)(SPINNER_STEP_MS - shown % SPINNER_STEP_MS);
}

void spinner_paint(const struct spinner *spinner, struct canvas *canvas, int x, int y, int64_t now)
{
	int step = spinner_step(spinner, now);

	if (step >= 0)
		paint_glyph(canvas, x, y, ROLE_ACCENT, canvas_glyphs(canvas)->spinner[step]);
}
