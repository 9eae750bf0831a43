# tests/unit/: one module at a time.

# Identity, and what it stands on.
IDENTITY_TESTS = \
	%D%/test_cognito \
	%D%/test_cognito_codes \
	%D%/test_cognito_tokens \
	%D%/test_crypt \
	%D%/test_identity \
	%D%/test_identity_file \
	%D%/test_identity_fold \
	%D%/test_identity_mail \
	%D%/test_identity_time \
	%D%/test_throttle \
	%D%/test_token \
	%D%/test_token_keys \
	%D%/test_verified
check_PROGRAMS += $(IDENTITY_TESTS)
TESTS += $(IDENTITY_TESTS)

%C%_test_cognito_SOURCES = %D%/cognito_world.c %D%/cognito_world.h %D%/test_cognito.c %D%/unit.h
%C%_test_cognito_LDADD = $(LIBCOGNITO) $(CMOCKA_LIBS)
%C%_test_cognito_codes_SOURCES = %D%/cognito_world.c %D%/cognito_world.h %D%/test_cognito_codes.c %D%/unit.h
%C%_test_cognito_codes_LDADD = $(LIBCOGNITO) $(CMOCKA_LIBS)
%C%_test_cognito_tokens_SOURCES = %D%/cognito_world.c %D%/cognito_world.h %D%/test_cognito_tokens.c %D%/unit.h
%C%_test_cognito_tokens_LDADD = $(LIBCOGNITO) $(CMOCKA_LIBS)
%C%_test_crypt_SOURCES = %D%/test_crypt.c
%C%_test_crypt_LDADD = $(LIBBASE) $(CMOCKA_LIBS)
%C%_test_token_SOURCES = %D%/test_token.c %D%/token_key.h %D%/unit.h
%C%_test_token_LDADD = $(LIBBASE) $(CMOCKA_LIBS)
%C%_test_token_keys_SOURCES = %D%/test_token_keys.c %D%/token_key.h %D%/unit.h
%C%_test_token_keys_LDADD = $(LIBBASE) $(CMOCKA_LIBS)
%C%_test_throttle_SOURCES = %D%/test_throttle.c
%C%_test_throttle_LDADD = $(LIBIDENTITY) $(CMOCKA_LIBS)
%C%_test_verified_SOURCES = %D%/test_verified.c %D%/unit.h
%C%_test_verified_LDADD = $(LIBIDENTITY) $(CMOCKA_LIBS)
%C%_test_identity_SOURCES = %D%/identity_world.c %D%/identity_world.h %D%/test_identity.c
%C%_test_identity_LDADD = $(LIBIDENTITY) $(CMOCKA_LIBS)
%C%_test_identity_file_SOURCES = %D%/identity_world.c %D%/identity_world.h %D%/meter.c %D%/meter.h \
	%D%/test_identity_file.c
%C%_test_identity_file_LDADD = $(LIBIDENTITY) $(CMOCKA_LIBS)
%C%_test_identity_fold_SOURCES = %D%/identity_world.c %D%/identity_world.h %D%/test_identity_fold.c
%C%_test_identity_fold_LDADD = $(LIBIDENTITY) $(CMOCKA_LIBS)
%C%_test_identity_time_SOURCES = %D%/identity_world.c %D%/identity_world.h %D%/meter.c %D%/meter.h \
	%D%/test_identity_time.c
%C%_test_identity_time_LDADD = $(LIBIDENTITY) $(CMOCKA_LIBS)
%C%_test_identity_mail_SOURCES = %D%/identity_world.c %D%/identity_world.h %D%/test_identity_mail.c
%C%_test_identity_mail_LDADD = $(LIBIDENTITY) $(CMOCKA_LIBS)

# base: what everything stands on.
BASE_TESTS = \
	%D%/test_arena \
	%D%/test_buf \
	%D%/test_clock \
	%D%/test_err \
	%D%/test_id \
	%D%/test_json \
	%D%/test_text
check_PROGRAMS += $(BASE_TESTS)
TESTS += $(BASE_TESTS)

