# models/: accounts, products, purchases, money, and the table of the API.

noinst_LIBRARIES += %D%/libmodels.a

%C%_libmodels_a_SOURCES = \
	%D%/account.c \
	%D%/account.h \
	%D%/amount.c \
	%D%/amount.h \
	%D%/api.c \
	%D%/api.def \
	%D%/api.h \
	%D%/change.c \
	%D%/change.h \
	%D%/limits.h \
	%D%/money.c \
	%D%/money.h \
	%D%/normal.c \
	%D%/normal.h \
	%D%/order_search.c \
	%D%/order_search.h \
	%D%/outcome.c \
	%D%/outcome.h \
	%D%/product.c \
	%D%/product.h \
	%D%/purchase.c \
	%D%/purchase.h \
	%D%/search.c \
	%D%/search.h \
	%D%/search_fold.c \
	%D%/search_query.c \
	%D%/shape.c \
	%D%/shape.h \
	%D%/shape_internal.h \
	%D%/shape_query.c \
	%D%/shape_text.c \
	%D%/shape_text.h \
	%D%/shape_write.c \
	%D%/violation.c \
	%D%/violation.def \
	%D%/violation.h
