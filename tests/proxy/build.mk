# tests/proxy/: what stands between client and platform in the tests.
EXTRA_DIST += %D%/proxy.py
