# platform/identity/: who somebody is: what all identities have in common.

noinst_LIBRARIES += %D%/libidentity.a

%C%_libidentity_a_SOURCES = \
	%D%/guard.c \
	%D%/guard.h \
	%D%/identity.h \
	%D%/throttle.c \
	%D%/throttle.h \
	%D%/verified.c \
	%D%/verified.h
