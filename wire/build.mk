# wire/: libcurl's one home, below net and below whatever of the platform calls out.

noinst_LIBRARIES += %D%/libwire.a

%C%_libwire_a_SOURCES = \
	%D%/reason.c \
	%D%/reason.h \
	%D%/transfer.c \
	%D%/transfer.h \
	%D%/url.c \
	%D%/url.h
