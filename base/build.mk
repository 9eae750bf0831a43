# base/: what everything else stands on.

noinst_LIBRARIES += %D%/libbase.a

%C%_libbase_a_SOURCES = \
	%D%/arena.c \
	%D%/arena.h \
	%D%/buf.c \
	%D%/buf.h \
	%D%/clock.c \
	%D%/clock.h \
	%D%/crypt.c \
	%D%/crypt.h \
	%D%/err.c \
	%D%/err.def \
	%D%/err.h \
	%D%/file.c \
	%D%/file.h \
	%D%/id.c \
	%D%/id.h \
	%D%/json.c \
	%D%/json.h \
	%D%/process.c \
	%D%/process.h \
	%D%/text.c \
	%D%/text.h \
	%D%/token.c \
	%D%/token.h \
	%D%/token_keys.c
