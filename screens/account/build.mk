# screens/account/: the screens of one's own account.

noinst_LIBRARIES += %D%/libaccount.a

%C%_libaccount_a_SOURCES = \
	%D%/account.c \
	%D%/password.c
