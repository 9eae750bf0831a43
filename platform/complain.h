/* complain.h: how the programs of the platform tell whoever runs them what went wrong.
 */
#ifndef VITRINE_PLATFORM_COMPLAIN_H
#define VITRINE_PLATFORM_COMPLAIN_H

/* Writes "PROGRAM: " and the text as one line to standard error, up to 1 KiB of it. The text may quote a file, an
 * argument or an answer, which may hold anything: a terminal shows it and does nothing that stands there. */
void complain(const char *program, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
