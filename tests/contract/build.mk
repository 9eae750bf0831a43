# tests/contract/: what every store and every front end must do alike.

# The REST contract: one suite over every front end, its transcript held against openapi.yaml.
API_SUITE = \
	%D%/api_suite.c \
	%D%/api_suite.h \
	%D%/api_suite_accounts.c \
	%D%/api_suite_buying.c \
	%D%/api_suite_catalogue.c \
	%D%/api_suite_changes.c \
	%D%/api_suite_limits.c \
	%D%/api_suite_orders.c \
	%D%/api_suite_pictures.c \
	%D%/api_suite_rules.c \
	%D%/api_suite_run.c \
	%D%/api_suite_sales.c
check_LIBRARIES += %D%/libapisuite.a
%C%_libapisuite_a_SOURCES = $(API_SUITE)

check_PROGRAMS += %D%/api_dispatch %D%/api_http tests/unit/dump_api
%C%_api_dispatch_SOURCES = %D%/api_dispatch.c %D%/direct.c %D%/direct.h %D%/short_pages.c %D%/short_pages.h
%C%_api_dispatch_LDADD = %D%/libapisuite.a $(LIBPLATFORM) $(LIBIDENTITY) $(LIBSTORE) $(CMOCKA_LIBS)
%C%_api_http_SOURCES = %D%/api_http.c
%C%_api_http_LDADD = %D%/libapisuite.a $(LIBMODELS) $(CURL_LIBS) $(CMOCKA_LIBS)
tests_unit_dump_api_SOURCES = tests/unit/dump_api.c
tests_unit_dump_api_LDADD = $(LIBMODELS)

API_TESTS = \
	%D%/test_api_dispatch.sh \
	%D%/test_api_http.sh \
	%D%/test_api_lambda.sh \
	%D%/test_api_rie.sh \
	%D%/test_api_short.sh \
	%D%/test_best_packages.py \
	%D%/test_delivery_rule.py \
	tests/openapi/test_openapi.py
TESTS += $(API_TESTS)
EXTRA_DIST += \
	$(API_TESTS) \
	%D%/packages.txt \
	%D%/api_run.sh \
	tests/openapi/check_transcript.py \
	tests/openapi/contract.py \
	tests/openapi/samples.py
MOSTLYCLEANFILES += \
	%D%/api_dispatch.ndjson \
	%D%/api_dispatch.ndjson.plain \
	%D%/api_http.ndjson \
	%D%/api_http.ndjson.plain \
	%D%/api_lambda.ndjson \
	%D%/api_lambda.ndjson.plain \
	%D%/api_short.ndjson \
	%D%/api_short.ndjson.plain

# The store: one suite over every store.
check_LIBRARIES += %D%/libstoresuite.a
%C%_libstoresuite_a_SOURCES = \
	%D%/store_suite.c \
	%D%/store_suite.h \
	%D%/suite_accounts.c \
	%D%/suite_best.c \
	%D%/suite_carts.c \
	%D%/suite_changes.c \
	%D%/suite_listing.c \
	%D%/suite_lists.c \
	%D%/suite_orders.c \
	%D%/suite_products.c \
	%D%/suite_purchases.c \
	%D%/suite_random.c \
	%D%/suite_sales.c \
	%D%/suite_search.c \
	%D%/suite_threads.c

STORE_SUITE_TESTS = %D%/test_move %D%/test_store_short %D%/test_store_sqlite
check_PROGRAMS += $(STORE_SUITE_TESTS)
TESTS += $(STORE_SUITE_TESTS)
SQLITE_TARGET = %D%/sqlite_target.c %D%/sqlite_target.h
MOVE_WORLD = %D%/move_world.c %D%/move_world.h
%C%_test_move_SOURCES = %D%/test_move.c $(MOVE_WORLD)
%C%_test_move_LDADD = %D%/libstoresuite.a $(LIBPLATFORM) $(LIBIDENTITY) $(LIBSTORE) $(CMOCKA_LIBS)
%C%_test_store_short_SOURCES = %D%/test_store_short.c %D%/short_pages.c %D%/short_pages.h $(SQLITE_TARGET)
%C%_test_store_short_LDADD = %D%/libstoresuite.a $(LIBSTORE) $(CMOCKA_LIBS)
%C%_test_store_sqlite_SOURCES = %D%/test_store_sqlite.c
%C%_test_store_sqlite_LDADD = %D%/libstoresuite.a $(LIBSTORE) $(CMOCKA_LIBS)

# What is over DynamoDB: on dynoxide (VITRINE_DYNOXIDE), or whatever answers at VITRINE_DYNAMODB_ENDPOINT.
DYNAMODB_WORLD = %D%/dynamodb_world.c %D%/dynamodb_world.h %D%/engine.c %D%/engine.h
DYNAMODB_TESTS = \
	%D%/test_buyers \
	%D%/test_differential \
	%D%/test_dynamodb_items \
	%D%/test_dynamodb_move \
	%D%/test_dynamodb_orders \
	%D%/test_dynamodb_products \
	%D%/test_dynamodb_races \
	%D%/test_dynamodb_search \
	%D%/test_dynamodb_walk \
	%D%/test_store_dynamodb \
	%D%/test_store_follow
