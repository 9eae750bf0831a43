# tests/fault/: what becomes of the shop when things fail. Real vitrineds on real files, called through HTTP; each program
# prints its seed, and VITRINE_SEED gives another.

FAULT_TESTS = \
	%D%/test_buyers \
	%D%/test_disk \
	%D%/test_kill \
	%D%/test_live \
	%D%/test_memory
check_PROGRAMS += $(FAULT_TESTS)
TESTS += $(FAULT_TESTS)

check_LIBRARIES += %D%/libfault.a
%C%_libfault_a_SOURCES = \
	%D%/attempt.c \
	%D%/attempt.h \
	%D%/books.c \
	%D%/books.h \
	%D%/caller.c \
	%D%/fault.h \
	%D%/faults.c \
	%D%/faults.h \
	%D%/shop.c \
	%D%/shop.h

LIBFAULT = %D%/libfault.a $(LIBBASE) $(CURL_LIBS) $(SQLITE_LIBS) $(CMOCKA_LIBS)
%C%_test_buyers_SOURCES = %D%/test_buyers.c
%C%_test_buyers_LDADD = $(LIBFAULT)
%C%_test_disk_SOURCES = %D%/test_disk.c
%C%_test_disk_LDADD = $(LIBFAULT)
%C%_test_kill_SOURCES = %D%/test_kill.c
%C%_test_kill_LDADD = $(LIBFAULT)
%C%_test_live_SOURCES = %D%/test_live.c
%C%_test_live_LDADD = $(LIBFAULT)
%C%_test_memory_SOURCES = %D%/test_memory.c
%C%_test_memory_LDADD = $(LIBFAULT)

# What two of them preload into vitrined.
FAULT_PRELOADED = %D%/failio.so %D%/failmem.so
check_SCRIPTS += $(FAULT_PRELOADED)
CLEANFILES += $(FAULT_PRELOADED)
EXTRA_DIST += %D%/failio.c %D%/failmem.c

%D%/failio.so: %D%/failio.c %D%/fault.h tests/shared.h
%D%/failmem.so: %D%/failmem.c %D%/fault.h tests/shared.h
$(FAULT_PRELOADED):
	@$(MKDIR_P) %D%
	$(PRELOADED_LINK) -ldl