%C%_test_arena_SOURCES = %D%/test_arena.c %D%/unit.h
%C%_test_arena_LDADD = $(LIBBASE) $(CMOCKA_LIBS)
%C%_test_buf_SOURCES = %D%/test_buf.c %D%/unit.h
%C%_test_buf_LDADD = $(LIBBASE) $(CMOCKA_LIBS)
%C%_test_clock_SOURCES = %D%/test_clock.c %D%/unit.h
%C%_test_clock_LDADD = $(LIBBASE) $(CMOCKA_LIBS)
%C%_test_err_SOURCES = %D%/test_err.c %D%/unit.h
%C%_test_err_LDADD = $(LIBBASE) $(CMOCKA_LIBS)
# Its clock and its randomness are the test's.
%C%_test_id_SOURCES = %D%/test_id.c %D%/unit.h
%C%_test_id_LDADD = $(LIBBASE) $(CMOCKA_LIBS)
%C%_test_id_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=clock_now,--wrap=getrandom
%C%_test_json_SOURCES = %D%/test_json.c %D%/unit.h
%C%_test_json_LDADD = $(LIBBASE) $(CMOCKA_LIBS)
%C%_test_text_SOURCES = %D%/test_text.c %D%/unit.h
%C%_test_text_LDADD = $(LIBBASE) $(CMOCKA_LIBS)

# models: the shop's terms, and the tables.
MODELS_TESTS = \
	%D%/test_amount \
	%D%/test_api \
	%D%/test_money \
	%D%/test_normal \
	%D%/test_purchase \
	%D%/test_search \
	%D%/test_shape \
	%D%/test_shape_query
check_PROGRAMS += $(MODELS_TESTS)
TESTS += $(MODELS_TESTS)

%C%_test_amount_SOURCES = %D%/test_amount.c %D%/unit.h
%C%_test_amount_LDADD = $(LIBMODELS) $(CMOCKA_LIBS)
%C%_test_api_SOURCES = %D%/test_api.c %D%/unit.h
%C%_test_api_LDADD = $(LIBMODELS) $(CMOCKA_LIBS)
%C%_test_money_SOURCES = %D%/test_money.c %D%/unit.h
%C%_test_money_LDADD = $(LIBMODELS) $(CMOCKA_LIBS)
%C%_test_normal_SOURCES = %D%/test_normal.c %D%/unit.h
%C%_test_normal_LDADD = $(LIBMODELS) $(CMOCKA_LIBS)
%C%_test_purchase_SOURCES = %D%/test_purchase.c %D%/unit.h
%C%_test_purchase_LDADD = $(LIBMODELS) $(CMOCKA_LIBS)
%C%_test_search_SOURCES = %D%/test_search.c %D%/unit.h
%C%_test_search_LDADD = $(LIBMODELS) $(CMOCKA_LIBS)
%C%_test_shape_SOURCES = %D%/test_shape.c %D%/unit.h
%C%_test_shape_LDADD = $(LIBMODELS) $(CMOCKA_LIBS)
%C%_test_shape_query_SOURCES = %D%/test_shape_query.c %D%/unit.h
%C%_test_shape_query_LDADD = $(LIBMODELS) $(CMOCKA_LIBS)

# platform: dispatch and the handlers, with fakes behind them.
DISPATCH_TESTS = \
	%D%/test_dispatch \
	%D%/test_handlers \
	%D%/test_demo_past \
	%D%/test_image \
	%D%/test_page_cache \
	%D%/test_memory
check_PROGRAMS += $(DISPATCH_TESTS)
TESTS += $(DISPATCH_TESTS)

