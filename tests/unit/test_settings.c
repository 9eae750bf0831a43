/* What the command line, the environment and the files say, and which of them wins; what a kiosk leaves alone; keys of
 * one's own; and that the manual page knows the options. */
#include "tests/unit/unit.h"

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "screens/app/settings.h"

enum { ARGS_MAX = 12 };

static char home[PATH_MAX];

static void in_home(char path[PATH_MAX], const char *name)
{
	assert_true(snprintf(path, PATH_MAX, "%s/%s", home, name) < PATH_MAX);
}

static void write_config(const char *name, const char *text)
{
	char path[PATH_MAX];

	in_home(path, "config/vitrine");
	assert_true(file_make_folder(path, NULL));
	in_home(path, name);
	FILE *file = fopen(path, "we");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void read_config(char *text, size_t size)
{
	char path[PATH_MAX];

	in_home(path, "config/vitrine/vitrine.ini");
	FILE *file = fopen(path, "re");
	assert_non_null(file);
	size_t length = fread(text, 1, size - 1, file);
	text[length] = '\0';
	fclose(file);
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *where)
{
	(void)about, (void)kind, (void)where;
	return remove(path);
}

static int make_home(void **state)
{
	const char *tmp = getenv("TMPDIR");
	char path[PATH_MAX];

	(void)state;
	snprintf(home, sizeof home, "%s/vitrine-settings-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(home))
		return -1;
	in_home(path, "config");
	setenv("XDG_CONFIG_HOME", path, 1);
	in_home(path, "state");
	setenv("XDG_STATE_HOME", path, 1);
	setenv("HOME", home, 1);
	unsetenv("VITRINE_API");
	return 0;
}

static int remove_home(void **state)
{
	(void)state;
	return nftw(home, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* Reads "--theme dark info", cut at its blanks. */
static bool read_line(struct settings *settings, const char *line, struct err *err)
{
	char copy[256], program[] = "vitrine", *args[ARGS_MAX] = {program};
	int count = 1;

	assert_true((size_t)snprintf(copy, sizeof copy, "%s", line) < sizeof copy);
	for (char *at = copy + strspn(copy, " "); *at; at += strspn(at, " ")) {
		assert_true(count < ARGS_MAX - 1);
		args[count++] = at;
		at += strcspn(at, " ");
		if (*at)
			*at++ = '\0';
	}
	return settings_read(settings, count, args, err);
}

static struct settings good(const char *line)
{
	struct settings settings;
	struct err err;

	if (!read_line(&settings, line, &err))
		fail_msg("\"%s\": %s", line, err.message);
	return settings;
}

/* ---- the command line ---- */

static void test_defaults(void **state)
{
	const struct settings settings = good("");
	char path[PATH_MAX];

	(void)state;
	assert_int_equal(settings.command, COMMAND_SHOP);
	assert_string_equal(settings.api, SETTINGS_API_DEFAULT);
	assert_string_equal(settings.api_from, "default");
	assert_string_equal(settings.theme, "");
	assert_true(settings.mouse);
	assert_false(settings.kiosk);
	assert_int_equal(settings.idle_s, SETTINGS_IDLE_S);
	in_home(path, "config/vitrine");
	assert_string_equal(settings.config_dir, path);
	in_home(path, "state/vitrine");
	assert_string_equal(settings.state_dir, path);
}

static void test_options(void **state)
{
	struct settings settings = good("--api http://127.0.0.1:3001/Prod --theme light --no-mouse --idle 7 info");

	(void)state;
	assert_int_equal(settings.command, COMMAND_INFO);
	assert_string_equal(settings.api, "http://127.0.0.1:3001/Prod");
	assert_string_equal(settings.api_from, "--api");
	assert_string_equal(settings.theme, "light");
	assert_false(settings.mouse);
	assert_int_equal(settings.idle_s, 7);
	assert_int_equal(good("demo").command, COMMAND_DEMO);
	assert_int_equal(good("--version").command, COMMAND_VERSION);
	assert_int_equal(good("-V").command, COMMAND_VERSION);
	assert_int_equal(good("-h").command, COMMAND_HELP);
	assert_string_equal(good("info --api=unix:/run/shop").api, "unix:/run/shop");
	assert_int_equal(good("--idle 86400").idle_s, 86400);
}

static void test_wrong_options(void **state)
{
	static const struct {
		const char *line, *says; /* what the sentence must name */
	} cases[] = {
	    {"--bogus", "--bogus"},	  {"-x", "-x"},		       {"--api", "--api"},
	    {"--theme", "--theme"},	  {"--theme pink", "pink"},    {"--kiosk=yes", "--kiosk=yes"},
	    {"--idle 0", "--idle"},	  {"--idle 86401", "--idle"},  {"--idle ten", "--idle"},
	    {"--idle 5s", "--idle"},	  {"shop", "\"shop\""},	       {"demo demos", "\"demos\""},
	    {"--api ftp://x", "ftp://x"}, {"--api nowhere", "nowhere"}, {"--api unix:relative", "unix:relative"},
	    {"--api http://a:b@c", "--api"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct settings settings = {.idle_s = 42};
		struct err err = {.kind = ERR_NONE};

		if (read_line(&settings, cases[i].line, &err) || err.kind != ERR_INVALID)
			fail_msg("\"%s\" is taken", cases[i].line);
		if (!strstr(err.message, cases[i].says))
			fail_msg("\"%s\": \"%s\" does not name it", cases[i].line, err.message);
		assert_int_equal(settings.idle_s, 42); /* untouched */
	}
}

/* ---- which one wins ---- */

static void test_precedence(void **state)
{
	(void)state;
	write_config("config/vitrine/vitrine.ini",
		     "; a person's\napi = http://file.example\ntheme = mono\nmoney = 1.234,50\n");
	assert_string_equal(good("").money.decimal, ",");
	assert_string_equal(good("").money.group, ".");
	assert_string_equal(good("").api, "http://file.example");
	assert_string_equal(good("").api_from, "vitrine.ini");
	assert_string_equal(good("").theme, "mono");

	setenv("VITRINE_API", "http://environment.example", 1);
	assert_string_equal(good("").api, "http://environment.example");
	assert_string_equal(good("").api_from, "VITRINE_API");
	assert_string_equal(good("").theme, "mono");

	assert_string_equal(good("--api http://line.example --theme dark").api, "http://line.example");
	assert_string_equal(good("--api http://line.example --theme dark").api_from, "--api");
	assert_string_equal(good("--api http://line.example --theme dark").theme, "dark");

	setenv("VITRINE_API", "", 1); /* as if it weren't there */
	assert_string_equal(good("").api, "http://file.example");
}

/* The command line, then the environment, then what the system has. */
static void test_authorities(void **state)
{
	(void)state;
	unsetenv("SSL_CERT_FILE");
	assert_string_equal(good("").ca_file, "");
	setenv("SSL_CERT_FILE", "/etc/ours.pem", 1);
	assert_string_equal(good("").ca_file, "/etc/ours.pem");
	assert_string_equal(good("--kiosk").ca_file, "/etc/ours.pem");
	assert_string_equal(good("--ca-file mine.pem").ca_file, "mine.pem");
	setenv("SSL_CERT_FILE", "", 1);
	assert_string_equal(good("").ca_file, "");
	unsetenv("SSL_CERT_FILE");
}

/* An http address that wants https: kept for each address, beside what else is in the file. */
static void test_secured(void **state)
{
	char api[SETTINGS_URL] = "http://shop.example/", text[1024];
	struct settings settings = good("--api http://shop.example/Prod");

	(void)state;
	write_config("config/vitrine/vitrine.ini",
		     "theme = mono\nhttps = http://other.example https://other.example:444\n");
	assert_false(settings_follow(&settings, api));
	assert_true(settings_secure(&settings, "http://shop.example", "https://shop.example", NULL));
	assert_true(settings_secure(&settings, "http://shop.example", "https://shop.example:8443", NULL));
	read_config(text, sizeof text);
	assert_string_equal(text, "https = http://shop.example https://shop.example:8443\ntheme = mono\n"
				  "https = http://other.example https://other.example:444\n");
	assert_true(settings_follow(&settings, api));
	assert_string_equal(api, "https://shop.example:8443");
	assert_string_equal(good("--api http://shop.example//").api, "https://shop.example:8443");
	assert_string_equal(good("--api http://shop.example//").api_asked, "http://shop.example//");
	assert_string_equal(good("--api http://shop.example").api_from, "--api");
	/* Another path, another port, another beginning of the name: not those. */
	assert_string_equal(good("--api http://shop.example/Prod").api, "http://shop.example/Prod");
	assert_string_equal(good("--api http://shop.example/Prod").api_asked, "");
	assert_string_equal(good("--api http://shop.example:81").api, "http://shop.example:81");
	assert_string_equal(good("--api http://shop.exampl").api, "http://shop.exampl");
	assert_string_equal(good("--api http://other.example").api, "https://other.example:444");
	/* Nothing is read or written in a kiosk. */
	assert_string_equal(good("--kiosk --api http://other.example").api, "http://other.example");
	settings = good("--kiosk");
	assert_true(settings_secure(&settings, "http://a.example", "https://a.example", NULL));
	assert_string_equal(good("--api http://a.example").api, "http://a.example");
	write_config("config/vitrine/vitrine.ini", "https = http://shop.example\n");
	struct err err;
	assert_false(read_line(&settings, "", &err));
	assert_non_null(strstr(err.message, "two addresses"));
}

static void test_home_without_xdg(void **state)
{
	char path[PATH_MAX];

	(void)state;
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("XDG_STATE_HOME");
	in_home(path, ".config/vitrine");
	assert_string_equal(good("").config_dir, path);
	in_home(path, ".local/state/vitrine");
	assert_string_equal(good("").state_dir, path);
	setenv("XDG_CONFIG_HOME", "relative", 1); /* which is no folder of anybody's */
	in_home(path, ".config/vitrine");
	assert_string_equal(good("").config_dir, path);
}

static void test_wrong_file(void **state)
{
	static const char *const texts[] = {"colour = red\n", "theme = pink\n", "money = cheap\n",
					   "api = http://a\nnonsense\n"};
	struct settings settings;
	struct err err;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		write_config("config/vitrine/vitrine.ini", texts[i]);
		assert_false(read_line(&settings, "", &err));
		assert_non_null(strstr(err.message, "vitrine.ini: line "));
		/* Whoever wants to know how to go on isn't stopped by it. */
		assert_int_equal(good("--help").command, COMMAND_HELP);
		assert_int_equal(good("--version").command, COMMAND_VERSION);
	}
	write_config("config/vitrine/vitrine.ini", "api = gopher://x\n");
	assert_false(read_line(&settings, "", &err));
	assert_non_null(strstr(err.message, "vitrine.ini: gopher://x"));
	assert_string_equal(good("--api http://127.0.0.1").api, "http://127.0.0.1");
}

static void test_kiosk_leaves_files_alone(void **state)
{
	char path[PATH_MAX];

	(void)state;
	write_config("config/vitrine/vitrine.ini", "api = http://file.example\ntheme = mono\n");
	write_config("config/vitrine/keys.ini", "[shop]\nadd = z\n");
	struct settings settings = good("--kiosk --idle 5");
	assert_true(settings.kiosk);
	assert_string_equal(settings.api, SETTINGS_API_DEFAULT);
	assert_string_equal(settings.theme, "");
	assert_string_equal(settings.config_dir, "");
	assert_string_equal(settings.state_dir, "");
	assert_true(settings_save(&settings, "theme", "dark", NULL));
	assert_true(settings_keys(&settings, NULL, 0, NULL));

	/* A file that can't be understood isn't even opened. */
	write_config("config/vitrine/vitrine.ini", "nonsense\n");
	assert_true(good("--kiosk").kiosk);
	in_home(path, "state");
	assert_int_equal(access(path, F_OK), -1);
}

/* ---- keeping ---- */

static void test_save(void **state)
{
	struct settings settings = good("--api http://for.once.example");
	char text[512];

	(void)state;
	assert_true(settings_save(&settings, "theme", "light", NULL)); /* makes the folder, too */
	read_config(text, sizeof text);
	assert_string_equal(text, "theme = light\n"); /* the platform of this once isn't kept along with it */
	assert_string_equal(good("").api, SETTINGS_API_DEFAULT);
	assert_string_equal(good("").theme, "light");

	write_config("config/vitrine/vitrine.ini",
		     "; mine\n  theme=mono\napi: http://a.example\n# themes = many\n\n[x]\ntheme = dark");
	assert_true(settings_save(&settings, "theme", "high-contrast", NULL));
	read_config(text, sizeof text);
	assert_string_equal(text, "theme = high-contrast\n; mine\napi: http://a.example\n# themes = many\n\n[x]\n");
	assert_true(settings_save(&settings, "api", "http://b.example/Prod", NULL));
	assert_true(settings_save(&settings, "theme", "", NULL));
	read_config(text, sizeof text);
	assert_string_equal(text, "api = http://b.example/Prod\n; mine\n# themes = many\n\n[x]\n");
	assert_string_equal(good("").api, "http://b.example/Prod");
	assert_string_equal(good("").theme, "");
}

/* An indented line is a line, what editors put before the first one is nothing, and the rest of a long line is no
 * other. */
static void test_lines_as_they_are(void **state)
{
	struct settings settings;
	struct err err = {.kind = ERR_NONE};
	char text[512], line[400];

	(void)state;
	write_config("config/vitrine/vitrine.ini", "api = http://a.example\n  theme = light\n");
	assert_string_equal(good("").api, "http://a.example");
	assert_string_equal(good("").theme, "light");
	write_config("config/vitrine/vitrine.ini", "\xEF\xBB\xBFtheme = light\n");
	assert_string_equal(good("").theme, "light");
	settings = good("");
	assert_true(settings_save(&settings, "theme", "mono", NULL));
	read_config(text, sizeof text);
	assert_string_equal(text, "theme = mono\n");

	snprintf(line, sizeof line, "theme = light\napi = http://%0300d/theme=mono\n", 0);
	write_config("config/vitrine/vitrine.ini", line);
	assert_false(read_line(&settings, "", &err));
	assert_non_null(strstr(err.message, "line 2 is too long"));
}

/* What couldn't be read the next time isn't written. */
static void test_save_too_long(void **state)
{
	struct settings settings = good("");
	struct err err = {.kind = ERR_NONE};
	char url[400];

	(void)state;
	for (int length = 1; length < 300; length++) {
		snprintf(url, sizeof url, "http://%0*d", length, 0);
		if (!settings_save(&settings, "api", url, &err))
			break;
		assert_string_equal(good("").api, url);
	}
	assert_int_equal(err.kind, ERR_INVALID);
	assert_non_null(strstr(err.message, "too long"));
	assert_true(strlen(good("").api) > 150);
}

static void test_save_fails(void **state)
{
	struct settings settings = good("");
	struct err err = {.kind = ERR_NONE};
	char path[PATH_MAX];

	(void)state;
	in_home(path, "config/vitrine/vitrine.ini");
	assert_true(file_make_folder(path, NULL)); /* a folder stands in the way */
	assert_false(settings_save(&settings, "theme", "light", &err));
	assert_int_equal(err.kind, ERR_FILE);
}

/* ---- keys ---- */

enum { ADD, OPEN };
static const struct binding shop_keys[] = {{ADD, "add", "a", "add", "Add", 1},
					   {OPEN, "open", "Enter", "open", "Open", 2}};
enum { HELP };
static const struct binding everywhere_keys[] = {{HELP, "help", "? F1", "help", "Help", 1}};

static void make_keymaps(struct keymap keymaps[2])
{
	assert_true(keymap_init(&keymaps[0], "shop", "Shop", shop_keys, COUNT_OF(shop_keys), NULL));
	assert_true(keymap_init(&keymaps[1], "", "Everywhere", everywhere_keys, COUNT_OF(everywhere_keys), NULL));
}

static void test_keys(void **state)
{
	const struct settings settings = good("");
	struct keymap keymaps[2];

	(void)state;
	make_keymaps(keymaps);
	assert_true(settings_keys(&settings, keymaps, 2, NULL)); /* no file: as they were */
	assert_int_equal(keymap_find(&keymaps[0], 'a'), ADD);

	write_config("config/vitrine/keys.ini", "[shop]\nadd = A F2\nopen =\n[everywhere]\nhelp = h\n");
	assert_true(settings_keys(&settings, keymaps, 2, NULL));
	assert_int_equal(keymap_find(&keymaps[0], 'A'), ADD);
	assert_int_equal(keymap_find(&keymaps[0], KEYSYM_F2), ADD);
	assert_int_equal(keymap_find(&keymaps[0], 'a'), KEYMAP_NONE);
	assert_int_equal(keymap_find(&keymaps[0], KEYSYM_Enter), KEYMAP_NONE);
	assert_int_equal(keymap_find(&keymaps[1], 'h'), HELP);
	assert_int_equal(keymap_find(&keymaps[1], '?'), KEYMAP_NONE);
}

static void test_wrong_keys(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
	    {"[shop]\nadd = Foo\nopen = o\n", "[shop] add"}, {"[shop]\nfly = f\nopen = o\n", "[shop] fly"},
	    {"[nowhere]\nx = y\n[shop]\nopen = o\n", "[nowhere]"}, {"[shop\n", "line 1"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct settings settings = good("");
		struct keymap keymaps[2];
		struct err err = {.kind = ERR_NONE};

		make_keymaps(keymaps);
		write_config("config/vitrine/keys.ini", cases[i].text);
		assert_false(settings_keys(&settings, keymaps, 2, &err));
		if (!strstr(err.message, cases[i].says))
			fail_msg("\"%s\" does not name %s", err.message, cases[i].says);
		/* What does make sense is in force all the same. */
		if (strstr(cases[i].text, "open = o"))
			assert_int_equal(keymap_find(&keymaps[0], 'o'), OPEN);
		assert_int_equal(keymap_find(&keymaps[0], 'a'), ADD);
	}
}

/* ---- the manual page ---- */

static char *read_manual(void)
{
	const char *source = getenv("top_srcdir");
	char path[PATH_MAX];
	struct buf text;

	assert_true(snprintf(path, sizeof path, "%s/docs/vitrine.1", source ? source : ".") < PATH_MAX);
	buf_init(&text, 256 * 1024);
	assert_true(file_read(path, &text, NULL));
	return buf_steal(&text);
}

/* Calls `check` with the name of each option that the help lists. */
static size_t each_option(void (*check)(const char *name, const char *argument, const char *manual), const char *manual)
{
	const char *line = settings_help();
	size_t count = 0;

	while ((line = strstr(line, "\n  --"))) {
		char name[32] = "", argument[32] = "";
		line += strlen("\n  --");
		assert_true(sscanf(line, "%31[a-z-] %31[A-Z]", name, argument) >= 1);
		check(name, argument, manual);
		count++;
	}
	return count;
}

static void check_in_manual(const char *name, const char *argument, const char *manual)
{
	char wanted[96];

	/* As a row of OPTIONS, with what it takes. */
	snprintf(wanted, sizeof wanted, "\n.It Fl -%s%s%s\n", name, *argument ? " Ar " : "", argument);
	if (!strstr(manual, wanted))
		fail_msg("docs/vitrine.1 has no%s", wanted);
}

static void test_manual(void **state)
{
	char *manual = read_manual();
	size_t rows = 0;

	(void)state;
	assert_non_null(manual);
	assert_true(strlen(settings_help()) > 200);
	size_t options = each_option(check_in_manual, manual);
	for (const char *at = manual; (at = strstr(at, "\n.It Fl -")); at++)
		rows++;
	assert_int_equal(rows, options); /* and none that isn't there any more */
	for (const char *const *command = (const char *const[]){"demo", "info", NULL}; *command; command++) {
		char wanted[32];
		snprintf(wanted, sizeof wanted, "\n.It Cm %s\n", *command);
		assert_non_null(strstr(manual, wanted));
		snprintf(wanted, sizeof wanted, "\n  %s ", *command);
		assert_non_null(strstr(settings_help(), wanted));
	}
	free(manual);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_defaults, make_home, remove_home),
	    cmocka_unit_test_setup_teardown(test_options, make_home, remove_home),
	    cmocka_unit_test_setup_teardown(test_wrong_options, make_home, remove_home),
	    cmocka_unit_test_setup_teardown(test_precedence, make_home, remove_home),
	    cmocka_unit_test_setup_teardown(test_authorities, make_home, remove_home),
	    cmocka_unit_test_setup_teardown(test_secured, make_home, remove_home),
	    cmocka_unit_test_setup_teardown(test_home_without_xdg, make_home, remove_home),
	    cmocka_unit_test_setup_teardown(test_wrong_file, make_home, remove_home),
	    cmocka_unit_test_setup_teardown(test_kiosk_leaves_files_alone, make_home, remove_home),
	    cmocka_unit_test_setup_teardown(test_save, make_home, remove_home),
	    cmocka_unit_test_setup_teardown(test_lines_as_they_are, make_home, remove_home),
	    cmocka_unit_test_setup_teardown(test_save_too_long, make_home, remove_home),
	    cmocka_unit_test_setup_teardown(test_save_fails, make_home, remove_home),
	    cmocka_unit_test_setup_teardown(test_keys, make_home, remove_home),
	    cmocka_unit_test_setup_teardown(test_wrong_keys, make_home, remove_home),
	    cmocka_unit_test(test_manual),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
