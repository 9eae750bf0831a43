#!/bin/sh
# The API suite on dispatch() over a store whose pages are short at random.
exec sh "$(dirname -- "$0")/api_run.sh" api_dispatch api_short short
