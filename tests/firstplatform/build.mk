# tests/firstplatform/: a stand-in for the first platform.
EXTRA_DIST += %D%/firstplatform.py
