# platform/lambda/: the platform behind API Gateway.
