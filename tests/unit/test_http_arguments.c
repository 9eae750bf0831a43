/* The command line, and that the manual tells of every option. */
#include "tests/unit/unit.h"

#include "platform/http/listen.h"
#include "platform/http/arguments.h"

enum { WORDS_MAX = 40 };

/* Parses words; the last one is followed by NULL. */
static bool parse(struct arguments *arguments, struct err *err, const char *const *words)
{
	static char kept[WORDS_MAX][128];
	char *argv[WORDS_MAX + 1] = {NULL};
	int argc = 0;

	for (argv[argc++] = kept[0]; *words && argc < WORDS_MAX; words++, argc++) {
		snprintf(kept[argc], sizeof kept[argc], "%s", *words);
		argv[argc] = kept[argc];
	}
	return arguments_parse(argc, argv, arguments, err);
}
#define PARSE(arguments, err, ...) parse(arguments, err, (const char *const[]){__VA_ARGS__, NULL})

static void has_defaults(void **state)
{
	struct arguments arguments;
	struct err err;

	(void)state;
	assert_true(parse(&arguments, &err, (const char *const[]){NULL}));
	assert_int_equal(arguments.command, COMMAND_SERVE);
	assert_null(arguments.shop.db);
	assert_false(arguments.demo);
	assert_int_equal(arguments.places_count, 0);
	assert_int_equal(arguments.server.threads, 0);
	assert_int_equal(arguments.server.workers, 64);
	assert_int_equal(arguments.server.connections_max, 8192);
	assert_int_equal(arguments.server.head_ms, 10000);
	assert_int_equal(arguments.server.request_ms, 30000);
	assert_int_equal(arguments.server.bodies_bytes, 64 << 20);
	assert_int_equal(arguments.page_bytes, 8 << 20);
	assert_true(arguments.server.log);
	assert_false(arguments.server.metrics_public);
	assert_int_equal(arguments.shop.delivery, DELIVERY_OPTIONAL);
	assert_null(arguments.shop.payment);
}

static void reads_what_a_purchase_needs(void **state)
{
	struct arguments arguments;
	struct err err;

	(void)state;
	for (int rule = DELIVERY_NONE; rule <= DELIVERY_REQUIRED; rule++) {
		assert_true(PARSE(&arguments, &err, "--delivery", delivery_rule_names[rule], "--payment",
				  "In beans, por favor."));
		assert_int_equal(arguments.shop.delivery, rule);
		assert_string_equal(arguments.shop.payment, "In beans, por favor.");
	}
	static const char *const bad[][2] = {{"--delivery", "perhaps"}, {"--delivery", ""},
					     {"--payment", ""},         {"--payment", "a\nb"},
					     {"--payment", "\x1b[2J"},  {"--payment", "\xff"}};
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(PARSE(&arguments, &err, bad[i][0], bad[i][1]));
}

static void reads_options(void **state)
{
	struct arguments arguments;
	struct err err;

	(void)state;
	assert_true(PARSE(&arguments, &err, "--demo", "--listen", "127.0.0.1:0", "--listen=unix:/x", "--currency",
			  "SEK", "--request-timeout", "0.25", "--body-memory", "2", "--no-log", "--threads=3",
			  "--tls-cert", "c", "--tls-key", "k", "--metrics-public"));
	assert_true(arguments.demo);
	assert_int_equal(arguments.places_count, 2);
	assert_string_equal(arguments.places[0], "127.0.0.1:0");
	assert_string_equal(arguments.places[1], "unix:/x");
	assert_string_equal(arguments.shop.currency, "SEK");
	assert_int_equal(arguments.server.request_ms, 250);
	assert_int_equal(arguments.server.bodies_bytes, 2 << 20);
	assert_int_equal(arguments.server.threads, 3);
	assert_false(arguments.server.log);
	assert_true(arguments.server.metrics_public);

	assert_true(PARSE(&arguments, &err, "backup", "copy.db", "--db", "shop.db"));
	assert_int_equal(arguments.command, COMMAND_BACKUP);
	assert_string_equal(arguments.operand, "copy.db");
	assert_string_equal(arguments.shop.db, "shop.db");
	assert_true(PARSE(&arguments, &err, "export", "shop.jsonl"));
	assert_int_equal(arguments.command, COMMAND_EXPORT);
	assert_true(PARSE(&arguments, &err, "import", "shop.jsonl", "--db", "shop.db"));
	assert_int_equal(arguments.command, COMMAND_IMPORT);
	assert_string_equal(arguments.operand, "shop.jsonl");
	assert_true(PARSE(&arguments, &err, "--db", "shop.db", "account", "list"));
	assert_int_equal(arguments.command, COMMAND_ACCOUNT_LIST);
	assert_null(arguments.operand);
	assert_true(PARSE(&arguments, &err, "account", "close", "ID", "--db", "shop.db"));
	assert_int_equal(arguments.command, COMMAND_ACCOUNT_CLOSE);
	assert_string_equal(arguments.operand, "ID");
	assert_true(PARSE(&arguments, &err, "product", "archive", "ID"));
	assert_int_equal(arguments.command, COMMAND_PRODUCT_ARCHIVE);
	assert_true(PARSE(&arguments, &err, "--help"));
	assert_int_equal(arguments.command, COMMAND_HELP);
	assert_true(PARSE(&arguments, &err, "--version"));
	assert_int_equal(arguments.command, COMMAND_VERSION);
}

