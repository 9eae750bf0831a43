# platform/db/: SQLite as an engine: connections, units of work, one writer, migration, backup.

noinst_LIBRARIES += %D%/libdb.a

%C%_libdb_a_SOURCES = \
	%D%/backup.c \
	%D%/connection.c \
	%D%/db.c \
	%D%/db.h \
	%D%/internal.h \
	%D%/log.c \
	%D%/migrate.c \
	%D%/writer.c
