#include "screens/app/demo_server.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LISTEN_FD = 3, BACKLOG = 16 }; /* SD_LISTEN_FDS_START of sd_listen_fds(3) */

static bool fail(struct err *err, const char *what)
{
	return err_set(err, ERR_FILE, "The demo's platform can't start: %s: %m", what);
}

static bool make_socket(struct demo_server *server, int *ret_fd, struct err *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	snprintf(server->folder, sizeof server->folder, "/tmp/vitrine-demo-XXXXXX");
	if (!mkdtemp(server->folder))
		return fail(err, "a folder in /tmp");
	snprintf(address.sun_path, sizeof address.sun_path, "%s/vitrine.socket", server->folder);
	snprintf(server->url, sizeof server->url, "unix:%s", address.sun_path);

	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, BACKLOG) < 0) {
		fail(err, "its socket");
		if (fd >= 0)
			close(fd);
		return false;
	}
	*ret_fd = fd;
	return true;
}

/* The path of that program in the folder of this one. */
static void sibling(char path[PATH_MAX])
{
	ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - sizeof "vitrined");
	char *slash = length > 0 ? memrchr(path, '/', (size_t)length) : NULL;

	snprintf(slash ? slash + 1 : path, sizeof "vitrined", "vitrined");
}

/* In the child: prepares and runs the platform. When that fails the parent gets errno. */
static void become_platform(int listen_fd, int report_fd, const char *path, pid_t parent)
{
	static char program[] = "vitrined", demo[] = "--demo", quiet[] = "--no-log";
	char *const args[] = {program, demo, quiet, NULL};
	char pid[16];
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	sigset_t none;

	assert(listen_fd >= 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	snprintf(pid, sizeof pid, "%d", (int)getpid());
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) == 0 && getppid() == parent && null >= 0 &&
	    dup2(null, STDIN_FILENO) >= 0 && dup2(null, STDOUT_FILENO) >= 0 && dup2(null, STDERR_FILENO) >= 0 &&
	    (listen_fd == LISTEN_FD ? fcntl(listen_fd, F_SETFD, 0) : dup2(listen_fd, LISTEN_FD)) >= 0 &&
	    setpgid(0, 0) == 0 && setenv("LISTEN_PID", pid, 1) == 0 && setenv("LISTEN_FDS", "1", 1) == 0) {
		execv(path, args);
		execvp(program, args);
	}
	int why = errno;
	if (write(report_fd, &why, sizeof why) < 0)
		_exit(126);
	_exit(127);
}

static bool start(struct demo_server *server, int listen_fd, struct err *err)
{
	char path[PATH_MAX] = "";
	pid_t parent = getpid();
	int report[2], why;

	sibling(path);
	if (pipe2(report, O_CLOEXEC) < 0)
		return fail(err, "a pipe");
	/* The report must not have the number that the socket is to get. */
	int report_write = fcntl(report[1], F_DUPFD_CLOEXEC, LISTEN_FD + 1);
	close(report[1]);
	if (report_write < 0) {
		close(report[0]);
		return fail(err, "a pipe");
	}

	server->pid = fork();
	if (server->pid == 0)
		become_platform(listen_fd, report_write, path, parent);
	close(report_write);
	ssize_t told = server->pid < 0 ? 0 : read(report[0], &why, sizeof why);
	close(report[0]);
	if (server->pid < 0)
		return fail(err, "a process");
	if (told == (ssize_t)sizeof why) {
		errno = why;
		return fail(err, "vitrined");
	}
	return true;
}

bool demo_server_start(struct demo_server *ret_server, struct err *err)
{
	struct demo_server server = {.pid = 0};
	int fd = -1;
	bool good = make_socket(&server, &fd, err) && start(&server, fd, err);

	if (fd >= 0)
		close(fd);
	if (!good) {
		demo_server_stop(&server);
		return false;
	}
	*ret_server = server;
	return true;
}

void demo_server_stop(struct demo_server *server)
{
	if (server->pid > 0) {
		kill(server->pid, SIGTERM);
		while (waitpid(server->pid, NULL, 0) < 0 && errno == EINTR)
			continue;
	}
	if (server->folder[0]) {
		unlink(server->url + strlen("unix:"));
		rmdir(server->folder);
	}
	*server = (struct demo_server){.pid = 0};
}