check_PROGRAMS += $(DYNAMODB_TESTS)
TESTS += $(DYNAMODB_TESTS)
TESTS += %D%/test_store_ministack.py
EXTRA_DIST += %D%/test_store_ministack.py
%C%_test_buyers_SOURCES = %D%/test_buyers.c %D%/engine.c %D%/engine.h
%C%_test_buyers_LDADD = %D%/libstoresuite.a $(LIBDYNAMODB) $(SQLITE_LIBS) $(CMOCKA_LIBS)
%C%_test_differential_SOURCES = \
	%D%/differential.h \
	%D%/differential_accounts.c \
	%D%/differential_buying.c \
	%D%/differential_catalogue.c \
	%D%/differential_same.c \
	%D%/direct.c \
	%D%/direct.h \
	%D%/engine.c \
	%D%/engine.h \
	%D%/test_differential.c
%C%_test_differential_LDADD = \
	%D%/libapisuite.a \
	$(LIBPLATFORM) \
	$(LIBIDENTITY) \
	$(LIBSTORE) \
	$(LIBDYNAMODB) \
	$(SQLITE_LIBS) \
	$(CMOCKA_LIBS)
%C%_test_dynamodb_items_SOURCES = %D%/test_dynamodb_items.c $(DYNAMODB_WORLD)
%C%_test_dynamodb_items_LDADD = %D%/libstoresuite.a $(LIBDYNAMODB) $(SQLITE_LIBS) $(CMOCKA_LIBS)
%C%_test_dynamodb_move_SOURCES = %D%/test_dynamodb_move.c %D%/engine.c %D%/engine.h $(MOVE_WORLD)
%C%_test_dynamodb_move_LDADD = %D%/libstoresuite.a $(LIBPLATFORM) $(LIBIDENTITY) $(LIBSTORE) $(LIBDYNAMODB) $(CMOCKA_LIBS)
%C%_test_dynamodb_orders_SOURCES = %D%/test_dynamodb_orders.c $(DYNAMODB_WORLD)
%C%_test_dynamodb_orders_LDADD = %D%/libstoresuite.a $(LIBDYNAMODB) $(SQLITE_LIBS) $(CMOCKA_LIBS)
%C%_test_dynamodb_products_SOURCES = %D%/test_dynamodb_products.c $(DYNAMODB_WORLD)
%C%_test_dynamodb_products_LDADD = %D%/libstoresuite.a $(LIBDYNAMODB) $(SQLITE_LIBS) $(CMOCKA_LIBS)
%C%_test_dynamodb_products_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=dynamo_get_many
%C%_test_dynamodb_races_SOURCES = %D%/test_dynamodb_races.c $(DYNAMODB_WORLD)
%C%_test_dynamodb_races_LDADD = %D%/libstoresuite.a $(LIBDYNAMODB) $(SQLITE_LIBS) $(CMOCKA_LIBS)
# It stands between the store and its engine.
%C%_test_dynamodb_races_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=dynamo_write -Wl,--wrap=dynamo_get_many
%C%_test_dynamodb_search_SOURCES = %D%/test_dynamodb_search.c $(DYNAMODB_WORLD)
%C%_test_dynamodb_search_LDADD = %D%/libstoresuite.a $(LIBDYNAMODB) $(SQLITE_LIBS) $(CMOCKA_LIBS)
%C%_test_dynamodb_walk_SOURCES = %D%/test_dynamodb_walk.c %D%/engine.c %D%/engine.h
%C%_test_dynamodb_walk_LDADD = $(LIBDYNAMODB) $(SQLITE_LIBS) $(CMOCKA_LIBS)
%C%_test_store_dynamodb_SOURCES = \
	%D%/engine.c \
	%D%/engine.h \
	%D%/tending.c \
	%D%/tending.h \
	%D%/test_store_dynamodb.c \
	$(SQLITE_TARGET)
%C%_test_store_dynamodb_LDADD = %D%/libstoresuite.a $(LIBDYNAMODB) $(LIBSTORE) $(CMOCKA_LIBS)
%C%_test_store_follow_SOURCES = \
	%D%/busy_shop.c \
	%D%/busy_shop.h \
	%D%/engine.c \
	%D%/engine.h \
	%D%/table_copy.c \
	%D%/table_copy.h \
	%D%/test_store_follow.c
%C%_test_store_follow_LDADD = %D%/libstoresuite.a $(LIBDYNAMODB) $(SQLITE_LIBS) $(CMOCKA_LIBS)
# It stands between the store and its engine.
%C%_test_store_follow_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=dynamo_write -Wl,--wrap=dynamo_put_many
TESTS += %D%/test_buyers_trouble.py
EXTRA_DIST += %D%/test_buyers_trouble.py
