#!/bin/sh
# The API suite through the Lambda functions, each in aws-lambda-rie, behind the small gateway.
[ -n "${VITRINE_RIE-}" ] || {
	echo 'aws-lambda-rie is not set up here (VITRINE_RIE)'
	exit 77
}
VITRINED=$(dirname -- "$0")/../aws/gateway.py
VITRINE_GATEWAY_RIE=1
export VITRINED VITRINE_GATEWAY_RIE
exec sh "$(dirname -- "$0")/api_run.sh" api_http api_rie
