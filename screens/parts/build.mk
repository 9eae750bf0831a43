# screens/parts/: what several screens have in them: listings, forms, details, lines of a purchase.

noinst_LIBRARIES += %D%/libparts.a

%C%_libparts_a_SOURCES = \
	%D%/detail.c \
	%D%/detail.h \
	%D%/lines.c \
	%D%/lines.h \
	%D%/pager.c \
	%D%/pager.h \
	%D%/sheet.c \
	%D%/sheet.h \
	%D%/signing.h \
	%D%/text.c \
	%D%/text.h
