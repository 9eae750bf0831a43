# net/first/: the base profile: the first platform is spoken to here.

noinst_LIBRARIES += %D%/libfirst.a

%C%_libfirst_a_SOURCES = \
	%D%/base_catalogue.c \
	%D%/base_history.c \
	%D%/base_load.c \
	%D%/base_products.c \
	%D%/base_profile.c \
	%D%/base_profile.h \
	%D%/base_purchase.c
