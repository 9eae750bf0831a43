#!/bin/sh
# The API suite through the Lambda functions, behind a small gateway of ours.
VITRINED=$(dirname -- "$0")/../aws/gateway.py
export VITRINED
exec sh "$(dirname -- "$0")/api_run.sh" api_http api_lambda
