/* widget.h: what all widgets have in common.
 *
 * A widget is a struct that its owner embeds: _init, then _event (or _key) for each event, then _show, which changes
 * nothing in it: whoever shows it keeps how far it is scrolled. Widgets have no callbacks: they return what became of
 * an event.
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
