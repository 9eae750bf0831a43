/* demo_server.h: a platform for `vitrine demo` alone: `vitrined --demo` on a private socket.
 *
 * The socket is made here, and it listens before the platform starts and gets it (as from systemd, sd_listen_fds(3)).
 * So a first call can be sent at once and waits there. The platform ends with this program, whatever ends it.
 */
#ifndef VITRINE_SCREENS_APP_DEMO_SERVER_H
#define VITRINE_SCREENS_APP_DEMO_SERVER_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"

struct demo_server {
	pid_t pid;
	char folder[64]; /* private, 0700 */
	char url[128];   /* "unix:/…/vitrine.socket" */
};

/* Starts the vitrined beside this program, or else the one on PATH. ERR_FILE. */
bool demo_server_start(struct demo_server *ret_server, struct err *err);

/* Ends it and removes its socket. Does nothing for a zeroed struct. */
void demo_server_stop(struct demo_server *server);

#endif
