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

# What a terminal is spoken to as that this machine's terminfo doesn't know: the entry of xterm-256color, as the characters of a
# value of TERMINFO (terminfo(5): "b64:").
BUILT_SOURCES += %D%/xterm_entry.h
CLEANFILES += %D%/xterm_entry.h

%D%/caps.$(OBJEXT): %D%/xterm_entry.h

%D%/xterm_entry.h:
	@$(MKDIR_P) %D%
	$(AM_V_GEN)infocmp -x -Q2 xterm-256color >$@.text && grep -q '^b64:' $@.text && \
	{ echo 'static const char xterm_entry[] = {'; \
	  sed -e '/^#/d' -e "s/./'&',/g" $@.text; echo '0};'; } >$@.new && rm $@.text && mv $@.new $@
