# tui/widgets/: what views are made of: ways through lists, fields, forms, messages, tables of keys.

noinst_LIBRARIES += %D%/libwidgets.a

%C%_libwidgets_a_SOURCES = \
	%D%/area.c \
	%D%/field.c \
	%D%/field.h \
	%D%/form.c \
	%D%/form.h \
	%D%/keymap.c \
	%D%/keymap.h \
	%D%/list.c \
	%D%/list.h \
	%D%/toast.c \
	%D%/toast.h \
	%D%/widget.h
