# platform/store/dynamodb/: where the shop's data lives, in DynamoDB.

noinst_LIBRARIES += %D%/libdynamodb.a

%C%_libdynamodb_a_SOURCES = \
	%D%/account.c \
	%D%/account_end.c \
	%D%/account_list.c \
	%D%/cart.c \
	%D%/cart.h \
	%D%/category.c \
	%D%/change.c \
	%D%/dynamodb.c \
	%D%/dynamodb.h \
	%D%/export.c \
	%D%/follow.c \
	%D%/follow.h \
	%D%/follow_product.c \
	%D%/follow_sale.c \
	%D%/import.c \
	%D%/internal.h \
	%D%/keys.c \
	%D%/list.c \
	%D%/list_best.c \
	%D%/list_words.c \
	%D%/listing.c \
	%D%/listing.h \
	%D%/order.h \
	%D%/order_item.c \
	%D%/order_list.c \
	%D%/picture.c \
	%D%/product.c \
	%D%/product_read.c \
	%D%/purchase.c \
	%D%/purchase_read.c \
	%D%/rename.c \
	%D%/rows.c \
	%D%/sale.c \
	%D%/sale_step.c \
	%D%/search.c \
	%D%/search.h \
	%D%/setting.c \
	%D%/stats.c \
	%D%/tail.c \
	%D%/tend.c \
	%D%/walk.c \
	%D%/walk.h \
	%D%/write.c