static void chooses_engines(void **state)
{
	struct arguments arguments;
	struct err err;

	(void)state;
	assert_true(PARSE(&arguments, &err, "--demo"));
	assert_int_equal(arguments.shop.store, SHOP_SQLITE);
	assert_int_equal(arguments.shop.identity, SHOP_LOCAL);
	assert_true(shop_settings_use_file(&arguments.shop));
	assert_true(PARSE(&arguments, &err, "--store", "dynamodb", "--table", "shop", "--identity", "cognito",
			  "--user-pool", "p_1", "--user-pool-client", "c", "--issuer", "i", "--jwks", "k"));
	assert_int_equal(arguments.shop.store, SHOP_DYNAMODB);
	assert_int_equal(arguments.shop.identity, SHOP_COGNITO);
	assert_string_equal(arguments.shop.table, "shop");
	assert_string_equal(arguments.shop.user_pool, "p_1");
	assert_string_equal(arguments.shop.user_pool_client, "c");
	assert_string_equal(arguments.shop.issuer, "i");
	assert_string_equal(arguments.shop.jwks, "k");
	assert_false(shop_settings_use_file(&arguments.shop));
	/* Each with the other one's. */
	assert_true(
	    PARSE(&arguments, &err, "--store", "dynamodb", "--table", "t", "--db", "logins.db", "--outbox", "o"));
	assert_true(shop_settings_use_file(&arguments.shop));
	assert_true(PARSE(&arguments, &err, "--identity", "cognito", "--user-pool", "p", "--user-pool-client", "c",
			  "--db", "d"));
	assert_true(shop_settings_use_file(&arguments.shop));
	/* What contradicts is named, and what it would need. */
	assert_false(PARSE(&arguments, &err, "--store", "dynamodb", "--table", "t", "--identity", "cognito",
			   "--user-pool", "p", "--user-pool-client", "c", "--db", "d"));
	assert_string_equal(err.message, "--db goes with --store sqlite");
	assert_false(PARSE(&arguments, &err, "--identity", "cognito", "--user-pool", "p", "--user-pool-client", "c",
			   "--outbox", "o"));
	assert_string_equal(err.message, "--outbox goes with --identity local");
	assert_false(PARSE(&arguments, &err, "--store", "dynamodb"));
	assert_string_equal(err.message, "--store dynamodb needs --table");
	assert_false(PARSE(&arguments, &err, "--store", "x"));
	assert_string_equal(err.message, "--store takes sqlite or dynamodb");
	assert_false(PARSE(&arguments, &err, "--delivery", "x"));
	assert_string_equal(err.message, "--delivery takes none, optional or required");
}

