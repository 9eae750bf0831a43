# tui/terminal/: bytes in and out: what the terminal is, keys, and the frame that curses writes.

noinst_LIBRARIES += %D%/libterminal.a

%C%_libterminal_a_SOURCES = \
	%D%/caps.c \
	%D%/caps.h \
	%D%/event.h \
	%D%/frame.c \
	%D%/frame.h \
	%D%/input.c \
	%D%/input.h \
	%D%/key.c \
	%D%/key.h \
	%D%/probe.c \
	%D%/probe.h \
	%D%/restore.c \
	%D%/restore.h \
	%D%/sequence.c \
	%D%/sequence.h \
	%D%/sgr.c \
	%D%/sgr.h \
	%D%/terminal.c \
	%D%/terminal.h

# A terminal that this machine's terminfo doesn't know is used as an xterm-256color. This is the entry for that, as a
# value of TERMINFO (terminfo(5): "b64:").
BUILT_SOURCES += %D%/xterm_entry.h
CLEANFILES += %D%/xterm_entry.h

%D%/caps.$(OBJEXT): %D%/xterm_entry.h

%D%/xterm_entry.h:
	@$(MKDIR_P) %D%
	$(AM_V_GEN)infocmp -x -Q2 xterm-256color >$@.text && grep -q '^b64:' $@.text && \
	{ echo 'static const char xterm_entry[] = {'; \
	  sed -e '/^#/d' -e "s/./'&',/g" $@.text; echo '0};'; } >$@.new && rm $@.text && mv $@.new $@
