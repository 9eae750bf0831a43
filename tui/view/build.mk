# tui/view/: what there is to see on a screen, said as blocks, and what shows them.

noinst_LIBRARIES += %D%/libview.a

%C%_libview_a_SOURCES = \
	%D%/cells.c \
	%D%/cells_chart.c \
	%D%/cells_table.c \
	%D%/events.c \
	%D%/internal.h \
	%D%/kept.c \
	%D%/layout.c \
	%D%/lines.c \
	%D%/measure.c \
	%D%/needs.c \
	%D%/overlay.c \
	%D%/overlay.h \
	%D%/palette.c \
	%D%/said.c \
	%D%/said.h \
	%D%/table.c \
	%D%/view.c \
	%D%/view.h \
	%D%/window.c
