# tests/: `make check` runs what is in TESTS. A C test is a cmocka program in check_PROGRAMS and TESTS; a script ends in
# .py or .sh, stands in TESTS and in EXTRA_DIST, and its last line is `N passed, N failed`. To run one of them:
#
#     make check TESTS=tests/unit/test_arena
#
# What a test finds in its environment:
#     top_srcdir, top_builddir    absolute paths of the sources and of the build
#     VITRINED, VITRINE           absolute paths of the programs
#     VITRINE_DYNOXIDE, VITRINE_RIE, VITRINE_AWS_VENV
#                                 what stands in for AWS (tests/gate/aws.sh), where it is set up; empty or absent: a test
#                                 that wants it ends with status 77 and says why
#     TMPDIR                      as the user has it

TEST_EXTENSIONS = .py .sh
# A test that hangs fails after this many seconds.
TEST_TIMEOUT = 900
LOG_COMPILER = timeout -k 10 $(TEST_TIMEOUT)
PY_LOG_COMPILER = timeout -k 10 $(TEST_TIMEOUT) $(PYTHON3)
AM_PY_LOG_FLAGS = -B
SH_LOG_COMPILER = timeout -k 10 $(TEST_TIMEOUT) $(SHELL)

AM_TESTS_ENVIRONMENT = \
	top_srcdir="$(abs_top_srcdir)"; export top_srcdir; \
	top_builddir="$(abs_top_builddir)"; export top_builddir; \
	VITRINED="$(abs_top_builddir)/vitrined"; export VITRINED; \
	VITRINE="$(abs_top_builddir)/vitrine"; export VITRINE; \
	CC="$(CC)"; export CC; \
	PYTHON3="$(PYTHON3)"; export PYTHON3; \
	PYTHONDONTWRITEBYTECODE=1; export PYTHONDONTWRITEBYTECODE; \
	ASAN_OPTIONS="$${ASAN_OPTIONS:-detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1}"; \
	export ASAN_OPTIONS; \
	UBSAN_OPTIONS="$${UBSAN_OPTIONS:-print_stacktrace=1}"; export UBSAN_OPTIONS;

EXTRA_DIST += \
	%D%/.clang-tidy \
	%D%/gate/aws.sh \
	%D%/gate/gate.sh \
	%D%/gate/interop.sh \
	%D%/gate/other.sh \
	%D%/gate/tally.py \
	%D%/chance.h \
	%D%/mutate.py \
	%D%/mutators.py \
	%D%/rules.py \
	%D%/shared.h \
	%D%/shop.py \
	%D%/vterm_title.h \
	%D%/gate/tidy.py \
	%D%/openapi/.npmrc \
	%D%/openapi/package-lock.json \
	%D%/openapi/package.json \
	%D%/openapi/redocly.yaml \
	%D%/openapi/schemathesis.toml \
	%D%/openapi/schemathesis.txt \
	%D%/openapi/try_account.py \
	%D%/openapi/try_api.py \
	%D%/firstplatform/firstplatform.py \
	%D%/proxy/proxy.py

# What tests preload into a program that they start: shared objects, without the sanitizers.
PRELOADED_LINK = $(AM_V_CCLD)$(CC) $(DEFS) -I$(top_srcdir) -std=gnu11 $(WARNINGS) $(CFLAGS) -O2 -fPIC -shared \
	-o $@ $(srcdir)/$(@:.so=.c)

include tests/locales/build.mk
include tests/lint/build.mk
include tests/old/build.mk
include tests/unit/build.mk
include tests/contract/build.mk
include tests/aws/build.mk
include tests/screens/build.mk
include tests/fault/build.mk
include tests/fuzz/build.mk
include tests/bench/build.mk
