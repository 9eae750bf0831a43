# platform/store/dynamodb/: where the shop's data lives, in DynamoDB.

noinst_LIBRARIES += %D%/libdynamodb.a

%C%_libdynamodb_a_SOURCES = \
	%D%/account.c \
	%D%/account_list.c \
	%D%/category.c \
	%D%/dynamodb.c \
	%D%/dynamodb.h \
	%D%/internal.h \
	%D%/keys.c \
	%D%/picture.c \
	%D%/product.c \
	%D%/product_read.c \
	%D%/setting.c \
	%D%/write.c \
	platform/store/store.h
