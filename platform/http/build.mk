# platform/http/: vitrined, the platform behind HTTP on one machine.

noinst_LIBRARIES += %D%/libhttp.a

%C%_libhttp_a_SOURCES = \
	%D%/access_log.c \
	%D%/access_log.h \
	%D%/admin.c \
	%D%/admin.h \
	%D%/conn.c \
	%D%/conn.h \
	%D%/dialogue.c \
	%D%/dialogue.h \
	%D%/listen.c \
	%D%/listen.h \
	%D%/loop.c \
	%D%/loop.h \
	%D%/metrics.c \
	%D%/metrics.h \
	%D%/pool.c \
	%D%/pool.h \
	%D%/runner.c \
	%D%/runner.h \
	%D%/server.c \
	%D%/server.h \
	%D%/arguments.c \
	%D%/arguments.h \
	%D%/tender.c \
	%D%/tender.h \
	%D%/tls.c \
	%D%/tls.h \
	%D%/waiters.c \
	%D%/waiters.h

bin_PROGRAMS += vitrined
vitrined_SOURCES = %D%/main.c platform/open/file_only.c
vitrined_LDADD = $(LIBHTTP) $(LIBOPENFILE)

# The same with every store and identity. vitrined becomes it where it is asked for one that it hasn't got.
bin_PROGRAMS += vitrined-aws
vitrined_aws_SOURCES = %D%/main.c
vitrined_aws_LDADD = $(LIBHTTP) $(LIBOPEN)
dist_man_MANS += docs/vitrined.8

# Its own tests.
HTTP_TESTS = \
	tests/unit/test_http_dialogue \
	tests/unit/test_http_log \
	tests/unit/test_http_pool \
	tests/unit/test_http_searches \
	tests/unit/test_http_arguments \
	tests/unit/test_http_target \
	tests/unit/test_http_tender \
	tests/unit/test_http_waiters
check_PROGRAMS += $(HTTP_TESTS)
TESTS += $(HTTP_TESTS) tests/fault/test_admin.py tests/fault/test_changes_wait.py tests/fault/test_http_hostile.py tests/fault/test_move.py \
	tests/fault/test_secrets_in_memory.py
EXTRA_DIST += \
	tests/fault/hostile_api.py \
	tests/fault/hostile_http.py \
	tests/fault/hostile_server.py \
	tests/fault/test_admin.py \
	tests/fault/test_move.py \
	tests/fault/test_changes_wait.py \
	tests/fault/test_http_hostile.py \
	tests/fault/test_secrets_in_memory.py

tests_unit_test_http_dialogue_SOURCES = tests/unit/test_http_dialogue.c tests/unit/unit.h
tests_unit_test_http_dialogue_LDADD = $(LIBHTTP) $(CMOCKA_LIBS)
tests_unit_test_http_log_SOURCES = tests/unit/test_http_log.c tests/unit/unit.h
tests_unit_test_http_log_LDADD = $(LIBHTTP) $(CMOCKA_LIBS)
tests_unit_test_http_pool_SOURCES = tests/unit/test_http_pool.c tests/unit/unit.h
tests_unit_test_http_pool_LDADD = $(LIBHTTP) $(CMOCKA_LIBS)
tests_unit_test_http_searches_SOURCES = tests/unit/test_http_searches.c tests/unit/fakes.c tests/unit/fakes.h \
	tests/unit/unit.h
tests_unit_test_http_searches_LDADD = $(LIBHTTP) $(CMOCKA_LIBS)
tests_unit_test_http_arguments_SOURCES = tests/unit/test_http_arguments.c tests/unit/unit.h
tests_unit_test_http_arguments_LDADD = $(LIBHTTP) $(CMOCKA_LIBS)
tests_unit_test_http_tender_SOURCES = tests/unit/test_http_tender.c tests/unit/fakes.c tests/unit/fakes.h \
	tests/unit/unit.h
tests_unit_test_http_tender_LDADD = $(LIBHTTP) $(CMOCKA_LIBS)
tests_unit_test_http_waiters_SOURCES = tests/unit/test_http_waiters.c tests/unit/fakes.c tests/unit/fakes.h \
	tests/unit/unit.h
tests_unit_test_http_waiters_LDADD = $(LIBHTTP) $(CMOCKA_LIBS)
tests_unit_test_http_target_SOURCES = tests/unit/test_http_target.c tests/unit/unit.h
tests_unit_test_http_target_LDADD = $(LIBHTTP) $(CMOCKA_LIBS)
