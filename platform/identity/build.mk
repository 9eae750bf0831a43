# platform/identity/: who somebody is.

noinst_LIBRARIES += %D%/libidentity.a

%C%_libidentity_a_SOURCES = \
	%D%/identity.h \
	%D%/local.c \
	%D%/local.h \
	%D%/local_accounts.c \
	%D%/local_codes.c \
	%D%/local_internal.h \
	%D%/local_keys.c \
	%D%/local_tokens.c \
	%D%/outbox.c \
	%D%/outbox.h \
	%D%/throttle.c \
	%D%/throttle.h
