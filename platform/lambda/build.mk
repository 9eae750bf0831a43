# platform/lambda/: bootstrap, the platform as Lambda functions behind API Gateway.

noinst_LIBRARIES += %D%/liblambda.a

%C%_liblambda_a_SOURCES = \
	%D%/authorizer.c \
	%D%/authorizer.h \
	%D%/event.c \
	%D%/event.h \
	%D%/function.c \
	%D%/function.h \
	%D%/runtime.c \
	%D%/runtime.h \
	%D%/settings.c \
	%D%/settings.h \
	%D%/worker.c \
	%D%/worker.h

# Lambda wants this name; the folder keeps it apart from the script.
noinst_PROGRAMS += lambda/bootstrap
lambda_bootstrap_SOURCES = %D%/main.c
lambda_bootstrap_LDADD = $(LIBLAMBDA) $(LIBOPEN)

# The same as it is deployed: with what is on AWS, and nothing else.
noinst_PROGRAMS += lambda/aws/bootstrap
lambda_aws_bootstrap_SOURCES = %D%/main.c platform/open/aws_only.c
lambda_aws_bootstrap_LDADD = $(LIBLAMBDA) $(LIBOPENAWS)
