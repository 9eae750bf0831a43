# shop/: what a storefront knows without a screen: the cart, purchases under way, a seller's unsent changes, what is typed into a field.

noinst_LIBRARIES += %D%/libshop.a

%C%_libshop_a_SOURCES = \
	%D%/buying.c \
	%D%/buying.h \
	%D%/cart.c \
	%D%/cart.h \
	%D%/cart_merge.c \
	%D%/cart_merge.h \
	%D%/filters.h \
	%D%/inventory_bulk.c \
	%D%/inventory_model.c \
	%D%/inventory_model.h \
	%D%/mobile.c \
	%D%/mobile.h \
	%D%/number.c \
	%D%/number.h \
	%D%/purchase_run.c \
	%D%/purchase_run.h
