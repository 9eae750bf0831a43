# platform/store/: what all stores have in common: their header, and the rules that each of them keeps.

noinst_LIBRARIES += %D%/librules.a

%C%_librules_a_SOURCES = \
	%D%/change_rule.c \
	%D%/change_rule.h \
	%D%/list_rule.c \
	%D%/list_rule.h \
	%D%/order_rule.c \
	%D%/order_rule.h \
	%D%/product_rule.c \
	%D%/product_rule.h \
	%D%/rows.h \
	%D%/store.h
