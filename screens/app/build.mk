# screens/app/: the program, vitrine: its loop, the stack of screens, keys, chrome, settings. All but main is a library, so
# that tests can link it.

noinst_LIBRARIES += %D%/libapp.a

%C%_libapp_a_SOURCES = \
	%D%/app.c \
	%D%/app.h \
	%D%/app_calls.c \
	%D%/app_chrome.c \
	%D%/app_internal.h \
	%D%/app_keys.c \
	%D%/app_overlay.c \
	%D%/app_settled.c \
	%D%/app_stack.c \
	%D%/app_text.c \
	%D%/app_view.c \
	%D%/demo_server.c \
	%D%/demo_server.h \
	%D%/face.h \
	%D%/face_cells.c \
	%D%/linear.c \
	%D%/linear.h \
	%D%/linear_io.c \
	%D%/linear_io.h \
	%D%/linear_say.c \
	%D%/linear_words.c \
	%D%/reach.c \
	%D%/reach.h \
	%D%/run.h \
	%D%/screen.h \
	screens/screens.def \
	%D%/settings.c \
	%D%/settings.h \
	%D%/words.c \
	%D%/words.def \
	%D%/words.h


bin_PROGRAMS += vitrine
vitrine_SOURCES = %D%/main.c
vitrine_LDADD = $(LIBSCREENS)
