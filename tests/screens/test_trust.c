/* Why a platform can't be reached, as people read it; whom they trust; and an http address that wants https. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "tests/screens/stage.h"
#include "tests/unit/certs.h"
#include "tests/unit/net_world.h"

#define FIRST "Yirgacheffe, washed, 250 g"

enum { DAY = 86400 };

static struct trust {
	struct stage stage;
	struct server platform, expired, proxy; /* the first two by https */
	char folder[256];
	struct certs certs;
} trust;

static void start_tls(const char *name, long to, struct server *server)
{
	struct certs_server files;

	certs_server(&trust.certs, name, "IP:127.0.0.1", -9L * DAY, to, &files);
	server_start(server, "VITRINED",
		     (const char *const[]){"--demo", "--listen", "127.0.0.1:0", "--tls-cert", files.certificate,
					   "--tls-key", files.key, NULL});
}

static int set_up(void **state)
{
	(void)state;
	memset(&trust, 0, sizeof trust);
	temp_new(trust.folder);
	memcpy(trust.certs.folder, trust.folder, sizeof trust.folder);
	certs_authority(&trust.certs);
	start_tls("good", DAY, &trust.platform);
	start_tls("expired", -DAY, &trust.expired);
	proxy_start(&trust.proxy, "http://127.0.0.1:9", false);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	stage_done(&trust.stage);
	server_stop(&trust.platform);
	server_stop(&trust.expired);
	server_stop(&trust.proxy);
	temp_remove(trust.folder);
	return 0;
}

/* In a wide window, so that no sentence is broken into lines. */
static void open_at(const char *url, const char *const *args, const char *env)
{
	struct stage_options options = {.width = 240, .height = 40, .args = {"--api", url}, .env = {env}};

	for (size_t i = 0; args && args[i]; i++)
		options.args[2 + i] = args[i];
	stage_open(&trust.stage, &options);
}
#define OPEN(url, env, ...) open_at(url, (const char *const[]){__VA_ARGS__, NULL}, env)

static void expect_info(const char *said)
{
	assert_int_equal(stage_wait_end(&trust.stage), 0);
	stage_expect(&trust.stage, said);
}

static void test_info(void **state)
{
	char ca_file[CERTS_PATH + 32];

	(void)state;
	OPEN("http://127.0.0.1:1", NULL, "info");
	expect_info("127.0.0.1:1 refuses the connection; start the platform there, or check the address");
	OPEN("unix:/nowhere", NULL, "info");
	expect_info("There is no socket /nowhere");
	OPEN(trust.expired.url, NULL, "info", "--ca-file", trust.certs.authority);
	expect_info("has expired; nothing was sent; the shop has to renew it, or this machine's clock is wrong");
	OPEN(trust.platform.url, "SSL_CERT_FILE=", "info");
	expect_info("not known here; nothing was sent; if you trust it, name its authority with --ca-file");
	OPEN(trust.platform.url, NULL, "info", "--ca-file", trust.certs.authority);
	expect_info(": everything is offered");
	stage_expect(&trust.stage, trust.certs.authority);
	snprintf(ca_file, sizeof ca_file, "SSL_CERT_FILE=%s", trust.certs.authority);
	OPEN(trust.platform.url, ca_file, "info");
	expect_info(": everything is offered");
	/* The command line wins. */
	OPEN(trust.platform.url, ca_file, "info", "--ca-file", "/no/such/file");
	expect_info("The file of trusted authorities can't be read: /no/such/file");
}

static void test_on_screen(void **state)
{
	struct stage *stage = &trust.stage;

	(void)state;
	OPEN(trust.expired.url, NULL, "--ca-file", trust.certs.authority);
	stage_until(stage, "! offline");
	stage_until(stage, "has expired");
	stage_type(stage, ":platform" K_ENTER);
	stage_until(stage, "! The certificate of 127.0.0.1:");
	/* Whole at every size, in lines of its own. */
	stage_resize(stage, 40, 12);
	stage_sync(stage);
	stage_expect(stage, "machine's clock is wrong");
	stage_resize(stage, 80, 24);
	stage_sync(stage);
	stage_expect(stage, "machine's clock is wrong");
	stage_close(stage);

	/* A page for signing in to a network isn't the shop. */
	order_done(NULL, &trust.proxy,
		   "{\"do\":\"rule\",\"count\":-1,\"action\":\"answer\",\"status\":200,\"body\":\"<html>Pay here</html>\","
		   "\"headers\":{\"Content-Type\":\"text/html\"}}");
	OPEN(trust.proxy.url, NULL, NULL);
	stage_until(stage, "! offline");
	stage_until(stage, "sign in to this network if it wants that");
	stage_expect_not(stage, "makes no sense");
}

static void redirect(int status)
{
	order_done(NULL, &trust.proxy,
		   "{\"do\":\"rule\",\"count\":-1,\"action\":\"answer\",\"status\":%d,\"body\":\"\","
		   "\"headers\":{\"Location\":\"%s/\"}}",
		   status, trust.platform.url);
}

#define QUESTION "wants to be spoken to by https"

