# tests/lint/: what the sources look like. These read the tree; circles.py and names.py read what was built of it.

LINT_TESTS = \
	%D%/arrows.py \
	%D%/banned.py \
	%D%/circles.py \
	%D%/names.py \
	%D%/style.py

TESTS += $(LINT_TESTS)
EXTRA_DIST += $(LINT_TESTS) %D%/tree.py
