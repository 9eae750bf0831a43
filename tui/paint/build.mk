# tui/paint/: what is seen, as cells in memory: the canvas, colours, glyphs, and where things go.

noinst_LIBRARIES += %D%/libpaint.a

%C%_libpaint_a_SOURCES = \
	%D%/cell.c \
	%D%/cell.h \
	%D%/glyph.c \
	%D%/layout.c \
	%D%/layout.h \
	%D%/paint.c \
	%D%/paint.h \
	%D%/theme.c \
	%D%/theme.h \
	%D%/utf8.h
