# net/first/: the base profile: the first platform is spoken to here.

noinst_LIBRARIES += %D%/libfirst.a

%C%_libfirst_a_SOURCES = \
	%D%/accounts.c \
	%D%/catalogue.c \
	%D%/catalogue.h \
	%D%/fetch.c \
	%D%/fetch.h \
	%D%/first.c \
	%D%/first.h \
	%D%/history.c \
	%D%/history.h \
	%D%/job.c \
	%D%/job.h \
	%D%/listing.c \
	%D%/products.c \
	%D%/purchase.c \
	%D%/reading.c \
	%D%/reading.h \
	%D%/starts.h
