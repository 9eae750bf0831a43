# tests/screens/: the real program in a terminal. Goldens are in golden/; `make update-golden` writes them anew: look at
# them before you keep them. `make pictures` draws the README's pictures from what the program shows.

SCREEN_TESTS = \
	%D%/test_base_oddities \
	%D%/test_base_profile \
	%D%/test_browse \
	%D%/test_checkout_faults \
	%D%/test_cut \
	%D%/test_errors \
	%D%/test_faults_account \
	%D%/test_faults_buyer \
	%D%/test_faults_seller \
	%D%/test_flows \
	%D%/test_flows_seller \
	%D%/test_goldens \
	%D%/test_goldens_seller \
	%D%/test_goldens_states \
	%D%/test_hostile \
	%D%/test_hostile_fields \
	%D%/test_hostile_places \
	%D%/test_idle \
	%D%/test_input \
	%D%/test_lines \
	%D%/test_lines_alike \
	%D%/test_lines_random \
	%D%/test_look_again \
	%D%/test_memory \
	%D%/test_money \
	%D%/test_scripts \
	%D%/test_seller_hurried \
	%D%/test_platform_killed \
	%D%/test_random_keys \
	%D%/test_settings \
	%D%/test_short_pages \
	%D%/test_terminal_bytes \
	%D%/test_terminals \
	%D%/test_trust \
	%D%/test_typing \
	%D%/test_valgrind
check_PROGRAMS += $(SCREEN_TESTS)
TESTS += $(SCREEN_TESTS)

check_LIBRARIES += %D%/libstage.a
%C%_libstage_a_SOURCES = \
	%D%/faults.c \
	%D%/faults.h \
	%D%/golden.c \
	%D%/golden.h \
	%D%/picture_cells.c \
	%D%/picture_cells.h \
	%D%/repertoire.c \
	%D%/repertoire.h \
	%D%/repaint.c \
	%D%/repaint.h \
	%D%/scene.c \
	%D%/scene.h \
	%D%/stage.c \
	%D%/stage.h \
	%D%/stage_grid.c \
	%D%/first.c \
	%D%/first.h \
	%D%/world.c \
	%D%/world.h

LIBSTAGE = %D%/libstage.a $(LIBBASE) $(CURL_LIBS) $(VTERM_LIBS) $(PTY_LIBS) $(CMOCKA_LIBS)
%C%_test_lines_SOURCES = %D%/spoken.c %D%/spoken.h %D%/test_lines.c
%C%_test_lines_LDADD = $(LIBSTAGE)
%C%_test_lines_alike_SOURCES = %D%/spoken.c %D%/spoken.h %D%/test_lines_alike.c
%C%_test_lines_alike_LDADD = $(LIBSTAGE)
%C%_test_lines_random_SOURCES = %D%/spoken.c %D%/spoken.h %D%/test_lines_random.c
%C%_test_lines_random_LDADD = $(LIBSTAGE)
%C%_test_look_again_SOURCES = %D%/clock.h %D%/test_look_again.c
%C%_test_look_again_LDADD = $(LIBSTAGE)
%C%_test_memory_SOURCES = %D%/scarce_main.h %D%/test_memory.c
%C%_test_memory_LDADD = $(LIBSTAGE)
%C%_test_short_pages_SOURCES = %D%/test_short_pages.c
%C%_test_short_pages_LDADD = $(LIBSTAGE)
%C%_test_base_oddities_SOURCES = %D%/test_base_oddities.c
%C%_test_base_oddities_LDADD = $(LIBSTAGE)
%C%_test_base_profile_SOURCES = %D%/test_base_profile.c
%C%_test_base_profile_LDADD = $(LIBSTAGE)
%C%_test_browse_SOURCES = %D%/test_browse.c
%C%_test_browse_LDADD = $(LIBSTAGE)
%C%_test_checkout_faults_SOURCES = %D%/test_checkout_faults.c
%C%_test_checkout_faults_LDADD = $(LIBSTAGE)
%C%_test_faults_account_SOURCES = %D%/test_faults_account.c
%C%_test_faults_account_LDADD = $(LIBSTAGE)
%C%_test_faults_buyer_SOURCES = %D%/test_faults_buyer.c
%C%_test_faults_buyer_LDADD = $(LIBSTAGE)
%C%_test_faults_seller_SOURCES = %D%/test_faults_seller.c
%C%_test_faults_seller_LDADD = $(LIBSTAGE)
%C%_test_flows_SOURCES = %D%/test_flows.c
%C%_test_flows_LDADD = $(LIBSTAGE)
%C%_test_flows_seller_SOURCES = %D%/test_flows_seller.c
%C%_test_flows_seller_LDADD = $(LIBSTAGE)
%C%_test_goldens_SOURCES = %D%/test_goldens.c
%C%_test_goldens_LDADD = $(LIBSTAGE)
%C%_test_goldens_seller_SOURCES = %D%/test_goldens_seller.c
%C%_test_goldens_seller_LDADD = $(LIBSTAGE)
%C%_test_seller_hurried_SOURCES = %D%/test_seller_hurried.c
%C%_test_seller_hurried_LDADD = $(LIBSTAGE)
%C%_test_goldens_states_SOURCES = %D%/test_goldens_states.c
%C%_test_goldens_states_LDADD = $(LIBSTAGE)
%C%_test_hostile_SOURCES = %D%/test_hostile.c %D%/hostile.c %D%/hostile.h %D%/spoken.c \
	%D%/spoken.h
