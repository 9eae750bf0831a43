# tests/lint/: what the sources look like. These read the tree, not the build.

LINT_TESTS = \
	%D%/arrows.py \
	%D%/banned.py \
	%D%/style.py

TESTS += $(LINT_TESTS)
EXTRA_DIST += $(LINT_TESTS) %D%/tree.py
