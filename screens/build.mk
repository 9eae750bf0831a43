# screens/: the storefront, vitrine. All but main is a library, so that tests can link it.

noinst_LIBRARIES += %D%/libscreens.a
%C%_libscreens_a_SOURCES = \
	%D%/account.c \
	%D%/app.c \
	%D%/app.h \
	%D%/app_calls.c \
	%D%/app_chrome.c \
	%D%/app_internal.h \
	%D%/app_keys.c \
	%D%/app_overlay.c \
	%D%/app_stack.c \
	%D%/app_text.c \
	%D%/bulk.c \
	%D%/buying.c \
	%D%/buying.h \
	%D%/cart.c \
	%D%/cart.h \
	%D%/cart_merge.c \
	%D%/cart_merge.h \
	%D%/cart_screen.c \
	%D%/checkout.c \
	%D%/dashboard.c \
	%D%/demo_server.c \
	%D%/demo_server.h \
	%D%/detail.c \
	%D%/detail.h \
	%D%/editor.c \
	%D%/editor.h \
	%D%/editor_fields.c \
	%D%/editor_fields.h \
	%D%/editor_picture.c \
	%D%/editor_picture.h \
	%D%/editor_review.c \
	%D%/editor_review.h \
	%D%/filter.c \
	%D%/filters.h \
	%D%/inventory.c \
	%D%/inventory.h \
	%D%/inventory_bulk.c \
	%D%/inventory_grid.c \
	%D%/inventory_grid.h \
	%D%/inventory_model.c \
	%D%/inventory_model.h \
	%D%/inventory_send.c \
	%D%/lines.c \
	%D%/lines.h \
	%D%/mobile.c \
	%D%/mobile.h \
	%D%/number.c \
	%D%/number.h \
	%D%/pager.c \
	%D%/pager.h \
	%D%/password.c \
	%D%/platforms.c \
	%D%/product.c \
	%D%/purchase.c \
	%D%/purchases.c \
	%D%/reach.c \
	%D%/reach.h \
	%D%/receipt.c \
	%D%/review.c \
	%D%/run.h \
	%D%/sale.c \
	%D%/sales.c \
	%D%/sales.h \
	%D%/screen.h \
	%D%/screens.def \
	%D%/settings.c \
	%D%/settings.h \
	%D%/settle.c \
	%D%/settle.h \
	%D%/sheet.c \
	%D%/sheet.h \
	%D%/shop.c \
	%D%/shop_order.c \
	%D%/shop_order.h \
	%D%/sign_in.c \
	%D%/sign_up.c \
	%D%/signing.h \
	%D%/text.c \
	%D%/text.h \
	%D%/unsettled.c \
	%D%/unsettled.h \
	%D%/welcome.c

bin_PROGRAMS += vitrine
vitrine_SOURCES = %D%/main.c
vitrine_LDADD = $(LIBSCREENS)