ASK_FILES = %D%/ask.c %D%/ask.h %D%/fakes.c %D%/fakes.h %D%/unit.h
%C%_test_dispatch_SOURCES = %D%/test_dispatch.c $(ASK_FILES)
%C%_test_dispatch_LDADD = $(LIBPLATFORM) $(CMOCKA_LIBS)
%C%_test_handlers_SOURCES = %D%/test_handlers.c $(ASK_FILES)
%C%_test_handlers_LDADD = $(LIBPLATFORM) $(CMOCKA_LIBS)
%C%_test_image_SOURCES = %D%/test_image.c %D%/unit.h
%C%_test_image_LDADD = $(LIBPLATFORM) $(CMOCKA_LIBS)
%C%_test_page_cache_SOURCES = %D%/test_page_cache.c %D%/unit.h
%C%_test_page_cache_LDADD = $(LIBPLATFORM) $(CMOCKA_LIBS)
%C%_test_demo_past_SOURCES = %D%/test_demo_past.c %D%/unit.h
%C%_test_demo_past_LDADD = $(LIBPLATFORM) $(CMOCKA_LIBS)
# Its memory ends when the test says so.
WRAP_MEMORY = -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=free,--wrap=strdup,--wrap=strndup \
	-Wl,--wrap=asprintf,--wrap=__asprintf_chk,--wrap=utf8proc_map
WRAP_CURL = -Wl,--wrap=curl_easy_init,--wrap=curl_multi_init,--wrap=curl_url,--wrap=curl_slist_append
WRAP_ARENA = -Wl,--wrap=arena_alloc,--wrap=arena_array,--wrap=arena_strdup,--wrap=arena_strndup,--wrap=arena_memdup
%C%_test_memory_SOURCES = %D%/test_memory.c %D%/scarce.c %D%/scarce.h $(ASK_FILES)
%C%_test_memory_LDADD = $(LIBPLATFORM) $(CMOCKA_LIBS)
%C%_test_memory_LDFLAGS = $(AM_LDFLAGS) $(WRAP_MEMORY)

# The client's side of the REST contract.
NET_TESTS = \
	%D%/test_net_base \
	%D%/test_net_base_buy \
	%D%/test_net_calls \
	%D%/test_net_features \
	%D%/test_net_files \
	%D%/test_net_hostile \
	%D%/test_net_memory \
	%D%/test_net_pauses \
	%D%/test_net_refresh \
	%D%/test_net_session \
	%D%/test_net_trust \
	%D%/test_net_vitrined \
	%D%/test_wire_race
check_PROGRAMS += $(NET_TESTS)
TESTS += $(NET_TESTS)
NET_WORLD = %D%/net_world.c %D%/net_world.h

%C%_test_net_base_SOURCES = $(NET_WORLD) %D%/test_net_base.c
%C%_test_net_base_LDADD = $(LIBNET) $(CMOCKA_LIBS)
%C%_test_net_base_buy_SOURCES = $(NET_WORLD) %D%/test_net_base_buy.c
%C%_test_net_base_buy_LDADD = $(LIBNET) $(CMOCKA_LIBS)
%C%_test_net_calls_SOURCES = $(NET_WORLD) %D%/test_net_calls.c
%C%_test_net_calls_LDADD = $(LIBNET) $(CMOCKA_LIBS)
%C%_test_net_features_SOURCES = $(NET_WORLD) %D%/test_net_features.c
%C%_test_net_features_LDADD = $(LIBNET) $(CMOCKA_LIBS)
%C%_test_net_files_SOURCES = $(NET_WORLD) %D%/test_net_files.c
%C%_test_net_files_LDADD = $(LIBNET) $(CMOCKA_LIBS)
%C%_test_net_hostile_SOURCES = $(NET_WORLD) %D%/test_net_hostile.c
%C%_test_net_hostile_LDADD = $(LIBNET) $(CMOCKA_LIBS)
# Its clock is the test's, and so is what an attempt meets with.
%C%_test_net_pauses_SOURCES = %D%/test_net_pauses.c %D%/unit.h
%C%_test_net_pauses_LDADD = $(LIBNET) $(CMOCKA_LIBS)
%C%_test_net_pauses_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=clock_monotonic,--wrap=transfer_new,--wrap=transfer_free
# Its memory ends when the test says so.
%C%_test_net_memory_SOURCES = %D%/test_net_memory.c %D%/scarce.c %D%/scarce.h %D%/scarce_arena.c %D%/scarce_curl.c \
	$(NET_WORLD)
