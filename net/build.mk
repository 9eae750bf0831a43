# net/: the storefront's REST client, a chain: each file stands on those before it.
#
#     answer link < exchange < tokens < call < features < full, first/ < profile < net

noinst_LIBRARIES += %D%/libnet.a

%C%_libnet_a_SOURCES = \
	%D%/answer.c \
	%D%/answer.h \
	%D%/call.c \
	%D%/call.h \
	%D%/exchange.c \
	%D%/exchange.h \
	%D%/features.c \
	%D%/features.h \
	%D%/full.c \
	%D%/full.h \
	%D%/link.c \
	%D%/link.h \
	%D%/net.c \
	%D%/net.h \
	%D%/net_args.h \
	%D%/net_profile.h \
	%D%/net_reply.h \
	%D%/pending.c \
	%D%/pending.h \
	%D%/profile.c \
	%D%/profile.h \
	%D%/reply.c \
	%D%/reply.h \
	%D%/request.c \
	%D%/request.h \
	%D%/session.c \
	%D%/session.h \
	%D%/state.c \
	%D%/state.h \
	%D%/tokens.c \
	%D%/tokens.h
