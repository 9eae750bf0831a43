# tests/fuzz/: hostile input. A target is fuzz_NAME.c, which defines LLVMFuzzerTestOneInput only, and its corpus is
# corpus/NAME. With --enable-fuzz the targets are programs for libFuzzer; without, `make check` runs each over its corpus.
# A new target is a line in FUZZ_TARGETS and its _SOURCES, _LDADD and _LDFLAGS.

FUZZ_TARGETS = \
	%D%/fuzz_base \
	%D%/fuzz_dynamo \
	%D%/fuzz_http \
	%D%/fuzz_input \
	%D%/fuzz_json \
	%D%/fuzz_lambda \
	%D%/fuzz_picture \
	%D%/fuzz_router \
	%D%/fuzz_settings \
	%D%/fuzz_text \
	%D%/fuzz_token \
	%D%/fuzz_url \
	%D%/fuzz_view

if ENABLE_FUZZ
noinst_PROGRAMS += $(FUZZ_TARGETS)
FUZZ_MAIN =
else
check_PROGRAMS += $(FUZZ_TARGETS)
TESTS += $(FUZZ_TARGETS)
FUZZ_MAIN = tests/fuzz/corpus_main.c
endif
FUZZ_LINK = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)

%C%_fuzz_base_SOURCES = %D%/fuzz_base.c %D%/must.h $(FUZZ_MAIN)
%C%_fuzz_base_LDADD = $(LIBNET)
%C%_fuzz_base_LDFLAGS = $(FUZZ_LINK)

%C%_fuzz_dynamo_SOURCES = %D%/fuzz_dynamo.c %D%/must.h $(FUZZ_MAIN)
%C%_fuzz_dynamo_LDADD = $(LIBAWS)
%C%_fuzz_dynamo_LDFLAGS = $(FUZZ_LINK)

%C%_fuzz_http_SOURCES = %D%/fuzz_http.c %D%/must.h tests/unit/fakes.c tests/unit/fakes.h $(FUZZ_MAIN)
%C%_fuzz_http_LDADD = $(LIBHTTP)
%C%_fuzz_http_LDFLAGS = $(FUZZ_LINK)

%C%_fuzz_input_SOURCES = %D%/fuzz_input.c %D%/must.h $(FUZZ_MAIN)
%C%_fuzz_input_LDADD = $(LIBTERMINAL)
%C%_fuzz_input_LDFLAGS = $(FUZZ_LINK)

%C%_fuzz_view_SOURCES = %D%/fuzz_view.c %D%/must.h $(FUZZ_MAIN)
%C%_fuzz_view_LDADD = $(LIBTUI)
%C%_fuzz_view_LDFLAGS = $(FUZZ_LINK)

%C%_fuzz_json_SOURCES = %D%/fuzz_json.c %D%/must.h $(FUZZ_MAIN)
%C%_fuzz_json_LDADD = $(LIBMODELS)
%C%_fuzz_json_LDFLAGS = $(FUZZ_LINK)

%C%_fuzz_lambda_SOURCES = %D%/fuzz_lambda.c %D%/must.h $(FUZZ_MAIN)
%C%_fuzz_lambda_LDADD = $(LIBLAMBDA)
%C%_fuzz_lambda_LDFLAGS = $(FUZZ_LINK)

%C%_fuzz_picture_SOURCES = %D%/fuzz_picture.c %D%/must.h $(FUZZ_MAIN)
%C%_fuzz_picture_LDADD = $(LIBPICTURE)
%C%_fuzz_picture_LDFLAGS = $(FUZZ_LINK)

%C%_fuzz_router_SOURCES = %D%/fuzz_router.c %D%/must.h tests/unit/fakes.c tests/unit/fakes.h $(FUZZ_MAIN)
%C%_fuzz_router_LDADD = $(LIBHTTP)
%C%_fuzz_router_LDFLAGS = $(FUZZ_LINK)

%C%_fuzz_settings_SOURCES = %D%/fuzz_settings.c %D%/must.h $(FUZZ_MAIN)
%C%_fuzz_settings_LDADD = $(LIBAPP)
%C%_fuzz_settings_LDFLAGS = $(FUZZ_LINK)

%C%_fuzz_text_SOURCES = %D%/fuzz_text.c %D%/must.h $(FUZZ_MAIN)
%C%_fuzz_text_LDADD = $(LIBMODELS)
%C%_fuzz_text_LDFLAGS = $(FUZZ_LINK)

%C%_fuzz_token_SOURCES = %D%/fuzz_token.c %D%/fuzz_token_key.h $(FUZZ_MAIN)
%C%_fuzz_token_LDADD = $(LIBBASE)
%C%_fuzz_token_LDFLAGS = $(FUZZ_LINK)

%C%_fuzz_url_SOURCES = %D%/fuzz_url.c %D%/must.h $(FUZZ_MAIN)
%C%_fuzz_url_LDADD = $(LIBWIRE)
%C%_fuzz_url_LDFLAGS = $(FUZZ_LINK)

TESTS += %D%/test_seeds.py
EXTRA_DIST += \
	%D%/corpus \
	%D%/seeds.py \
	%D%/seeds_picture.py \
	%D%/seeds_token.py \
	%D%/test_seeds.py
