# tui/view/: what there is to see on a screen, said as blocks, and what shows them.

noinst_LIBRARIES += %D%/libview.a

%C%_libview_a_SOURCES = \
	%D%/internal.h \
	%D%/kept.c \
	%D%/lines.c \
	%D%/said.c \
	%D%/said.h \
	%D%/view.c \
	%D%/view.h
