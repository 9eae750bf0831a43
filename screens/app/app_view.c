/* What the top screen shows, and what people do to it. */
#include "screens/app/app_internal.h"

void app_say_view(struct app *app, struct layer *layer)
{
	const struct screen *screen = layer->screen;

	if (screen->update)
		screen->update(app, layer->state, layer->view);
	view_begin(layer->view, &app->keymaps[layer->id]);
	screen->view(app, layer->state, layer->view);
}

void app_lay_out_view(struct app *app, struct layer *layer, struct rect body)
{
	app->stale = false;
	app_say_view(app, layer);
	/* Which pages the screen asks for depends on which rows are in sight: it is told before the frame is
	 * painted. */
	if (view_layout(layer->view, body)) {
		app_say_view(app, layer);
		(void)view_layout(layer->view, body);
	}
}

struct view_event app_view_event(struct app *app, const struct event *event)
{
	const struct layer *top = app_top(app);

	if (!top)
		return (struct view_event){.kind = VIEW_IGNORED};
	/* Several keys may come at once: each is meant for the screen as the keys before it have left it. */
	if (app->stale)
		app->face->lay_out(app);
	return view_event(top->view, event, !app->typing);
}

void app_seen(struct app *app, const struct view_event *event)
{
	const struct layer *top = app_top(app);
	const struct screen *screen = top->screen;
	int action = (int)event->row;

	if (event->kind == VIEW_ACT) {
		if (!screen->hidden || !screen->hidden(app, top->state, action))
			screen->action(app, top->state, action);
	} else if (event->kind >= VIEW_GO && screen->seen) {
		screen->seen(app, top->state, event);
	}
}
