# screens/selling/: the screens of those who sell.

noinst_LIBRARIES += %D%/libselling.a

%C%_libselling_a_SOURCES = \
	%D%/bulk.c \
	%D%/dashboard.c \
	%D%/diff.c \
	%D%/diff.h \
	%D%/editor.c \
	%D%/editor.h \
	%D%/editor_fields.c \
	%D%/editor_fields.h \
	%D%/editor_picture.c \
	%D%/editor_picture.h \
	%D%/editor_review.c \
	%D%/editor_review.h \
	%D%/inventory.c \
	%D%/inventory.h \
	%D%/inventory_grid.c \
	%D%/inventory_grid.h \
	%D%/inventory_send.c \
	%D%/review.c \
	%D%/sale.c \
	%D%/sales.c \
	%D%/sales.h \
	%D%/sales_steps.c
