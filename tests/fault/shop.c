/* Running vitrined. What is asked of it is in caller.c. */
#include "tests/fault/shop.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { LOG_MAX = 64 * 1024 * 1024, ARGUMENTS_MAX = 12, SHOWN = 2000 };

static const char *program(void)
{
	const char *path = getenv("VITRINED");

	return path && *path ? path : "./vitrined";
}

/* ---- what it prints ---- */

static void *read_output(void *context)
{
	struct shop *shop = context;
	char bytes[4096];
	ssize_t length;

	while ((length = read(shop->output, bytes, sizeof bytes)) > 0 || (length < 0 && errno == EINTR)) {
		if (length < 0)
			continue;
		pthread_mutex_lock(&shop->lock);
		buf_add(&shop->log, bytes, (size_t)length);
		pthread_cond_broadcast(&shop->said);
		pthread_mutex_unlock(&shop->lock);
	}
	pthread_mutex_lock(&shop->lock);
	shop->ended = true;
	pthread_cond_broadcast(&shop->said);
	pthread_mutex_unlock(&shop->lock);
	return NULL;
}

char *shop_output(struct shop *shop)
{
	pthread_mutex_lock(&shop->lock);
	char *copy = strdup(buf_str(&shop->log) + shop->run);
	pthread_mutex_unlock(&shop->lock);
	assert_non_null(copy);
	return copy;
}

/* The log is written a few times a second: another line or two may be on its way. */
void shop_print_log(struct shop *shop)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 2;
	pthread_mutex_lock(&shop->lock);
	if (!shop->ended)
		pthread_cond_timedwait(&shop->said, &shop->lock, &until);
	const char *text = buf_str(&shop->log) + shop->run;
	size_t length = strlen(text);
	fprintf(stderr, "the log ends:\n%s\n", length > SHOWN ? text + length - SHOWN : text);
	pthread_mutex_unlock(&shop->lock);
}

/* ---- starting ---- */

/* Ends with the test, whatever becomes of that, and doesn't take its terminal's signals. */
static void become(const struct shop *shop, int output, char *const *arguments)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpgid(0, 0);
	dup2(output, STDOUT_FILENO);
	dup2(output, STDERR_FILENO);
	if (shop->ignore_file_size_signal)
		sigaction(SIGXFSZ, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
	if (shop->preload) {
		setenv("LD_PRELOAD", shop->preload, 1);
		setenv("VITRINE_FAULT", shop->control, 1);
		setenv("VITRINE_FAULT_PATH", shop->db, 1);
	}
	execv(program(), arguments);
	dprintf(STDERR_FILENO, "%s: %s\n", program(), strerrordesc_np(errno));
	_exit(127);
}

static pid_t spawn(const struct shop *shop, int output, const char *const *arguments)
{
	char *list[ARGUMENTS_MAX + 1];
	size_t count = 0;

	list[count++] = (char[]){"vitrined"};
	while (*arguments && count < ARGUMENTS_MAX)
		list[count++] = strdup(*arguments++);
	list[count] = NULL;
	pid_t pid = fork();
	if (pid == 0)
		become(shop, output, list);
	while (count > 1)
		free(list[--count]);
	assert_true(pid > 0);
	return pid;
}

/* Waits until it says where it listens, or ends. */
static bool read_url(struct shop *shop)
{
	static const char words[] = "listening on ";
	bool heard = false;

	pthread_mutex_lock(&shop->lock);
	for (;;) {
		const char *at = strstr(buf_str(&shop->log) + shop->run, words);
		const char *end = at ? strchr(at, '\n') : NULL;

		if (end) {
			at += strlen(words);
			size_t length = (size_t)(end - at);
			while (length && at[length - 1] == '/')
				length--;
			snprintf(shop->url, sizeof shop->url, "%.*s", (int)length, at);
			heard = true;
			break;
		}
		if (shop->ended)
			break;
		pthread_cond_wait(&shop->said, &shop->lock);
	}
	pthread_mutex_unlock(&shop->lock);
	return heard;
}

