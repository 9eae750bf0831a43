/* net_world.h: what the tests of net/ need: servers as child processes, ordered about over their control sockets, and
 * calls that are driven to their end. Every wait is bounded by WORLD_MS.
 */
#ifndef VITRINE_TESTS_UNIT_NET_WORLD_H
#define VITRINE_TESTS_UNIT_NET_WORLD_H

#include <sys/types.h>

#include "net/net.h"
#include "tests/unit/unit.h"

enum { WORLD_MS = 30000 };

struct server {
	pid_t pid;
	int input, output, control;
	char url[256];
};

/* Starts a script below tests/, or (when it has no '.') the program of that environment variable; `arguments` ends with
 * NULL. Returns when it listens. */
void server_start(struct server *server, const char *program, const char *const *arguments);
void server_stop(struct server *server);

/* proxy.py before `upstream`; with a service document of the full profile when `full`. */
void proxy_start(struct server *server, const char *upstream, bool full);

/* Sends an order and runs the net (which may be NULL) until it is answered. The answer must not be an error; the caller
 * frees it. `order_number` for answers with one number in them, `order_done` for those without interest. */
cJSON *order(struct net *net, struct server *server, const char *format, ...) __attribute__((format(printf, 3, 4)));
void order_done(struct net *net, struct server *server, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* How many requests of that kind the server has had. */
int request_count(struct net *net, struct server *server, const char *method, const char *path);

/* A new net with short times, or with the options' own where they are set. */
struct net *world_net(const char *url, const struct net_options *options);

/* Runs the net until *done, a second or so at most beyond what is reasonable. */
void run_until(struct net *net, const bool *done);

/* Makes a call and runs it to its end; the reply is the caller's. */
struct net_reply *call_now(struct net *net, enum api_op op, const struct net_args *args);

/* The same, and checks how it ended. */
struct net_reply *call_ok(struct net *net, enum api_op op, const struct net_args *args);
void call_fails(struct net *net, enum api_op op, const struct net_args *args, enum err_kind kind, const char *code);

/* A call that is waited for later. */
struct waiting {
	struct net_reply *reply;
	bool done;
};
net_id call_later(struct net *net, enum api_op op, const struct net_args *args, void *owner, struct waiting *waiting);

/* A new empty directory below TMPDIR; and away with it. */
void temp_new(char ret_path[256]);
void temp_remove(const char *path);

/* Signs in; the account must be there. */
void sign_in(struct net *net, const char *email);

#endif
