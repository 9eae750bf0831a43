# net/: the storefront's REST client.

noinst_LIBRARIES += %D%/libnet.a

%C%_libnet_a_SOURCES = \
	%D%/answer.c \
	%D%/exchange.c \
	%D%/exchange.h \
	%D%/internal.h \
	%D%/link.c \
	%D%/net.c \
	%D%/net.h \
	%D%/pending.c \
	%D%/pending.h \
	%D%/reply.c \
	%D%/request.c \
	%D%/session.c \
	%D%/session.h \
	%D%/state.c \
	%D%/state.h \
	%D%/tokens.c
