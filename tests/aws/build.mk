# tests/aws/: what stands in for AWS, all of it on this machine.

AWS_TESTS = %D%/test_bootstrap.py
TESTS += $(AWS_TESTS)
EXTRA_DIST += \
	$(AWS_TESTS) \
	%D%/gateway.py \
	%D%/host.py

# The decoders of events, and the answers.
LAMBDA_TESTS = tests/unit/test_lambda_event tests/unit/test_lambda_settings tests/unit/test_lambda_stream
check_PROGRAMS += $(LAMBDA_TESTS)
TESTS += $(LAMBDA_TESTS)
tests_unit_test_lambda_event_SOURCES = tests/unit/test_lambda_event.c tests/unit/unit.h
tests_unit_test_lambda_event_LDADD = $(LIBLAMBDA) $(CMOCKA_LIBS)
tests_unit_test_lambda_settings_SOURCES = tests/unit/test_lambda_settings.c tests/unit/unit.h
tests_unit_test_lambda_settings_LDADD = $(LIBLAMBDA) $(CMOCKA_LIBS)
tests_unit_test_lambda_stream_SOURCES = tests/unit/test_lambda_stream.c tests/unit/fakes.c tests/unit/fakes.h tests/unit/unit.h
tests_unit_test_lambda_stream_LDADD = $(LIBLAMBDA) $(CMOCKA_LIBS)