static void refuses_nonsense(void **state)
{
	static const char *const bad[][6] = {
	    {"--nonsense"},
	    {"nonsense"},
	    {"backup"},
	    {"backup", "a", "b"},
	    {"backup", "a", "--demo"},
	    {"backup", ""},
	    {"export"},
	    {"import", "a", "--demo"},
	    {"account"},
	    {"account", "list", "a"},
	    {"account", "list", "--demo"},
	    {"account", "close"},
	    {"account", "close", "a", "b"},
	    {"product", "archive", ""},
	    {"product", "close", "a"},
	    {"--db"},
	    {"--db", ""},
	    {"--demo=1"},
	    {"--currency", "eur"},
	    {"--currency", "EURO"},
	    {"--currency", "EU"},
	    {"--currency", "QQQ"},
	    {"--currency", "JPY"}, /* has no cents */
	    {"--threads", "0"},
	    {"--threads", "-1"},
	    {"--threads", "1x"},
	    {"--threads", ""},
	    {"--workers", "99999999999999999999"},
	    {"--request-timeout", "0"},
	    {"--request-timeout", "nan"},
	    {"--request-timeout", "inf"},
	    {"--request-timeout", "-1"},
	    {"--request-timeout", "1s"},
	    {"--tls-cert", "c"},
	    {"--tls-key", "k"},
	    {"--log", "l", "--no-log"},
	    {"--store", "mongodb"},
	    {"--store", "dynamodb"},
	    {"--store", "dynamodb", "--table", ""},
	    {"--table", "t"},
	    {"--identity", "cognito", "--user-pool", "p"},
	    {"--identity", "cognito", "--user-pool-client", "c"},
	    {"--user-pool", "p"},
	    {"--jwks", "https://keys.example/"},
	    {"--demo", "--store", "dynamodb", "--table", "t"},
	    {"backup", "a", "--store", "dynamodb", "--table=t"},
	};
	struct arguments arguments;

	(void)state;
	memset(&arguments, 0x5A, sizeof arguments);
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct err err = {.kind = ERR_NONE};

		if (parse(&arguments, &err, bad[i]))
			fail_msg("%s %s was taken", bad[i][0], bad[i][1] ? bad[i][1] : "");
		assert_int_equal(err.kind, ERR_INVALID);
		assert_true(err.message[0]);
	}
	assert_int_equal(((unsigned char *)&arguments)[0], 0x5A); /* untouched on failure */
}

static void refuses_too_many_places(void **state)
{
	const char *words[2 * (SERVER_LISTENERS_MAX + 1) + 1] = {NULL};
	struct arguments arguments;
	struct err err;

	(void)state;
	for (size_t i = 0; i <= SERVER_LISTENERS_MAX; i++) {
		words[2 * i] = "--listen";
		words[2 * i + 1] = "127.0.0.1:0";
	}
	assert_false(parse(&arguments, &err, words));
	words[2 * SERVER_LISTENERS_MAX] = NULL;
	assert_true(parse(&arguments, &err, words));
}

static void refuses_places_that_are_none(void **state)
{
	static const char *const bad[] = {
	    "",         "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "127.0.0.1:99999", "127.0.0.1:-1",
	    "::1:3000", ":3000",     "[]:3000",    "unix:"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct listening listening = {.fd = -1};
		struct err err = {.kind = ERR_NONE};

		if (listening_open(bad[i], "http", &listening, &err))
			fail_msg("%s was taken", bad[i]);
		assert_int_equal(err.kind, ERR_INVALID);
		assert_int_equal(listening.fd, -1);
	}
}

/* A file of the source tree, as a string. */
static char *read_source(const char *name)
{
	const char *root = getenv("top_srcdir");
	static char text[1 << 20];
	char path[4096];

	snprintf(path, sizeof path, "%s/%s", root ? root : ".", name);
	FILE *file = fopen(path, "re");

	text[0] = '\0';
	if (!file) {
		fail_msg("%s can't be read", path);
		return text;
	}
	text[fread(text, 1, sizeof text - 1, file)] = '\0';
	fclose(file);
	return text;
}

/* Each option stands in the manual and in the help, in the table's order, and the manual has no other. */
static void is_documented(void **state)
{
	char *manual = read_source("docs/vitrined.8");
	static char help[1 << 16];
	FILE *out = fmemopen(help, sizeof help, "w");
	const char *at = manual, *name;
	char line[64];

	(void)state;
	assert_non_null(out);
	arguments_help(out);
	fclose(out);
	for (size_t i = 0; (name = arguments_option(i)); i++) {
		snprintf(line, sizeof line, "\n.It Fl -%s", name);
		const char *next = strstr(at, "\n.It Fl -");
		if (!next || strncmp(next, line, strlen(line)) != 0 || !strchr(" \n", next[strlen(line)])) {
			fail_msg("--%s is missing from the manual, or out of order", name);
			return;
		}
		at = next + 1;
		snprintf(line, sizeof line, "\n  --%s ", name);
		if (!strstr(help, line))
			fail_msg("--%s is missing from the help", name);
	}
	assert_null(strstr(at, "\n.It Fl -"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_what_a_purchase_needs),
	    cmocka_unit_test(has_defaults),
	    cmocka_unit_test(reads_options),
	    cmocka_unit_test(chooses_engines),
	    cmocka_unit_test(refuses_nonsense),
	    cmocka_unit_test(refuses_too_many_places),
	    cmocka_unit_test(refuses_places_that_are_none),
	    cmocka_unit_test(is_documented),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
