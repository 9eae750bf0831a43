#include "base/process.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

void process_harden(void)
{
	const struct rlimit none = {0, 0};
	const struct sigaction ignore = {.sa_handler = SIG_IGN};

	setrlimit(RLIMIT_CORE, &none);
#ifndef SANITIZED
	prctl(PR_SET_DUMPABLE, 0);
#endif
	sigaction(SIGPIPE, &ignore, NULL);
}
