# tests/bench/: how fast, how small. `make bench` prints a table; it never decides whether tests pass.

EXTRA_PROGRAMS = %D%/bare_commit %D%/bare_evhttp %D%/bench_client %D%/make_catalogue
CLEANFILES += $(EXTRA_PROGRAMS)

%C%_bare_commit_SOURCES = %D%/bare_commit.c
%C%_bare_commit_LDADD = $(SQLITE_LIBS)
%C%_bare_evhttp_SOURCES = %D%/bare_evhttp.c
%C%_bare_evhttp_LDADD = $(EVENT_LIBS)
%C%_bench_client_SOURCES = %D%/bench_client.c
%C%_bench_client_LDADD = $(LIBSTAGE)
%C%_make_catalogue_SOURCES = %D%/make_catalogue.c %D%/vocabulary.h
%C%_make_catalogue_LDADD = $(LIBSTORE)

EXTRA_DIST += %D%/bench.py %D%/bench_aws.py %D%/bench_client.py %D%/pages.lua %D%/purchases.lua

# One after the other, or they would disturb each other; each can be had alone.
bench:
	$(MAKE) bench-platform
	$(MAKE) bench-client
	$(MAKE) bench-aws
bench-platform: vitrined %D%/bare_commit %D%/bare_evhttp %D%/make_catalogue
	$(PYTHON3) -B $(top_srcdir)/tests/bench/bench.py $(BENCH_FLAGS) $(abs_top_builddir)

bench-client: vitrined vitrine %D%/bench_client %D%/make_catalogue
	$(PYTHON3) -B $(top_srcdir)/tests/bench/bench_client.py $(BENCH_FLAGS) $(abs_top_builddir)

bench-aws: lambda/bootstrap
	$(PYTHON3) -B $(top_srcdir)/tests/bench/bench_aws.py $(BENCH_FLAGS) $(abs_top_builddir)

.PHONY: bench bench-aws bench-client bench-platform