%C%_test_net_memory_LDADD = $(LIBNET) $(CMOCKA_LIBS)
%C%_test_net_memory_LDFLAGS = $(AM_LDFLAGS) $(WRAP_MEMORY) $(WRAP_CURL) $(WRAP_ARENA)
%C%_test_net_session_SOURCES = $(NET_WORLD) %D%/test_net_session.c
%C%_test_net_session_LDADD = $(LIBNET) $(CMOCKA_LIBS)
%C%_test_net_refresh_SOURCES = $(NET_WORLD) %D%/test_net_refresh.c
%C%_test_net_refresh_LDADD = $(LIBNET) $(CMOCKA_LIBS)
# (Certificates are made while it runs.)
%C%_test_net_trust_SOURCES = $(NET_WORLD) %D%/certs.c %D%/certs.h %D%/test_net_trust.c
%C%_test_net_trust_LDADD = $(LIBNET) $(SSL_LIBS) $(CMOCKA_LIBS)
%C%_test_wire_race_SOURCES = %D%/test_wire_race.c %D%/unit.h
%C%_test_wire_race_LDADD = $(LIBWIRE) $(CMOCKA_LIBS)
# (It needs the platform's program, which `make check` has built by then.)
%C%_test_net_vitrined_SOURCES = $(NET_WORLD) %D%/test_net_vitrined.c
%C%_test_net_vitrined_LDADD = $(LIBNET) $(CMOCKA_LIBS)

# tui: the toolkit, without a terminal and with one (a pty whose bytes libvterm reads).
VIEW_LINES_TESTS = %D%/test_view_lines
check_PROGRAMS += $(VIEW_LINES_TESTS)
TESTS += $(VIEW_LINES_TESTS)
%C%_test_view_lines_SOURCES = %D%/test_view_lines.c %D%/unit.h
%C%_test_view_lines_LDADD = $(LIBTUI) $(CMOCKA_LIBS)

TUI_TESTS = \
	%D%/test_tui_field \
	%D%/test_tui_form \
	%D%/test_tui_frame \
	%D%/test_tui_input \
	%D%/test_tui_keymap \
	%D%/test_tui_layout \
	%D%/test_tui_paint \
	%D%/test_tui_picture \
	%D%/test_tui_scaler \
	%D%/test_tui_sgr \
	%D%/test_tui_terminal \
	%D%/test_tui_theme \
	%D%/test_tui_widgets \
	%D%/test_view_cells \
	%D%/test_view_events
check_PROGRAMS += $(TUI_TESTS)
TESTS += $(TUI_TESTS)

