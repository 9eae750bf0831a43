/* widget.h: what all widgets have in common.
 *
 * A widget is a struct that its owner embeds: _init, then _event (or _key) for each event, then _paint. Painting changes
 * nothing but what follows from the size (a scroll offset). Widgets call nobody back: they say what became of an event.
 */
#ifndef VITRINE_TUI_WIDGETS_WIDGET_H
#define VITRINE_TUI_WIDGETS_WIDGET_H

enum widget_result {
	WIDGET_IGNORED, /* not for it: the owner may use the event */
	WIDGET_HANDLED, /* it has changed, or swallowed the event */
	WIDGET_CHOSEN,  /* Enter, or what confirms it */
	WIDGET_CLOSED,  /* Esc */
};

#endif
