# platform/store/: where the shop's data lives.

noinst_LIBRARIES += %D%/libstore.a

%C%_libstore_a_SOURCES = \
	%D%/db.c \
	%D%/db.h \
	%D%/db_backup.c \
	%D%/db_connection.c \
	%D%/db_internal.h \
	%D%/db_migrate.c \
	%D%/db_writer.c \
	%D%/product_cache.c \
	%D%/product_cache.h \
	%D%/schema.c \
	%D%/sqlite.c \
	%D%/sqlite.h \
	%D%/sqlite_account.c \
	%D%/sqlite_cart.c \
	%D%/sqlite_internal.h \
	%D%/sqlite_list.c \
	%D%/sqlite_picture.c \
	%D%/sqlite_product.c \
	%D%/sqlite_purchase.c \
	%D%/sqlite_purchase_read.c \
	%D%/sqlite_sale.c \
	%D%/sqlite_search.c \
	%D%/sqlite_stats.c \
	%D%/store.h