bool shop_try_start(struct shop *shop, int *ret_status)
{
	const char *const arguments[] = {"--db", shop->db, "--listen", "127.0.0.1:0", NULL};
	int ends[2];

	assert_int_equal(shop->pid, 0);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	shop->output = ends[0];
	shop->run = shop->log.length;
	shop->ended = false;
	shop->pid = spawn(shop, ends[1], arguments);
	close(ends[1]);
	assert_int_equal(pthread_create(&shop->reader, NULL, read_output, shop), 0);
	if (read_url(shop))
		return true;
	*ret_status = shop_wait(shop);
	return false;
}

void shop_start(struct shop *shop)
{
	int status;

	if (shop_try_start(shop, &status))
		return;
	shop_print_log(shop);
	fail_msg("vitrined did not start: status %#x", (unsigned)status);
}

/* ---- stopping ---- */

void shop_signal(struct shop *shop, int number)
{
	if (shop->pid > 0)
		kill(shop->pid, number);
}

static void forget(struct shop *shop)
{
	pthread_join(shop->reader, NULL);
	close(shop->output);
	shop->pid = 0;
}

int shop_wait(struct shop *shop)
{
	int status = 0;
	pid_t pid;

	do
		pid = waitpid(shop->pid, &status, 0);
	while (pid < 0 && errno == EINTR);
	assert_int_equal(pid, shop->pid);
	forget(shop);
	return status;
}

void shop_stop(struct shop *shop)
{
	shop_signal(shop, SIGTERM);
	int status = shop_wait(shop);

	if (status) {
		shop_print_log(shop);
		fail_msg("vitrined ended with status %#x after SIGTERM", (unsigned)status);
	}
}

bool shop_has_ended(struct shop *shop, int *ret_status)
{
	int status;

	if (waitpid(shop->pid, &status, WNOHANG) != shop->pid)
		return false;
	forget(shop);
	*ret_status = status;
	return true;
}

int shop_command(struct shop *shop, const char *const *arguments)
{
	int status = 0;
	pid_t pid = spawn(shop, STDOUT_FILENO, arguments);

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* ---- folder ---- */

void shop_init(struct shop *shop)
{
	const char *place = getenv("TMPDIR");

	memset(shop, 0, sizeof *shop);
	chance_seed();
	buf_init(&shop->log, LOG_MAX);
	pthread_mutex_init(&shop->lock, NULL);
	pthread_cond_init(&shop->said, NULL);
	if (!place || strlen(place) > sizeof shop->folder - sizeof "/vitrine-fault-XXXXXX")
		place = "/tmp";
	snprintf(shop->folder, sizeof shop->folder, "%s/vitrine-fault-XXXXXX", place);
	assert_non_null(mkdtemp(shop->folder));
	snprintf(shop->db, sizeof shop->db, "%s/shop.db", shop->folder);
}

static void remove_folder(const char *path)
{
	DIR *folder = opendir(path);
	const struct dirent *entry;

	if (!folder)
		return;
	while ((entry = readdir(folder)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
		    unlinkat(dirfd(folder), entry->d_name, 0) != 0)
			unlinkat(dirfd(folder), entry->d_name, AT_REMOVEDIR);
	closedir(folder);
	rmdir(path);
}

static void forget_accounts(struct shop_account *accounts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(accounts[i].token);
		free(accounts[i].refresh_token);
	}
}

void shop_done(struct shop *shop)
{
	if (shop->pid) {
		shop_signal(shop, SIGKILL);
		shop_wait(shop);
	}
	forget_accounts(shop->clients, shop->clients_count);
	forget_accounts(shop->sellers, shop->sellers_count);
	remove_folder(shop->folder);
	buf_done(&shop->log);
	pthread_cond_destroy(&shop->said);
	pthread_mutex_destroy(&shop->lock);
}
