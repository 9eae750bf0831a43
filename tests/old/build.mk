# tests/old/: shops as earlier programs left them.

TESTS += %D%/test_old_search.py %D%/test_old_shop.py
EXTRA_DIST += \
	%D%/make_search.py \
	%D%/make_shop.py \
	%D%/schema-2.db.gz \
	%D%/schema-2.json.gz \
	%D%/search-2.db.gz \
	%D%/test_old_search.py \
	%D%/test_old_shop.py
