#!/bin/sh
# The API suite on dispatch() itself.
exec sh "$(dirname -- "$0")/api_run.sh" api_dispatch
