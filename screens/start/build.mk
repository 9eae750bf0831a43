# screens/start/: the screens before the shop: which platform, who one is.

noinst_LIBRARIES += %D%/libstart.a

%C%_libstart_a_SOURCES = \
	%D%/platforms.c \
	%D%/sign_in.c \
	%D%/sign_up.c \
	%D%/welcome.c
