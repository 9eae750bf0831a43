# platform/: dispatch and the handlers. What they stand on (store, identity) they know by header only.

noinst_LIBRARIES += %D%/libplatform.a

%C%_libplatform_a_SOURCES = \
	%D%/accounts.c \
	%D%/accounts.h \
	%D%/auth/auth.c \
	%D%/task.c \
	%D%/task.h \
	%D%/changes/changes.c \
	%D%/clients/clients.c \
	%D%/complain.c \
	%D%/complain.h \
	%D%/demo/assets.c \
	%D%/demo/assets.h \
	%D%/demo/goods.c \
	%D%/demo/goods.h \
	%D%/demo/demo.c \
	%D%/demo/demo.h \
	%D%/demo/past.c \
	%D%/demo/past.h \
	%D%/dispatch.c \
	%D%/dispatch.h \
	%D%/distinct.c \
	%D%/distinct.h \
	%D%/image.c \
	%D%/image.h \
	%D%/move/export.c \
	%D%/move/file.c \
	%D%/move/file.h \
	%D%/move/head.c \
	%D%/move/head.h \
	%D%/move/import.c \
	%D%/move/move.h \
	%D%/move/rows.c \
	%D%/move/rows.h \
	%D%/move/tally.c \
	%D%/outcome.c \
	%D%/outcome.h \
	%D%/page_cache.c \
	%D%/page_cache.h \
	%D%/problem.c \
	%D%/problem.h \
	%D%/products/pictures.c \
	%D%/products/products.c \
	%D%/purchases/purchases.c \
	%D%/purchases/sales.c \
	%D%/sellers/sellers.c \
	%D%/setting.c \
	%D%/setting.h \
	%D%/shop_settings.c \
	%D%/shop_settings.h \
	%D%/stream.c \
	%D%/stream.h \
	%D%/target.c \
	%D%/target.h

# The demo's files are part of the program (.incbin), so what they hold decides whether it is up to date.
%D%/demo/assets.$(OBJEXT): assets/catalogue.json assets/pictures
