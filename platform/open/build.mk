# platform/open/: puts stores and identities together, for the main programs.

noinst_LIBRARIES += %D%/libopen.a

%C%_libopen_a_SOURCES = \
	%D%/all.c \
	%D%/aws.c \
	%D%/file.c \
	%D%/open.c \
	%D%/open.h
