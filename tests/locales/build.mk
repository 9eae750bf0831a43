# tests/locales/: the locales that tests speak. A minimal Debian has none but C, so they are made here, from the package
# `locales`; LOCPATH leads to them.
TEST_LOCALES = de_CH.UTF-8 de_DE.UTF-8 en_US.UTF-8 fa_IR.UTF-8 fr_FR.ISO-8859-1 fr_FR.UTF-8 hi_IN.UTF-8
TEST_LOCALES_MADE = $(TEST_LOCALES:%=tests/locales/%/LC_MONETARY)

EXTRA_DIST += %D%/lsan.supp
check_DATA = $(TEST_LOCALES_MADE)

# (Made in a folder of its own, which is renamed when it is whole.)
$(TEST_LOCALES_MADE):
	@locale=$(@:tests/locales/%/LC_MONETARY=%); \
	rm -rf tests/locales/$$locale tests/locales/$$locale.new && $(MKDIR_P) tests/locales && \
	localedef -c --no-archive -i $${locale%%.*} -f $${locale#*.} tests/locales/$$locale.new && \
	mv tests/locales/$$locale.new tests/locales/$$locale

clean-local:
	rm -rf $(TEST_LOCALES:%=tests/locales/%)
