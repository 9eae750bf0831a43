#!/bin/sh
# The API suite through real HTTP, to vitrined.
exec sh "$(dirname -- "$0")/api_run.sh" api_http
