#!/bin/sh
# api_run.sh PROGRAM [NAME [ARGUMENT]]: runs the API suite by one of its programs, then holds what it saw against openapi.yaml,
# and what the platform logged against what nobody may log. NAME is what its transcript is called; the program's own when it
# isn't given. The argument is the program's.
set -u

here=$(dirname -- "$0")
program=$1
name=${2:-$1}
build=${top_builddir:-.}
transcript=$build/tests/contract/$name.ndjson

directory=$(mktemp -d "${TMPDIR:-/tmp}/vitrine-$name-XXXXXX") || exit 1
trap 'rm -rf "$directory"' EXIT
trap 'exit 1' INT TERM HUP

status=0
"$build/tests/contract/$program" "$transcript" "$directory" ${3:+"$3"} || status=$?
"${PYTHON3:-/usr/bin/python3}" -B "$here/../openapi/check_transcript.py" --log "$directory/log" \
	"$transcript" "$transcript.plain" || status=$?
exit "$status"
