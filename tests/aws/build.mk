# tests/aws/: what stands in for AWS, all of it on this machine.

AWS_TESTS = \
	%D%/test_bootstrap.py \
	%D%/test_cognito.py \
	%D%/test_cognito_tokens.py \
	%D%/test_credentials.py \
	%D%/test_dynamo.py \
	%D%/test_dynamo_second.py \
	%D%/test_engines.py \
	%D%/test_keys.py \
	%D%/test_move_aws.py \
	%D%/test_rie.py \
	%D%/test_scale.py \
	%D%/test_strange.py \
	%D%/test_template.py
TESTS += $(AWS_TESTS)
EXTRA_DIST += \
	$(AWS_TESTS) \
	%D%/between.py \
	%D%/demo.py \
	%D%/deployed.py \
	%D%/engines.py \
	%D%/gateway.py \
	%D%/host.py \
	%D%/keys.py \
	%D%/proxy.py \
	%D%/requirements.txt \
	%D%/rie.py \
	%D%/sam.py \
	%D%/sigv4.py \
	%D%/stack.py \
	%D%/shopping.py \
	%D%/template.py \
	%D%/user_pool.py \
	%D%/whole_api.py \
	%D%/whole_deploy.py \
	%D%/whole_package.py \
	%D%/whole_roles.py \
	%D%/whole_sam.py

# The engine, as the tests drive it.
check_PROGRAMS += %D%/ask_dynamo %D%/live_dynamo
%C%_ask_dynamo_SOURCES = %D%/ask_dynamo.c tests/chance.h
%C%_ask_dynamo_LDADD = $(LIBAWS)
%C%_live_dynamo_SOURCES = %D%/live_dynamo.c tests/unit/unit.h
%C%_live_dynamo_LDADD = $(LIBAWS) $(CMOCKA_LIBS)

# The platform, its requests of DynamoDB counted.
check_PROGRAMS += %D%/metered
%C%_metered_SOURCES = %D%/metered.c
%C%_metered_LDADD = $(LIBPLATFORM) $(LIBIDENTITY) $(LIBDYNAMODB)

# What it reads and writes.
ENGINE_TESTS = tests/unit/test_aws_settings tests/unit/test_dynamo_attr
check_PROGRAMS += $(ENGINE_TESTS)
TESTS += $(ENGINE_TESTS)
tests_unit_test_aws_settings_SOURCES = tests/unit/test_aws_settings.c tests/unit/unit.h
tests_unit_test_aws_settings_LDADD = $(LIBAWS) $(CMOCKA_LIBS)
tests_unit_test_dynamo_attr_SOURCES = tests/unit/test_dynamo_attr.c tests/unit/unit.h
tests_unit_test_dynamo_attr_LDADD = $(LIBAWS) $(CMOCKA_LIBS)

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
