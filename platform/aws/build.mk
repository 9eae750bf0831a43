# platform/aws/: DynamoDB as an engine, and what else of AWS is spoken to in JSON.

noinst_LIBRARIES += %D%/libaws.a

%C%_libaws_a_SOURCES = \
	%D%/attr.c \
	%D%/aws.c \
	%D%/aws.h \
	%D%/batch.c \
	%D%/credentials.c \
	%D%/credentials.h \
	%D%/dynamo.c \
	%D%/dynamo.h \
	%D%/expression.c \
	%D%/internal.h \
	%D%/query.c \
	%D%/read.c \
	%D%/scan.c \
	%D%/stream.c \
	%D%/table.c \
	%D%/write.c
