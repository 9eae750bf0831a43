# screens/buying/: the screens of those who buy.

noinst_LIBRARIES += %D%/libbuying.a

%C%_libbuying_a_SOURCES = \
	%D%/cart_pane.c \
	%D%/cart_pane.h \
	%D%/cart_screen.c \
	%D%/checkout.c \
	%D%/filter.c \
	%D%/product.c \
	%D%/purchase.c \
	%D%/purchases.c \
	%D%/receipt.c \
	%D%/shop.c \
	%D%/shop_order.c \
	%D%/shop_order.h \
	%D%/unsettled.c \
	%D%/unsettled.h
