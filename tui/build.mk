# tui/: the toolkit over ncurses.

noinst_LIBRARIES += %D%/libtui.a

%C%_libtui_a_SOURCES = \
	%D%/area.c \
	%D%/caps.c \
	%D%/caps.h \
	%D%/cell.c \
	%D%/cell.h \
	%D%/cells.c \
	%D%/event.h \
	%D%/field.c \
	%D%/field.h \
	%D%/form.c \
	%D%/form.h \
	%D%/frame.c \
	%D%/frame.h \
	%D%/glyph.c \
	%D%/input.c \
	%D%/input.h \
	%D%/jpeg.c \
	%D%/key.c \
	%D%/key.h \
	%D%/keymap.c \
	%D%/keymap.h \
	%D%/late.c \
	%D%/late.h \
	%D%/layout.c \
	%D%/layout.h \
	%D%/list.c \
	%D%/list.h \
	%D%/overlay.c \
	%D%/overlay.h \
	%D%/paint.c \
	%D%/paint.h \
	%D%/palette.c \
	%D%/picture.c \
	%D%/picture.h \
	%D%/pixels.h \
	%D%/png.c \
	%D%/probe.c \
	%D%/probe.h \
	%D%/restore.c \
	%D%/restore.h \
	%D%/scaler.c \
	%D%/sequence.c \
	%D%/sequence.h \
	%D%/sgr.c \
	%D%/sgr.h \
	%D%/terminal.c \
	%D%/terminal.h \
	%D%/theme.c \
	%D%/theme.h \
	%D%/toast.c \
	%D%/toast.h \
	%D%/utf8.h \
	%D%/widget.h
