# platform/store/: where the shop's data lives. Here: in SQLite.

noinst_LIBRARIES += %D%/libsqlite.a

%C%_libsqlite_a_SOURCES = \
	%D%/account.c \
	%D%/account_change.c \
	%D%/account_end.c \
	%D%/cart.c \
	%D%/category.c \
	%D%/change.c \
	%D%/delivery.c \
	%D%/export.c \
	%D%/import.c \
	%D%/internal.h \
	%D%/keys.c \
	%D%/list.c \
	%D%/list_best.c \
	%D%/listing.c \
	%D%/listing.h \
	%D%/order.h \
	%D%/order_list.c \
	%D%/picture.c \
	%D%/product.c \
	%D%/product_cache.c \
	%D%/product_cache.h \
	%D%/purchase.c \
	%D%/purchase_read.c \
	%D%/sale.c \
	%D%/sale_step.c \
	%D%/schema.c \
	%D%/search.c \
	%D%/search.h \
	%D%/search_build.c \
	%D%/search_former.c \
	%D%/search_former.h \
	%D%/search_merge.c \
	%D%/search_tag.c \
	%D%/sql.c \
	%D%/sqlite.c \
	%D%/sqlite.h \
	%D%/stats.c \
	%D%/tend.c
