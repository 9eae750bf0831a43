# wire/: libcurl's one home, below net and below whatever of the platform calls out.

noinst_LIBRARIES += %D%/libwire.a

%C%_libwire_a_SOURCES = \
	%D%/blocking.c \
	%D%/blocking.h \
	%D%/reason.c \
	%D%/reason.h \
	%D%/sign.c \
	%D%/sign.h \
	%D%/transfer.c \
	%D%/transfer.h \
	%D%/url.c \
	%D%/url.h