%C%_test_hostile_LDADD = $(LIBSTAGE) models/libmodels.a $(LIBBASE)
%C%_test_platform_killed_SOURCES = %D%/test_platform_killed.c
%C%_test_platform_killed_LDADD = $(LIBSTAGE)
%C%_test_random_keys_SOURCES = %D%/test_random_keys.c
%C%_test_random_keys_LDADD = $(LIBSTAGE)
%C%_test_input_SOURCES = %D%/test_input.c
%C%_test_input_LDADD = $(LIBSTAGE)
%C%_test_hostile_fields_SOURCES = %D%/test_hostile_fields.c %D%/hostile.c %D%/hostile.h
%C%_test_hostile_fields_LDADD = $(LIBSTAGE) models/libmodels.a $(LIBBASE)
%C%_test_hostile_places_SOURCES = %D%/test_hostile_places.c
%C%_test_hostile_places_LDADD = $(LIBSTAGE)
%C%_test_scripts_SOURCES = %D%/test_scripts.c
%C%_test_scripts_LDADD = $(LIBSTAGE)
%C%_test_settings_SOURCES = %D%/test_settings.c
%C%_test_settings_LDADD = $(LIBSTAGE)
%C%_test_terminal_bytes_SOURCES = %D%/test_terminal_bytes.c
%C%_test_terminal_bytes_LDADD = $(LIBSTAGE)
%C%_test_terminals_SOURCES = %D%/test_terminals.c
%C%_test_terminals_LDADD = $(LIBSTAGE)
# (It needs https and addresses, so its servers are those of the tests of net.)
%C%_test_trust_SOURCES = %D%/test_trust.c tests/unit/certs.c tests/unit/certs.h tests/unit/net_world.c \
	tests/unit/net_world.h
%C%_test_trust_LDADD = $(LIBSTAGE) $(LIBNET) $(SSL_LIBS)
%C%_test_typing_SOURCES = %D%/test_typing.c
%C%_test_typing_LDADD = $(LIBSTAGE)
%C%_test_money_SOURCES = %D%/test_money.c
%C%_test_money_LDADD = $(LIBSTAGE)
%C%_test_cut_SOURCES = %D%/test_cut.c
%C%_test_cut_LDADD = $(LIBSTAGE)
%C%_test_errors_SOURCES = %D%/test_errors.c
%C%_test_errors_LDADD = $(LIBSTAGE)
%C%_test_idle_SOURCES = %D%/test_idle.c
%C%_test_idle_LDADD = $(LIBSTAGE)
%C%_test_valgrind_SOURCES = %D%/test_valgrind.c
%C%_test_valgrind_LDADD = $(LIBSTAGE)

# What test_look_again preloads into vitrine.
check_SCRIPTS += %D%/clock.so
CLEANFILES += %D%/clock.so
EXTRA_DIST += %D%/clock.c

%D%/clock.so: %D%/clock.c %D%/clock.h tests/shared.h
	@$(MKDIR_P) %D%
	$(PRELOADED_LINK)

# test_memory's vitrine, whose memory ends when the test says so.
check_PROGRAMS += %D%/vitrine_scarce
%C%_vitrine_scarce_SOURCES = screens/app/main.c %D%/scarce_main.c %D%/scarce_main.h tests/unit/scarce.c \
	tests/unit/scarce.h tests/unit/scarce_curl.c tests/unit/unit.h
%C%_vitrine_scarce_LDADD = $(LIBSCREENS) $(CMOCKA_LIBS)
%C%_vitrine_scarce_LDFLAGS = $(AM_LDFLAGS) $(WRAP_MEMORY) $(WRAP_CURL)

EXTRA_DIST += %D%/golden

# A folder, and no program that golden.c makes.
%D%/golden: ;

# The README's pictures.
check_PROGRAMS += %D%/picture
%C%_picture_SOURCES = %D%/picture.c
%C%_picture_LDADD = $(LIBSTAGE)

pictures: vitrine vitrined %D%/picture
	@mkdir -p $(top_srcdir)/docs/pictures
	@$(AM_TESTS_ENVIRONMENT) tests/screens/picture $(top_srcdir)/docs/pictures

.PHONY: pictures

# Looks different on purpose? Then this, and read the difference before it is committed.
GOLDEN_TESTS = tests/screens/test_goldens tests/screens/test_goldens_seller tests/screens/test_goldens_states \
	tests/screens/test_terminals \
	tests/screens/test_errors tests/screens/test_lines
update-golden: vitrine vitrined $(GOLDEN_TESTS)
	@for program in $(GOLDEN_TESTS); do \
		( $(AM_TESTS_ENVIRONMENT) UPDATE_GOLDEN=1 $$program ) || exit 1; \
	done

.PHONY: update-golden