%C%_test_tui_field_SOURCES = %D%/test_tui_field.c %D%/unit.h
%C%_test_tui_field_LDADD = $(LIBWIDGETS) $(CMOCKA_LIBS)
%C%_test_tui_form_SOURCES = %D%/test_tui_form.c %D%/unit.h
%C%_test_tui_form_LDADD = $(LIBWIDGETS) $(CMOCKA_LIBS)
%C%_test_tui_frame_SOURCES = %D%/test_tui_frame.c %D%/tui_pty.c %D%/tui_pty.h %D%/tui_world.h %D%/unit.h
%C%_test_tui_frame_LDADD = $(LIBTUI) $(CMOCKA_LIBS) $(VTERM_LIBS) $(PTY_LIBS)
%C%_test_tui_input_SOURCES = %D%/test_tui_input.c %D%/unit.h
%C%_test_tui_input_LDADD = $(LIBTERMINAL) $(CMOCKA_LIBS)
%C%_test_tui_keymap_SOURCES = %D%/test_tui_keymap.c %D%/unit.h
%C%_test_tui_keymap_LDADD = $(LIBWIDGETS) $(CMOCKA_LIBS)
%C%_test_tui_layout_SOURCES = %D%/test_tui_layout.c %D%/unit.h
%C%_test_tui_layout_LDADD = $(LIBPAINT) $(CMOCKA_LIBS)
%C%_test_tui_paint_SOURCES = %D%/test_tui_paint.c %D%/unit.h
%C%_test_tui_paint_LDADD = $(LIBPAINT) $(CMOCKA_LIBS)
%C%_test_tui_picture_SOURCES = %D%/test_tui_picture.c %D%/unit.h
%C%_test_tui_picture_LDADD = $(LIBPICTURE) $(PNG_LIBS) $(JPEG_LIBS) $(CMOCKA_LIBS)
%C%_test_tui_picture_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=dlopen
%C%_test_tui_scaler_SOURCES = %D%/test_tui_scaler.c %D%/unit.h
%C%_test_tui_scaler_LDADD = $(LIBPICTURE) $(CMOCKA_LIBS)
%C%_test_tui_sgr_SOURCES = %D%/test_tui_sgr.c %D%/unit.h
%C%_test_tui_sgr_LDADD = $(LIBTERMINAL) $(VTERM_LIBS) $(CMOCKA_LIBS)
%C%_test_tui_terminal_SOURCES = %D%/test_tui_terminal.c %D%/tui_pty.c %D%/tui_pty.h %D%/tui_world.h %D%/unit.h
%C%_test_tui_terminal_LDADD = $(LIBTERMINAL) $(CMOCKA_LIBS) $(VTERM_LIBS) $(PTY_LIBS)
%C%_test_tui_theme_SOURCES = %D%/test_tui_theme.c %D%/unit.h
%C%_test_tui_theme_LDADD = $(LIBPAINT) -lm $(CMOCKA_LIBS)
%C%_test_tui_widgets_SOURCES = %D%/test_tui_widgets.c %D%/unit.h
%C%_test_tui_widgets_LDADD = $(LIBTUI) $(CMOCKA_LIBS)
%C%_test_view_cells_SOURCES = %D%/test_view_cells.c %D%/unit.h
%C%_test_view_cells_LDADD = $(LIBTUI) $(CMOCKA_LIBS)
%C%_test_view_events_SOURCES = %D%/test_view_events.c %D%/unit.h
%C%_test_view_events_LDADD = $(LIBTUI) $(CMOCKA_LIBS)

# store: the database under the SQLite store, the store on its file, and what only a large shop makes it do.
STORE_TESTS = \
	%D%/test_db \
	%D%/test_db_writer \
	%D%/test_product_cache \
	%D%/test_store_changes \
	%D%/test_store_ending \
	%D%/test_store_failing \
	%D%/test_store_file \
	%D%/test_store_slices \
	%D%/test_store_large
check_PROGRAMS += $(STORE_TESTS)
TESTS += $(STORE_TESTS)

DB_FILE_FILES = %D%/db_file.c %D%/db_file.h
%C%_test_db_SOURCES = %D%/test_db.c $(DB_FILE_FILES)
%C%_test_db_LDADD = $(LIBDB) $(CMOCKA_LIBS)
%C%_test_db_writer_SOURCES = %D%/test_db_writer.c $(DB_FILE_FILES)
%C%_test_db_writer_LDADD = $(LIBDB) $(CMOCKA_LIBS)
%C%_test_product_cache_SOURCES = %D%/test_product_cache.c %D%/unit.h
%C%_test_product_cache_LDADD = $(LIBSTORE) $(CMOCKA_LIBS)
%C%_test_store_file_SOURCES = %D%/test_store_file.c $(DB_FILE_FILES)
%C%_test_store_file_LDADD = $(LIBSTORE) $(LIBIDENTITY) $(CMOCKA_LIBS)
%C%_test_store_changes_SOURCES = %D%/test_store_changes.c %D%/meter.c %D%/meter.h $(DB_FILE_FILES)
%C%_test_store_changes_LDADD = $(LIBSTORE) $(CMOCKA_LIBS)
%C%_test_store_ending_SOURCES = %D%/test_store_ending.c $(DB_FILE_FILES)
%C%_test_store_ending_LDADD = $(LIBSTORE) $(LIBIDENTITY) $(CMOCKA_LIBS)
# SQLite fails when the test says so.
%C%_test_store_failing_SOURCES = %D%/test_store_failing.c %D%/unit.h
%C%_test_store_failing_LDADD = $(LIBSTORE) $(CMOCKA_LIBS)
%C%_test_store_failing_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=sqlite3_step
%C%_test_store_slices_SOURCES = %D%/test_store_slices.c %D%/meter.c %D%/meter.h $(DB_FILE_FILES)
%C%_test_store_slices_LDADD = $(LIBSTORE) $(LIBIDENTITY) $(CMOCKA_LIBS)
%C%_test_store_large_SOURCES = %D%/test_store_large.c
%C%_test_store_large_LDADD = $(LIBSTORE) $(CMOCKA_LIBS)

