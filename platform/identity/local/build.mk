# platform/identity/: who somebody is. Here: logins in the database of the store.

noinst_LIBRARIES += %D%/liblocal.a

%C%_liblocal_a_SOURCES = \
	%D%/accounts.c \
	%D%/codes.c \
	%D%/fold.c \
	%D%/guard.c \
	%D%/internal.h \
	%D%/keys.c \
	%D%/local.c \
	%D%/local.h \
	%D%/logins.c \
	%D%/outbox.c \
	%D%/outbox.h \
	%D%/schema.c \
	%D%/tend.c \
	%D%/throttle.c \
	%D%/throttle.h \
	%D%/tokens.c \
	platform/identity/identity.h
