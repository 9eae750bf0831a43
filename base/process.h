/* process.h: what every program of ours does first.
 */
#ifndef VITRINE_BASE_PROCESS_H
#define VITRINE_BASE_PROCESS_H

/* From now on a crash leaves no core file and nobody else's debugger may look: passwords and tokens are in memory.
 * (Under AddressSanitizer, whose leak check is a debugger, only the core file is off.) SIGPIPE is ignored: writing to a
 * closed connection is an error like others. */
void process_harden(void);

#endif