# The cart, what a reply to a purchase means, and purchases under way.
BUYER_TESTS = \
	%D%/test_buying \
	%D%/test_cart_model \
	%D%/test_net_base_late \
	%D%/test_net_base_list \
	%D%/test_purchase_run
check_PROGRAMS += $(BUYER_TESTS)
TESTS += $(BUYER_TESTS)

%C%_test_buying_SOURCES = %D%/test_buying.c %D%/unit.h
%C%_test_buying_LDADD = $(LIBSHOP) $(CMOCKA_LIBS)
%C%_test_cart_model_SOURCES = %D%/test_cart_model.c $(NET_WORLD)
%C%_test_cart_model_LDADD = $(LIBSHOP) $(CMOCKA_LIBS)
LATE_WORLD = %D%/late_world.c %D%/late_world.h $(NET_WORLD)
%C%_test_net_base_late_SOURCES = %D%/test_net_base_late.c $(LATE_WORLD)
%C%_test_net_base_late_LDADD = $(LIBSHOP) $(CMOCKA_LIBS)
%C%_test_net_base_list_SOURCES = %D%/test_net_base_list.c $(LATE_WORLD)
%C%_test_net_base_list_LDADD = $(LIBNET) $(CMOCKA_LIBS)
%C%_test_purchase_run_SOURCES = %D%/test_purchase_run.c $(NET_WORLD)
%C%_test_purchase_run_LDADD = $(LIBSHOP) $(CMOCKA_LIBS)

# What a seller changed in the grid, before it is sent.
check_PROGRAMS += %D%/test_inventory_model
TESTS += %D%/test_inventory_model
%C%_test_inventory_model_SOURCES = %D%/test_inventory_model.c %D%/unit.h
%C%_test_inventory_model_LDADD = $(LIBSHOP) $(CMOCKA_LIBS)

# The command line, the files of a person, and the screens' tables of keys.
SCREENS_TESTS = \
	%D%/test_app_stack \
	%D%/test_number \
	%D%/test_screen_keys \
	%D%/test_words_of \
	%D%/test_settings
check_PROGRAMS += $(SCREENS_TESTS)
TESTS += $(SCREENS_TESTS)
%C%_test_app_stack_SOURCES = %D%/test_app_stack.c %D%/unit.h
%C%_test_app_stack_LDADD = $(LIBSCREENS) $(CMOCKA_LIBS)
%C%_test_number_SOURCES = %D%/test_number.c %D%/unit.h
%C%_test_number_LDADD = $(LIBSHOP) $(CMOCKA_LIBS)
%C%_test_screen_keys_SOURCES = %D%/test_screen_keys.c %D%/unit.h
%C%_test_screen_keys_LDADD = $(LIBSCREENS) $(CMOCKA_LIBS)
%C%_test_settings_SOURCES = %D%/test_settings.c %D%/unit.h
%C%_test_settings_LDADD = $(LIBAPP) $(CMOCKA_LIBS)

%C%_test_words_of_SOURCES = %D%/test_words_of.c %D%/unit.h
%C%_test_words_of_LDADD = $(LIBAPP) $(CMOCKA_LIBS)

# Every code has a sentence.
TESTS += %D%/test_words.py
EXTRA_DIST += %D%/test_words.py

# The demo's data.
TESTS += %D%/test_catalogue.py %D%/test_demo.py
EXTRA_DIST += %D%/test_catalogue.py %D%/test_demo.py %D%/views
