# tui/picture/: pictures, from the bytes of a file to cells.

noinst_LIBRARIES += %D%/libpicture.a

%C%_libpicture_a_SOURCES = \
	%D%/cells.c \
	%D%/jpeg.c \
	%D%/late.c \
	%D%/late.h \
	%D%/picture.c \
	%D%/picture.h \
	%D%/pixels.h \
	%D%/png.c \
	%D%/scaler.c
