# platform/identity/cognito/: logins in a user pool of Amazon Cognito.

noinst_LIBRARIES += %D%/libcognito.a

%C%_libcognito_a_SOURCES = \
	%D%/accounts.c \
	%D%/call.c \
	%D%/cognito.c \
	%D%/cognito.h \
	%D%/internal.h \
	%D%/keys.c \
	%D%/links.c \
	%D%/tokens.c \
	%D%/users.c
