# platform/identity/local/: logins in the database of the store.

noinst_LIBRARIES += %D%/liblocal.a

%C%_liblocal_a_SOURCES = \
	%D%/accounts.c \
	%D%/adopt.c \
	%D%/codes.c \
	%D%/fold.c \
	%D%/internal.h \
	%D%/keys.c \
	%D%/local.c \
	%D%/local.h \
	%D%/logins.c \
	%D%/outbox.c \
	%D%/outbox.h \
	%D%/passwords.c \
	%D%/schema.c \
	%D%/tend.c \
	%D%/tokens.c