/* Asked once, and never again; and the http address isn't spoken to any more. */
static void test_to_https(void **state)
{
	struct stage *stage = &trust.stage;

	(void)state;
	redirect(308);
	OPEN(trust.proxy.url, NULL, "--ca-file", trust.certs.authority);
	stage_until(stage, "Speak to https://");
	stage_type(stage, "y");
	stage_until(stage, FIRST);
	stage_leave(stage);
	int asked = request_count(NULL, &trust.proxy, "GET", "/");
	OPEN(trust.proxy.url, NULL, "--ca-file", trust.certs.authority);
	stage_until(stage, FIRST);
	stage_expect_not(stage, QUESTION);
	/* Nor when it is typed in again. */
	stage_type(stage, ":platform" K_ENTER K_CTRL_U);
	stage_type(stage, trust.proxy.url);
	stage_type(stage, K_ENTER);
	stage_until_gone(stage, "The platform behind this window");
	stage_until(stage, FIRST);
	stage_leave(stage);
	OPEN(trust.proxy.url, NULL, "info", "--ca-file", trust.certs.authority);
	expect_info(": everything is offered");
	stage_expect(stage, "by https instead of");
	stage_expect(stage, trust.proxy.url);
	assert_int_equal(request_count(NULL, &trust.proxy, "GET", "/"), asked);
}

/* Who says no goes on as before, and isn't asked a second time; a kiosk's visitor isn't asked at all. */
static void test_no_https(void **state)
{
	struct stage *stage = &trust.stage;

	(void)state;
	redirect(301);
	OPEN(trust.proxy.url, NULL, "--ca-file", trust.certs.authority);
	stage_until(stage, "Speak to https://");
	stage_type(stage, K_ESC);
	stage_until_gone(stage, "Speak to https://");
	stage_type(stage, "r");
	stage_sync(stage);
	stage_expect_not(stage, "Speak to https://");
	stage_until(stage, QUESTION); /* as the reason that it is offline */
	stage_close(stage);
	OPEN(trust.proxy.url, NULL, "--kiosk", "--ca-file", trust.certs.authority);
	stage_until(stage, QUESTION);
	stage_sync(stage);
	stage_expect_not(stage, "Speak to https://");
}

/* ---- a sign-in that can't be kept ---- */

static void find_session(char ret_path[600])
{
	char folder[300];

	snprintf(folder, sizeof folder, "%s/.local/state/vitrine", trust.stage.home);
	DIR *directory = opendir(folder);
	assert_non_null(directory);
	*ret_path = '\0';
	for (struct dirent *entry; (entry = readdir(directory));)
		if (!strncmp(entry->d_name, "session-", strlen("session-")))
			snprintf(ret_path, 600, "%s/%s", folder, entry->d_name);
	closedir(directory);
	assert_true(*ret_path);
}

/* The access token has run out, says the file. */
static void run_out(const char *path)
{
	struct buf text, changed;

	buf_init(&text, 65536);
	buf_init(&changed, 65536);
	assert_true(file_read(path, &text, NULL));
	const char *number = strstr(buf_str(&text), "\"expires_at\":");
	assert_non_null(number);
	buf_add(&changed, text.bytes, (size_t)(number - text.bytes));
	buf_add_str(&changed, "\"expires_at\":1");
	number += strlen("\"expires_at\":");
	buf_add_str(&changed, number + strspn(number, "0123456789"));
	assert_true(file_write(path, buf_str(&changed), changed.length, NULL));
	buf_done(&text);
	buf_done(&changed);
}

/* It is prolonged, and holds; but the person is told that it ends with the program. */
static void test_unsaved(void **state)
{
	struct stage *stage = &trust.stage;
	struct server shop, proxy;
	char path[600];

	(void)state;
	server_start(&shop, "VITRINED", (const char *const[]){"--demo", "--listen", "127.0.0.1:0", NULL});
	proxy_start(&proxy, shop.url, false);
	OPEN(proxy.url, NULL, NULL);
	stage_until(stage, FIRST);
	stage_type(stage, ":sign in" K_ENTER "ada@example.com" K_TAB "Vitrine-2026" K_ENTER);
	stage_until(stage, "Cart · Purchases");
	stage_leave(stage);
	find_session(path);
	run_out(path);

	order_done(NULL, &proxy,
		   "{\"do\":\"rule\",\"method\":\"POST\",\"path\":\"/Login/Refresh\",\"action\":\"hold\"}");
	OPEN(proxy.url, NULL, NULL);
	order_done(NULL, &proxy, "{\"do\":\"wait\",\"event\":\"held\",\"path\":\"/Login/Refresh\",\"timeout\":20}");
	/* A folder stands where the file should be: even root can't write that. */
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	order_done(NULL, &proxy, "{\"do\":\"release\"}");
	stage_until(stage, "You are signed in, but only until you leave: Can't rename session-");
	stage_expect(stage, "ada@example.com");
	stage_leave(stage);
	server_stop(&proxy);
	server_stop(&shop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	    TEST(test_info), TEST(test_on_screen), TEST(test_to_https), TEST(test_no_https), TEST(test_unsaved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
